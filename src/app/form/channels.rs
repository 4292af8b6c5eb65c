//! The channels of an action: a list to tick, filtered by typing.

use std::collections::{BTreeMap, BTreeSet};

use super::FormContext;
use crate::app::line::Line;
use crate::domain::action::Action;
use crate::domain::channel::ChannelKey;
use crate::domain::text::clean;

/// Which channels are ticked, and where the cursor is in the list.
#[derive(Clone, PartialEq)]
pub struct Ticks {
    /// The action's id, empty for a new one: its own places do not count against it.
    own: String,
    /// The slots that the store holds for it. They are kept, also when a channel is unticked and ticked again.
    stored: BTreeMap<ChannelKey, u8>,
    ticked: BTreeSet<ChannelKey>,
    /// Channels to list although no source has named them.
    listed: BTreeSet<ChannelKey>,
    filter: Line,
    cursor: Option<ChannelKey>,
    history: Vec<(Line, BTreeSet<ChannelKey>)>,
}

/// A row of the list, as it is shown. Its texts are clean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelRow {
    pub key: ChannelKey,
    /// Name and key, or the key alone where it says the same.
    pub label: String,
    pub ticked: bool,
    /// The slot it has, or would get if it were saved now.
    pub slot: Option<u8>,
    /// `3/3: names` where every place is taken by others.
    pub full: Option<String>,
    /// What else is to be known: its source is not configured, or has not named it yet.
    pub note: &'static str,
}

impl Ticks {
    pub(super) fn read(action: &Action) -> Self {
        Self {
            own: action.id.clone(),
            stored: action
                .slots
                .iter()
                .filter(|(_, slot)| **slot > 0)
                .map(|(key, slot)| (key.clone(), *slot))
                .collect(),
            ticked: action.slots.keys().cloned().collect(),
            listed: action.slots.keys().cloned().collect(),
            filter: Line::default(),
            cursor: action.slots.keys().next().cloned(),
            history: Vec::new(),
        }
    }

    /// The ticked channels with their stored slots, 0 = the lowest free one.
    pub(super) fn slots(&self) -> BTreeMap<ChannelKey, u8> {
        self.ticked.iter().map(|key| (key.clone(), self.stored.get(key).copied().unwrap_or(0))).collect()
    }

    pub fn ticked(&self) -> &BTreeSet<ChannelKey> {
        &self.ticked
    }

    /// What was typed to filter the list.
    pub fn filter(&self) -> &Line {
        &self.filter
    }

    /// Takes over what the store holds now; the ticks stay.
    pub(super) fn rebase(&mut self, current: &Action) {
        self.stored = Self::read(current).stored;
        self.listed.extend(current.slots.keys().cloned());
    }

    /// Lists the channel and puts the cursor on it.
    pub(super) fn point(&mut self, key: ChannelKey) {
        self.listed.insert(key.clone());
        self.filter = Line::default();
        self.cursor = Some(key);
    }

    /// The rows that the filter leaves.
    pub fn rows(&self, context: &FormContext) -> Vec<ChannelRow> {
        let wanted = self.filter.value().to_lowercase();
        let mut rows = self.all_rows(context);
        rows.retain(|row| wanted.is_empty() || row.label.to_lowercase().contains(wanted.trim()));
        rows
    }

    /// The cursor's place in `rows`.
    pub fn cursor(&self, rows: &[ChannelRow]) -> usize {
        rows.iter().position(|row| Some(&row.key) == self.cursor.as_ref()).unwrap_or(0)
    }

    /// The ticked channels that others have filled.
    pub(super) fn overfull(&self, context: &FormContext) -> Vec<(String, String)> {
        let rows = self.all_rows(context).into_iter().filter(|row| row.ticked);
        rows.filter_map(|row| Some((clean(row.key.as_str()).into_owned(), row.full?))).collect()
    }

    fn all_rows(&self, context: &FormContext) -> Vec<ChannelRow> {
        let holders = holders(context, &self.own);
        let known: BTreeSet<&ChannelKey> = context.channels.iter().map(|channel| &channel.key).collect();
        let named = context.channels.iter().map(|channel| (&channel.key, channel.name.as_str(), ""));
        let unnamed = self.listed.iter().filter(|key| !known.contains(key));
        let unnamed = unnamed.map(|key| (key, key.id(), "not seen yet"));
        named
            .chain(unnamed)
            .map(|(key, name, note)| {
                let held = holders.get(key).map_or(&[][..], Vec::as_slice);
                let configured = context.sources.iter().any(|source| source == key.source());
                self.row(
                    key,
                    name,
                    if configured { note } else { "source not configured" },
                    held,
                    context.max_per_channel,
                )
            })
            .collect()
    }

    fn row(&self, key: &ChannelKey, name: &str, note: &'static str, held: &[(u8, &str)], max: u8) -> ChannelRow {
        let stored = self.stored.get(key).copied();
        let full = (stored.is_none() && held.len() >= usize::from(max)).then(|| {
            let names: Vec<_> = held.iter().map(|(_, name)| clean(name)).collect();
            format!("{}/{max}: {}", held.len(), names.join(", "))
        });
        let lowest = || (1..=max).find(|slot| held.iter().all(|(taken, _)| taken != slot));
        let ticked = self.ticked.contains(key);
        let label = if name == key.id() {
            clean(key.as_str()).into_owned()
        } else {
            format!("{}  {}", clean(name), clean(key.as_str()))
        };
        let slot = if full.is_some() { None } else { stored.or_else(lowest) };
        ChannelRow { key: key.clone(), label, ticked, slot, full, note }
    }

    /// Ticks or unticks the channel under the cursor; a full one stays as it is.
    pub(super) fn toggle(&mut self, context: &FormContext) {
        let rows = self.rows(context);
        let Some(row) = rows.get(self.cursor(&rows)) else {
            return;
        };
        if row.full.is_some() && !row.ticked {
            return;
        }
        self.remember();
        self.cursor = Some(row.key.clone());
        if !self.ticked.remove(&row.key) {
            self.ticked.insert(row.key.clone());
            self.listed.insert(row.key.clone());
        }
    }

    /// Moves the cursor by one. False where the list ends.
    pub(super) fn step(&mut self, context: &FormContext, down: bool) -> bool {
        let rows = self.rows(context);
        let at = self.cursor(&rows);
        let to = if down { at.checked_add(1) } else { at.checked_sub(1) };
        let Some(row) = to.and_then(|to| rows.get(to)) else {
            return false;
        };
        self.cursor = Some(row.key.clone());
        true
    }

    pub(super) fn edit_filter(&mut self, edit: impl FnOnce(&mut Line)) {
        let mut line = self.filter.clone();
        edit(&mut line);
        if line.value() != self.filter.value() {
            self.remember();
        }
        self.filter = line;
    }

    /// Takes back the last tick or change of the filter.
    pub(super) fn undo(&mut self) {
        if let Some((filter, ticked)) = self.history.pop() {
            self.filter = filter;
            self.ticked = ticked;
        }
    }

    fn remember(&mut self) {
        self.history.push((Line::new(self.filter.value()), self.ticked.clone()));
        if self.history.len() > 200 {
            self.history.remove(0);
        }
    }
}

/// Whether others leave a place in the channel.
pub(super) fn has_room(context: &FormContext, key: &ChannelKey) -> bool {
    holders(context, "").get(key).is_none_or(|held| held.len() < usize::from(context.max_per_channel))
}

/// Who holds the places of each channel, by slot, without the action `own`.
fn holders<'a>(context: &FormContext<'a>, own: &str) -> BTreeMap<&'a ChannelKey, Vec<(u8, &'a str)>> {
    let mut out: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for action in context.actions.iter().filter(|action| own.is_empty() || action.id != own) {
        for (key, slot) in &action.slots {
            out.entry(key).or_default().push((*slot, action.name.as_str()));
        }
    }
    for held in out.values_mut() {
        held.sort_unstable();
    }
    out
}

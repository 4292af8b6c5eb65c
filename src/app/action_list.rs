//! The actions by channel: where they are made, changed and removed.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::command::Motion;
use super::incidents::channel_name;
use crate::domain::action::Action;
use crate::domain::channel::{Channel, ChannelKey};

#[derive(Clone, Debug, PartialEq)]
pub enum ActionRow {
    /// A channel and how many of its places are taken.
    Channel {
        /// Its key; `None` heads the actions that belong to none.
        key: Option<ChannelKey>,
        name: String,
        /// How many actions it has.
        taken: usize,
    },
    /// An action in that channel.
    Action {
        /// The channel; `None` where it belongs to none.
        channel: Option<ChannelKey>,
        /// Its slot there, 0 where it belongs to none.
        slot: u8,
        action: Arc<Action>,
    },
    /// Stands where a channel has no action.
    Empty { channel: ChannelKey },
}

impl ActionRow {
    fn is_target(&self) -> bool {
        !matches!(self, Self::Channel { .. })
    }

    fn place(&self) -> Option<Target> {
        match self {
            Self::Channel { .. } => None,
            Self::Action { channel, action, .. } => Some((channel.clone(), Some(action.id.clone()))),
            Self::Empty { channel } => Some((Some(channel.clone()), None)),
        }
    }
}

type Target = (Option<ChannelKey>, Option<String>);

#[derive(Clone, Debug, Default)]
pub struct ActionList {
    rows: Vec<ActionRow>,
    cursor: Option<Target>,
    at: usize,
    offset: usize,
    height: usize,
    filter: String,
}

impl ActionList {
    /// The rows seen now, with whether the cursor is on them.
    pub fn window(&self) -> impl Iterator<Item = (bool, &ActionRow)> {
        let end = (self.offset + self.height).min(self.rows.len());
        (self.offset..end).filter_map(|at| Some((at == self.at, self.rows.get(at)?)))
    }

    pub fn selected(&self) -> Option<&ActionRow> {
        self.rows.get(self.at).filter(|row| row.is_target())
    }

    /// The action under the cursor.
    pub fn action(&self) -> Option<&Arc<Action>> {
        match self.selected()? {
            ActionRow::Action { action, .. } => Some(action),
            ActionRow::Channel { .. } | ActionRow::Empty { .. } => None,
        }
    }

    /// The channel under the cursor.
    pub fn channel(&self) -> Option<ChannelKey> {
        self.selected()?.place()?.0
    }

    /// The filter's text; empty = none.
    pub fn filter(&self) -> &str {
        &self.filter
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// How many rows are seen at once.
    pub fn set_height(&mut self, height: usize) {
        self.height = height;
        self.keep_in_view();
    }

    /// Shows only actions and channels whose name holds `text`.
    pub fn set_filter(&mut self, text: &str, actions: &[Arc<Action>], channels: &[Channel]) {
        text.clone_into(&mut self.filter);
        self.rebuild(actions, channels);
    }

    /// Takes the actions and channels as they are now. The cursor follows its action.
    pub fn rebuild(&mut self, actions: &[Arc<Action>], channels: &[Channel]) {
        self.rows = rows(actions, channels, &self.filter.to_lowercase());
        let same =
            self.cursor.as_ref().and_then(|place| self.rows.iter().position(|row| row.place().as_ref() == Some(place)));
        self.at = same.unwrap_or_else(|| self.nearest(self.at, true));
        self.follow();
    }

    pub fn go(&mut self, motion: Motion) {
        let page = self.height.saturating_sub(1).max(1);
        let last = self.rows.len().saturating_sub(1);
        self.at = match motion {
            Motion::Down => self.nearest((self.at + 1).min(last), true),
            Motion::Up => self.nearest(self.at.saturating_sub(1), false),
            Motion::PageDown => self.nearest((self.at + page).min(last), true),
            Motion::PageUp => self.nearest(self.at.saturating_sub(page), false),
            Motion::Top => self.nearest(0, true),
            Motion::Bottom => self.nearest(last, false),
        };
        self.follow();
    }

    fn nearest(&self, at: usize, down: bool) -> usize {
        let is_target = |at: &usize| self.rows.get(*at).is_some_and(ActionRow::is_target);
        let after = (at..self.rows.len()).find(is_target);
        let before = (0..=at).rev().find(is_target);
        (if down { after.or(before) } else { before.or(after) }).unwrap_or(0)
    }

    fn follow(&mut self) {
        self.cursor = self.rows.get(self.at).and_then(ActionRow::place);
        self.keep_in_view();
    }

    fn keep_in_view(&mut self) {
        // The heading above the first action of a channel is seen with it.
        let first = if self.at == 1 { 0 } else { self.at };
        self.offset = self.offset.min(first).max((self.at + 1).saturating_sub(self.height.max(1)));
    }
}

/// The buttons of a channel: slot and action.
type Buttons<'a> = Vec<(u8, &'a Arc<Action>)>;

fn rows(actions: &[Arc<Action>], channels: &[Channel], filter: &str) -> Vec<ActionRow> {
    let mut by_channel: BTreeMap<&ChannelKey, Buttons<'_>> =
        channels.iter().map(|channel| (&channel.key, Vec::new())).collect();
    for action in actions {
        for (key, slot) in &action.slots {
            by_channel.entry(key).or_default().push((*slot, action));
        }
    }
    let mut groups: Vec<(String, &ChannelKey, Buttons<'_>)> =
        by_channel.into_iter().map(|(key, members)| (channel_name(channels, key).to_owned(), key, members)).collect();
    groups.sort_by(|a, b| (a.1.source(), a.0.to_lowercase(), a.1).cmp(&(b.1.source(), b.0.to_lowercase(), b.1)));
    let mut out = Vec::new();
    for (name, key, mut members) in groups {
        members.sort_by_key(|(slot, _)| *slot);
        let taken = members.len();
        let named = name.to_lowercase().contains(filter) || key.as_str().to_lowercase().contains(filter);
        members.retain(|(_, action)| named || action.name.to_lowercase().contains(filter));
        if !named && members.is_empty() {
            continue;
        }
        out.push(ActionRow::Channel { key: Some(key.clone()), name, taken });
        if members.is_empty() {
            out.push(ActionRow::Empty { channel: key.clone() });
        }
        out.extend(members.into_iter().map(|(slot, action)| ActionRow::Action {
            channel: Some(key.clone()),
            slot,
            action: action.clone(),
        }));
    }
    let homeless = actions.iter().filter(|action| action.slots.is_empty());
    let homeless: Vec<_> = homeless.filter(|action| action.name.to_lowercase().contains(filter)).collect();
    if !homeless.is_empty() {
        out.push(ActionRow::Channel { key: None, name: "in no channel".to_owned(), taken: homeless.len() });
        let row = |action: &Arc<Action>| ActionRow::Action { channel: None, slot: 0, action: action.clone() };
        out.extend(homeless.into_iter().map(row));
    }
    out
}

//! The board: the incidents in their order, what is selected, what is seen.
//!
//! **The target holds still.** The selection follows its incident by key and stays on its row of the screen. While a
//! hand is on the keys nothing moves: what closed stays in its place struck through, what is new waits above. Both
//! are settled when the hand rests for [`HAND_MS`], or when the cursor goes to the top.

pub mod around;
mod arrivals;
mod complete;
mod cursor;
mod filter;
mod groups;
mod marks;
mod order;
pub mod pending;
mod shares;
mod texts;
mod views;

pub use complete::{Choice, Completion};
pub use groups::{GroupRow, ListRow};
pub use marks::Selection;
pub use shares::Share;
pub use views::View;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::num::NonZeroI64;
use std::sync::Arc;

use around::Around;
use groups::Line;

use super::event::Now;
use crate::domain::channel::{Channel, ChannelKey};
use crate::domain::incident::{Incident, IncidentKey, IncidentRow, Progress, Severity};
use crate::domain::query::Query;
use crate::domain::saved_view::{Group, Sort};

/// For how long after a key a hand counts as being on the keys, milliseconds.
pub const HAND_MS: u64 = 5_000;

#[derive(Clone, Debug)]
pub struct Entry {
    pub row: IncidentRow,
    /// Closed or gone from its source: struck through until the cursor moves.
    pub gone: bool,
    /// When it was first missing, where its source no longer tells of it and `row.body` does not say so yet.
    missing_s: Option<NonZeroI64>,
    /// Where the filter looks for it.
    slot: texts::Slot,
    /// Its channel's place among the board's.
    channel_at: u32,
    /// The group it belongs to, as long as the list is grouped.
    group: u32,
    /// Whether the person at the keyboard has it or was asked to take it, by what its source told.
    mine: bool,
}

/// The incidents, in the order of the list.
// The flags are independent facts, not a state in disguise.
#[allow(clippy::struct_excessive_bools)]
#[derive(Clone, Debug, Default)]
pub struct Board {
    entries: Vec<Entry>,
    /// Which of them the view and the filter let through, in order; `None` = all.
    shown: Option<Vec<u32>>,
    filter: String,
    query: Query,
    sort: Sort,
    views: views::Views,
    groups: groups::Groups,
    /// The channels of the incidents that were here.
    channel_keys: Vec<ChannelKey>,
    channel_places: HashMap<ChannelKey, u32>,
    texts: texts::Texts,
    /// Names and addresses of who is at the keyboard.
    me: Vec<String>,
    selected: Option<IncidentKey>,
    /// What the incidents share whose header the cursor is on; then no incident is selected.
    at_group: Option<String>,
    opened: Option<Arc<Incident>>,
    /// The selected one's place among the shown.
    at: usize,
    /// How many shown ones are scrolled off at the top.
    offset: usize,
    /// Empty rows on top that keep the selected one in its place after others went; gone with the next move.
    lead: usize,
    height: usize,
    waiting: Vec<IncidentRow>,
    gone: usize,
    unsorted: bool,
    /// When a snooze ends next and the order changes, Unix seconds.
    wakes_s: Option<i64>,
    touched: bool,
    hand_ms: u64,
    came_from: Option<IncidentKey>,
    before_filter: Option<IncidentKey>,
    whole: bool,
    stored: usize,
    closed_early: HashSet<IncidentKey>,
    marks: marks::Marks,
    pending: pending::Pending,
    /// Those that came or changed since they were last looked at.
    changed: HashSet<IncidentKey>,
    /// Those of them that were looked at since the filter asks for new ones.
    looked_at: HashSet<IncidentKey>,
    open: BTreeMap<String, usize>,
    /// Open ones by severity, `Critical` first.
    by_severity: [usize; 3],
}

impl Board {
    /// The lines seen now, from the top of the list: place among the lines, and the header or incident.
    pub fn window(&self) -> impl Iterator<Item = (usize, ListRow<'_>)> {
        let end = self.lines().min(self.offset + self.height.saturating_sub(self.lead));
        (self.offset..end).filter_map(|at| Some((at, self.line(at)?)))
    }

    /// Whether it came or changed since it was last looked at.
    pub fn has_changed(&self, key: &IncidentKey) -> bool {
        self.changed.contains(key)
    }

    /// How many came or changed since they were last looked at.
    pub fn changed(&self) -> usize {
        self.changed.len()
    }

    /// Empty rows above the first row seen.
    pub fn lead(&self) -> usize {
        self.lead
    }

    /// How many rows are scrolled off at the top.
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// How many incidents the view and the filter let through, the ones struck through and folded away among them.
    pub fn len(&self) -> usize {
        self.shown.as_ref().map_or(self.entries.len(), Vec::len)
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many lines the list has, headers among them.
    pub fn lines(&self) -> usize {
        if self.groups.by == Group::None { self.len() } else { self.groups.lines.len() }
    }

    /// Which of the incidents that are let through the selected one is, from 1.
    pub fn position(&self) -> Option<usize> {
        let index = self.index(self.selected.as_ref().map(|_| self.at)?)?;
        let among = |shown: &Vec<u32>| shown.binary_search(&u32::try_from(index).ok()?).ok();
        Some(1 + self.shown.as_ref().map_or(Some(index), among)?)
    }

    /// How many incidents are open, the ones that wait among them.
    pub fn open_total(&self) -> usize {
        if self.whole { self.open.values().sum() } else { self.stored.max(self.open.values().sum()) }
    }

    /// How many of those that were read are critical.
    pub fn open_critical(&self) -> usize {
        self.by_severity[0]
    }

    /// How many of them are of this source; `None` until all stored ones are read.
    pub fn open_of(&self, source: &str) -> Option<usize> {
        self.whole.then(|| self.open.get(source).copied().unwrap_or(0))
    }

    /// How many new ones wait to be let in.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Whether all that were stored are read.
    pub fn is_whole(&self) -> bool {
        self.whole
    }

    /// The worst severity among them; `None` where none waits.
    pub fn worst_waiting(&self) -> Option<Severity> {
        self.waiting.iter().map(|row| row.severity).min()
    }

    /// How many open ones are of each severity, `Critical` first, of those that were read.
    pub fn by_severity(&self) -> [usize; 3] {
        self.by_severity
    }

    /// The filter's text; empty = none. The view's own filter is not in it.
    pub fn filter(&self) -> &str {
        &self.filter
    }

    /// The filter and the view's, read: what is wanted, and where it is found.
    pub fn query(&self) -> &Query {
        &self.query
    }

    /// Whether the list shows what was matched loosely, so that some of it may be there by chance.
    pub fn is_fuzzy(&self) -> bool {
        self.query.is_fuzzy()
    }

    /// The cursor's place among the lines.
    pub fn at(&self) -> Option<usize> {
        (self.selected.is_some() || self.at_group.is_some()).then_some(self.at)
    }

    /// The selected incident; none where the cursor is on a header.
    pub fn selected(&self) -> Option<&Entry> {
        self.selected.as_ref().and_then(|key| self.find(key))
    }

    /// The selected one in full.
    pub fn opened(&self) -> Option<&Arc<Incident>> {
        self.opened.as_ref()
    }

    /// The incident of this key, where the board has it.
    pub fn find(&self, key: &IncidentKey) -> Option<&Entry> {
        // Nearly always it is the one under the cursor.
        let here = self.entry(self.at).filter(|entry| entry.row.key == *key);
        here.or_else(|| self.entries.iter().find(|entry| entry.row.key == *key))
    }

    /// Those of these keys that the board has.
    pub fn find_all(&self, keys: &[IncidentKey]) -> HashMap<&IncidentKey, &Entry> {
        if let [one] = keys {
            return self.find(one).map(|entry| (&entry.row.key, entry)).into_iter().collect();
        }
        let wanted: HashSet<&IncidentKey> = keys.iter().collect();
        let found = self.entries.iter().filter(|entry| wanted.contains(&entry.row.key));
        found.map(|entry| (&entry.row.key, entry)).collect()
    }

    /// The line at this place.
    pub fn line(&self, at: usize) -> Option<ListRow<'_>> {
        match self.groups.lines.get(at) {
            Some(Line::Header(header)) => self.groups.headers.get(*header as usize).map(ListRow::Group),
            _ => self.entry(at).map(ListRow::Incident),
        }
    }

    /// The incident whose line is at this place.
    pub fn entry(&self, at: usize) -> Option<&Entry> {
        self.index(at).and_then(|index| self.entries.get(index))
    }

    fn index(&self, at: usize) -> Option<usize> {
        if self.groups.by != Group::None {
            let Line::Entry(index) = self.groups.lines.get(at)? else {
                return None;
            };
            return Some(*index as usize);
        }
        match &self.shown {
            Some(shown) => shown.get(at).map(|index| *index as usize),
            None => Some(at),
        }
    }

    /// What the view and the filter let through, in order.
    fn shown_entries(&self) -> impl Iterator<Item = &Entry> {
        let all = self.shown.is_none().then_some(&self.entries).into_iter().flatten();
        let some = self.shown.iter().flatten().filter_map(|index| self.entries.get(*index as usize));
        all.chain(some)
    }

    /// When waiting changes are to be let in, monotonic milliseconds; `None` where nothing waits.
    pub fn settles_at(&self) -> Option<u64> {
        let unsettled = !self.waiting.is_empty() || self.unsorted || self.gone > usize::from(self.selected_is_gone());
        unsettled.then_some(self.hand_ms + HAND_MS)
    }

    fn selected_is_gone(&self) -> bool {
        self.gone > 0 && self.selected().is_some_and(|entry| entry.gone)
    }

    fn hand_on_keys(&self, now: Now) -> bool {
        self.touched && now.mono_ms < self.hand_ms + HAND_MS
    }

    /// Filters by `text`, in the language of [`crate::domain::query`]. Empty shows all of the view.
    pub fn set_filter(&mut self, text: &str, around: &Around<'_>) {
        if text == self.filter {
            return;
        }
        self.note_before();
        text.clone_into(&mut self.filter);
        let row = self.screen_row();
        self.refilter(false, around);
        self.relocate_filled(row);
        self.forget_before();
    }

    /// Shows all again: the first view, without a filter.
    pub fn show_all(&mut self, around: &Around<'_>) {
        self.filter.clear();
        self.set_view(0, around);
        self.forget_before();
    }

    /// Remembers what was selected before something was filtered.
    fn note_before(&mut self) {
        if self.shown.is_none() {
            self.before_filter.clone_from(&self.selected);
        }
    }

    fn forget_before(&mut self) {
        if self.shown.is_none() {
            self.before_filter = None;
        }
    }

    fn refilter(&mut self, keep_selected: bool, around: &Around<'_>) {
        self.query = self.views.query().and(Query::parse(&self.filter));
        if !self.query.wants_new() {
            self.looked_at.clear();
        }
        if self.query.is_empty() {
            self.shown = None;
            self.regroup(around);
            return;
        }
        let query = std::mem::take(&mut self.query);
        let mut shown = self.matching(&query, around);
        self.query = query;
        if let (true, Some(key)) = (keep_selected, &self.selected)
            && let Some(index) = self.entries.iter().position(|entry| entry.row.key == *key)
            && let Ok(index) = u32::try_from(index)
            && let Err(place) = shown.binary_search(&index)
        {
            shown.insert(place, index);
        }
        self.shown = Some(shown);
        self.regroup(around);
    }

    /// Puts all in order, and notes when the order changes by itself.
    fn reorder(&mut self, around: &Around<'_>) {
        order::put_in_order(&mut self.entries, self.sort, around);
        self.unsorted = false;
        let snoozes = self.entries.iter().map(|entry| entry.row.facts.snoozed_before());
        self.wakes_s = snoozes.filter(|until_s| *until_s > around.now_s).min();
    }

    fn recount(&mut self) {
        let mut open: BTreeMap<String, usize> = BTreeMap::new();
        (self.gone, self.by_severity) = (0, [0; 3]);
        let waiting = self.waiting.iter();
        for row in self.entries.iter().filter(|entry| !entry.gone).map(|entry| &entry.row).chain(waiting) {
            if row.progress == Progress::Closed {
                continue;
            }
            self.by_severity[match row.severity {
                Severity::Critical => 0,
                Severity::Warning => 1,
                Severity::Info => 2,
            }] += 1;
            match open.get_mut(row.key.source()) {
                Some(count) => *count += 1,
                None => {
                    open.insert(row.key.source().to_owned(), 1);
                }
            }
        }
        self.gone = self.entries.iter().filter(|entry| entry.gone).count();
        self.open = open;
        self.views.stale = true;
        self.prune_marks();
    }
}

/// The name of a channel as its source gives it, else its id.
pub fn channel_name<'a>(channels: &'a [Channel], key: &'a ChannelKey) -> &'a str {
    channels
        .binary_search_by(|channel| channel.key.cmp(key))
        .map_or(key.id(), |at| channels.get(at).map_or(key.id(), |channel| channel.name.as_str()))
}

//! The board: the incidents in their order, what is selected, what is seen.
//!
//! **The target holds still.** The selection follows its incident by key and stays on its row of the screen. While a
//! hand is on the keys nothing moves: what closed stays in its place struck through, what is new waits above. Both
//! are settled when the hand rests for [`HAND_MS`], or when the cursor goes to the top.

mod arrivals;
mod cursor;
mod marks;
pub mod pending;

pub use marks::Selection;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::num::NonZeroI64;
use std::sync::Arc;

use frizbee::{CaseMatching, Config, Matcher, Matching, Pattern, PatternConfig, SortStrategy};

use super::event::Now;
use crate::domain::channel::{Channel, ChannelKey};
use crate::domain::incident::{Incident, IncidentKey, IncidentRow, Progress, Severity};

/// For how long after a key a hand counts as being on the keys, milliseconds.
pub const HAND_MS: u64 = 5_000;

/// Begins a word of the filter that is matched loosely.
pub const FUZZY: char = '~';

#[derive(Clone, Debug)]
pub struct Entry {
    pub row: IncidentRow,
    /// Closed or gone from its source: struck through until the cursor moves.
    pub gone: bool,
    /// When it was first missing, where its source no longer tells of it and `row.body` does not say so yet.
    missing_s: Option<NonZeroI64>,
    /// What the filter looks in; empty until a filter is first opened.
    search: Box<str>,
}

impl AsRef<str> for Entry {
    fn as_ref(&self) -> &str {
        &self.search
    }
}

/// The incidents, in the board's order: severity, newest first, key.
// The flags are independent facts, not a state in disguise.
#[allow(clippy::struct_excessive_bools)]
#[derive(Clone, Debug, Default)]
pub struct Board {
    entries: Vec<Entry>,
    /// Which of them the filter lets through, in order; `None` = no filter.
    shown: Option<Vec<u32>>,
    filter: String,
    selected: Option<IncidentKey>,
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
    searchable: bool,
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
    open: BTreeMap<String, usize>,
    critical: usize,
}

impl Board {
    /// The rows seen now, from the top of the list: place among the shown ones, and the entry.
    pub fn window(&self) -> impl Iterator<Item = (usize, &Entry)> {
        let end = self.len().min(self.offset + self.height.saturating_sub(self.lead));
        (self.offset..end).filter_map(|at| Some((at, self.entry(at)?)))
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

    /// How many incidents the filter lets through, the ones struck through among them.
    pub fn len(&self) -> usize {
        self.shown.as_ref().map_or(self.entries.len(), Vec::len)
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many incidents are open, the ones that wait among them.
    pub fn open_total(&self) -> usize {
        if self.whole { self.open.values().sum() } else { self.stored.max(self.open.values().sum()) }
    }

    /// How many of those that were read are critical.
    pub fn open_critical(&self) -> usize {
        self.critical
    }

    /// How many of them are of this source; `None` until all stored ones are read.
    pub fn open_of(&self, source: &str) -> Option<usize> {
        self.whole.then(|| self.open.get(source).copied().unwrap_or(0))
    }

    /// How many new ones wait to be let in.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// The filter's text; empty = none.
    pub fn filter(&self) -> &str {
        &self.filter
    }

    /// Whether the list shows what was matched loosely, so that some of it may be there by chance.
    pub fn is_fuzzy(&self) -> bool {
        self.filter.split_whitespace().any(|word| word.len() > FUZZY.len_utf8() && word.starts_with(FUZZY))
    }

    /// The place of the selected one among the shown.
    pub fn at(&self) -> Option<usize> {
        self.selected.as_ref().map(|_| self.at)
    }

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

    /// The shown incident at this place.
    pub fn entry(&self, at: usize) -> Option<&Entry> {
        self.index(at).and_then(|index| self.entries.get(index))
    }

    fn index(&self, at: usize) -> Option<usize> {
        match &self.shown {
            Some(shown) => shown.get(at).map(|index| *index as usize),
            None => Some(at),
        }
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

    /// Filters by `text`: every word of it must be found as it is written; of a word behind [`FUZZY`] only its letters, in
    /// their order. Empty shows all.
    pub fn set_filter(&mut self, text: &str, channels: &[Channel]) {
        if self.filter.is_empty() && !text.is_empty() {
            self.before_filter = self.selected.clone();
        }
        text.clone_into(&mut self.filter);
        let row = self.screen_row();
        self.refilter(false, channels);
        self.relocate(row);
        if self.filter.is_empty() {
            self.before_filter = None;
        }
    }

    /// Prepares the texts that the filter looks in, so that its first letter is as fast as the next.
    pub fn prepare_filter(&mut self, channels: &[Channel]) {
        if self.searchable && self.entries.iter().all(|entry| !entry.search.is_empty()) {
            return;
        }
        self.searchable = true;
        for entry in &mut self.entries {
            if entry.search.is_empty() {
                entry.search = search_text(&entry.row, channels);
            }
        }
    }

    fn refilter(&mut self, keep_selected: bool, channels: &[Channel]) {
        if self.filter.trim().is_empty() {
            self.shown = None;
            return;
        }
        self.prepare_filter(channels);
        let config = Config::default().casing(CaseMatching::Ignore).sort(SortStrategy::IndexAsc);
        let words: Vec<Pattern> = self.filter.split_whitespace().filter_map(pattern).collect();
        let found = Matcher::from_patterns(&words, &config).match_list(&self.entries);
        let mut shown: Vec<u32> = found.into_iter().map(|hit| hit.index).collect();
        if let (true, Some(key)) = (keep_selected, &self.selected)
            && let Some(index) = self.entries.iter().position(|entry| entry.row.key == *key)
            && let Ok(index) = u32::try_from(index)
            && let Err(place) = shown.binary_search(&index)
        {
            shown.insert(place, index);
        }
        self.shown = Some(shown);
    }

    fn recount(&mut self) {
        let mut open: BTreeMap<String, usize> = BTreeMap::new();
        (self.gone, self.critical) = (0, 0);
        let waiting = self.waiting.iter();
        for row in self.entries.iter().filter(|entry| !entry.gone).map(|entry| &entry.row).chain(waiting) {
            if row.progress == Progress::Closed {
                continue;
            }
            self.critical += usize::from(row.severity == Severity::Critical);
            match open.get_mut(row.key.source()) {
                Some(count) => *count += 1,
                None => {
                    open.insert(row.key.source().to_owned(), 1);
                }
            }
        }
        self.gone = self.entries.iter().filter(|entry| entry.gone).count();
        self.open = open;
        self.prune_marks();
    }
}

/// What a word of the filter looks for; a lone [`FUZZY`] looks for nothing yet.
fn pattern(word: &str) -> Option<Pattern> {
    let (letters, matching) =
        word.strip_prefix(FUZZY).map_or((word, Matching::Substring), |letters| (letters, Matching::Fuzzy));
    (!letters.is_empty()).then(|| Pattern::new(letters, PatternConfig::default().matching(Some(matching))))
}

fn search_text(row: &IncidentRow, channels: &[Channel]) -> Box<str> {
    let name = channel_name(channels, &row.channel);
    format!("{} {} {name} {}", row.num, row.title, row.key.source()).into()
}

/// The name of a channel as its source gives it, else its id.
pub fn channel_name<'a>(channels: &'a [Channel], key: &'a ChannelKey) -> &'a str {
    channels
        .binary_search_by(|channel| channel.key.cmp(key))
        .map_or(key.id(), |at| channels.get(at).map_or(key.id(), |channel| channel.name.as_str()))
}

fn order(entry: &Entry) -> (Severity, std::cmp::Reverse<i64>, &IncidentKey) {
    (entry.row.severity, std::cmp::Reverse(entry.row.start_time), &entry.row.key)
}

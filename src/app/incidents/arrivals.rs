//! What the sources and the store tell: in, changed, gone. Nothing here moves the selection.

use std::collections::{HashMap, HashSet};
use std::num::NonZeroI64;

use super::super::event::Now;
use super::around::Around;
use super::groups::NO_GROUP;
use super::texts::NO_SLOT;
use super::{Board, Entry};
use crate::domain::board::Delta;
use crate::domain::incident::{IncidentKey, IncidentRow, Progress, Severity};
use crate::domain::saved_view::Group;

/// At most so many changed ones are compared in full: of a storm nobody reads what changed.
const COMPARED: usize = 500;

impl Board {
    /// Takes what the store knew at the start: `rows` in the board's order, `stored` open ones in all.
    pub fn load(&mut self, rows: Vec<IncidentRow>, whole: bool, stored: usize, around: &Around<'_>) {
        self.whole = whole;
        self.stored = stored;
        let known: HashSet<IncidentKey> = self.entries.iter().map(|entry| entry.row.key.clone()).collect();
        for row in rows.into_iter().filter(|row| !known.contains(&row.key)) {
            let entry = self.take_in(row);
            self.entries.push(entry);
        }
        self.settle(around);
    }

    /// Takes the rest of what the store knew. What a source told meanwhile is newer and stays.
    pub fn more(&mut self, rows: Vec<IncidentRow>, around: &Around<'_>) {
        self.whole = true;
        let closed = std::mem::take(&mut self.closed_early);
        let waiting = self.waiting.iter().map(|row| row.key.clone());
        let known: HashSet<IncidentKey> =
            self.entries.iter().map(|entry| entry.row.key.clone()).chain(waiting).collect();
        self.entries.reserve_exact(rows.len());
        for row in rows.into_iter().filter(|row| !known.contains(&row.key) && !closed.contains(&row.key)) {
            let entry = self.take_in(row);
            self.entries.push(entry);
        }
        let row = self.screen_row();
        self.reorder(around);
        self.refilter(true, around);
        self.relocate(row);
        self.recount();
    }

    /// Takes what one refresh changed. `tells`: what differs is news, because the source has given a whole list
    /// before. Then how many incidents are critical that were not, or not there, before, and the title of one.
    pub fn apply(&mut self, delta: Delta, around: &Around<'_>, now: Now, tells: bool) -> (usize, String) {
        if delta.is_quiet() {
            return (0, String::new());
        }
        let at_s = delta.at_s;
        let worse = if tells { self.newly_critical(&delta) } else { (0, String::new()) };
        let tells = tells && delta.changed.len() <= COMPARED;
        let mut changed: HashMap<IncidentKey, IncidentRow> =
            delta.changed.into_iter().map(|row| (row.key.clone(), row)).collect();
        let gone: HashSet<IncidentKey> = delta.gone.into_iter().collect();
        let mut entries = std::mem::take(&mut self.entries);
        for entry in &mut entries {
            if let Some(row) = changed.remove(&entry.row.key) {
                let sorted_by = |row: &IncidentRow| {
                    (row.severity, row.start_time, row.facts.snoozed_before(), row.facts.quiet, row.title.clone())
                };
                self.unsorted |= sorted_by(&row) != sorted_by(&entry.row);
                // What we do to it ourselves is no news.
                let ours = self.pending.contains_key(&row.key);
                if tells && !ours && !entry.row.unpack().differs_in(&row.unpack()).is_empty() {
                    self.changed.insert(row.key.clone());
                }
                *entry = self.take_in(row);
            } else if !entry.gone && gone.contains(&entry.row.key) {
                entry.row.progress = Progress::Closed;
                entry.gone = true;
                entry.missing_s = NonZeroI64::new(at_s);
            }
        }
        self.entries = entries;
        self.unsorted |= self.groups.by != Group::None;
        self.changed.retain(|key| !gone.contains(key));
        self.waiting.retain(|row| !gone.contains(&row.key) && !changed.contains_key(&row.key));
        if !self.whole {
            let closed = changed.values().filter(|row| row.progress == Progress::Closed).map(|row| &row.key);
            self.closed_early.extend(closed.chain(&gone).cloned());
        }
        let mut new: Vec<IncidentRow> = changed.into_values().filter(|row| row.progress != Progress::Closed).collect();
        new.sort_by(|a, b| a.key.cmp(&b.key));
        if tells {
            self.changed.extend(new.iter().map(|row| row.key.clone()));
        }
        self.waiting.extend(new);
        self.recount();
        self.reopen();
        if self.hand_on_keys(now) {
            // The changed ones may match the filter no more, or now; they wait like new ones do.
            self.unsorted |= self.shown.is_some();
        } else {
            self.settle(around);
        }
        worse
    }

    /// Those that somebody has in hand already are no news: they are marked.
    fn newly_critical(&self, delta: &Delta) -> (usize, String) {
        let tells = |row: &IncidentRow| is_critical(row.severity, row.progress) && !row.is_quiet();
        let mut critical: HashMap<&IncidentKey, &IncidentRow> =
            delta.changed.iter().filter(|row| tells(row)).map(|row| (&row.key, row)).collect();
        let entries = self.entries.iter().filter(|entry| !entry.gone).map(|entry| &entry.row);
        for row in entries.chain(&self.waiting) {
            if critical.contains_key(&row.key) && tells(row) {
                critical.remove(&row.key);
            }
        }
        let title = critical.values().min_by_key(|row| &row.key).map_or_else(String::new, |row| row.title.to_string());
        (critical.len(), title)
    }

    /// Lets in what waits if no hand is on the keys.
    pub fn tick(&mut self, around: &Around<'_>, now: Now) {
        // A snooze that has ended changes the order.
        self.unsorted |= self.wakes_s.is_some_and(|at_s| at_s <= around.now_s);
        self.views.stale |= self.unsorted;
        if self.settles_at().is_some_and(|at| now.mono_ms >= at) {
            self.settle(around);
        }
    }

    /// Lets in what waits, if anything does.
    pub(super) fn settle_waiting(&mut self, around: &Around<'_>) {
        if self.settles_at().is_some() {
            self.settle(around);
        }
    }

    /// Lets in what waits, takes out what is gone (but the selected one), and puts all in order around the selected
    /// one, which keeps its row of the screen.
    fn settle(&mut self, around: &Around<'_>) {
        let row = self.screen_row();
        for row in std::mem::take(&mut self.waiting) {
            let entry = self.take_in(row);
            self.entries.push(entry);
        }
        let selected = self.selected.as_ref().filter(|_| self.touched);
        self.entries.retain(|entry| !entry.gone || Some(&entry.row.key) == selected);
        self.reorder(around);
        self.refilter(true, around);
        self.relocate(row);
        self.recount();
    }

    /// An entry of this row. Few channels have many incidents: each is in memory once.
    fn take_in(&mut self, mut row: IncidentRow) -> Entry {
        let known = self.channel_places.get(&row.channel).copied();
        let channel_at = known.unwrap_or_else(|| {
            let at = u32::try_from(self.channel_keys.len()).unwrap_or(u32::MAX);
            self.channel_keys.push(row.channel.clone());
            self.channel_places.insert(row.channel.clone(), at);
            at
        });
        if let Some(known) = self.channel_keys.get(channel_at as usize) {
            row.channel = known.clone();
        }
        let (gone, mine) = (row.progress == Progress::Closed, self.is_mine(&row));
        Entry { gone, mine, missing_s: None, slot: NO_SLOT, channel_at, group: NO_GROUP, row }
    }
}

/// Whether a row counts as open and critical.
fn is_critical(severity: Severity, progress: Progress) -> bool {
    severity == Severity::Critical && progress != Progress::Closed
}

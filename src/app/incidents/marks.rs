//! Marks: which incidents the next press is for. They follow incidents by key.

use std::collections::HashSet;

use super::{Board, Entry};
use crate::app::command::MarkCommand;
use crate::domain::incident::IncidentKey;

#[derive(Clone, Debug, Default)]
pub(super) struct Marks {
    keys: HashSet<IncidentKey>,
    last: Option<IncidentKey>,
}

/// Which incidents a press is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    One(IncidentKey),
    Marked,
    /// Those under the header that the cursor was on.
    Group(Vec<IncidentKey>),
}

impl Selection {
    /// Whether it is for as many as there are, so that it is shown and counted before it is sent.
    pub fn is_many(&self) -> bool {
        !matches!(self, Self::One(_))
    }
}

impl Board {
    /// What the next press or operation is for: the marked ones, else those under the header, else the selected one.
    pub fn selection(&self) -> Option<Selection> {
        if self.marked() > 0 {
            return Some(Selection::Marked);
        }
        let group = self.on_group().map(|group| Selection::Group(self.group_keys(group)));
        group.or_else(|| self.selected.clone().map(Selection::One))
    }

    /// Those of the selection that the board has, in its order, with whether the list shows each.
    pub fn entries_of(&self, selection: &Selection) -> Vec<(&Entry, bool)> {
        match selection {
            Selection::One(key) => self.find(key).map(|entry| (entry, true)).into_iter().collect(),
            Selection::Marked => self.marked_entries(),
            Selection::Group(keys) => {
                let wanted: HashSet<&IncidentKey> = keys.iter().collect();
                let found = self.entries.iter().filter(|entry| wanted.contains(&entry.row.key));
                found.map(|entry| (entry, true)).collect()
            }
        }
    }

    pub fn is_marked(&self, key: &IncidentKey) -> bool {
        self.marks.keys.contains(key)
    }

    pub fn marked(&self) -> usize {
        self.marks.keys.len()
    }

    /// How many of them the filter hides, or wait above the list.
    pub fn marked_hidden(&self) -> usize {
        let all_seen = self.shown.is_none() && self.groups.lines.is_empty() && self.waiting.is_empty();
        if self.marks.keys.is_empty() || all_seen {
            return 0;
        }
        let shown = (0..self.lines()).filter_map(|at| self.entry(at));
        self.marked() - shown.filter(|entry| self.is_marked(&entry.row.key)).count()
    }

    /// The marked ones in the board's order, with whether the list shows each.
    pub fn marked_entries(&self) -> Vec<(&Entry, bool)> {
        let shown: Option<HashSet<u32>> = self.shown.as_ref().map(|shown| shown.iter().copied().collect());
        let seen = |at: usize| shown.as_ref().is_none_or(|shown| u32::try_from(at).is_ok_and(|at| shown.contains(&at)));
        let all = self.entries.iter().enumerate();
        all.filter(|(_, entry)| self.is_marked(&entry.row.key)).map(|(at, entry)| (entry, seen(at))).collect()
    }

    /// Takes all marks away; whether there were any.
    pub fn unmark_all(&mut self) -> bool {
        let had = !self.marks.keys.is_empty();
        self.marks = Marks::default();
        had
    }

    /// Marks these, as far as the board has them.
    pub fn mark(&mut self, keys: impl IntoIterator<Item = IncidentKey>) {
        self.marks.keys.extend(keys);
        self.prune_marks();
    }

    /// Marks one or many; whether it did. What was matched by chance is not to be pressed, so under a loose filter only
    /// single incidents are marked.
    pub fn mark_command(&mut self, command: MarkCommand) -> bool {
        if self.is_fuzzy() && (command != MarkCommand::Mark || self.on_group().is_some()) {
            return false;
        }
        match command {
            MarkCommand::Mark => self.toggle_mark(),
            MarkCommand::MarkRange => self.mark_range(),
            MarkCommand::MarkAll => {
                let keys = self.shown_keys();
                self.marks.keys.extend(keys);
            }
            MarkCommand::MarkInvert => {
                for key in self.shown_keys() {
                    if !self.marks.keys.remove(&key) {
                        self.marks.keys.insert(key);
                    }
                }
            }
        }
        true
    }

    fn toggle_mark(&mut self) {
        let Some(key) = self.selected.clone() else {
            // On a header all under it are meant: marked, unless they are.
            let keys = self.on_group().map(|group| self.group_keys(group)).unwrap_or_default();
            let marked = keys.iter().all(|key| self.is_marked(key));
            for key in keys {
                if marked {
                    self.marks.keys.remove(&key)
                } else {
                    self.marks.keys.insert(key)
                };
            }
            return;
        };
        if !self.marks.keys.remove(&key) {
            self.marks.keys.insert(key.clone());
        }
        self.marks.last = Some(key);
    }

    /// From the last mark to the cursor, as the list stands; without a last mark the cursor's one.
    fn mark_range(&mut self) {
        let Some(key) = self.selected.clone() else {
            return;
        };
        let from = self.marks.last.as_ref().and_then(|last| self.place_of(last)).unwrap_or(self.at);
        let range = from.min(self.at)..=from.max(self.at);
        let keys: Vec<IncidentKey> = range.filter_map(|at| Some(self.entry(at)?.row.key.clone())).collect();
        self.marks.keys.extend(keys);
        self.marks.last = Some(key);
    }

    /// Those that the list shows; on a header those under it.
    fn shown_keys(&self) -> Vec<IncidentKey> {
        if let Some(group) = self.on_group() {
            return self.group_keys(group);
        }
        (0..self.lines()).filter_map(|at| Some(self.entry(at)?.row.key.clone())).collect()
    }

    /// Marks of incidents that left the board go with them.
    pub(super) fn prune_marks(&mut self) {
        if self.marks.keys.is_empty() {
            return;
        }
        let mut kept = HashSet::new();
        let here = self.entries.iter().map(|entry| &entry.row.key).chain(self.waiting.iter().map(|row| &row.key));
        kept.extend(here.filter(|key| self.marks.keys.contains(key)).cloned());
        self.marks.keys = kept;
    }
}

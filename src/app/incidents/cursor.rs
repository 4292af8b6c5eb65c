//! Moving about the board. Only what a person does comes here.

use std::sync::Arc;

use super::super::command::Motion;
use super::super::event::Now;
use super::around::Around;
use super::{Board, ListRow};
use crate::domain::incident::{IncidentKey, Severity};

impl Board {
    /// Notes that a key was pressed: from the first one on the selection never changes by itself.
    pub fn hand(&mut self, now: Now) {
        self.touched = true;
        self.hand_ms = now.mono_ms;
    }

    /// How many rows of the list are seen at once.
    pub fn set_height(&mut self, height: usize) {
        self.height = height;
        self.keep_in_view();
    }

    pub fn go(&mut self, motion: Motion, around: &Around<'_>) {
        let page = self.height.saturating_sub(1).max(1);
        match motion {
            Motion::Down => self.go_to(self.at + 1, around),
            Motion::Up => self.go_to(self.at.saturating_sub(1), around),
            Motion::PageDown => self.turn(page, true, around),
            Motion::PageUp => self.turn(page, false, around),
            Motion::Top => {
                self.remember();
                self.settle_waiting(around);
                self.go_to(0, around);
            }
            Motion::Bottom => {
                self.remember();
                self.go_to(self.lines().saturating_sub(1), around);
            }
        }
    }

    /// To the newest open critical incident; whether there is one. A filter that hides it is cleared.
    pub fn newest_critical(&mut self, around: &Around<'_>) -> bool {
        self.settle_waiting(around);
        let newest = self
            .entries
            .iter()
            .find(|entry| entry.row.severity == Severity::Critical && !entry.gone)
            .map(|entry| entry.row.key.clone());
        newest.is_some_and(|key| self.jump(&key, around))
    }

    /// Back to where the cursor was before the last jump; whether that is still on the board.
    pub fn jump_back(&mut self, around: &Around<'_>) -> bool {
        self.came_from.clone().is_some_and(|key| self.jump(&key, around))
    }

    /// Puts the cursor on this incident; whether the board has it. A filter that hides it is cleared.
    pub fn jump(&mut self, key: &IncidentKey, around: &Around<'_>) -> bool {
        if self.find(key).is_none() {
            return false;
        }
        if self.place_of(key).is_none() {
            self.unfold_for(key, around);
        }
        if self.place_of(key).is_none() {
            self.show_all(around);
        }
        let Some(at) = self.place_of(key) else {
            return false;
        };
        self.remember();
        self.go_to(at, around);
        true
    }

    fn remember(&mut self) {
        if self.selected.is_some() {
            self.came_from.clone_from(&self.selected);
        }
    }

    /// Opens the group that this incident is folded away in.
    fn unfold_for(&mut self, key: &IncidentKey, around: &Around<'_>) {
        let group = self.find(key).map(|entry| entry.group);
        let header = self.groups.headers.iter().find(|header| group.is_some_and(|group| header.is(group)));
        if let Some(value) = header.map(|header| header.value.clone()) {
            self.groups.unfold(&value);
            self.regroup(around);
        }
    }

    pub(super) fn place_of(&self, key: &IncidentKey) -> Option<usize> {
        if self.entry(self.at).is_some_and(|entry| entry.row.key == *key) {
            return Some(self.at);
        }
        (0..self.lines()).find(|at| self.entry(*at).is_some_and(|entry| entry.row.key == *key))
    }

    fn turn(&mut self, page: usize, down: bool, around: &Around<'_>) {
        let at = if down { self.at + page } else { self.at.saturating_sub(page) };
        let offset = if down { self.offset + page } else { self.offset.saturating_sub(page) };
        self.offset = offset.min(self.lines().saturating_sub(self.height));
        self.go_to(at, around);
    }

    /// The cursor to this place. What was struck through leaves the list now.
    fn go_to(&mut self, at: usize, around: &Around<'_>) {
        self.offset = self.offset.saturating_sub(self.lead);
        self.lead = 0;
        self.put_cursor(at.min(self.lines().saturating_sub(1)));
        self.keep_in_view();
        if self.gone > usize::from(self.selected_is_gone()) {
            let row = self.screen_row();
            let selected = self.selected.clone();
            self.entries.retain(|entry| !entry.gone || Some(&entry.row.key) == selected.as_ref());
            self.refilter(true, around);
            self.relocate(row);
            self.lead = 0;
            self.recount();
        }
        self.reopen();
    }

    /// Scrolls so that the cursor is seen, half a page at once: a list that moves one row at each key costs a slow
    /// line a whole list each time.
    fn keep_in_view(&mut self) {
        let height = self.height.max(1);
        let half = height / 2;
        if self.at < self.offset {
            self.offset = self.at.saturating_sub(half);
        } else if self.at >= self.offset + height.saturating_sub(self.lead).max(1) {
            self.lead = 0;
            if self.at >= self.offset + height {
                let furthest = self.lines().saturating_sub(height);
                self.offset = (self.at + 1 + half).saturating_sub(height).min(furthest.max(self.at + 1 - height));
            }
        }
    }

    /// The row of the list, from its top, on which the selected one is drawn.
    pub fn screen_row(&self) -> usize {
        self.lead + self.at.saturating_sub(self.offset)
    }

    /// Finds the selected one again after the list changed, and keeps it on this row of the screen. Before the first
    /// key the first row is selected; where the filter hides it, the one from before the filter, else the first.
    pub(super) fn relocate(&mut self, row: usize) {
        let wanted = if self.touched { [self.selected.clone(), self.before_filter.clone()] } else { [None, None] };
        let header = self.at_group.take().filter(|_| self.touched).and_then(|value| self.header_place(&value));
        let found = header.or_else(|| wanted.iter().flatten().find_map(|key| self.place_of(key)));
        let row = if found.is_some() { row } else { 0 };
        // Under a header begins what it is about.
        let first = || (0..self.lines()).find(|at| self.entry(*at).is_some());
        let at = found.or_else(first).unwrap_or(0);
        self.offset = at.saturating_sub(row);
        self.lead = row.saturating_sub(at);
        self.put_cursor(at);
        self.keep_in_view();
        self.reopen();
    }

    /// As [`Board::relocate`], after what a person did to the list: it begins at its top and ends at its end, without
    /// empty rows, and the selected one keeps its row where that leaves room.
    pub(super) fn relocate_filled(&mut self, row: usize) {
        self.relocate(row);
        self.lead = 0;
        self.offset = self.offset.min(self.lines().saturating_sub(self.height.max(1)));
        self.keep_in_view();
    }

    fn put_cursor(&mut self, at: usize) {
        self.at = at;
        (self.selected, self.at_group) = match self.line(at) {
            Some(ListRow::Incident(entry)) => (Some(entry.row.key.clone()), None),
            Some(ListRow::Group(group)) => (None, Some(group.value.clone())),
            None => (None, None),
        };
    }

    fn header_place(&self, value: &str) -> Option<usize> {
        let is_it = |at: &usize| matches!(self.line(*at), Some(ListRow::Group(group)) if group.value == value);
        (0..self.lines()).find(is_it)
    }

    /// Unpacks the selected incident anew.
    pub(super) fn reopen(&mut self) {
        if let Some(key) = &self.selected
            && self.changed.remove(key)
            && self.query.wants_new()
        {
            // It was asked for as a new one: looking at it does not take it out of the list.
            self.looked_at.insert(key.clone());
        }
        let index = self.selected.as_ref().and_then(|_| self.index(self.at));
        let unpacked = index.and_then(|index| self.entries.get_mut(index)).map(|entry| {
            if let Some(at_s) = entry.missing_s.take() {
                entry.row = entry.row.closed_at(at_s.get());
            }
            entry.row.unpack()
        });
        self.opened = unpacked.map(|mut incident| {
            self.lay_expected(&mut incident);
            Arc::new(incident)
        });
    }
}

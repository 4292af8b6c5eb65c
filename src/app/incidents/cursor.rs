//! Moving about the board. Only what a person does comes here.

use std::sync::Arc;

use super::super::command::Motion;
use super::super::event::Now;
use super::Board;
use crate::domain::channel::Channel;
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

    pub fn go(&mut self, motion: Motion, channels: &[Channel]) {
        let page = self.height.saturating_sub(1).max(1);
        match motion {
            Motion::Down => self.go_to(self.at + 1, channels),
            Motion::Up => self.go_to(self.at.saturating_sub(1), channels),
            Motion::PageDown => self.turn(page, true, channels),
            Motion::PageUp => self.turn(page, false, channels),
            Motion::Top => {
                self.remember();
                self.settle_waiting(channels);
                self.go_to(0, channels);
            }
            Motion::Bottom => {
                self.remember();
                self.go_to(self.len().saturating_sub(1), channels);
            }
        }
    }

    /// To the newest open critical incident; whether there is one. A filter that hides it is cleared.
    pub fn newest_critical(&mut self, channels: &[Channel]) -> bool {
        self.settle_waiting(channels);
        let newest = self
            .entries
            .iter()
            .find(|entry| entry.row.severity == Severity::Critical && !entry.gone)
            .map(|entry| entry.row.key.clone());
        newest.is_some_and(|key| self.jump(&key, channels))
    }

    /// Back to where the cursor was before the last jump; whether that is still on the board.
    pub fn jump_back(&mut self, channels: &[Channel]) -> bool {
        self.came_from.clone().is_some_and(|key| self.jump(&key, channels))
    }

    /// Puts the cursor on this incident; whether the board has it. A filter that hides it is cleared.
    pub fn jump(&mut self, key: &IncidentKey, channels: &[Channel]) -> bool {
        if self.find(key).is_none() {
            return false;
        }
        if self.place_of(key).is_none() {
            self.set_filter("", channels);
        }
        let Some(at) = self.place_of(key) else {
            return false;
        };
        self.remember();
        self.go_to(at, channels);
        true
    }

    fn remember(&mut self) {
        self.came_from.clone_from(&self.selected);
    }

    pub(super) fn place_of(&self, key: &IncidentKey) -> Option<usize> {
        if self.entry(self.at).is_some_and(|entry| entry.row.key == *key) {
            return Some(self.at);
        }
        (0..self.len()).find(|at| self.entry(*at).is_some_and(|entry| entry.row.key == *key))
    }

    fn turn(&mut self, page: usize, down: bool, channels: &[Channel]) {
        let at = if down { self.at + page } else { self.at.saturating_sub(page) };
        let offset = if down { self.offset + page } else { self.offset.saturating_sub(page) };
        self.offset = offset.min(self.len().saturating_sub(self.height));
        self.go_to(at, channels);
    }

    /// The cursor to this place. What was struck through leaves the list now.
    fn go_to(&mut self, at: usize, channels: &[Channel]) {
        self.offset = self.offset.saturating_sub(self.lead);
        self.lead = 0;
        self.at = at.min(self.len().saturating_sub(1));
        self.selected = self.entry(self.at).map(|entry| entry.row.key.clone());
        self.keep_in_view();
        if self.gone > usize::from(self.selected_is_gone()) {
            let row = self.screen_row();
            let selected = self.selected.clone();
            self.entries.retain(|entry| !entry.gone || Some(&entry.row.key) == selected.as_ref());
            self.refilter(true, channels);
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
                let furthest = self.len().saturating_sub(height);
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
        let found = wanted.iter().flatten().find_map(|key| self.place_of(key));
        let row = if found.is_some() { row } else { 0 };
        self.at = found.unwrap_or(0);
        self.offset = self.at.saturating_sub(row);
        self.lead = row.saturating_sub(self.at);
        self.selected = self.entry(self.at).map(|entry| entry.row.key.clone());
        self.keep_in_view();
        self.reopen();
    }

    /// Unpacks the selected incident anew.
    pub(super) fn reopen(&mut self) {
        if let Some(key) = &self.selected {
            self.changed.remove(key);
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

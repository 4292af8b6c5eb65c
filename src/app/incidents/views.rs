//! Views: lists that have a name. Each keeps its order and its groups while andon runs.

use super::Board;
use super::around::Around;
use crate::app::event::Now;
use crate::domain::query::Query;
use crate::domain::saved_view::{Group, SavedView, Sort};

/// A view, and how many incidents are in it.
#[derive(Clone, Debug)]
pub struct View {
    pub saved: SavedView,
    pub(super) query: Query,
    pub count: usize,
}

#[derive(Clone, Debug)]
pub(super) struct Views {
    pub(super) all: Vec<View>,
    pub(super) at: usize,
    /// Something changed since they were counted.
    pub(super) stale: bool,
    /// When they were counted, monotonic milliseconds.
    counted_ms: u64,
}

/// With more incidents than this they are not counted at each event of a storm, but once in [`PACE_MS`].
const MANY: usize = 2_000;
const PACE_MS: u64 = 1_000;

impl Default for Views {
    fn default() -> Self {
        Self::new(SavedView::built_in())
    }
}

impl Views {
    fn new(saved: Vec<SavedView>) -> Self {
        let view = |saved: SavedView| View { query: Query::parse(&saved.filter), saved, count: 0 };
        Self { all: saved.into_iter().map(view).collect(), at: 0, stale: true, counted_ms: 0 }
    }

    pub(super) fn query(&self) -> Query {
        self.all.get(self.at).map(|view| view.query.clone()).unwrap_or_default()
    }
}

impl Board {
    /// Who is at the keyboard, by name and address, and the views after those that are always there.
    pub fn set_up(&mut self, me: &[&str], own: &[SavedView]) {
        self.me = me.iter().filter(|name| !name.is_empty()).map(|name| (*name).to_owned()).collect();
        let mut entries = std::mem::take(&mut self.entries);
        for entry in &mut entries {
            entry.mine = self.is_mine(&entry.row);
        }
        self.entries = entries;
        let mut saved = SavedView::built_in();
        saved.extend(own.iter().cloned());
        self.views = Views::new(saved);
    }

    pub fn views(&self) -> &[View] {
        &self.views.all
    }

    /// The place of the view that is seen.
    pub fn view_at(&self) -> usize {
        self.views.at
    }

    pub fn sort(&self) -> Sort {
        self.sort
    }

    /// To the next view, or the one before, round and round.
    pub fn turn_view(&mut self, next: bool, around: &Around<'_>) {
        let count = self.views.all.len().max(1);
        let at = if next { self.views.at + 1 } else { self.views.at + count - 1 };
        self.set_view(at % count, around);
    }

    pub fn set_view(&mut self, at: usize, around: &Around<'_>) {
        let Some(view) = self.views.all.get(at) else {
            return;
        };
        let (sort, group) = (view.saved.sort, view.saved.group.clone());
        self.views.at = at;
        self.note_before();
        if *self.group() != group {
            self.at_group = None;
            self.groups.set(group);
            self.entries.iter_mut().for_each(|entry| entry.group = super::groups::NO_GROUP);
        }
        let row = self.screen_row();
        if self.sort == sort {
            self.refilter(false, around);
        } else {
            self.sort = sort;
            self.reorder(around);
            self.refilter(false, around);
        }
        self.relocate_filled(row);
    }

    /// Sorts the list otherwise; the view keeps it.
    pub fn sort_by(&mut self, sort: Sort, around: &Around<'_>) {
        self.sort = sort;
        if let Some(view) = self.views.all.get_mut(self.views.at) {
            view.saved.sort = sort;
        }
        let row = self.screen_row();
        self.reorder(around);
        self.refilter(true, around);
        self.relocate_filled(row);
    }

    /// Groups the list otherwise; the view keeps it.
    pub fn group_by(&mut self, group: Group, around: &Around<'_>) {
        if let Some(view) = self.views.all.get_mut(self.views.at) {
            view.saved.group = group.clone();
        }
        self.set_group(group, around);
    }

    /// What the views count changed.
    pub fn recount_views(&mut self) {
        self.views.stale = true;
    }

    /// When the views are to be counted, monotonic milliseconds; `None` where nothing changed.
    pub fn counts_at(&self) -> Option<u64> {
        let pace = if self.entries.len() > MANY { PACE_MS } else { 0 };
        self.views.stale.then_some(self.views.counted_ms + pace)
    }

    /// Counts the views anew, where something changed.
    pub fn count_views(&mut self, around: &Around<'_>, now: Now) {
        if self.counts_at().is_none_or(|at| now.mono_ms < at) {
            return;
        }
        (self.views.stale, self.views.counted_ms) = (false, now.mono_ms);
        let queries: Vec<Query> = self.views.all.iter().map(|view| view.query.clone()).collect();
        for (at, query) in queries.into_iter().enumerate() {
            let open = if query.is_empty() {
                self.entries.len() - self.gone
            } else {
                let found = self.matching(&query, around);
                let entry = |at: &&u32| self.entries.get(**at as usize).is_some_and(|entry| !entry.gone);
                found.iter().filter(entry).count()
            };
            if let Some(view) = self.views.all.get_mut(at) {
                view.count = open;
            }
        }
    }
}

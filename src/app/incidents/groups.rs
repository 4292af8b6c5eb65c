//! The list under headers: which incidents belong together, in which order the groups stand, what is folded.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::around::Around;
use super::{Board, Entry, channel_name};
use crate::domain::incident::{IncidentKey, IncidentRow, Severity};
use crate::domain::saved_view::Group;

/// It is not known yet to which group an entry belongs.
pub(super) const NO_GROUP: u32 = u32::MAX;

/// A header of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupRow {
    /// What its incidents share, as the source wrote it; empty where they have no such label.
    pub value: String,
    /// How many of each severity, in the order of [`Severity::ALL`].
    pub by_severity: [usize; 3],
    pub total: usize,
    /// How many of them nobody has.
    pub unowned: usize,
    pub folded: bool,
    id: u32,
}

impl GroupRow {
    /// Whether it is the header of this group.
    pub(super) fn is(&self, group: u32) -> bool {
        self.id == group
    }
}

/// A line of the list.
#[derive(Clone, Copy, Debug)]
pub enum ListRow<'a> {
    Group(&'a GroupRow),
    Incident(&'a Entry),
}

impl<'a> ListRow<'a> {
    /// The incident, where it is none of the headers.
    pub fn incident(self) -> Option<&'a Entry> {
        match self {
            Self::Incident(entry) => Some(entry),
            Self::Group(_) => None,
        }
    }
}

/// A line by its place: of a header among the headers, of an incident among the entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    Header(u32),
    Entry(u32),
}

/// What the list is grouped by, and how it stands.
#[derive(Clone, Debug, Default)]
pub(super) struct Groups {
    pub(super) by: Group,
    /// What the incidents of each group share, by the group's id.
    values: Vec<String>,
    ids: HashMap<String, u32>,
    folded: HashSet<String>,
    pub(super) headers: Vec<GroupRow>,
    pub(super) lines: Vec<Line>,
}

impl Groups {
    /// Groups otherwise. What was folded is forgotten.
    pub(super) fn set(&mut self, by: Group) {
        *self = Self { by, ..Self::default() };
    }

    pub(super) fn header(&self, value: &str) -> Option<&GroupRow> {
        self.headers.iter().find(|header| header.value == value)
    }

    fn id_of(&mut self, row: &IncidentRow) -> u32 {
        let value = match &self.by {
            Group::None => return NO_GROUP,
            Group::Channel => Cow::Borrowed(row.channel.as_str()),
            Group::Label(name) => row.facts.label(name).unwrap_or_default(),
        };
        if let Some(id) = self.ids.get(&*value) {
            return *id;
        }
        let Ok(id) = u32::try_from(self.values.len()) else {
            return NO_GROUP;
        };
        self.values.push(value.clone().into_owned());
        self.ids.insert(value.into_owned(), id);
        id
    }

    pub(super) fn unfold(&mut self, value: &str) {
        self.folded.remove(value);
    }
}

impl Board {
    /// What the list is grouped by.
    pub fn group(&self) -> &Group {
        &self.groups.by
    }

    /// Whether grouping by it tells incidents apart: one has such a label.
    pub fn can_group(&self, by: &Group) -> bool {
        match by {
            Group::None | Group::Channel => true,
            Group::Label(name) => self.entries.iter().any(|entry| entry.row.facts.label(name).is_some()),
        }
    }

    /// The header under the cursor.
    pub fn on_group(&self) -> Option<&GroupRow> {
        self.groups.header(self.at_group.as_deref()?)
    }

    /// What a header is called: the channel's name, the label's value.
    pub fn group_name<'a>(&'a self, group: &'a GroupRow, channels: &'a [crate::domain::channel::Channel]) -> String {
        match &self.groups.by {
            Group::Channel => {
                let key = self.channel_keys.iter().find(|key| key.as_str() == group.value);
                key.map_or_else(|| group.value.clone(), |key| channel_name(channels, key).to_owned())
            }
            Group::Label(name) if group.value.is_empty() => format!("no {name}"),
            Group::Label(_) | Group::None => group.value.clone(),
        }
    }

    /// The incidents under a header that the filter lets through, those folded away among them, in the board's order.
    pub fn group_keys(&self, group: &GroupRow) -> Vec<IncidentKey> {
        let shown = self.shown_entries().filter(|entry| entry.group == group.id && !entry.gone);
        shown.map(|entry| entry.row.key.clone()).collect()
    }

    /// The selected incident, or the first one under the header that the cursor is on.
    pub fn subject(&self) -> Option<&Entry> {
        let first = || {
            let id = self.on_group()?.id;
            self.shown_entries().find(|entry| entry.group == id)
        };
        self.selected().or_else(first)
    }

    /// Folds the group under the cursor, or opens it again; whether the cursor is on a header.
    pub fn fold(&mut self, around: &Around<'_>) -> bool {
        let Some(value) = self.at_group.clone() else {
            return false;
        };
        if !self.groups.folded.remove(&value) {
            self.groups.folded.insert(value);
        }
        let row = self.screen_row();
        self.regroup(around);
        self.relocate_filled(row);
        true
    }

    /// Groups the list by something else.
    pub fn set_group(&mut self, by: Group, around: &Around<'_>) {
        self.at_group = None;
        self.groups.set(by);
        self.entries.iter_mut().for_each(|entry| entry.group = NO_GROUP);
        // Its header is seen above it.
        let row = self.screen_row().max(1);
        self.regroup(around);
        self.relocate_filled(row);
    }

    /// Puts what the filter lets through under its headers.
    pub(super) fn regroup(&mut self, around: &Around<'_>) {
        if self.groups.by == Group::None {
            self.groups.headers.clear();
            self.groups.lines.clear();
            return;
        }
        for entry in &mut self.entries {
            if entry.group == NO_GROUP {
                entry.group = self.groups.id_of(&entry.row);
            }
        }
        // The groups stand as the first of each stands among all.
        let mut place = vec![u32::MAX; self.groups.values.len()];
        let mut headers: Vec<GroupRow> = Vec::new();
        let mut members: Vec<Vec<u32>> = Vec::new();
        let every: Vec<u32> = match &self.shown {
            Some(shown) => shown.clone(),
            None => (0..u32::try_from(self.entries.len()).unwrap_or(u32::MAX)).collect(),
        };
        for index in every {
            let Some(entry) = self.entries.get(index as usize) else { continue };
            let Some(at) = place.get_mut(entry.group as usize) else { continue };
            if *at == u32::MAX {
                *at = u32::try_from(headers.len()).unwrap_or(u32::MAX);
                let value = self.groups.values.get(entry.group as usize).cloned().unwrap_or_default();
                let folded = self.groups.folded.contains(&value);
                let id = entry.group;
                headers.push(GroupRow { value, by_severity: [0; 3], total: 0, unowned: 0, folded, id });
                members.push(Vec::new());
            }
            let at = *at as usize;
            if let (Some(header), Some(members)) = (headers.get_mut(at), members.get_mut(at)) {
                members.push(index);
                if !entry.gone {
                    header.total += 1;
                    header.by_severity[severity_place(entry.row.severity)] += 1;
                    header.unowned += usize::from(self.holder_of(entry).is_none() && !entry.is_dim(around.now_s));
                }
            }
        }
        let mut lines = Vec::with_capacity(self.entries.len());
        for (at, (header, members)) in headers.iter().zip(members).enumerate() {
            lines.push(Line::Header(u32::try_from(at).unwrap_or(u32::MAX)));
            // What is selected stays in sight, whatever is folded.
            let here = |index: &u32| {
                let entry = self.entries.get(*index as usize);
                !header.folded || entry.is_some_and(|entry| Some(&entry.row.key) == self.selected.as_ref())
            };
            lines.extend(members.into_iter().filter(here).map(Line::Entry));
        }
        self.groups.headers = headers;
        self.groups.lines = lines;
    }
}

pub(super) fn severity_place(severity: Severity) -> usize {
    severity as usize
}

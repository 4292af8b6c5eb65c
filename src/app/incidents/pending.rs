//! Operations under way: what the board shows of an incident until its source has answered.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Board, Entry};
use crate::domain::facts::Owner;
use crate::domain::incident::{Incident, IncidentKey, Progress};
use crate::domain::operation::{Operation, whole_s};
use crate::domain::operator::Operator;

/// An operation whose answer is to come.
#[derive(Clone, Debug)]
pub struct Expected {
    /// The number of the request.
    pub ticket: u64,
    pub operation: Operation,
    pub by: Operator,
    /// Since when, Unix seconds.
    pub at_s: i64,
}

/// The operations under way, by incident, oldest first.
pub(super) type Pending = HashMap<IncidentKey, Vec<Arc<Expected>>>;

/// What stands behind the progress of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Something was asked of its source that has not answered yet.
    Pending,
    /// Its acknowledgement or assignment is kept here only.
    Local,
    Snoozed,
}

impl Mark {
    /// As the list shows it.
    pub fn glyph(self) -> &'static str {
        match self {
            Self::Pending => "…",
            Self::Local => "°",
            Self::Snoozed => "z",
        }
    }
}

impl Board {
    /// Shows these incidents as they are to be, until [`Board::settle_ticket`].
    pub fn expect(&mut self, keys: impl IntoIterator<Item = IncidentKey>, expected: Expected) {
        let expected = Arc::new(expected);
        for key in keys {
            self.pending.entry(key).or_default().push(Arc::clone(&expected));
        }
        self.views.stale = true;
        self.reopen();
    }

    /// The source has answered: from here on its incidents show as they are.
    pub fn settle_ticket(&mut self, ticket: u64) {
        self.pending.retain(|_, all| {
            all.retain(|expected| expected.ticket != ticket);
            !all.is_empty()
        });
        self.views.stale = true;
        self.reopen();
    }

    /// What is under way on this incident, oldest first.
    pub fn under_way(&self, key: &IncidentKey) -> &[Arc<Expected>] {
        self.pending.get(key).map_or(&[], Vec::as_slice)
    }

    /// The progress that is to be shown.
    pub fn progress_of(&self, entry: &Entry) -> Progress {
        let step = |now: Progress, expected: &Arc<Expected>| match expected.operation {
            Operation::Acknowledge => Progress::Processing,
            Operation::Unacknowledge | Operation::Reopen { .. } => Progress::Triggered,
            Operation::Close => Progress::Closed,
            Operation::Snooze { .. }
            | Operation::Wake
            | Operation::Comment { .. }
            | Operation::Assign { .. }
            | Operation::SetField { .. }
            | Operation::SetText { .. }
            | Operation::Enrich { .. } => now,
        };
        self.under_way(&entry.row.key).iter().fold(entry.row.progress, step)
    }

    /// Who has it, as it is to be when its source has answered; `now_s` in Unix seconds.
    pub fn owner_of<'a>(&'a self, entry: &'a Entry, now_s: i64) -> Owner<'a> {
        let step = |now: Owner<'a>, expected: &'a Arc<Expected>| match &expected.operation {
            Operation::Acknowledge => Owner::Acknowledged(&expected.by.name),
            Operation::Unacknowledge | Operation::Reopen { .. } => Owner::Nobody,
            Operation::Wake => entry.row.owner(i64::MAX),
            Operation::Close => Owner::Closed,
            Operation::Snooze { until_ms, .. } => Owner::Snoozed(whole_s(*until_ms)),
            Operation::Assign { to } => Owner::Assigned(to),
            Operation::Comment { .. }
            | Operation::SetField { .. }
            | Operation::SetText { .. }
            | Operation::Enrich { .. } => now,
        };
        let before = if entry.gone { Owner::Closed } else { entry.row.owner(now_s) };
        self.under_way(&entry.row.key).iter().fold(before, step)
    }

    /// Who acknowledged it or has it here, as it is to be; `None` where nobody does, empty where nobody knows who.
    pub fn holder_of<'a>(&'a self, entry: &'a Entry) -> Option<&'a str> {
        let step = |now: Option<&'a str>, expected: &'a Arc<Expected>| match &expected.operation {
            Operation::Acknowledge => Some(expected.by.name.as_str()),
            Operation::Unacknowledge | Operation::Reopen { .. } => None,
            Operation::Assign { to } => Some(to.as_str()),
            _ => now,
        };
        self.under_way(&entry.row.key).iter().fold(entry.row.facts.who(), step)
    }

    /// Until when it is snoozed, as it is to be, Unix seconds.
    pub(super) fn snoozed_until(&self, entry: &Entry) -> i64 {
        let step = |now: i64, expected: &Arc<Expected>| match &expected.operation {
            Operation::Snooze { until_ms, .. } => whole_s(*until_ms),
            Operation::Wake => 0,
            _ => now,
        };
        self.under_way(&entry.row.key).iter().fold(entry.row.facts.snoozed_before(), step)
    }

    /// What stands behind the progress of this row; `now_s` in Unix seconds.
    pub fn mark_of(&self, entry: &Entry, now_s: i64) -> Option<Mark> {
        if !self.under_way(&entry.row.key).is_empty() {
            return Some(Mark::Pending);
        }
        if entry.row.facts.local {
            return Some(Mark::Local);
        }
        (entry.row.facts.snoozed_before() > now_s).then_some(Mark::Snoozed)
    }

    /// Lays over the incident what is to come of the operations under way.
    pub(super) fn lay_expected(&self, incident: &mut Incident) {
        for expected in self.under_way(&incident.key()) {
            expected.operation.apply(incident, &expected.by, expected.at_s);
        }
    }
}

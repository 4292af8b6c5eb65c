//! A press on many incidents as one row: how many of its runs have ended, and how.

use std::collections::HashMap;

use crate::app::event::Now;
use crate::domain::action::Action;
use crate::domain::run::{Outcome, Run, RunState};

/// The runs of one press on many.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    id: String,
    /// The action's name.
    pub action: String,
    pub action_id: String,
    pub operator: String,
    /// When it was pressed, Unix milliseconds.
    pub at_ms: i64,
    /// The same by this screen's monotonic clock, where it pressed.
    pub began: Option<u64>,
    runs: HashMap<String, Option<Outcome>>,
}

impl Group {
    pub(super) fn new(id: &str, action: &Action, operator: &str, runs: impl Iterator<Item = String>, now: Now) -> Self {
        Self {
            id: id.to_owned(),
            action: action.name.clone(),
            action_id: action.id.clone(),
            operator: operator.to_owned(),
            at_ms: now.wall_ms,
            began: Some(now.mono_ms),
            runs: runs.map(|run| (run, None)).collect(),
        }
    }

    /// A group that another process began, or an earlier screen.
    pub(super) fn seen(id: &str, run: &Run) -> Self {
        Self {
            id: id.to_owned(),
            action: run.action.clone(),
            action_id: run.action_id.clone(),
            operator: run.operator.name.clone(),
            at_ms: run.started_at_ms,
            began: None,
            runs: HashMap::new(),
        }
    }

    /// Takes a run as it is now. One that has ended stays ended.
    pub(super) fn put(&mut self, run: &Run) {
        let known = self.runs.entry(run.id.clone()).or_default();
        if run.state == RunState::Done {
            *known = run.outcome;
        }
        self.at_ms = self.at_ms.min(run.started_at_ms);
    }

    /// Takes over the runs of what was seen of the group before it began.
    pub(super) fn take(&mut self, seen: Self) {
        self.runs.extend(seen.runs);
    }

    pub(super) fn withdraw(&mut self, run: &str) {
        self.runs.remove(run);
    }

    /// What its runs share.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// How many runs it has.
    pub fn total(&self) -> usize {
        self.runs.len()
    }

    /// How many have not ended.
    pub fn unended(&self) -> usize {
        self.count(None)
    }

    fn count(&self, outcome: Option<Outcome>) -> usize {
        self.runs.values().filter(|known| **known == outcome).count()
    }

    /// The worst of how its runs ended so far; `None` where all succeeded or nothing has ended.
    pub fn worst(&self) -> Option<Outcome> {
        let worse = [Outcome::Unknown, Outcome::Failed, Outcome::Refused, Outcome::Cancelled, Outcome::Accepted];
        worse.into_iter().find(|outcome| self.count(Some(*outcome)) > 0)
    }

    /// How far it is: `37/120, 2 failed`.
    pub fn words(&self) -> String {
        let mut out = format!("{}/{}", self.total() - self.unended(), self.total());
        for outcome in [Outcome::Failed, Outcome::Unknown, Outcome::Refused, Outcome::Cancelled, Outcome::Accepted] {
            let count = self.count(Some(outcome));
            if count > 0 {
                out.push_str(&format!(", {count} {}", outcome.as_str()));
            }
        }
        out
    }
}

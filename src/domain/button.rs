//! What a button says beside its name: how it went before, and why it cannot be pressed.

use super::incident::IncidentKey;
use super::run::{Outcome, Run};

/// How the runs of an action went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ButtonFacts {
    pub action_id: String,
    /// The last one that ended, whatever incident it was for.
    pub last: Option<LastRun>,
    /// The median duration of its last 20 runs that succeeded, milliseconds; `None` before there are 5.
    pub median_ms: Option<i64>,
}

/// How a run ended, and for which incident it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastRun {
    pub action_id: String,
    pub outcome: Outcome,
    pub incident: IncidentKey,
    /// The incident's number.
    pub num: String,
    /// When it was pressed, Unix milliseconds.
    pub at_ms: i64,
    pub by: String,
}

impl LastRun {
    /// Of a run that has ended; refused presses and tests say nothing about a button.
    pub fn of(run: &Run) -> Option<Self> {
        let outcome = run.outcome.filter(|outcome| *outcome != Outcome::Refused && !run.test)?;
        Some(Self {
            action_id: run.action_id.clone(),
            outcome,
            incident: run.incident.clone(),
            num: run.incident_num.clone(),
            at_ms: run.started_at_ms,
            by: run.operator.name.clone(),
        })
    }
}

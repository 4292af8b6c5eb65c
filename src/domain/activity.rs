//! The activity log: one line each for a run, a change to an action, an operation, a correction.
//!
//! Never edited, never deleted by the program but for the configured retention. Its order is the store's own
//! sequence; never time, never ids.

use serde_json::{Value, json};
use strum::IntoStaticStr;

use super::incident::IncidentKey;
use super::operator::Operator;
use super::run::Run;
use super::time::rfc3339;

/// The store's own sequence: the order of the log.
pub type Seq = i64;

/// One line of the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Activity {
    pub seq: Seq,
    /// When it happened, Unix milliseconds. For people; the order is `seq`.
    pub at_ms: i64,
    pub entry: Entry,
}

/// What a line of the log is about.
#[derive(Clone, Debug, PartialEq, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum Entry {
    /// A press and what became of it, as of now.
    Run(Box<Run>),
    /// An action was made, changed or removed, or a secret of it was shown.
    Action {
        action_id: String,
        operator: Operator,
        /// In words: `added Roll back (prod/platform 2)`.
        summary: String,
    },
    /// Something was done to an incident, at its source or here.
    Operation {
        incident: IncidentKey,
        /// Its number; may be empty.
        num: String,
        operator: Operator,
        summary: String,
    },
    /// What was learned of a run after it had ended.
    Correction { run: String, summary: String },
}

impl Entry {
    /// The run, where the line is about one.
    pub fn run(&self) -> Option<&Run> {
        match self {
            Self::Run(run) => Some(run),
            Self::Action { .. } | Self::Operation { .. } | Self::Correction { .. } => None,
        }
    }

    /// The word of the JSON.
    pub fn kind(&self) -> &'static str {
        self.into()
    }
}

impl Run {
    /// The run as `andon run --json` prints it.
    pub fn to_json(&self) -> Value {
        json!({
            "run": self.id,
            "event_id": self.event_id,
            "action": self.action,
            "action_id": self.action_id,
            "incident": self.incident.id(),
            "incident_num": self.incident_num,
            "source": self.incident.source(),
            "operator": self.operator.name,
            "state": self.state,
            "outcome": self.outcome,
            "failure": self.failure,
            "status": self.status,
            "attempts": self.attempts,
            "started_at": rfc3339(self.started_at_ms),
            "duration_ms": self.duration_ms,
            "message": self.message,
            "os_user": self.operator.os_user,
            "host": self.operator.host,
            "ssh": self.operator.ssh,
            "group": self.group,
            "resend_of": self.resend_of,
            "test": self.test,
            "following": self.following && !self.is_let_go(),
        })
    }

    /// Whether its job goes on at the receiver and nobody follows it now: whoever comes next takes it over.
    pub fn is_let_go(&self) -> bool {
        self.following && self.process.is_empty() && self.outcome.is_none()
    }

    /// How a job that nobody follows is told; its message may say why.
    pub fn let_go_words(&self) -> &'static str {
        if self.message.contains("not followed") { "its job goes on" } else { "its job goes on, not followed" }
    }

    /// The run in one line of words: `Restart server on 054D57: succeeded 200 "es.nj.01 restarting"`.
    ///
    /// One that said it was a test: `Restart server on 054D57 (test): succeeded 200`.
    pub fn summary(&self) -> String {
        let ended = match (self.outcome, self.state) {
            (Some(outcome), _) => outcome.as_str(),
            (None, super::run::RunState::Pending) => "pending",
            (None, _) if self.is_let_go() => self.let_go_words(),
            (None, _) => "running",
        };
        let test = if self.test { " (test)" } else { "" };
        let mut out = format!("{} on {}{test}: {ended}", self.action, self.incident_num);
        if let Some(status) = self.status {
            out.push_str(&format!(" {status}"));
        }
        if !self.message.is_empty() {
            out.push_str(&format!(" \"{}\"", self.message));
        }
        out
    }
}

impl Activity {
    pub fn summary(&self) -> String {
        match &self.entry {
            Entry::Run(run) => run.summary(),
            Entry::Operation { num, summary, .. } if !num.is_empty() => format!("{num} {summary}"),
            Entry::Action { summary, .. } | Entry::Operation { summary, .. } | Entry::Correction { summary, .. } => {
                summary.clone()
            }
        }
    }

    /// The line as `andon log --json` prints it.
    pub fn to_json(&self) -> Value {
        let of_entry = match &self.entry {
            Entry::Run(run) => run.to_json(),
            Entry::Action { action_id, operator, .. } => json!({ "action_id": action_id, "operator": operator.name }),
            Entry::Operation { incident, num, operator, .. } => json!({
                "incident": incident.id(),
                "incident_num": num,
                "source": incident.source(),
                "operator": operator.name,
            }),
            Entry::Correction { run, .. } => json!({ "run": run }),
        };
        let mut out = json!({
            "id": self.seq,
            "at": rfc3339(self.at_ms),
            "kind": self.entry.kind(),
            "summary": self.summary(),
        });
        if let (Value::Object(out), Value::Object(of_entry)) = (&mut out, of_entry) {
            out.extend(of_entry);
        }
        out
    }
}

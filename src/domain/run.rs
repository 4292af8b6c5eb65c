//! Runs: what a press became, its attempts, and every way it may end.
//!
//! ```text
//! pending ─┐
//!          ├─ running ─ attempt(s) ─ done: succeeded | accepted | failed | unknown | cancelled
//! refused ─┴─ done (nothing was sent)
//! ```

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use strum::IntoStaticStr;

use super::incident::IncidentKey;
use super::operator::Operator;

/// Where a run is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// Written down, not yet begun.
    Pending,
    /// Begun: from here on a request may be on its way.
    Running,
    /// Ended; never changed again.
    Done,
}

/// Names what is to be stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunRef {
    Run(String),
    Group(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Outcome {
    /// The receiver did it, and said so.
    Succeeded,
    /// The receiver took it; its end is not known here.
    Accepted,
    /// It is known that it did not do what was asked.
    Failed,
    /// Stopped by the operator before anything can have been received.
    Cancelled,
    /// It was sent, and nobody here can know.
    Unknown,
    /// Nothing was sent, by andon's own decision.
    Refused,
}

impl Outcome {
    /// The word of the JSON and of the log.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Its mark in the log; each outcome has its own, so that no colour carries meaning alone.
    pub fn mark(self) -> &'static str {
        match self {
            Self::Succeeded => "✔",
            Self::Accepted => "»",
            Self::Failed => "✖",
            Self::Cancelled => "⊘",
            Self::Unknown => "?",
            Self::Refused => "–",
        }
    }

    /// Whether the receiver took it: as far as is known it is done, or will be.
    pub fn is_taken(self) -> bool {
        matches!(self, Self::Succeeded | Self::Accepted)
    }

    /// Whether a responder has to look at it.
    pub fn is_bad(self) -> bool {
        matches!(self, Self::Failed | Self::Unknown)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Failure {
    /// The name was not found.
    Dns,
    /// No connection stood.
    Connect,
    /// No TLS session stood.
    Tls,
    /// The deadline passed after a connection stood.
    Timeout,
    /// The connection was lost after it stood.
    ConnectionLost,
    /// An answer outside 2xx.
    HttpStatus,
    /// 2xx, but the action's success rule says no, or, without one, the answer itself reports an error.
    Rule,
    /// The success rule does not evaluate.
    RuleError,
    /// The answer is not what the rule reads, or not HTTP.
    InvalidResponse,
    /// The rule reads a body that is over the limit.
    TooLarge,
    /// The followed job ended badly.
    JobFailed,
    /// The followed job cannot be read any more.
    JobLost,
    /// andon died.
    Interrupted,
    Cancelled,
    /// Refused: a value that cannot be filled.
    Template,
    /// Refused: a reference that cannot be read.
    Secret,
    /// Refused: a forbidden endpoint.
    Policy,
    /// Refused: a bad input.
    Input,
    /// Refused: the same press is under way.
    InFlight,
    /// Refused: too soon after the last one.
    Cooldown,
    Disabled,
    /// Refused: the incident is closed and the action wants it open.
    Closed,
    ReadOnly,
    /// Refused: the row could not be written.
    Store,
    /// Refused: a needed confirmation was not given.
    Unconfirmed,
}

impl Failure {
    /// The word of the JSON and of the log.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Whether this class says that no connection stood, so that nothing was sent by that attempt.
    pub fn is_before_connection(self) -> bool {
        matches!(self, Self::Dns | Self::Connect | Self::Tls)
    }
}

/// One HTTP request of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Attempt {
    /// From 1.
    pub number: u32,
    /// When it began, Unix milliseconds.
    pub started_at_ms: i64,
    /// How long it took, milliseconds by the monotonic clock.
    pub duration_ms: i64,
    /// The address it connected to, where one was reached.
    pub address: Option<String>,
    /// Whether the receiver may have got the request: true from the moment a connection (with TLS) stood.
    pub may_have_been_received: bool,
    /// Why it failed; `None` where an answer came.
    pub failure: Option<Failure>,
    /// The HTTP status, where an answer came.
    pub status: Option<u16>,
    /// The failure in words, without secrets.
    pub error: String,
}

/// What the receiver answered. Cookies are kept nowhere.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Answer {
    pub status: u16,
    /// The headers but `Set-Cookie`, in the order received, invalid bytes replaced.
    pub headers: Vec<(String, String)>,
    /// At most the first 64 KiB of the body, invalid UTF-8 replaced.
    pub body: String,
    /// How large the body was, in bytes, as far as known.
    pub size: u64,
    /// Whether `size` is the whole (else it is "at least").
    pub size_known: bool,
    /// What is to be said of the body: cut, broken off, late. `None` where it is whole.
    pub note: Option<String>,
}

/// The request as the log keeps it: secrets masked, references as written.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SentRequest {
    pub method: String,
    /// The address, userinfo masked.
    pub endpoint: String,
    /// The headers, values masked as [`super::action::Header::shown`] does.
    pub headers: Vec<(String, String)>,
    /// The body, byte for byte.
    pub body: String,
}

/// What only the detail of a run shows: kept beside its row, read when it is opened.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RunDetail {
    pub request: SentRequest,
    pub attempts: Vec<Attempt>,
    /// The last answer, where one came.
    pub answer: Option<Answer>,
    /// What was asked at the press; secret ones are not in it.
    pub inputs: Map<String, Value>,
    /// What the request was filled from, kept only where the body as stored holds masks or references: the same press
    /// can be sent again from it.
    pub payload: Option<Value>,
    /// Whether the body as stored holds masks or references, so that it is not what went over the wire.
    pub masked: bool,
}

/// A run as one row of the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Its id (UUID v7).
    pub id: String,
    /// What the receiver deduplicates on.
    pub event_id: String,
    /// The action's name when it was pressed.
    pub action: String,
    pub action_id: String,
    pub incident: IncidentKey,
    pub incident_num: String,
    /// The incident's title when it was pressed.
    pub incident_title: String,
    pub operator: Operator,
    /// The id of the andon process that runs it (the name of its lock file).
    pub process: String,
    pub state: RunState,
    /// How it ended; `None` until then.
    pub outcome: Option<Outcome>,
    pub failure: Option<Failure>,
    /// The HTTP status of the last answer.
    pub status: Option<u16>,
    pub attempts: u32,
    /// When it was pressed, Unix milliseconds.
    pub started_at_ms: i64,
    /// How long it took, milliseconds by the monotonic clock; `None` until it ended.
    pub duration_ms: Option<i64>,
    /// The answer's message, or what happened in a responder's words. Foreign text: clean it before it is shown.
    pub message: String,
    /// What runs of one press on many incidents share (UUID); `None` for a press on one.
    pub group: Option<String>,
    /// The run whose press this sends again, with its `event_id` and body.
    pub resend_of: Option<String>,
    /// Whether the request said that it is a test.
    pub test: bool,
    /// Whether a job of it is followed: then its process may die and another take it over.
    pub following: bool,
}

/// How a run ended, before it is written down.
#[derive(Clone, Debug, PartialEq)]
pub struct Ending {
    pub outcome: Outcome,
    /// The class, `None` where it succeeded.
    pub failure: Option<Failure>,
    /// The HTTP status of the last answer.
    pub status: Option<u16>,
    pub message: String,
    /// By the monotonic clock, milliseconds.
    pub duration_ms: i64,
    pub detail: RunDetail,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_of_a_class_is_the_word_of_the_json() {
        for class in [Failure::ConnectionLost, Failure::InFlight, Failure::Dns, Failure::ReadOnly] {
            assert_eq!(serde_json::to_value(class).unwrap(), class.as_str());
        }
    }
}

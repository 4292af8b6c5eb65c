//! What an operation is there: a change of many incidents at once, or a call for each.

use serde_json::{Value, json};

use super::super::{SourceError, SourceErrorKind};
use super::connection::Connection;
use super::incident::PRIORITY;
use super::people;
use crate::domain::enrichment::Enrichment;
use crate::domain::operation::{IncidentText, Operation, whole_s};

/// The longest snooze the API takes, seconds: a week.
pub(super) const SNOOZE_MAX_S: i64 = 604_800;

/// What is sent.
pub(super) enum Plan<'a> {
    /// These fields of each incident are written, many incidents in one call.
    Update(Update),
    /// It is quiet for so many seconds.
    Snooze {
        /// At least 1.
        duration_s: i64,
        /// Why; may be empty.
        reason: &'a str,
    },
    Note(&'a str),
    /// A custom field is written.
    Field(&'a str, &'a Value),
    /// What an action added is written down.
    Enrich(&'a str, &'a Enrichment),
}

/// A change of many incidents at once.
pub(super) struct Update {
    /// The fields, beside `id` and `type`.
    pub(super) fields: Value,
    /// The status that it has afterwards, where that is what is changed.
    pub(super) status: Option<&'static str>,
    /// A note that is added to those that were changed; empty: none.
    pub(super) reason: String,
    /// What else there is to say when it was done.
    pub(super) note: &'static str,
}

impl<'a> Plan<'a> {
    /// What `operation` is there. `now_s` is the time, Unix seconds.
    pub(super) async fn of(connection: &Connection, operation: &'a Operation, now_s: i64) -> Result<Self, SourceError> {
        Ok(match operation {
            Operation::Acknowledge => Self::status("acknowledged"),
            Operation::Close => Self::status("resolved"),
            Operation::Unacknowledge => Self::again("", "its people are notified again"),
            Operation::Reopen { reason } => Self::again(reason, ""),
            Operation::Wake => Self::again("", "triggered again, as at the end of a snooze; its people are notified"),
            Operation::Snooze { until_ms, from_ms, reason } => {
                let from_ms = if *from_ms > 0 { *from_ms } else { now_s.saturating_mul(1_000) };
                let length_s = whole_s(until_ms.saturating_sub(from_ms));
                Self::Snooze { duration_s: duration(length_s)?, reason: reason.trim() }
            }
            Operation::Comment { text } => Self::Note(text),
            Operation::Assign { to } => {
                let id = people::user(connection, to).await?;
                let assignee = json!({"assignee": {"id": id, "type": "user_reference"}});
                Self::plain(json!({"assignments": [assignee]}))
            }
            Operation::SetField { name, value } if name == PRIORITY && value.is_string() => {
                Self::plain(json!({ PRIORITY: value }))
            }
            Operation::SetField { name, value } => Self::Field(name, value),
            Operation::SetText { text: IncidentText::Title, value } => Self::plain(json!({"title": value})),
            Operation::SetText { text, .. } => return Err(no_place(*text)),
            Operation::Enrich { action, added } => Self::Enrich(action, added),
        })
    }

    fn plain(fields: Value) -> Self {
        Self::Update(Update { fields, status: None, reason: String::new(), note: "" })
    }

    fn status(status: &'static str) -> Self {
        let fields = json!({"status": status});
        Self::Update(Update { fields, status: Some(status), reason: String::new(), note: "" })
    }

    /// Back to `triggered`: the vendor has no other word for taking back an acknowledgement, a snooze or an end.
    fn again(reason: &str, note: &'static str) -> Self {
        let fields = json!({"status": "triggered"});
        let reason = reason.trim();
        let reason = if reason.is_empty() { String::new() } else { format!("Reopened: {reason}") };
        Self::Update(Update { fields, status: Some("triggered"), reason, note })
    }
}

fn duration(duration_s: i64) -> Result<i64, SourceError> {
    match duration_s {
        1..=SNOOZE_MAX_S => Ok(duration_s),
        ..1 => Err(refused("that time has passed already; snooze until a later one")),
        _ => Err(refused("PagerDuty snoozes for a week at most")),
    }
}

fn no_place(text: IncidentText) -> SourceError {
    let why = match text {
        IncidentText::Resolution => "a resolution only while it closes an incident; write a comment",
        _ => "no such text, only the title; write a comment",
    };
    refused(&format!("the {} cannot be edited: PagerDuty takes {why}", text.as_str()))
}

/// The error of what is not sent, or was refused.
pub(super) fn refused(message: &str) -> SourceError {
    SourceError::new(SourceErrorKind::Refused, message)
}

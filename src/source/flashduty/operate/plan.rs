//! From an operation to a call: its path and body, within the vendor's limits.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::super::limits::{COMMENT_MAX, SNOOZE_MAX_S};
use super::super::member::Member;
use crate::domain::enrichment::Enrichment;
use crate::domain::operation::{IncidentText, Operation, whole_s};
use crate::domain::text::clean;
use crate::source::{SourceError, SourceErrorKind};

/// The least and the most characters of a text of an incident.
const TEXT_MIN: usize = 3;
const TEXT_MAX: usize = 6_144;
const TITLE_MAX: usize = 200;
/// The most characters of a reason.
const REASON_MAX: usize = 1_024;

/// How an operation is done.
#[derive(Debug)]
pub(super) enum Plan<'a> {
    /// One call for many incidents.
    Together {
        path: &'static str,
        /// Without the ids.
        body: Value,
        /// What else there is to say where it was done.
        note: String,
    },
    /// A call for each incident.
    Each {
        path: &'static str,
        /// Without the id.
        body: Value,
    },
    Enrich {
        action: &'a str,
        added: &'a Enrichment,
    },
}

/// The plan of anything but an assignment, for which somebody has to be found.
pub(super) fn plan(operation: &Operation) -> Result<Plan<'_>, SourceError> {
    Ok(match operation {
        Operation::Acknowledge => together("/incident/ack", json!({})),
        Operation::Unacknowledge => together("/incident/unack", json!({})),
        Operation::Close => together("/incident/resolve", json!({})),
        Operation::Wake => together("/incident/wake", json!({})),
        Operation::Reopen { reason } => together("/incident/reopen", reopen(reason.trim())?),
        Operation::Snooze { until_ms, from_ms, .. } => {
            let from_ms = if *from_ms > 0 { *from_ms } else { Timestamp::now().as_second().saturating_mul(1_000) };
            let minutes = minutes(whole_s(until_ms.saturating_sub(from_ms)))?;
            together("/incident/snooze", json!({ "minutes": minutes }))
        }
        Operation::Comment { text } => {
            within("a comment", text.trim(), 1, COMMENT_MAX)?;
            let (path, body) = comment(text.trim());
            together(path, body)
        }
        Operation::SetField { name, value } => field(name, value),
        Operation::SetText { text, value } => set_text(*text, value.trim())?,
        Operation::Enrich { action, added } => Plan::Enrich { action, added },
        Operation::Assign { .. } => return Err(refused("nobody was looked up to assign to")),
    })
}

pub(super) fn assign(member: &Member) -> Plan<'static> {
    let body = json!({ "assigned_to": { "type": "assign", "person_ids": [member.id] } });
    Plan::Together { path: "/incident/assign", body, note: clean(&member.shown()).into_owned() }
}

pub(super) fn comment(text: &str) -> (&'static str, Value) {
    ("/incident/comment", json!({ "comment": text }))
}

pub(super) fn field_body(name: &str, value: &Value) -> (&'static str, Value) {
    ("/incident/field/reset", json!({ "field_name": name, "field_value": value }))
}

/// A text that is ours, cut to what a comment holds.
pub(super) fn fit(text: &str) -> String {
    if text.chars().count() <= COMMENT_MAX {
        return text.to_owned();
    }
    text.chars().take(COMMENT_MAX - 1).chain(['…']).collect()
}

fn together(path: &'static str, body: Value) -> Plan<'static> {
    Plan::Together { path, body, note: String::new() }
}

fn field(name: &str, value: &Value) -> Plan<'static> {
    let (path, body) = field_body(name, value);
    Plan::Each { path, body }
}

fn reopen(reason: &str) -> Result<Value, SourceError> {
    if reason.is_empty() {
        return Ok(json!({}));
    }
    within("a reason", reason, 1, REASON_MAX)?;
    Ok(json!({ "reason": reason }))
}

fn set_text(text: IncidentText, value: &str) -> Result<Plan<'static>, SourceError> {
    let most = if text == IncidentText::Title { TITLE_MAX } else { TEXT_MAX };
    within(&format!("the {}", text.as_str()), value, TEXT_MIN, most)?;
    let body: Map<String, Value> = [(text.field().to_owned(), value.into())].into_iter().collect();
    Ok(Plan::Each { path: "/incident/reset", body: body.into() })
}

/// Whole minutes until then, so that it is quiet until then at least.
fn minutes(left: i64) -> Result<i64, SourceError> {
    if left <= 0 {
        return Err(refused("that time is over; snooze until a later one"));
    }
    if left > SNOOZE_MAX_S {
        return Err(refused("Flashduty snoozes for 24 h at most; choose an earlier time"));
    }
    Ok((left + 59) / 60)
}

fn within(what: &str, text: &str, least: usize, most: usize) -> Result<(), SourceError> {
    let has = text.chars().count();
    if has == 0 {
        return Err(refused(&format!("{what} cannot be empty in Flashduty")));
    }
    if has < least || has > most {
        return Err(refused(&format!("{what} has {least} to {most} characters in Flashduty; this one has {has}")));
    }
    Ok(())
}

fn refused(message: &str) -> SourceError {
    SourceError::new(SourceErrorKind::Refused, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snooze_is_in_whole_minutes_of_at_most_a_day() {
        assert_eq!(minutes(60).unwrap(), 1);
        assert_eq!(minutes(61).unwrap(), 2);
        assert_eq!(minutes(86_400).unwrap(), 1_440);
        assert!(minutes(86_401).unwrap_err().message.contains("24 h at most"));
        assert!(minutes(0).unwrap_err().message.contains("over"));
    }

    #[test]
    fn ours_is_cut_where_a_comment_ends() {
        assert_eq!(fit("short"), "short");
        let long = fit(&"ü".repeat(2_000));
        assert_eq!(long.chars().count(), COMMENT_MAX);
        assert!(long.ends_with('…'));
    }
}

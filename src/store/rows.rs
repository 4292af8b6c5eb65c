//! Reading rows: from columns back to the words of the domain.

use serde::de::DeserializeOwned;
use serde_json::Value;
use sqlx::Row;
use sqlx::any::AnyRow;

use super::error::StoreError;
use crate::domain::action::Action;
use crate::domain::activity::{Activity, Entry};
use crate::domain::channel::{Channel, ChannelKey};
use crate::domain::incident::{IncidentKey, IncidentRow, Progress, Severity};
use crate::domain::operator::Operator;
use crate::domain::row::Columns;
use crate::domain::run::{Outcome, Run, RunState};

/// The columns that [`activity`] reads, in its order.
pub(super) const ACTIVITY: &str = "seq, at_ms, kind, run_id, event_id, action, action_id, source, incident_id, \
    incident_num, incident_title, operator, process, state, outcome, failure, status, attempts, started_at_ms, \
    duration_ms, message, run_group, resend_of, test, following";

/// How many those are.
pub(super) const WIDTH: usize = 25;

/// The columns that [`incident`] reads, in its order.
pub(super) const INCIDENT: &str = "key, channel, num, title, severity, progress, start_time, body";

/// Text as a column takes it: PostgreSQL has no NUL in text, so that it is kept as its picture on every engine.
pub(super) fn plain(text: &str) -> String {
    text.replace('\0', "␀")
}

/// What two spellings of a number share.
pub(super) fn num_key(num: &str) -> String {
    plain(&num.to_lowercase())
}

pub(super) fn activity(row: &AnyRow) -> Result<Activity, StoreError> {
    let operator: Operator = serde_json::from_str(&text(row, 11)?).unwrap_or_default();
    let message = text(row, 20)?;
    let entry = match text(row, 2)?.as_str() {
        "run" => Entry::Run(Box::new(run(row, operator, message)?)),
        "action" => Entry::Action { action_id: text(row, 6)?, operator, summary: message },
        "correction" => Entry::Correction { run: text(row, 3)?, summary: message },
        _ => Entry::Operation {
            incident: IncidentKey::new(&text(row, 7)?, &text(row, 8)?),
            num: text(row, 9)?,
            operator,
            summary: message,
        },
    };
    Ok(Activity { seq: row.try_get(0)?, at_ms: row.try_get(1)?, entry })
}

fn run(row: &AnyRow, operator: Operator, message: String) -> Result<Run, StoreError> {
    // A word that only a later version knows must not hide the whole log: an outcome becomes "unknown".
    let state = word(&text(row, 13)?).unwrap_or(RunState::Done);
    let outcome = (state == RunState::Done).then_some(word(&text(row, 14)?).unwrap_or(Outcome::Unknown));
    Ok(Run {
        id: text(row, 3)?,
        event_id: text(row, 4)?,
        action: text(row, 5)?,
        action_id: text(row, 6)?,
        incident: IncidentKey::new(&text(row, 7)?, &text(row, 8)?),
        incident_num: text(row, 9)?,
        incident_title: text(row, 10)?,
        operator,
        process: text(row, 12)?,
        state,
        outcome,
        failure: word(&text(row, 15)?),
        status: number(row, 16)?.and_then(|status| u16::try_from(status).ok()),
        attempts: number(row, 17)?.and_then(|attempts| u32::try_from(attempts).ok()).unwrap_or_default(),
        started_at_ms: number(row, 18)?.unwrap_or_default(),
        duration_ms: number(row, 19)?,
        message,
        group: row.try_get(21)?,
        resend_of: row.try_get(22)?,
        test: row.try_get::<i64, _>(23)? != 0,
        following: row.try_get::<i64, _>(24)? != 0,
    })
}

/// One incident as lists have it.
pub(super) fn incident(row: &AnyRow) -> Result<IncidentRow, StoreError> {
    let channel = text(row, 1)?;
    let columns = Columns {
        key: text(row, 0)?.as_str().into(),
        channel: channel_key(&channel),
        num: text(row, 2)?.into(),
        title: text(row, 3)?.into(),
        severity: severity(row.try_get(4)?),
        progress: progress(row.try_get(5)?),
        start_time: row.try_get(6)?,
    };
    Ok(IncidentRow::new(columns, &text(row, 7)?))
}

/// One channel: key, name.
pub(super) fn channel(row: &AnyRow) -> Result<Channel, StoreError> {
    Ok(Channel { key: channel_key(&text(row, 0)?), name: text(row, 1)? })
}

/// A key as it was stored, also one whose id is empty.
pub(super) fn channel_key(text: &str) -> ChannelKey {
    let (source, id) = text.split_once('/').unwrap_or((text, ""));
    ChannelKey::new(source, id)
}

/// The column's text, empty where it is null.
pub(super) fn text(row: &AnyRow, at: usize) -> Result<String, StoreError> {
    Ok(row.try_get::<Option<String>, _>(at)?.unwrap_or_default())
}

fn number(row: &AnyRow, at: usize) -> Result<Option<i64>, StoreError> {
    Ok(row.try_get(at)?)
}

pub(super) fn word<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_value(Value::String(text.to_owned())).ok()
}

/// A severity as the board orders them.
pub(super) fn severity_rank(severity: Severity) -> i64 {
    match severity {
        Severity::Critical => 0,
        Severity::Warning => 1,
        Severity::Info => 2,
    }
}

pub(super) fn severity(rank: i64) -> Severity {
    match rank {
        0 => Severity::Critical,
        1 => Severity::Warning,
        _ => Severity::Info,
    }
}

/// A progress as a number; below 2 is open.
pub(super) fn progress_rank(progress: Progress) -> i64 {
    match progress {
        Progress::Triggered => 0,
        Progress::Processing => 1,
        Progress::Closed => 2,
    }
}

fn progress(rank: i64) -> Progress {
    match rank {
        0 => Progress::Triggered,
        1 => Progress::Processing,
        _ => Progress::Closed,
    }
}

/// `($1, $2), ($3, $4)`: `rows` groups of `columns` parameters.
pub(super) fn places(rows: usize, columns: usize) -> String {
    let groups: Vec<String> = (0..rows)
        .map(|row| {
            let group: Vec<String> = (1..=columns).map(|column| format!("${}", row * columns + column)).collect();
            format!("({})", group.join(", "))
        })
        .collect();
    groups.join(", ")
}

/// An action without its slots, of the columns `id, revision, name, document`.
pub(super) fn read_action(row: &AnyRow) -> Result<Action, StoreError> {
    let id = text(row, 0)?;
    let action: Action = serde_json::from_str(&text(row, 3)?).map_err(|error| unreadable(&id, &error))?;
    Ok(Action { id, revision: row.try_get(1)?, name: text(row, 2)?, ..action })
}

/// The error's own text is left out: it may quote the document, and with it a secret.
pub(super) fn unreadable(id: &str, error: &serde_json::Error) -> StoreError {
    let place = format!("its document is not understood at character {}", error.column());
    StoreError::other(format!("read action {id}"), place)
}

pub(super) fn slot_number(slot: i64) -> u8 {
    u8::try_from(slot).unwrap_or_default()
}

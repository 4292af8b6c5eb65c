//! What a button says beside its name: kept with each run's end, so that it is read at once however long the log is.

use sqlx::{AnyConnection, Row};

use super::error::StoreError;
use super::handle::Store;
use super::rows::{text, word};
use crate::domain::activity::Seq;
use crate::domain::button::ButtonFacts;
use crate::domain::operator::Operator;
use crate::domain::run::{Failure, Outcome, Run};

impl Store {
    /// How the runs of each action went, by id: the last one that ended, in the log's order, and how long they usually take.
    ///
    /// Refused presses and tests do not count; an action that never ran has no row.
    pub async fn button_facts(&self) -> Result<Vec<ButtonFacts>, StoreError> {
        self.read(sqlx::query(FACTS), |row| {
            let by: Operator = serde_json::from_str(&text(row, 3)?).unwrap_or_default();
            Ok(ButtonFacts {
                action_id: text(row, 0)?,
                last: Some(word(&text(row, 1)?).unwrap_or(Outcome::Unknown)),
                at_ms: row.try_get(2)?,
                by: by.name,
                median_ms: row.try_get(4)?,
            })
        })
        .await
    }
}

/// Each screen asks this at its start and after each run.
pub(super) const FACTS: &str = "SELECT action_id, outcome, at_ms, operator, median_ms FROM button ORDER BY action_id";

/// Takes in a run that has just ended.
pub(super) async fn record(connection: &mut AnyConnection, line: Seq, run: &Run) -> Result<(), StoreError> {
    let Some(outcome) = run.outcome.filter(|outcome| *outcome != Outcome::Refused && !run.test) else {
        return Ok(());
    };
    // A run that began before the one shown, and ended after it, is not the last.
    sqlx::query(
        "INSERT INTO button (action_id, line, outcome, at_ms, operator) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (action_id) DO UPDATE SET line = excluded.line, outcome = excluded.outcome, \
         at_ms = excluded.at_ms, operator = excluded.operator WHERE button.line < excluded.line",
    )
    .bind(&run.action_id)
    .bind(line)
    .bind(outcome.as_str())
    .bind(run.started_at_ms)
    .bind(serde_json::to_string(&run.operator).unwrap_or_default())
    .execute(&mut *connection)
    .await?;
    if let Some(duration_ms) = run.duration_ms.filter(|_| was_sent(run)) {
        add_duration(&mut *connection, line, &run.action_id, duration_ms).await?;
        let median = median(&mut *connection, &run.action_id).await?;
        sqlx::query("UPDATE button SET median_ms = $2 WHERE action_id = $1")
            .bind(&run.action_id)
            .bind(median)
            .execute(connection)
            .await?;
    }
    Ok(())
}

/// Forgets what was known of an action that is removed: another one may be made under its id.
pub(super) async fn remove(connection: &mut AnyConnection, action_id: &str) -> Result<(), StoreError> {
    for sql in ["DELETE FROM button_duration WHERE action_id = $1", "DELETE FROM button WHERE action_id = $1"] {
        sqlx::query(sql).bind(action_id).execute(&mut *connection).await?;
    }
    Ok(())
}

/// Whether it ended after a request: only then its duration says how long the action takes.
fn was_sent(run: &Run) -> bool {
    let ran = matches!(run.outcome, Some(Outcome::Succeeded | Outcome::Failed | Outcome::Unknown));
    let stood = run.failure.is_none_or(|failure| !failure.is_before_connection() && failure != Failure::Policy);
    ran && stood && run.attempts > 0
}

/// Adds one, and keeps the last 20.
async fn add_duration(
    connection: &mut AnyConnection,
    line: Seq,
    action_id: &str,
    duration_ms: i64,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO button_duration (line, action_id, duration_ms) VALUES ($1, $2, $3)")
        .bind(line)
        .bind(action_id)
        .bind(duration_ms)
        .execute(&mut *connection)
        .await?;
    sqlx::query(
        "DELETE FROM button_duration WHERE action_id = $1 AND line NOT IN \
         (SELECT kept.line FROM button_duration AS kept WHERE kept.action_id = $1 ORDER BY kept.line DESC LIMIT 20)",
    )
    .bind(action_id)
    .execute(connection)
    .await?;
    Ok(())
}

/// The one in the middle, of two the longer.
async fn median(connection: &mut AnyConnection, action_id: &str) -> Result<Option<i64>, StoreError> {
    let rows = sqlx::query("SELECT duration_ms FROM button_duration WHERE action_id = $1 ORDER BY duration_ms")
        .bind(action_id)
        .fetch_all(connection)
        .await?;
    Ok(rows.get(rows.len() / 2).map(|row| row.try_get(0)).transpose()?)
}

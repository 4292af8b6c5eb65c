//! What a button says beside its name: kept with each run's end, so that it is read at once however long the log is.

use std::collections::HashMap;

use sqlx::{AnyConnection, AssertSqlSafe, Row};

use super::error::StoreError;
use super::rows::{text, word};
use super::store::Store;
use crate::domain::activity::Seq;
use crate::domain::button::{ButtonFacts, LastRun};
use crate::domain::incident::IncidentKey;
use crate::domain::operator::Operator;
use crate::domain::run::{Outcome, Run};

impl Store {
    /// How the runs of each action went, by id: the last one that ended, in the log's order, and how long they usually take.
    ///
    /// Refused presses and tests do not count; an action that never ran has no row.
    pub async fn button_facts(&self) -> Result<Vec<ButtonFacts>, StoreError> {
        let mut facts = self
            .read(sqlx::query(FACTS), |row| {
                let by: Operator = serde_json::from_str(&text(row, 3)?).unwrap_or_default();
                let last = LastRun {
                    action_id: text(row, 0)?,
                    outcome: word(&text(row, 1)?).unwrap_or(Outcome::Unknown),
                    incident: IncidentKey::new(&text(row, 4)?, &text(row, 5)?),
                    num: text(row, 6)?,
                    at_ms: row.try_get(2)?,
                    by: by.name,
                };
                Ok(ButtonFacts { action_id: text(row, 0)?, last: Some(last), median_ms: None })
            })
            .await?;
        let mut durations: HashMap<String, Vec<i64>> = HashMap::new();
        let newest_first = sqlx::query("SELECT action_id, duration_ms FROM button_duration ORDER BY line DESC");
        for (action_id, duration_ms) in self.read(newest_first, |row| Ok((text(row, 0)?, row.try_get(1)?))).await? {
            durations.entry(action_id).or_default().push(duration_ms);
        }
        for facts in &mut facts {
            facts.median_ms = durations.remove(&facts.action_id).and_then(median);
        }
        Ok(facts)
    }
}

impl Store {
    /// The last run of each action on each open incident, as far as one ended. Refused presses and tests do not count.
    pub async fn last_runs(&self) -> Result<Vec<LastRun>, StoreError> {
        let sql = "SELECT action_id, outcome, started_at_ms, operator, source, incident_id, incident_num \
            FROM activity WHERE seq IN (\
                SELECT max(activity.seq) FROM incident \
                JOIN activity ON activity.incident_id = incident.id AND activity.source = incident.source \
                WHERE incident.progress < 2 AND activity.kind = 'run' AND activity.state = 'done' \
                AND activity.outcome <> 'refused' AND activity.test = 0 \
                GROUP BY activity.source, activity.incident_id, activity.action_id)";
        self.read(sqlx::query(sql), |row| {
            let by: Operator = serde_json::from_str(&text(row, 3)?).unwrap_or_default();
            Ok(LastRun {
                action_id: text(row, 0)?,
                outcome: word(&text(row, 1)?).unwrap_or(Outcome::Unknown),
                at_ms: row.try_get(2)?,
                by: by.name,
                incident: IncidentKey::new(&text(row, 4)?, &text(row, 5)?),
                num: text(row, 6)?,
            })
        })
        .await
    }
}

/// Each screen asks this at its start and after each run.
pub(super) const FACTS: &str = "SELECT button.action_id, button.outcome, button.at_ms, button.operator, \
    activity.source, activity.incident_id, activity.incident_num \
    FROM button LEFT JOIN activity ON activity.seq = button.line ORDER BY button.action_id";

/// So many of an action's last durations count.
const LAST: usize = 20;

/// Fewer say nothing of how long an action usually takes.
const ENOUGH: usize = 5;

/// The one in the middle of the newest, of two the longer.
fn median(mut newest_first: Vec<i64>) -> Option<i64> {
    if newest_first.len() < ENOUGH {
        return None;
    }
    newest_first.truncate(LAST);
    newest_first.sort_unstable();
    newest_first.get(newest_first.len() / 2).copied()
}

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
    if let Some(duration_ms) = run.duration_ms.filter(|_| was_done(run)) {
        add_duration(connection, line, run, duration_ms).await?;
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

/// Whether its duration says how long the action takes: only of what was seen to its end.
fn was_done(run: &Run) -> bool {
    run.outcome == Some(Outcome::Succeeded) && run.attempts > 0
}

/// Adds one. Older ones than count are removed now and then: each statement is felt where a thousand runs end.
async fn add_duration(
    connection: &mut AnyConnection,
    line: Seq,
    run: &Run,
    duration_ms: i64,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO button_duration (line, action_id, duration_ms) VALUES ($1, $2, $3)")
        .bind(line)
        .bind(&run.action_id)
        .bind(duration_ms)
        .execute(&mut *connection)
        .await?;
    // The last digit of a run's id is random.
    if run.id.ends_with('0') {
        sqlx::query(AssertSqlSafe(format!(
            "DELETE FROM button_duration WHERE action_id = $1 AND line NOT IN \
             (SELECT kept.line FROM button_duration AS kept WHERE kept.action_id = $1 ORDER BY kept.line DESC LIMIT {LAST})"
        )))
        .bind(&run.action_id)
        .execute(connection)
        .await?;
    }
    Ok(())
}

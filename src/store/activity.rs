//! Writing lines of the log.

use sqlx::{AnyConnection, AssertSqlSafe, Row};

use super::error::StoreError;
use super::rows::{self, num_key, plain, text};
use super::store::Store;
use crate::domain::activity::{Activity, Entry, Seq};
use crate::domain::incident::IncidentKey;
use crate::domain::operator::Operator;
use crate::domain::run::{Run, RunState};

/// A line about to be written: what a kind does not have stays empty.
#[derive(Default)]
pub(super) struct Line<'a> {
    at_ms: i64,
    kind: &'static str,
    run_id: Option<&'a str>,
    action_id: Option<&'a str>,
    source: Option<String>,
    incident_id: Option<String>,
    incident_num: Option<String>,
    operator: Option<&'a Operator>,
    run: Option<&'a Run>,
    group: Option<String>,
    message: &'a str,
}

impl<'a> Line<'a> {
    pub(super) fn of_run(run: &'a Run) -> Self {
        Self {
            at_ms: run.started_at_ms,
            kind: "run",
            run_id: Some(&run.id),
            action_id: Some(&run.action_id),
            source: Some(run.incident.source().to_owned()),
            incident_id: Some(run.incident.id().to_owned()),
            incident_num: Some(run.incident_num.clone()),
            operator: Some(&run.operator),
            run: Some(run),
            group: run.group.clone(),
            message: &run.message,
        }
    }

    pub(super) fn of_action(action_id: &'a str, operator: &'a Operator, summary: &'a str, at_ms: i64) -> Self {
        Self {
            at_ms,
            kind: "action",
            action_id: Some(action_id),
            operator: Some(operator),
            message: summary,
            ..Self::default()
        }
    }

    pub(super) fn of_operation(
        incident: &IncidentKey,
        num: &str,
        operator: &'a Operator,
        summary: &'a str,
        at_ms: i64,
    ) -> Self {
        Self {
            at_ms,
            kind: "operation",
            source: Some(incident.source().to_owned()),
            incident_id: Some(incident.id().to_owned()),
            incident_num: Some(num.to_owned()),
            operator: Some(operator),
            message: summary,
            ..Self::default()
        }
    }

    /// A correction carries the incident and the group of its run, so that the log of either has both.
    pub(super) async fn of_correction(
        connection: &mut AnyConnection,
        run: &'a str,
        summary: &'a str,
        at_ms: i64,
    ) -> Result<Self, StoreError> {
        let found = sqlx::query(
            "SELECT source, incident_id, incident_num, run_group FROM activity WHERE run_id = $1 AND kind = 'run'",
        )
        .bind(run)
        .fetch_optional(connection)
        .await?;
        let mut line = Self { at_ms, kind: "correction", run_id: Some(run), message: summary, ..Self::default() };
        if let Some(row) = found {
            line.source = Some(text(&row, 0)?);
            line.incident_id = Some(text(&row, 1)?);
            line.incident_num = Some(text(&row, 2)?);
            line.group = row.try_get(3)?;
        }
        Ok(line)
    }

    /// Writes it. `None` where a unique key refuses: the run is there already, or another one is under way.
    pub(super) async fn write(&self, connection: &mut AnyConnection) -> Result<Option<Seq>, StoreError> {
        let run = self.run;
        let operator = self.operator.and_then(|operator| serde_json::to_string(operator).ok());
        let written = sqlx::query(
            "INSERT INTO activity (at_ms, kind, run_id, event_id, action, action_id, source, incident_id, \
             incident_num, num_key, incident_title, operator, process, state, outcome, failure, status, attempts, \
             started_at_ms, duration_ms, message, run_group, resend_of, test, following) VALUES ($1, $2, $3, $4, $5, \
             $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25) \
             ON CONFLICT DO NOTHING RETURNING seq",
        )
        .bind(self.at_ms)
        .bind(self.kind)
        .bind(self.run_id.map(plain))
        .bind(run.map(|run| plain(&run.event_id)))
        .bind(run.map(|run| plain(&run.action)))
        .bind(self.action_id.map(plain))
        .bind(self.source.as_deref().map(plain))
        .bind(self.incident_id.as_deref().map(plain))
        .bind(self.incident_num.as_deref().map(plain))
        .bind(self.incident_num.as_deref().map(num_key))
        .bind(run.map(|run| plain(&run.incident_title)))
        .bind(operator)
        .bind(run.map(|run| plain(&run.process)))
        .bind(run.map(|run| state_word(run.state).to_owned()))
        .bind(run.and_then(|run| run.outcome).map(|outcome| outcome.as_str().to_owned()))
        .bind(run.and_then(|run| run.failure).map(|failure| failure.as_str().to_owned()))
        .bind(run.and_then(|run| run.status).map(i64::from))
        .bind(run.map(|run| i64::from(run.attempts)))
        .bind(run.map(|run| run.started_at_ms))
        .bind(run.and_then(|run| run.duration_ms))
        .bind(plain(self.message))
        .bind(self.group.as_deref().map(plain))
        .bind(run.and_then(|run| run.resend_of.as_deref()).map(plain))
        .bind(i64::from(run.is_some_and(|run| run.test)))
        // Only `follow_job` makes a run a followed one, together with its job.
        .bind(0_i64)
        .fetch_optional(&mut *connection)
        .await?;
        let Some(row) = written else { return Ok(None) };
        let seq: Seq = row.try_get(0)?;
        sqlx::query("INSERT INTO activity_search (line, text) VALUES ($1, $2)")
            .bind(seq)
            .bind(self.searched())
            .execute(connection)
            .await?;
        Ok(Some(seq))
    }

    /// As [`Self::write`], for lines that no key can refuse.
    pub(super) async fn append(&self, connection: &mut AnyConnection) -> Result<Seq, StoreError> {
        let written = self.write(connection).await?;
        written.ok_or_else(|| StoreError::other("add a line to the log", "its id is there already"))
    }

    fn searched(&self) -> String {
        if let Some(run) = self.run {
            return searched(run);
        }
        let operator = self.operator.map_or("", |operator| &operator.name);
        join_lower(&[self.message, operator, self.incident_num.as_deref().unwrap_or_default()])
    }
}

/// What the log's filter finds a run by.
pub(super) fn searched(run: &Run) -> String {
    join_lower(&[
        &run.action,
        &run.incident_num,
        &run.incident_title,
        &run.message,
        &run.operator.name,
        run.outcome.map_or("", |outcome| outcome.as_str()),
        run.failure.map_or("", |failure| failure.as_str()),
        if run.test { "test" } else { "" },
    ])
}

/// Line by line, so that nothing is found across the border of two.
fn join_lower(parts: &[&str]) -> String {
    plain(&parts.join("\n").to_lowercase())
}

fn state_word(state: RunState) -> &'static str {
    match state {
        RunState::Pending => "pending",
        RunState::Running => "running",
        RunState::Done => "done",
    }
}

impl Store {
    /// Adds a line about an action, an operation on an incident, or a correction, at `at_ms` (Unix milliseconds).
    ///
    /// A run is no such line: it begins and ends by [`Store::begin_run`] and [`Store::end_run`].
    pub async fn note(&self, entry: &Entry, at_ms: i64) -> Result<Seq, StoreError> {
        let entry = entry.clone();
        self.write(move |connection| {
            Box::pin(async move {
                let line = match &entry {
                    Entry::Run(_) => {
                        return Err(StoreError::other("add a line to the log", "a run is recorded when it begins"));
                    }
                    Entry::Action { action_id, operator, summary } => {
                        Line::of_action(action_id, operator, summary, at_ms)
                    }
                    Entry::Operation { incident, num, operator, summary } => {
                        Line::of_operation(incident, num, operator, summary, at_ms)
                    }
                    Entry::Correction { run, summary } => {
                        Line::of_correction(&mut *connection, run, summary, at_ms).await?
                    }
                };
                line.append(connection).await
            })
        })
        .await
    }

    /// How many lines the log has, in the time of two look-ups however many there are: the span of the sequence.
    ///
    /// Exact on SQLite until retention leaves a hole around a line that it keeps. On PostgreSQL a write that was given
    /// up leaves a hole too. Holes are counted.
    pub async fn log_size(&self) -> Result<i64, StoreError> {
        let query =
            sqlx::query("SELECT coalesce((SELECT max(seq) FROM activity) - (SELECT min(seq) FROM activity) + 1, 0)");
        let sizes = self.read(query, |row| Ok(row.try_get(0)?)).await?;
        Ok(sizes.first().copied().unwrap_or_default())
    }

    /// Runs that have not ended, whoever runs them, in the log's order.
    pub async fn unended(&self) -> Result<Vec<Activity>, StoreError> {
        self.read(sqlx::query(AssertSqlSafe(unended_sql())), rows::activity).await
    }
}

/// Every start asks this. The condition on `action_id` holds for every run, and `+seq` is `seq`: without them SQLite
/// reads the whole log instead of the few rows of the partial index.
pub(super) fn unended_sql() -> String {
    let columns = rows::ACTIVITY;
    format!("SELECT {columns} FROM activity WHERE kind = 'run' AND state <> 'done' AND action_id >= '' ORDER BY +seq")
}

//! How a run ends on disk: once, with its guard, its job and what its button says; also the runs of dead processes.

use std::collections::HashMap;

use sqlx::{AnyConnection, AssertSqlSafe};

use super::activity::{Line, searched};
use super::buttons;
use super::error::StoreError;
use super::rows::{self, plain};
use super::runs::json;
use super::store::Store;
use crate::domain::activity::{Activity, Entry, Seq};
use crate::domain::run::{Ending, Failure, Outcome, Run, RunState};

/// What became of a run's ending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// The row says how it ended.
    Written,
    /// It had ended before (somebody took this process for dead): the row is as it was, and a correction says more.
    AlreadyEnded { correction: Seq },
}

impl Store {
    /// Writes down how a run ended, at `at_ms` (Unix milliseconds), and starts its cooldown.
    ///
    /// A run that ends `cancelled` or `refused`, or before anything was sent, did nothing: it has no cooldown. In the same commit its job is removed.
    /// The request that was written ahead stays as it is; attempts and answer are taken from `ending`.
    pub async fn end_run(&self, run_id: &str, ending: &Ending, at_ms: i64) -> Result<Recorded, StoreError> {
        let id = run_id.to_owned();
        let (ending, parts) = (ending.clone(), Parts::new(ending)?);
        let recorded = self.write_plain(move |connection| {
            Box::pin(async move {
                let ended = Close::new(&ending).write(&mut *connection, &id, STATES_UNENDED, at_ms).await?;
                if ended.is_none() {
                    return correct(connection, &id, &ending, at_ms).await;
                }
                parts.write(connection, &id).await?;
                Ok::<_, StoreError>(Some(Recorded::Written))
            })
        });
        let unknown = || StoreError::other(format!("record how run {run_id} ended"), "the log has no such run");
        recorded.await?.ok_or_else(unknown)
    }

    /// Ends a run that was not sent yet: as [`Self::end_run`], but only where it is still `pending`.
    ///
    /// `false`: it was started or has ended, and nothing was written. Of this and [`Self::start_run`], one wins.
    pub async fn end_pending(&self, run_id: &str, ending: &Ending, at_ms: i64) -> Result<bool, StoreError> {
        let run_id = run_id.to_owned();
        let (ending, parts) = (ending.clone(), Parts::new(ending)?);
        self.write(move |connection| {
            Box::pin(async move {
                let ended = Close::new(&ending).write(&mut *connection, &run_id, STATE_PENDING, at_ms).await?;
                if ended.is_some() {
                    parts.write(connection, &run_id).await?;
                }
                Ok(ended.is_some())
            })
        })
        .await
    }

    /// Ends the runs of processes that do not live any more, and gives those it ended.
    ///
    /// A run whose job is followed is left alone: see [`Store::orphan_jobs`]. `lives` is asked once for each process. Of
    /// several that do so at once, one ends each run.
    pub async fn end_interrupted_runs(
        &self,
        lives: &(dyn Fn(&str) -> bool + Send + Sync),
        at_ms: i64,
    ) -> Result<Vec<Activity>, StoreError> {
        let mut asked: HashMap<String, bool> = HashMap::new();
        let mut dead = Vec::new();
        for line in self.unended().await? {
            if let Entry::Run(run) = line.entry
                && !run.following
                && !*asked.entry(run.process.clone()).or_insert_with_key(|process| lives(process))
            {
                dead.push(run);
            }
        }
        if dead.is_empty() {
            return Ok(Vec::new());
        }
        self.write(move |connection| {
            Box::pin(async move {
                let mut ended = Vec::new();
                for run in &dead {
                    ended.extend(interrupt(&mut *connection, run, at_ms).await?);
                }
                Ok(ended)
            })
        })
        .await
    }
}

/// The parts of the detail that an ending brings.
struct Parts {
    attempts: String,
    answer: String,
}

impl Parts {
    fn new(ending: &Ending) -> Result<Self, StoreError> {
        Ok(Self { attempts: json(&ending.detail.attempts)?, answer: json(&ending.detail.answer)? })
    }

    async fn write(&self, connection: &mut AnyConnection, run_id: &str) -> Result<(), StoreError> {
        sqlx::query("UPDATE run_detail SET attempts = $2, answer = $3 WHERE run_id = $1")
            .bind(plain(run_id))
            .bind(&self.attempts)
            .bind(&self.answer)
            .execute(connection)
            .await?;
        Ok(())
    }
}

const STATES_UNENDED: &str = "state <> 'done'";
const STATE_PENDING: &str = "state = 'pending'";
const STATE_SENDING: &str = "state = 'running' AND following = 0";

/// The last change of a run's row.
struct Close<'a> {
    outcome: Outcome,
    failure: Option<Failure>,
    status: Option<u16>,
    message: &'a str,
    attempts: Option<i64>,
    duration_ms: Option<i64>,
}

impl<'a> Close<'a> {
    fn new(ending: &'a Ending) -> Self {
        Self {
            outcome: ending.outcome,
            failure: ending.failure,
            status: ending.status,
            message: &ending.message,
            attempts: i64::try_from(ending.detail.attempts.len()).ok(),
            duration_ms: Some(ending.duration_ms.max(0)),
        }
    }

    /// `None` where the run is not as `only` wants it, or is not there: then nothing was changed.
    async fn write(
        &self,
        connection: &mut AnyConnection,
        run_id: &str,
        only: &'static str,
        at_ms: i64,
    ) -> Result<Option<Activity>, StoreError> {
        let sql = format!(
            "UPDATE activity SET state = 'done', outcome = $2, failure = $3, status = $4, message = $5, \
             attempts = coalesce($6, attempts), duration_ms = $7 \
             WHERE run_id = $1 AND kind = 'run' AND {only} RETURNING {}",
            rows::ACTIVITY
        );
        let row = sqlx::query(AssertSqlSafe(sql))
            .bind(plain(run_id))
            .bind(self.outcome.as_str())
            .bind(self.failure.map(|failure| failure.as_str().to_owned()))
            .bind(self.status.map(i64::from))
            .bind(plain(self.message))
            .bind(self.attempts)
            .bind(self.duration_ms)
            .fetch_optional(&mut *connection)
            .await?;
        let Some(mut activity) = row.as_ref().map(rows::activity).transpose()? else { return Ok(None) };
        if let Entry::Run(run) = &mut activity.entry {
            sqlx::query("UPDATE activity_search SET text = $2 WHERE line = $1")
                .bind(activity.seq)
                .bind(searched(run))
                .execute(&mut *connection)
                .await?;
            release_guard(&mut *connection, run, at_ms).await?;
            if std::mem::take(&mut run.following) {
                sqlx::query("UPDATE activity SET following = 0 WHERE seq = $1")
                    .bind(activity.seq)
                    .execute(&mut *connection)
                    .await?;
                sqlx::query("DELETE FROM job WHERE of_run = $1").bind(&run.id).execute(&mut *connection).await?;
            }
            buttons::record(connection, activity.seq, run).await?;
        }
        Ok(Some(activity))
    }
}

/// Starts the cooldown of a run that has ended; where nothing ran, the same press may come at once.
async fn release_guard(connection: &mut AnyConnection, run: &Run, at_ms: i64) -> Result<(), StoreError> {
    let was_unsent = run.outcome == Some(Outcome::Failed) && run.failure.is_some_and(Failure::is_before_connection);
    let nothing_ran = was_unsent || matches!(run.outcome, Some(Outcome::Cancelled | Outcome::Refused));
    let ended_at_ms = (!nothing_ran).then_some(at_ms);
    let sql = if nothing_ran {
        "DELETE FROM guard WHERE action_id = $1 AND incident = $2 AND run_id = $3"
    } else {
        "UPDATE guard SET ended_at_ms = $4 WHERE action_id = $1 AND incident = $2 AND run_id = $3"
    };
    let query = sqlx::query(sql).bind(&run.action_id).bind(run.incident.as_str()).bind(&run.id);
    let query = if ended_at_ms.is_some() { query.bind(ended_at_ms) } else { query };
    query.execute(connection).await?;
    Ok(())
}

async fn correct(
    connection: &mut AnyConnection,
    run_id: &str,
    ending: &Ending,
    at_ms: i64,
) -> Result<Option<Recorded>, StoreError> {
    let known = sqlx::query("SELECT seq FROM activity WHERE run_id = $1 AND kind = 'run'")
        .bind(run_id)
        .fetch_optional(&mut *connection)
        .await?;
    if known.is_none() {
        return Ok(None);
    }
    let summary = learned(ending);
    let line = Line::of_correction(&mut *connection, run_id, &summary, at_ms).await?;
    Ok(Some(Recorded::AlreadyEnded { correction: line.append(connection).await? }))
}

/// `learned later: succeeded 200 "restarting"`.
fn learned(ending: &Ending) -> String {
    let mut out = format!("learned later: {}", ending.outcome.as_str());
    if let Some(status) = ending.status {
        out.push_str(&format!(" {status}"));
    }
    if let Some(failure) = ending.failure {
        out.push_str(&format!(" ({})", failure.as_str()));
    }
    if !ending.message.is_empty() {
        out.push_str(&format!(" \"{}\"", ending.message));
    }
    out
}

/// Ends the run of a dead process, as it is now: between the look that found it and this write it may have been
/// started, followed or taken over, and then what would be said of it is not true any more.
async fn interrupt(connection: &mut AnyConnection, found: &Run, at_ms: i64) -> Result<Option<Activity>, StoreError> {
    let sql = format!("SELECT {} FROM activity WHERE run_id = $1 AND kind = 'run'", rows::ACTIVITY);
    let row = sqlx::query(AssertSqlSafe(sql)).bind(&found.id).fetch_optional(&mut *connection).await?;
    let Some(Entry::Run(run)) = row.as_ref().map(rows::activity).transpose()?.map(|line| line.entry) else {
        return Ok(None);
    };
    if run.following || run.process != found.process {
        return Ok(None);
    }
    let (outcome, message, only) = if run.state == RunState::Pending {
        let message = "andon was killed before this was sent: nothing was sent".to_owned();
        (Outcome::Cancelled, message, STATE_PENDING)
    } else {
        let id = &run.event_id;
        let message =
            format!("andon was killed before the answer came: it may have run; look at the receiver for id {id}");
        (Outcome::Unknown, message, STATE_SENDING)
    };
    let close = Close {
        outcome,
        failure: Some(Failure::Interrupted),
        status: None,
        message: &message,
        attempts: None,
        duration_ms: None,
    };
    close.write(connection, &run.id, only, at_ms).await
}

//! The life of a run on disk: the guard and the row before a byte leaves, one ending, and the dead settled.

use std::collections::HashMap;

use serde::Serialize;
use sqlx::{AnyConnection, AssertSqlSafe, Row};

use super::actions;
use super::activity::{Line, searched};
use super::error::StoreError;
use super::handle::Store;
use super::rows::{self, plain, text};
use crate::domain::action::Action;
use crate::domain::activity::{Activity, Entry, Seq};
use crate::domain::run::{Ending, Failure, Outcome, Run, RunState, SentRequest};

/// What became of the wish to begin a run.
#[derive(Clone, Debug, PartialEq)]
pub enum Begun {
    /// It is written down; the request may go.
    Started(Seq),
    /// The same press is under way: this run. Nothing was written.
    InFlight(Box<Run>),
    /// The same press ended too short a time ago. Nothing was written.
    Cooldown {
        /// The run that ended.
        last: Box<Run>,
        /// Until when it is refused, Unix milliseconds.
        until_ms: i64,
    },
    /// The action is not as it was confirmed: as it is now, `None` where it was removed. Nothing was written.
    ActionChanged(Option<Box<Action>>),
}

/// What became of a run's ending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// The row says how it ended.
    Written,
    /// It had ended before (somebody took this process for dead): the row is as it was, and a correction says more.
    AlreadyEnded {
        /// The correction's place in the log.
        correction: Seq,
    },
}

impl Store {
    /// Wins the guard and writes the run and its whole request down, in one commit.
    ///
    /// One unended run for an action and an incident, whoever presses; after its end the same press is refused for
    /// `cooldown_ms`, counted from its end to [`Run::started_at_ms`] in either direction, so that a clock that jumped
    /// back refuses no longer than that. `action_revision` is what was confirmed.
    pub async fn begin_run(
        &self,
        run: &Run,
        request: &SentRequest,
        action_revision: i64,
        cooldown_ms: u64,
    ) -> Result<Begun, StoreError> {
        let (run, request) = (run.clone(), json(request)?);
        let cooldown_ms = i64::try_from(cooldown_ms).unwrap_or(i64::MAX);
        self.write(move |connection| {
            Box::pin(async move { begin(connection, &run, &request, action_revision, cooldown_ms).await })
        })
        .await
    }

    /// Writes down a press that was refused: done, nothing sent.
    pub async fn refuse_run(&self, run: &Run, request: &SentRequest) -> Result<Seq, StoreError> {
        let (run, request) = (run.clone(), json(request)?);
        self.write(move |connection| {
            Box::pin(async move {
                let seq = Line::of_run(&run).append(&mut *connection).await?;
                write_request(connection, &run.id, &request).await?;
                Ok(seq)
            })
        })
        .await
    }

    /// Writes down how a run ended, at `at_ms` (Unix milliseconds), and starts its cooldown.
    ///
    /// The request that was written ahead stays as it is; attempts and answer are taken from `ending`.
    pub async fn end_run(&self, run_id: &str, ending: &Ending, at_ms: i64) -> Result<Recorded, StoreError> {
        let (run_id, ending) = (run_id.to_owned(), ending.clone());
        let (attempts, answer) = (json(&ending.detail.attempts)?, json(&ending.detail.answer)?);
        self.write(move |connection| {
            Box::pin(async move {
                let close = Close {
                    outcome: ending.outcome,
                    failure: ending.failure,
                    status: ending.status,
                    message: &ending.message,
                    attempts: i64::try_from(ending.detail.attempts.len()).ok(),
                    duration_ms: Some(ending.duration_ms.max(0)),
                };
                if close.write(&mut *connection, &run_id, at_ms).await?.is_none() {
                    return correct(connection, &run_id, &ending, at_ms).await;
                }
                sqlx::query("UPDATE run_detail SET attempts = $2, answer = $3 WHERE run_id = $1")
                    .bind(&run_id)
                    .bind(attempts)
                    .bind(answer)
                    .execute(connection)
                    .await?;
                Ok(Recorded::Written)
            })
        })
        .await
    }

    /// Ends the runs of processes that do not live any more, and gives those it ended.
    ///
    /// `lives` is asked once for each process. Of several that settle at once, one ends each run.
    pub async fn settle(
        &self,
        lives: &(dyn Fn(&str) -> bool + Send + Sync),
        at_ms: i64,
    ) -> Result<Vec<Activity>, StoreError> {
        let mut asked: HashMap<String, bool> = HashMap::new();
        let mut dead = Vec::new();
        for line in self.unended().await? {
            if let Entry::Run(run) = line.entry
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
                let mut settled = Vec::new();
                for run in &dead {
                    settled.extend(interrupt(&mut *connection, run, at_ms).await?);
                }
                Ok(settled)
            })
        })
        .await
    }
}

async fn begin(
    connection: &mut AnyConnection,
    run: &Run,
    request: &str,
    revision: i64,
    cooldown_ms: i64,
) -> Result<Begun, StoreError> {
    if actions::revision(&mut *connection, &run.action_id).await? != Some(revision) {
        let now = actions::find(connection, &run.action_id).await?;
        return Ok(Begun::ActionChanged(now.map(Box::new)));
    }
    if !win_guard(&mut *connection, run, cooldown_ms).await? {
        return holder(connection, run, cooldown_ms).await;
    }
    let Some(seq) = Line::of_run(run).write(&mut *connection).await? else {
        // The guard was free and yet the log refuses: the error takes the guard back with it.
        return Err(StoreError::other(
            format!("begin run {}", run.id),
            "the log already has it, or another run of this action on this incident that has not ended",
        ));
    };
    write_request(connection, &run.id, request).await?;
    Ok(Begun::Started(seq))
}

/// One statement decides: it takes the guard, or it changes nothing.
async fn win_guard(connection: &mut AnyConnection, run: &Run, cooldown_ms: i64) -> Result<bool, StoreError> {
    let won = sqlx::query(
        "INSERT INTO guard (action_id, incident, run_id, ended_at_ms) VALUES ($1, $2, $3, NULL) \
         ON CONFLICT (action_id, incident) DO UPDATE SET run_id = excluded.run_id, ended_at_ms = NULL \
         WHERE guard.ended_at_ms IS NOT NULL AND (guard.ended_at_ms <= $4 OR guard.ended_at_ms >= $5)",
    )
    .bind(plain(&run.action_id))
    .bind(plain(run.incident.as_str()))
    .bind(plain(&run.id))
    .bind(run.started_at_ms.saturating_sub(cooldown_ms))
    .bind(run.started_at_ms.saturating_add(cooldown_ms))
    .execute(connection)
    .await?;
    Ok(won.rows_affected() > 0)
}

async fn holder(connection: &mut AnyConnection, run: &Run, cooldown_ms: i64) -> Result<Begun, StoreError> {
    let guard = sqlx::query("SELECT run_id, ended_at_ms FROM guard WHERE action_id = $1 AND incident = $2")
        .bind(plain(&run.action_id))
        .bind(plain(run.incident.as_str()))
        .fetch_one(&mut *connection)
        .await?;
    let (run_id, ended_at_ms): (String, Option<i64>) = (text(&guard, 0)?, guard.try_get(1)?);
    let sql = format!("SELECT {} FROM activity WHERE run_id = $1 AND kind = 'run'", rows::ACTIVITY);
    let row = sqlx::query(AssertSqlSafe(sql)).bind(run_id).fetch_one(connection).await?;
    let Entry::Run(last) = rows::activity(&row)?.entry else {
        return Err(StoreError::other("find the run under way", "its line is no run"));
    };
    Ok(match ended_at_ms {
        None => Begun::InFlight(last),
        Some(ended) => Begun::Cooldown { last, until_ms: ended.saturating_add(cooldown_ms) },
    })
}

async fn write_request(connection: &mut AnyConnection, run_id: &str, request: &str) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO run_detail (run_id, request, attempts, answer) VALUES ($1, $2, '[]', 'null')")
        .bind(plain(run_id))
        .bind(request)
        .execute(connection)
        .await?;
    Ok(())
}

/// The last change of a run's row.
struct Close<'a> {
    outcome: Outcome,
    failure: Option<Failure>,
    status: Option<u16>,
    message: &'a str,
    attempts: Option<i64>,
    duration_ms: Option<i64>,
}

impl Close<'_> {
    /// `None` where the run has ended before, or is not there: then nothing was changed.
    async fn write(
        &self,
        connection: &mut AnyConnection,
        run_id: &str,
        at_ms: i64,
    ) -> Result<Option<Activity>, StoreError> {
        let sql = format!(
            "UPDATE activity SET state = 'done', outcome = $2, failure = $3, status = $4, message = $5, \
             attempts = coalesce($6, attempts), duration_ms = $7 \
             WHERE run_id = $1 AND kind = 'run' AND state <> 'done' RETURNING {}",
            rows::ACTIVITY
        );
        let row = sqlx::query(AssertSqlSafe(sql))
            .bind(run_id)
            .bind(self.outcome.as_str())
            .bind(self.failure.map(|failure| failure.as_str().to_owned()))
            .bind(self.status.map(i64::from))
            .bind(plain(self.message))
            .bind(self.attempts)
            .bind(self.duration_ms)
            .fetch_optional(&mut *connection)
            .await?;
        let Some(activity) = row.as_ref().map(rows::activity).transpose()? else { return Ok(None) };
        if let Entry::Run(run) = &activity.entry {
            sqlx::query("UPDATE activity_search SET text = $2 WHERE line = $1")
                .bind(activity.seq)
                .bind(searched(run))
                .execute(&mut *connection)
                .await?;
            sqlx::query("UPDATE guard SET ended_at_ms = $4 WHERE action_id = $1 AND incident = $2 AND run_id = $3")
                .bind(&run.action_id)
                .bind(run.incident.as_str())
                .bind(&run.id)
                .bind(at_ms)
                .execute(connection)
                .await?;
        }
        Ok(Some(activity))
    }
}

async fn correct(
    connection: &mut AnyConnection,
    run_id: &str,
    ending: &Ending,
    at_ms: i64,
) -> Result<Recorded, StoreError> {
    let known = sqlx::query("SELECT seq FROM activity WHERE run_id = $1 AND kind = 'run'")
        .bind(run_id)
        .fetch_optional(&mut *connection)
        .await?;
    if known.is_none() {
        return Err(StoreError::other(format!("record how run {run_id} ended"), "the log has no such run"));
    }
    let summary = learned(ending);
    let line = Line::of_correction(&mut *connection, run_id, &summary, at_ms).await?;
    Ok(Recorded::AlreadyEnded { correction: line.append(connection).await? })
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

async fn interrupt(connection: &mut AnyConnection, run: &Run, at_ms: i64) -> Result<Option<Activity>, StoreError> {
    let (outcome, message) = if run.state == RunState::Pending {
        (Outcome::Cancelled, "andon was killed before this was sent: nothing was sent".to_owned())
    } else {
        let id = &run.event_id;
        let message =
            format!("andon was killed before the answer came: it may have run; look at the receiver for id {id}");
        (Outcome::Unknown, message)
    };
    let close = Close {
        outcome,
        failure: Some(Failure::Interrupted),
        status: None,
        message: &message,
        attempts: None,
        duration_ms: None,
    };
    close.write(connection, &run.id, at_ms).await
}

fn json(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::other("write a run down", error))
}

//! How a run begins on disk: the guard and the row before a byte leaves.

use serde::Serialize;
use sqlx::{AnyConnection, AssertSqlSafe, Row};

use super::activity::Line;
use super::changes;
use super::error::StoreError;
use super::rows::{self, plain, text};
use super::store::Store;
use crate::domain::action::Action;
use crate::domain::activity::{Entry, Seq};
use crate::domain::run::{Run, RunDetail, RunState};

/// What became of the wish to begin a run.
#[derive(Clone, Debug, PartialEq)]
pub enum Begun {
    /// It is written down; the request may go.
    Started(Seq),
    /// The same press is under way: this run. Nothing was written.
    InFlight(Box<Run>),
    /// The same press ended too short a time ago. Nothing was written.
    Cooldown {
        last: Box<Run>,
        /// Until when it is refused, Unix milliseconds.
        until_ms: i64,
    },
    /// The action is not as it was confirmed: as it is now, `None` where it was removed. Nothing was written.
    ActionChanged(Option<Box<Action>>),
}

impl Store {
    /// Wins the guard and writes the run and its whole request down, in one commit: `pending` or `running`, as it says.
    ///
    /// Of `detail`, the request, the inputs and the payload are kept; they are never changed again.
    /// One unended run for an action and an incident, whoever presses; after its end the same press is refused for
    /// `cooldown_ms`, counted from its end to [`Run::started_at_ms`] in either direction, so that a clock that jumped
    /// back refuses no longer than that. `action_revision` is what was confirmed.
    pub async fn begin_run(
        &self,
        run: &Run,
        detail: &RunDetail,
        action_revision: i64,
        cooldown_ms: u64,
    ) -> Result<Begun, StoreError> {
        if run.state == RunState::Done {
            return Err(StoreError::other(format!("begin run {}", run.id), "it has ended already"));
        }
        let (run, ahead) = (run.clone(), Ahead::new(detail)?);
        let cooldown_ms = i64::try_from(cooldown_ms).unwrap_or(i64::MAX);
        self.write_plain(move |connection| {
            Box::pin(async move { begin(connection, &run, &ahead, action_revision, cooldown_ms).await })
        })
        .await
    }

    /// A run that was held or waited its turn is sent now: `pending` becomes `running`, durably.
    ///
    /// `false`: it was not pending any more (it has ended, or was started before). Then nothing may be sent.
    pub async fn start_run(&self, run_id: &str) -> Result<bool, StoreError> {
        let run_id = run_id.to_owned();
        self.write_plain(move |connection| {
            Box::pin(async move {
                let sql = "UPDATE activity SET state = 'running' \
                           WHERE run_id = $1 AND kind = 'run' AND state = 'pending'";
                let started = sqlx::query(sql).bind(plain(&run_id)).execute(connection).await?;
                Ok(started.rows_affected() > 0)
            })
        })
        .await
    }

    /// Writes down a press that was refused: done, nothing sent. It takes no guard.
    pub async fn refuse_run(&self, run: &Run, detail: &RunDetail) -> Result<Seq, StoreError> {
        if run.state != RunState::Done {
            return Err(StoreError::other(format!("write down that run {} was refused", run.id), "it has not ended"));
        }
        let (run, ahead) = (run.clone(), Ahead::new(detail)?);
        self.write(move |connection| {
            Box::pin(async move {
                let seq = Line::of_run(&run).append(&mut *connection).await?;
                ahead.write(connection, &run.id).await?;
                Ok(seq)
            })
        })
        .await
    }
}

async fn begin(
    connection: &mut AnyConnection,
    run: &Run,
    ahead: &Ahead,
    revision: i64,
    cooldown_ms: i64,
) -> Result<Begun, StoreError> {
    if !win_guard(&mut *connection, run, revision, cooldown_ms).await? {
        if changes::revision(&mut *connection, &run.action_id).await? != Some(revision) {
            let now = changes::find(connection, &run.action_id).await?;
            return Ok(Begun::ActionChanged(now.map(Box::new)));
        }
        return holder(connection, run, cooldown_ms).await;
    }
    let Some(seq) = Line::of_run(run).write(&mut *connection).await? else {
        // The guard was free and yet the log refuses: the error takes the guard back with it.
        return Err(StoreError::other(
            format!("begin run {}", run.id),
            "the log already has it, or another run of this action on this incident that has not ended",
        ));
    };
    ahead.write(connection, &run.id).await?;
    Ok(Begun::Started(seq))
}

/// One statement decides: it takes the guard of an action that is as it was confirmed, or it changes nothing.
async fn win_guard(
    connection: &mut AnyConnection,
    run: &Run,
    revision: i64,
    cooldown_ms: i64,
) -> Result<bool, StoreError> {
    let won = sqlx::query(
        "INSERT INTO guard (action_id, incident, run_id, ended_at_ms) \
         SELECT id, $2, $3, NULL FROM action WHERE id = $1 AND revision = $6 \
         ON CONFLICT (action_id, incident) DO UPDATE SET run_id = excluded.run_id, ended_at_ms = NULL \
         WHERE guard.ended_at_ms IS NOT NULL AND (guard.ended_at_ms <= $4 OR guard.ended_at_ms >= $5)",
    )
    .bind(plain(&run.action_id))
    .bind(plain(run.incident.as_str()))
    .bind(plain(&run.id))
    .bind(run.started_at_ms.saturating_sub(cooldown_ms))
    .bind(run.started_at_ms.saturating_add(cooldown_ms))
    .bind(revision)
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
        return Err(StoreError::other("find the run under way", "its row is not a run"));
    };
    Ok(match ended_at_ms {
        None => Begun::InFlight(last),
        Some(ended) => Begun::Cooldown { last, until_ms: ended.saturating_add(cooldown_ms) },
    })
}

/// What of a run's detail is written before it begins, as the columns take it.
struct Ahead {
    request: String,
    inputs: String,
    payload: Option<String>,
    masked: bool,
}

impl Ahead {
    fn new(detail: &RunDetail) -> Result<Self, StoreError> {
        Ok(Self {
            request: json(&detail.request)?,
            inputs: json(&detail.inputs)?,
            payload: detail.payload.as_ref().map(json).transpose()?,
            masked: detail.masked,
        })
    }

    async fn write(&self, connection: &mut AnyConnection, run_id: &str) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO run_detail (run_id, request, attempts, answer, inputs, payload, masked) \
             VALUES ($1, $2, '[]', 'null', $3, $4, $5)",
        )
        .bind(plain(run_id))
        .bind(&self.request)
        .bind(&self.inputs)
        .bind(self.payload.as_deref())
        .bind(i64::from(self.masked))
        .execute(connection)
        .await?;
        Ok(())
    }
}

/// A part of a run as its column takes it.
pub(super) fn json(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::other("write a run down", error))
}

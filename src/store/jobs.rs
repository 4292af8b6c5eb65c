//! Jobs that are followed: durable before the first poll, gone with their run's end, taken over by one.

use std::collections::HashMap;

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe};

use super::error::StoreError;
use super::rows::{self, plain, text};
use super::runs::json;
use super::store::Store;
use crate::domain::activity::{Activity, Entry};
use crate::domain::exact;
use crate::domain::job::Job;

impl Store {
    /// Says in the row of a run how far its job is, for those who do not follow it.
    pub async fn tell_job(&self, run_id: &str, words: &str) -> Result<(), StoreError> {
        let (run_id, words) = (plain(run_id), plain(words));
        self.write_plain(move |connection| {
            Box::pin(async move {
                sqlx::query(
                    "UPDATE activity SET message = $2 \
                     WHERE run_id = $1 AND kind = 'run' AND state = 'running' AND following = 1",
                )
                .bind(run_id)
                .bind(words)
                .execute(connection)
                .await?;
                Ok::<_, StoreError>(Some(()))
            })
        })
        .await
        .map(drop)
    }

    /// Writes a job down and marks its run as followed, in one commit: before the first poll.
    ///
    /// `false`: the run is not under way (it has ended), nothing was written, and nothing is to be followed.
    pub async fn follow_job(&self, job: &Job) -> Result<bool, StoreError> {
        let (document, job) = (json(job)?, job.clone());
        self.write(move |connection| Box::pin(async move { follow(connection, &job, &document).await })).await
    }

    /// The job is to be asked for at another address from now on. `false`: it is not followed any more.
    pub async fn move_job(&self, run_id: &str, url: &str) -> Result<bool, StoreError> {
        let (run_id, url) = (run_id.to_owned(), url.to_owned());
        self.write(move |connection| {
            Box::pin(async move {
                let query = sqlx::query("UPDATE job SET url = $2 WHERE of_run = $1").bind(plain(&run_id));
                Ok(query.bind(plain(&url)).execute(connection).await?.rows_affected() > 0)
            })
        })
        .await
    }

    /// The job of a run, `None` where none is followed.
    pub async fn job(&self, run_id: &str) -> Result<Option<Job>, StoreError> {
        let query = sqlx::query("SELECT of_run, url, document FROM job WHERE of_run = $1").bind(plain(run_id));
        Ok(self.read(query, |row| read_job(row, 0)).await?.pop())
    }

    /// The followed runs whose process does not live any more, with their jobs, in the log's order.
    ///
    /// `lives` is asked once for each process. Whoever wants to go on with one calls [`Self::adopt_job`] first.
    pub async fn orphan_jobs(
        &self,
        lives: &(dyn Fn(&str) -> bool + Send + Sync),
    ) -> Result<Vec<(Activity, Job)>, StoreError> {
        let followed = self
            .read(sqlx::query(AssertSqlSafe(followed_sql())), |row| {
                Ok((rows::activity(row)?, read_job(row, rows::WIDTH)?))
            })
            .await?;
        let mut asked: HashMap<String, bool> = HashMap::new();
        let mut is_alive =
            |process: &str| *asked.entry(process.to_owned()).or_insert_with_key(|process| lives(process));
        let orphaned = |(line, _): &(Activity, Job)| matches!(&line.entry, Entry::Run(run) if !is_alive(&run.process));
        Ok(followed.into_iter().filter(orphaned).collect())
    }

    /// Takes over the followed run of a dead process. `false`: somebody else has, or it has ended.
    pub async fn adopt_job(&self, run_id: &str, from_process: &str, to_process: &str) -> Result<bool, StoreError> {
        let (run_id, from, to) = (run_id.to_owned(), from_process.to_owned(), to_process.to_owned());
        self.write(move |connection| {
            Box::pin(async move {
                // One statement decides: of two takers, one finds the process that it expects.
                let sql = "UPDATE activity SET process = $3 WHERE run_id = $1 AND kind = 'run' \
                           AND state = 'running' AND following = 1 AND process = $2";
                let query = sqlx::query(sql).bind(plain(&run_id)).bind(plain(&from)).bind(plain(&to));
                Ok(query.execute(connection).await?.rows_affected() > 0)
            })
        })
        .await
    }
}

/// The few rows of jobs lead; each finds its run by the run's own index.
pub(super) fn followed_sql() -> String {
    format!(
        "SELECT {}, of_run, url, document FROM job CROSS JOIN activity \
         WHERE run_id = of_run AND kind = 'run' AND state <> 'done' ORDER BY seq",
        rows::ACTIVITY
    )
}

async fn follow(connection: &mut AnyConnection, job: &Job, document: &str) -> Result<bool, StoreError> {
    let sql = "UPDATE activity SET following = 1 WHERE run_id = $1 AND kind = 'run' AND state = 'running'";
    let marked = sqlx::query(sql).bind(plain(&job.run_id)).execute(&mut *connection).await?;
    if marked.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query(
        "INSERT INTO job (of_run, url, document) VALUES ($1, $2, $3) \
         ON CONFLICT (of_run) DO UPDATE SET url = excluded.url, document = excluded.document",
    )
    .bind(plain(&job.run_id))
    .bind(plain(&job.url))
    .bind(document)
    .execute(connection)
    .await?;
    Ok(true)
}

/// A document that only a later version understands gives a job whose time is over: it is asked for by nobody, and
/// ends as one that is lost.
fn read_job(row: &AnyRow, at: usize) -> Result<Job, StoreError> {
    let document = text(row, at + 2)?;
    let job: Job = serde_json::from_str(&document).unwrap_or_default();
    let kept = exact::member(&document, "kept").unwrap_or(job.kept);
    Ok(Job { kept, run_id: text(row, at)?, url: text(row, at + 1)?, ..job })
}

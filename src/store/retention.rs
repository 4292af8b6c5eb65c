//! Retention: what is older than the configured time is forgotten, a little at a time.
//!
//! One look at the clock is never trusted: with a clock that is years ahead all is old. A start that finds old lines
//! only notes so; what a start some days after, by that note, still finds old is removed. A note of a later time, or of
//! one long past, is the work of another clock and counts for nothing.

use std::time::Duration;

use sqlx::{AnyConnection, AssertSqlSafe, Row};

use super::error::StoreError;
use super::rows::places;
use super::store::Store;
use crate::domain::activity::Seq;

/// How many lines one commit removes: others wait for no longer than that takes.
const BATCH: i64 = 200;

/// How long the store is left to others between two commits.
const PAUSE: Duration = Duration::from_millis(20);

/// A line is removed where a start found it old this long ago, milliseconds.
const FOUND_BEFORE_MS: i64 = 3 * DAY_MS;
/// What was noted longer ago says nothing: a clock that jumps by years passes every shorter time with it.
const NOTED_AT_MOST_MS: i64 = 60 * DAY_MS;
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// What was done about old lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forgotten {
    /// None is old, or all that are were noted lately.
    Nothing,
    /// So many are old, noted now, and removed by a start some days from now.
    Noted { lines: u64 },
    /// So many were removed; all were before this time (Unix milliseconds).
    Removed { lines: u64, before_ms: i64 },
}

/// What an earlier start has noted.
struct Note {
    at_ms: i64,
    before_ms: i64,
}

impl Store {
    /// Forgets what is older than `kept_ms`, where a start has found it old some days before this one; notes what is
    /// old now. Times are Unix milliseconds.
    pub async fn forget_old(&self, now_ms: i64, kept_ms: i64) -> Result<Forgotten, StoreError> {
        let before_ms = now_ms.saturating_sub(kept_ms);
        let lines = self.count_old(before_ms).await?;
        if lines == 0 {
            return Ok(Forgotten::Nothing);
        }
        let noted = self.old_noted().await?;
        let since_ms = noted.as_ref().map(|note| now_ms.saturating_sub(note.at_ms));
        match noted.zip(since_ms) {
            Some((_, 0..FOUND_BEFORE_MS)) => Ok(Forgotten::Nothing),
            Some((note, FOUND_BEFORE_MS..=NOTED_AT_MOST_MS)) => {
                let before_ms = note.before_ms.min(before_ms);
                let lines = self.forget(before_ms).await?;
                self.note_old(now_ms, now_ms.saturating_sub(kept_ms)).await?;
                Ok(if lines == 0 { Forgotten::Nothing } else { Forgotten::Removed { lines, before_ms } })
            }
            _ => {
                self.note_old(now_ms, before_ms).await?;
                Ok(Forgotten::Noted { lines })
            }
        }
    }

    async fn count_old(&self, before_ms: i64) -> Result<u64, StoreError> {
        let query = sqlx::query("SELECT count(*) FROM activity WHERE at_ms < $1").bind(before_ms);
        let count: Vec<i64> = self.read(query, |row| Ok(row.try_get(0)?)).await?;
        Ok(count.first().copied().map(u64::try_from).and_then(Result::ok).unwrap_or_default())
    }

    async fn old_noted(&self) -> Result<Option<Note>, StoreError> {
        let query = sqlx::query("SELECT name, value FROM meta WHERE name IN ('old_noted_at', 'old_before')");
        let found = self.read(query, |row| Ok((row.try_get::<String, _>(0)?, row.try_get::<i64, _>(1)?))).await?;
        let value = |name: &str| found.iter().find(|(found, _)| found == name).map(|(_, value)| *value);
        Ok(value("old_noted_at").zip(value("old_before")).map(|(at_ms, before_ms)| Note { at_ms, before_ms }))
    }

    async fn note_old(&self, at_ms: i64, before_ms: i64) -> Result<(), StoreError> {
        self.write(move |connection| {
            Box::pin(async move {
                for (name, value) in [("old_noted_at", at_ms), ("old_before", before_ms)] {
                    let sql = "INSERT INTO meta (name, value) VALUES ($1, $2) \
                               ON CONFLICT (name) DO UPDATE SET value = excluded.value";
                    sqlx::query(sql).bind(name).bind(value).execute(&mut *connection).await?;
                }
                Ok::<_, StoreError>(())
            })
        })
        .await
    }

    /// Forgets the lines of the log before this time (Unix milliseconds), with their details and what their runs added
    /// to incidents. How many lines were removed.
    ///
    /// A run that has not ended, or that ended later than that, stays. What each button says stays too. May be given up
    /// at any time: what was removed is removed.
    pub async fn forget(&self, before_ms: i64) -> Result<u64, StoreError> {
        let mut forgotten = 0;
        loop {
            let removed: u64 =
                self.write(move |connection| Box::pin(async move { forget_some(connection, before_ms).await })).await?;
            forgotten += removed;
            if removed < BATCH.unsigned_abs() {
                return Ok(forgotten);
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}

/// The next lines to be forgotten. The condition on the guard keeps a run that began long ago and ended lately.
pub(super) const OLD: &str = "SELECT seq, coalesce(CASE WHEN kind = 'run' THEN run_id END, '') FROM activity \
    WHERE at_ms < $1 AND (kind <> 'run' OR state = 'done') AND NOT EXISTS (SELECT 1 FROM guard \
    WHERE guard.run_id = activity.run_id AND (ended_at_ms IS NULL OR ended_at_ms >= $1)) ORDER BY at_ms, seq LIMIT $2";

async fn forget_some(connection: &mut AnyConnection, before_ms: i64) -> Result<u64, StoreError> {
    let rows = sqlx::query(OLD).bind(before_ms).bind(BATCH).fetch_all(&mut *connection).await?;
    let mut lines: Vec<Seq> = Vec::with_capacity(rows.len());
    let mut runs: Vec<String> = Vec::new();
    for row in &rows {
        lines.push(row.try_get(0)?);
        runs.extend(Some(row.try_get::<String, _>(1)?).filter(|run| !run.is_empty()));
    }
    for table in ["run_detail", "enrichment", "guard"] {
        delete(&mut *connection, table, "run_id", &runs).await?;
    }
    delete(&mut *connection, "activity_search", "line", &lines).await?;
    delete(connection, "activity", "seq", &lines).await?;
    Ok(u64::try_from(lines.len()).unwrap_or_default())
}

async fn delete<'k, K>(
    connection: &mut AnyConnection,
    table: &str,
    column: &str,
    keys: &'k [K],
) -> Result<(), StoreError>
where
    K: Clone + Send + Sync + sqlx::Type<sqlx::Any> + sqlx::Encode<'k, sqlx::Any> + 'k,
{
    if keys.is_empty() {
        return Ok(());
    }
    let sql = format!("DELETE FROM {table} WHERE {column} IN {}", places(1, keys.len()));
    // Only a full batch's statement comes again.
    let mut query = sqlx::query(AssertSqlSafe(sql)).persistent(false);
    for key in keys {
        query = query.bind(key.clone());
    }
    query.execute(connection).await?;
    Ok(())
}

//! Retention: what is older than the configured time is forgotten, a little at a time.

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

impl Store {
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

//! The last known incidents, channels and sources: what the first frame draws before any network answers.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row};

use super::error::StoreError;
use super::rows::{self, num_key, places, plain, progress_rank, severity_rank, text};
use super::store::Store;
use crate::domain::board::Delta;
use crate::domain::channel::{Channel, ChannelKey};
use crate::domain::incident::{IncidentKey, IncidentRow};

/// A source as the store knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceSeen {
    pub name: String,
    /// When it last answered, Unix seconds.
    pub answered_at_s: i64,
    pub open: i64,
}

/// Rows in one statement: few round trips, and far below what an engine takes as parameters.
const CHUNK: usize = 200;

impl Store {
    /// Writes down what a refresh changed, whole or not at all.
    pub async fn apply(&self, delta: &Delta) -> Result<(), StoreError> {
        self.apply_shared(Arc::new(delta.clone())).await
    }

    /// As [`Store::apply`], without a copy: of 100,000 incidents that is felt.
    pub async fn apply_shared(&self, delta: Arc<Delta>) -> Result<(), StoreError> {
        self.write(move |connection| {
            Box::pin(async move {
                upsert_incidents(&mut *connection, last_of_each(&delta.changed)).await?;
                close(&mut *connection, &delta.gone, delta.at_s).await?;
                upsert_channels(&mut *connection, &delta.channels).await?;
                sqlx::query(
                    "INSERT INTO source (name, answered_at_s) VALUES ($1, $2) \
                     ON CONFLICT (name) DO UPDATE SET answered_at_s = excluded.answered_at_s",
                )
                .bind(plain(&delta.source))
                .bind(delta.at_s)
                .execute(connection)
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// Writes incidents as they are now, beside what refreshes bring.
    pub async fn put_incidents(&self, rows: Vec<IncidentRow>) -> Result<(), StoreError> {
        if rows.is_empty() {
            return Ok(());
        }
        self.write(move |connection| Box::pin(async move { upsert_incidents(connection, last_of_each(&rows)).await }))
            .await
    }

    /// Incidents that are not closed, as the board orders them: `Critical` first, then the newest, then by key.
    pub async fn open_incidents(&self, limit: Option<u32>) -> Result<Vec<IncidentRow>, StoreError> {
        let query = sqlx::query(AssertSqlSafe(open_sql())).bind(limit.map_or(i64::MAX, i64::from));
        // Few channels have many incidents: each is in memory once.
        let mut channels: HashSet<ChannelKey> = HashSet::new();
        let sharing = move |row: &AnyRow| {
            let mut incident = rows::incident(row)?;
            match channels.get(&incident.channel) {
                Some(known) => incident.channel = known.clone(),
                None => drop(channels.insert(incident.channel.clone())),
            }
            Ok(incident)
        };
        self.read(query, sharing).await
    }

    /// Every incident that is known, also closed ones, in the board's order.
    pub async fn all_incidents(&self) -> Result<Vec<IncidentRow>, StoreError> {
        let sql = format!("SELECT {} FROM incident ORDER BY severity, start_time DESC, key", rows::INCIDENT);
        self.read(sqlx::query(AssertSqlSafe(sql)), rows::incident).await
    }

    /// The incidents of that id, or that number in any case: what a person typed may mean several.
    pub async fn find_incidents(&self, id_or_num: &str) -> Result<Vec<IncidentRow>, StoreError> {
        let sql = format!("SELECT {} FROM incident WHERE id = $1 OR num_key = $2 ORDER BY key", rows::INCIDENT);
        let query = sqlx::query(AssertSqlSafe(sql)).bind(plain(id_or_num)).bind(num_key(id_or_num));
        self.read(query, rows::incident).await
    }

    pub async fn incident(&self, key: &IncidentKey) -> Result<Option<IncidentRow>, StoreError> {
        let sql = format!("SELECT {} FROM incident WHERE key = $1", rows::INCIDENT);
        let query = sqlx::query(AssertSqlSafe(sql)).bind(plain(key.as_str()));
        Ok(self.read(query, rows::incident).await?.into_iter().next())
    }

    /// Every source that ever answered, by name.
    pub async fn sources_seen(&self) -> Result<Vec<SourceSeen>, StoreError> {
        let query = sqlx::query(
            "SELECT name, answered_at_s, \
             (SELECT count(*) FROM incident WHERE incident.source = source.name AND progress < 2) \
             FROM source ORDER BY name",
        );
        self.read(query, |row| {
            Ok(SourceSeen { name: text(row, 0)?, answered_at_s: row.try_get(1)?, open: row.try_get(2)? })
        })
        .await
    }

    /// Every channel that a source named, by key.
    pub async fn channels(&self) -> Result<Vec<Channel>, StoreError> {
        self.read(sqlx::query("SELECT key, name FROM channel ORDER BY key"), rows::channel).await
    }
}

/// The first frame asks this: the partial index gives the rows in this order, so that a page costs a page.
pub(super) fn open_sql() -> String {
    let columns = rows::INCIDENT;
    format!("SELECT {columns} FROM incident WHERE progress < 2 ORDER BY severity, start_time DESC, key LIMIT $1")
}

/// PostgreSQL refuses a statement that changes one row twice; the last one counts.
fn last_of_each(changed: &[IncidentRow]) -> Vec<&IncidentRow> {
    let last: HashMap<&IncidentKey, usize> = changed.iter().enumerate().map(|(at, row)| (&row.key, at)).collect();
    changed.iter().enumerate().filter(|(at, row)| last.get(&row.key) == Some(at)).map(|(_, row)| row).collect()
}

async fn upsert_incidents(connection: &mut AnyConnection, incidents: Vec<&IncidentRow>) -> Result<(), StoreError> {
    for chunk in incidents.chunks(CHUNK) {
        let sql = format!(
            "INSERT INTO incident (key, source, id, channel, num, num_key, title, severity, progress, start_time, body) \
             VALUES {} ON CONFLICT (key) DO UPDATE SET channel = excluded.channel, num = excluded.num, \
             num_key = excluded.num_key, title = excluded.title, severity = excluded.severity, \
             progress = excluded.progress, start_time = excluded.start_time, body = excluded.body",
            places(chunk.len(), 11)
        );
        // Only the full chunk's statement comes again.
        let mut query = sqlx::query(AssertSqlSafe(sql)).persistent(chunk.len() == CHUNK);
        for row in chunk {
            query = query
                .bind(plain(row.key.as_str()))
                .bind(plain(row.key.source()))
                .bind(plain(row.key.id()))
                .bind(plain(row.channel.as_str()))
                .bind(plain(&row.num))
                .bind(num_key(&row.num))
                .bind(plain(&row.title))
                .bind(severity_rank(row.severity))
                .bind(progress_rank(row.progress))
                .bind(row.start_time)
                .bind(plain(&row.text()));
        }
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

async fn close(connection: &mut AnyConnection, gone: &[IncidentKey], at_s: i64) -> Result<(), StoreError> {
    for chunk in gone.chunks(CHUNK) {
        let sql =
            format!("SELECT {} FROM incident WHERE progress < 2 AND key IN {}", rows::INCIDENT, places(1, chunk.len()));
        let mut query = sqlx::query(AssertSqlSafe(sql)).persistent(chunk.len() == CHUNK);
        for key in chunk {
            query = query.bind(plain(key.as_str()));
        }
        let open = query.fetch_all(&mut *connection).await?;
        let closed: Vec<IncidentRow> =
            open.iter().map(|row| Ok(rows::incident(row)?.closed_at(at_s))).collect::<Result<_, StoreError>>()?;
        upsert_incidents(&mut *connection, closed.iter().collect()).await?;
    }
    Ok(())
}

async fn upsert_channels(connection: &mut AnyConnection, channels: &[Channel]) -> Result<(), StoreError> {
    for channel in channels {
        sqlx::query(
            "INSERT INTO channel (key, name) VALUES ($1, $2) \
             ON CONFLICT (key) DO UPDATE SET name = excluded.name WHERE channel.name <> excluded.name",
        )
        .bind(plain(channel.key.as_str()))
        .bind(plain(&channel.name))
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

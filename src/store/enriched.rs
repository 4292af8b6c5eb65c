//! What actions added to incidents.

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::activity::Line;
use super::error::StoreError;
use super::rows::{plain, text};
use super::runs::json;
use super::store::Store;
use crate::domain::activity::Seq;
use crate::domain::enrichment::{Enriched, Enrichment};
use crate::domain::exact;
use crate::domain::incident::IncidentKey;
use crate::domain::operator::Operator;

impl Store {
    /// Keeps what a run added and gives its place; [`Enriched::id`] is not read. What the same run added before is
    /// replaced, so that whoever takes a run over may say it again.
    pub async fn enrich(&self, enriched: &Enriched) -> Result<Seq, StoreError> {
        let (added, enriched) = (json(&enriched.added)?, enriched.clone());
        self.write(move |connection| {
            Box::pin(async move {
                let row = sqlx::query(
                    "INSERT INTO enrichment (incident, run_id, action, at_ms, added) VALUES ($1, $2, $3, $4, $5) \
                     ON CONFLICT (run_id) DO UPDATE SET at_ms = excluded.at_ms, added = excluded.added RETURNING id",
                )
                .bind(plain(enriched.incident.as_str()))
                .bind(plain(&enriched.run_id))
                .bind(plain(&enriched.action))
                .bind(enriched.at_ms)
                .bind(added)
                .fetch_one(connection)
                .await?;
                Ok(row.try_get(0)?)
            })
        })
        .await
    }

    /// What actions added to an incident, oldest first.
    pub async fn enriched(&self, incident: &IncidentKey) -> Result<Vec<Enriched>, StoreError> {
        let query = sqlx::query(
            "SELECT id, incident, run_id, action, at_ms, added FROM enrichment WHERE incident = $1 ORDER BY id",
        )
        .bind(plain(incident.as_str()));
        self.read(query, read_enriched).await
    }

    /// Removes what an action added, by its place; the log says who did it. `false`: it is not there any more.
    pub async fn remove_enriched(&self, id: Seq, by: &Operator, at_ms: i64) -> Result<bool, StoreError> {
        let by = by.clone();
        self.write(move |connection| Box::pin(async move { remove(connection, id, &by, at_ms).await })).await
    }
}

async fn remove(connection: &mut AnyConnection, id: Seq, by: &Operator, at_ms: i64) -> Result<bool, StoreError> {
    let removed =
        sqlx::query("DELETE FROM enrichment WHERE id = $1 RETURNING id, incident, run_id, action, at_ms, added")
            .bind(id)
            .fetch_optional(&mut *connection)
            .await?;
    let Some(enriched) = removed.as_ref().map(read_enriched).transpose()? else { return Ok(false) };
    let summary = format!("removed what {} added (run {})", enriched.action, enriched.run_id);
    Line::of_operation(&enriched.incident, "", by, &summary, at_ms).append(connection).await?;
    Ok(true)
}

fn read_enriched(row: &AnyRow) -> Result<Enriched, StoreError> {
    let document = text(row, 5)?;
    // What a later version wrote in another way is left out.
    let mut added: Enrichment = serde_json::from_str(&document).unwrap_or_default();
    added.fields = exact::member(&document, "fields").unwrap_or(added.fields);
    Ok(Enriched {
        id: row.try_get(0)?,
        incident: text(row, 1)?.as_str().into(),
        run_id: text(row, 2)?,
        action: text(row, 3)?,
        at_ms: row.try_get(4)?,
        added,
    })
}

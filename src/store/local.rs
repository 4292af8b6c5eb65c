//! What is kept here about incidents because their source has no place for it, and drafts.

use std::collections::HashMap;

use sqlx::Row;

use super::error::StoreError;
use super::rows::{plain, text};
use super::store::Store;
use crate::domain::incident::IncidentKey;
use crate::domain::local::{Local, LocalMark, LocalNote};

/// What of [`Local`] is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LocalKind {
    /// [`Local::acknowledged`].
    Acknowledged,
    /// [`Local::assigned`].
    Assigned,
}

impl LocalKind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Acknowledged => "acknowledged",
            Self::Assigned => "assigned",
        }
    }
}

impl Store {
    /// Keeps a mark, or removes it where it is `None`.
    pub async fn set_local(
        &self,
        incident: &IncidentKey,
        kind: LocalKind,
        mark: Option<LocalMark>,
    ) -> Result<(), StoreError> {
        let incident = incident.clone();
        self.write(move |connection| {
            Box::pin(async move {
                let query = match &mark {
                    Some(mark) => sqlx::query(
                        "INSERT INTO local_mark (incident, kind, value, operator, at_s) VALUES ($1, $2, $3, $4, $5) \
                         ON CONFLICT (incident, kind) DO UPDATE SET value = excluded.value, \
                         operator = excluded.operator, at_s = excluded.at_s",
                    )
                    .bind(plain(incident.as_str()))
                    .bind(kind.as_str())
                    .bind(plain(&mark.value))
                    .bind(plain(&mark.by))
                    .bind(mark.at_s),
                    None => sqlx::query("DELETE FROM local_mark WHERE incident = $1 AND kind = $2")
                        .bind(plain(incident.as_str()))
                        .bind(kind.as_str()),
                };
                query.execute(connection).await?;
                Ok(())
            })
        })
        .await
    }

    /// Everything that is kept about incidents, those without anything left out.
    pub async fn locals(&self) -> Result<HashMap<IncidentKey, Local>, StoreError> {
        let query = sqlx::query("SELECT incident, kind, value, operator, at_s FROM local_mark");
        let marks = self
            .read(query, |row| {
                let mark = LocalMark { value: text(row, 2)?, by: text(row, 3)?, at_s: row.try_get(4)? };
                Ok((IncidentKey::from(text(row, 0)?.as_str()), text(row, 1)?, mark))
            })
            .await?;
        let mut out: HashMap<IncidentKey, Local> = HashMap::new();
        for (incident, kind, mark) in marks {
            let local = out.entry(incident).or_default();
            match kind.as_str() {
                "acknowledged" => local.acknowledged = Some(mark),
                "assigned" => local.assigned = Some(mark),
                // What a later version keeps.
                _ => {}
            }
        }
        Ok(out)
    }

    /// Keeps a note, at `at_ms` (Unix milliseconds).
    pub async fn add_local_note(
        &self,
        incident: &IncidentKey,
        by: &str,
        at_ms: i64,
        note: &str,
    ) -> Result<(), StoreError> {
        let (incident, by, note) = (incident.clone(), by.to_owned(), note.to_owned());
        self.write(move |connection| {
            Box::pin(async move {
                sqlx::query("INSERT INTO local_note (incident, operator, at_ms, text) VALUES ($1, $2, $3, $4)")
                    .bind(plain(incident.as_str()))
                    .bind(plain(&by))
                    .bind(at_ms)
                    .bind(plain(&note))
                    .execute(connection)
                    .await?;
                Ok(())
            })
        })
        .await
    }

    /// The notes that are kept about an incident, oldest first.
    pub async fn local_notes(&self, incident: &IncidentKey) -> Result<Vec<LocalNote>, StoreError> {
        let query =
            sqlx::query("SELECT id, incident, operator, at_ms, text FROM local_note WHERE incident = $1 ORDER BY id")
                .bind(plain(incident.as_str()));
        self.read(query, |row| {
            Ok(LocalNote {
                id: row.try_get(0)?,
                incident: text(row, 1)?.as_str().into(),
                by: text(row, 2)?,
                at_ms: row.try_get(3)?,
                text: text(row, 4)?,
            })
        })
        .await
    }

    /// Keeps a comment that was begun and left; an empty one removes it.
    pub async fn set_draft(&self, incident: &IncidentKey, draft: &str) -> Result<(), StoreError> {
        let (incident, draft) = (incident.clone(), draft.to_owned());
        self.write(move |connection| {
            Box::pin(async move {
                let query = if draft.is_empty() {
                    sqlx::query("DELETE FROM draft WHERE incident = $1").bind(plain(incident.as_str()))
                } else {
                    sqlx::query(
                        "INSERT INTO draft (incident, text) VALUES ($1, $2) \
                         ON CONFLICT (incident) DO UPDATE SET text = excluded.text",
                    )
                    .bind(plain(incident.as_str()))
                    .bind(plain(&draft))
                };
                query.execute(connection).await?;
                Ok(())
            })
        })
        .await
    }

    /// The comments that were begun and left.
    pub async fn drafts(&self) -> Result<HashMap<IncidentKey, String>, StoreError> {
        let query = sqlx::query("SELECT incident, text FROM draft");
        let drafts = self.read(query, |row| Ok((IncidentKey::from(text(row, 0)?.as_str()), text(row, 1)?))).await?;
        Ok(drafts.into_iter().collect())
    }
}

//! What an action added, written there: fields that are known there as fields, everything else as a note.

use serde_json::{Value, json};

use super::super::super::{Operated, SourceError};
use super::super::incident::custom_fields;
use super::{OperateResult, Work};
use crate::domain::enrichment::Enrichment;
use crate::domain::incident::Incident;

impl Work<'_> {
    pub(super) async fn enrich(&self, incident: &Incident, action: &str, added: &Enrichment) -> OperateResult {
        let mut rest = added.clone();
        let mut done = Operated::default();
        if !added.fields.is_empty() {
            let known = self.known_fields(incident).await?;
            let (there, elsewhere) = added.fields.clone().into_iter().partition(|(name, _)| known.contains(name));
            rest.fields = elsewhere;
            let there: serde_json::Map<String, Value> = there;
            if !there.is_empty() {
                let fields: Vec<Value> =
                    there.iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
                done = self.fields(incident, &fields.into()).await?;
            }
        }
        if !rest.is_empty() {
            let said = self.note(incident, &words(action, &rest)).await;
            match said {
                // The fields are there: that is done.
                Err(error) if done.incident.is_some() => done.note = format!("only its fields were written: {error}"),
                said => said?,
            }
        }
        Ok(done)
    }

    async fn known_fields(&self, incident: &Incident) -> Result<Vec<String>, SourceError> {
        let path = ["incidents", &incident.incident_id, "custom_fields", "values"];
        let answer = self.connection.get(&path, &[]).await?;
        Ok(custom_fields(&answer["custom_fields"]).map(|(name, _)| name.to_owned()).collect())
    }
}

fn words(action: &str, added: &Enrichment) -> String {
    let mut lines = vec![format!("{action} added:")];
    lines.extend(added.labels.iter().map(|(name, value)| format!("{name}: {value}")));
    lines.extend(added.fields.iter().map(|(name, value)| match value {
        Value::String(text) => format!("{name}: {text}"),
        other => format!("{name}: {other}"),
    }));
    lines.extend(added.links.iter().map(|(name, address)| format!("{name}: {address}")));
    if !added.note.trim().is_empty() {
        lines.push(added.note.trim().to_owned());
    }
    lines.join("\n")
}

//! What an action's answer added: into the custom fields that exist there, the rest as one comment.

use serde_json::{Value, json};

use super::super::connection::Connection;
use super::plan;
use crate::domain::enrichment::Enrichment;
use crate::source::{Operated, SourceError, SourceErrorKind};

/// Writes it there. What could be written stays written; the error names what could not.
pub(super) async fn enrich(
    connection: &Connection,
    id: &str,
    action: &str,
    added: &Enrichment,
) -> Result<Operated, SourceError> {
    // As it is there now: what is known here may already show what was added.
    let info = if added.fields.is_empty() {
        Value::Null
    } else {
        connection.ask("/incident/info", &json!({ "incident_id": id })).await?
    };
    let exists = |name: &String| info.pointer("/fields").is_some_and(|fields| fields.get(name).is_some());
    let (known, unknown): (Vec<_>, Vec<_>) = added.fields.iter().partition(|(name, _)| exists(name));
    let mut failed: Option<SourceError> = None;
    for (name, value) in known {
        let (path, mut body) = plan::field_body(name, value);
        body["incident_id"] = id.into();
        if let Err(error) = connection.change(path, &body).await {
            failed = Some(worse(failed, &error, &format!("the field {name}")));
        }
    }
    if let Some(text) = comment(action, added, &unknown) {
        let (path, mut body) = plan::comment(&plan::fit(&text));
        body["incident_ids"] = json!([id]);
        if let Err(error) = connection.change(path, &body).await {
            failed = Some(worse(failed, &error, "the comment"));
        }
    }
    failed.map_or_else(|| Ok(Operated::default()), Err)
}

/// The first failure in front; of one whose answer was lost nobody may think that it was not done.
fn worse(before: Option<SourceError>, error: &SourceError, what: &str) -> SourceError {
    let message = crate::domain::text::clean(&format!("{what}: {error}")).into_owned();
    let Some(before) = before else { return SourceError::new(error.kind, message) };
    let kind = if error.kind == SourceErrorKind::Unanswered { error.kind } else { before.kind };
    SourceError::new(kind, format!("{before}; {message}"))
}

/// `None` where there is nothing to say.
fn comment(action: &str, added: &Enrichment, fields: &[(&String, &Value)]) -> Option<String> {
    let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let mut lines = vec![format!("{action} added:")];
    lines.extend(Some(added.note.trim().to_owned()).filter(|note| !note.is_empty()));
    lines.extend(added.labels.iter().map(|(name, value)| format!("{name}: {value}")));
    lines.extend(fields.iter().map(|(name, value)| format!("{name}: {}", plain(value))));
    lines.extend(added.links.iter().map(|(name, address)| format!("{name}: {address}")));
    (lines.len() > 1).then(|| lines.join("\n"))
}

//! An incident in full: people and fields, alerts, notes and log.

use std::collections::HashSet;

use serde_json::Value;

use super::super::{SourceError, SourceErrorKind};
use super::connection::Connection;
use super::incident::{alert, custom_fields, incident, text};
use super::list::no_list;
use super::timeline::timeline;
use crate::domain::incident::Alert;
use crate::domain::source::SourceConfig;
use crate::domain::timeline::Full;
use crate::source::account::Account;

/// The most entries of a page.
const LIMIT: usize = 100;
/// How many alerts or log entries are read at most.
const MOST: usize = 1_000;

/// Everything of the incident `id`. Parts that cannot be read become warnings.
pub(super) async fn read(connection: &Connection, config: &SourceConfig, id: &str) -> Result<Full, SourceError> {
    let include = [("include[]", "assignees"), ("include[]", "acknowledgers")];
    let path = ["incidents", id];
    let (fields, notes) = (["incidents", id, "custom_fields", "values"], ["incidents", id, "notes"]);
    let (one, fields, alerts, notes, entries) = tokio::join!(
        connection.get(&path, &include),
        connection.get(&fields, &[]),
        all(connection, id, "alerts"),
        connection.get(&notes, &[]),
        all(connection, id, "log_entries"),
    );
    let mut account = Account::new(config);
    let mut incident = incident(config, &one?["incident"], &mut account).ok_or_else(|| no_list("incident"))?;
    let mut warnings = Vec::new();
    let mut or_tell = |what: &str, answer: Result<Value, SourceError>| {
        answer.unwrap_or_else(|error| {
            warnings.push(format!("its {what} could not be read: {error}"));
            Value::Null
        })
    };
    let fields = or_tell("custom fields", fields);
    incident.fields.extend(custom_fields(&fields["custom_fields"]).map(|(name, value)| (name.into(), value.clone())));
    let notes = or_tell("notes", notes);
    let (alerts, alerts_fault) = alerts;
    let (entries, entries_fault) = entries;
    warnings.extend(alerts_fault.into_iter().chain(entries_fault));
    incident.alerts = alerts.iter().filter_map(|item| alert(item, &mut account)).collect();
    warnings.extend(account.report.warnings());
    let notes = notes["notes"].as_array().map(Vec::as_slice).unwrap_or_default();
    let timeline = timeline(&entries, notes);
    Ok(Full { incident: Some(Box::new(incident)), timeline, warnings })
}

/// The alerts of the incident `id`, as many as are read at most.
pub(super) async fn alerts(
    connection: &Connection,
    config: &SourceConfig,
    id: &str,
) -> Result<Vec<Alert>, SourceError> {
    match all(connection, id, "alerts").await {
        (alerts, Some(why)) if alerts.is_empty() => Err(SourceError::new(SourceErrorKind::Other, why)),
        (alerts, _) => {
            let mut account = Account::new(config);
            Ok(alerts.iter().filter_map(|item| alert(item, &mut account)).collect())
        }
    }
}

/// All pages of a list under an incident, and what is missing of them in words.
async fn all(connection: &Connection, id: &str, name: &str) -> (Vec<Value>, Option<String>) {
    let mut out: Vec<Value> = Vec::new();
    let mut seen = HashSet::new();
    let what = name.replace('_', " ");
    for offset in (0..MOST).step_by(LIMIT) {
        let (limit, offset) = (LIMIT.to_string(), offset.to_string());
        let query = [("limit", limit.as_str()), ("offset", offset.as_str())];
        let answer = match connection.get(&["incidents", id, name], &query).await {
            Ok(answer) => answer,
            Err(error) => return (out, Some(format!("its {what} could not all be read: {error}"))),
        };
        let items = answer[name].as_array().map(Vec::as_slice).unwrap_or_default();
        let before = out.len();
        out.extend(items.iter().filter(|item| seen.insert(text(item, "id").to_owned())).cloned());
        if answer["more"] != Value::Bool(true) || out.len() == before {
            return (out, None);
        }
    }
    (out, Some(format!("it has more than {MOST} {what}; the rest is not read")))
}

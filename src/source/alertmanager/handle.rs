//! What andon does in an Alertmanager: it silences, and expires silences. And what it reads of one incident.

use std::collections::HashSet;

use http::Method;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::connection::Connection;
use super::model::{Group, merge};
use super::silence::{Silence, also_silenced, matchers, request};
use crate::domain::incident::Incident;
use crate::domain::operation::{Abilities, Operation, OperationKind};
use crate::domain::operator::Operator;
use crate::domain::text::clean;
use crate::domain::timeline::{Full, Moment};
use crate::source::said::Shape;
use crate::source::{Greeting, Operated, SourceError, SourceErrorKind};

pub(super) fn abilities() -> Abilities {
    Abilities::kept_here("Alertmanager")
        .with(&[OperationKind::Snooze, OperationKind::Wake])
        .without(OperationKind::Close, "Alertmanager cannot close: it closes by itself when its alerts end")
        .without(OperationKind::Reopen, "Alertmanager cannot reopen: it opens again when an alert fires")
}

/// `GET /status`, as far as it is shown.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Status {
    version_info: Version,
    cluster: Cluster,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Version {
    version: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Cluster {
    status: String,
    peers: Vec<Value>,
}

pub(super) async fn operate(
    connection: &Connection,
    incidents: &[Incident],
    operation: &Operation,
    by: &Operator,
) -> Result<Vec<Result<Operated, SourceError>>, SourceError> {
    // As they are now: a silence is made for what burns, not for what a screen remembers.
    let groups = merge(connection.read::<Vec<Group>>("alerts/groups").await?);
    let mut out = Vec::with_capacity(incidents.len());
    match operation {
        Operation::Snooze { until_s, reason } => {
            for incident in incidents {
                out.push(silence(connection, &groups, incident, (*until_s, reason), by).await);
            }
        }
        Operation::Wake => {
            let silences = connection.read::<Vec<Silence>>("silences").await?;
            let mut expired = HashSet::new();
            for incident in incidents {
                out.push(wake(connection, &groups, &silences, incident, &mut expired).await);
            }
        }
        other => {
            let message = format!("Alertmanager cannot {}", other.kind().as_str());
            return Err(SourceError::new(SourceErrorKind::Refused, message));
        }
    }
    Ok(out)
}

async fn silence(
    connection: &Connection,
    groups: &[Group],
    incident: &Incident,
    (until_s, reason): (i64, &str),
    by: &Operator,
) -> Result<Operated, SourceError> {
    let group = burning(groups, incident)?;
    let Some(matchers) = matchers(group, groups) else {
        let message = "its alerts have no label in common, so that no silence can name them";
        return Err(SourceError::new(SourceErrorKind::Refused, message));
    };
    let body = request(&matchers, Timestamp::now(), until_s, &by.name, reason);
    connection.write(Method::POST, "silences", Some(&body), made).await?;
    let note = match also_silenced(&matchers, group, groups) {
        0 => String::new(),
        count => format!("{count} other incidents have the same labels and are silenced too"),
    };
    Ok(Operated { incident: None, note })
}

/// Expires every silence that silences an alert of it, also those of others. `expired` are those that this call
/// has ended already.
async fn wake(
    connection: &Connection,
    groups: &[Group],
    silences: &[Silence],
    incident: &Incident,
    expired: &mut HashSet<String>,
) -> Result<Operated, SourceError> {
    let group = burning(groups, incident)?;
    let of_group: Vec<&Silence> =
        silences.iter().filter(|silence| silence.is_active() && silences_one_of(silence, group)).collect();
    let mut notes = Vec::new();
    for silence in &of_group {
        if expired.insert(silence.id.clone()) {
            let done = connection.write(Method::DELETE, &format!("silence/{}", silence.id), None, ended).await;
            if let Err(error) = done {
                expired.remove(&silence.id);
                return Err(error);
            }
        }
        let others = groups.iter().filter(|other| other.key() != group.key() && silences_one_of(silence, other));
        let count = others.count();
        if count > 0 {
            let who = clean(&silence.created_by).into_owned();
            notes.push(format!("the silence of {who} covered {count} other incidents too"));
        }
    }
    if of_group.is_empty() {
        notes.push("nothing silenced it".to_owned());
    }
    Ok(Operated { incident: None, note: notes.join("; ") })
}

pub(super) async fn full(connection: &Connection, incident: &Incident) -> Result<Full, SourceError> {
    let silences = connection.read::<Vec<Silence>>("silences").await?;
    let named: Vec<&str> = own(incident, "silenced_by")
        .and_then(Value::as_array)
        .map_or_else(Vec::new, |ids| ids.iter().filter_map(Value::as_str).collect());
    let about = |silence: &&Silence| {
        named.contains(&silence.id.as_str())
            || incident.alerts.iter().any(|alert| silence.is_exactly_about(&alert.labels))
    };
    let mut timeline: Vec<Moment> = silences.iter().filter(about).flat_map(Silence::moments).collect();
    // What ended before it began was about an earlier incident of the same group.
    timeline.retain(|moment| moment.at_ms / 1_000 >= incident.start_time || moment.what.contains("until"));
    timeline.extend(incident.alerts.iter().map(|alert| Moment {
        at_ms: alert.start_time * 1_000,
        what: "alert began".to_owned(),
        text: alert.title.clone(),
        ..Moment::default()
    }));
    timeline.sort_by_key(|moment| moment.at_ms);
    Ok(Full { incident: None, timeline, warnings: Vec::new() })
}

pub(super) async fn greet(connection: &Connection) -> Result<Greeting, SourceError> {
    let status: Status = connection.read("status").await?;
    let cluster = match status.cluster.peers.len() {
        0 | 1 => String::new(),
        count => format!(", a cluster of {count} ({})", status.cluster.status),
    };
    let what = clean(&format!("Alertmanager {}{cluster}", status.version_info.version)).into_owned();
    Ok(Greeting { who: String::new(), what, limits: Vec::new() })
}

/// The id of the silence that was made.
fn made(answer: &Shape) -> Option<String> {
    let Shape::Json(json) = answer else { return None };
    json.get("silenceID")?.as_str().filter(|id| !id.is_empty()).map(str::to_owned)
}

/// A silence that has ended is answered with nothing.
fn ended(answer: &Shape) -> Option<()> {
    match answer {
        Shape::Empty | Shape::Json(Value::Null) => Some(()),
        Shape::Json(Value::Object(object)) if object.is_empty() => Some(()),
        _ => None,
    }
}

fn silences_one_of(silence: &Silence, group: &Group) -> bool {
    group.alerts.iter().any(|alert| alert.status.silenced_by.contains(&silence.id))
}

/// What the list keeps of the group, beside the incident.
fn own<'a>(incident: &'a Incident, name: &str) -> Option<&'a Value> {
    incident.fields.get("alertmanager")?.get(name)
}

/// The group that the incident is, as it burns now.
fn burning<'a>(groups: &'a [Group], incident: &Incident) -> Result<&'a Group, SourceError> {
    let key = super::memory::key_of(incident);
    groups.iter().find(|group| Some(group.key()) == key).ok_or_else(|| {
        SourceError::new(SourceErrorKind::Missing, "its alerts have ended: Alertmanager has no such group any more")
    })
}

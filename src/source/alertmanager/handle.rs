//! What andon does in an Alertmanager: it silences, and expires silences. And what it reads of one incident.

use std::collections::{BTreeSet, HashSet};

use http::Method;
use jiff::Timestamp;
use serde_json::Value;

use super::connection::Connection;
use super::member::Member;
use super::model::{Group, GroupAlert, merge};
use super::silence::{Silence, also_silenced, matchers, request};
use crate::domain::incident::Incident;
use crate::domain::operation::{Abilities, Operation, OperationKind, whole_s};
use crate::domain::operator::Operator;
use crate::domain::text::clean;
use crate::domain::timeline::{Full, Moment};
use crate::source::lenient::{items, text};
use crate::source::said::Shape;
use crate::source::{Greeting, Operated, SourceError, SourceErrorKind};

pub(super) fn abilities() -> Abilities {
    Abilities::kept_here("Alertmanager")
        .with(&[OperationKind::Snooze, OperationKind::Wake])
        .without(OperationKind::Close, "Alertmanager cannot close: it closes by itself when its alerts end")
        .without(OperationKind::Reopen, "Alertmanager cannot reopen: it opens again when an alert fires")
}

pub(super) async fn operate(
    connection: &Connection,
    incidents: &[Incident],
    operation: &Operation,
    by: &Operator,
) -> Result<Vec<Result<Operated, SourceError>>, SourceError> {
    // As they are now: a silence is made for what burns, not for what a screen remembers.
    let (members, _) = connection.members().await?;
    let groups = merge(members.iter().flat_map(Member::shown).cloned().collect());
    let now_s = Timestamp::now().as_second();
    let burning = Burning { groups: &groups, members: &members, now_s };
    let mut out = Vec::with_capacity(incidents.len());
    match operation {
        Operation::Snooze { until_ms, from_ms, reason } => {
            let from_ms = if *from_ms > 0 { *from_ms } else { Timestamp::now().as_millisecond() };
            let time = (from_ms, *until_ms);
            let grouped_by = members.iter().flat_map(|member| &member.status.group_by).cloned().collect();
            let silences = connection.silences().await;
            let work =
                Silencing { connection, burning: &burning, grouped_by: &grouped_by, silences: silences.as_deref() };
            for incident in incidents {
                out.push(work.silence(incident, time, reason, by).await);
            }
        }
        Operation::Wake => {
            let silences = connection.silences().await?;
            let mut expired = HashSet::new();
            for incident in incidents {
                out.push(wake(connection, &burning, &silences, incident, &mut expired).await);
            }
        }
        other => {
            let message = format!("Alertmanager cannot {}", other.kind().as_str());
            return Err(SourceError::new(SourceErrorKind::Refused, message));
        }
    }
    Ok(out)
}

/// What silencing needs to know.
struct Silencing<'a> {
    connection: &'a Connection,
    burning: &'a Burning<'a>,
    /// The labels by which the routes group.
    grouped_by: &'a BTreeSet<String>,
    /// Those that there are, or why they are not known.
    silences: Result<&'a [Silence], &'a SourceError>,
}

impl Silencing<'_> {
    /// Makes a silence, in place of an earlier one of ours; what lasts longer all the same is said.
    async fn silence(
        &self,
        incident: &Incident,
        time: (i64, i64),
        reason: &str,
        by: &Operator,
    ) -> Result<Operated, SourceError> {
        let group = self.burning.find(incident)?;
        let mut grouped_by = self.grouped_by.clone();
        grouped_by.extend(super::memory::grouped_by_of(incident));
        let Some(matchers) = matchers(group, self.burning.groups, &grouped_by) else {
            let message = "its alerts have no label in common, so that no silence can name them";
            return Err(SourceError::new(SourceErrorKind::Refused, message));
        };
        let mut body = request(&matchers, time, &by.name, reason);
        let until_s = whole_s(time.1);
        let lasting: Vec<&Silence> = self.lasting(group);
        let creator = body["createdBy"].as_str().unwrap_or_default().to_owned();
        let (ours, theirs): (Vec<&Silence>, Vec<&Silence>) =
            lasting.into_iter().partition(|silence| silence.created_by == creator && is_about(silence, group));
        // One with the same conditions is changed; the API ends it by itself where it cannot be.
        let same = ours.iter().find(|silence| silence.has(&matchers));
        if let Some(same) = same {
            body["id"] = same.id.as_str().into();
        }
        self.connection.write(Method::POST, "silences", Some(&body), made).await?;
        let mut notes = Vec::new();
        for earlier in ours.iter().filter(|one| same.is_none_or(|same| same.id != one.id) && one.end_s() > until_s) {
            let path = format!("silence/{}", earlier.id);
            if let Err(error) = self.connection.write(Method::DELETE, &path, None, ended).await {
                notes.push(format!("the earlier silence of {} could not be ended: {error}", earlier.who_until()));
            }
        }
        let longer = theirs.iter().filter(|silence| silence.end_s() > until_s);
        notes.extend(longer.map(|silence| format!("the silence of {} stays", silence.who_until())));
        if let Err(error) = self.silences {
            notes.push(format!("whether an earlier silence lasts longer is not known: {error}"));
        }
        match also_silenced(&matchers, group, self.burning.groups) {
            0 => {}
            count => notes.push(format!("{count} other incidents have the same labels and are silenced too")),
        }
        Ok(Operated { incident: None, note: notes.join("; ") })
    }

    /// The silences that silence all of the group now.
    fn lasting(&self, group: &Group) -> Vec<&Silence> {
        let silences = self.silences.unwrap_or_default().iter().filter(|silence| silence.is_active());
        let named = |silence: &Silence, alert: &GroupAlert| alert.status.silenced_by.contains(&silence.id);
        let all = |silence: &&Silence| {
            group.alerts.iter().all(|alert| named(silence, alert) || silence.is_exactly_about(&alert.labels))
        };
        silences.filter(all).collect()
    }
}

/// Whether a silence has the labels of the group as its conditions: those of a wider one are not touched.
fn is_about(silence: &Silence, group: &Group) -> bool {
    let needed = if group.labels.is_empty() { group.alike() } else { group.labels.clone() };
    silence.names_all(&needed)
}

/// Expires every silence that silences an alert of it, also those of others. `expired` are those that this call
/// has ended already.
async fn wake(
    connection: &Connection,
    burning: &Burning<'_>,
    silences: &[Silence],
    incident: &Incident,
    expired: &mut HashSet<String>,
) -> Result<Operated, SourceError> {
    let group = burning.find(incident)?;
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
        let others =
            burning.groups.iter().filter(|other| other.key() != group.key() && silences_one_of(silence, other));
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
    let silences = connection.silences().await?;
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

/// What it is, once what a list reads can be read.
pub(super) async fn greet(connection: &Connection) -> Result<Greeting, SourceError> {
    let (members, mut limits) = connection.members().await?;
    let status = connection.read("status").await.unwrap_or_default();
    let within = |name: &str, inner: &str| status.get(name).map(|of| text(of, inner)).unwrap_or_default();
    let cluster = match status.get("cluster").map_or(0, |cluster| items(cluster, "peers").len()) {
        0 | 1 => String::new(),
        count => format!(", a cluster of {count} ({})", within("cluster", "status")),
    };
    let now_s = Timestamp::now().as_second();
    limits.extend(members.iter().filter_map(|member| member.doubt(now_s)).map(|doubt| clean(&doubt.why).into_owned()));
    let version = within("versionInfo", "version");
    let what = format!("Alertmanager {version}{cluster}");
    Ok(Greeting { who: String::new(), what: clean(&what).into_owned(), limits })
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

/// The groups that burn now.
struct Burning<'a> {
    groups: &'a [Group],
    members: &'a [Member],
    now_s: i64,
}

impl<'a> Burning<'a> {
    /// The group that the incident is.
    fn find(&self, incident: &Incident) -> Result<&'a Group, SourceError> {
        let key = super::memory::key_of(incident);
        self.groups.iter().find(|group| Some(group.key()) == key).ok_or_else(|| {
            let shown = super::memory::shown_since(incident);
            let has_ended = self.members.iter().any(|member| member.has_seen_the_end(shown.get(&member.place)));
            let doubts = self.members.iter().filter_map(|member| member.doubt(self.now_s));
            let doubts: Vec<String> = doubts.filter(|_| !has_ended).map(|doubt| doubt.why).collect();
            let message = if doubts.is_empty() {
                "its alerts have ended: Alertmanager has no such group any more".to_owned()
            } else {
                // It may burn all the same.
                format!("Alertmanager does not show it now; {}", doubts.join("; "))
            };
            SourceError::new(SourceErrorKind::Missing, message)
        })
    }
}

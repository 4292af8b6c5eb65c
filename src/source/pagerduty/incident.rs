//! From its incidents and alerts to the contract's. Everything may be missing, null or new.

use std::collections::{BTreeMap, HashSet};
use std::sync::LazyLock;

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::domain::address::is_web_link;
use crate::domain::channel::ChannelKey;
use crate::domain::incident::{Alert, Incident, Person, Progress, Responder, Severity, Status};
use crate::domain::source::SourceConfig;
use crate::source::account::Account;

/// What nobody needs beside the contract: addresses of the API, and repetitions.
const LEFT_OUT: [&str; 8] =
    ["id", "incident_number", "self", "html_url", "summary", "type", "first_trigger_log_entry", "responder_requests"];

/// What is read of an alert under another name, and repetitions.
const ALERT_READ: [&str; 7] = ["id", "type", "summary", "self", "status", "service", "incident"];

/// The field that holds the name of an incident's priority.
pub(super) const PRIORITY: &str = "priority";

/// The names of the contract, and andon's own: nothing that passes through may take one.
static OWN: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let own = ["source", "creator", "closer", crate::domain::local::LOCAL].map(str::to_owned);
    Incident::default().to_contract().keys().cloned().chain(own).collect()
});

/// The incident of a source; `None` where it has no id. `words` counts those that nobody knows.
pub(super) fn incident(config: &SourceConfig, item: &Value, words: &mut Account<'_>) -> Option<Incident> {
    let given = item.as_object()?;
    let id = text(item, "id");
    if id.is_empty() {
        return None;
    }
    let status = text(item, "status");
    let mut extra = extra(given, status);
    let progress = match status {
        "acknowledged" => Progress::Processing,
        "resolved" => Progress::Closed,
        "triggered" => Progress::Triggered,
        new => words.progress("progress", &new.into(), &mut extra).unwrap_or_default(),
    };
    let over = progress == Progress::Closed;
    let urgency = text(item, "urgency");
    let severity = match urgency {
        set if config.words.configured_severity(set).is_some() => {
            words.severity("incident_severity", &set.into(), &mut extra).unwrap_or_default()
        }
        "high" => Severity::Critical,
        "low" => Severity::Warning,
        new => words.severity("incident_severity", &new.into(), &mut extra).unwrap_or_default(),
    };
    let service = &item["service"];
    let channel = Some(text(service, "id")).filter(|id| !id.is_empty()).unwrap_or("default");
    let mut at = |field: &str, of: &Value, name: &str| words.time(field, &of[name], &mut extra);
    let resolved = at("close_time", item, "resolved_at");
    let changed = at("updated_at", item, "last_status_change_at");
    let ended = if over { resolved.max(changed) } else { 0 };
    let created_at = at("created_at", item, "created_at");
    let updated_at = at("updated_at", item, "updated_at");
    let acknowledged = list(&item["acknowledgements"]).map(|ack| at("ack_time", ack, "at")).collect::<Vec<_>>();
    let snoozed = ends_of_snoozes(item).map(|action| at("snoozed_before", action, "at")).max().unwrap_or(0);
    let responders = responders(item, &mut at);
    Some(Incident {
        incident_id: id.to_owned(),
        num: number(&item["incident_number"]).unwrap_or_default(),
        title: first(&[text(item, "title"), text(item, "summary"), id]),
        description: description(item),
        incident_severity: severity,
        incident_status: if over { Status::Ok } else { Status::from(severity) },
        progress,
        created_at,
        updated_at,
        start_time: created_at,
        end_time: ended,
        close_time: ended,
        ack_time: acknowledged.into_iter().filter(|at| *at > 0).min().unwrap_or(0),
        snoozed_before: if progress == Progress::Processing { snoozed } else { 0 },
        fields: fields(item),
        closer: over.then(|| person(&item["last_status_change_by"])).flatten(),
        responders,
        alert_cnt: item["alert_counts"]["all"].as_i64().unwrap_or(0),
        channel_name: first(&[text(service, "summary"), text(service, "name"), channel]),
        channel_key: ChannelKey::new(&config.name, channel).to_string(),
        detail_url: link(item),
        source: config.name.clone(),
        extra,
        ..Incident::default()
    })
}

/// One of its alerts; `None` where it has no id.
pub(super) fn alert(item: &Value, words: &mut Account<'_>) -> Option<Alert> {
    let id = text(item, "id");
    if id.is_empty() {
        return None;
    }
    let over = text(item, "status") == "resolved";
    // Contexts, details and links, and whatever else it says: names of the contract stay the contract's.
    let known = serde_json::to_value(Alert::default()).unwrap_or_default();
    let keep = |name: &str, value: &Value| {
        !value.is_null() && !ALERT_READ.contains(&name) && known.get(name).is_none() && name != "labels"
    };
    let kept = item.as_object().into_iter().flatten().filter(|(name, value)| keep(name, value));
    let mut extra: Map<String, Value> = kept.map(|(name, value)| (name.clone(), value.clone())).collect();
    let severity = match text(item, "severity") {
        "critical" => Severity::Critical,
        "error" | "warning" => Severity::Warning,
        // Without a word it is not said to be bad.
        word => words.severity("alert_severity", &word.into(), &mut extra).unwrap_or(Severity::Info),
    };
    let mut at = |field: &str, name: &str| words.time(field, &item[name], &mut extra);
    let created_at = at("created_at", "created_at");
    let ended = if over { at("close_time", "resolved_at").max(at("updated_at", "updated_at")) } else { 0 };
    Some(Alert {
        alert_id: id.to_owned(),
        data_source_id: text(&item["integration"], "id").into(),
        title: first(&[text(item, "summary"), id]),
        alert_key: text(item, "alert_key").to_owned(),
        alert_severity: severity,
        alert_status: if over { Status::Ok } else { Status::from(severity) },
        progress: if over { Progress::Closed } else { Progress::Triggered },
        created_at,
        start_time: created_at,
        end_time: ended,
        close_time: ended,
        labels: labels(&item["body"]["details"]),
        extra,
        ..Alert::default()
    })
}

/// A text of an object; empty where there is none.
pub(super) fn text<'a>(item: &'a Value, name: &str) -> &'a str {
    item.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// A time of an object, Unix milliseconds; 0 where there is none.
pub(super) fn millis(item: &Value, name: &str) -> i64 {
    text(item, name).parse::<Timestamp>().map_or(0, Timestamp::as_millisecond)
}

/// What a custom field is called and holds, of each in `list`.
pub(super) fn custom_fields(list: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let named = |field| (text(field, "name"), &field["value"]);
    list.as_array().into_iter().flatten().map(named).filter(|(name, _)| !name.is_empty())
}

fn list(of: &Value) -> impl Iterator<Item = &Value> {
    of.as_array().into_iter().flatten()
}

fn number(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        _ => None,
    }
}

fn first(candidates: &[&str]) -> String {
    candidates.iter().find(|text| !text.trim().is_empty()).map(|text| (*text).to_owned()).unwrap_or_default()
}

/// Its `description` mostly repeats the title.
fn description(item: &Value) -> String {
    let given = first(&[text(&item["body"], "details"), text(item, "description")]);
    if given == text(item, "title") { String::new() } else { given }
}

/// Only what a browser may open.
fn link(item: &Value) -> String {
    let given = text(item, "html_url");
    if is_web_link(given) { given.to_owned() } else { String::new() }
}

/// What ends the acknowledgement by itself. A snooze is kept there as exactly that, so that the end of a service's
/// acknowledgement timeout looks the same: until then nobody is told of it again.
fn ends_of_snoozes(item: &Value) -> impl Iterator<Item = &Value> {
    list(&item["pending_actions"]).filter(|action| text(action, "type") == "unacknowledge")
}

fn fields(item: &Value) -> Map<String, Value> {
    let mut out = Map::new();
    let priority = first(&[text(&item[PRIORITY], "summary"), text(&item[PRIORITY], "name")]);
    if !priority.is_empty() {
        out.insert(PRIORITY.to_owned(), priority.into());
    }
    out.extend(custom_fields(&item["custom_fields"]).map(|(name, value)| (name.to_owned(), value.clone())));
    out
}

fn responders(item: &Value, at: &mut impl FnMut(&str, &Value, &str) -> i64) -> Vec<Responder> {
    list(&item["assignments"]).filter_map(|assignment| responder(assignment, &item["acknowledgements"], at)).collect()
}

fn responder(
    assignment: &Value,
    acknowledgements: &Value,
    at: &mut impl FnMut(&str, &Value, &str) -> i64,
) -> Option<Responder> {
    let person = person(&assignment["assignee"])?;
    let id = text(&assignment["assignee"], "id");
    let acknowledged = list(acknowledgements).find(|ack| !id.is_empty() && text(&ack["acknowledger"], "id") == id);
    Some(Responder {
        person_name: person.person_name,
        email: person.email,
        assigned_at: at("assigned_at", assignment, "at"),
        // It was counted with the others.
        acknowledged_at: acknowledged.map_or(0, |ack| millis(ack, "at") / 1_000),
        extra: person.extra,
        ..Responder::default()
    })
}

/// A user, or what else acts there (a service, a rule). Its id is text and stands beside.
fn person(agent: &Value) -> Option<Person> {
    let id = text(agent, "id");
    let person_name = first(&[text(agent, "name"), text(agent, "summary"), id]);
    let extra = [("id".to_owned(), Value::from(id))].into_iter().filter(|_| !id.is_empty()).collect();
    let email = text(agent, "email").to_owned();
    (!person_name.is_empty()).then(|| Person { person_name, email, extra, ..Person::default() })
}

fn extra(given: &Map<String, Value>, status: &str) -> Map<String, Value> {
    let keep = |name: &str, value: &Value| match name {
        // Told by the progress, unless it is a new one.
        "status" => !matches!(status, "triggered" | "acknowledged" | "resolved"),
        "service" | "assignments" | "acknowledgements" | "custom_fields" => false,
        // Its text is the description.
        "body" => value.get("details").is_none_or(|details| !details.is_string()) && !value.is_null(),
        _ => !value.is_null() && !LEFT_OUT.contains(&name) && !OWN.contains(name),
    };
    let kept = given.iter().filter(|(name, value)| keep(name, value));
    kept.map(|(name, value)| (name.clone(), value.clone())).collect()
}

fn labels(details: &Value) -> BTreeMap<String, String> {
    let flat = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Null => None,
        other => Some(other.to_string()),
    };
    match details {
        Value::Object(map) => map.iter().filter_map(|(name, value)| Some((name.clone(), flat(value)?))).collect(),
        Value::Null => BTreeMap::new(),
        other => flat(other).into_iter().map(|text| ("details".to_owned(), text)).collect(),
    }
}

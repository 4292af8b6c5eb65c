//! One incident as somebody wrote it, read leniently: null is absent, numbers as ids are text, a word that the
//! contract does not have is kept beside it (`incident_severity_as_given`) and shown as Info.

use std::borrow::Cow;

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::domain::channel::ChannelKey;
use crate::domain::incident::{Incident, Status};

type Fields = Map<String, Value>;

/// What a field of the contract holds.
#[derive(Clone, Copy)]
enum Kind {
    Text,
    /// Whole numbers; times too, which may be written as RFC 3339.
    Number,
    Word(&'static [&'static str]),
    /// Text to text.
    Labels,
    Object,
    /// Objects with fields of their own.
    List(&'static [(&'static str, Kind)]),
    Person,
}

const SEVERITY: Kind = Kind::Word(&["Critical", "Warning", "Info"]);
const STATUS: Kind = Kind::Word(&["Critical", "Warning", "Info", "Ok"]);
const PROGRESS: Kind = Kind::Word(&["Triggered", "Processing", "Closed"]);

const PERSON: &[(&str, Kind)] = &[("person_id", Kind::Number), ("person_name", Kind::Text), ("email", Kind::Text)];

const RESPONDER: &[(&str, Kind)] = &[
    ("person_id", Kind::Number),
    ("person_name", Kind::Text),
    ("email", Kind::Text),
    ("assigned_at", Kind::Number),
    ("acknowledged_at", Kind::Number),
];

const ALERT: &[(&str, Kind)] = &[
    ("alert_id", Kind::Text),
    ("title", Kind::Text),
    ("description", Kind::Text),
    ("alert_key", Kind::Text),
    ("alert_severity", SEVERITY),
    ("alert_status", STATUS),
    ("progress", PROGRESS),
    ("created_at", Kind::Number),
    ("updated_at", Kind::Number),
    ("start_time", Kind::Number),
    ("last_time", Kind::Number),
    ("end_time", Kind::Number),
    ("close_time", Kind::Number),
    ("labels", Kind::Labels),
];

const INCIDENT: &[(&str, Kind)] = &[
    ("incident_id", Kind::Text),
    ("num", Kind::Text),
    ("title", Kind::Text),
    ("description", Kind::Text),
    ("impact", Kind::Text),
    ("root_cause", Kind::Text),
    ("resolution", Kind::Text),
    ("incident_severity", SEVERITY),
    ("incident_status", STATUS),
    ("progress", PROGRESS),
    ("created_at", Kind::Number),
    ("updated_at", Kind::Number),
    ("start_time", Kind::Number),
    ("last_time", Kind::Number),
    ("end_time", Kind::Number),
    ("ack_time", Kind::Number),
    ("close_time", Kind::Number),
    ("snoozed_before", Kind::Number),
    ("labels", Kind::Labels),
    ("fields", Kind::Object),
    ("creator", Kind::Person),
    ("closer", Kind::Person),
    ("responders", Kind::List(RESPONDER)),
    ("alerts", Kind::List(ALERT)),
    ("alert_cnt", Kind::Number),
    ("channel_id", Kind::Number),
    ("channel_name", Kind::Text),
    ("channel_key", Kind::Text),
    ("detail_url", Kind::Text),
    ("group_method", Kind::Text),
];

/// The incident of source `name`. Errors in words, without the item's own text.
pub(super) fn incident(name: &str, mut fields: Fields) -> Result<Incident, Cow<'static, str>> {
    let channel = channel_id(name, &fields);
    if let Some(given) = fields.shift_remove("source").filter(|given| given != name) {
        fields.insert("source_as_given".to_owned(), given);
    }
    settle(&mut fields, INCIDENT);
    let has = |field: &str| fields.contains_key(field);
    let (has_status, has_count) = (has("incident_status"), has("alert_cnt"));
    let mut incident: Incident =
        serde_json::from_value(Value::Object(fields)).map_err(|_| "a field of it is not what the contract says")?;
    if incident.incident_id.is_empty() {
        return Err("it has no incident_id".into());
    }
    if incident.num.is_empty() {
        incident.num = default_num(&incident.incident_id);
    }
    if !has_status {
        incident.incident_status = Status::from(incident.incident_severity);
    }
    if !has_count {
        incident.alert_cnt = i64::try_from(incident.alerts.len()).unwrap_or(i64::MAX);
    }
    incident.channel_key = ChannelKey::new(name, &channel).to_string();
    if incident.channel_name.is_empty() {
        incident.channel_name = channel;
    }
    name.clone_into(&mut incident.source);
    Ok(incident)
}

/// The first 6 hexadecimal digits of an id, upper case, for sources without numbers of their own.
fn default_num(id: &str) -> String {
    let digits: String = id.chars().filter(char::is_ascii_hexdigit).take(6).collect();
    if digits.is_empty() { id.chars().take(6).collect() } else { digits.to_ascii_uppercase() }
}

/// `channel_key` without the source's own name before it, else `channel_id`, else the name.
fn channel_id(source: &str, fields: &Fields) -> String {
    let text = |field: &str| match fields.get(field) {
        Some(Value::String(text)) => Some(text.trim().to_owned()),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    let key = text("channel_key").map(|key| {
        let bare = key.strip_prefix(source).and_then(|rest| rest.strip_prefix('/'));
        bare.map(str::to_owned).unwrap_or(key)
    });
    let given = |id: Option<String>| id.filter(|id| !id.is_empty());
    given(key)
        .or_else(|| given(text("channel_id")).filter(|id| id != "0"))
        .or_else(|| given(text("channel_name")))
        .unwrap_or_else(|| "default".to_owned())
}

/// Makes each known field what the contract says it holds; what cannot be stays beside it as it was given.
fn settle(fields: &mut Fields, known: &[(&str, Kind)]) {
    for (name, kind) in known {
        let Some(value) = fields.shift_remove(*name) else { continue };
        if value.is_null() {
            continue;
        }
        match settled(value, *kind) {
            Ok(value) => fields.insert((*name).to_owned(), value),
            Err(given) => fields.insert(format!("{name}_as_given"), given),
        };
    }
}

/// The value as its kind, or as it was.
fn settled(value: Value, kind: Kind) -> Result<Value, Value> {
    match (kind, value) {
        (Kind::Text, Value::Number(number)) => Ok(number.to_string().into()),
        (Kind::Text, Value::Bool(flag)) => Ok(flag.to_string().into()),
        (Kind::Text, text @ Value::String(_)) | (Kind::Object, text @ Value::Object(_)) => Ok(text),
        (Kind::Number, value) => number(&value).map(Value::from).ok_or(value),
        (Kind::Word(words), Value::String(text)) => word(&text, words).ok_or(Value::String(text)),
        (Kind::Labels, Value::Object(map)) => Ok(labels(map)),
        (Kind::List(known), Value::Array(items)) if items.iter().all(Value::is_object) => {
            Ok(items.into_iter().map(|item| settle_object(item, known)).collect())
        }
        (Kind::Person, person @ Value::Object(_)) => Ok(settle_object(person, PERSON)),
        (Kind::Person, Value::String(person)) => Ok(serde_json::json!({ "person_name": person })),
        (_, value) => Err(value),
    }
}

fn settle_object(mut item: Value, known: &[(&str, Kind)]) -> Value {
    if let Value::Object(fields) = &mut item {
        settle(fields, known);
    }
    item
}

fn number(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| {
            let whole = number.as_f64().filter(|number| number.abs() < 9e15)?;
            // In range, and a fraction of a second says nothing here.
            #[allow(clippy::cast_possible_truncation)]
            let whole = whole as i64;
            Some(whole)
        }),
        Value::String(text) => {
            text.trim().parse().ok().or_else(|| Some(text.trim().parse::<Timestamp>().ok()?.as_second()))
        }
        _ => None,
    }
}

fn word(text: &str, words: &[&'static str]) -> Option<Value> {
    words.iter().find(|word| word.eq_ignore_ascii_case(text.trim())).map(|word| (*word).into())
}

fn labels(map: Fields) -> Value {
    let text = |value: Value| match value {
        Value::Null => None,
        Value::String(text) => Some(text),
        other => Some(other.to_string()),
    };
    map.into_iter().filter_map(|(name, value)| Some((name, Value::String(text(value)?)))).collect::<Fields>().into()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: Value) -> Result<Incident, Cow<'static, str>> {
        let Value::Object(fields) = value else { panic!("not an object") };
        incident("lab", fields)
    }

    #[test]
    fn what_people_write_is_read_and_nothing_is_lost() {
        let incident = read(json!({
            "incident_id": 4711, "title": null, "incident_severity": "P1", "progress": "processing", "team_size": 4,
            "created_at": "2025-11-24T16:00:00Z", "labels": {"n": 1, "gone": null, "host": "web"}, "channel_id": "PABC",
            "alerts": [{"alert_id": 1, "alert_severity": "fatal", "labels": null}], "creator": "ada", "end_time": null,
            "source": "elsewhere"
        }))
        .unwrap();
        assert_eq!((incident.incident_id.as_str(), incident.num.as_str()), ("4711", "4711"));
        assert_eq!((incident.created_at, incident.channel_id), (1_764_000_000, 0));
        assert_eq!((incident.channel_key.as_str(), incident.channel_name.as_str()), ("lab/PABC", "PABC"));
        assert_eq!(incident.extra["incident_severity_as_given"], "P1");
        assert_eq!(
            (&incident.extra["team_size"], &incident.extra["source_as_given"]),
            (&json!(4), &json!("elsewhere"))
        );
        assert_eq!(
            incident.labels.into_iter().collect::<Vec<_>>(),
            [("host".into(), "web".into()), ("n".into(), "1".into())]
        );
        assert_eq!(incident.alerts[0].extra["alert_severity_as_given"], "fatal");
        assert_eq!((incident.alerts[0].alert_id.as_str(), incident.alert_cnt), ("1", 1));
        assert_eq!((incident.progress.as_str(), incident.source.as_str()), ("Processing", "lab"));
    }

    #[test]
    fn the_channel_follows_the_contract() {
        let key = |fields: Value| {
            let Value::Object(mut fields) = fields else { panic!("not an object") };
            fields.insert("incident_id".into(), "a1".into());
            incident("lab", fields).unwrap().channel_key
        };
        assert_eq!(key(json!({"channel_key": "lab/a/b", "channel_id": 7})), "lab/a/b");
        assert_eq!(key(json!({"channel_key": "other/b"})), "lab/other/b");
        assert_eq!(key(json!({"channel_id": 1_973_372_625_504_i64, "channel_name": "x"})), "lab/1973372625504");
        assert_eq!(key(json!({"channel_id": 0, "channel_name": "x"})), "lab/x");
        assert_eq!(key(json!({})), "lab/default");
    }

    #[test]
    fn numbers_come_from_the_id() {
        assert_eq!(default_num("64f1a2b3c4"), "64F1A2");
        assert_eq!(default_num("zzz"), "zzz");
        assert_eq!(read(json!({"title": "x"})).unwrap_err(), "it has no incident_id");
    }
}

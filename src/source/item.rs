//! One incident as somebody wrote it, read leniently: null is absent, numbers as ids are text, and a value that is not
//! what its field holds costs that field alone: it stays beside it as it was given (`title_as_given`).

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::account::Account;
use super::labels::labels;
use crate::domain::as_given::as_given;
use crate::domain::channel::ChannelKey;
use crate::domain::contract_fields::{Fields, Holds, INCIDENT, PERSON};
use crate::domain::exact;
use crate::domain::incident::{Incident, Progress, Status};

type Object = Map<String, Value>;

/// The incident of source `name`; its number is empty where the source gives none. Errors in words, without the item's own text.
pub(super) fn incident(
    name: &str,
    mut fields: Object,
    account: &mut Account<'_>,
) -> Result<Incident, Cow<'static, str>> {
    let channel = channel_id(name, &fields);
    if let Some(given) = fields.shift_remove("source").filter(|given| given != name) {
        fields.insert(as_given("source"), given);
    }
    settle(&mut fields, INCIDENT, account);
    let has_count = fields.contains_key("alert_cnt");
    let fields = Value::Object(fields);
    // A number that no type holds comes through as a text only.
    let by_text = |_| serde_json::to_string(&fields).and_then(|text| serde_json::from_str(&text));
    let mut incident: Incident =
        Incident::deserialize(&fields).or_else(by_text).map_err(|_| "a field of it is not what the contract says")?;
    if !exact::is_plain(&fields) {
        incident.write_as(&fields);
    }
    if incident.incident_id.is_empty() {
        return Err("it has no incident_id".into());
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

/// `channel_key` without the source's own name before it, else `channel_id`, else the name.
fn channel_id(source: &str, fields: &Object) -> String {
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
fn settle(object: &mut Object, known: Fields, account: &mut Account<'_>) {
    for (name, holds) in known {
        let Some(value) = object.shift_remove(*name).filter(|value| !value.is_null()) else { continue };
        if let Some(value) = settled(name, value, *holds, object, account) {
            object.insert((*name).to_owned(), value);
        }
    }
    let of = |wanted: Holds| known.iter().find(|(_, holds)| *holds == wanted).map(|(name, _)| *name);
    if let (Some(status), Some(severity)) = (of(Holds::Status), of(Holds::Severity)) {
        add_status(object, status, severity);
    }
}

/// Where the source gives no state, it is the severity while it burns.
fn add_status(object: &mut Object, status: &str, severity: &str) {
    let is_over = object.get("progress").is_some_and(|progress| progress == Progress::Closed.as_str());
    let state = if is_over { Some(Status::Ok.as_str().into()) } else { object.get(severity).cloned() };
    if let (Some(state), false) = (state, object.contains_key(status)) {
        object.insert(status.to_owned(), state);
    }
}

/// The value as what its field holds, if it can be that.
fn settled(name: &str, value: Value, holds: Holds, object: &mut Object, account: &mut Account<'_>) -> Option<Value> {
    let read = match (holds, value) {
        (Holds::Severity, value) => return Some(account.severity(name, &value, object)?.as_str().into()),
        (Holds::Progress, value) => return Some(account.progress(name, &value, object)?.as_str().into()),
        (Holds::Time, value) => return Some(account.time(name, &value, object).into()),
        (Holds::Status, value) => return status(name, value, object, account),
        (Holds::Text, Value::Number(number)) => Ok(number.to_string().into()),
        (Holds::Text, Value::Bool(flag)) => Ok(flag.to_string().into()),
        (Holds::Text, text @ Value::String(_)) | (Holds::Object, text @ Value::Object(_)) => Ok(text),
        (Holds::Number, value) => number(&value).map(Value::from).ok_or(value),
        (Holds::ChannelId, value) => {
            let number = number(&value);
            if number.is_none() {
                // Its ids are texts, which is no fault.
                object.insert(as_given(name), value);
            }
            return number.map(Value::from);
        }
        (Holds::Labels, value) => {
            let (labels, odd) = labels(value);
            if let Some(odd) = odd {
                account.odd(name, odd, object);
            }
            Ok(labels.into())
        }
        (Holds::List(known), Value::Array(items)) => return Some(list(name, items, known, object, account)),
        (Holds::Person, Value::String(person)) => Ok(serde_json::json!({ "person_name": person })),
        (Holds::Person, Value::Object(mut person)) => {
            settle(&mut person, PERSON, account);
            Ok(person.into())
        }
        (_, value) => Err(value),
    };
    read.map_err(|given| account.odd(name, given, object)).ok()
}

/// Each item that can be one; those that cannot are kept as they were given.
fn list(name: &str, items: Vec<Value>, known: Fields, object: &mut Object, account: &mut Account<'_>) -> Value {
    let (mut out, mut odd) = (Vec::new(), Vec::new());
    let are_people = known.contains(&PERSON[1]);
    for item in items {
        match item {
            Value::Null => {}
            Value::Object(mut item) => {
                settle(&mut item, known, account);
                out.push(Value::Object(item));
            }
            Value::String(person) if are_people => out.push(serde_json::json!({ "person_name": person })),
            other => odd.push(other),
        }
    }
    if !odd.is_empty() {
        account.odd(name, Value::Array(odd), object);
    }
    Value::Array(out)
}

/// The state while it burns, which is the severity where the source does not say otherwise.
fn status(name: &str, value: Value, object: &mut Object, account: &mut Account<'_>) -> Option<Value> {
    let word = match &value {
        Value::String(word) => word.trim().to_owned(),
        Value::Number(_) | Value::Bool(_) => value.to_string(),
        _ => {
            account.odd(name, value, object);
            return None;
        }
    };
    let known = account.status(&word);
    if known.is_none_or(|known| known.as_str() != word) && !word.is_empty() {
        object.insert(as_given(name), value);
    }
    known.map(|known| known.as_str().into())
}

fn number(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| {
            let whole = number.as_f64().filter(|number| number.abs() < 9e15)?;
            // In range; a fraction of a count says nothing.
            #[allow(clippy::cast_possible_truncation)]
            let whole = whole as i64;
            Some(whole)
        }),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::super::odd::odd;
    use super::*;

    fn read(value: Value) -> Result<Incident, Cow<'static, str>> {
        let Value::Object(fields) = value else { panic!("not an object") };
        incident("lab", fields, &mut Account::plain())
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
        assert_eq!((incident.incident_id.as_str(), incident.num.as_str()), ("4711", ""));
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
            incident("lab", fields, &mut Account::plain()).unwrap().channel_key
        };
        assert_eq!(key(json!({"channel_key": "lab/a/b", "channel_id": 7})), "lab/a/b");
        assert_eq!(key(json!({"channel_key": "other/b"})), "lab/other/b");
        assert_eq!(key(json!({"channel_id": 1_973_372_625_504_i64, "channel_name": "x"})), "lab/1973372625504");
        assert_eq!(key(json!({"channel_id": 0, "channel_name": "x"})), "lab/x");
        assert_eq!(key(json!({})), "lab/default");
    }

    #[test]
    fn an_incident_without_an_id_is_none() {
        assert_eq!(read(json!({"title": "x"})).unwrap_err(), "it has no incident_id");
    }

    /// Fields that are made of another where the source does not give them, or cannot.
    fn follows(field: &str) -> &'static [&'static str] {
        match field {
            "incident_severity" | "progress" => &["incident_status"],
            "alerts" => &["alert_cnt"],
            "channel_key" | "channel_id" | "channel_name" => &["channel_key", "channel_name"],
            _ => &[],
        }
    }

    fn whole() -> Value {
        json!({
            "incident_id": "a1", "num": "7", "title": "disk", "description": "d", "impact": "i", "root_cause": "r",
            "resolution": "s", "incident_severity": "Critical", "progress": "Processing", "incident_status": "Warning",
            "created_at": 1_763_990_000, "updated_at": 1_763_990_001, "start_time": 1_763_990_002,
            "last_time": 1_763_990_003, "end_time": 1_763_990_004, "ack_time": 1_763_990_005,
            "close_time": 1_763_990_006, "snoozed_before": 1_763_990_007, "labels": {"team": "core"},
            "fields": {"n": 1}, "creator": {"person_name": "ada"}, "closer": {"person_name": "bob"},
            "responders": [{"person_name": "cleo"}], "alerts": [{"alert_id": "1", "title": "t", "labels": {"a": "b"}}],
            "alert_cnt": 3, "channel_id": 7, "channel_name": "Ops", "channel_key": "ops", "detail_url": "https://x",
            "group_method": "p", "team_size": 4
        })
    }

    proptest! {
        #[test]
        fn an_odd_value_costs_its_own_field_alone(at in 0..INCIDENT.len(), value in odd()) {
            let (field, _) = INCIDENT[at];
            let good = read(whole()).unwrap().to_contract();
            let mut changed = whole();
            changed[field] = value;
            match read(changed) {
                Err(why) => prop_assert_eq!((field, why.as_ref()), ("incident_id", "it has no incident_id")),
                Ok(incident) => {
                    let incident = incident.to_contract();
                    for (name, value) in &good {
                        if name != field && !follows(field).contains(&name.as_str()) {
                            prop_assert_eq!(incident.get(name), Some(value), "{}", name);
                        }
                    }
                }
            }
        }
    }
}

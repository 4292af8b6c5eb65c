//! The names that expressions may read, and the contract's payload with everything optional present and empty.
//!
//! What is sent by default stays as it is: only expressions see this.

use serde_json::{Map, Value as Json, json};

/// The names at the head of the payload, whether or not a press has them.
pub(super) const PAYLOAD: [&str; 9] =
    ["event_time", "event_type", "event_id", "person", "incident", "action", "inputs", "source", "test"];

/// The names that rules see.
pub(super) const ANSWER: [&str; 4] = ["status", "headers", "body", "text"];
/// What `follow.url` calls the answer.
pub(super) const FOLLOW: [&str; 1] = ["answer"];

const TEXTS: [&str; 9] = [
    "num",
    "description",
    "impact",
    "root_cause",
    "resolution",
    "channel_name",
    "channel_key",
    "detail_url",
    "group_method",
];
const NUMBERS: [&str; 7] =
    ["last_time", "end_time", "ack_time", "close_time", "snoozed_before", "alert_cnt", "channel_id"];

/// The payload with what the contract calls optional.
pub(super) fn complete(payload: &Json) -> Map<String, Json> {
    let mut payload = payload.as_object().cloned().unwrap_or_default();
    for name in PAYLOAD {
        let blank = match name {
            "event_time" => 0.into(),
            "person" => person(),
            "incident" | "inputs" => Json::Object(Map::new()),
            "action" => json!({"id": "", "name": ""}),
            "test" => false.into(),
            _ => "".into(),
        };
        put(&mut payload, &[name], &blank);
    }
    if let Some(Json::Object(incident)) = payload.get_mut("incident") {
        complete_incident(incident);
    }
    payload
}

fn complete_incident(incident: &mut Map<String, Json>) {
    put(incident, &TEXTS, &"".into());
    put(incident, &NUMBERS, &0.into());
    put(incident, &["labels", "fields"], &json!({}));
    put(incident, &["responders", "alerts"], &json!([]));
    put(incident, &["creator", "closer"], &person());
    for alert in members(incident, "alerts") {
        put(alert, &["description"], &"".into());
        put(alert, &["end_time", "close_time"], &0.into());
        put(alert, &["labels"], &json!({}));
    }
    for responder in members(incident, "responders") {
        put(responder, &["person_name", "email"], &"".into());
        put(responder, &["person_id", "assigned_at", "acknowledged_at"], &0.into());
    }
}

fn members<'a>(incident: &'a mut Map<String, Json>, name: &str) -> impl Iterator<Item = &'a mut Map<String, Json>> {
    incident.get_mut(name).and_then(Json::as_array_mut).into_iter().flatten().filter_map(Json::as_object_mut)
}

fn person() -> Json {
    json!({"person_id": 0, "person_name": "", "email": ""})
}

/// Null is absent.
fn put(map: &mut Map<String, Json>, names: &[&str], blank: &Json) {
    for name in names {
        if map.get(*name).is_none_or(Json::is_null) {
            map.insert((*name).to_owned(), blank.clone());
        }
    }
}

//! The default payload of a press, as the contract has it.

use serde_json::{Map, Value, json};

use super::press::Press;
use crate::domain::action::MASK;
use crate::domain::request::Inputs;

/// The payload: `event_time` in Unix milliseconds, all times of the incident in Unix seconds.
///
/// `person` is in it only where the operator is known, `inputs` only where the action asks for some, secret ones masked.
/// `action`, `inputs`, `source` and `test` are additions that a receiver written for Flashduty ignores.
pub fn payload(press: &Press<'_>, event_id: &str) -> Map<String, Value> {
    let Press { action, incident, operator, .. } = press;
    let mut out = Map::new();
    out.insert("event_time".to_owned(), press.event_time_ms.into());
    out.insert("event_type".to_owned(), "i_custom".into());
    out.insert("event_id".to_owned(), event_id.into());
    if !operator.name.is_empty() {
        let person = json!({"person_id": operator.id, "person_name": operator.name, "email": operator.email});
        out.insert("person".to_owned(), person);
    }
    out.insert("incident".to_owned(), Value::Object(with_kept(incident.to_contract(), &press.kept)));
    out.insert("action".to_owned(), json!({"id": action.id, "name": action.name}));
    if !action.inputs.is_empty() {
        let mut inputs = press.inputs.plain.clone();
        inputs.extend(press.inputs.secret.keys().map(|name| (name.clone(), MASK.into())));
        out.insert("inputs".to_owned(), Value::Object(inputs));
    }
    out.insert("source".to_owned(), incident.source.as_str().into());
    if press.test {
        out.insert("test".to_owned(), true.into());
    }
    out
}

/// The incident with what answers before gave for it; its own fields stay.
fn with_kept(mut incident: Map<String, Value>, kept: &Map<String, Value>) -> Map<String, Value> {
    if kept.is_empty() {
        return incident;
    }
    if let Value::Object(fields) = incident.entry("fields").or_insert_with(|| Value::Object(Map::new())) {
        for (name, value) in kept.iter().filter(|(name, _)| !fields.contains_key(*name)).collect::<Vec<_>>() {
            fields.insert(name.clone(), value.clone());
        }
    }
    incident
}

/// The payload with the secret inputs as they are, for the wire.
pub(super) fn with_secrets(payload: &Value, inputs: &Inputs) -> Value {
    use secrecy::ExposeSecret;
    let mut payload = payload.clone();
    if let Some(Value::Object(members)) = payload.get_mut("inputs") {
        for (name, value) in &inputs.secret {
            if let Some(member) = members.get_mut(name) {
                *member = value.expose_secret().into();
            }
        }
    }
    payload
}

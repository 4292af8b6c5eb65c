//! The default payload of a press, as the contract has it.

use serde_json::{Map, Value, json};

use crate::domain::action::Action;
use crate::domain::incident::Incident;
use crate::domain::operator::Operator;

/// The payload: `event_time` in Unix milliseconds, all times of the incident in Unix seconds.
///
/// `person` is in it only where the operator is known. `action` and `source` are additions that a receiver written
/// for Flashduty ignores.
pub fn payload(
    action: &Action,
    incident: &Incident,
    operator: &Operator,
    event_id: &str,
    event_time_ms: i64,
) -> Map<String, Value> {
    let mut out = Map::new();
    out.insert("event_time".to_owned(), event_time_ms.into());
    out.insert("event_type".to_owned(), "i_custom".into());
    out.insert("event_id".to_owned(), event_id.into());
    if !operator.name.is_empty() {
        let person = json!({"person_id": operator.id, "person_name": operator.name, "email": operator.email});
        out.insert("person".to_owned(), person);
    }
    out.insert("incident".to_owned(), Value::Object(incident.to_contract()));
    out.insert("action".to_owned(), json!({"id": action.id, "name": action.name}));
    out.insert("source".to_owned(), incident.source.as_str().into());
    out
}

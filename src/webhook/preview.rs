//! What each field of an action would become, for the form.

use crate::domain::action::Action;
use crate::domain::incident::Incident;
use crate::domain::operator::Operator;
use crate::domain::validate::Field;

/// What each field would become for an incident, or what is wrong with it.
pub fn preview(
    action: &Action,
    incident: Option<&Incident>,
    operator: &Operator,
    now_ms: i64,
) -> Vec<(Field, Result<String, String>)> {
    let _ = (incident, operator, now_ms);
    vec![(Field::Endpoint, Ok(action.endpoint.clone()))]
}

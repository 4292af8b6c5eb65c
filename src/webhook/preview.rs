//! What each field of an action would become, for the form.

use std::sync::Arc;

use secrecy::SecretString;
use serde_json::Value;

use super::payload::payload;
use super::press::Press;
use super::{body, headers, prepare, sign};
use crate::domain::action::{Action, Body, FIELDS, Fills, Header, Input, InputKind, Sign, has_table_of};
use crate::domain::incident::Incident;
use crate::domain::operator::Operator;
use crate::domain::request::Inputs;
use crate::domain::validate::Field;
use crate::template::{self, Context, TemplateError};

/// What each field would become for an incident, or what is wrong with it, in one sentence. Without an incident, fields
/// stay as written, and only their form is judged. Secrets are masked, references as written; inputs are samples.
pub fn preview(
    action: &Action,
    incident: Option<&Incident>,
    operator: &Operator,
    now_ms: i64,
) -> Vec<(Field, Result<String, String>)> {
    let mut out = match incident {
        Some(incident) => filled(action, incident, operator, now_ms),
        None => as_written(action),
    };
    for key in sign::keys(action).take(1) {
        let shown = Sign::shown(&SecretString::from(key.to_owned()));
        out.push((Field::SIGN_KEY, prepare::check_sign(action).map(|()| shown).map_err(|refusal| refusal.why)));
    }
    if !action.proxy.trim().is_empty() {
        out.push((Field::PROXY, checked(&action.proxy, template::references(&action.proxy))));
    }
    out.extend(rules(action));
    out
}

fn filled(
    action: &Action,
    incident: &Incident,
    operator: &Operator,
    now_ms: i64,
) -> Vec<(Field, Result<String, String>)> {
    let (action, incident, operator) =
        (&Arc::new(action.clone()), &Arc::new(incident.clone()), &Arc::new(operator.clone()));
    // As long as a real one.
    let run_id = "00000000-0000-7000-8000-000000000000".to_owned();
    let inputs = samples(&action.inputs);
    let press = Press {
        action,
        incident,
        operator,
        inputs,
        run_id,
        event_time_ms: now_ms,
        group: None,
        test: false,
        kept: serde_json::Map::new(),
    };
    let payload = Value::Object(payload(&press, &press.run_id));
    let context = Context::shown(&payload);
    let mut out = vec![(Field::ENDPOINT, template::fill_url(&action.endpoint, &context).map_err(message))];
    for (at, header) in action.headers.iter().enumerate() {
        let shown = headers::fill_shown(header, &context).map(|header| header.shown()).map_err(|refusal| refusal.why);
        out.push((Field::HeaderValue(at), shown));
    }
    out.push((Field::BODY, body::fill(action, &payload, &context).map_err(message)));
    out
}

fn as_written(action: &Action) -> Vec<(Field, Result<String, String>)> {
    let mut out = vec![(Field::ENDPOINT, checked(&action.endpoint, template::check_url(&action.endpoint)))];
    for (at, header) in action.headers.iter().enumerate() {
        out.push((Field::HeaderValue(at), checked(&Header::shown(header), template::check_text(header.expose()))));
    }
    let body = match &action.body {
        Body::Contract => Ok(String::new()),
        Body::Json(document) => checked(&document.to_string(), template::check_json(document)),
        Body::Form(pairs) => {
            let check = |(name, value): &(String, String)| {
                template::plain_name(name).and_then(|()| template::check_text(value))
            };
            let lines: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
            checked(&lines.join("&"), pairs.iter().try_for_each(check))
        }
        Body::Text(text) => checked(text, template::check_text(text)),
    };
    out.push((Field::BODY, body));
    out
}

fn rules(action: &Action) -> Vec<(Field, Result<String, String>)> {
    let mut out = Vec::new();
    for spec in FIELDS.iter().filter(|spec| has_table_of(spec, action)) {
        let text = spec.text(action);
        match spec.fills {
            Fills::Rule if text.trim().is_empty() => out.push((spec.field(), Ok(text))),
            Fills::Rule => out.push((spec.field(), checked(&text, template::check_rule(&text)))),
            Fills::Address => out.push((spec.field(), checked(&text, template::check_follow(&text)))),
            Fills::Answer => out.push((spec.field(), checked(&text, template::check_answer_text(&text)))),
            Fills::Nothing => {}
        }
    }
    out
}

/// Something for each input, so that what it stands in can be seen before it is asked.
fn samples(asked: &[Input]) -> Inputs {
    let mut out = Inputs::default();
    for input in asked {
        let sample = match (input.kind, &input.default) {
            (InputKind::Secret, _) => {
                out.secret.insert(input.name.clone(), SecretString::from(String::new()));
                continue;
            }
            (_, Some(default)) if !input.is_filled() => default.clone(),
            (InputKind::String, _) => input.name.as_str().into(),
            (InputKind::Number, _) => input.min.unwrap_or(1.0).into(),
            (InputKind::Boolean, _) => false.into(),
            (InputKind::Choice, _) => input.choices.first().cloned().unwrap_or_default().into(),
        };
        out.plain.insert(input.name.clone(), sample);
    }
    out
}

fn checked<T>(text: &str, result: Result<T, TemplateError>) -> Result<String, String> {
    result.map(|_| text.to_owned()).map_err(message)
}

fn message(error: TemplateError) -> String {
    error.message
}

//! What is judged when an action is saved: everything that needs no values.

use serde_json::Value as Json;

use super::TemplateError;
use super::context::shown;
use super::contract::{ANSWER, FOLLOW, PAYLOAD};
use super::engine::{check, roots};
use super::error::refuse;
use super::fill::plain_name;
use super::parts::{Part, parts};
use super::url::places;
use crate::domain::action::Success;
use crate::domain::near::near;
use crate::domain::text::clean;

/// Whether a header's value, a form's value, a text body or a proxy may be saved.
pub fn check_text(text: &str) -> Result<(), TemplateError> {
    check_parts(&parts(text)?, &[&PAYLOAD])
}

/// Whether an endpoint may be saved.
pub fn check_url(text: &str) -> Result<(), TemplateError> {
    let parts = parts(text.trim())?;
    places(&parts)?;
    check_parts(&parts, &[&PAYLOAD])
}

/// Whether a JSON document may be saved as a body. The error says in which member it is.
pub fn check_json(value: &Json) -> Result<(), TemplateError> {
    match value {
        Json::String(text) => check_text(text),
        Json::Array(items) => items
            .iter()
            .enumerate()
            .try_for_each(|(at, item)| check_json(item).map_err(|error| inside(&at.to_string(), &error))),
        Json::Object(members) => members.iter().try_for_each(|(name, value)| {
            plain_name(name).and_then(|()| check_json(value)).map_err(|error| inside(name, &error))
        }),
        _ => Ok(()),
    }
}

/// Whether a success or follow rule may be saved: codes (`2xx`, `200, 202`) or an expression over the answer.
pub fn check_rule(rule: &str) -> Result<(), TemplateError> {
    if Success::new(rule).codes().is_some() {
        return Ok(());
    }
    if rule.contains("{{") || rule.contains("{%") {
        return Err(refuse("a rule is already an expression: write it without {{ }}"));
    }
    check_expression(rule.trim(), &[&ANSWER])
}

/// Whether `follow.url` or `follow.next` may be saved.
pub fn check_follow(text: &str) -> Result<(), TemplateError> {
    let parts = parts(text.trim())?;
    if parts.iter().any(|part| matches!(part, Part::Reference(_))) {
        return Err(refuse("references are not allowed in an address that is shown and logged"));
    }
    check_parts(&parts, &[&PAYLOAD, &ANSWER, &FOLLOW])?;
    match parts.first() {
        Some(Part::Expression(first)) if !reads_only_the_answer(first) => {
            Err(refuse("only what the answer says can stand at the beginning of an address"))
        }
        Some(Part::Text(text)) if !text.starts_with('/') || text.starts_with("//") => places(&parts),
        _ => Ok(()),
    }
}

/// Whether a text that is filled from the payload and an answer may be saved.
pub fn check_answer_text(text: &str) -> Result<(), TemplateError> {
    let parts = parts(text)?;
    if parts.iter().any(|part| matches!(part, Part::Reference(_))) {
        return Err(refuse("references are not read here; the headers of the action go along"));
    }
    check_parts(&parts, &[&PAYLOAD, &ANSWER, &FOLLOW])
}

/// Whether an input's default may be saved: expressions over the incident and who presses, not over other inputs.
pub fn check_default(text: &str) -> Result<(), TemplateError> {
    let parts = parts(text)?;
    if parts.iter().any(|part| matches!(part, Part::Reference(_))) {
        return Err(refuse("references are not allowed in a default: it is shown and kept"));
    }
    check_parts(&parts, &[&["incident", "person", "source", "action", "event_time", "event_id"]])
}

pub(super) fn reads_only_the_answer(expression: &str) -> bool {
    let known = |name: &String| ANSWER.contains(&name.as_str()) || FOLLOW.contains(&name.as_str());
    roots(expression).is_ok_and(|names| names.iter().all(known))
}

fn check_parts(parts: &[Part<'_>], known: &[&[&str]]) -> Result<(), TemplateError> {
    parts.iter().try_for_each(|part| match part {
        Part::Expression(expression) => check_expression(expression, known),
        _ => Ok(()),
    })
}

fn check_expression(expression: &str, known: &[&[&str]]) -> Result<(), TemplateError> {
    let about = |words: String| refuse(&format!("{}: {words}", shown(expression)));
    check(expression).map_err(about)?;
    let names: Vec<&str> = known.iter().flat_map(|names| names.iter().copied()).collect();
    match roots(expression).map_err(about)?.iter().find(|name| !names.contains(&name.as_str())) {
        Some(unknown) => {
            let found = near(unknown, names.iter().copied());
            let rest = if found.is_empty() { names } else { found };
            Err(about(format!("there is no {}: there are {}", clean(unknown), rest.join(", "))))
        }
        None => Ok(()),
    }
}

fn inside(name: &str, error: &TemplateError) -> TemplateError {
    refuse(&format!("{}: {}", clean(name), error.message))
}

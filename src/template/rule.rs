//! What rules say of an answer.

use minijinja::{Error, UndefinedBehavior, Value};
use serde_json::Value as Json;

use super::context::{Context, EvalError, Scope, payload_members, shown};
use super::contract::{ANSWER, FOLLOW};
use super::engine::roots;
use super::error::refuse;
use super::fill::{fill_json, fill_text};
use super::order::rewrite;
use super::parts::{Part, parts};
use super::save::{check_rule, reads_only_the_answer};
use super::tree::{Held, MapOptions, Notes, grow, map};
use super::url::{Piece, fill_parts, fill_rest, piece};
use super::value::{to_json, to_text};
use super::{RuleError, TemplateError};
use crate::domain::action::Success;
use crate::domain::exact;
use crate::domain::run::Failure;

/// An answer as rules see it: `status`, `headers`, `body` (parsed JSON), `text`.
pub struct Facts<'a> {
    pub status: u16,
    /// The headers as received; looked up in any case.
    pub headers: &'a [(String, String)],
    pub body: BodyFacts<'a>,
}

/// The body of an answer as rules see it.
pub enum BodyFacts<'a> {
    /// Whole, and JSON: parsed, and the text it was.
    Json(Json, &'a str),
    /// Whole, and no JSON.
    NotJson(&'a str),
    /// Not whole: nothing is judged by what may be missing a part.
    Cut(&'a str),
    /// Over the limit.
    TooLarge,
}

impl<'a> BodyFacts<'a> {
    /// A body that was read whole.
    pub fn whole(text: &'a str) -> Self {
        match exact::value(text.trim_start_matches('\u{feff}')) {
            Ok(value) => Self::Json(value, text),
            Err(_) => Self::NotJson(text),
        }
    }

    /// The parsed body, where it is whole and JSON.
    pub fn json(&self) -> Option<&Json> {
        if let Self::Json(value, _) = self { Some(value) } else { None }
    }

    /// Why a rule that reads the body cannot be judged.
    fn absence(&self) -> RuleError {
        let (failure, words) = match self {
            Self::TooLarge => (Failure::TooLarge, "the answer is over 1 MiB, and the rule reads it"),
            Self::Cut(_) => (Failure::InvalidResponse, "the answer is cut, and the rule reads it"),
            Self::NotJson(text) if text.trim().is_empty() => {
                (Failure::InvalidResponse, "the answer is empty, and the rule reads its body")
            }
            Self::NotJson(_) | Self::Json(..) => {
                (Failure::InvalidResponse, "the answer is not JSON, and the rule reads its body")
            }
        };
        RuleError::NoBody(failure, words.to_owned())
    }
}

/// Whether a rule holds for an answer: codes (`2xx`, `200, 202`), or an expression. A path that does not exist counts as
/// false.
pub fn holds(rule: &str, facts: &Facts<'_>) -> Result<bool, RuleError> {
    if let Some(codes) = Success::new(rule).codes() {
        return Ok(codes.iter().any(|codes| codes.contains(&facts.status)));
    }
    judge(rule, facts, |value| Ok(value.is_true()))
}

/// What an expression over an answer evaluates to; `None` where its path does not exist, or is null.
pub fn value(rule: &str, facts: &Facts<'_>) -> Result<Option<Json>, RuleError> {
    judge(rule, facts, |value| match value {
        value if value.is_undefined() || value.is_none() => Ok(None),
        value => to_json(value).map(Some),
    })
}

fn judge<T>(rule: &str, facts: &Facts<'_>, turn: impl Fn(&Value) -> Result<T, Error>) -> Result<T, RuleError> {
    // `not eror` would hold for every answer.
    if let Err(error) = check_rule(rule) {
        return Err(RuleError::Rule(error.message));
    }
    let notes = Notes::default();
    let scope = Scope::new(answer(facts, "", &notes), notes);
    let about = |words| RuleError::Rule(format!("{}: {words}", shown(rule)));
    let guarded = rewrite(rule.trim()).map_err(about)?;
    match scope.evaluate_checked(&guarded, UndefinedBehavior::Chainable, turn) {
        Ok((value, _)) => Ok(value),
        Err(EvalError::NoBody) => Err(facts.body.absence()),
        Err(fault) => Err(about(fault.words())),
    }
}

/// Whether a rule reads the body of an answer, so that all of it is needed.
pub fn reads_body(rule: &str) -> bool {
    if Success::new(rule).codes().is_some() {
        return false;
    }
    let reads = |name: &String| name == "body" || name == "text";
    roots(rule.trim()).map_or(true, |names| names.iter().any(reads))
}

/// Where a job is asked for: `follow.url` (`answer.*` and the payload) or `follow.next` (`status`, `headers`, `body`,
/// `text`); may be relative. `None` where its path does not exist (yet).
///
/// What stands at the beginning and is one expression of the answer is taken as it is; all else as in an endpoint.
pub fn fill_follow(text: &str, payload: &Json, facts: &Facts<'_>) -> Result<Option<String>, RuleError> {
    let scope = scope_of(payload, facts);
    let parts = parts(text.trim()).map_err(broken)?;
    let mut ending = None;
    if parts.iter().any(|part| matches!(part, Part::Reference(_))) {
        return Err(broken(refuse("references are not allowed in an address that is shown and logged")));
    }
    let mut value = |expression: &str| match scope.evaluate(expression, UndefinedBehavior::Strict, there) {
        Ok((Some(piece), false)) => Ok(Some(piece)),
        other => {
            ending = Some(why_not(expression, other, facts));
            Err(TemplateError { message: String::new() })
        }
    };
    let filled = match parts.as_slice() {
        [Part::Expression(first), rest @ ..] => match begin(first, &scope, facts)? {
            Some(start) => fill_rest(start, rest, &mut value),
            None => return Ok(None),
        },
        [Part::Text(text), ..] if text.starts_with('/') && !text.starts_with("//") => {
            fill_rest(String::new(), &parts, &mut value)
        }
        parts => fill_parts(parts, &mut value),
    };
    match ending {
        Some(ending) => ending,
        None => filled.map(Some).map_err(broken),
    }
}

/// A text filled from the payload and an answer; of a JSON document the leaves are filled.
pub fn fill_answer(text: &str, payload: &Json, facts: &Facts<'_>) -> Result<String, TemplateError> {
    let context = Context::of_scope(scope_of(payload, facts));
    match serde_json::from_str::<Json>(text) {
        Ok(document @ (Json::Object(_) | Json::Array(_))) => {
            fill_json(&document, &context).map(|filled| filled.to_string())
        }
        _ => fill_text(text, &context),
    }
}

/// The payload, and the answer beside it.
fn scope_of(payload: &Json, facts: &Facts<'_>) -> Scope {
    let notes = Notes::default();
    let mut members = payload_members(payload, &notes);
    let whole = answer(facts, "answer", &notes);
    let known = ANSWER.into_iter().filter_map(|name| Some((name.to_owned(), whole.get_attr(name).ok()?)));
    members.extend(known.filter(|(_, value)| !value.is_undefined()).map(|(name, value)| (name, value.into())));
    members.push(("answer".to_owned(), whole.into()));
    let absent = absent_names(facts);
    let root = map(members.into_iter(), "", &notes, MapOptions { absent, ..MapOptions::default() });
    Scope::new(root, notes)
}

fn broken(error: TemplateError) -> RuleError {
    RuleError::Rule(error.message)
}

/// A value that is there: null is not, yet.
fn there(value: &Value) -> Result<Option<Piece>, Error> {
    if value.is_none() { Ok(None) } else { piece(value).map(Some) }
}

/// What the answer says at the beginning of an address.
fn begin(expression: &str, scope: &Scope, facts: &Facts<'_>) -> Result<Option<String>, RuleError> {
    let wrong = |words: &str| RuleError::Rule(format!("{{{{ {} }}}}: {words}", shown(expression)));
    if !reads_only_the_answer(expression) {
        return Err(wrong("only what the answer says can stand at the beginning of an address"));
    }
    let text = match scope.evaluate(expression, UndefinedBehavior::Strict, to_text) {
        Ok((text, _)) => text,
        Err(fault) => return why_not::<()>(expression, Err(fault), facts),
    };
    match text.trim() {
        "" => Ok(None),
        text if text.chars().any(|ch| ch.is_whitespace() || ch.is_control()) => Err(wrong("this is not a valid URL")),
        text => Ok(Some(text.to_owned())),
    }
}

/// What becomes of an address one of whose expressions has no value that can be used.
fn why_not<T>(
    expression: &str,
    found: Result<(T, bool), EvalError>,
    facts: &Facts<'_>,
) -> Result<Option<String>, RuleError> {
    let from_answer = |root: &str| ANSWER.contains(&root) || FOLLOW.contains(&root);
    let words = match found {
        Ok((_, false)) => return Ok(None),
        Ok((_, true)) => "a secret input is not allowed in an address".to_owned(),
        Err(EvalError::Missing(missing)) if from_answer(&missing.root) => return Ok(None),
        Err(EvalError::Undefined) if reads_only_the_answer(expression) => return Ok(None),
        Err(EvalError::NoBody) => return Err(facts.body.absence()),
        Err(fault) => fault.words(),
    };
    Err(RuleError::Rule(format!("{{{{ {} }}}}: {words}", shown(expression))))
}

/// What of the answer is known, and not there.
fn absent_names(facts: &Facts<'_>) -> Vec<String> {
    let names: &[&str] = match facts.body {
        BodyFacts::Json(..) => &[],
        BodyFacts::NotJson(_) => &["body"],
        BodyFacts::Cut(_) | BodyFacts::TooLarge => &["body", "text"],
    };
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// The answer as expressions see it, at `path`.
fn answer(facts: &Facts<'_>, path: &str, notes: &Notes) -> Value {
    let inside = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    let mut headers: Vec<(String, String)> = Vec::new();
    for (name, value) in facts.headers {
        let name = name.to_ascii_lowercase();
        match headers.iter_mut().find(|(own, _)| *own == name) {
            Some((_, values)) => {
                values.push_str(", ");
                values.push_str(value);
            }
            None => headers.push((name, value.clone())),
        }
    }
    let headers = headers.into_iter().map(|(name, value)| (name, Value::from(value)));
    let headers = map(headers, &inside("headers"), notes, MapOptions { any_case: true, ..MapOptions::default() });
    let mut members: Vec<(String, Held)> =
        vec![("status".to_owned(), Value::from(facts.status).into()), ("headers".to_owned(), headers.into())];
    match &facts.body {
        BodyFacts::Json(body, text) => {
            members.push(("body".to_owned(), grow(body, &inside("body"), notes)));
            members.push(("text".to_owned(), Value::from(*text).into()));
        }
        BodyFacts::NotJson(text) => members.push(("text".to_owned(), Value::from(*text).into())),
        BodyFacts::Cut(_) | BodyFacts::TooLarge => {}
    }
    map(members.into_iter(), path, notes, MapOptions { absent: absent_names(facts), ..MapOptions::default() })
}

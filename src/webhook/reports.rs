//! What an answer of 2xx says of itself, where no rule of the action judges it: an error, or that nothing has ended.
//! Pure.

use serde_json::Value;

use super::job_state::{self, JobState};
use super::page::{self, Element, Page};
use crate::domain::folded::fold;
use crate::domain::own_error::{error, is_something};
use crate::domain::text::clean;
use crate::template::{BodyFacts, Facts};

/// What an answer says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reports {
    Nothing,
    /// An error: where and how it says so, in words.
    Error(String),
    /// It has not ended: the word that says so.
    Unended(String),
    /// Somebody has to sign in: what was asked for may not have been reached.
    SignIn,
}

/// Headers that say that it failed.
const FAILED_HEADERS: [&str; 1] = ["x-amz-function-error"];

/// Reads an answer.
pub fn reports(facts: &Facts<'_>) -> Reports {
    if let Some(what) = by_header(facts) {
        return Reports::Error(what);
    }
    match &facts.body {
        BodyFacts::Json(body, _) => of_json(body),
        BodyFacts::NotJson(text) if text.trim().is_empty() => Reports::Nothing,
        BodyFacts::NotJson(text) => of_text(text, facts),
        BodyFacts::Cut(_) | BodyFacts::TooLarge => Reports::Nothing,
    }
}

fn by_header(facts: &Facts<'_>) -> Option<String> {
    let of = |name: &str| facts.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value);
    let named = FAILED_HEADERS.iter().find_map(|name| of(name).map(|value| format!("{name}: {}", clean(value.trim()))));
    // gRPC says 200 to everything.
    let grpc = of("grpc-status").filter(|status| !matches!(status.trim(), "" | "0"));
    let message = of("grpc-message").map_or_else(String::new, |message| format!(" {}", clean(message)));
    named.or_else(|| grpc.map(|status| format!("grpc-status {}{message}", clean(status.trim()))))
}

fn of_json(body: &Value) -> Reports {
    if let Value::String(text) = body {
        return of_plain(text);
    }
    if let Some(what) = error(body) {
        return Reports::Error(what);
    }
    of_state(job_state::of_start(body), &job_state::word(body))
}

fn of_state(state: JobState, word: &str) -> Reports {
    match state {
        JobState::Failed if word.is_empty() => Reports::Error("it did not go well".to_owned()),
        JobState::Failed => Reports::Error(word.to_owned()),
        JobState::Cancelled => Reports::Unended(word.to_owned()),
        JobState::Waits { word } => Reports::Unended(format!("waits for a person ({word})")),
        JobState::Running { word } => Reports::Unended(word),
        JobState::Succeeded | JobState::Silent => Reports::Nothing,
    }
}

fn of_text(text: &str, facts: &Facts<'_>) -> Reports {
    let kind = facts.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    if page::is_page(text, kind.map(|(_, value)| value.as_str())) {
        return match page::page(text) {
            Page::SignIn => Reports::SignIn,
            Page::Error(heading) => Reports::Error(heading),
            Page::Other => Reports::Nothing,
        };
    }
    if text.trim_start_matches('\u{feff}').trim_start().starts_with('<') {
        return xml_error(&page::elements(text)).map_or(Reports::Nothing, Reports::Error);
    }
    of_plain(text)
}

fn of_plain(text: &str) -> Reports {
    match job_state::of_text(text) {
        Some(state) => of_state(state, &clean(text.trim())),
        None if begins_with_error(text) => Reports::Error("its first words".to_owned()),
        None => Reports::Nothing,
    }
}

/// `error: no such host`, as programs and scripts answer.
fn begins_with_error(text: &str) -> bool {
    let first = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let Some((word, rest)) = first.split_once(':') else { return false };
    let is_error = ["error", "fatal", "failed", "failure", "exception"].contains(&word.to_ascii_lowercase().as_str());
    is_error && is_something(&Value::from(rest))
}

/// A fault of XML-RPC or SOAP, or a document that is an error.
fn xml_error(elements: &[Element]) -> Option<String> {
    let root = elements.first()?;
    if elements.iter().any(|element| element.name == "fault" || element.name == "faultstring") {
        return Some("a fault".to_owned());
    }
    let is_error = ["error", "errors", "errorresponse", "exception", "exceptionreport", "fault"];
    if is_error.contains(&root.name.as_str()) {
        return Some(root.name.clone());
    }
    let value = |name: &str| root.attribute(name).map(fold).unwrap_or_default();
    let state = ["status", "stat", "state"].iter().map(|name| value(name)).find(|word| job_state::is_failed(word));
    let flag = ["error", "failed"].into_iter().find(|name| value(name) == "true");
    let not = ["success", "ok"].into_iter().find(|name| value(name) == "false").map(|name| format!("{name} is false"));
    state.or_else(|| flag.map(str::to_owned)).or(not)
}

#[cfg(test)]
mod tests;

//! What an answer that is no success says of itself: the other side's own words, wherever it puts them.

use serde_json::Value;

use super::json;
use crate::domain::text::{clean, shorten};

/// The most characters of it that an error repeats.
const MOST: usize = 300;
/// The most characters of a plain text that are words and no page.
const PLAIN: usize = 200;
/// Where an API's error has its words, the most telling first.
const PLACES: [&str; 12] = [
    "message",
    "error_description",
    "detail",
    "error",
    "status",
    "reason",
    "description",
    "title",
    "msg",
    "errorMessage",
    "fault",
    "errors",
];

/// What kind of thing an answer's body is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Shape {
    Empty,
    Json(Value),
    /// A page for a browser, with its title.
    Page(String),
    Text(String),
}

impl Shape {
    pub(super) fn of(body: &[u8]) -> Self {
        if let Ok(json) = json::read(body) {
            return Self::Json(json);
        }
        let text = String::from_utf8_lossy(body);
        let text = text.trim().trim_start_matches('\u{feff}').trim_start();
        if text.is_empty() {
            Self::Empty
        } else if text.starts_with('<') {
            Self::Page(title(text))
        } else {
            Self::Text(text.to_owned())
        }
    }

    /// What it is, to tell that it is not what was expected: `a web page (Sign in)`.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Empty => "an empty answer".to_owned(),
            Self::Json(_) => "JSON that is not its own".to_owned(),
            Self::Page(title) if title.is_empty() => "a web page".to_owned(),
            Self::Page(title) => format!("a web page ({title})"),
            Self::Text(_) => "text that is not its own".to_owned(),
        }
    }

    /// Its words; empty where it has none. Clean, and short.
    pub(super) fn words(&self) -> String {
        let words = match self {
            Self::Json(json) => words(json),
            Self::Text(text) if text.chars().count() <= PLAIN && !text.contains('\n') => text.clone(),
            Self::Page(title) => title.clone(),
            Self::Empty | Self::Text(_) => String::new(),
        };
        short(&words)
    }
}

/// Clean, in one line, and not longer than anybody reads.
pub(super) fn short(text: &str) -> String {
    shorten(&clean(text.trim()), MOST).into_owned()
}

/// The words of an error that is JSON.
fn words(json: &Value) -> String {
    match json {
        Value::String(text) => text.trim().to_owned(),
        Value::Array(items) => {
            let said = items.iter().map(words).filter(|words| !words.is_empty());
            said.collect::<Vec<_>>().join("; ")
        }
        Value::Object(object) => {
            let said = PLACES.iter().filter_map(|place| Some(words(object.get(*place)?)));
            said.into_iter().find(|words| !words.is_empty()).unwrap_or_default()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => String::new(),
    }
}

/// The title of a page, in one line.
fn title(page: &str) -> String {
    // ASCII only, so that what is found in it stands at the same place in the page.
    let lower = page.to_ascii_lowercase();
    let inner = lower.find("<title").and_then(|at| Some(at + lower[at..].find('>')? + 1));
    let end = inner.and_then(|from| Some(from + lower[from..].find('<')?));
    let text = inner.zip(end).map(|(from, end)| &page[from..end]).unwrap_or_default();
    short(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(body: &str) -> (String, String) {
        let shape = Shape::of(body.as_bytes());
        (shape.name(), shape.words())
    }

    #[test]
    fn the_words_of_an_answer_are_found_where_its_api_puts_them() {
        for (body, words) in [
            ("\"silence not found\"", "silence not found"),
            ("{\"code\":601,\"message\":\"start time must be before end time\"}", "start time must be before end time"),
            ("{\"error\":404.0,\"status\":\"No objects found.\"}", "No objects found."),
            ("{\"error\":{\"message\":\"Invalid Input\",\"code\":2001}}", "Invalid Input"),
            ("{\"error\":\"invalid_token\",\"error_description\":\"it has expired\"}", "it has expired"),
            ("{\"errors\":[{\"title\":\"too long\"},{\"title\":\"too wide\"}]}", "too long; too wide"),
            ("404 page not found\n", "404 page not found"),
            ("<html><head><TITLE>504 Gateway\n Time-out</TITLE>", "504 Gateway Time-out"),
            ("", ""),
            ("{\"ok\":false}", ""),
        ] {
            assert_eq!(said(body).1, words, "{body}");
        }
    }

    #[test]
    fn what_is_no_answer_of_an_api_is_named() {
        assert_eq!(said("<!doctype html><title>Sign in</title>").0, "a web page (Sign in)");
        assert_eq!(said(" \n").0, "an empty answer");
        assert!(!said("<title>\u{1b}]0;x\u{7}").0.contains('\u{1b}'));
    }
}

//! What a program's output says of itself: why it failed, or that what it was started for was not done.

use serde_json::Value;

use crate::domain::own_error;
use crate::domain::page::is_page;
use crate::source::said::{Shape, short};
use crate::source::write::unanswered;
use crate::source::{SourceError, SourceErrorKind};

/// More than this is no word about itself, in bytes.
const LOOKED_AT: usize = 64 * 1024;
/// How much of a line is shown, in characters.
const SHOWN: usize = 200;

/// Why it failed, from its output; empty where that does not tell.
pub(super) fn reason(printed: &str) -> String {
    match read(printed) {
        // A list says nothing of why.
        Shape::Json(Value::Array(_)) => String::new(),
        shape => shape.words(),
    }
}

/// Why an operation is not done though its program ended well: it printed a page, or an answer that says so.
pub(super) fn fault(shown: &str, printed: &str) -> Option<SourceError> {
    let shape = read(printed);
    match &shape {
        Shape::Page(_) => Some(unanswered(&format!(
            "{shown} ended well and printed {}, which is no answer of an API; is a proxy or a sign-in page in front of it?",
            shape.name()
        ))),
        Shape::Json(json) => own_error::error(json).map(|told| {
            let words = shape.words();
            let said = if words.is_empty() { told } else { words };
            let message = format!("{shown} ended well, and what it printed says that it was not done: {said}");
            SourceError::new(SourceErrorKind::Refused, message)
        }),
        Shape::Empty | Shape::Text(_) => None,
    }
}

/// What it printed: one document, or what ends its lines.
fn read(printed: &str) -> Shape {
    let text = printed.trim();
    if text.len() <= LOOKED_AT {
        match Shape::of(text.as_bytes()) {
            shape @ (Shape::Json(_) | Shape::Empty) => return shape,
            Shape::Page(_) | Shape::Text(_) => {}
        }
        // Programs print their own lines first, `curl -i` the headers.
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            if is_page(&text[at..], None) {
                return Shape::of(text[at..].trim_start().as_bytes());
            }
            at += line.len();
        }
    }
    let last = text.lines().rev().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    match Shape::of(last.as_bytes()) {
        shape @ (Shape::Json(Value::Object(_)) | Shape::Empty) => shape,
        _ => Shape::Text(short(&last.chars().take(SHOWN).collect::<String>())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_and_an_error_of_its_own_are_no_success() {
        for (printed, kind, words) in [
            ("<!doctype html><title>Sign in</title>", SourceErrorKind::Unanswered, "a web page (Sign in)"),
            ("HTTP/1.1 200 OK\r\nServer: x\r\n\r\n<html><title>Login</title>", SourceErrorKind::Unanswered, "(Login)"),
            ("{\"ok\": false, \"error\": \"no such host\"}", SourceErrorKind::Refused, "not done: no such host"),
            ("sending\n{\"success\":false}\n", SourceErrorKind::Refused, "not done: success is false"),
            ("{\n \"errors\": [{\"detail\": \"closed\"}]\n}", SourceErrorKind::Refused, "not done: closed"),
        ] {
            let error = fault("ack.sh", printed).unwrap_or_else(|| panic!("{printed}"));
            assert_eq!(error.kind, kind, "{printed}");
            assert!(error.message.contains(words), "{error}");
        }
        for printed in
            ["", "ok", "done: 0 errors\n", "{\"ok\": true, \"error\": null}", "[{\"id\": 1}]", "<ok/>", "false", "7"]
        {
            assert_eq!(fault("ack.sh", printed), None, "{printed}");
        }
    }

    #[test]
    fn the_reason_is_the_last_that_it_said() {
        for (printed, reason_given) in [
            ("trying\nno such host\n\n", "no such host"),
            ("{\"error\": {\"message\": \"quota\"}}", "quota"),
            ("a\n{\"message\": \"quota\"}", "quota"),
            ("<html><title>502 Bad Gateway</title>", "502 Bad Gateway"),
            ("[{\"title\": \"disk\"}]", ""),
            ("", ""),
        ] {
            assert_eq!(reason(printed), reason_given, "{printed}");
        }
    }
}

//! What an answer says, in one line.

use serde_json::Value;

use crate::domain::run::Answer;
use crate::domain::text::clean;

/// The limit of a message, in characters.
const MESSAGE_MAX: usize = 500;

/// Keys under which, inside an object, a text for people is looked for first.
const TEXT_KEYS: [&str; 8] = ["message", "msg", "error", "detail", "title", "description", "reason", "text"];

/// The answer's message: one clean line of at most 500 characters, empty where it says nothing.
///
/// From JSON `message`, `msg`, `error.message`, `error`, `title` with `detail`, each of which may be an object or a
/// list (the first text inside is taken); else the first line of text that is not empty.
///
/// Of server-sent events the data of the last one counts.
pub fn message(answer: &Answer) -> String {
    let is_events = answer.headers.iter().any(|(name, value)| {
        name.eq_ignore_ascii_case("content-type") && value.trim_start().starts_with("text/event-stream")
    });
    let data = |line: &'_ str| line.strip_prefix("data:").map(|data| data.trim().to_owned());
    let last = is_events.then(|| answer.body.lines().filter_map(data).rfind(|data| !data.is_empty())).flatten();
    message_of_text(last.as_deref().unwrap_or(&answer.body))
}

/// As [`message`], of a text by itself.
pub(super) fn message_of_text(text: &str) -> String {
    let text = text.trim_start_matches('\u{feff}').trim();
    match serde_json::from_str::<Value>(text) {
        Ok(json) => one_line(&from_json(&json).unwrap_or_else(|| json.to_string())),
        Err(_) if text.starts_with("<?xml") && !text.to_ascii_lowercase().contains("<html") => {
            one_line(&without_tags(text).split_whitespace().collect::<Vec<_>>().join(" "))
        }
        Err(_) if text.starts_with('<') => one_line(&without_tags(text)),
        Err(_) => one_line(text),
    }
}

/// What a JSON answer says for people, one clean line; `None` where it says nothing.
pub(super) fn message_of_json(json: &Value) -> Option<String> {
    from_json(json).map(|text| one_line(&text)).filter(|line| !line.is_empty())
}

fn from_json(json: &Value) -> Option<String> {
    let Value::Object(object) = json else {
        return first_text(json).map(str::to_owned);
    };
    let text = |key: &str| object.get(key).and_then(first_text);
    let in_error = object.get("error").and_then(|error| error.get("message")).and_then(first_text);
    if let Some(found) = text("message").or_else(|| text("msg")).or(in_error).or_else(|| text("error")) {
        return Some(found.to_owned());
    }
    match (text("title"), text("detail")) {
        (Some(title), Some(detail)) => Some(format!("{title}: {detail}")),
        (title, detail) => title.or(detail).map(str::to_owned),
    }
}

/// The first text inside a value: of an object that under a key made for people, else the first of all.
fn first_text(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => (!text.trim().is_empty()).then_some(text),
        Value::Array(items) => items.iter().find_map(first_text),
        Value::Object(object) => TEXT_KEYS
            .iter()
            .find_map(|key| object.get(*key).and_then(first_text))
            .or_else(|| object.values().find_map(first_text)),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

/// The texts between the tags of a page, one a line, so that the first line is one that people read.
fn without_tags(page: &str) -> String {
    let mut out = String::new();
    for piece in page.split('<').skip(1) {
        out.push_str(piece.split_once('>').map_or("", |(_, text)| text));
        out.push('\n');
    }
    out
}

fn one_line(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let cut: String = line.chars().take(MESSAGE_MAX + 1).collect();
    let cleaned = clean(&cut);
    if cleaned.chars().count() <= MESSAGE_MAX {
        return cleaned.into_owned();
    }
    cleaned.chars().take(MESSAGE_MAX - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(body: &str) -> String {
        message(&Answer { status: 200, body: body.to_owned(), ..Answer::default() })
    }

    #[test]
    fn the_message_is_found_in_every_shape_that_was_seen() {
        for (body, expected) in [
            (r#"{"message":"es.nj.01 restarting"}"#, "es.nj.01 restarting"),
            (r#"{"msg":"ok","data":"x"}"#, "ok"),
            (r#"{"message":"first","msg":"second"}"#, "first"),
            (r#"{"message":"","error":"bad token"}"#, "bad token"),
            (r#"{"error":{"code":7,"message":"no such job"}}"#, "no such job"),
            (r#"{"error":{"message":{"lang":"en","text":"deep"}}}"#, "deep"),
            (r#"{"error":["one","two"]}"#, "one"),
            (r#"{"error":true,"title":"Conflict","detail":"one of two was done"}"#, "Conflict: one of two was done"),
            (r#"{"detail":[{"loc":["body","x"],"msg":"field required"}]}"#, "field required"),
            (r#"{"title":"Gone"}"#, "Gone"),
            ("{\n \"ok\": true\n}", r#"{"ok":true}"#),
            (r#""just text""#, "just text"),
            ("\u{feff}{\"message\":\"with a mark\"}", "with a mark"),
            ("\r\n  \n queued\nmore", "queued"),
            ("<html>\n<head><title>502 Bad Gateway</title></head>", "502 Bad Gateway"),
            ("{\"message\":\"cut", "{\"message\":\"cut"),
            ("", ""),
            ("   \n", ""),
        ] {
            assert_eq!(said(body), expected, "{body}");
        }
    }

    #[test]
    fn a_message_is_one_clean_bounded_line() {
        assert_eq!(said("{\"message\":\"a\\u001b]52;c;x\\u0007\\nb\"}"), "a␛]52;c;x␇");
        let long = said(&"队".repeat(10_000));
        assert_eq!(long.chars().count(), MESSAGE_MAX);
        assert!(long.ends_with('…'));
    }
}

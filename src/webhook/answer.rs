//! What an answer says, in one line.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::{job_state, page};
use crate::domain::exact;
use crate::domain::folded::fold;
use crate::domain::own_error::error;
use crate::domain::run::Answer;
use crate::domain::text::clean;
use crate::template::{self, Facts};

/// The limit of a message, in characters.
const MESSAGE_MAX: usize = 500;

/// Where the message of a JSON answer stands, in order: the first that has a text counts. Names are folded. What two
/// paths stand beside is said together.
const MESSAGES: [&[&str]; 23] = [
    &["message"],
    &["msg"],
    &["error.data"],
    &["error.message"],
    &["error", "cause"],
    &["error", "errordescription"],
    &["error", "errormessage"],
    &["error"],
    &["exceptionmessage"],
    &["reason"],
    &["state.message"],
    &["state.statemessage"],
    &["status.message"],
    &["statusmessage"],
    &["statusreason"],
    &["title", "detail"],
    &["detail"],
    &["title"],
    &["errors"],
    &["errormessage"],
    &["errormessages"],
    &["errmsg"],
    &["faultstring"],
];
/// Where a message stands that only errors have.
const DEEPER: [&str; 10] = [
    "fault",
    "failures",
    "failed",
    "entries",
    "failurereason",
    "stderr",
    "data",
    "properties",
    "attributes",
    "operationstate",
];
/// What is told where nothing else is, if it is a text.
const RESULTS: [&str; 5] = ["result", "output", "stdout", "response", "description"];

/// Keys under which, inside an object, a text for people is looked for first.
const TEXT_KEYS: [&str; 10] =
    ["message", "msg", "errormessage", "error", "detail", "title", "description", "reason", "faultstring", "text"];

/// The answer's message: one clean line of at most 500 characters, empty where it says nothing.
///
/// From JSON by [`MESSAGES`], where each may be an object or a list (the first text inside is taken), else the word of a
/// state; of XML the text of a fault; else the first line of text that is not empty.
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

/// What an expression of the action says of an answer, one clean line; `None` where there is none or it has no value there.
pub fn told(rule: &str, facts: &Facts<'_>) -> Option<String> {
    if rule.is_empty() {
        return None;
    }
    let line = match template::value(rule, facts).ok().flatten()? {
        Value::String(text) => one_line(&text),
        Value::Object(object) => {
            one_line(&from_json(&Value::Object(object.clone())).unwrap_or(Value::Object(object).to_string()))
        }
        other => one_line(&first_text(&other).map_or_else(|| other.to_string(), str::to_owned)),
    };
    (!line.is_empty()).then_some(line)
}

/// As [`message`], of a text by itself.
pub(super) fn message_of_text(text: &str) -> String {
    let text = text.trim_start_matches('\u{feff}').trim();
    match exact::value(text) {
        Ok(json) => one_line(&from_json(&json).unwrap_or_else(|| of_state(&json))),
        Err(_) if text.starts_with('<') && !page::is_page(text, None) => one_line(&of_xml(text)),
        Err(_) if text.starts_with('<') => one_line(&of_page(text)),
        Err(_) => one_line(text),
    }
}

/// The word of a state, else the document itself.
fn of_state(json: &Value) -> String {
    let word = job_state::word(json);
    if word.chars().any(char::is_alphabetic) { word } else { json.to_string() }
}

/// What a JSON answer says for people, one clean line; `None` where it says nothing.
pub(super) fn message_of_json(json: &Value) -> Option<String> {
    from_json(json).map(|text| one_line(&text)).filter(|line| !line.is_empty())
}

fn from_json(json: &Value) -> Option<String> {
    let Value::Object(object) = json else {
        // Of several, the one that reports an error.
        let failed = json.as_array().and_then(|items| items.iter().find(|item| error(item).is_some()));
        return match failed {
            Some(failed) => from_json(failed),
            None => first_text(json).map(str::to_owned),
        };
    };
    let found = MESSAGES.iter().find_map(|together| {
        let texts: Option<Vec<&str>> = together.iter().map(|path| at(json, path).and_then(first_text)).collect();
        texts.map(|texts| texts.join(": "))
    });
    found.or_else(|| DEEPER.iter().find_map(|name| inside(member(object, name)?))).or_else(|| {
        let text = |name: &&str| member(object, name)?.as_str().filter(|text| !text.trim().is_empty());
        RESULTS.iter().find_map(text).map(str::to_owned)
    })
}

/// A message in what an object holds: not any text that stands there.
fn inside(value: &Value) -> Option<String> {
    match value {
        Value::Array(items) => items.iter().find_map(inside),
        Value::Object(object) => {
            let names = ["message", "msg", "errormessage", "error", "reason", "faultstring", "statemessage"];
            names.iter().find_map(|name| member(object, name).and_then(first_text)).map(str::to_owned)
        }
        Value::String(text) if !text.trim().is_empty() && text.contains(char::is_whitespace) => Some(text.clone()),
        _ => None,
    }
}

/// What stands at a path of folded names.
fn at<'a>(json: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(json, |value, name| member(value.as_object()?, name))
}

fn member<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    object.iter().find(|(own, _)| fold(own) == name).map(|(_, value)| value)
}

/// The first text inside a value: of an object that under a key made for people, else the first of all.
fn first_text(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => (!text.trim().is_empty()).then_some(text),
        Value::Array(items) => items.iter().find_map(first_text),
        Value::Object(object) => TEXT_KEYS
            .iter()
            .find_map(|key| member(object, key).and_then(first_text))
            .or_else(|| object.values().find_map(first_text)),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

/// What XML says: the text of a fault, a message, else all of it.
fn of_xml(text: &str) -> String {
    let elements = page::elements(text);
    let after = |at: usize| elements[at + 1..].iter().map(|next| &next.text).find(|text| !text.is_empty());
    let of_rpc = elements.iter().position(|element| element.name == "name" && element.text == "faultString");
    let named = |name: &str| elements.iter().find(|element| element.name == name).map(|found| &found.text);
    let found = of_rpc.and_then(after).or_else(|| {
        ["faultstring", "message", "msg", "reason", "text", "line"]
            .iter()
            .find_map(|name| named(name).filter(|text| !text.is_empty()))
    });
    found.cloned().unwrap_or_else(|| {
        let texts: Vec<&str> =
            elements.iter().map(|element| element.text.as_str()).filter(|text| !text.is_empty()).collect();
        texts.join(" ")
    })
}

/// What a page says: its heading, else its first text. A script or a style is none.
fn of_page(page: &str) -> String {
    let elements = page::elements(page);
    let mut texts = elements
        .iter()
        .filter(|element| !element.text.is_empty() && !matches!(element.name.as_str(), "script" | "style"));
    let is_heading = |element: &&page::Element| matches!(element.name.as_str(), "title" | "h1");
    let heading = texts.clone().find(is_heading).or_else(|| texts.next());
    heading.map(|element| element.text.clone()).unwrap_or_default()
}

/// A text without the tags of a page in it.
fn without_markup(text: &str) -> Cow<'_, str> {
    let has_tags = ["</", "<br", "<p>", "/>"].iter().any(|tag| text.contains(tag));
    if !has_tags {
        return text.into();
    }
    let mut pieces = text.split('<');
    let first = pieces.next().unwrap_or_default();
    let rest = pieces.map(|piece| piece.split_once('>').map_or(piece, |(_, text)| text));
    let texts: Vec<&str> = [first].into_iter().chain(rest).flat_map(str::split_whitespace).collect();
    texts.join(" ").into()
}

fn one_line(text: &str) -> String {
    let text = without_markup(text);
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
            (r#"{"jsonrpc":"2.0","error":{"code":-1,"message":"Invalid params.","data":"re-login"}}"#, "re-login"),
            (r#"{"error":"States.TaskFailed","cause":"no quota"}"#, "States.TaskFailed: no quota"),
            (r#"{"error":"invalid_grant","error_description":"expired"}"#, "invalid_grant: expired"),
            (r#"{"exception_message":"no node","id":"x"}"#, "no node"),
            (r#"{"id":"x","reason":"not leader"}"#, "not leader"),
            (r#"{"state":{"life_cycle_state":"INTERNAL_ERROR","state_message":"no disk"}}"#, "no disk"),
            (r#"{"state":{"name":"x","message":"waits for a slot"}}"#, "waits for a slot"),
            (r#"{"errors":[{"status":"422","title":"is taken"}]}"#, "is taken"),
            (r#"{"errorMessages":["no such issue"],"errors":{}}"#, "no such issue"),
            (r#"{"errorMessage":"boom","errorType":"Error"}"#, "boom"),
            (r#"{"errcode":310000,"errmsg":"no keyword"}"#, "no keyword"),
            (r#"{"FailedEntryCount":1,"Entries":[{"ErrorCode":"E","ErrorMessage":"try again"}]}"#, "try again"),
            (r#"{"failures":[{"arn":"a","reason":"RESOURCE:CPU"}],"tasks":[]}"#, "RESOURCE:CPU"),
            (r#"{"Message":"with a capital"}"#, "with a capital"),
            (r#"{"properties":{"provisioningState":"x","error":{"message":"no quota"}}}"#, "no quota"),
            (r#"{"id":9,"status":"pending"}"#, "pending"),
            (r#"{"Id":"ServerTasks-1","State":"Queued"}"#, "Queued"),
            (r#"{"data":{"attributes":{"status":"pending"}}}"#, "pending"),
            (r#"{"jsonrpc":"2.0","result":"web-01 restarted","id":1}"#, "web-01 restarted"),
            (
                "<?xml version='1.0'?><methodResponse><fault><value><struct><member><name>faultCode</name><value><int>10</int></value></member><member><name>faultString</name><value><string>BAD_NAME: x</string></value></member></struct></value></fault></methodResponse>",
                "BAD_NAME: x",
            ),
            (
                "<s:Envelope><s:Body><s:Fault><faultcode>s:Server</faultcode><faultstring>boom</faultstring></s:Fault></s:Body></s:Envelope>",
                "boom",
            ),
            ("<Error><Code>InternalError</Code><Message>try again</Message></Error>", "try again"),
            (r#""just text""#, "just text"),
            ("\u{feff}{\"message\":\"with a mark\"}", "with a mark"),
            ("\r\n  \n queued\nmore", "queued"),
            ("<html>\n<head><title>502 Bad Gateway</title></head>", "502 Bad Gateway"),
            ("<html><style>p{}</style><p>no such job</p></html>", "no such job"),
            ("<html><script>x()</script><h1>Denied &amp; logged</h1></html>", "Denied & logged"),
            (r#"{"message":"<b>no</b> such<br/>job"}"#, "no such job"),
            ("restart of <b>web-01</b> done", "restart of web-01 done"),
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

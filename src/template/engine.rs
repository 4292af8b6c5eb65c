//! The engine: which filters there are, what an expression may hold, and one evaluation.

use std::sync::LazyLock;

use minijinja::value::{Rest, ValueKind};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, State, UndefinedBehavior, Value};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::OUTPUT_LIMIT;
use super::order::{COMPARISONS, compare};
use super::tokens::tokens;
use super::value::{to_json, to_text, wrong};
use crate::domain::near::near;
use crate::domain::text::{clean, shorten};

/// What one evaluation may do.
const FUEL: u64 = 50_000;

/// The filters that there are.
pub(super) const FILTERS: [&str; 10] =
    ["default", "json", "urlencode", "xml", "lower", "upper", "replace", "first", "join", "length"];

/// Everything but what RFC 3986 calls unreserved.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A text in which nothing means anything to a URL.
pub(super) fn url_encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// An engine with our filters, and nothing else.
pub(super) fn engine<'a>(missing: UndefinedBehavior) -> Environment<'a> {
    static STRICT: LazyLock<Environment<'static>> = LazyLock::new(|| build(UndefinedBehavior::Strict));
    static CHAINABLE: LazyLock<Environment<'static>> = LazyLock::new(|| build(UndefinedBehavior::Chainable));
    if missing == UndefinedBehavior::Chainable { CHAINABLE.clone() } else { STRICT.clone() }
}

fn build(missing: UndefinedBehavior) -> Environment<'static> {
    let mut env = Environment::empty();
    env.set_undefined_behavior(missing);
    env.set_auto_escape_callback(|_| AutoEscape::None);
    env.set_fuel(Some(FUEL));
    env.add_filter("default", default);
    env.add_filter("json", |state: &State, value: Value| {
        of(state, &value, |value| bounded(to_json(value)?.to_string()).map(Value::from))
    });
    env.add_filter("urlencode", |state: &State, value: Value| {
        of(state, &value, |value| bounded(url_encode(&to_text(value)?)).map(Value::from_safe_string))
    });
    for (name, change) in TEXT_FILTERS {
        env.add_filter(name, move |state: &State, value: Value| {
            of(state, &value, |value| bounded(change(&to_text(value)?)).map(Value::from))
        });
    }
    env.add_filter("replace", |state: &State, value: Value, from: Value, to: Value| {
        of(state, &value, |value| replace(value, &from, &to).map(Value::from))
    });
    for (_, name, how) in COMPARISONS {
        env.add_filter(name, move |one: Value, other: Rest<Value>| {
            compare(&one, other.first().unwrap_or(&Value::UNDEFINED), how)
        });
    }
    env.add_filter("first", |state: &State, value: Value| of(state, &value, first));
    env.add_filter("join", |state: &State, value: Value, between: Rest<Value>| {
        of(state, &value, |value| join(value, between.first()).map(Value::from))
    });
    env.add_filter("length", |state: &State, value: Value| of(state, &value, length));
    env
}

/// A filter that makes one text of another.
type Change = fn(&str) -> String;

const TEXT_FILTERS: [(&str, Change); 3] =
    [("xml", xml), ("lower", |text| text.to_lowercase()), ("upper", |text| text.to_uppercase())];

/// What a filter makes of a value. Of one that does not exist: in rules that again, else an error.
fn of(state: &State, value: &Value, filter: impl FnOnce(&Value) -> Result<Value, Error>) -> Result<Value, Error> {
    match (value.is_undefined(), state.env().undefined_behavior()) {
        (true, UndefinedBehavior::Chainable) => Ok(Value::UNDEFINED),
        (true, _) => Err(Error::from(ErrorKind::UndefinedError)),
        (false, _) => filter(value),
    }
}

/// The other value where there is none, or null; with `true`, also where it is empty, zero or false.
///
/// Through [`Rest`]: an optional argument that does not exist would pass for one that was not given.
#[allow(clippy::needless_pass_by_value, reason = "the engine hands over values")]
fn default(value: Value, given: Rest<Value>) -> Result<Value, Error> {
    let (other, also_empty) = match given.as_slice() {
        [] => (Value::from(""), false),
        [other] => (other.clone(), false),
        [other, also_empty] => (other.clone(), also_empty.is_true()),
        _ => return Err(wrong("default: at most two values are given")),
    };
    let is_missing = value.is_undefined() || value.is_none() || (also_empty && !value.is_true());
    Ok(if is_missing { other } else { value })
}

fn replace(value: &Value, from: &Value, to: &Value) -> Result<String, Error> {
    let (text, from, to) = (to_text(value)?, to_text(from)?, to_text(to)?);
    if from.is_empty() {
        return Err(wrong("replace: what is to be replaced is empty"));
    }
    if text.matches(from.as_str()).count().saturating_mul(to.len()) > OUTPUT_LIMIT {
        return Err(too_much());
    }
    bounded(text.replace(&from, &to))
}

fn first(value: &Value) -> Result<Value, Error> {
    match (value.kind(), value.len()) {
        (ValueKind::String, _) => {
            Ok(value.as_str().and_then(|text| text.chars().next()).map_or(Value::UNDEFINED, Value::from))
        }
        // Through the list itself, which notes what is missing.
        (ValueKind::Seq | ValueKind::Iterable, Some(_)) => value.get_item_by_index(0),
        (ValueKind::Seq | ValueKind::Iterable, None) => Ok(value.try_iter()?.next().unwrap_or(Value::UNDEFINED)),
        (kind, _) => Err(wrong(format!("first: a list is needed, this is a {kind}"))),
    }
}

fn join(value: &Value, between: Option<&Value>) -> Result<String, Error> {
    if !matches!(value.kind(), ValueKind::Seq | ValueKind::Iterable) {
        return Err(wrong(format!("join: a list is needed, this is a {}", value.kind())));
    }
    let between = between.map_or_else(|| Ok(String::new()), to_text)?;
    let mut out = String::new();
    for (at, item) in value.try_iter()?.enumerate() {
        if at > 0 {
            out.push_str(&between);
        }
        out.push_str(&to_text(&item)?);
        if out.len() > OUTPUT_LIMIT {
            return Err(too_much());
        }
    }
    Ok(out)
}

fn length(value: &Value) -> Result<Value, Error> {
    let words = || wrong(format!("length: a text, list or map is needed, this is a {}", value.kind()));
    value.len().map(Value::from).ok_or_else(words)
}

/// A text that may stand in XML, as text or in an attribute. What XML cannot hold at all becomes U+FFFD.
fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for ch in text.chars() {
        match ch {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' => out.push(ch),
            // Else it would be read as a line feed.
            '\r' => out.push_str("&#13;"),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ => out.push(ch),
        }
    }
    out
}

fn bounded(text: String) -> Result<String, Error> {
    if text.len() > OUTPUT_LIMIT { Err(too_much()) } else { Ok(text) }
}

fn too_much() -> Error {
    wrong("the result is larger than 1 MiB")
}

/// Whether an expression could be evaluated at all: its syntax, its filters, and that it calls nothing. The error is
/// one sentence about it.
pub(super) fn check(expression: &str) -> Result<(), String> {
    let env = engine(UndefinedBehavior::Strict);
    env.compile_expression(expression).map_err(|error| words(&error))?;
    let mut before = ("", "");
    for word in tokens(expression) {
        match before {
            (_, "|") if !FILTERS.contains(&word) => return Err(unknown_filter(word)),
            (_, "is") if before.0 != "." && word != "." => {
                return Err("tests (\"is ...\") are not known here; use | default(...) and ==".to_owned());
            }
            (filter, name) if word == "(" && is_name(name) && filter != "|" && !KEYWORDS.contains(&name) => {
                return Err(format!("{} cannot be called: there are filters (| {} ...)", shown(name), FILTERS[0]));
            }
            _ => {}
        }
        before = (before.1, word);
    }
    Ok(())
}

const KEYWORDS: [&str; 7] = ["and", "or", "not", "in", "if", "else", "is"];

fn unknown_filter(name: &str) -> String {
    let found = near(name, FILTERS);
    let rest = if found.is_empty() { FILTERS.join(", ") } else { found.join(", ") };
    format!("there is no filter {}: {} {rest}", shown(name), if found.is_empty() { "there are" } else { "near is" })
}

fn is_name(word: &str) -> bool {
    word.chars().next().is_some_and(|ch| ch.is_alphabetic() || ch == '_')
}

/// The names at the head of the paths that an expression reads.
pub(super) fn roots(expression: &str) -> Result<Vec<String>, String> {
    let env = engine(UndefinedBehavior::Strict);
    let compiled = env.compile_expression(expression).map_err(|error| words(&error))?;
    let mut names: Vec<String> = compiled.undeclared_variables(false).into_iter().collect();
    names.sort();
    Ok(names)
}

/// The path that an expression begins with, where a `default` follows it at once.
pub(super) fn path_with_default(expression: &str) -> Option<(&str, &str)> {
    let bar = expression.find('|')?;
    let (path, rest) = (expression[..bar].trim(), &expression[bar..]);
    let is_path = path.chars().all(|ch| ch.is_alphanumeric() || matches!(ch, '_' | '.'))
        && path.chars().next().is_some_and(|ch| ch.is_alphabetic() || ch == '_');
    let after = rest[1..].trim_start().strip_prefix("default")?;
    let is_default = !after.starts_with(|ch: char| ch.is_alphanumeric() || ch == '_');
    (is_path && is_default).then_some((path, rest))
}

/// The engine's error in words; never with what it was reading.
pub(super) fn words(error: &Error) -> String {
    match error.kind() {
        ErrorKind::OutOfFuel => "it takes too long: it is stopped after 50,000 steps".to_owned(),
        kind => error.detail().map_or_else(|| kind.to_string(), shown),
    }
}

fn shown(text: &str) -> String {
    clean(shorten(text, 160).as_ref()).into_owned()
}

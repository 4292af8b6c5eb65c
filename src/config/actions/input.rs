//! `[[action.input]]`.

use std::path::Path;

use serde_json::Value;
use toml::de::{DeTable, DeValue};

use super::super::error::{ConfigError, FileFault};
use super::super::table::{Entry, Reading, Table, kind_of};
use super::spans::Spans;
use super::value::to_json;
use crate::domain::action::{Input, InputKind};
use crate::domain::validate::Field;

/// All inputs in the order written.
pub(super) fn read_all<'a>(table: &Table<'a>, spans: &Spans<'a>) -> Vec<Input> {
    let mut out: Vec<Input> = Vec::new();
    for table in table.tables("input", "[[action.input]]") {
        spans.note_table(Field::Input(out.len()), &table);
        out.push(input(&table, None));
    }
    short(table, spans, &mut out);
    out
}

/// `inputs = { container = ["plex", "traefik"], count = 3 }`: a list is a choice, of which the first is the default; any other
/// value is a default, and says the kind; a table is an input in full.
fn short<'a>(table: &Table<'a>, spans: &Spans<'a>, out: &mut Vec<Input>) {
    let Some(inputs) = table.table("inputs") else { return };
    for entry in inputs.in_order() {
        spans.note(Field::Input(out.len()), Some(entry.clone()), true);
        if entry.value.get_ref().is_table() {
            if let Some(inner) = inputs.table_of(&entry, "a table in braces: { type = \"number\" }") {
                out.push(input(&inner, Some(entry.name)));
            }
            continue;
        }
        let mut one = Input { name: entry.name.to_owned(), ..Input::default() };
        match entry.value.get_ref() {
            DeValue::Array(_) => {
                let choices = inputs.strings(&entry, true, "a list of strings");
                one.choices = choices.into_iter().map(|(_, text)| text.to_owned()).collect();
                (one.kind, one.default) = (InputKind::Choice, one.choices.first().map(|first| first.as_str().into()));
            }
            DeValue::Integer(_) | DeValue::Float(_) => one.kind = InputKind::Number,
            DeValue::Boolean(_) => one.kind = InputKind::Boolean,
            DeValue::String(_) => one.kind = InputKind::String,
            _ => inputs.reading.fault(entry.wrong_type(true, "a list of choices, a default, or a table")),
        }
        if one.kind != InputKind::Choice {
            one.default = Some(to_json(entry.value)).filter(|value| value.as_str() != Some(""));
        }
        out.push(one);
    }
}

/// Reads one input that is typed as an inline table: `{ name = "version", type = "choice", choices = ["a", "b"] }`.
/// The error has all faults of the text.
pub fn read_input(text: &str) -> Result<Input, ConfigError> {
    let whole = format!("input = {text}");
    let path = Path::new("--input");
    let (root, errors) = DeTable::parse_recoverable(&whole);
    if !errors.is_empty() {
        let faults = errors
            .iter()
            .map(|error| FileFault::new(error.span().unwrap_or(0..0), "this is not TOML", error.message()));
        return Err(ConfigError::in_file(path, &whole, faults.collect()));
    }
    let reading = Reading::default();
    let root = Table::new(&reading, root.get_ref(), 0..0);
    let expected = "a table in braces: { name = \"version\" }";
    let input = root.entry("input").and_then(|entry| root.table_of(&entry, expected)).map(|table| input(&table, None));
    root.finish();
    let faults = reading.faults.into_inner();
    match input {
        Some(input) if faults.is_empty() => Ok(input),
        _ => Err(ConfigError::in_file(path, &whole, faults)),
    }
}

/// What can be told at its key; the rest is judged with the whole action.
/// `named`: the name, where it is not in the table.
fn input(table: &Table<'_>, named: Option<&str>) -> Input {
    let kinds = InputKind::ALL.map(|kind| (kind.as_str(), kind));
    let own = || table.required("name", "name = \"version\"").and_then(|entry| table.text_of(&entry, true));
    let name = named.or_else(own);
    let kind = table.choice("type", &kinds).unwrap_or_default();
    let out = Input {
        name: name.unwrap_or_default().to_owned(),
        kind,
        choices: choices(table, kind),
        default: default(table, kind),
        required: table.flag("required").unwrap_or_default(),
        pattern: pattern(table, kind),
        min: bound(table, kind, "min"),
        max: bound(table, kind, "max"),
        help: table.text("help").unwrap_or_default().to_owned(),
    };
    table.finish();
    default_fault(table, &out);
    out
}

fn choices(table: &Table<'_>, kind: InputKind) -> Vec<String> {
    if kind != InputKind::Choice {
        only_for(table, "choices", "choice");
        return Vec::new();
    }
    let Some(entry) = table.required("choices", "choices = [\"previous\", \"v41\"]") else { return Vec::new() };
    table.strings(&entry, true, "a list of strings").into_iter().map(|(_, text)| text.to_owned()).collect()
}

fn only_for(table: &Table<'_>, name: &'static str, kind: &str) {
    if let Some(entry) = table.entry(name) {
        table.reading.fault(entry.fault(
            true,
            format!("`{name}` has no meaning here"),
            format!("expected type {kind}"),
        ));
    }
}

fn pattern(table: &Table<'_>, kind: InputKind) -> String {
    if !matches!(kind, InputKind::String | InputKind::Secret) {
        only_for(table, "pattern", "string or secret");
        return String::new();
    }
    let Some(entry) = table.entry("pattern") else { return String::new() };
    let text = table.text_of(&entry, true).unwrap_or_default();
    if regex_lite::Regex::new(&format!("^(?:{text})$")).is_err() {
        let expected = "expected one such as v[0-9]+ (the whole value must match)";
        table.reading.fault(entry.fault(true, "not a regular expression", expected));
    }
    text.to_owned()
}

fn bound(table: &Table<'_>, kind: InputKind, name: &'static str) -> Option<f64> {
    if kind != InputKind::Number {
        only_for(table, name, "number");
        return None;
    }
    table.number(name)
}

fn default(table: &Table<'_>, kind: InputKind) -> Option<Value> {
    let entry = table.entry("default")?;
    if kind == InputKind::Secret {
        let label = "a secret is typed at each press and kept nowhere";
        table.reading.fault(entry.fault(false, "a secret has no default", label));
        return None;
    }
    let value = entry.value.get_ref();
    // Filled at the press; what comes out is judged then.
    if value.as_str().is_some_and(|text| text.contains("{{")) {
        return Some(to_json(entry.value));
    }
    let (fits, expected) = match kind {
        InputKind::Number => (matches!(value, DeValue::Integer(_) | DeValue::Float(_)), "a number"),
        InputKind::Boolean => (matches!(value, DeValue::Boolean(_)), "true or false"),
        InputKind::String | InputKind::Choice | InputKind::Secret => (value.as_str().is_some(), "a string"),
    };
    if !fits {
        wrong(table, &entry, expected);
        return None;
    }
    Some(to_json(entry.value))
}

fn wrong(table: &Table<'_>, entry: &Entry<'_>, expected: &str) {
    let title = format!("`default` is {}", kind_of(entry.value.get_ref()));
    table.reading.fault(entry.fault(true, title, format!("expected {expected}, as its type is")));
}

/// A default that could not be typed would refuse every press that leaves it.
fn default_fault(table: &Table<'_>, input: &Input) {
    let text = input.default_text();
    if text.is_empty() || input.choices.is_empty() && input.kind == InputKind::Choice {
        return;
    }
    if let (Err(fault), Some(entry)) = (input.accept(&text), table.entry("default")) {
        table.reading.fault(entry.fault(true, "the default would not be accepted", fault));
    }
}

//! Writing actions: only what differs from the defaults, always in the same order, never a literal secret.

use serde_json::Value;

use super::secrets::{exported, exported_header};
use super::text::{block, key, quoted};
use super::value::to_toml;
use crate::domain::action::{
    Action, Body, FieldSpec, Header, Input, InputKind, Item, Kind, Scope, in_file, is_plain_header,
};
use crate::domain::channel::ChannelKey;
use crate::domain::time::format_duration;

/// Actions as text, ordered by id. Reading it gives the same actions, once the literal secrets, written as
/// `${kept:NAME}`, have been put in again.
pub fn write(origin: &str, actions: &[Action]) -> String {
    let mut sorted: Vec<&Action> = actions.iter().collect();
    sorted.sort_by(|a, b| a.id.cmp(&b.id));
    let mut parts: Vec<String> = Vec::new();
    if !origin.is_empty() {
        parts.push(format!("origin = {}\n", quoted(origin)));
    }
    parts.extend(sorted.into_iter().map(one));
    parts.join("\n")
}

/// Lines of one table, each only where it says something.
#[derive(Default)]
struct Lines(String);

impl Lines {
    fn put(&mut self, name: &str, value: impl AsRef<str>) {
        self.0.push_str(&format!("{} = {}\n", key(name), value.as_ref()));
    }

    fn text(&mut self, name: &str, value: &str, default: &str) {
        if value != default {
            self.put(name, block(value));
        }
    }

    fn flag(&mut self, name: &str, value: bool, default: bool) {
        if value != default {
            self.put(name, value.to_string());
        }
    }

    fn table(&mut self, header: &str) {
        self.0.push_str(&format!("\n{header}\n"));
    }
}

fn one(action: &Action) -> String {
    let mut lines = Lines::default();
    lines.0.push_str("[[action]]\n");
    lines.put("id", quoted(&action.id));
    for spec in in_file() {
        let (table, name) = spec.place();
        match &spec.kind {
            Kind::Table { get, .. } if get(action) => lines.table(&format!("[action.{name}]")),
            Kind::Channels => lines.put(name, channels(action)),
            Kind::Headers => headers(&mut lines, &action.headers),
            Kind::Body => body(&mut lines, &action.body),
            Kind::Pairs { get, .. } if !get(action).is_empty() => {
                lines.table(&format!("[action.{name}]"));
                for (name, value) in get(action) {
                    lines.put(name, quoted(value));
                }
            }
            Kind::Pairs { .. } => {}
            Kind::Inputs => action.inputs.iter().for_each(|one| input(&mut lines, one)),
            _ if is_written(spec, table.is_some(), action) => lines.put(name, value(spec, action)),
            _ => {}
        }
    }
    lines.0
}

/// What differs from the default, and what must be there.
fn is_written(spec: &FieldSpec, is_inside: bool, action: &Action) -> bool {
    let is_needed = !spec.example.is_empty() && !is_inside && spec.applies(action) && spec.scope != Scope::Started;
    is_needed || !spec.is_default(action)
}

fn value(spec: &FieldSpec, action: &Action) -> String {
    match &spec.kind {
        Kind::Switch { get, .. } => get(action).to_string(),
        Kind::Whole { get, .. } => get(action).to_string(),
        Kind::Time { get, .. } => quoted(&format_duration(get(action))),
        Kind::List { item, get, .. } => {
            let item = |text: &String| if matches!(item, Item::Text { .. }) { quoted(text) } else { text.clone() };
            format!("[{}]", get(action).iter().map(item).collect::<Vec<_>>().join(", "))
        }
        Kind::Prose { get, .. } => block(get(action)),
        Kind::Text { .. } | Kind::Secret { .. } => block(&exported(spec, action)),
        _ => quoted(&spec.text(action)),
    }
}

fn channels(action: &Action) -> String {
    let place = |(channel, slot): (&ChannelKey, &u8)| {
        let channel = quoted(channel.as_str());
        // A slot 0 is one that is not chosen yet.
        if *slot == 0 { channel } else { format!("{{ channel = {channel}, slot = {slot} }}") }
    };
    let places: Vec<String> = action.slots.iter().map(place).collect();
    format!("[{}]", places.join(", "))
}

fn headers(lines: &mut Lines, headers: &[Header]) {
    if headers.is_empty() {
        return;
    }
    lines.table("[action.headers]");
    for header in headers {
        let value = quoted(&exported_header(header));
        let by_name = !is_plain_header(&header.name);
        if header.is_secret() == by_name {
            lines.put(&header.name, value);
        } else {
            lines.put(&header.name, format!("{{ value = {value}, secret = {} }}", header.is_secret()));
        }
    }
}

fn body(lines: &mut Lines, body: &Body) {
    match body {
        Body::Contract => {}
        Body::Json(Value::Object(pairs)) if !pairs.is_empty() && to_toml(&Value::Object(pairs.clone())).is_some() => {
            lines.table("[action.body.json]");
            for (name, value) in pairs {
                lines.put(name, to_toml(value).unwrap_or_default());
            }
        }
        Body::Json(value) => {
            lines.table("[action.body]");
            match to_toml(value) {
                Some(toml) => lines.put("json", toml),
                None => lines.put("json_text", block(&format!("{value:#}"))),
            }
        }
        Body::Form(pairs) => form(lines, pairs),
        Body::Text(text) => {
            lines.table("[action.body]");
            lines.put("text", block(text));
        }
    }
}

fn form(lines: &mut Lines, pairs: &[(String, String)]) {
    let is_twice = |at: usize| pairs[..at].iter().any(|(name, _)| *name == pairs[at].0);
    if pairs.is_empty() || (0..pairs.len()).any(is_twice) {
        lines.table("[action.body]");
        let pairs = pairs.iter().map(|(name, value)| format!("[{}, {}]", quoted(name), quoted(value)));
        lines.put("form", format!("[{}]", pairs.collect::<Vec<_>>().join(", ")));
        return;
    }
    lines.table("[action.body.form]");
    for (name, value) in pairs {
        lines.put(name, quoted(value));
    }
}

fn input(lines: &mut Lines, input: &Input) {
    lines.table("[[action.input]]");
    lines.put("name", quoted(&input.name));
    lines.text("type", input.kind.as_str(), InputKind::default().as_str());
    if input.kind == InputKind::Choice {
        let choices: Vec<String> = input.choices.iter().map(|choice| quoted(choice)).collect();
        lines.put("choices", format!("[{}]", choices.join(", ")));
    }
    if let Some(default) = input.default.as_ref().filter(|_| !input.is_secret()).and_then(to_toml) {
        lines.put("default", default);
    }
    lines.flag("required", input.required, false);
    lines.text("pattern", &input.pattern, "");
    for (name, bound) in [("min", input.min), ("max", input.max)] {
        if let Some(bound) = bound.filter(|bound| bound.is_finite()) {
            lines.put(name, format!("{bound:?}").trim_end_matches(".0"));
        }
    }
    lines.text("help", &input.help, "");
}

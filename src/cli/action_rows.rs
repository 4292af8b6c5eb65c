//! An action as it is shown: every field by the name it has in a file, secrets masked.

use serde_json::{Map, Value, json};

use super::session::Session;
use crate::config::actions::holds_password;
use crate::domain::action::{
    Action, Body, FieldSpec, Header, Hides, Input, InputKind, Item, Kind, Listed, Scope, has_table_of, in_file, listed,
    row_of, shown_reference, shown_url,
};
use crate::domain::channel::ChannelKey;
use crate::domain::time::format_duration;

/// A field and its text. What has its default is left out, but for what every action has.
pub(super) fn rows(action: &Action) -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> = Vec::new();
    for spec in listed() {
        let mut put = |name: &str, text: &str| {
            if !text.is_empty() {
                out.push((name.to_owned(), text.to_owned()));
            }
        };
        match &spec.kind {
            Kind::Channels => {
                put("id", &action.id);
                for (channel, slot) in &action.slots {
                    let slot = if *slot == 0 { "the lowest free slot".to_owned() } else { slot.to_string() };
                    put(&format!("channel {channel}"), &slot);
                }
            }
            Kind::Headers => {
                action.headers.iter().for_each(|header| put(&format!("header {}", header.name), &header.shown()));
            }
            Kind::Body => put("body", &body_text(&action.body)),
            Kind::Inputs => {
                action.inputs.iter().for_each(|input| put(&format!("input {}", input.name), &input_text(input)));
            }
            Kind::Prose { get, .. } => {
                put("origin", &action.origin);
                for (at, line) in get(action).lines().enumerate() {
                    // An empty line is one, too.
                    out.push((if at == 0 { "about".to_owned() } else { format!("about {}", at + 1) }, line.to_owned()));
                }
            }
            _ if is_listed(spec, action) => put(spec.name, &shown(spec, action)),
            _ => {}
        }
    }
    out
}

fn is_listed(spec: &FieldSpec, action: &Action) -> bool {
    let is_told = match spec.listed {
        Listed::Always => spec.applies(action),
        Listed::Changed => !spec.is_default(action),
        Listed::Never => false,
    };
    is_told && has_table_of(spec, action)
}

/// A value as people read it; secrets masked.
fn shown(spec: &FieldSpec, action: &Action) -> String {
    let text = spec.text(action);
    match (&spec.kind, spec.hides) {
        (Kind::Switch { told, get, .. }, _) => told[usize::from(get(action))].to_owned(),
        // Its address, which has no row of its own.
        (Kind::Table { .. }, _) if spec.name == "follow" => match &action.follow {
            Some(follow) if !follow.url.is_empty() => follow.url.clone(),
            _ => "the answer's Location".to_owned(),
        },
        (_, Hides::Userinfo) => format!("{} {}", action.method.as_str(), shown_url(&text)),
        (_, Hides::Everything) => shown_reference(&text),
        (_, Hides::Password) if holds_password(&text) => shown_url(&text),
        (_, Hides::Password | Hides::Nothing) => text,
    }
}

fn body_text(body: &Body) -> String {
    match body {
        Body::Contract => String::new(),
        Body::Json(value) => format!("json {value}"),
        Body::Form(pairs) => {
            let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
            format!("form {}", pairs.join(" & "))
        }
        Body::Text(text) => format!("text {text}"),
    }
}

fn input_text(input: &Input) -> String {
    let mut out = vec![input.kind.as_str().to_owned()];
    if input.kind == InputKind::Choice {
        out.push(format!("of {}", input.choices.join(", ")));
    }
    if input.required {
        out.push("required".to_owned());
    }
    let mut put = |name: &str, text: Option<String>| out.extend(text.map(|text| format!("{name} {text}")));
    put("default", input.default.as_ref().filter(|_| !input.is_secret()).map(|_| input.default_text()));
    put("pattern", Some(input.pattern.clone()).filter(|text| !text.is_empty()));
    put("min", input.min.map(|bound| bound.to_string()));
    put("max", input.max.map(|bound| bound.to_string()));
    put("help:", Some(input.help.clone()).filter(|text| !text.is_empty()));
    out.join(" ")
}

/// The action as `--json` prints it: header values and keys are masks or references.
pub(super) fn to_json(action: &Action) -> Map<String, Value> {
    let mut out = Map::new();
    out.insert("id".to_owned(), action.id.as_str().into());
    for spec in in_file() {
        let mut put = |name: &str, value| drop(out.insert(name.to_owned(), value));
        let (table, name) = spec.place();
        match &spec.kind {
            Kind::Channels => {
                let slots = action.slots.iter().map(|(channel, slot)| (channel.to_string(), Value::from(*slot)));
                let slots: Map<String, Value> = slots.collect();
                put("channels", slots.keys().map(String::as_str).collect());
                put("slots", slots.into());
            }
            Kind::Headers => {
                let shown = |header: &Header| (header.name.clone(), Value::from(header.shown()));
                put(name, Value::Object(action.headers.iter().map(shown).collect()));
            }
            Kind::Body => put(name, body_json(&action.body)),
            Kind::Inputs => put("inputs", action.inputs.iter().map(input_json).collect()),
            Kind::Table { optional, get, .. } => {
                put(name, if *optional && !get(action) { Value::Null } else { Value::Object(Map::new()) });
            }
            _ => match table {
                None => put(name, value(spec, action)),
                Some(table) => {
                    if let Some(Value::Object(inside)) = out.get_mut(table) {
                        inside.insert(name.to_owned(), value(spec, action));
                    }
                }
            },
        }
    }
    out.insert("revision".to_owned(), action.revision.into());
    out.insert("origin".to_owned(), action.origin.as_str().into());
    out
}

fn value(spec: &FieldSpec, action: &Action) -> Value {
    match &spec.kind {
        Kind::Switch { get, .. } => get(action).into(),
        Kind::Whole { get, .. } => get(action).into(),
        Kind::OptionalTime { used, .. } => format_duration(used(action)).into(),
        Kind::List { item, get, .. } => {
            let number = |text: &String| text.parse::<u64>().map(Value::from).ok();
            let is_text = matches!(item, Item::Text { .. });
            get(action)
                .iter()
                .map(|text| number(text).filter(|_| !is_text).unwrap_or_else(|| text.as_str().into()))
                .collect()
        }
        Kind::Pairs { get, .. } => {
            Value::Object(get(action).iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect())
        }
        Kind::Text { get, .. } | Kind::Secret { get, .. }
            if get(action).is_empty() && (spec.scope == Scope::Started || spec.hides == Hides::Everything) =>
        {
            Value::Null
        }
        _ if spec.hides == Hides::Userinfo => shown_url(&spec.text(action)).into(),
        _ => shown(spec, action).into(),
    }
}

/// `null` for the contract's payload.
fn body_json(body: &Body) -> Value {
    match body {
        Body::Contract => Value::Null,
        Body::Json(value) => json!({ "json": value }),
        Body::Form(pairs) => json!({ "form": pairs }),
        Body::Text(text) => json!({ "text": text }),
    }
}

fn input_json(input: &Input) -> Value {
    json!({
        "name": input.name,
        "type": input.kind.as_str(),
        "choices": input.choices,
        "default": input.default.as_ref().filter(|_| !input.is_secret()),
        "required": input.required,
        "pattern": input.pattern,
        "min": input.min,
        "max": input.max,
        "help": input.help,
    })
}

/// One field that differs, as it is shown before and after; `None`: it is not there, or has its default.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Difference {
    pub(super) field: String,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
}

/// What differs between two actions, never with a secret in it.
pub(super) fn differences(before: &Action, after: &Action) -> Vec<Difference> {
    let (mut old, new) = (rows(before), rows(after));
    let mut out = Vec::new();
    for (field, text) in new {
        let was = old.iter().position(|(name, _)| *name == field).map(|at| old.remove(at).1);
        if was.as_ref() != Some(&text) {
            out.push(Difference { field, before: was, after: Some(text) });
        } else if is_hidden_change(&field, before, after) {
            out.push(Difference { after: Some(format!("{text} (another value)")), field, before: was });
        }
    }
    out.extend(old.into_iter().map(|(field, text)| Difference { field, before: Some(text), after: None }));
    if out.is_empty() {
        // What no row shows, such as the order of headers.
        let unseen = before.differs_in(after).into_iter();
        out.extend(unseen.map(|field| Difference { field: field.to_owned(), before: None, after: None }));
    }
    out
}

/// Whether a value differs under the same mask.
fn is_hidden_change(field: &str, before: &Action, after: &Action) -> bool {
    if let Some(name) = field.strip_prefix("header ") {
        let find = |action: &Action| action.headers.iter().find(|header| header.name == name).cloned();
        return find(before).as_ref().map(Header::expose) != find(after).as_ref().map(Header::expose);
    }
    row_of(field).is_some_and(|spec| spec.hides.is_kept() && spec.differs(before, after))
}

/// What was done to an action: a line, or with `--json` the action.
pub(super) fn print(session: &mut Session<'_>, done: &str, action: &Action) {
    if session.out.is_json() {
        session.out.object(to_json(action));
    } else {
        session.out.line(&format!("{done} {} ({})", action.name, places(action)));
    }
}

pub(super) fn places(action: &Action) -> String {
    let place = |(channel, slot): (&ChannelKey, &u8)| match slot {
        // Not chosen yet.
        0 => channel.to_string(),
        slot => format!("{channel} {slot}"),
    };
    action.slots.iter().map(place).collect::<Vec<_>>().join(", ")
}

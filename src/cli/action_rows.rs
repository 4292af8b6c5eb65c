//! An action as it is shown: every field by the name it has in a file, secrets masked.

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value, json};

use crate::config::actions::exported_proxy;
use crate::domain::action::{Action, Body, Follow, Header, Input, InputKind, Redirects, Sign, Success, shown_url};
use crate::domain::time::format_duration;

/// A field and its text. What has its default is left out, but for what every action has.
pub(super) fn rows(action: &Action) -> Vec<(String, String)> {
    let mut rows = Rows::default();
    rows.put("name", &action.name);
    rows.put("id", &action.id);
    for (channel, slot) in &action.slots {
        let slot = if *slot == 0 { "the lowest free slot".to_owned() } else { slot.to_string() };
        rows.put(&format!("channel {channel}"), &slot);
    }
    if action.kind.source_kind().is_none() {
        rows.put("endpoint", &format!("{} {}", action.method.as_str(), action.shown_endpoint()));
    } else {
        rows.put("kind", action.kind.as_str());
        rows.put("starts", &action.starts);
    }
    for header in &action.headers {
        rows.put(&format!("header {}", header.name), &header.shown());
    }
    rows.some("body", &body_text(&action.body));
    for input in &action.inputs {
        rows.put(&format!("input {}", input.name), &input_text(input));
    }
    if let Some(sign) = &action.sign {
        rows.put("sign.key", &Sign::shown(&sign.key));
        rows.some("sign.previous_key", &sign.previous_key.as_ref().map(Sign::shown).unwrap_or_default());
    }
    reach(&mut rows, action);
    ending(&mut rows, action);
    rows.put("enabled", if action.enabled { "yes" } else { "no" });
    rows.some("origin", &action.origin);
    for (at, line) in action.description.lines().enumerate() {
        rows.put(&if at == 0 { "about".to_owned() } else { format!("about {}", at + 1) }, line);
    }
    rows.0
}

fn reach(rows: &mut Rows, action: &Action) {
    rows.some("tls.ca", &action.tls.ca);
    rows.some("tls.cert", &action.tls.cert);
    rows.some("tls.key", &action.tls.key);
    if !action.tls.verify {
        rows.put("tls.verify", "off: whoever stands between can read and change everything");
    }
    rows.some("proxy", &shown_proxy(&action.proxy));
}

fn ending(rows: &mut Rows, action: &Action) {
    if action.success != Success::default() {
        rows.put("success", action.success.as_str());
    }
    if let Some(follow) = &action.follow {
        rows.put("follow", if follow.url.is_empty() { "the answer's Location" } else { &follow.url });
        rows.some("follow.next", &follow.next);
        if follow.origin != Follow::default().origin {
            rows.put("follow.origin", &follow.origin.join(", "));
        }
        rows.put("follow.every", &format_duration(follow.every_ms));
        rows.some("follow.done", &follow.done);
        rows.some("follow.failed", &follow.failed);
        rows.some("follow.progress", &follow.progress);
        rows.put("follow.limit", &format_duration(follow.limit_ms));
    }
    if action.redirects != Redirects::default() {
        rows.put("redirects", action.redirects.as_str());
    }
    if action.retries > 0 {
        rows.put("retries", &action.retries.to_string());
    }
    rows.put("timeout", &format_duration(action.timeout_ms));
    rows.some("connect_timeout", &action.connect_timeout_ms.map(format_duration).unwrap_or_default());
    rows.some("attempt_timeout", &action.attempt_timeout_ms.map(format_duration).unwrap_or_default());
    rows.put("confirm", action.confirm.as_str());
    if action.danger {
        rows.put("danger", "yes");
    }
    if action.only_open {
        rows.put("only_open", "yes");
    }
    rows.put("cooldown", &format_duration(action.cooldown_ms));
    rows.some("hold", &action.hold_ms.map(format_duration).unwrap_or_default());
}

#[derive(Default)]
struct Rows(Vec<(String, String)>);

impl Rows {
    fn put(&mut self, name: &str, text: &str) {
        self.0.push((name.to_owned(), text.to_owned()));
    }

    fn some(&mut self, name: &str, text: &str) {
        if !text.is_empty() {
            self.put(name, text);
        }
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

/// A proxy without a password that stands in it.
fn shown_proxy(proxy: &str) -> String {
    if exported_proxy(proxy) == proxy { proxy.to_owned() } else { shown_url(proxy) }
}

/// The action as `--json` prints it: header values and keys are masks or references.
pub(super) fn to_json(action: &Action) -> Map<String, Value> {
    let slots: Map<String, Value> =
        action.slots.iter().map(|(channel, slot)| (channel.to_string(), Value::from(*slot))).collect();
    let headers: Map<String, Value> =
        action.headers.iter().map(|header| (header.name.clone(), Value::from(header.shown()))).collect();
    let time = |ms: Option<u64>| ms.map(format_duration);
    let whole = json!({
        "id": action.id,
        "name": action.name,
        "channels": slots.keys().collect::<Vec<_>>(),
        "slots": slots,
        "kind": action.kind.as_str(),
        "starts": (!action.starts.is_empty()).then_some(&action.starts),
        "endpoint": action.shown_endpoint(),
        "headers": headers,
        "enabled": action.enabled,
        "method": action.method.as_str(),
        "timeout": format_duration(action.timeout_ms),
        "confirm": action.confirm.as_str(),
        "cooldown": format_duration(action.cooldown_ms),
        "description": action.description,
        "revision": action.revision,
        "connect_timeout": format_duration(action.connects_ms()),
        "attempt_timeout": format_duration(action.attempts_ms()),
        "danger": action.danger,
        "only_open": action.only_open,
        "hold": format_duration(action.holds_ms()),
        "retries": action.retries,
        "redirects": action.redirects.as_str(),
        "success": action.success.as_str(),
        "body": body_json(&action.body),
        "inputs": action.inputs.iter().map(input_json).collect::<Vec<_>>(),
        "sign": action.sign.as_ref().map(|sign| json!({
            "key": Sign::shown(&sign.key),
            "previous_key": sign.previous_key.as_ref().map(Sign::shown),
        })),
        "tls": { "ca": action.tls.ca, "cert": action.tls.cert, "key": action.tls.key, "verify": action.tls.verify },
        "proxy": shown_proxy(&action.proxy),
        "follow": action.follow.as_ref().map(|follow| json!({
            "url": follow.url,
            "next": follow.next,
            "origin": follow.origin,
            "every": time(Some(follow.every_ms)),
            "done": follow.done,
            "failed": follow.failed,
            "progress": follow.progress,
            "limit": time(Some(follow.limit_ms)),
        })),
        "origin": action.origin,
    });
    if let Value::Object(object) = whole { object } else { Map::new() }
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
    let key = |action: &Action, of: fn(&Sign) -> Option<&SecretString>| {
        action.sign.as_ref().and_then(of).map(|key| key.expose_secret().to_owned())
    };
    match field {
        "sign.key" => key(before, |sign| Some(&sign.key)) != key(after, |sign| Some(&sign.key)),
        "sign.previous_key" => {
            key(before, |sign| sign.previous_key.as_ref()) != key(after, |sign| sign.previous_key.as_ref())
        }
        "proxy" => before.proxy != after.proxy,
        _ => false,
    }
}

//! Writing actions: only what differs from the defaults, always in the same order, never a literal secret.

use serde_json::Value;

use super::secrets::{exported_header, exported_proxy, exported_sign_key};
use super::text::{block, key, quoted};
use super::value::to_toml;
use crate::domain::action::{
    Action, ActionKind, Body, Confirm, Follow, Header, Input, InputKind, Method, Redirects, Sign, Success,
};
use crate::domain::action::{Tls, is_plain_header};
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

    fn time(&mut self, name: &str, ms: Option<u64>) {
        if let Some(ms) = ms {
            self.put(name, quoted(&format_duration(ms)));
        }
    }

    fn table(&mut self, header: &str) {
        self.0.push_str(&format!("\n{header}\n"));
    }
}

fn one(action: &Action) -> String {
    let default = Action::new("", "");
    let mut lines = Lines::default();
    lines.0.push_str("[[action]]\n");
    lines.put("id", quoted(&action.id));
    lines.put("name", quoted(&action.name));
    lines.put("channels", channels(action));
    lines.text("kind", action.kind.as_str(), ActionKind::default().as_str());
    lines.text("starts", &action.starts, "");
    if action.kind.source_kind().is_none() {
        lines.put("endpoint", quoted(&action.shown_endpoint()));
    }
    lines.text("description", &action.description, "");
    lines.flag("enabled", action.enabled, true);
    lines.text("method", action.method.as_str(), Method::default().as_str());
    lines.time("timeout", Some(action.timeout_ms).filter(|ms| *ms != default.timeout_ms));
    lines.time("connect_timeout", action.connect_timeout_ms);
    lines.time("attempt_timeout", action.attempt_timeout_ms);
    lines.text("confirm", action.confirm.as_str(), Confirm::default().as_str());
    lines.flag("danger", action.danger, false);
    lines.flag("only_open", action.only_open, false);
    lines.time("cooldown", Some(action.cooldown_ms).filter(|ms| *ms != default.cooldown_ms));
    lines.time("hold", action.hold_ms);
    if action.retries != 0 {
        lines.put("retries", action.retries.to_string());
    }
    lines.text("redirects", action.redirects.as_str(), Redirects::default().as_str());
    lines.text("success", action.success.as_str(), Success::default().as_str());
    lines.text("proxy", &exported_proxy(&action.proxy), "");
    headers(&mut lines, &action.headers);
    body(&mut lines, &action.body);
    action.inputs.iter().for_each(|one| input(&mut lines, one));
    sign(&mut lines, action.sign.as_ref());
    tls(&mut lines, &action.tls);
    follow(&mut lines, action.follow.as_ref());
    lines.0
}

fn channels(action: &Action) -> String {
    let place = |(channel, slot): (&crate::domain::channel::ChannelKey, &u8)| {
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

fn sign(lines: &mut Lines, sign: Option<&Sign>) {
    let Some(sign) = sign else { return };
    lines.table("[action.sign]");
    lines.put("key", quoted(&exported_sign_key(&sign.key, "key")));
    if let Some(previous) = &sign.previous_key {
        lines.put("previous_key", quoted(&exported_sign_key(previous, "previous_key")));
    }
}

fn tls(lines: &mut Lines, tls: &Tls) {
    if *tls == Tls::default() {
        return;
    }
    lines.table("[action.tls]");
    lines.text("ca", &tls.ca, "");
    lines.text("cert", &tls.cert, "");
    lines.text("key", &tls.key, "");
    lines.flag("verify", tls.verify, true);
}

fn follow(lines: &mut Lines, follow: Option<&Follow>) {
    let Some(follow) = follow else { return };
    let default = Follow::default();
    lines.table("[action.follow]");
    lines.text("url", &follow.url, "");
    lines.text("next", &follow.next, "");
    if follow.origin != default.origin {
        let origins: Vec<String> = follow.origin.iter().map(|origin| quoted(origin)).collect();
        lines.put("origin", format!("[{}]", origins.join(", ")));
    }
    lines.time("every", Some(follow.every_ms).filter(|ms| *ms != default.every_ms));
    lines.text("done", &follow.done, "");
    lines.text("failed", &follow.failed, "");
    lines.text("progress", &follow.progress, "");
    lines.time("limit", Some(follow.limit_ms).filter(|ms| *ms != default.limit_ms));
}

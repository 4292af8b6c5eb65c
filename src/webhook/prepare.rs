//! From a button, an incident and a person to the request as it will go.

use std::sync::Arc;

use serde_json::Value;

use super::payload::payload;
use super::press::Press;
use super::{body, headers, inputs, sign};
use crate::domain::action::{Action, Body, Header, shown_url};
use crate::domain::refusal::Refusal;
use crate::domain::request::Prepared;
use crate::domain::run::{Failure, SentRequest};
use crate::template::{self, Context};

/// Fills the request of a press: shown in the confirm, then sent as it stands.
///
/// The refusal is `input` (a bad value) or `template` (something that cannot be filled), and names the field.
pub fn prepare(mut press: Press<'_>) -> Result<Prepared, Refusal> {
    let given = std::mem::take(&mut press.inputs);
    let before = Value::Object(payload(&press, &press.run_id));
    press.inputs = inputs::accept(&press.action.inputs, given, &Context::shown(&before))?;
    let payload = Value::Object(payload(&press, &press.run_id));
    let context = Context::shown(&payload);
    let endpoint = fill_endpoint(press.action, &context)?;
    let body = fill_body(press.action, &payload, &context)?;
    // The contract's body is not filled by expressions: it holds every input.
    let holds_inputs = press.action.body == Body::Contract && !body.is_empty();
    let masked = context.take_hid() || (holds_inputs && !press.inputs.secret.is_empty());
    let headers = headers::shown(press.action, &press.run_id, seconds(press.event_time_ms), &context)?;
    check_sign(press.action)?;
    let references = references(press.action, masked);
    Ok(Prepared { endpoint, headers, body: body.into(), masked, references, ..unsent(press, payload) })
}

/// A press that is refused, as far as its request can be filled: for its row, never to be sent.
pub fn unfilled(press: Press<'_>) -> Prepared {
    prepare(press.clone()).unwrap_or_else(|_| {
        let mut press = press;
        let is_plain = |name: &str| press.action.inputs.iter().any(|input| input.name == name && !input.is_secret());
        // What was given under a name that is not known may be a secret under a misspelt one.
        press.inputs.plain.retain(|name, _| is_plain(name));
        press.inputs.secret.clear();
        let (event_id, now_s) = (press.run_id.clone(), seconds(press.event_time_ms));
        let headers = headers::written(press.action, &event_id, now_s);
        let payload = Value::Object(payload(&press, &event_id));
        Prepared { headers, references: references(press.action, false), ..unsent(press, payload) }
    })
}

/// What of a request does not depend on templates.
pub(super) fn unsent(press: Press<'_>, payload: Value) -> Prepared {
    let Press { action, incident, operator, inputs, run_id, event_time_ms, group, test, kept: _ } = press;
    Prepared {
        event_id: run_id.clone(),
        event_time_ms,
        action: Arc::clone(action),
        incident: Arc::clone(incident),
        operator: Arc::clone(operator),
        method: action.method.as_str(),
        endpoint: action.endpoint.trim().to_owned(),
        headers: Vec::new(),
        body: "".into(),
        credentials: None,
        masked: false,
        through: None,
        references: Vec::new(),
        payload: Arc::new(payload),
        inputs,
        resend_of: None,
        group,
        test,
        stale_ms: None,
        run_id,
    }
}

/// The endpoint, filled.
pub(super) fn fill_endpoint(action: &Action, context: &Context) -> Result<String, Refusal> {
    template::fill_url(&action.endpoint, context)
        .map_err(|error| Refusal::new(Failure::Template, format!("endpoint: {}", error.message)))
}

/// The body, filled.
pub(super) fn fill_body(action: &Action, payload: &Value, context: &Context) -> Result<String, Refusal> {
    body::fill(action, payload, context)
        .map_err(|error| Refusal::new(Failure::Template, format!("body: {}", error.message)))
}

/// Judges the signing keys as far as they can be without reading references.
pub(super) fn check_sign(action: &Action) -> Result<(), Refusal> {
    for key in sign::keys(action) {
        let words = match template::references(key) {
            Ok(references) if references.is_empty() => sign::sign(key, "", 0, "").err(),
            Ok(_) => None,
            Err(error) => Some(error.message),
        };
        if let Some(words) = words {
            return Err(Refusal::new(Failure::Template, format!("sign: {words}")));
        }
    }
    Ok(())
}

/// What a press will read: the references of the action's own text, as written, each once. What a label or an input
/// brought in is never one.
pub(super) fn references(action: &Action, masked: bool) -> Vec<String> {
    let auth = action.auth_header();
    let mut texts: Vec<&str> = vec![&action.endpoint];
    texts.extend(action.headers.iter().chain(&auth).map(Header::expose));
    // A body that is sent again as it is stored is not filled.
    if masked {
        texts.extend(body::texts(&action.body));
    }
    texts.extend(sign::keys(action));
    texts.push(&action.proxy);
    let mut out: Vec<String> = Vec::new();
    for reference in texts.into_iter().filter_map(|text| template::references(text).ok()).flatten() {
        if !out.contains(&reference) {
            out.push(reference);
        }
    }
    out
}

pub(super) fn seconds(ms: i64) -> i64 {
    ms.div_euclid(1_000)
}

/// The request as the log keeps it: secret values and userinfo masked.
pub fn sent_request(prepared: &Prepared) -> SentRequest {
    SentRequest {
        method: prepared.method.to_owned(),
        endpoint: shown_url(&prepared.endpoint),
        headers: prepared.headers.iter().map(|header| (header.name.clone(), header.shown())).collect(),
        body: prepared.body.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_found_in_the_actions_text_alone_and_once() {
        let mut action = Action::new("Restart", "https://ci.example/");
        action.headers = vec![Header::new("Authorization", "Bearer ${secret:CI}"), Header::new("X-B", "literal")];
        action.body = Body::Json(serde_json::json!({"a": "${secret:CI}", "b": ["${env:REGION}"], "c": "${other}"}));
        action.proxy = "http://${secret:PROXY}@proxy.example:3128".to_owned();
        assert_eq!(references(&action, true), ["${secret:CI}", "${env:REGION}", "${secret:PROXY}"]);
        assert_eq!(references(&action, false), ["${secret:CI}", "${secret:PROXY}"]);
    }
}

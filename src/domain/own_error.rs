//! The error that a JSON answer reports at its top, whatever its HTTP status. Pure.

use serde_json::{Map, Value};

use super::folded::fold;
use super::text::clean;

/// Fields that hold an error where there is something in them.
const ERRORS: [&str; 7] = ["error", "errors", "fault", "faults", "faultstring", "errormessage", "errormessages"];
/// Fields that hold what failed, or how many did.
const FAILED: [&str; 17] = [
    "failed",
    "failure",
    "failures",
    "failedcount",
    "failurecount",
    "errorcount",
    "failedentrycount",
    "failedrecordcount",
    "failedputcount",
    "faileditems",
    "unprocesseditems",
    "unprocessedkeys",
    "batchitemfailures",
    "iserror",
    "haserror",
    "haserrors",
    "hasfailures",
];
/// Codes of which 0 is none.
const CODES: [&str; 3] = ["errcode", "errno", "errorcode"];
/// Fields that are false where it went wrong.
const WELL: [&str; 7] = ["ok", "success", "successful", "succeeded", "issuccess", "issuccessful", "status"];
/// What stands in a field of an error where there is none.
const NO_ERROR: [&str; 9] = ["", "0", "false", "no", "none", "null", "ok", "noerror", "success"];
/// The error that a JSON answer reports at its top, in words: the field, and its value where that is short.
pub fn error(body: &Value) -> Option<String> {
    match body {
        Value::Object(fields) => of_fields(fields),
        // Many calls in one, each with its own answer.
        Value::Array(items) => items
            .iter()
            .filter_map(Value::as_object)
            .filter(|item| item.contains_key("jsonrpc"))
            .find_map(|item| item.get("error").filter(|error| is_something(error)).map(|_| "error".to_owned())),
        _ => None,
    }
}

fn of_fields(fields: &Map<String, Value>) -> Option<String> {
    fields.iter().find_map(|(name, value)| {
        let folded = fold(name);
        let folded = folded.as_str();
        let says = (ERRORS.contains(&folded) && is_something(value))
            || (CODES.contains(&folded) && is_code(value))
            || (FAILED.contains(&folded) && has_failed(value))
            || (WELL.contains(&folded) && is_false(folded, value));
        says.then(|| told(name, value))
    })
}

/// The field, with its value where that is a flag or a number.
fn told(name: &str, value: &Value) -> String {
    let name = clean(name);
    match value {
        Value::Bool(_) | Value::Number(_) => format!("{name} is {value}"),
        _ => name.into_owned(),
    }
}

/// Neither null, false, 0 nor empty, nor a word for none.
pub fn is_something(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::Bool(true) => true,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !NO_ERROR.contains(&fold(text).as_str()),
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
    }
}

fn is_code(value: &Value) -> bool {
    // Some write an HTTP status there.
    is_something(value) && value.as_u64() != Some(200) && value.as_str() != Some("200")
}

/// Of `Failed: [..]`, `failed: 2`, `failed: true`; a text may say anything.
fn has_failed(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.as_f64().is_some_and(|count| count > 0.0),
        Value::String(text) => text.trim().parse::<f64>().is_ok_and(|count| count > 0.0) || is_true(text),
        value => is_something(value),
    }
}

fn is_true(text: &str) -> bool {
    text.trim().eq_ignore_ascii_case("true")
}

/// `ok: false`, as a flag, a word or a 0; a status that is 0 is a code.
fn is_false(name: &str, value: &Value) -> bool {
    match value {
        Value::Bool(is) => !is,
        Value::String(text) => matches!(fold(text).as_str(), "false" | "no"),
        Value::Number(number) => name != "status" && number.as_f64() == Some(0.0),
        _ => false,
    }
}

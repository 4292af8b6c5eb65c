//! `[action.body]`: exactly one of `json`, `form`, `text`, `json_text`.

use toml::de::DeValue;

use super::super::table::{Entry, Table, kind_of};
use super::value;
use crate::domain::action::Body;

const ONE_OF: &str = "expected one of json, form, text, json_text";

/// The body; without one, the contract's payload.
pub(super) fn read(table: &Table<'_>) -> Body {
    let Some(outer) = table.entry("body") else { return Body::Contract };
    let Some(body) = table.table("body") else { return Body::Contract };
    let names = ["json", "form", "text", "json_text"];
    body.know(&names);
    body.finish();
    let given: Vec<Entry<'_>> = body.in_order().into_iter().filter(|entry| names.contains(&entry.name)).collect();
    let Some(first) = given.first() else {
        body.reading.fault(outer.fault(false, "the body is empty", ONE_OF));
        return Body::Contract;
    };
    for more in given.iter().skip(1) {
        body.reading.fault(more.fault(false, format!("`{}` beside `{}`", more.name, first.name), ONE_OF));
    }
    let read = match first.name {
        "json" => Some(Body::Json(value::to_json(first.value))),
        "json_text" => json_text(&body, first),
        "form" => form(&body, first),
        _ => body.text_of(first, false).map(|text| Body::Text(text.to_owned())),
    };
    read.unwrap_or_default()
}

/// The same as `json` for what TOML cannot say, such as `null`.
fn json_text(table: &Table<'_>, entry: &Entry<'_>) -> Option<Body> {
    let text = table.text_of(entry, false)?;
    match serde_json::from_str(text) {
        Ok(value) => Some(Body::Json(value)),
        Err(error) => {
            let label = format!("at line {}, column {} of the text", error.line(), error.column());
            table.reading.fault(entry.fault(false, "`json_text` is not JSON", label));
            None
        }
    }
}

/// A table, or a list of pairs where a name comes more than once.
fn form<'a>(table: &Table<'a>, entry: &Entry<'a>) -> Option<Body> {
    let expected = "a table of strings, or a list of pairs such as [[\"tag\", \"a\"], [\"tag\", \"b\"]]";
    match entry.value.get_ref() {
        DeValue::Table(_) => {
            let pairs = table.table_of(entry, expected)?;
            let pair = |entry: Entry<'a>| Some((entry.name.to_owned(), pairs.text_of(&entry, false)?.to_owned()));
            Some(Body::Form(pairs.in_order().into_iter().filter_map(pair).collect()))
        }
        DeValue::Array(items) => {
            let mut out = Vec::new();
            for item in items {
                let texts: Option<Vec<&str>> = item
                    .get_ref()
                    .as_array()
                    .and_then(|pair| pair.iter().map(|text| text.get_ref().as_str()).collect());
                if let Some([name, value]) = texts.as_deref() {
                    out.push(((*name).to_owned(), (*value).to_owned()));
                } else {
                    let title = format!("`form` holds {}", kind_of(item.get_ref()));
                    table.reading.fault(entry.fault(false, title, format!("expected {expected}")));
                }
            }
            Some(Body::Form(out))
        }
        _ => {
            table.reading.fault(entry.wrong_type(false, expected));
            None
        }
    }
}

//! `[action.headers]`.

use toml::de::DeValue;

use super::super::table::{Entry, Table};
use super::check::{is_kept, kept_fault};
use super::spans::Spans;
use crate::domain::action::{Header, is_plain_header};
use crate::domain::text::clean;
use crate::domain::validate::Field;

/// The headers in the order written.
pub(super) fn read<'a>(table: &Table<'a>, spans: &Spans<'a>) -> Vec<Header> {
    let Some(headers) = table.table("headers") else { return Vec::new() };
    let mut out = Vec::new();
    for entry in headers.in_order() {
        let Some(header) = header(&headers, &entry) else { continue };
        spans.note(Field::HeaderName(out.len()), Some(entry.clone()), false);
        spans.note(Field::HeaderValue(out.len()), Some(entry), false);
        out.push(header);
    }
    out
}

fn header(table: &Table<'_>, entry: &Entry<'_>) -> Option<Header> {
    let by_name = !is_plain_header(entry.name);
    let (text, secret) = match entry.value.get_ref() {
        DeValue::Table(parts) => {
            let parts = Table::new(table.reading, parts, entry.value.span());
            let value = parts.required("value", "value = \"...\"").and_then(|value| parts.text_of(&value, false));
            let secret = parts.flag("secret").unwrap_or(by_name);
            parts.finish();
            (value?, secret)
        }
        _ => (header_text(table, entry)?, by_name),
    };
    let stays = || (is_kept(text) && !secret).then(|| "a value that is kept stays secret".to_owned());
    if let Some(fault) = kept_fault(text, entry.name).or_else(stays) {
        table.reading.fault(entry.fault(false, format!("`{}` cannot be used", clean(entry.name)), fault));
    }
    Some(Header::with_secrecy(entry.name, text, secret))
}

fn header_text<'a>(table: &Table<'a>, entry: &Entry<'a>) -> Option<&'a str> {
    let text = entry.value.get_ref().as_str();
    if text.is_none() {
        table.reading.fault(entry.wrong_type(false, "a string, or { value = \"prod\", secret = false }"));
    }
    text
}

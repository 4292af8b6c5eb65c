//! Headers, signing, TLS, proxy and the follow rule of an action.

use toml::de::DeValue;

use super::super::table::{Entry, Table};
use super::action::{Places, time};
use super::check::{is_kept, kept_fault};
use crate::domain::action::{Follow, Header, Sign, Tls, is_plain_header};
use crate::domain::text::clean;
use crate::domain::validate::Field;

/// The headers in the order written.
pub(super) fn headers<'a>(table: &Table<'a>, places: &Places<'a>) -> Vec<Header> {
    let Some(headers) = table.table("headers") else { return Vec::new() };
    let mut out = Vec::new();
    for entry in headers.in_order() {
        let Some(header) = header(&headers, &entry) else { continue };
        places.note(Field::HeaderName(out.len()), Some(entry.clone()), false);
        places.note(Field::HeaderValue(out.len()), Some(entry), false);
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

/// `[action.sign]`.
pub(super) fn sign<'a>(table: &Table<'a>, places: &Places<'a>) -> Option<Sign> {
    let sign = table.table("sign")?;
    let key = sign.required("key", "key = \"${secret:WHSEC}\"");
    let previous = sign.entry("previous_key");
    sign.finish();
    places.note(Field::Sign, key.clone(), false);
    places.note(Field::PreviousKey, previous.clone(), false);
    let read = |entry: Entry<'a>, name| secret(&sign, &entry, name).to_owned().into();
    let previous_key = previous.map(|entry| read(entry, "sign.previous_key"));
    Some(Sign { key: read(key?, "sign.key"), previous_key })
}

/// A text that may be a secret, or `${kept:NAME}` under this name.
fn secret<'a>(table: &Table<'a>, entry: &Entry<'a>, name: &str) -> &'a str {
    let text = table.text_of(entry, false).unwrap_or_default();
    if let Some(fault) = kept_fault(text, name) {
        table.reading.fault(entry.fault(false, format!("`{}` cannot be used", entry.name), fault));
    }
    text
}

/// `[action.tls]`.
pub(super) fn tls<'a>(table: &Table<'a>, places: &Places<'a>) -> Tls {
    let Some(tls) = table.table("tls") else { return Tls::default() };
    let path = |field, name| {
        places.note(field, tls.entry(name), true);
        tls.text(name).unwrap_or_default().to_owned()
    };
    let (ca, cert, key) = (path(Field::Tls, "ca"), path(Field::TlsCert, "cert"), path(Field::TlsKey, "key"));
    for (there, missing) in [("cert", "key"), ("key", "cert")] {
        if let (Some(entry), None) = (tls.entry(there), tls.entry(missing)) {
            tls.reading.fault(entry.fault(true, format!("`{there}` needs `{missing}`"), "expected both or none"));
        }
    }
    let verify = tls.flag("verify").unwrap_or(true);
    tls.finish();
    Tls { ca, cert, key, verify }
}

/// `proxy`: an address, `none`, or empty for what the environment says.
pub(super) fn proxy<'a>(table: &Table<'a>, places: &Places<'a>) -> String {
    let Some(entry) = table.entry("proxy") else { return String::new() };
    places.note(Field::Proxy, Some(entry.clone()), false);
    secret(table, &entry, "proxy").to_owned()
}

/// `[action.follow]`.
pub(super) fn follow<'a>(table: &Table<'a>, places: &Places<'a>) -> Option<Follow> {
    let follow = table.table("follow")?;
    let text = |name: &'static str| {
        places.note(Field::Follow(name), follow.entry(name), true);
        follow.text(name).unwrap_or_default().to_owned()
    };
    let default = Follow::default();
    let out = Follow {
        url: text("url"),
        next: text("next"),
        origin: origins(&follow, places),
        every_ms: follow_time(&follow, places, "every", default.every_ms),
        done: text("done"),
        failed: text("failed"),
        progress: text("progress"),
        limit_ms: follow_time(&follow, places, "limit", default.limit_ms),
    };
    follow.finish();
    Some(out)
}

fn follow_time<'a>(table: &Table<'a>, places: &Places<'a>, name: &'static str, default: u64) -> u64 {
    places.note(Field::Follow(name), table.entry(name), true);
    time(table, name).unwrap_or(default)
}

fn origins<'a>(table: &Table<'a>, places: &Places<'a>) -> Vec<String> {
    let Some(entry) = table.entry("origin") else { return Follow::default().origin };
    places.note(Field::Follow("origin"), Some(entry.clone()), true);
    let expected = "\"same\", or origins such as [\"https://ci.example\"]";
    table.strings(&entry, true, expected).into_iter().map(|(_, text)| text.to_owned()).collect()
}

//! Headers, signing, TLS, proxy and the follow rule of an action.

use toml::de::DeValue;
use url::Url;

use super::super::table::{Entry, Table};
use super::action::{Places, time};
use super::check::{kept_fault, reference_fault};
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
    let fault = match kept_fault(text, entry.name) {
        Some(fault) => Some(fault),
        None if text.contains("${kept:") && !secret => Some("a value that is kept stays secret".to_owned()),
        None if text.contains("${kept:") => None,
        None => reference_fault(text),
    };
    if let Some(fault) = fault {
        table.reading.fault(entry.fault(false, format!("the value of {} cannot be used", clean(entry.name)), fault));
        return None;
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
    places.note(Field::Sign, key.clone(), false);
    let key = key.and_then(|entry| sign_key(&sign, &entry, "sign.key"));
    let previous = sign.entry("previous_key").and_then(|entry| sign_key(&sign, &entry, "sign.previous_key"));
    sign.finish();
    Some(Sign { key: key?.to_owned().into(), previous_key: previous.map(|key| key.to_owned().into()) })
}

fn sign_key<'a>(table: &Table<'a>, entry: &Entry<'a>, name: &str) -> Option<&'a str> {
    let text = table.text_of(entry, false)?;
    usable(table, entry, text, name).then_some(text)
}

/// Whether the references of a value can be read at a press, or its stored value kept.
fn usable(table: &Table<'_>, entry: &Entry<'_>, text: &str, kept: &str) -> bool {
    let is_kept = text.contains("${kept:");
    let fault = if is_kept { kept_fault(text, kept) } else { reference_fault(text) };
    let Some(fault) = fault else { return true };
    table.reading.fault(entry.fault(false, format!("`{}` cannot be used", clean(entry.name)), fault));
    false
}

/// `[action.tls]`.
pub(super) fn tls<'a>(table: &Table<'a>, places: &Places<'a>) -> Tls {
    places.note(Field::Tls, table.entry("tls"), false);
    let Some(tls) = table.table("tls") else { return Tls::default() };
    let path = |name| tls.text(name).unwrap_or_default().to_owned();
    let out = Tls { ca: path("ca"), cert: path("cert"), key: path("key"), verify: tls.flag("verify").unwrap_or(true) };
    for (there, missing) in [("cert", "key"), ("key", "cert")] {
        if let (Some(entry), None) = (tls.entry(there), tls.entry(missing)) {
            tls.reading.fault(entry.fault(true, format!("`{there}` needs `{missing}`"), "expected both or none"));
        }
    }
    tls.finish();
    out
}

/// `proxy`: an address, `none`, or empty for what the environment says.
pub(super) fn proxy<'a>(table: &Table<'a>, places: &Places<'a>) -> String {
    let Some(entry) = table.entry("proxy") else { return String::new() };
    places.note(Field::Proxy, Some(entry.clone()), false);
    let text = table.text_of(&entry, false).unwrap_or_default();
    if !usable(table, &entry, text, "proxy") {
        return String::new();
    }
    let schemes = ["http", "https", "socks5", "socks5h"];
    let is_address = |text: &str| Url::parse(text).is_ok_and(|url| schemes.contains(&url.scheme()) && url.has_host());
    if !text.is_empty() && text != "none" && !text.contains("${") && !is_address(text) {
        let expected = format!("expected none, or an address that begins with {}://", schemes.join(":// or "));
        table.reading.fault(entry.fault(false, "`proxy` is not an address", expected));
    }
    text.to_owned()
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
    let mut out = Vec::new();
    for (span, text) in table.strings(&entry, true, expected) {
        if text == "same" || is_origin(text) {
            out.push(text.to_owned());
        } else {
            table.reading.fault(entry.fault_at(span, true, "not an origin", format!("expected {expected}")));
        }
    }
    out
}

/// Scheme, host and port, and nothing more.
fn is_origin(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| {
        let bare = text.trim_end_matches('/');
        ["http", "https"].contains(&url.scheme())
            && url.has_host()
            && url.username().is_empty()
            && url.password().is_none()
            && bare.matches('/').count() == 2
            && !bare.contains(['?', '#'])
    })
}

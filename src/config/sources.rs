//! `[[source]]`: the keys that all kinds have, then those of the kind.

mod map;
mod setting;
mod words;

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::domain::source::{Auth, AuthRule, DEFAULT_REFRESH, KINDS, Kind, SourceConfig, TlsConfig, kind_named};
use crate::domain::text::clean;
use crate::domain::validate::header_name_fault;

use super::error::FileFault;
use super::table::{Entry, Table};
use crate::domain::near::did_you_mean;

const NAME_EXPECTED: &str = "expected 1 to 32 of a-z, 0-9, dot, underscore and hyphen, first a letter or digit";

/// Reads every source. A fault keeps the whole configuration from being used.
pub(super) fn read(root: &Table<'_>) -> Vec<SourceConfig> {
    let mut names: Vec<String> = Vec::new();
    root.tables("source", "[[source]]").iter().filter_map(|table| source(table, &mut names)).collect()
}

fn source(table: &Table<'_>, names: &mut Vec<String>) -> Option<SourceConfig> {
    let name = name(table, names);
    let badge = badge(table);
    let refresh = table.duration("refresh", &(Duration::from_secs(1)..=Duration::from_hours(24)));
    let headers = headers(table);
    let proxy = address(table, "proxy", &["http", "https", "socks5", "socks5h"]);
    let (words, time_zone) = (words::read(table), words::time_zone(table));
    let tls = table.table("tls").map_or_else(TlsConfig::default, |tls| tls_config(&tls));
    // Without a kind nobody can say which keys are known.
    let kind = kind(table)?;
    let auth = auth(table, kind.auth);
    let mut out = SourceConfig { badge, headers, auth, proxy, tls, words, time_zone, ..SourceConfig::new("", kind) };
    for setting in kind.settings {
        if let Some(value) = setting::read(table, setting) {
            out.settings.insert(setting.name, value);
        }
    }
    table.finish();
    Some(SourceConfig { name: name?, refresh: refresh.unwrap_or(DEFAULT_REFRESH), ..out })
}

fn name(table: &Table<'_>, names: &mut Vec<String>) -> Option<String> {
    let entry = table.required("name", "name = \"prod\"")?;
    let name = table.text_of(&entry, true)?;
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let starts_well = name.bytes().next().is_some_and(allowed);
    if !starts_well || name.len() > 32 || !name.bytes().all(|byte| allowed(byte) || b"._-".contains(&byte)) {
        table.reading.fault(entry.fault(true, "not a name for a source", NAME_EXPECTED));
        return None;
    }
    if names.iter().any(|other| other == name) {
        table.reading.fault(entry.fault(true, format!("two sources are named {name}"), "expected another name"));
    }
    names.push(name.to_owned());
    Some(name.to_owned())
}

fn badge(table: &Table<'_>) -> String {
    let Some(entry) = table.entry("badge") else {
        return String::new();
    };
    let text = table.text_of(&entry, true).unwrap_or_default();
    if text.chars().count() > 12 || clean(text) != text || text.contains("${") {
        let expected = "expected at most 12 visible characters, such as \"PROD\", and no reference: it is shown";
        table.reading.fault(entry.fault(true, "not a badge", expected));
    }
    text.to_owned()
}

fn headers(table: &Table<'_>) -> Vec<(String, SecretString)> {
    let Some(headers) = table.table("headers") else {
        return Vec::new();
    };
    let mut out = Vec::new();
    for entry in headers.entries() {
        if let Some(fault) = header_name_fault(entry.name) {
            table.reading.fault(FileFault::new(entry.key.clone(), "not a header", fault).at_key(entry.key.clone()));
        }
        let Some(value) = headers.secret_of(&entry) else { continue };
        let text = value.expose_secret();
        if !text.contains("${") {
            table.reading.literal.set(true);
            if http::HeaderValue::from_str(text).is_err() {
                table.reading.fault(entry.fault(false, "not a header's value", "expected one line of visible text"));
            }
        }
        out.push((entry.name.to_owned(), value));
    }
    out
}

fn tls_config(table: &Table<'_>) -> TlsConfig {
    let out = TlsConfig {
        ca: table.secret("ca"),
        cert: table.secret("cert"),
        key: table.secret("key"),
        verify: table.flag("verify").unwrap_or(true),
    };
    together(table, "cert", out.cert.is_some(), "key", out.key.is_some());
    table.finish();
    out
}

/// Says so where only one of two keys is there that need each other.
fn together(table: &Table<'_>, left: &'static str, has_left: bool, right: &'static str, has_right: bool) {
    if has_left != has_right {
        let (there, missing) = if has_left { (left, right) } else { (right, left) };
        if let (Some(entry), None) = (table.entry(there), table.entry(missing)) {
            table.reading.fault(entry.fault(false, format!("`{there}` needs `{missing}`"), "expected both or none"));
        }
    }
}

fn kind(table: &Table<'_>) -> Option<&'static Kind> {
    let names = KINDS.each_ref().map(|kind| kind.name);
    let entry = table.required("kind", &format!("kind = one of {}", names.join(", ")))?;
    let word = table.text_of(&entry, true)?;
    let found = kind_named(word);
    if found.is_none() {
        let fault = entry.fault(true, "`kind` has an unknown value", format!("expected one of {}", names.join(", ")));
        table.reading.fault(fault.help(did_you_mean(word, names)));
    }
    found
}

fn address(table: &Table<'_>, name: &'static str, schemes: &[&str]) -> Option<SecretString> {
    let entry = table.entry(name)?;
    let text = table.secret_of(&entry)?;
    address_is_good(table, &entry, entry.value.span(), text.expose_secret(), schemes).then_some(text)
}

/// Whether it is an address; one that holds references is judged when they are read.
fn address_is_good(
    table: &Table<'_>,
    entry: &Entry<'_>,
    span: std::ops::Range<usize>,
    text: &str,
    schemes: &[&str],
) -> bool {
    if text.contains("${") {
        return true;
    }
    let url = Url::parse(text).ok().filter(|url| schemes.contains(&url.scheme()));
    let good = url.as_ref().is_some_and(Url::has_host);
    if !good {
        let expected = format!("expected an address that begins with {}://", schemes.join(":// or "));
        table.reading.fault(entry.fault_at(span, false, format!("`{}` is not a valid URL", entry.name), expected));
    }
    if url.is_some_and(|url| url.password().is_some()) {
        table.reading.literal.set(true);
    }
    good
}

fn auth(table: &Table<'_>, rule: AuthRule) -> Auth {
    if rule == AuthRule::Own {
        return Auth::None;
    }
    let (token, user, password) = (table.credential("token"), table.secret("user"), table.credential("password"));
    together(table, "user", user.is_some(), "password", password.is_some());
    match (token, user, password) {
        (Some(_), Some(_), _) | (Some(_), _, Some(_)) => {
            if let Some(entry) = table.entry("token") {
                let label = "expected `token`, or `user` and `password`";
                table.reading.fault(entry.fault(false, "`token` beside `user` and `password`", label));
            }
            Auth::None
        }
        (Some(token), None, None) => Auth::Bearer(token),
        (None, Some(user), Some(password)) => Auth::Basic { user, password },
        (None, None, None) if rule == AuthRule::Required => {
            let example = "add user = \"andon\" and password = \"${env:PASSWORD}\"";
            table.reading.fault(FileFault::new(table.span.clone(), "`user` and `password` are missing", example));
            Auth::None
        }
        _ => Auth::None,
    }
}

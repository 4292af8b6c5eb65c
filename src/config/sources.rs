//! `[[source]]`: the keys that all kinds have, then those of the kind.

mod flashduty;
mod pagerduty;

use std::collections::BTreeMap;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::domain::incident::Severity;
use crate::domain::source::{
    AlertmanagerConfig, Auth, CommandConfig, DEFAULT_COMMAND_TIMEOUT, DEFAULT_REFRESH, FileConfig, SourceConfig,
    SourceKind, TlsConfig,
};
use crate::domain::text::clean;
use crate::domain::validate::header_name_fault;

use super::error::{Fault, did_you_mean};
use super::table::{Entry, Table};

mod icinga;

/// Every kind.
const KINDS: [&str; 6] = ["alertmanager", "flashduty", "pagerduty", "icinga", "file", "command"];

const NAME_EXPECTED: &str = "expected 1 to 32 of a-z, 0-9, dot, underscore and hyphen, first a letter or digit";

/// Reads every source. One with a fault is left out; the fault is told.
pub(super) fn read(root: &Table<'_>) -> Vec<SourceConfig> {
    let Some(entry) = root.entry("source") else {
        return Vec::new();
    };
    let Some(items) = entry.value.get_ref().as_array() else {
        let fault = Fault::new(entry.value.span(), "`source` is not a list of tables", "expected [[source]]");
        root.reading.fault(fault.help(Some("write it with two brackets: [[source]]".to_owned())));
        return Vec::new();
    };
    let mut out = Vec::new();
    let mut names: Vec<String> = Vec::new();
    for item in items {
        match item.get_ref().as_table() {
            Some(entries) => out.extend(source(&Table::new(root.reading, entries, item.span()), &mut names)),
            None => root.reading.fault(Fault::new(item.span(), "a source is no table", "expected [[source]]")),
        }
    }
    out
}

fn source(table: &Table<'_>, names: &mut Vec<String>) -> Option<SourceConfig> {
    let name = name(table, names);
    let badge = badge(table);
    let refresh = table.duration("refresh", &(Duration::from_secs(1)..=Duration::from_hours(24)));
    let headers = headers(table);
    let proxy = address(table, "proxy", &["http", "https", "socks5", "socks5h"]);
    let tls = table.table("tls").map_or_else(TlsConfig::default, |tls| tls_config(&tls));
    // Without a kind nobody can say which keys are known.
    let kind = kind(table)?;
    table.finish();
    let refresh = refresh.unwrap_or(DEFAULT_REFRESH);
    Some(SourceConfig { name: name?, badge, refresh, headers, proxy, tls, kind: kind? })
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
            table.reading.fault(Fault::new(entry.key.clone(), "not a header", fault).at_key(entry.key.clone()));
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

/// The kind and its settings: `None` where no kind can be told, `Some(None)` where it cannot be used.
// Two answers, because only a known kind tells which keys are known.
#[allow(clippy::option_option)]
fn kind(table: &Table<'_>) -> Option<Option<SourceKind>> {
    let entry = table.required("kind", &format!("kind = one of {}", KINDS.join(", ")))?;
    Some(match table.text_of(&entry, true)? {
        "alertmanager" => alertmanager(table).map(SourceKind::Alertmanager),
        "flashduty" => flashduty::read(table).map(SourceKind::Flashduty),
        "pagerduty" => pagerduty::read(table).map(SourceKind::Pagerduty),
        "icinga" => icinga::read(table).map(SourceKind::Icinga),
        "file" => file(table).map(SourceKind::File),
        "command" => command(table).map(SourceKind::Command),
        word => {
            let expected = format!("expected one of {}", KINDS.join(", "));
            table
                .reading
                .fault(entry.fault(true, "`kind` has an unknown value", expected).help(did_you_mean(word, KINDS)));
            return None;
        }
    })
}

fn file(table: &Table<'_>) -> Option<FileConfig> {
    let entry = table.required("path", "path = \"incidents.json\"")?;
    let path = table.secret_of(&entry)?;
    if path.expose_secret().is_empty() {
        table.reading.fault(entry.fault(false, "`path` is empty", "expected a file of incidents"));
        return None;
    }
    Some(FileConfig { path })
}

fn command(table: &Table<'_>) -> Option<CommandConfig> {
    table.required("command", "command = [\"pd-export\", \"--open\"]")?;
    let command = words(table, "command");
    let timeout = table.duration("timeout", &(Duration::from_secs(1)..=Duration::from_mins(10)));
    let map = table.table("map").map(|map| {
        let pairs =
            map.entries().filter_map(|entry| Some((entry.name.to_owned(), map.text_of(&entry, true)?.to_owned())));
        pairs.collect()
    });
    let (ack, close, comment) = (words(table, "ack"), words(table, "close"), words(table, "comment"));
    let timeout = timeout.unwrap_or(DEFAULT_COMMAND_TIMEOUT);
    let map = map.unwrap_or_default();
    (!command.is_empty()).then_some(CommandConfig { command, timeout, map, ack, close, comment })
}

/// A program and its arguments; empty where the key is not there.
fn words(table: &Table<'_>, name: &'static str) -> Vec<SecretString> {
    let Some(entry) = table.entry(name) else { return Vec::new() };
    let words = table.strings(&entry, false, "a program and its arguments");
    let checked = words.iter().filter(|(span, text)| table.check_references(&entry, span.clone(), text));
    let out = checked.map(|(_, text)| SecretString::from(*text)).collect();
    if words.first().is_none_or(|(_, program)| program.is_empty()) {
        let expected = "expected [\"program\", \"argument\"]";
        table.reading.fault(entry.fault(false, format!("`{name}` names no program"), expected));
    }
    out
}

fn alertmanager(table: &Table<'_>) -> Option<AlertmanagerConfig> {
    let out = AlertmanagerConfig {
        urls: urls(table),
        channel_label: table.text("channel_label").map(str::to_owned),
        severity: severity(table),
        auth: auth(table),
    };
    (!out.urls.is_empty()).then_some(out)
}

fn urls(table: &Table<'_>) -> Vec<SecretString> {
    match (table.entry("url"), table.entry("urls")) {
        (None, None) => {
            let example = "add url = \"http://alertmanager:9093\"";
            table.reading.fault(Fault::new(table.span.clone(), "`url` is missing", example));
            Vec::new()
        }
        (Some(_), Some(entry)) => {
            table.reading.fault(entry.fault(false, "`url` and `urls` are both there", "expected one of them"));
            Vec::new()
        }
        (Some(_), None) => address(table, "url", &["http", "https"]).into_iter().collect(),
        (None, Some(entry)) => {
            let items = table.strings(&entry, false, "a list of addresses");
            if items.is_empty() && entry.value.get_ref().is_array() {
                table.reading.fault(entry.fault(false, "`urls` is empty", "expected at least one address"));
            }
            let good = items.into_iter().filter(|(span, text)| {
                table.check_references(&entry, span.clone(), text)
                    && address_is_good(table, &entry, span.clone(), text, &["http", "https"])
            });
            good.map(|(_, text)| text.into()).collect()
        }
    }
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
        table.reading.fault(entry.fault_at(span, false, format!("`{}` is not an address", entry.name), expected));
    }
    if url.is_some_and(|url| url.password().is_some()) {
        table.reading.literal.set(true);
    }
    good
}

fn severity(table: &Table<'_>) -> BTreeMap<String, Severity> {
    let Some(map) = table.table("severity") else {
        return BTreeMap::new();
    };
    let mut out = BTreeMap::new();
    for entry in map.entries() {
        let Some(word) = map.text_of(&entry, true) else { continue };
        if let Some(severity) = Severity::parse(word) {
            out.insert(entry.name.to_lowercase(), severity);
        } else {
            let fault = entry.fault(true, "not a severity", "expected Critical, Warning or Info");
            map.reading.fault(fault.help(did_you_mean(word, ["Critical", "Warning", "Info"])));
        }
    }
    out
}

fn auth(table: &Table<'_>) -> Auth {
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
        _ => Auth::None,
    }
}

//! The tables of `config.toml` but the sources, each read into its part of [`Config`].

use std::collections::BTreeMap;
use std::time::Duration;

use toml::de::DeTable;

use crate::domain::text::clean;
use crate::domain::validate::NAME_MAX;
use crate::secret::{Part, Reference, parse};

use super::model::{Config, Notify, OperatorConfig, Policy, Times, Ui};
use super::sources;
use super::table::{Reading, Table};
use super::theme::theme;
use super::views;

const DAY: Duration = Duration::from_hours(24);

/// Reads the whole document. What is wrong is in `reading`; the configuration then has defaults in its place.
pub(super) fn read(root: &DeTable<'_>, reading: &mut Reading) -> Config {
    // First, because every other string may name one of these.
    let secrets = secrets(&Table::new(reading, root, 0..0));
    reading.secrets = secrets;
    let root = Table::new(reading, root, 0..0);
    root.know(&["secrets"]);
    let removed = removed(&root);
    let config = Config {
        operator: root.table("operator").map_or_else(OperatorConfig::default, |table| operator(&table)),
        sources: sources::read(&root),
        max_per_channel: actions(&root),
        policy: root.table("policy").map_or_else(Policy::default, |table| policy(&table)),
        secrets: reading.secrets.clone(),
        retention: retention(&root),
        ui: root.table("ui").map_or_else(Ui::default, |table| ui(&table)),
        views: views::read(&root),
        keys: root.table("keys").map_or_else(BTreeMap::new, |table| keys(&table)),
        removed,
    };
    root.finish();
    config
}

fn secrets(root: &Table<'_>) -> BTreeMap<String, Reference> {
    let Some(table) = root.table("secrets") else {
        return BTreeMap::new();
    };
    let mut out = BTreeMap::new();
    for entry in table.entries() {
        let Some(text) = table.text_of(&entry, false) else { continue };
        let fault = match parse(text).as_deref() {
            Ok([Part::Reference(Reference::Secret(_))]) => "a secret cannot name another one".to_owned(),
            Ok([Part::Reference(reference)]) => {
                out.insert(entry.name.to_owned(), reference.clone());
                continue;
            }
            Ok(_) => "expected exactly one reference: ${env:NAME}, ${file:PATH} or ${cmd:COMMAND}".to_owned(),
            Err(bad) => bad.message.clone(),
        };
        root.reading.fault(entry.fault(false, format!("`{}` is not a reference", clean(entry.name)), fault));
        // Known all the same: what names it is not wrong.
        out.insert(entry.name.to_owned(), Reference::Env(entry.name.to_owned()));
    }
    out
}

fn operator(table: &Table<'_>) -> OperatorConfig {
    let out = OperatorConfig {
        name: person_text(table, "name"),
        email: person_text(table, "email").unwrap_or_default(),
        id: table.integer("id", &(0..=i64::MAX)).unwrap_or_default(),
    };
    table.finish();
    out
}

fn person_text(table: &Table<'_>, name: &'static str) -> Option<String> {
    let text = table.text(name)?;
    if text.trim().is_empty() || text.chars().count() > NAME_MAX || clean(text) != text {
        let entry = table.entry(name)?;
        let expected = format!("expected 1 to {NAME_MAX} characters, none of them invisible");
        table.reading.fault(entry.fault(true, format!("`{name}` cannot be shown as it is"), expected));
    }
    Some(text.to_owned())
}

fn actions(root: &Table<'_>) -> u8 {
    let default = Config::default().max_per_channel;
    let Some(table) = root.table("actions") else {
        return default;
    };
    let limit = table.integer("max_per_channel", &(1..=9)).and_then(|limit| u8::try_from(limit).ok());
    table.finish();
    limit.unwrap_or(default)
}

fn policy(table: &Table<'_>) -> Policy {
    let default = Policy::default();
    let out = Policy {
        read_only: table.flag("read_only").unwrap_or(default.read_only),
        allow_hosts: hosts(table, "allow_hosts"),
        deny_hosts: hosts(table, "deny_hosts"),
        action_references: table.flag("action_references").unwrap_or(default.action_references),
    };
    table.finish();
    out
}

fn hosts(table: &Table<'_>, name: &'static str) -> Vec<String> {
    let Some(entry) = table.entry(name) else {
        return Vec::new();
    };
    let expected = "a host's name, *.name, or an address, without scheme, port and path";
    let mut out = Vec::new();
    for (span, text) in table.strings(&entry, true, expected) {
        match host(text) {
            Some(host) => out.push(host),
            None => table.reading.fault(entry.fault_at(span, true, "not a host", format!("expected {expected}"))),
        }
    }
    out
}

/// A host as it is compared: lower case, addresses in their usual spelling.
fn host(text: &str) -> Option<String> {
    let (star, name) = text.strip_prefix("*.").map_or(("", text), |name| ("*.", name));
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    let name = if bare.contains(':') { format!("[{bare}]") } else { name.to_owned() };
    match url::Host::parse(&name).ok()? {
        url::Host::Domain(name) if !name.contains('*') => Some(format!("{star}{name}")),
        url::Host::Ipv4(address) if star.is_empty() => Some(address.to_string()),
        url::Host::Ipv6(address) if star.is_empty() => Some(address.to_string()),
        _ => None,
    }
}

fn retention(root: &Table<'_>) -> Duration {
    let default = Config::default().retention;
    let Some(table) = root.table("store") else {
        return default;
    };
    let kept = table.duration("retention", &(DAY..=DAY * 36_500));
    table.finish();
    kept.unwrap_or(default)
}

/// Files of earlier versions may have these, and still start.
fn removed(root: &Table<'_>) -> Vec<&'static str> {
    let ui = root.entries().find(|entry| entry.name == "ui");
    let has_mouse = ui.and_then(|ui| ui.value.get_ref().as_table()?.get("mouse")).is_some();
    has_mouse
        .then_some("[ui] mouse has no effect any more: remove it; the mouse is the terminal's")
        .into_iter()
        .collect()
}

fn ui(table: &Table<'_>) -> Ui {
    table.know(&["mouse"]);
    let notify = [("auto", Notify::Auto), ("osc9", Notify::Osc9), ("osc777", Notify::Osc777), ("off", Notify::Off)];
    let out = Ui {
        theme: theme(table),
        times: table.choice("times", &[("local", Times::Local), ("utc", Times::Utc)]).unwrap_or_default(),
        bell: table.flag("bell").unwrap_or(true),
        notify: table.choice("notify", &notify).unwrap_or_default(),
        title: table.flag("title").unwrap_or(true),
        groups: views::groups(table),
        escape_ms: table.integer("escape_ms", &(10..=1_000)).and_then(|ms| u16::try_from(ms).ok()),
    };
    table.finish();
    out
}

/// The names of the commands are not known here; who has the key table checks them.
fn keys(table: &Table<'_>) -> BTreeMap<String, Vec<String>> {
    let expected = "a key such as \"j\", \"Ctrl+r\" or \"PageUp\", or a list of keys";
    let mut out = BTreeMap::new();
    for entry in table.entries() {
        let keys = table.strings(&entry, true, expected);
        for (span, text) in &keys {
            if let Err(error) = text.parse::<keybinds::KeySeq>() {
                let fault = entry.fault_at(span.clone(), true, "not a key", format!("expected {expected}"));
                table.reading.fault(fault.help(Some(error.to_string())));
            }
        }
        out.insert(entry.name.to_owned(), keys.into_iter().map(|(_, text)| text.to_owned()).collect());
    }
    out
}

//! A setting of a kind of source, read as the table of kinds says.

use secrecy::{ExposeSecret, SecretString};

use super::super::error::FileFault;
use super::super::table::{Entry, Table};
use super::{address, address_is_good, map};
use crate::domain::near::did_you_mean;
use crate::domain::source::{Setting, SettingType, SettingValue};

const HTTP: [&str; 2] = ["http", "https"];

/// What is written for it; `None` where nothing is, or what is cannot be used.
pub(super) fn read(table: &Table<'_>, setting: &Setting) -> Option<SettingValue> {
    let name = setting.name;
    if setting.is_required() && !matches!(setting.holds, SettingType::Cluster) {
        table.required(name, &format!("{name} = {}", setting.example))?;
    }
    Some(match setting.holds {
        SettingType::Url(_) => SettingValue::Secrets(vec![address(table, name, &HTTP)?]),
        SettingType::Cluster => SettingValue::Secrets(cluster(table, setting)),
        SettingType::Credential(words) => {
            filled(table, name, table.credential(name)?, &format!("expected the {words}"))?
        }
        SettingType::Path => filled(table, name, table.secret(name)?, "expected a file of incidents")?,
        SettingType::Program { .. } => SettingValue::Secrets(program(table, name)),
        SettingType::Text => SettingValue::Texts(vec![table.text(name)?.to_owned()]),
        SettingType::Duration { min, max, .. } => SettingValue::Duration(table.duration(name, &(min..=max))?),
        SettingType::Flag(_) => SettingValue::Flag(table.flag(name)?),
        SettingType::Ids => SettingValue::Texts(ids(table, name)),
        SettingType::Words(words) => SettingValue::Texts(some_of(table, name, words)),
        SettingType::Map => SettingValue::Map(map::read(&table.table(name)?)),
        SettingType::Condition => SettingValue::Texts(vec![map::condition(table, name)?]),
        SettingType::Environment => SettingValue::Named(environment(&table.table(name)?)),
        SettingType::SecretText => SettingValue::Secrets(vec![table.secret(name)?]),
    })
}

fn filled(table: &Table<'_>, name: &'static str, text: SecretString, expected: &str) -> Option<SettingValue> {
    if !text.expose_secret().trim().is_empty() {
        return Some(SettingValue::Secrets(vec![text]));
    }
    let entry = table.entry(name)?;
    table.reading.fault(entry.fault(false, format!("`{name}` is empty"), expected));
    None
}

/// `url`, or `urls` in its place.
fn cluster(table: &Table<'_>, setting: &Setting) -> Vec<SecretString> {
    match (table.entry(setting.name), table.entry("urls")) {
        (None, None) => {
            table.required(setting.name, &format!("{} = {}", setting.name, setting.example));
            Vec::new()
        }
        (Some(_), Some(entry)) => {
            table.reading.fault(entry.fault(false, "`url` and `urls` are both there", "expected one of them"));
            Vec::new()
        }
        (Some(_), None) => address(table, setting.name, &HTTP).into_iter().collect(),
        (None, Some(entry)) => {
            let items = table.strings(&entry, false, "a list of addresses");
            if items.is_empty() && entry.value.get_ref().is_array() {
                table.reading.fault(entry.fault(false, "`urls` is empty", "expected at least one address"));
            }
            let good = items.into_iter().filter(|(span, text)| {
                table.check_references(&entry, span.clone(), text)
                    && address_is_good(table, &entry, span.clone(), text, &HTTP)
            });
            good.map(|(_, text)| text.into()).collect()
        }
    }
}

/// A program and its arguments; empty where the key is not there.
fn program(table: &Table<'_>, name: &'static str) -> Vec<SecretString> {
    let Some(entry) = table.entry(name) else { return Vec::new() };
    let words = table.strings(&entry, false, "a program and its arguments");
    let checked = words.iter().filter(|(span, text)| table.check_references(&entry, span.clone(), text));
    let out = checked.map(|(_, text)| SecretString::from(*text)).collect();
    if words.first().is_none_or(|(_, program)| program.is_empty()) {
        let expected = "expected [\"program\", \"argument\"]";
        table.reading.fault(entry.fault(false, format!("`{name}` is empty"), expected));
    }
    out
}

/// Each once: an API may refuse a filter that names one thing twice.
fn each<'a>(
    table: &Table<'a>,
    name: &'static str,
    expected: &str,
    fault: impl Fn(&Entry<'a>, std::ops::Range<usize>, &str) -> Option<FileFault>,
) -> Vec<String> {
    let Some(entry) = table.entry(name) else { return Vec::new() };
    let mut out: Vec<String> = Vec::new();
    for (span, text) in table.strings(&entry, true, expected) {
        match fault(&entry, span, text) {
            Some(fault) => table.reading.fault(fault),
            None if out.iter().any(|known| known == text) => {}
            None => out.push(text.to_owned()),
        }
    }
    out
}

fn ids(table: &Table<'_>, name: &'static str) -> Vec<String> {
    each(table, name, "ids such as \"PABC123\"", |entry, span, id| {
        let is_id = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let label = "expected letters and digits, as at the end of its address in the browser";
        (!is_id).then(|| entry.fault_at(span, true, "not an id", label))
    })
}

fn some_of(table: &Table<'_>, name: &'static str, words: &'static [&'static str]) -> Vec<String> {
    let expected = words.join(" or ");
    each(table, name, &expected, |entry, span, word| {
        let fault = |span| {
            let title = format!("`{name}` has an unknown value");
            entry.fault_at(span, true, title, format!("expected {expected}"))
        };
        (!words.contains(&word)).then(|| fault(span).help(did_you_mean(word, words.iter().copied())))
    })
}

/// Variables of a program's environment.
fn environment(table: &Table<'_>) -> Vec<(String, SecretString)> {
    let mut out = Vec::new();
    for entry in table.in_order() {
        if entry.name.is_empty() || entry.name.contains(['=', '\0']) {
            let fault = FileFault::new(entry.key.clone(), "not a variable", "expected a name such as TICKETS_TOKEN");
            table.reading.fault(fault.at_key(entry.key.clone()));
        }
        if let Some(value) = table.secret_of(&entry) {
            out.push((entry.name.to_owned(), value));
        }
    }
    out
}

//! Reading one table of the file: each getter knows its type, and what nobody asked for is an unknown key.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::ops::{Range, RangeInclusive};
use std::path::{Path, PathBuf};
use std::time::Duration;

use secrecy::SecretString;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::domain::text::clean;
use crate::domain::time::{format_duration, parse_duration};
use crate::secret::{Part, Reference, parse};

use super::error::{ConfigError, FileFault};
use crate::domain::near::did_you_mean;

/// What all tables of one file share: the faults found so far, and the names under `[secrets]`.
#[derive(Default)]
pub(super) struct Reading {
    /// Where the file is, for what it names beside itself.
    pub(super) folder: PathBuf,
    pub(super) faults: RefCell<Vec<FileFault>>,
    pub(super) secrets: BTreeMap<String, Reference>,
    /// Whether a secret stands in the file itself.
    pub(super) literal: Cell<bool>,
}

impl Reading {
    pub(super) fn fault(&self, fault: FileFault) {
        self.faults.borrow_mut().push(fault);
    }
}

/// Reads a text by `take`. `path` is what faults name.
/// The error has all faults of the text.
pub(super) fn read_toml<T>(
    path: &Path,
    text: &str,
    take: impl FnOnce(&DeTable<'_>, &mut Reading) -> T,
) -> Result<T, ConfigError> {
    let (root, errors) = DeTable::parse_recoverable(text);
    let fault = |error: &toml::de::Error| {
        let span = error.span().unwrap_or(0..0);
        let help = is_null(text, span.start).then(|| {
            "TOML has no null; where a body needs one, write it as json_text = '{\"field\": null}' in its place"
                .to_owned()
        });
        FileFault::new(span, "this is not TOML", error.message()).help(help)
    };
    let mut faults: Vec<FileFault> = errors.iter().map(fault).collect();
    // What was understood around a broken line would only add false faults.
    if faults.is_empty() {
        let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
        let mut reading = Reading { folder, ..Reading::default() };
        let taken = take(root.get_ref(), &mut reading);
        faults = reading.faults.into_inner();
        if faults.is_empty() {
            return Ok(taken);
        }
    }
    Err(ConfigError::in_file(path, text, faults))
}

/// Whether the word `null` stands there as a value.
fn is_null(text: &str, at: usize) -> bool {
    let line = |at: usize| {
        let start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1);
        text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default()
    };
    line(at.min(text.len()))
        .split(|ch: char| !ch.is_alphanumeric() && ch != '_' && ch != '"')
        .any(|word| word == "null")
}

/// A value and its key.
#[derive(Clone)]
pub(super) struct Entry<'a> {
    pub(super) name: &'a str,
    pub(super) key: Range<usize>,
    pub(super) value: &'a Spanned<DeValue<'a>>,
}

impl Entry<'_> {
    /// A fault of the value. `plain`: the value may be shown.
    pub(super) fn fault(&self, plain: bool, title: impl Into<String>, label: impl Into<String>) -> FileFault {
        self.fault_at(self.value.span(), plain, title, label)
    }

    /// A fault of a part of the value.
    pub(super) fn fault_at(
        &self,
        span: Range<usize>,
        plain: bool,
        title: impl Into<String>,
        label: impl Into<String>,
    ) -> FileFault {
        FileFault::new(span, title, label).at_key(self.key.clone()).plain(plain)
    }

    pub(super) fn wrong_type(&self, plain: bool, expected: &str) -> FileFault {
        let found = kind_of(self.value.get_ref());
        self.fault(plain, format!("`{}` is {found}", clean(self.name)), format!("expected {expected}"))
    }
}

/// One table, with the names that were asked for.
pub(super) struct Table<'a> {
    pub(super) reading: &'a Reading,
    pub(super) span: Range<usize>,
    entries: &'a DeTable<'a>,
    asked: RefCell<Vec<&'static str>>,
}

impl<'a> Table<'a> {
    pub(super) fn new(reading: &'a Reading, entries: &'a DeTable<'a>, span: Range<usize>) -> Self {
        Self { reading, span, entries, asked: RefCell::default() }
    }

    /// Says that a key is known, without reading it.
    pub(super) fn know(&self, names: &[&'static str]) {
        self.asked.borrow_mut().extend(names);
    }

    /// Every entry in the order written.
    pub(super) fn in_order(&self) -> Vec<Entry<'a>> {
        let mut entries: Vec<Entry<'a>> = self.entries().collect();
        entries.sort_by_key(|entry| entry.key.start);
        entries
    }

    /// Every entry, for tables whose keys are the user's own.
    pub(super) fn entries(&self) -> impl Iterator<Item = Entry<'a>> + use<'a> {
        self.entries.iter().map(|(key, value)| Entry { name: key.get_ref(), key: key.span(), value })
    }

    pub(super) fn entry(&self, name: &'static str) -> Option<Entry<'a>> {
        self.know(&[name]);
        self.entries().find(|entry| entry.name == name)
    }

    /// A key that must be there.
    pub(super) fn required(&self, name: &'static str, example: &str) -> Option<Entry<'a>> {
        let entry = self.entry(name);
        if entry.is_none() {
            self.reading.fault(FileFault::new(
                self.span.clone(),
                format!("`{name}` is missing"),
                format!("add {example}"),
            ));
        }
        entry
    }

    /// Text that is shown to people and never secret.
    pub(super) fn text(&self, name: &'static str) -> Option<&'a str> {
        let entry = self.entry(name)?;
        self.text_of(&entry, true)
    }

    pub(super) fn text_of(&self, entry: &Entry<'a>, plain: bool) -> Option<&'a str> {
        let text = entry.value.get_ref().as_str();
        if text.is_none() {
            self.reading.fault(entry.wrong_type(plain, "a string"));
        }
        text
    }

    /// Text that may be a secret or hold references.
    pub(super) fn secret(&self, name: &'static str) -> Option<SecretString> {
        let entry = self.entry(name)?;
        self.secret_of(&entry)
    }

    /// Like [`Table::secret`]; a literal there is a secret that stands in the file.
    pub(super) fn credential(&self, name: &'static str) -> Option<SecretString> {
        let entry = self.entry(name)?;
        if entry.value.get_ref().as_str().is_some_and(|text| !text.contains("${")) {
            self.reading.literal.set(true);
        }
        self.secret_of(&entry)
    }

    pub(super) fn secret_of(&self, entry: &Entry<'a>) -> Option<SecretString> {
        let text = self.text_of(entry, false)?;
        self.check_references(entry, entry.value.span(), text).then(|| text.into())
    }

    pub(super) fn check_references(&self, entry: &Entry<'a>, span: Range<usize>, text: &str) -> bool {
        let fault = match parse(text) {
            Err(bad) => Some((bad.message, None)),
            Ok(parts) => parts.iter().find_map(|part| self.unknown_secret(part)),
        };
        let Some((message, help)) = fault else { return true };
        self.reading.fault(entry.fault_at(span, false, "a bad reference", message).help(help));
        false
    }

    fn unknown_secret(&self, part: &Part<'_>) -> Option<(String, Option<String>)> {
        let names = &self.reading.secrets;
        match part {
            Part::Reference(Reference::Secret(name)) if !names.contains_key(name) => Some((
                format!("${{secret:{}}} is not defined under [secrets]", clean(name)),
                did_you_mean(name, names.keys().map(String::as_str)),
            )),
            _ => None,
        }
    }

    pub(super) fn flag(&self, name: &'static str) -> Option<bool> {
        let entry = self.entry(name)?;
        let flag = entry.value.get_ref().as_bool();
        if flag.is_none() {
            self.reading.fault(entry.wrong_type(true, "true or false"));
        }
        flag
    }

    pub(super) fn integer(&self, name: &'static str, range: &RangeInclusive<i64>) -> Option<i64> {
        let entry = self.entry(name)?;
        let expected = if *range.end() == i64::MAX {
            "a whole number".to_owned()
        } else {
            format!("a whole number from {} to {}", range.start(), range.end())
        };
        let Some(number) = entry.value.get_ref().as_integer() else {
            self.reading.fault(entry.wrong_type(true, &expected));
            return None;
        };
        let number = i64::from_str_radix(number.as_str(), number.radix()).ok().filter(|number| range.contains(number));
        if number.is_none() {
            let title = format!("`{name}` is out of range");
            self.reading.fault(entry.fault(true, title, format!("expected {expected}")));
        }
        number
    }

    pub(super) fn duration(&self, name: &'static str, range: &RangeInclusive<Duration>) -> Option<Duration> {
        let entry = self.entry(name)?;
        let Some(text) = entry.value.get_ref().as_str() else {
            self.reading.fault(entry.wrong_type(true, "a duration in quotes, such as \"15s\""));
            return None;
        };
        match parse_duration(text).map(Duration::from_millis) {
            Ok(duration) if range.contains(&duration) => return Some(duration),
            Ok(_) => {
                let expected = format!("expected {} to {}", shown(*range.start()), shown(*range.end()));
                self.reading.fault(entry.fault(true, format!("`{name}` is out of range"), expected));
            }
            Err(message) => self.reading.fault(entry.fault(true, format!("`{name}` is not a duration"), message)),
        }
        None
    }

    /// One of some words.
    pub(super) fn choice<T: Copy>(&self, name: &'static str, choices: &[(&'static str, T)]) -> Option<T> {
        let entry = self.entry(name)?;
        let words = choices.iter().map(|(word, _)| *word);
        let expected = words.clone().collect::<Vec<_>>().join(", ");
        let Some(text) = entry.value.get_ref().as_str() else {
            self.reading.fault(entry.wrong_type(true, &format!("one of {expected}")));
            return None;
        };
        let found = choices.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        if found.is_none() {
            let fault =
                entry.fault(true, format!("`{name}` has an unknown value"), format!("expected one of {expected}"));
            self.reading.fault(fault.help(did_you_mean(text, words)));
        }
        found
    }

    /// A list of strings, or one string, each with its place. `what` is said of it in a fault.
    pub(super) fn strings(&self, entry: &Entry<'a>, plain: bool, what: &str) -> Vec<(Range<usize>, &'a str)> {
        let items = match entry.value.get_ref() {
            DeValue::String(text) => return vec![(entry.value.span(), text)],
            DeValue::Array(items) => items,
            _ => {
                self.reading.fault(entry.wrong_type(plain, what));
                return Vec::new();
            }
        };
        let mut out = Vec::new();
        for item in items {
            match item.get_ref().as_str() {
                Some(text) => out.push((item.span(), text)),
                None => self.reading.fault(entry.fault_at(
                    item.span(),
                    plain,
                    format!("`{}` holds {}", clean(entry.name), kind_of(item.get_ref())),
                    format!("expected {what}"),
                )),
            }
        }
        out
    }

    pub(super) fn table(&self, name: &'static str) -> Option<Table<'a>> {
        let entry = self.entry(name)?;
        self.table_of(&entry, &format!("a table: [{name}]"))
    }

    pub(super) fn table_of(&self, entry: &Entry<'a>, expected: &str) -> Option<Table<'a>> {
        let Some(entries) = entry.value.get_ref().as_table() else {
            self.reading.fault(entry.wrong_type(false, expected));
            return None;
        };
        Some(Table::new(self.reading, entries, entry.value.span()))
    }

    /// A list of tables; `header` is how one is begun.
    pub(super) fn tables(&self, name: &'static str, header: &str) -> Vec<Table<'a>> {
        let Some(entry) = self.entry(name) else { return Vec::new() };
        let Some(items) = entry.value.get_ref().as_array() else {
            let fault =
                FileFault::new(entry.value.span(), format!("`{name}` is not a list of tables"), header_help(header));
            self.reading.fault(fault.help(Some(format!("write it with two brackets: {header}"))));
            return Vec::new();
        };
        let mut out = Vec::new();
        for item in items {
            if let Some(entries) = item.get_ref().as_table() {
                out.push(Table::new(self.reading, entries, item.span()));
            } else {
                let title = format!("each {name} must be a table, and this is {}", kind_of(item.get_ref()));
                self.reading.fault(FileFault::new(item.span(), title, header_help(header)));
            }
        }
        out
    }

    /// A number, with or without a fraction.
    pub(super) fn number(&self, name: &'static str) -> Option<f64> {
        let entry = self.entry(name)?;
        let number = match entry.value.get_ref() {
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
                .ok()
                .and_then(|number| number.to_string().parse().ok()),
            DeValue::Float(number) => number.as_str().parse().ok(),
            _ => None,
        };
        let number = number.filter(|number: &f64| number.is_finite());
        if number.is_none() {
            self.reading.fault(entry.wrong_type(true, "a number"));
        }
        number
    }

    /// Reports every key that was not asked for.
    pub(super) fn finish(&self) {
        let mut asked = self.asked.borrow().clone();
        asked.sort_unstable();
        asked.dedup();
        for entry in self.entries().filter(|entry| !asked.contains(&entry.name)) {
            let title = format!("unknown key `{}`", clean(entry.name));
            let label = format!("expected one of {}", asked.join(", "));
            let near = did_you_mean(entry.name, asked.iter().copied());
            self.reading.fault(FileFault::new(entry.key.clone(), title, label).at_key(entry.key).help(near));
        }
    }
}

fn header_help(header: &str) -> String {
    format!("expected {header}")
}

fn shown(duration: Duration) -> String {
    let seconds = duration.as_secs();
    if seconds >= 86_400 && seconds.is_multiple_of(86_400) {
        format!("{}d", seconds / 86_400)
    } else {
        format_duration(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
    }
}

pub(super) fn kind_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a fraction",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

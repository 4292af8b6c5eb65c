//! The fields of an action as they are typed: channels, headers, values of files. Each fault has its own sentence.

use std::fs::File;
use std::io::{self, Read};

use super::exit::{CommandError, Exit};
use crate::domain::action::{Header, has_reference, names_a_secret};
use crate::domain::channel::ChannelKey;
use crate::domain::text::clean;

/// More than any value that is typed.
const VALUE_LIMIT: u64 = 64 * 1024;

/// Collects what is wrong, and what is only unwise.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// What is wrong, with the field that it is about.
    faults: Vec<(Option<String>, String)>,
    pub(super) warnings: Vec<String>,
    stdin_was_read: bool,
}

impl Reading {
    pub(super) fn fault(&mut self, field: &str, sentence: &str) {
        self.faults.push((Some(field.to_owned()), format!("{field}: {sentence}")));
    }

    /// Texts that are wrong as a whole.
    pub(super) fn faulty_texts(&mut self, messages: Vec<String>) {
        self.faults.extend(messages.into_iter().map(|message| (None, message)));
    }

    /// Whether something is wrong with this field.
    pub(super) fn has_fault(&self, field: &str) -> bool {
        self.faults.iter().any(|(faulty, _)| faulty.as_deref() == Some(field))
    }

    /// All faults, where there are any: nothing is saved then.
    pub(super) fn judge(&mut self) -> Result<(), CommandError> {
        if self.faults.is_empty() {
            return Ok(());
        }
        let messages = self.faults.drain(..).map(|(_, message)| message).collect();
        Err(CommandError { exit: Exit::Usage, messages })
    }

    /// A channel's key; `None` where it is none.
    pub(super) fn channel(&mut self, text: &str) -> Option<ChannelKey> {
        let key = ChannelKey::parse(text).filter(|key| clean(key.as_str()) == key.as_str());
        if key.is_none() {
            self.fault("channels", &format!("\"{}\" is not of the form source/id", clean(text)));
        }
        key
    }

    /// Header number `number` (from 1), `Name: value`. No fault ever shows a value.
    pub(super) fn header(&mut self, number: usize, text: &str) -> Option<Header> {
        let field = format!("header {number}");
        let Some((name, value)) = text.split_once(':') else {
            self.fault(&field, "write it as 'Name: value', 'Name: @FILE' or 'Name: @-'");
            return None;
        };
        let (name, value) = (name.trim(), value.trim());
        if let Some(place) = value.strip_prefix('@') {
            let read = self.value_at(place).map_err(|sentence| self.fault(&field, &sentence)).ok()?;
            return Some(Header::new(name, read));
        }
        if names_a_secret(name) && !has_reference(value) {
            self.warn_of_literal(&format!("header {}", clean(name)), &format!("{}: ", clean(name)));
        }
        Some(Header::new(name, value))
    }

    /// A value that should be a reference, `@FILE` or `@-`. No fault ever shows it.
    pub(super) fn secret(&mut self, field: &str, flag: &str, text: &str) -> Option<String> {
        if text.starts_with('@') {
            return self.text_or_file(field, text);
        }
        if !has_reference(text) {
            self.warn_of_literal(flag, "");
        }
        Some(text.to_owned())
    }

    fn warn_of_literal(&mut self, what: &str, before: &str) {
        self.warnings.push(format!(
            "{what}: the value is visible in the process list and in the store; use a reference: \
             '{before}${{secret:NAME}}' with NAME under [secrets] in the configuration, or '{before}@-' to type it"
        ));
    }

    /// A text, or with `@FILE` and `@-` what stands there.
    pub(super) fn text_or_file(&mut self, field: &str, text: &str) -> Option<String> {
        match text.strip_prefix('@') {
            Some(place) => self.value_at(place).map_err(|sentence| self.fault(field, &sentence)).ok(),
            None => Some(text.to_owned()),
        }
    }

    fn value_at(&mut self, place: &str) -> Result<String, String> {
        if place == "-" {
            if std::mem::replace(&mut self.stdin_was_read, true) {
                return Err("stdin can be read for one value only".to_owned());
            }
            return value_from(io::stdin().lock(), "stdin");
        }
        let shown = clean(place);
        let file = File::open(place).map_err(|error| format!("{shown} cannot be read: {}", error.kind()))?;
        value_from(file, &shown)
    }
}

/// The value without its one line end.
pub(super) fn value_from(from: impl Read, shown: &str) -> Result<String, String> {
    let mut value = String::new();
    let read = from.take(VALUE_LIMIT + 1).read_to_string(&mut value);
    match read {
        Err(error) => Err(format!("{shown} cannot be read: {}", error.kind())),
        Ok(_) if value.len() as u64 > VALUE_LIMIT => Err(format!("{shown} holds more than 64 KiB")),
        Ok(_) => {
            let line = value.strip_suffix('\n').unwrap_or(&value);
            Ok(line.strip_suffix('\r').unwrap_or(line).to_owned())
        }
    }
}

//! Reading the words and times of one list, and keeping account of what could not be read.

use std::sync::LazyLock;

use jiff::tz::TimeZone;
use serde_json::{Map, Value};

use super::times::{self, Time};
use crate::domain::as_given::{as_given, keep_word};
use crate::domain::incident::{Progress, Severity, Status};
use crate::domain::list_report::ListReport;
use crate::domain::source::SourceConfig;
use crate::domain::words::Words;

/// What the words and times of a source mean, and what was found out about its list so far. One for each reading.
#[derive(Clone, Debug)]
pub(super) struct Account<'a> {
    words: &'a Words,
    zone: TimeZone,
    pub(super) report: ListReport,
}

impl<'a> Account<'a> {
    /// For a list of this source.
    pub(super) fn new(config: &'a SourceConfig) -> Self {
        Self { words: &config.words, zone: zone(config.time_zone.as_deref()), report: ListReport::default() }
    }

    /// With the table alone, where no configuration is at hand.
    #[cfg(test)]
    pub(super) fn plain() -> Account<'static> {
        static NONE: LazyLock<Words> = LazyLock::new(Words::default);
        Account { words: &NONE, zone: TimeZone::UTC, report: ListReport::default() }
    }

    /// What the word of `field` means; `None` where there is none. One that nobody knows is a warning, and is shown as it
    /// was given. `extra` takes the source's own word.
    pub(super) fn severity(&mut self, field: &str, given: &Value, extra: &mut Map<String, Value>) -> Option<Severity> {
        let known = match self.word(field, given, extra) {
            Word::None => return None,
            Word::Odd => None,
            Word::Is(word) => {
                let known = self.words.severity(&word);
                self.note(field, &word, known.map(Severity::as_str), extra);
                known
            }
        };
        Some(known.unwrap_or(Severity::Warning))
    }

    /// As [`Account::severity`]; one that nobody knows is triggered.
    pub(super) fn progress(&mut self, field: &str, given: &Value, extra: &mut Map<String, Value>) -> Option<Progress> {
        let known = match self.word(field, given, extra) {
            Word::None => return None,
            Word::Odd => None,
            Word::Is(word) => {
                let known = self.words.progress(&word);
                self.note(field, &word, known.map(Progress::as_str), extra);
                known
            }
        };
        Some(known.unwrap_or_default())
    }

    /// The state that a word means; `None` where nobody knows it.
    pub(super) fn status(&self, word: &str) -> Option<Status> {
        self.words.status(word)
    }

    /// The time of `field` in Unix seconds, 0 where it has not happened or nobody can read it; that is kept as given.
    pub(super) fn time(&mut self, field: &str, given: &Value, extra: &mut Map<String, Value>) -> i64 {
        match times::read(given, &self.zone) {
            Time::At(seconds) => seconds,
            Time::Never => 0,
            Time::Unread => {
                self.unread_time(field, given, extra);
                0
            }
        }
    }

    /// A value of `field` that nobody can read as a time, kept as it was given.
    pub(super) fn unread_time(&mut self, field: &str, given: &Value, extra: &mut Map<String, Value>) {
        self.report.unread_time(field, &plain(given));
        extra.insert(as_given(field), given.clone());
    }

    /// A word of `field` for a severity that an adapter reads by itself; `None`: it does not know the word.
    pub(super) fn own_severity(
        &mut self,
        field: &str,
        word: &str,
        meaning: Option<Severity>,
        extra: &mut Map<String, Value>,
    ) {
        self.note(field, word, meaning.map(Severity::as_str), extra);
    }

    /// A value of `field` that is not what it holds, kept as it was given.
    pub(super) fn odd(&mut self, field: &str, given: Value, extra: &mut Map<String, Value>) {
        self.report.odd_value(field);
        extra.insert(as_given(field), given);
    }

    /// The word that a value is; what cannot be one is kept as it was given, and is not known.
    fn word(&mut self, field: &str, given: &Value, extra: &mut Map<String, Value>) -> Word {
        match given {
            Value::Null => Word::None,
            Value::String(text) if text.trim().is_empty() => Word::None,
            Value::String(_) | Value::Number(_) | Value::Bool(_) => Word::Is(plain(given)),
            Value::Array(items) if items.is_empty() => Word::None,
            Value::Object(members) if members.is_empty() => Word::None,
            Value::Array(_) | Value::Object(_) => {
                self.report.no_word(field, &given.to_string());
                keep_word(extra, field, given.clone(), false);
                Word::Odd
            }
        }
    }

    /// Keeps a word that is not the contract's own, and says what it is read as.
    fn note(&mut self, field: &str, word: &str, meaning: Option<&'static str>, extra: &mut Map<String, Value>) {
        if meaning == Some(word) {
            return;
        }
        keep_word(extra, field, word.into(), meaning.is_some());
        match meaning {
            Some(meaning) if meaning.eq_ignore_ascii_case(word) => {}
            Some(meaning) => self.report.own_word(field, word, meaning),
            None => self.report.unknown_word(field, word),
        }
    }
}

/// What a value is as a word.
enum Word {
    None,
    Is(String),
    /// It cannot be one.
    Odd,
}

/// A text without its quotes, anything else as JSON.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), |text| text.trim().to_owned())
}

/// The zone of times that name none. One that does not exist is a fault of the configuration before it comes here.
fn zone(name: Option<&str>) -> TimeZone {
    static LOCAL: LazyLock<TimeZone> = LazyLock::new(TimeZone::system);
    name.filter(|name| *name != "local").and_then(|name| TimeZone::get(name).ok()).unwrap_or_else(|| LOCAL.clone())
}

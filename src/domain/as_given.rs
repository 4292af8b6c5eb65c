//! A source's own words beside the contract's: carried as they were given, and shown where nobody knows them.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::incident::{Alert, Incident, IncidentRow, Progress};
use super::text::shorten;

/// So much of a word is shown, in characters.
const LONGEST: usize = 24;

/// The names of the fields whose word nobody knows: what is shown is the word itself.
pub const UNKNOWN_WORDS: &str = "unknown_words";

/// The name under which the value of a field is kept as the source gave it.
pub fn as_given(field: &str) -> String {
    format!("{field}_as_given")
}

/// Keeps the word of `field`, or what stands in its place, as the source gave it.
pub fn keep_word(extra: &mut Map<String, Value>, field: &str, given: Value, is_known: bool) {
    extra.insert(as_given(field), given);
    if !is_known {
        let unknown = extra.entry(UNKNOWN_WORDS).or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(unknown) = unknown {
            unknown.push(field.into());
        }
    }
}

/// The word of `field` where it is to be shown itself, because nobody knows it.
fn unknown_word<'a>(extra: &'a Map<String, Value>, field: &str) -> Option<Cow<'a, str>> {
    let unknown = extra.get(UNKNOWN_WORDS)?.as_array()?;
    if !unknown.iter().any(|name| name == field) {
        return None;
    }
    let word = match extra.get(&as_given(field))? {
        Value::String(word) => Cow::Borrowed(word.trim()),
        other => Cow::Owned(other.to_string()),
    };
    Some(word).filter(|word| !word.is_empty())
}

impl Incident {
    /// Its severity in words: the contract's, or the source's own where nobody knows it. Clean it before it is shown.
    pub fn severity_word(&self) -> Cow<'_, str> {
        shown(&self.extra, "incident_severity").unwrap_or_else(|| self.incident_severity.as_str().into())
    }

    /// Its progress in words, likewise.
    pub fn progress_word(&self) -> Cow<'_, str> {
        // What was done from here since then is known.
        let unknown = shown(&self.extra, "progress").filter(|_| self.progress == Progress::Triggered);
        unknown.unwrap_or_else(|| self.progress.as_str().into())
    }
}

impl Alert {
    /// Its severity in words, likewise.
    pub fn severity_word(&self) -> Cow<'_, str> {
        shown(&self.extra, "alert_severity").unwrap_or_else(|| self.alert_severity.as_str().into())
    }
}

impl IncidentRow {
    /// The words for severity and progress that nobody knows. Clean them before they are shown.
    pub fn unknown_words(&self) -> (Option<String>, Option<String>) {
        // Most have none, and then nothing is parsed.
        if !self.text().contains(UNKNOWN_WORDS) {
            return (None, None);
        }
        let incident = self.unpack();
        let own = |word: Cow<'_, str>, ours: &str| (word != ours).then(|| word.into_owned());
        let severity = own(incident.severity_word(), incident.incident_severity.as_str());
        (severity, own(incident.progress_word(), incident.progress.as_str()))
    }
}

fn shown<'a>(extra: &'a Map<String, Value>, field: &str) -> Option<Cow<'a, str>> {
    unknown_word(extra, field).map(|word| match word {
        Cow::Borrowed(word) => shorten(word, LONGEST),
        Cow::Owned(word) => shorten(&word, LONGEST).into_owned().into(),
    })
}

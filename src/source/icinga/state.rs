//! The state of a host or a service: Icinga's own, or whatever else was given.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::domain::incident::Severity;
use crate::domain::source::SourceConfig;
use crate::source::account::Account;

/// A state as it was given; null where it was not.
#[derive(Clone, Copy)]
pub(super) struct State<'a> {
    pub(super) is_host: bool,
    pub(super) given: &'a Value,
}

impl State<'_> {
    /// In Icinga's word; `None` where it is none of Icinga's.
    fn known(self) -> Option<&'static str> {
        let given = match self.given {
            Value::Number(number) => number.as_f64()?,
            Value::String(text) => text.trim().parse().ok()?,
            _ => return None,
        };
        let words = if self.is_host { &["UP", "DOWN"][..] } else { &["OK", "WARNING", "CRITICAL", "UNKNOWN"] };
        let is = |at: usize| u32::try_from(at).is_ok_and(|at| (given - f64::from(at)).abs() < f64::EPSILON);
        words.iter().enumerate().find(|(at, _)| is(*at)).map(|(_, word)| *word)
    }

    /// In Icinga's word, else as it was given; empty where nothing was.
    pub(super) fn word(self) -> Cow<'static, str> {
        match (self.known(), self.given) {
            (Some(word), _) => word.into(),
            (None, Value::Null) => "".into(),
            (None, Value::String(text)) => text.trim().to_owned().into(),
            (None, given) => given.to_string().into(),
        }
    }

    /// What it is, as a title says it: `CRITICAL`, `in the unknown state 9`.
    pub(super) fn in_words(self) -> Cow<'static, str> {
        match (self.known(), self.word()) {
            (Some(word), _) => word.into(),
            (None, word) if word.is_empty() => "in a state that is not said".into(),
            (None, word) => format!("in the unknown state {word}").into(),
        }
    }

    pub(super) fn severity(self, config: &SourceConfig) -> Severity {
        if let Some(set) = config.words.configured_severity(&self.word()) {
            return set;
        }
        if matches!(self.known(), Some("DOWN" | "CRITICAL")) { Severity::Critical } else { Severity::Warning }
    }

    /// Keeps a state that is none of Icinga's as it was given, and counts it.
    pub(super) fn note(self, config: &SourceConfig, account: &mut Account<'_>, extra: &mut Map<String, Value>) {
        let word = self.word();
        if self.known().is_some() {
            return;
        }
        if matches!(self.given, Value::Number(_) | Value::String(_) | Value::Bool(_)) && !word.is_empty() {
            account.own_severity("incident_severity", &word, config.words.configured_severity(&word), extra);
        } else {
            account.odd("incident_severity", self.given.clone(), extra);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_icingas_own_states_are_read_as_such() {
        let word = |is_host, given: Value| State { is_host, given: &given }.in_words().into_owned();
        assert_eq!(
            (word(false, json!(2.0)), word(false, json!("0")), word(true, json!(1))),
            ("CRITICAL".into(), "OK".into(), "DOWN".into())
        );
        for given in [json!(9), json!(2.5), json!(-1), json!("x"), json!(true), json!([2])] {
            assert!(word(false, given.clone()).starts_with("in the unknown state "), "{given}");
        }
        assert_eq!(word(true, json!(2)), "in the unknown state 2");
        assert_eq!(
            (word(false, Value::Null), word(true, json!(" "))),
            (word(true, Value::Null), word(false, json!("")))
        );
        assert_eq!(word(false, Value::Null), "in a state that is not said");
    }
}

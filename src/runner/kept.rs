//! What of an answer becomes fields of the incident.

use serde_json::{Map, Value};

use crate::domain::text::clean;
use crate::template::{self, Facts};

/// What is kept of an answer for later actions.
#[derive(Debug, Default)]
pub(super) struct Kept {
    pub(super) fields: Map<String, Value>,
    /// The names that its answer has no value for.
    pub(super) missing: Vec<String>,
}

impl Kept {
    pub(super) fn of(keep: &[(String, String)], answer: &Facts<'_>) -> Self {
        let mut out = Self::default();
        for (name, rule) in keep {
            match template::value(rule, answer).ok().flatten() {
                Some(value) => drop(out.fields.insert(name.clone(), value)),
                None => out.missing.push(clean(name).into_owned()),
            }
        }
        out
    }

    /// With what an earlier answer had, where this one has none.
    pub(super) fn or(mut self, earlier: &Map<String, Value>) -> Self {
        for (name, value) in earlier {
            self.fields.entry(name.clone()).or_insert_with(|| value.clone());
        }
        self.missing.retain(|name| !earlier.contains_key(name));
        self
    }
}

//! What a source can do, in words and as JSON.

use serde_json::{Value, json};

use crate::domain::operation::{Abilities, Ability, OperationKind};

/// The operations by where they are done.
pub(super) struct Can {
    there: Vec<&'static str>,
    here: Vec<&'static str>,
    no: Vec<(&'static str, String)>,
}

impl Can {
    pub(super) fn of(abilities: &Abilities) -> Self {
        let mut out = Self { there: Vec::new(), here: Vec::new(), no: Vec::new() };
        for kind in OperationKind::ALL.iter().copied() {
            match abilities.of(kind) {
                Ability::Source => out.there.push(kind.as_str()),
                Ability::Local(_) => out.here.push(kind.as_str()),
                Ability::No(why) => out.no.push((kind.as_str(), why.clone().into_owned())),
            }
        }
        out
    }

    pub(super) fn words(&self) -> String {
        let parts = [("can", &self.there), ("kept here only:", &self.here)];
        let parts = parts.into_iter().filter(|(_, names)| !names.is_empty());
        let parts: Vec<String> = parts.map(|(word, names)| format!("{word} {}", names.join(", "))).collect();
        parts.join("; ")
    }

    /// Why the rest cannot be done.
    pub(super) fn reasons(&self) -> impl Iterator<Item = &str> {
        self.no.iter().map(|(_, why)| why.as_str())
    }

    pub(super) fn json(&self) -> Value {
        let no: serde_json::Map<String, Value> =
            self.no.iter().map(|(name, why)| ((*name).to_owned(), why.as_str().into())).collect();
        json!({"can": self.there, "kept_here": self.here, "cannot": no})
    }
}

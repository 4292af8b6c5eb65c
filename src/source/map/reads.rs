//! How far the paths and templates of a map led in the items of one list.

use std::collections::HashSet;

use serde_json::{Map as Object, Value};

use crate::source::path::{Path, names_instead};

/// So many names of items are remembered.
const NAMES: usize = 40;

/// How far a field's fillers led in the best of all items.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reach {
    #[default]
    Missing,
    /// There is such a name, and nothing behind it.
    Nothing,
    Read,
}

/// How far a path or a field's fillers led in the best of all items, and what is said of that.
#[derive(Clone, Debug, Default)]
pub(super) struct Lead {
    pub(super) reach: Reach,
    /// Where it is missing: after how many steps it ends.
    pub(super) steps: usize,
    pub(super) why: String,
}

impl Lead {
    pub(super) fn led(&mut self, reach: Reach, why: impl FnOnce() -> String) {
        if reach > self.reach {
            (self.reach, self.why) = (reach, why());
        }
    }

    /// The path ends in this item.
    pub(super) fn ends(&mut self, path: &Path, item: &Object<String, Value>) {
        if self.reach == Reach::Missing {
            let (steps, why) = path.gap(item);
            if steps > self.steps {
                (self.steps, self.why) = (steps, why);
            }
        }
    }

    /// A template misses something in this item.
    pub(super) fn misses(&mut self, why: &str) {
        if self.reach == Reach::Missing && self.why.is_empty() {
            (self.steps, self.why) = (1, format!(": {why}"));
        }
    }
}

/// What reading the items of one list found.
#[derive(Debug, Default)]
pub(in crate::source) struct Reads {
    pub(super) items: usize,
    pub(super) fields: Vec<Lead>,
    pub(super) condition: Vec<Lead>,
    pub(super) names: Vec<String>,
    known: HashSet<String>,
    /// In how many items something among the labels is none.
    pub(super) odd_labels: usize,
}

impl Reads {
    pub(super) fn see(&mut self, item: &Object<String, Value>) {
        if self.names.len() >= NAMES {
            return;
        }
        for name in item.keys() {
            if !self.known.contains(name) {
                self.known.insert(name.clone());
                self.names.push(name.clone());
            }
        }
    }

    /// The names that the items have, in words; empty where there are none.
    pub(in crate::source) fn names(&self) -> String {
        names_instead("", self.names.iter().map(String::as_str))
    }
}

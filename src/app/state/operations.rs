//! Operations on incidents: which are under way, which was the last, which comments were begun.

use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::incident::IncidentKey;
use crate::domain::operation::Operation;

/// An incident that an operation is for.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    pub key: IncidentKey,
    /// Its number, clean.
    pub num: String,
    /// Its title, clean.
    pub title: String,
    /// The packed incident as it was before.
    pub body: Arc<str>,
}

/// What an operation is for, and what there is to say beside it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chosen {
    /// The incidents; never empty.
    pub targets: Vec<Target>,
    /// What is left out or kept here only, and why; empty where there is nothing to say.
    pub note: String,
    /// Whether there are some for which it cannot be undone from here.
    pub for_good: bool,
    /// The longest snooze of them all, seconds.
    pub snooze_max_s: Option<i64>,
    /// The most characters of a comment on each of them.
    pub comment_max: Option<usize>,
}

impl Chosen {
    /// Number and title of the one, or how many they are.
    pub fn whole_words(&self) -> String {
        match self.targets.as_slice() {
            [one] => format!("{} {}", one.num, one.title),
            many => words(many),
        }
    }

    pub fn words(&self) -> String {
        words(&self.targets)
    }
}

pub(in crate::app) fn words(targets: &[Target]) -> String {
    match targets {
        [one] => one.num.clone(),
        many => format!("{} incidents", many.len()),
    }
}

/// What is under way, what was done last, what was begun.
#[derive(Clone, Debug, Default)]
pub struct Operations {
    pub(in crate::app) under_way: HashMap<u64, UnderWay>,
    pub(in crate::app) last: Option<Last>,
    /// Comments that were begun and not sent.
    pub drafts: HashMap<IncidentKey, String>,
}

#[derive(Clone, Debug)]
pub(in crate::app) struct UnderWay {
    pub(in crate::app) operation: Operation,
    pub(in crate::app) targets: Vec<Target>,
    /// Whether it undoes the last one.
    pub(in crate::app) undoes: bool,
    /// Whether the incidents were marked.
    pub(in crate::app) many: bool,
}

#[derive(Clone, Debug)]
pub(in crate::app) struct Last {
    pub(in crate::app) operation: Operation,
    pub(in crate::app) done: Vec<Target>,
}

//! An incident in full: what is read when it is opened, and its timeline.

use super::incident::Incident;

/// What a source has of an incident beyond its list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Full {
    /// The incident with its alerts, people and fields; `None`: the list already has everything.
    pub incident: Option<Box<Incident>>,
    /// What happened to it there, oldest first.
    pub timeline: Vec<Moment>,
    /// What could not be read and why, one sentence each. Clean.
    pub warnings: Vec<String>,
}

/// One thing that happened to an incident.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    /// When, Unix milliseconds.
    pub at_ms: i64,
    /// Who did it; empty where nobody is named.
    pub who: String,
    /// What happened, in a few words: `acknowledged`.
    pub what: String,
    /// What was said with it; may have several lines, may be empty.
    pub text: String,
    pub told_by: Teller,
}

/// Who tells a [`Moment`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Teller {
    #[default]
    Source,
    /// andon: its own activity log and notes.
    Andon,
}

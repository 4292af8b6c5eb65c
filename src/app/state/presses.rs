//! Presses whose requests are being filled.

use crate::app::keymap::Context;

/// A press whose request is being filled.
#[derive(Clone, Debug, PartialEq)]
pub struct Preparing {
    /// Whether it is shown and asked before it is sent.
    pub asks: bool,
    /// The action's name. Clean.
    pub action: String,
    /// What each request is for, in order: the incident's number, or the run that is sent again. Clean.
    pub subjects: Vec<String>,
    /// The list where it was pressed: what it asks opens only there.
    pub side: Option<Context>,
    /// What changed since it was first confirmed, where it is asked again.
    pub changed: Vec<String>,
    /// What it leaves out, where it is for the marked incidents.
    pub left_out: Option<LeftOut>,
}

impl Preparing {
    pub(in crate::app) fn words(&self) -> String {
        match self.subjects.as_slice() {
            [one] => format!("{} on {one}", self.action),
            all => format!("{} on {} incidents", self.action, all.len()),
        }
    }
}

/// What a press on the marked incidents leaves out or does not show.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LeftOut {
    /// Whether it is for the marked ones; else it is for those under a header.
    pub marked: bool,
    /// Marked ones that are skipped: number, and why. Clean.
    pub skipped: Vec<(String, String)>,
    /// How many of the others the list does not show.
    pub hidden: usize,
}

//! What a button says beside its name: how it went before, and why it cannot be pressed.

use super::run::Outcome;

/// How the runs of an action went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ButtonFacts {
    pub action_id: String,
    /// How the last one ended.
    pub last: Option<Outcome>,
    /// When it was pressed, Unix milliseconds.
    pub at_ms: i64,
    pub by: String,
    /// The median duration of its last 20 runs that ended after a request, milliseconds.
    pub median_ms: Option<i64>,
}

//! What a check found: of an action's way out, before it is ever called.

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    Fine,
    /// It works, and something about it deserves a look.
    Warning,
    /// A press would fail.
    Fault,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at: `name`, `address`, `TLS`, `secrets`, `body` ...
    pub subject: String,
    pub grade: Grade,
    /// In words: what was found and what to do. Clean, without secrets.
    pub message: String,
}

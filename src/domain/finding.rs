//! What a check found: of an action's way out, before it is ever called.

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// As it should be.
    Fine,
    /// It works, and something about it deserves a look.
    Warning,
    /// A press would fail.
    Fault,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at: `name`, `address`, `TLS`, `secrets`, `body` ...
    pub subject: String,
    /// How it is.
    pub grade: Grade,
    /// In words: what was found and what to do. Clean, without secrets.
    pub message: String,
}

//! Why a source gave nothing.

use std::fmt;
use std::time::Duration;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceError {
    /// The class, for whoever decides when to ask again.
    pub kind: SourceErrorKind,
    /// One short sentence: what failed, with what, what to do. Clean, without secrets.
    pub message: String,
}

/// The classes of [`SourceError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceErrorKind {
    /// Nothing answered, or not to the end.
    Unreachable,
    /// It refuses our credentials, or they cannot be read.
    Unauthorised,
    /// It wants to be asked less often.
    RateLimited {
        /// How long it wants to be left alone, where it says so.
        retry_after: Option<Duration>,
    },
    /// It answered what nobody can read.
    Rubbish,
    /// What was asked for is not there.
    Missing,
    /// It understood, and will not do it.
    Refused,
    /// It was asked to change something, and its answer was lost: nobody knows whether it did.
    Unanswered,
    Other,
}

impl SourceError {
    pub(crate) fn new(kind: SourceErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    /// Whether a batch that was refused so may be refused for one of its incidents alone.
    pub(super) fn is_about_one(&self) -> bool {
        matches!(self.kind, SourceErrorKind::Refused | SourceErrorKind::Missing)
    }
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SourceError {}

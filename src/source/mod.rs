//! Sources: where incidents come from. One file each; to add one, write it and name it in `build.rs`.
//!
//! A source answers what is open now, or one error that says why not and what to do. It keeps nothing that must not
//! be lost, never draws and never waits for a key.

mod alertmanager;
mod build;
mod command;
mod file;
mod http;
mod item;
mod lines;
mod map;

use std::fmt;
use std::path::Path;
use std::pin::Pin;
use std::time::Duration;

use crate::domain::board::Listing;
use crate::domain::incident::IncidentRow;

pub use build::build;

/// What an asynchronous call of a source gives.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A connection that incidents come from.
pub trait Source: Send + Sync {
    /// Its configured name.
    fn name(&self) -> &str;
    /// The word of its kind in the configuration.
    fn kind(&self) -> &'static str;
    /// Its short label in rows and confirms; may be empty.
    fn badge(&self) -> &str;
    /// How often it is asked.
    fn refresh(&self) -> Duration;
    /// What is open now. May be called again before an earlier call ended.
    fn list(&self) -> BoxFuture<'_, Result<Listing, SourceError>>;
    /// A file whose change means that it is worth asking at once; watch its folder. Known at the latest after the
    /// first [`Source::list`].
    fn watched(&self) -> Option<&Path> {
        None
    }
    /// Tells it, before it is first asked, what is known to be open, so that an incident keeps its identity over a
    /// restart. Rows of other sources are ignored.
    fn seed(&self, _known: &[IncidentRow]) {}
}

/// Why a source gave nothing.
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
    /// It does not let us in, or our own credentials cannot be read.
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
    /// Anything else.
    Other,
}

impl SourceError {
    pub(crate) fn new(kind: SourceErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SourceError {}

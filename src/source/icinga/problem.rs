//! A problem of an object, from its first change of state until it was well again.

/// One unbroken problem of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) id: String,
    /// The change of state it began with, Unix milliseconds.
    pub(super) start_ms: i64,
}

//! The API's limits.

/// The longest snooze, seconds.
pub(super) const SNOOZE_MAX_S: i64 = 24 * 3_600;
/// The most characters of a comment.
pub(super) const COMMENT_MAX: usize = 1_024;
/// How many incidents a call takes at most.
pub(super) const BATCH: usize = 100;

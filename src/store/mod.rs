//! What must not be lost: actions, the activity log, the last known incidents.
//!
//! One SQL for SQLite and PostgreSQL (through sqlx's `any`); all that differs between them is in `engine`. This module
//! knows nothing of screens, networks or how a press is sent, and it reads no clock: times come in with each call.
//!
//! What holds, whoever else has the store open:
//! - a call that returned `Ok` is on disk;
//! - a slot and a name belong to one action of a channel, and an action has one unended run for an incident. Unique
//!   keys and single conditional statements say so, never a look before the write;
//! - an ended run is never changed; what is learned later is a row of its own;
//! - the log's order is its sequence. Writers take turns, so a row that appears later always has the higher one.
//!
//! Writes that arrive together share one commit (`writer`). Text may hold anything but NUL, which is kept as `␀`.

mod actions;
mod activity;
mod arrivals;
mod buttons;
mod changes;
mod endings;
mod engine;
mod enriched;
mod error;
mod files;
mod identity;
mod incidents;
mod jobs;
pub mod liveness;
mod local;
mod log;
mod retention;
mod rows;
mod runs;
mod slots;
#[expect(clippy::module_inception, reason = "a type stands in the file of its name")]
mod store;
#[cfg(test)]
mod tests;
mod writer;

pub use changes::ActionChange;
pub use endings::Recorded;
pub use engine::Place;
pub use error::{SaveError, StoreError};
pub use incidents::SourceSeen;
pub use liveness::Process;
pub use local::LocalKind;
pub use log::{LogQuery, RunRecord};
pub use retention::Forgotten;
pub use runs::Begun;
pub use store::Store;

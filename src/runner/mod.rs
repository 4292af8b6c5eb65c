//! Presses from start to end: checks, guard, write ahead, send, retry, record. One press is a list of one.
//!
//! Used by the screen and the command line alike. What it promises: a row is durable before a byte leaves; one
//! request for a press unless it is known that nothing was sent; each run ends exactly once, with what is known; and
//! nothing is sent that was not shown.
//!
//! ```text
//! Runner::prepare ── refused (a row says why)
//!        │ Prepared: what the confirm shows
//! Runner::run ── changed meanwhile: ask again, nothing written
//!        ├────── refused by the guard, a reference, the store
//!        └────── running ── attempt, attempt … ── judged ── recorded ── Finish
//! ```

mod again;
mod alerts;
mod attempts;
mod check;
mod checks;
mod follow;
mod kept;
mod masked;
mod new_job;
mod open;
mod operate;
mod press;
mod reach;
mod record;
mod redirect;
mod report_to_source;
mod resume;
mod rows;
#[expect(clippy::module_inception, reason = "a type stands in the file of its name")]
mod runner;
mod send;
mod step;
mod stop_job;
mod stops;
#[cfg(test)]
mod tests;
mod vendor_action;
mod verdict;

pub use open::{Flags, OpenError, Opened, end_interrupted_runs, open};
pub use operate::{Handled, Handling};
pub use runner::{Runner, Setup};
pub use step::{Finish, PressOptions, RunOptions, Step};

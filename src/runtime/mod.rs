//! The only part that acts for the screen: the loop, its tasks, the terminal, the input stage.
//!
//! One inbox. Keys, answers of tasks, signals and the writer's "done" all arrive there in one order; `update` decides,
//! the effects it returns become tasks, each of which puts exactly one event back, also when it panics.
//!
//! ```text
//! reader thread ─ Gate (only a person presses) ─┐
//! tasks (effects, sources, watch, signals) ─────┼─ inbox ─ update ─ effects ─ tasks
//! writer thread ("frame written") ──────────────┘           └─ view ─ frame ─ writer thread
//! ```

mod backend;
mod bytes;
mod calls;
mod diagnostics;
mod dialog_frame;
mod effects;
mod external_programs;
mod fill_up;
mod handling;
mod inbox;
pub mod input;
mod presses;
mod reader;
mod screen;
mod sequence;
mod signals;
mod sources;
mod start;
mod terminal;
#[cfg(test)]
mod tests;
mod watch;

pub use diagnostics::{catch_panics, log_to};
pub use screen::{Leaving, run};
pub use start::Start;
pub use terminal::restore_after_panic;

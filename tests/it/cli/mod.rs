//! The commands without a screen, through the process itself: what is printed, sent, written, and the exit code.

mod actions;
mod apply;
mod check;
mod endings;
mod handle;
mod incidents;
mod inputs;
mod jobs;
mod kinds;
mod leaks;
mod lists;
mod log;
mod login;
mod many;
mod receiver;
mod runs;
mod store;
pub(crate) mod support;
mod terminal;
mod told;

//! The commands without a screen, through the process itself: what is printed, sent, written, and the exit code.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails by panicking")]

mod actions;
mod apply;
mod endings;
mod incidents;
mod log;
mod runs;
mod support;
mod terminal;

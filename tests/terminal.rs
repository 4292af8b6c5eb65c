//! The real program in a real terminal: what a person sees, and what the terminal is left with.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

#[path = "support/pty.rs"]
mod pty;
#[path = "support/receiver.rs"]
mod receiver;
#[path = "support/station.rs"]
mod station;

#[path = "terminal/calls.rs"]
mod calls;
#[path = "terminal/demo.rs"]
mod demo;
#[path = "terminal/ending.rs"]
mod ending;
#[path = "terminal/hostile_keys.rs"]
mod hostile_keys;
#[path = "terminal/hostile_text.rs"]
mod hostile_text;
#[path = "terminal/lines.rs"]
mod lines;

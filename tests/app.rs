//! The screen without a screen: events in; state, effects and what a person would read out.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod support;

#[path = "app/log.rs"]
mod log;
#[path = "app/places.rs"]
mod places;
#[path = "app/press.rs"]
mod press;
#[path = "app/runs.rs"]
mod runs;
#[path = "app/target.rs"]
mod target;
#[path = "app/walk.rs"]
mod walk;

//! The screen without a screen: events in; state, effects and what a person would read out.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod support;

#[path = "app/again.rs"]
mod again;
#[path = "app/asked.rs"]
mod asked;
#[path = "app/buttons.rs"]
mod buttons;
#[path = "app/calls.rs"]
mod calls;
#[path = "app/full.rs"]
mod full;
#[path = "app/handle.rs"]
mod handle;
#[path = "app/log.rs"]
mod log;
#[path = "app/many.rs"]
mod many;
#[path = "app/places.rs"]
mod places;
#[path = "app/press.rs"]
mod press;
#[path = "app/runs.rs"]
mod runs;
#[path = "app/stop.rs"]
mod stop;
#[path = "app/target.rs"]
mod target;
#[path = "app/walk.rs"]
mod walk;

//! The screen without a screen: events in; state, effects and what a person would read out.

mod again;
mod asked;
mod buttons;
mod calls;
pub(crate) mod finding;
mod full;
mod handle;
mod layers;
mod log;
mod many;
mod places;
mod press;
mod rebound;
mod runs;
mod stop;
mod target;
mod walk;

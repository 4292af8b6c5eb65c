//! What the screen knows and how it changes: events in, `update` decides, effects out.
//!
//! No I/O, no clock, no drawing. Time arrives with each event, ids and requests as events of the runtime.

pub mod actions;
pub mod activity;
pub mod again;
pub mod ask;
pub mod asking;
pub mod buttons;
pub mod calls;
pub mod cancel;
pub mod confirm;
pub mod detail;
pub mod effect;
pub mod enriched;
pub mod event;
pub mod findings;
pub mod form;
pub mod full;
pub mod handle;
pub mod help;
pub mod incidents;
pub mod keymap;
pub mod keys;
mod layers;
pub mod layout;
pub mod line;
pub mod log;
pub mod log_detail;
mod manage;
pub mod model;
pub mod modes;
mod moves;
mod press;
mod send;
pub mod sheet;
pub mod step;
pub mod update;
mod wakes;

pub use update::update;
pub use wakes::wakes_at;

//! What the screen knows and how it changes: events in, `update` decides, effects out.
//!
//! No I/O, no clock, no drawing. Time arrives with each event, ids and requests as events of the runtime.

pub mod actions;
pub mod activity;
pub mod confirm;
pub mod detail;
pub mod effect;
pub mod event;
pub mod form;
pub mod help;
pub mod incidents;
pub mod keymap;
pub mod keys;
pub mod layout;
pub mod line;
pub mod log;
pub mod log_detail;
pub mod model;
mod moves;
mod press;
pub mod sheet;
pub mod update;
mod wakes;

pub use update::update;
pub use wakes::wakes_at;

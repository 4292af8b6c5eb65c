//! What the screen knows and how it changes: events in, `update` decides, effects out.
//!
//! No I/O, no clock, no drawing. Time arrives with each event, ids and requests as events of the runtime.

pub mod effect;
pub mod event;
pub mod form;
pub mod keymap;
pub mod line;

//! What the screen knows and how it changes: events in, `update` decides, effects out.
//!
//! No I/O, no clock, no drawing. Time arrives with each event, ids and requests as events of the runtime.
//!
//! A key goes from `update` to `layers`: the layer on top of [`modes`] does with its own state what the key means and
//! answers with a [`layer::Step`]; `layers` does the rest, `commands` what is meant for a place. Whatever else
//! knows nothing of the [`model`] is in [`state`], text as it is laid out in [`pages`].

pub mod action_list;
mod actions;
pub mod activity;
pub mod buttons;
pub mod cancel;
pub mod command;
mod commands;
pub mod confirm;
pub mod effect;
mod enrichments;
pub mod event;
mod filtering;
mod finding;
pub mod footer;
pub mod form;
mod incident_detail;
pub mod incidents;
pub mod input_rules;
pub mod keymap;
pub mod keys;
pub mod layer;
mod layers;
pub mod layout;
pub mod line;
pub mod log;
mod log_lines;
pub mod model;
pub mod modes;
mod notifications;
pub mod operation;
pub mod pages;
mod palette;
mod press;
mod resend;
mod send;
pub mod state;
pub mod update;
mod wakes;

pub use update::update;
pub use wakes::wakes_at;

//! Model in, frame out. Reads only; drawing never changes behaviour.

pub mod actions;
pub mod activity;
pub mod buttons;
pub mod confirm;
pub mod detail;
pub mod footer;
pub mod form;
pub mod header;
pub mod incidents;
pub mod input_prompt;
pub mod log;
pub mod operation;
pub mod pane;
pub mod question;
mod screen;
pub mod sheet;
pub mod theme;

pub use screen::view;

//! Model in, frame out. Reads only; drawing never changes behaviour.

pub mod actions;
pub mod activity;
pub mod ask;
pub mod asking;
pub mod buttons;
pub mod confirm;
pub mod detail;
pub mod footer;
pub mod form;
pub mod handle;
pub mod header;
pub mod incidents;
pub mod log;
pub mod pane;
mod screen;
pub mod sheet;
pub mod theme;

pub use screen::view;

//! andon: incidents, and the buttons that fix them, in one terminal.
pub mod app;
pub mod domain;
pub mod net;
pub mod runtime;
pub mod store;
pub mod view;
pub mod webhook;

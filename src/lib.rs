//! andon: incidents, and the buttons that fix them, in one terminal.
pub mod domain;
pub mod net;
pub mod webhook;

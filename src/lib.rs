//! andon: incidents, and the buttons that fix them, in one terminal.
pub mod config;
pub mod domain;
pub mod secret;
pub mod source;

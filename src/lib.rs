//! andon: incidents, and the buttons that fix them, in one terminal.
//!
#![doc = include_str!("../ARCHITECTURE.md")]

pub mod app;
pub mod cli;
pub mod config;
pub mod demo;
pub mod domain;
pub mod net;
pub mod runner;
pub mod runtime;
pub mod secret;
pub mod source;
pub mod store;
pub mod template;
pub mod view;
pub mod webhook;

//! The tests: one crate, so that the library is linked once and each helper is compiled once. A folder is a subject.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on says where")]

mod action_files;
mod action_schema;
mod app;
mod architecture;
mod cli;
mod config;
mod end_to_end;
mod facts;
mod fields;
mod finding_frames;
mod finding_page;
mod flashduty;
mod form;
mod frames;
mod input;
mod pagerduty;
mod picture;
mod presets;
mod press_request;
mod readme;
mod receivers;
mod runs;
mod shells;
mod source;
mod store;
mod support;
mod systems;
mod template;
mod terminal;
mod walk;
mod wire;

//! The commands without a screen: what was typed, what it does, what it prints and how it exits.
//!
//! Every command works on the same runner, store and sources as the screen. Everything printed goes through `output`,
//! which cleans foreign text; every way to end has its code in `exit`.
//!
//! ```text
//! parse ── Invocation::Screen, Invocation::Demo: for whoever has a screen
//!    └──── Invocation::Command ── run ── exit code
//! ```

mod action;
mod action_args;
mod action_call;
mod action_edit;
mod action_flags;
mod action_rows;
mod apply;
mod args;
mod carry_out;
mod check;
mod config;
mod confirm;
mod dispatch;
mod dry_run;
mod exit;
mod fields;
mod find;
mod handle;
mod incident;
mod inputs;
mod log;
mod login;
mod output;
mod progress;
mod receiver;
mod report;
mod run;
mod session;
mod signals;
mod source;
mod sources;
mod target;

pub use args::{CommandLine, Global, Invocation};
pub use dispatch::{parse, run};

//! The store: one contract for every engine, and what only files have.

#![allow(clippy::print_stdout, reason = "each case of the contract says its name as it begins")]

mod actions;
mod buttons;
mod changes;
mod contract;
mod enriched;
mod files;
mod held;
mod incidents;
mod jobs;
mod liveness;
mod local;
mod log;
mod place;
mod postgres;
mod races;
mod retention;
mod runs;
mod samples;
mod upgrade;

//! The store: one contract for every engine, and what only files have.

// The cases are called by tests, which clippy cannot see; each says its name as it begins.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

#[path = "store/actions.rs"]
mod actions;
#[path = "store/buttons.rs"]
mod buttons;
#[path = "store/changes.rs"]
mod changes;
#[path = "store/contract.rs"]
mod contract;
#[path = "store/enriched.rs"]
mod enriched;
#[path = "store/files.rs"]
mod files;
#[path = "store/held.rs"]
mod held;
#[path = "store/incidents.rs"]
mod incidents;
#[path = "store/jobs.rs"]
mod jobs;
#[path = "store/local.rs"]
mod local;
#[path = "store/log.rs"]
mod log;
#[path = "store/postgres.rs"]
mod postgres;
#[path = "store/races.rs"]
mod races;
#[path = "store/retention.rs"]
mod retention;
#[path = "store/runs.rs"]
mod runs;
#[path = "store/samples.rs"]
mod samples;
#[path = "support/servers.rs"]
mod servers;
#[path = "store/upgrade.rs"]
mod upgrade;

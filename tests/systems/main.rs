//! Actions on real systems: a supervisor that restarts a process, a CI whose builds are followed, a proxy that makes
//! faults, TLS that is right and wrong, proxies, and the published signature library.
//!
//! Each system is started by its script in `tests/systems/servers` and stopped by its process id. Where a machine does
//! not have it the test is skipped, and says so.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

#[path = "../support/pty.rs"]
mod pty;
#[path = "../support/servers.rs"]
mod servers;
#[path = "../support/station.rs"]
mod station;

mod buildbot;
mod faults;
mod hook;
mod proxies;
mod signature;
mod supervisor;
mod system;
mod tls;

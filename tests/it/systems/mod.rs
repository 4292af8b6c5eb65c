//! Actions on real systems: a supervisor that restarts a process, a CI whose builds are followed, a proxy that makes
//! faults, TLS that is right and wrong, proxies, and the published signature library.
//!
//! Each system is started by its script in `tests/it/systems/servers` and stopped by its process id. Where a machine does
//! not have it the test is skipped, and says so.

mod buildbot;
mod faults;
mod hook;
mod proxies;
mod signature;
mod supervisor;
mod system;
mod tls;

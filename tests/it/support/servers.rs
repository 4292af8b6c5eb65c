//! Programs of other projects that tests start for themselves.

use std::env;
use std::path::PathBuf;

/// Set where everything is installed: a test then fails instead of being skipped.
const REQUIRED: &str = "ANDON_TESTS_REQUIRE_SERVERS";

/// Where a program is, by its name or its whole path. `None`, with the reason printed, where it is not installed.
pub(crate) fn program(name: &str) -> Option<PathBuf> {
    let found = if name.contains('/') {
        Some(PathBuf::from(name)).filter(|path| path.is_file())
    } else {
        let path = env::var_os("PATH").unwrap_or_default();
        env::split_paths(&path)
            .chain([PathBuf::from("/usr/sbin")])
            .map(|dir| dir.join(name))
            .find(|path| path.is_file())
    };
    if found.is_none() {
        assert!(env::var_os(REQUIRED).is_none(), "{name} is not installed, and {REQUIRED} is set");
        eprintln!("skipped: {name} is not installed");
    }
    found
}

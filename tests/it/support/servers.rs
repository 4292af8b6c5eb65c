//! Programs of other projects that tests start for themselves, and what is said where one is missing.

use std::env;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::Command;
use std::thread;

/// Set, and not empty, where everything is installed: a test then fails instead of being skipped.
const REQUIRED: &str = "ANDON_TESTS_REQUIRE_SERVERS";

/// Where a program is, by its name or its whole path. `None`, with the test that is skipped said, where it is missing.
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
        skip(name);
    }
    found
}

/// Says which test is skipped because `what` is not installed, or fails it where nothing may be skipped.
///
/// It is written past the test harness, which shows nothing that a passing test prints; `.ci/run` counts these lines.
pub(crate) fn skip(what: &str) {
    let required = env::var_os(REQUIRED).is_some_and(|value| !value.is_empty());
    assert!(!required, "{what} is not installed, and {REQUIRED} is set");
    let thread = thread::current();
    let test = thread.name().unwrap_or("a test");
    let _ = io::stderr().write_all(format!("skipped: {test}: {what} is not installed\n").as_bytes());
}

#[test]
fn a_missing_server_is_seen() {
    const TEST: &str = "flashduty::conformance::every_call_is_accepted_and_every_answer_read";
    let without_path = |required: &str| {
        let mut test = Command::new(env::current_exe().unwrap());
        test.args(["--exact", TEST]).env("PATH", "").env(REQUIRED, required).output().unwrap()
    };
    let skipped = without_path("");
    let said = String::from_utf8_lossy(&skipped.stderr);
    assert!(skipped.status.success() && said.contains(&format!("skipped: {TEST}: prism is not installed\n")), "{said}");
    let failed = without_path("1");
    let said = String::from_utf8_lossy(&failed.stdout);
    assert!(!failed.status.success() && said.contains("prism is not installed, and ANDON_TESTS_REQUIRE"), "{said}");
}

//! File systems of a test's own: read-only or full, in a mount namespace that nobody else sees.

use std::path::Path;
use std::process::{Command, Output};

use crate::support::servers::skip;

/// Runs the program that is added as arguments with this folder on a read-only mount: root is stopped by nothing else.
pub(crate) fn read_only(folder: &Path) -> Command {
    apart("mount --bind \"$0\" \"$0\" && mount -o remount,ro,bind \"$0\" && exec \"$@\"", folder)
}

/// Runs a shell's words with this folder on a file system of 2 MiB; `fill` leaves no byte free there.
pub(crate) fn small_disk(folder: &Path, words: &str) -> Command {
    let fill = "fill() { cat /dev/zero > \"$0/filler\"; } 2>/dev/null";
    apart(&format!("{fill}; mount -t tmpfs -o size=2m,mode=0700 tmpfs \"$0\" && {words}"), folder)
}

fn apart(script: &str, folder: &Path) -> Command {
    let mut command = Command::new("unshare");
    command.args(["--map-root-user", "--mount", "sh", "-c", script]).arg(folder);
    command
}

/// What the command gave. `None`: this machine gives no mounts, and that the test is skipped is said.
pub(crate) fn run_apart(mut command: Command) -> Option<Output> {
    let possible = Command::new("unshare").args(["--map-root-user", "--mount", "true"]).output();
    if !possible.is_ok_and(|output| output.status.success()) {
        skip("unshare, with the right to mounts of one's own,");
        return None;
    }
    Some(command.output().unwrap())
}

//! The door: arguments and exit code.

use andon::cli::{self, Wanted};

fn main() {
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    let Wanted::Command(line) = cli::parse() else { std::process::exit(2) };
    let Ok(runtime) = tokio::runtime::Runtime::new() else { std::process::exit(1) };
    let code = runtime.block_on(cli::run(line));
    // A source that was given up may still be read on a thread of its own; nobody waits for it.
    runtime.shutdown_background();
    std::process::exit(code)
}

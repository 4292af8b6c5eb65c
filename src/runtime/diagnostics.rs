//! Where diagnostics go: a log file that turns at a size, and panics that are told where they can be read.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::panic;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;

use tracing_subscriber::EnvFilter;

/// At this size the log begins anew; the one before is kept beside it.
const TURN_AT: u64 = 1024 * 1024;

/// A log file that turns at a size. (The usual writer turns by time only, and makes its files readable by others.)
struct Turning {
    path: PathBuf,
    file: File,
    size: u64,
}

impl Turning {
    fn open(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).mode(0o600).open(path)?;
        Ok(Self { path: path.to_owned(), size: file.metadata()?.len(), file })
    }
}

impl Write for Turning {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.size > TURN_AT {
            std::fs::rename(&self.path, self.path.with_extension("log.1"))?;
            *self = Self::open(&self.path)?;
        }
        let written = self.file.write(bytes)?;
        self.size += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Writes diagnostics to this file from now on. Without it (the disk is full) andon works and says nothing there.
///
/// Only andon's own words and others' warnings: what libraries say in detail may hold headers.
pub fn log_to(path: &Path) {
    let Ok(file) = Turning::open(path) else { return };
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new("warn,andon=info"))
        .with_ansi(false)
        .with_writer(Mutex::new(file))
        .finish();
    // Only the first call of a process counts.
    let _ = tracing::subscriber::set_global_default(subscriber);
}

/// Tells panics where they can be read.
///
/// The screen's own (on the main thread) gives the terminal back first; one of a background task ends that task alone,
/// so it goes to the log and leaves the screen as it is.
pub fn catch_panics() {
    let report = color_eyre::config::HookBuilder::default().display_env_section(false).into_hooks().0.into_panic_hook();
    panic::set_hook(Box::new(move |info| {
        if thread::current().name() == Some("main") {
            super::restore_after_panic();
            report(info);
        } else {
            tracing::error!(at = ?info.location().map(ToString::to_string), "a task failed inside andon");
        }
    }));
}

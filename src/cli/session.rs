//! What a command works with: the options of all commands, what is open, and the output.

use super::args::Global;
use super::exit::{CommandError, Exit};
use super::output::{Output, warn};
use crate::config::{Config, Places};
use crate::runner::{self, Opened};

/// Everything a command works with.
pub(super) struct Session<'a> {
    pub(super) global: Global,
    pub(super) opened: Opened,
    pub(super) out: &'a mut Output,
}

impl<'a> Session<'a> {
    /// Whether nothing may be pressed or changed.
    pub(super) fn read_only(&self) -> bool {
        self.opened.read_only
    }

    /// Read-only shows everything, and changes nothing.
    pub(super) fn may_change(&self) -> Result<(), CommandError> {
        may_change(&self.global, &self.opened.config)
    }

    pub(super) async fn open(global: Global, places: Places, out: &'a mut Output) -> Result<Self, CommandError> {
        let opened = runner::open(places, &global.flags()).await?;
        warn_of_store(&opened);
        Ok(Self { global, opened, out })
    }
}

/// Says that nothing can be written, where that is so: what is there is shown all the same.
pub(super) fn warn_of_store(opened: &Opened) {
    if let Some(error) = opened.store.unwritable() {
        warn(&format!("{error}; what is known is shown, every press is refused"));
        if opened.store.misses_log() {
            warn(
                "what was written last is missing: it stands in the store's log, which cannot be read without its index",
            );
        }
    }
}

/// As [`Session::may_change`], for a command that opens no store.
pub(super) fn may_change(global: &Global, config: &Config) -> Result<(), CommandError> {
    if global.flags().is_read_only(config) {
        return Err(CommandError::new(Exit::Refused, "read-only: nothing is changed from here"));
    }
    Ok(())
}

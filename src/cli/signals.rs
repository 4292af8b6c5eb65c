//! Signals that end a command in order instead of killing it.

use std::sync::{Arc, OnceLock};

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use super::exit::{CommandError, Exit};

/// SIGINT, SIGTERM and SIGHUP, as long as this process lives.
#[derive(Clone, Debug)]
pub(super) struct Signals {
    interrupted: CancellationToken,
    any: CancellationToken,
    first: Arc<OnceLock<Exit>>,
}

impl Signals {
    /// From here on these signals do nothing by themselves.
    pub(super) fn listen() -> Result<Self, CommandError> {
        let own = Self {
            interrupted: CancellationToken::new(),
            any: CancellationToken::new(),
            first: Arc::new(OnceLock::new()),
        };
        for (kind, exit) in [
            (SignalKind::interrupt(), Exit::Cancelled),
            (SignalKind::terminate(), Exit::Terminated),
            (SignalKind::hangup(), Exit::HungUp),
        ] {
            let mut stream = signal(kind).map_err(|error| {
                CommandError::new(Exit::Failed, format!("signals cannot be received: {}", error.kind()))
            })?;
            let own = own.clone();
            tokio::spawn(async move {
                while stream.recv().await.is_some() {
                    own.received(exit);
                }
            });
        }
        Ok(own)
    }

    fn received(&self, exit: Exit) {
        // Only the first one says how the command ends.
        let _ = self.first.set(exit);
        self.any.cancel();
        if exit == Exit::Cancelled {
            self.interrupted.cancel();
        }
    }

    /// Cancelled by the first SIGINT.
    pub(super) fn interrupted(&self) -> &CancellationToken {
        &self.interrupted
    }

    /// Waits for the first signal of all.
    pub(super) async fn any(&self) -> Exit {
        self.any.cancelled().await;
        self.first.get().copied().unwrap_or(Exit::Terminated)
    }

    /// The exit code that SIGTERM or SIGHUP wants, whatever was done meanwhile.
    pub(super) fn asked_to_end(&self) -> Option<Exit> {
        self.first.get().copied().filter(|exit| *exit != Exit::Cancelled)
    }
}

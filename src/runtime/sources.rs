//! Asking the sources, each at its own pace; a source that fails blocks nobody.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use notify::Watcher;
use tokio::sync::Notify;
use tokio::time::sleep;

use super::inbox::Inbox;
use crate::app::event::{Event, Health, SourceState};
use crate::domain::board::{Known, Listing};
use crate::domain::incident::IncidentRow;
use crate::source::{Source, SourceError, SourceErrorKind};
use crate::store::Store;

/// The longest pause between two tries at a source that fails.
const LONGEST_PAUSE: Duration = Duration::from_mins(5);
/// A file is read again this long after it changed, so that whoever writes it has finished.
const SETTLE: Duration = Duration::from_millis(100);

/// A source, how it is, and what is known of it.
pub(super) struct Feed {
    pub(super) source: Arc<dyn Source>,
    pub(super) state: SourceState,
    pub(super) store: Store,
    pub(super) inbox: Inbox,
    /// Told when the operator wants it asked now.
    pub(super) wanted: Arc<Notify>,
}

impl Feed {
    /// Asks for ever.
    pub(super) async fn run(mut self, mut known: Known) {
        let changed = Arc::new(Notify::new());
        let _watcher = self.source.watched().and_then(|path| watch(path, Arc::clone(&changed)));
        let mut failures = 0_u32;
        loop {
            let pause = match self.ask(&mut known).await {
                Ok(()) => {
                    failures = 0;
                    self.source.refresh()
                }
                Err(error) => {
                    failures += 1;
                    self.fail(&error, failures)
                }
            };
            tokio::select! {
                () = self.wanted.notified() => {}
                () = changed.notified() => sleep(SETTLE).await,
                () = sleep(pause) => {}
            }
        }
    }

    async fn ask(&mut self, known: &mut Known) -> Result<(), SourceError> {
        let listing = self.list().await?;
        let at_s = Timestamp::now().as_second();
        let health = match listing.warnings.first() {
            None => Health::Fine,
            Some(warning) => Health::Failing {
                reason: warning.clone(),
                retry_s: at_s.saturating_add(i64::try_from(self.source.refresh().as_secs()).unwrap_or(i64::MAX)),
            },
        };
        let delta = Arc::new(known.take(self.source.name(), listing, at_s));
        let quiet = delta.is_quiet();
        if let Err(error) = self.store.apply_shared(Arc::clone(&delta)).await {
            // The board goes on with what the source said; only the next start would not know it.
            self.inbox.event(Event::StoreTrouble(error.to_string()));
        }
        let news = self.state.health != health || !self.state.fresh;
        self.state = SourceState { health, answered_s: Some(at_s), fresh: true, ..self.state.clone() };
        if !quiet || news || !delta.channels.is_empty() {
            // The store has written it: nobody else holds it any more, so nothing is copied.
            self.inbox.event(Event::Changed(Box::new(Arc::unwrap_or_clone(delta))));
        }
        self.inbox.event(Event::Source(self.state.clone()));
        Ok(())
    }

    /// Asks in a task of its own: a fault inside ends this refresh and nothing else.
    async fn list(&self) -> Result<Listing, SourceError> {
        let source = Arc::clone(&self.source);
        let asked = tokio::spawn(async move { source.list().await }).await;
        asked.unwrap_or_else(|_| {
            let message = "reading the source failed inside andon; the log file says where".to_owned();
            Err(SourceError { kind: SourceErrorKind::Other, message })
        })
    }

    /// Tells why, and gives the pause: doubled with each failure, jittered, never shorter than the source asks for.
    fn fail(&mut self, error: &SourceError, failures: u32) -> Duration {
        let doubled = self.source.refresh().saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1).min(8)));
        let pause = jitter(doubled.min(LONGEST_PAUSE)).max(asked_pause(error));
        let retry_s = Timestamp::now().as_second().saturating_add(i64::try_from(pause.as_secs()).unwrap_or(i64::MAX));
        self.state.health = Health::Failing { reason: error.to_string(), retry_s };
        self.inbox.event(Event::Source(self.state.clone()));
        pause
    }
}

/// What is known of a source's open incidents, from the rows of the store.
pub(super) fn known_of(source: &str, rows: &[IncidentRow]) -> Known {
    Known::from_rows(rows.iter().filter(|row| row.key.source() == source))
}

/// How long the source itself asks us to stay away.
fn asked_pause(error: &SourceError) -> Duration {
    match error.kind {
        SourceErrorKind::RateLimited { retry_after } => retry_after.unwrap_or_default(),
        _ => Duration::ZERO,
    }
}

/// Up to a quarter more or less, so that many andons do not ask together. The clock's low digits are random enough.
fn jitter(pause: Duration) -> Duration {
    let dice = Timestamp::now().subsec_nanosecond().unsigned_abs() % 1_000;
    pause.mul_f64(0.75 + f64::from(dice) / 2_000.0)
}

/// Watches the folder of a file: an editor that renames a new file over the old one would leave a watch on the file
/// itself silent.
fn watch(path: &std::path::Path, changed: Arc<Notify>) -> Option<notify::RecommendedWatcher> {
    let name = path.file_name()?.to_owned();
    let told = move |event: notify::Result<notify::Event>| {
        let ours = |event: &notify::Event| event.paths.iter().any(|path| path.file_name() == Some(&name));
        if event.as_ref().is_ok_and(|event| !event.kind.is_access() && ours(event)) {
            changed.notify_one();
        }
    };
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or_else(|| ".".as_ref());
    let mut watcher = notify::recommended_watcher(told).ok()?;
    watcher.watch(folder, notify::RecursiveMode::NonRecursive).ok()?;
    Some(watcher)
}

//! Asking the sources, each at its own pace; a source that fails blocks nobody.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use notify::Watcher;
use tokio::sync::{Notify, mpsc};
use tokio::time::sleep;

use super::effects::SourceSignal;
use super::inbox::Inbox;
use crate::app::event::{Event, Health, SourceState};
use crate::domain::board::{Known, Listing};
use crate::domain::incident::IncidentRow;
use crate::domain::local::lay_over_rows;
use crate::net::Backoff;
use crate::source::{Page, Pages, Source, SourceError, SourceErrorKind, ask_for_missing};
use crate::store::Store;

/// The longest pause between two tries at a source that fails.
const LONGEST_PAUSE: Duration = Duration::from_mins(5);
/// A file is read again this long after it changed, so that whoever writes it has finished.
const SETTLE: Duration = Duration::from_millis(100);
/// So many times a list is read again because something was done meanwhile.
const LISTS_AGAIN: usize = 2;

/// A source, how it is, and what is known of it.
pub(super) struct Feed {
    pub(super) source: Arc<dyn Source>,
    pub(super) state: SourceState,
    pub(super) store: Store,
    pub(super) inbox: Inbox,
    /// Signals from elsewhere.
    pub(super) signal: Arc<SourceSignal>,
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
                    self.source.config().refresh
                }
                Err(error) => {
                    failures += 1;
                    self.fail(&error, failures)
                }
            };
            tokio::select! {
                () = self.signal.now.notified() => {}
                () = changed.notified() => sleep(SETTLE).await,
                () = sleep(pause) => {}
            }
        }
    }

    async fn ask(&mut self, known: &mut Known) -> Result<(), SourceError> {
        let mut listing = self.list(known).await?;
        ask_for_missing(self.source.as_ref(), known, &mut listing).await;
        let at_s = Timestamp::now().as_second();
        let health = match listing.warnings.first() {
            None => Health::Fine,
            Some(warning) => Health::Failing {
                reason: warning.clone(),
                retry_s: at_s.saturating_add(i64::try_from(self.source.config().refresh.as_secs()).unwrap_or(i64::MAX)),
            },
        };
        let news = self.state.health != health || !self.state.fresh;
        self.take(known, listing, at_s, news).await;
        self.state = SourceState { health, answered_s: Some(at_s), fresh: true, loading: None, ..self.state.clone() };
        self.inbox.event(Event::Source(self.state.clone()));
        Ok(())
    }

    /// Stores and shows what a listing, or a page of one, changed.
    async fn take(&self, known: &mut Known, mut listing: Listing, at_s: i64, news: bool) {
        match self.store.locals().await {
            Ok(locals) => lay_over_rows(&mut listing.rows, &locals),
            Err(error) => self.inbox.event(Event::StoreTrouble(error.to_string())),
        }
        let delta = Arc::new(known.take(self.source.name(), listing, at_s));
        let quiet = delta.is_quiet();
        if let Err(error) = self.store.apply_shared(Arc::clone(&delta)).await {
            // The board goes on with what the source said; only the next start would not know it.
            self.inbox.event(Event::StoreTrouble(error.to_string()));
        }
        if !quiet || news || !delta.channels.is_empty() {
            // The store has written it: nobody else holds it any more, so nothing is copied.
            self.inbox.event(Event::Changed(Box::new(Arc::unwrap_or_clone(delta))));
        }
    }

    /// The whole list. Its pages are shown as they come; one that was begun before something was done from here is
    /// read again, so that it does not put back what was done.
    async fn list(&mut self, known: &mut Known) -> Result<Listing, SourceError> {
        for _ in 0..LISTS_AGAIN {
            let before = self.signal.operations();
            let listing = self.list_once(known, before).await?;
            if self.signal.operations() == before {
                return Ok(listing);
            }
        }
        let before = self.signal.operations();
        self.list_once(known, before).await
    }

    /// Asks in a task of its own: a fault inside ends this refresh and nothing else.
    async fn list_once(&mut self, known: &mut Known, before: u64) -> Result<Listing, SourceError> {
        // What is kept here is shown on top of an incident: that needs the whole of it.
        let already =
            self.store.locals().await.map(|locals| known.before(locals.into_keys().collect())).unwrap_or_default();
        let source = Arc::clone(&self.source);
        let (hand, mut pages) = mpsc::unbounded_channel();
        let asked = tokio::spawn(async move {
            let pages = Pages::new(move |page| drop(hand.send(page))).after(already);
            source.list(&pages).await
        });
        // Ends with the task: it holds the only sender.
        while let Some(Page { rows, got, of }) = pages.recv().await {
            if self.signal.operations() == before {
                let at_s = Timestamp::now().as_second();
                self.take(known, Listing { rows, ..Listing::default() }, at_s, false).await;
            }
            self.state.loading = Some((got, of));
            self.inbox.event(Event::Source(self.state.clone()));
        }
        let listing = asked.await.unwrap_or_else(|_| {
            let message = "reading the source failed inside andon; the log file says where".to_owned();
            Err(SourceError { kind: SourceErrorKind::Other, message })
        });
        self.state.loading = None;
        listing
    }

    /// Shows why, and gives the pause: never shorter than the source asks for.
    fn fail(&mut self, error: &SourceError, failures: u32) -> Duration {
        let backoff = Backoff { first: self.source.config().refresh, longest: LONGEST_PAUSE };
        let pause = backoff.jittered(failures.saturating_sub(1)).max(asked_pause(error));
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

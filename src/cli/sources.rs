//! Asking the sources first, storing what they gave, and knowing what is old.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

use super::exit::CommandError;
use super::output::warn;
use super::session::Session;
use crate::domain::board::{Known, Listing};
use crate::domain::incident::IncidentRow;
use crate::domain::local::lay_over_rows;
use crate::domain::time::age;
use crate::source::{Pages, SourceError, ask_for_missing};

/// For all sources together.
const PATIENCE: Duration = Duration::from_secs(5);

/// Who answered.
#[derive(Debug, Default)]
pub(super) struct Asked {
    answered: BTreeSet<String>,
    failed: BTreeSet<String>,
    /// When a source last answered before this command, Unix seconds.
    before: HashMap<String, i64>,
}

impl Asked {
    /// Whether what is known of this source is not what it says now.
    pub(super) fn is_stale(&self, source: &str) -> bool {
        !self.answered.contains(source)
    }

    /// Whether sources were asked and none of them answered.
    pub(super) fn all_failed(&self) -> bool {
        self.answered.is_empty() && !self.failed.is_empty()
    }

    /// Those that were asked and did not answer, by name; empty where all did.
    pub(super) fn silent(&self) -> String {
        self.failed.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
    }

    /// How old what is known of this source is, in milliseconds, where it is stale.
    pub(super) fn stale_ms(&self, source: &str) -> Option<i64> {
        let answered_at_s = self.before.get(source).filter(|_| self.is_stale(source))?;
        Some(now_s().saturating_sub(*answered_at_s).saturating_mul(1_000).max(0))
    }
}

/// Asks every source, unless `--cached`; what they gave is in the store then. stderr names those that do not answer.
pub(super) async fn ask(session: &Session<'_>) -> Result<Asked, CommandError> {
    let opened = &session.opened;
    let seen = opened.store.sources_seen().await?;
    let mut asked =
        Asked { before: seen.into_iter().map(|seen| (seen.name, seen.answered_at_s)).collect(), ..Asked::default() };
    if session.global.cached || opened.config.sources.is_empty() {
        return Ok(asked);
    }
    let known = opened.store.open_incidents(None).await?;
    let mut listings = listings(session, &known);
    while let Some(joined) = listings.join_next().await {
        let Ok((name, listed)) = joined else { continue };
        let stored = match listed {
            Ok(listing) => take(session, &known, &name, listing).await,
            Err(why) => Err(why),
        };
        match stored {
            Ok(()) => {
                asked.answered.insert(name);
            }
            Err(why) => {
                warn(&format!("{name}: {why}; {}", fallback(asked.before.get(&name))));
                asked.failed.insert(name);
            }
        }
    }
    for source in &opened.config.sources {
        if !asked.answered.contains(&source.name) && asked.failed.insert(source.name.clone()) {
            warn(&format!("{}: asking it failed inside andon", source.name));
        }
    }
    Ok(asked)
}

fn listings(session: &Session<'_>, known: &[IncidentRow]) -> JoinSet<(String, Result<Listing, String>)> {
    let opened = &session.opened;
    let deadline = Instant::now() + PATIENCE;
    let mut out = JoinSet::new();
    for source in &opened.sources {
        let source = Arc::clone(source);
        source.seed(known);
        let known = known_of(source.name(), known);
        out.spawn(async move {
            let list = async {
                let mut listing = source.list(&Pages::unwanted()).await?;
                ask_for_missing(source.as_ref(), &known, &mut listing).await;
                Ok::<_, SourceError>(listing)
            };
            let listed = match timeout_at(deadline, list).await {
                Ok(Ok(listing)) => Ok(listing),
                Ok(Err(error)) => Err(error.to_string()),
                Err(_) => Err(format!("no answer in {} s", PATIENCE.as_secs())),
            };
            (source.name().to_owned(), listed)
        });
    }
    out
}

/// What is known to be open of one source.
fn known_of(name: &str, known: &[IncidentRow]) -> Known {
    Known::from_rows(known.iter().filter(|row| row.key.source() == name))
}

async fn take(session: &Session<'_>, known: &[IncidentRow], name: &str, mut listing: Listing) -> Result<(), String> {
    let store = &session.opened.store;
    for warning in &listing.warnings {
        warn(&format!("{name}: {warning}"));
    }
    lay_over_rows(&mut listing.rows, &store.locals().await.map_err(|error| error.to_string())?);
    let mut known = known_of(name, known);
    let delta = known.take(name, listing, now_s());
    store.apply(&delta).await.map_err(|error| error.to_string())
}

fn fallback(answered_at_s: Option<&i64>) -> String {
    match answered_at_s.map(|at_s| age(*at_s, now_s())) {
        None => "nothing is known of it yet".to_owned(),
        Some(age) if age == "now" => "using what was known a moment ago".to_owned(),
        Some(age) => format!("using what was known {age} ago"),
    }
}

fn now_s() -> i64 {
    Timestamp::now().as_second()
}

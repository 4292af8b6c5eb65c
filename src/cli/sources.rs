//! Asking the sources first, storing what they gave, and knowing what is old.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

use super::exit::CommandError;
use super::output::warn;
use super::session::Session;
use crate::domain::board::{Delta, Known, Listing};
use crate::domain::incident::{IncidentKey, IncidentRow, Progress};
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
    /// What sources gave and the store could not keep.
    unkept: Vec<Delta>,
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

    /// The rows of the store with what it could not keep, in the order of a list.
    pub(super) fn with_unkept(&self, mut rows: Vec<IncidentRow>, closed_too: bool) -> Vec<IncidentRow> {
        if self.unkept.is_empty() {
            return rows;
        }
        let news = self.unkept.iter().flat_map(|delta| &delta.changed);
        let told: HashSet<&IncidentKey> =
            news.clone().map(|row| &row.key).chain(self.unkept.iter().flat_map(|delta| &delta.gone)).collect();
        let gone = |row: &IncidentRow| {
            let of = self.unkept.iter().find(|delta| delta.gone.contains(&row.key))?;
            Some(row.closed_at(of.at_s))
        };
        let closed: Vec<IncidentRow> = rows.iter().filter_map(gone).collect();
        rows.retain(|row| !told.contains(&row.key));
        rows.extend(news.cloned().chain(closed).filter(|row| closed_too || row.progress != Progress::Closed));
        rows.sort_by(|a, b| {
            (a.severity, Reverse(a.start_time), &a.key).cmp(&(b.severity, Reverse(b.start_time), &b.key))
        });
        rows
    }

    /// Whether anything could not be kept.
    pub(super) fn has_unkept(&self) -> bool {
        !self.unkept.is_empty()
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
        match listed {
            Ok(listing) => {
                asked.unkept.extend(take(session, &known, &name, listing).await);
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
pub(super) fn known_of(name: &str, known: &[IncidentRow]) -> Known {
    Known::from_rows(known.iter().filter(|row| row.key.source() == name))
}

/// As [`keep`], with what the list warns of.
async fn take(session: &Session<'_>, known: &[IncidentRow], name: &str, listing: Listing) -> Option<Delta> {
    for warning in &listing.warnings {
        warn(&format!("{name}: {warning}"));
    }
    keep(session, known, name, listing).await
}

/// Keeps what a source gave; what the store could not keep comes back.
pub(super) async fn keep(
    session: &Session<'_>,
    known: &[IncidentRow],
    name: &str,
    mut listing: Listing,
) -> Option<Delta> {
    let store = &session.opened.store;
    let locals = store.locals().await;
    if let Ok(locals) = &locals {
        lay_over_rows(&mut listing.rows, locals);
    }
    let mut known = known_of(name, known);
    let delta = known.take(name, listing, now_s());
    let kept = match locals {
        Ok(_) => store.apply(&delta).await,
        Err(error) => Err(error),
    };
    let error = kept.err()?;
    // A store that was opened for reading alone has said so already.
    if store.unwritable().is_none() {
        warn(&format!("{name} answered, and what it said could not be kept: {error}"));
    }
    Some(delta)
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

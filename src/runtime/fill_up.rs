//! What follows the first frame: the rest of the incidents, the sources, the watch, the client for presses.

use std::sync::Arc;
use std::time::Duration;

use super::effects::EffectRunner;
use super::sources::{Feed, known_of};
use super::start::Start;
use super::watch::{Watch, is_unended};
use crate::app::event::{Event, Snapshot};
use crate::domain::arrivals::Arrivals;
use crate::domain::board::Known;
use crate::domain::text::counted;
use crate::domain::time::{format_duration, rfc3339};
use crate::store::Forgotten;

/// When what came is counted first, and how often then.
const FIRST_COUNT: Duration = Duration::from_secs(1);
const COUNT_EVERY: Duration = Duration::from_mins(1);

pub(super) async fn fill_up(start: Start, snapshot: Snapshot, effects: EffectRunner) {
    let mut rows = snapshot.rows;
    let mut whole = snapshot.whole;
    if !whole {
        match start.store.open_incidents(None).await {
            Ok(all) => {
                rows = all;
                rows.retain(|row| start.sources.iter().any(|source| source.name() == row.key.source()));
            }
            Err(error) => {
                whole = true;
                effects.inbox.event(Event::StoreTrouble(error.to_string()));
            }
        }
    }
    match start.store.last_runs().await {
        Ok(runs) => effects.inbox.event(Event::LastRuns(runs)),
        Err(error) => effects.inbox.event(Event::StoreTrouble(error.to_string())),
    }
    let known: Vec<Known> = start
        .sources
        .iter()
        .map(|source| {
            source.seed(&rows);
            known_of(source.name(), &rows)
        })
        .collect();
    if !whole {
        // The board's own from here on: 100,000 rows are never there twice.
        effects.inbox.event(Event::MoreRows(rows));
    }
    for (((source, state), signal), known) in
        start.sources.iter().zip(snapshot.sources).zip(&effects.signals).zip(known)
    {
        let feed = Feed {
            source: Arc::clone(source),
            state,
            store: effects.store.clone(),
            inbox: effects.inbox.clone(),
            signal: Arc::clone(signal),
        };
        tokio::spawn(feed.run(known));
    }
    tokio::spawn(count_arrivals(effects.clone()));
    let watch = Watch {
        store: effects.store.clone(),
        effects: effects.clone(),
        inbox: effects.inbox.clone(),
        locks: start.locks.clone().map(Arc::new),
        actions: snapshot.actions,
        seen: snapshot.activity.iter().map(|line| (line.seq, is_unended(line))).collect(),
    };
    effects.inbox.event(Event::Activity(start.interrupted.clone()));
    effects.runner.warm().await;
    tokio::spawn(effects.clone().watch_buttons());
    let resumed = effects.clone();
    tokio::spawn(async move { resumed.resume().await });
    forget(&start, &effects).await;
    watch.run().await;
}

/// Forgets the activity that is older than the configuration keeps, and says what.
async fn forget(start: &Start, effects: &EffectRunner) {
    let kept_ms = i64::try_from(start.retention.as_millis()).unwrap_or(i64::MAX);
    let kept = format_duration(start.retention.as_millis().try_into().unwrap_or(u64::MAX));
    let words = match effects.store.forget_old(effects.wall_ms(), kept_ms).await {
        Ok(Forgotten::Nothing) => return,
        Ok(Forgotten::Noted { lines }) => format!(
            "{} of the log {} older than {kept}, and will be removed by a start some days from now",
            counted(lines, "line"),
            if lines == 1 { "is" } else { "are" }
        ),
        Ok(Forgotten::Removed { lines, before_ms }) => {
            let before = rfc3339(before_ms);
            let day = before.get(..10).unwrap_or_default();
            format!("{} of the log from before {day} removed: the log is kept for {kept}", counted(lines, "line"))
        }
        Err(error) => {
            tracing::warn!(%error, "old activity could not be removed");
            return;
        }
    };
    tracing::info!("{words}");
    effects.inbox.event(Event::Said(words));
}

/// Counts what came, again each minute, and tells what is new of it.
async fn count_arrivals(effects: EffectRunner) {
    let mut told = Arrivals::default();
    // The sources' first lists are in it then.
    let mut pause = FIRST_COUNT;
    loop {
        tokio::time::sleep(pause).await;
        pause = COUNT_EVERY;
        match effects.store.arrivals(effects.wall_ms().div_euclid(1_000)).await {
            Ok(arrivals) if arrivals != told => {
                told = arrivals.clone();
                effects.inbox.event(Event::Arrivals(Box::new(arrivals)));
            }
            Ok(_) => {}
            // The watch tells of a store that cannot be read.
            Err(error) => tracing::warn!(%error, "arrivals were not counted"),
        }
    }
}

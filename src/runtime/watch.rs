//! What other processes change: seen twice a second without reading anything, and told as events.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use super::effects::EffectRunner;
use super::inbox::Inbox;
use crate::app::event::Event;
use crate::domain::action::Action;
use crate::domain::activity::{Activity, Entry, Seq};
use crate::domain::run::RunState;
use crate::store::{LogQuery, Store, StoreError};

/// How often it is asked whether anything changed.
const PACE: Duration = Duration::from_millis(500);
/// How many of the newest lines are compared.
const NEWEST: u32 = 100;
/// Dead processes are looked for at this many paces.
const SETTLE_EVERY: u32 = 20;

pub(super) struct Watch {
    pub(super) store: Store,
    pub(super) effects: EffectRunner,
    pub(super) inbox: Inbox,
    /// Where the locks of living processes are; `None` in the demo.
    pub(super) locks: Option<Arc<std::path::PathBuf>>,
    /// The actions as the screen has them.
    pub(super) actions: Vec<Action>,
    /// Whether the lines that the screen has are unended, by their place.
    pub(super) seen: HashMap<Seq, bool>,
}

impl Watch {
    /// Looks for ever.
    pub(super) async fn run(mut self) {
        let mut token = None;
        let mut told = String::new();
        let mut paces = interval(PACE);
        paces.set_missed_tick_behavior(MissedTickBehavior::Delay);
        for pace in 0_u32.. {
            paces.tick().await;
            if pace % 2 == 0 {
                self.retry_unrecorded().await;
            }
            if pace % SETTLE_EVERY == SETTLE_EVERY - 1 {
                self.end_interrupted_runs().await;
            }
            let looked = self.look(&mut token).await;
            let trouble = looked.err().or_else(|| self.store.write_trouble());
            let words = trouble.map_or_else(String::new, |error| error.to_string());
            if told != words {
                told.clone_from(&words);
                self.inbox.event(Event::StoreTrouble(words));
            }
        }
    }

    async fn look(&mut self, token: &mut Option<i64>) -> Result<(), StoreError> {
        let now = self.store.watch_token().await?;
        if token.replace(now) == Some(now) {
            return Ok(());
        }
        let actions = self.store.actions().await?;
        if actions != self.actions {
            self.actions.clone_from(&actions);
            self.inbox.event(Event::Actions(actions));
        }
        let newest = self.store.log(&LogQuery { limit: Some(NEWEST), ..LogQuery::default() }).await?;
        let unended = self.store.unended().await?;
        let mut news: Vec<Activity> = newest.into_iter().chain(unended).filter(|line| self.is_news(line)).collect();
        news.sort_by_key(|line| line.seq);
        news.dedup_by_key(|line| line.seq);
        for line in &news {
            self.seen.insert(line.seq, is_unended(line));
        }
        if !news.is_empty() {
            self.inbox.event(Event::Activity(news));
        }
        Ok(())
    }

    fn is_news(&self, line: &Activity) -> bool {
        self.seen.get(&line.seq).is_none_or(|was_unended| *was_unended != is_unended(line))
    }

    async fn retry_unrecorded(&self) {
        for run in self.effects.runner.retry_unrecorded().await {
            if let Ok(Some(record)) = self.store.run_record(&run.id).await {
                let activity = Box::new(record.activity);
                self.inbox.event(Event::Ended { activity, not_recorded: None });
            }
        }
    }

    async fn end_interrupted_runs(&self) {
        if let Some(locks) = &self.locks {
            let interrupted = crate::runner::end_interrupted_runs(&self.store, locks).await;
            if !interrupted.is_empty() {
                self.inbox.event(Event::Activity(interrupted));
            }
            let effects = self.effects.clone();
            tokio::spawn(async move { effects.resume().await });
        }
    }
}

/// Whether a line is of a run that has not ended.
pub(super) fn is_unended(line: &Activity) -> bool {
    matches!(&line.entry, Entry::Run(run) if run.state != RunState::Done)
}

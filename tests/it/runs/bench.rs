//! A runner over a store in memory, and receivers that answer one thing after the other.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use andon::domain::action::Action;
use andon::domain::activity::{Activity, Entry};
use andon::domain::channel::ChannelKey;
use andon::domain::incident::Incident;
use andon::domain::operator::Operator;
use andon::domain::request::Prepared;
use andon::domain::run::{Run, RunDetail};
use andon::runner::{Finish, PressOptions, RunOptions, Runner, Setup, Step};
use andon::secret::Resolver;
use andon::source::Source;
use andon::store::{Place, Process, Store};
use tokio_util::sync::CancellationToken;

use crate::support::peer::Peer;

/// A receiver that gives these answers one after the other, each on a connection of its own; the last one again and
/// again. Empty bytes: it closes without a word.
pub(crate) async fn answers(all: Vec<String>) -> Peer {
    let (all, next) = (Arc::new(all), Arc::new(AtomicUsize::new(0)));
    Peer::start(move |mut conn| {
        let (all, next) = (Arc::clone(&all), Arc::clone(&next));
        async move {
            if conn.request().await.is_empty() {
                return;
            }
            let at = next.fetch_add(1, Ordering::SeqCst).min(all.len() - 1);
            conn.say(&all[at]).await;
        }
    })
    .await
}

/// A runner and the store under it.
pub(crate) struct Bench {
    pub(crate) store: Store,
    pub(crate) runner: Runner,
    pub(crate) operator: Arc<Operator>,
}

/// How a run ended, in the words of the log.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) run: Run,
    pub(crate) detail: RunDetail,
    pub(crate) steps: Vec<Step>,
}

impl Told {
    /// Outcome, class, status, attempts.
    pub(crate) fn facts(&self) -> (&'static str, &'static str, u16, u32) {
        let run = &self.run;
        let outcome = run.outcome.map_or("none", |outcome| outcome.as_str());
        (outcome, run.failure.map_or("", |failure| failure.as_str()), run.status.unwrap_or_default(), run.attempts)
    }
}

impl Bench {
    pub(crate) async fn new() -> Self {
        let store = Store::open(Place::Memory).await.unwrap();
        Self::of(store, Process::detached().id(), None, Resolver::default())
    }

    /// A process of its own on a store: `locks` has the locks of those that live.
    pub(crate) fn of(store: Store, process: &str, locks: Option<PathBuf>, secrets: Resolver) -> Self {
        Self::with(store, process, locks, secrets, Vec::new())
    }

    /// The same, with sources that are told.
    pub(crate) fn with(
        store: Store,
        process: &str,
        locks: Option<PathBuf>,
        secrets: Resolver,
        sources: Vec<Arc<dyn Source>>,
    ) -> Self {
        let runner = Runner::new(Setup {
            store: store.clone(),
            process: process.to_owned(),
            locks,
            secrets,
            action_references: false,
            allow_hosts: Vec::new(),
            deny_hosts: Vec::new(),
            read_only: false,
            sources,
        });
        Self { store, runner, operator: Arc::new(Operator { name: "ada".to_owned(), ..Operator::default() }) }
    }

    /// Adds an action that sends to `url`, changed by `tune`.
    pub(crate) async fn action(&self, url: impl Into<String>, tune: impl FnOnce(&mut Action)) -> Arc<Action> {
        let mut action = Action::new("Restart", url.into());
        action.timeout_ms = 4_000;
        action.cooldown_ms = 0;
        tune(&mut action);
        // A channel of its own: the limit of a channel is not what is looked at here.
        action.slots.insert(ChannelKey::new("prod", &action.name), 0);
        Arc::new(self.store.add_action(&action, 9, &self.operator, 1).await.unwrap())
    }

    /// Runs one press.
    pub(crate) async fn run(
        &self,
        prepared: Prepared,
        hear: impl Fn(Step) + Send + Sync,
        stop: &CancellationToken,
    ) -> Finish {
        let hear = |_: &str, step| hear(step);
        self.runner.run(vec![prepared], RunOptions::default(), hear, stop).await.remove(0)
    }

    /// Presses it and waits for its end.
    pub(crate) async fn press(&self, action: &Arc<Action>) -> Told {
        self.press_until(action, &CancellationToken::new(), |_| {}).await
    }

    /// The same; `hear` hears each step, and `stop` stops it.
    pub(crate) async fn press_until(
        &self,
        action: &Arc<Action>,
        stop: &CancellationToken,
        hear: impl Fn(&Step) + Send + Sync,
    ) -> Told {
        let prepared = self.runner.prepare(action, &incident(), &self.operator, PressOptions::default()).unwrap();
        let steps = Mutex::new(Vec::new());
        let watch = |step: Step| {
            hear(&step);
            steps.lock().unwrap().push(step);
        };
        let finish = tokio::time::timeout(Duration::from_secs(30), self.run(prepared, watch, stop));
        let Finish::Ended { activity, not_recorded } = finish.await.unwrap() else { panic!("it did not end") };
        assert_eq!(not_recorded, None);
        let run = run_of(*activity);
        let record = self.store.run_record(&run.id).await.unwrap().unwrap();
        assert_eq!(record.activity.entry, Entry::Run(Box::new(run.clone())), "the row is what was told");
        let steps = steps.into_inner().unwrap();
        Told { run, detail: record.detail, steps }
    }
}

/// The incident that everything is pressed on.
pub(crate) fn incident() -> Arc<Incident> {
    incident_number(1)
}

/// One of many.
pub(crate) fn incident_number(number: usize) -> Arc<Incident> {
    Arc::new(Incident {
        incident_id: format!("i{number}"),
        num: format!("0000A{number}"),
        title: "checkout answers 503".to_owned(),
        source: "prod".to_owned(),
        channel_key: "prod/web".to_owned(),
        ..Incident::default()
    })
}

/// The run of a line.
pub(crate) fn run_of(line: Activity) -> Run {
    let Entry::Run(run) = line.entry else { panic!("no run") };
    *run
}

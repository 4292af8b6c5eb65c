//! A runner with one source over a store in memory: for actions that are started in a source.

use std::path::PathBuf;
use std::sync::Arc;

use andon::domain::action::{Action, ActionKind};
use andon::domain::activity::{Activity, Entry};
use andon::domain::channel::ChannelKey;
use andon::domain::incident::{Incident, IncidentRow};
use andon::domain::operator::Operator;
use andon::domain::refusal::Refusal;
use andon::domain::request::Prepared;
use andon::domain::run::{Run, RunDetail};
use andon::runner::{Finish, PressOptions, RunOptions, Runner, Setup, Step};
use andon::secret::Resolver;
use andon::source::Source;
use andon::store::{LogQuery, Place, Process, Store};
use tokio_util::sync::CancellationToken;

/// A runner and what it works with.
pub(crate) struct Presser {
    pub(crate) store: Store,
    pub(crate) runner: Runner,
    pub(crate) incident: Arc<Incident>,
}

impl Presser {
    pub(crate) async fn new(source: Box<dyn Source>, incident: Incident) -> Self {
        Self::on(Store::open(Place::Memory).await.unwrap(), source, incident, Process::detached().id(), None).await
    }

    pub(crate) async fn on(
        store: Store,
        source: Box<dyn Source>,
        incident: Incident,
        process: &str,
        locks: Option<PathBuf>,
    ) -> Self {
        store.put_incidents(vec![IncidentRow::pack(&incident)]).await.unwrap();
        let runner = Runner::new(Setup {
            store: store.clone(),
            process: process.to_owned(),
            locks,
            secrets: Resolver::default(),
            action_references: true,
            allow_hosts: Vec::new(),
            deny_hosts: Vec::new(),
            read_only: false,
            sources: vec![Arc::from(source)],
        });
        Self { store, runner, incident: Arc::new(incident) }
    }

    /// An action of the incident's channel, in the store.
    pub(crate) async fn action(&self, kind: ActionKind, starts: &str) -> Arc<Action> {
        let mut action = Action::new("Run it there", "");
        action.kind = kind;
        starts.clone_into(&mut action.vendor_action);
        action.cooldown_ms = 0;
        action.slots.insert(ChannelKey::parse(&format!("{}/x", self.incident.source)).unwrap(), 0);
        Arc::new(self.store.add_action(&action, 3, &Operator::default(), 0).await.unwrap())
    }

    pub(crate) fn prepare(&self, action: &Arc<Action>) -> Result<Prepared, Refusal> {
        self.runner.prepare(action, &self.incident, &Arc::default(), PressOptions::default())
    }

    pub(crate) async fn run(&self, prepared: Prepared, hear: impl Fn(&str, Step) + Send + Sync) -> Finish {
        let stop = CancellationToken::new();
        self.runner.run(vec![prepared], RunOptions::default(), hear, &stop).await.remove(0)
    }

    /// Presses it and waits for its end.
    pub(crate) async fn press(&self, action: &Arc<Action>) -> (Run, RunDetail) {
        let prepared = self.prepare(action).unwrap();
        let id = prepared.run_id.clone();
        let finish = self.run(prepared, |_, _| ()).await;
        assert!(matches!(finish, Finish::Ended { .. }), "{finish:?}");
        self.record(&id).await
    }

    pub(crate) async fn record(&self, id: &str) -> (Run, RunDetail) {
        let record = self.store.run_record(id).await.unwrap().unwrap();
        let Activity { entry: Entry::Run(run), .. } = record.activity else { panic!("no run") };
        (*run, record.detail)
    }

    /// Everything that the store says of its runs.
    pub(crate) async fn written(&self) -> String {
        let mut all = String::new();
        for activity in self.store.log(&LogQuery::default()).await.unwrap() {
            if let Entry::Run(run) = &activity.entry {
                all.push_str(&format!("{:?}", self.record(&run.id).await));
            }
        }
        all
    }
}

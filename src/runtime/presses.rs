//! Presses: filled, run, stopped, taken over. What is heard of a run becomes events.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::effects::EffectRunner;
use super::inbox::Inbox;
use crate::app::effect::Target;
use crate::app::event::Event;
use crate::domain::action::Action;
use crate::domain::activity::{Activity, Entry};
use crate::domain::incident::{Incident, IncidentKey};
use crate::domain::refusal::Refusal;
use crate::domain::request::{Inputs, Prepared};
use crate::domain::run::{Failure, RunRef};
use crate::domain::stage::Stage;
use crate::runner::{Finish, PressOptions, RunOptions, Step};

/// How often at most the screen is told how far a run is.
const PROGRESS_PACE: Duration = Duration::from_millis(100);
/// When a run has ended its source is asked at once and once more after this.
const ASKED_AGAIN: Duration = Duration::from_secs(5);

impl EffectRunner {
    /// Fills the requests of a press. Each that is refused leaves a row.
    pub(super) fn prepare(&self, ticket: u64, action: Action, targets: Vec<Target>, inputs: Inputs, test: bool) {
        let fallen = Event::Prepared { ticket, results: targets.iter().map(|_| Err(unfilled())).collect() };
        self.task(fallen, move |effects| async move {
            let action = Arc::new(action);
            let asked = PressOptions { inputs, test, ..PressOptions::default() }.on(targets.len());
            let mut results = Vec::with_capacity(targets.len());
            for target in targets {
                let own = target.own.as_ref().unwrap_or(&action);
                results.push(effects.prepare_one(own, &target, &asked).await);
            }
            Event::Prepared { ticket, results }
        });
    }

    async fn prepare_one(
        &self,
        action: &Arc<Action>,
        target: &Target,
        asked: &PressOptions,
    ) -> Result<Box<Prepared>, Refusal> {
        let incident = read(&target.incident, &target.body)?;
        let (incident, unread) = self.runner.with_alerts(action, &incident).await;
        if let Some(why) = unread {
            tracing::warn!(incident = %incident.incident_id, why, "a press goes without alerts");
        }
        let asked = &PressOptions { kept: self.runner.kept(&incident.key()).await, ..asked.clone() };
        match self.runner.prepare(action, &incident, &self.operator, asked.clone()) {
            Ok(prepared) => Ok(Box::new(Prepared { stale_ms: target.stale_ms, ..prepared })),
            Err(refusal) => {
                self.refuse(action, &incident, asked, &refusal).await;
                Err(refusal)
            }
        }
    }

    async fn refuse(&self, action: &Arc<Action>, incident: &Arc<Incident>, asked: &PressOptions, refusal: &Refusal) {
        let activity = self.runner.refuse(action, incident, &self.operator, asked, refusal).await;
        self.inbox.event(Event::Activity(vec![activity]));
    }

    /// Fills the request of the same press again.
    pub(super) fn prepare_again(&self, ticket: u64, run: String, inputs: Inputs) {
        let fallen = Event::Prepared { ticket, results: vec![Err(unfilled())] };
        self.task(fallen, move |effects| async move {
            let asked = PressOptions { inputs, ..PressOptions::default() };
            let result = match effects.runner.prepare_again(&run, &effects.operator, asked).await {
                Ok(prepared) => Ok(Box::new(prepared)),
                Err((refusal, row)) => {
                    effects.inbox.event(Event::Activity(row.into_iter().map(|row| *row).collect()));
                    Err(refusal)
                }
            };
            Event::Prepared { ticket, results: vec![result] }
        });
    }

    /// Runs presses that were confirmed together.
    pub(super) fn run(&self, presses: Vec<Prepared>) {
        let group = presses.first().and_then(|prepared| prepared.group.clone());
        let held = presses.iter().map(|prepared| (prepared.run_id.clone(), prepared.clone())).collect();
        let held: Arc<Mutex<HashMap<String, Prepared>>> = Arc::new(Mutex::new(held));
        let (effects, unended) = (self.clone(), Arc::clone(&held));
        let work = tokio::spawn(async move {
            let listeners = StepListeners::new(&effects);
            let on_step = |run: &str, step: Step| match step {
                Step::Ended(finish) => {
                    let prepared = unended.lock().unwrap_or_else(PoisonError::into_inner).remove(run);
                    listeners.forget(run);
                    effects.finished(*finish, prepared);
                }
                step => listeners.on_step(run, step),
            };
            effects.runner.run(presses, RunOptions::default(), on_step, &CancellationToken::new()).await;
        });
        let effects = self.clone();
        self.runs.spawn(async move {
            if let Err(error) = work.await {
                tracing::error!(%error, "a press's task ended inside andon");
            }
            // Each run ends in an event, whatever became of the task.
            let left = std::mem::take(&mut *held.lock().unwrap_or_else(PoisonError::into_inner));
            for prepared in left.into_values() {
                let finish = effects.runner.abandon(&prepared).await;
                effects.finished(finish, Some(prepared));
            }
            if let Some(group) = group {
                effects.inbox.event(Event::GroupEnded { group });
            }
        });
    }

    /// Takes over the jobs that nobody follows any more. They are not waited for when the screen is left.
    pub(super) async fn resume(&self) {
        let (listeners, teller) = (StepListeners::new(self), self.clone());
        let on_step = move |run: &str, step: Step| match step {
            Step::Ended(finish) => {
                listeners.forget(run);
                teller.finished(*finish, None);
            }
            step => listeners.on_step(run, step),
        };
        self.runner.resume(on_step, &CancellationToken::new()).await;
    }

    pub(super) fn cancel(&self, runs: &RunRef) {
        let words = match (runs, self.runner.cancel(runs)) {
            (RunRef::Run(_), 0) => "nothing was stopped: it has ended, or another andon runs it".to_owned(),
            (RunRef::Group(_), 0) => {
                "nothing was stopped: all of them have ended, or another andon runs them".to_owned()
            }
            (RunRef::Run(_), _) => "stopping it".to_owned(),
            (RunRef::Group(_), 1) => "stopping 1 run".to_owned(),
            (RunRef::Group(_), count) => format!("stopping {count} runs"),
        };
        self.inbox.event(Event::Said(words));
    }

    /// Tells how a run went, and has everything looked at that it may have changed.
    fn finished(&self, finish: Finish, prepared: Option<Prepared>) {
        match finish {
            Finish::Ended { activity, not_recorded } => {
                self.look_again(&activity);
                self.inbox.event(Event::Ended { activity, not_recorded });
            }
            Finish::LetGo(activity) => self.inbox.event(Event::Activity(vec![*activity])),
            Finish::Changed(action) => {
                if let Some(prepared) = prepared {
                    self.inbox.event(Event::AskAgain { prepared: Box::new(prepared), action });
                }
            }
        }
    }

    fn look_again(&self, activity: &Activity) {
        self.buttons.notify_one();
        let Entry::Run(run) = &activity.entry else { return };
        // What was never sent changed nothing.
        if run.attempts > 0 {
            self.ask_again(run.incident.source());
        }
    }

    /// Asks a source at once and a little later: what was done may take its time there.
    pub(super) fn ask_again(&self, source: &str) {
        let Some(signal) = self.signals.iter().find(|signal| signal.source == source).map(Arc::clone) else { return };
        signal.now.notify_one();
        tokio::spawn(async move {
            sleep(ASKED_AGAIN).await;
            signal.now.notify_one();
        });
    }

    /// Reads what buttons say again when runs have ended; many that end together are one reading.
    pub(super) async fn watch_buttons(self) {
        loop {
            self.buttons.notified().await;
            self.inbox.event(self.button_facts().await);
            sleep(PROGRESS_PACE).await;
        }
    }
}

/// Why nothing came of filling a request whose task died.
fn unfilled() -> Refusal {
    Refusal::new(Failure::Template, "filling the request failed inside andon; nothing was sent")
}

fn read(key: &IncidentKey, body: &str) -> Result<Arc<Incident>, Refusal> {
    Incident::read(body).map(Arc::new).map_err(|_| {
        Refusal::new(Failure::Template, format!("incident {} cannot be read; refresh and try again", key.id()))
    })
}

/// Listens to one run: what is durable becomes an event at once, how far it is one at most ten times a second.
struct StepListener {
    run: String,
    effects: EffectRunner,
    stage: watch::Sender<Option<Stage>>,
}

impl StepListener {
    fn new(effects: &EffectRunner, run: &str) -> Self {
        let (stage, stages) = watch::channel(None);
        tokio::spawn(tell(effects.inbox.clone(), run.to_owned(), stages));
        Self { run: run.to_owned(), effects: effects.clone(), stage }
    }

    fn on_step(&self, step: Step) {
        match step {
            Step::Queued(activity) | Step::Begun(activity) | Step::Following(activity) => {
                self.effects.inbox.event(Event::Activity(vec![*activity]));
            }
            Step::Held { activity, left_ms } => {
                self.effects.inbox.event(Event::Activity(vec![*activity]));
                let (run, stage) = (self.run.clone(), Stage::Held { left_ms });
                self.effects.inbox.event(Event::Progress { run, stage });
            }
            Step::At(stage) => {
                self.stage.send_replace(Some(stage));
            }
            Step::Enriched(enriched) => {
                let incident = enriched.incident.clone();
                let fallen = Event::StoreTrouble("reading what was added failed inside andon".to_owned());
                self.effects.task(fallen, move |effects| async move { effects.enriched(incident).await });
            }
            Step::Ended(_) => {}
        }
    }
}

async fn tell(inbox: Inbox, run: String, mut stages: watch::Receiver<Option<Stage>>) {
    while stages.changed().await.is_ok() {
        let stage = stages.borrow_and_update().clone();
        if let Some(stage) = stage {
            inbox.event(Event::Progress { run: run.clone(), stage });
        }
        sleep(PROGRESS_PACE).await;
    }
}

/// Listens to runs, each by its id.
struct StepListeners {
    effects: EffectRunner,
    open: Mutex<HashMap<String, StepListener>>,
}

impl StepListeners {
    fn new(effects: &EffectRunner) -> Self {
        Self { effects: effects.clone(), open: Mutex::default() }
    }

    fn on_step(&self, run: &str, step: Step) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.entry(run.to_owned()).or_insert_with(|| StepListener::new(&self.effects, run)).on_step(step);
    }

    fn forget(&self, run: &str) {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).remove(run);
    }
}

//! Presses: filled, run, stopped, taken over. What is heard of a run becomes events.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::effects::Hands;
use super::inbox::Inbox;
use crate::app::effect::Target;
use crate::app::event::Event;
use crate::domain::action::Action;
use crate::domain::activity::{Activity, Entry};
use crate::domain::incident::{Incident, IncidentKey};
use crate::domain::request::{Inputs, Prepared};
use crate::domain::run::{Failure, Refusal};
use crate::domain::stage::Stage;
use crate::runner::{Asked, Finish, Many, Step};

/// At most ten times a second the screen hears how far a run is.
const PROGRESS_PACE: Duration = Duration::from_millis(100);
/// When a run has ended its source is asked at once and once more after this.
const ASKED_AGAIN: Duration = Duration::from_secs(5);

impl Hands {
    /// Fills the request of a press, or refuses it, with a row that says so.
    pub(super) fn prepare(
        &self,
        ticket: u64,
        action: Action,
        incident: &IncidentKey,
        body: &str,
        stale_ms: Option<i64>,
        (inputs, test): (Inputs, bool),
    ) {
        let incident = match read(incident, body) {
            Ok(incident) => incident,
            Err(refusal) => return self.inbox.event(Event::Prepared { ticket, result: Err(refusal) }),
        };
        let (action, asked) = (Arc::new(action), Asked { inputs, test, group: None });
        match self.runner.prepare(&action, &incident, &self.operator, asked.clone()) {
            Ok(prepared) => {
                let result = Ok(Box::new(Prepared { stale_ms, ..prepared }));
                self.inbox.event(Event::Prepared { ticket, result });
            }
            Err(refusal) => {
                let fallen = Event::Prepared { ticket, result: Err(refusal.clone()) };
                self.task(fallen, move |hands| async move {
                    hands.refuse(&action, &incident, &asked, refusal.clone()).await;
                    Event::Prepared { ticket, result: Err(refusal) }
                });
            }
        }
    }

    /// Fills the requests of one press on many incidents. Each that is refused leaves a row.
    pub(super) fn prepare_many(&self, ticket: u64, action: Action, targets: Vec<Target>, inputs: Inputs) {
        let fallen = Event::PreparedMany { ticket, group: String::new(), results: Vec::new() };
        self.task(fallen, move |hands| async move {
            let action = Arc::new(action);
            let group = uuid::Uuid::now_v7().to_string();
            let asked = Asked { inputs, test: false, group: Some(group.clone()) };
            let mut results = Vec::with_capacity(targets.len());
            for Target { incident: key, body, stale_ms } in targets {
                let result = match read(&key, &body) {
                    Ok(incident) => hands.prepare_one(&action, &incident, stale_ms, &asked).await,
                    Err(refusal) => Err(refusal),
                };
                results.push((key, result));
            }
            Event::PreparedMany { ticket, group, results }
        });
    }

    async fn prepare_one(
        &self,
        action: &Arc<Action>,
        incident: &Arc<Incident>,
        stale_ms: Option<i64>,
        asked: &Asked,
    ) -> Result<Box<Prepared>, Refusal> {
        match self.runner.prepare(action, incident, &self.operator, asked.clone()) {
            Ok(prepared) => Ok(Box::new(Prepared { stale_ms, ..prepared })),
            Err(refusal) => {
                self.refuse(action, incident, asked, refusal.clone()).await;
                Err(refusal)
            }
        }
    }

    async fn refuse(&self, action: &Arc<Action>, incident: &Arc<Incident>, asked: &Asked, refusal: Refusal) {
        let activity = self.runner.refuse(action, incident, &self.operator, asked, refusal).await;
        self.inbox.event(Event::Activity(vec![activity]));
    }

    /// Fills the request of the same press again.
    pub(super) fn prepare_again(&self, ticket: u64, run: String, inputs: Inputs) {
        let words = "sending it again failed inside andon; nothing was sent".to_owned();
        let fallen = Event::Prepared { ticket, result: Err((Failure::Template, words)) };
        self.task(fallen, move |hands| async move {
            let asked = Asked { inputs, ..Asked::default() };
            let result = match hands.runner.prepare_again(&run, &hands.operator, asked).await {
                Ok(prepared) => Ok(Box::new(prepared)),
                Err((refusal, row)) => {
                    hands.inbox.event(Event::Activity(row.into_iter().map(|row| *row).collect()));
                    Err(refusal)
                }
            };
            Event::Prepared { ticket, result }
        });
    }

    /// Runs a press that was confirmed.
    pub(super) fn run(&self, prepared: Prepared) {
        let (hands, held) = (self.clone(), prepared.clone());
        let work = tokio::spawn(async move {
            let ear = Ear::new(&hands, &prepared.run_id);
            hands.runner.run(prepared, move |step| ear.hear(step)).await
        });
        let hands = self.clone();
        self.runs.spawn(async move {
            let finish = match work.await {
                Ok(finish) => finish,
                Err(error) => {
                    tracing::error!(%error, run = %held.run_id, "a run's task ended inside andon");
                    hands.runner.abandon(&held).await
                }
            };
            hands.finished(finish, Some(held));
        });
    }

    /// Runs the presses of a group.
    pub(super) fn run_many(&self, group: String, presses: Vec<Prepared>) {
        let hands = self.clone();
        let held: HashMap<String, Prepared> =
            presses.iter().map(|prepared| (prepared.run_id.clone(), prepared.clone())).collect();
        self.runs.spawn(async move {
            let told = Arc::new(Mutex::new(held));
            let (ears, runner, teller) = (Ears::new(&hands), hands.runner.clone(), hands.clone());
            let still = Arc::clone(&told);
            let work = tokio::spawn(async move {
                let hear = |run: &str, step: Step| match step {
                    Step::Ended(finish) => {
                        let prepared = still.lock().unwrap_or_else(PoisonError::into_inner).remove(run);
                        ears.forget(run);
                        teller.finished(*finish, prepared);
                    }
                    step => ears.hear(run, step),
                };
                runner.run_many(presses, Many::default(), hear, &CancellationToken::new()).await;
            });
            if let Err(error) = work.await {
                tracing::error!(%error, "a group's task ended inside andon");
            }
            // Each run ends in an event, whatever became of the group.
            let left: Vec<Prepared> = {
                let mut left = told.lock().unwrap_or_else(PoisonError::into_inner);
                left.drain().map(|(_, prepared)| prepared).collect()
            };
            for prepared in left {
                let finish = hands.runner.abandon(&prepared).await;
                hands.finished(finish, Some(prepared));
            }
            hands.inbox.event(Event::ManyEnded { group });
        });
    }

    /// Takes over the jobs that nobody follows any more. They are not waited for when the screen is left.
    pub(super) async fn resume(&self) {
        let (ears, teller) = (Ears::new(self), self.clone());
        let hear = move |run: &str, step: Step| match step {
            Step::Ended(finish) => {
                ears.forget(run);
                teller.finished(*finish, None);
            }
            step => ears.hear(run, step),
        };
        self.runner.resume(hear, &CancellationToken::new()).await;
    }

    pub(super) fn cancel(&self, run: &str) {
        let words = if self.runner.cancel(run) {
            "stopping it"
        } else {
            "nothing was stopped: it has ended, or another andon runs it"
        };
        self.inbox.event(Event::Said(words.to_owned()));
    }

    pub(super) fn cancel_many(&self, group: &str) {
        let words = match self.runner.cancel_group(group) {
            0 => "nothing was stopped: all of them have ended, or another andon runs them".to_owned(),
            1 => "stopping 1 run".to_owned(),
            count => format!("stopping {count} runs"),
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

fn read(key: &IncidentKey, body: &str) -> Result<Arc<Incident>, Refusal> {
    serde_json::from_str(body)
        .map(Arc::new)
        .map_err(|_| (Failure::Template, format!("incident {} cannot be read; refresh and try again", key.id())))
}

/// Hears one run: what is durable becomes an event at once, how far it is at most ten times a second, the newest first.
struct Ear {
    run: String,
    hands: Hands,
    stage: watch::Sender<Option<Stage>>,
}

impl Ear {
    fn new(hands: &Hands, run: &str) -> Self {
        let (stage, stages) = watch::channel(None);
        tokio::spawn(tell(hands.inbox.clone(), run.to_owned(), stages));
        Self { run: run.to_owned(), hands: hands.clone(), stage }
    }

    fn hear(&self, step: Step) {
        match step {
            Step::Queued(activity) | Step::Begun(activity) | Step::Following(activity) => {
                self.hands.inbox.event(Event::Activity(vec![*activity]));
            }
            Step::Held { activity, left_ms } => {
                self.hands.inbox.event(Event::Activity(vec![*activity]));
                let (run, stage) = (self.run.clone(), Stage::Held { left_ms });
                self.hands.inbox.event(Event::Progress { run, stage });
            }
            Step::At(stage) => {
                self.stage.send_replace(Some(stage));
            }
            Step::Enriched(enriched) => {
                let incident = enriched.incident.clone();
                let fallen = Event::StoreTrouble("reading what was added failed inside andon".to_owned());
                self.hands.task(fallen, move |hands| async move { hands.enriched(incident).await });
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

/// Hears the runs of a group, each by its id.
struct Ears {
    hands: Hands,
    open: Mutex<HashMap<String, Ear>>,
}

impl Ears {
    fn new(hands: &Hands) -> Self {
        Self { hands: hands.clone(), open: Mutex::default() }
    }

    fn hear(&self, run: &str, step: Step) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.entry(run.to_owned()).or_insert_with(|| Ear::new(&self.hands, run)).hear(step);
    }

    fn forget(&self, run: &str) {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).remove(run);
    }
}

//! The presses of a screen: filled, run, stopped, resumed; each run ends in exactly one event.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::effects::Hands;
use crate::app::effect::Target;
use crate::app::event::Event;
use crate::domain::action::Action;
use crate::domain::activity::Entry;
use crate::domain::incident::{Incident, IncidentKey};
use crate::domain::request::{Inputs, Prepared};
use crate::domain::run::{Failure, Refusal};
use crate::domain::stage::Stage;
use crate::runner::{Asked, Finish, Many, Step};

/// Lines of an answer that streams are told at most this often for a run.
const LINES: Duration = Duration::from_millis(100);
/// Jobs that nobody follows any more are looked for at this pace.
const RESUME: Duration = Duration::from_secs(10);
/// A source is asked once more this long after a run ended: what the run did may take a moment to show.
const AFTERMATH: Duration = Duration::from_secs(5);

impl Hands {
    /// Fills one press.
    pub(super) fn prepare(
        &self,
        ticket: u64,
        action: Action,
        (incident, body): (&IncidentKey, &str),
        stale_ms: Option<i64>,
        asked: Asked,
    ) {
        let failed = (Failure::Template, format!("filling the request for {} failed inside andon", incident.id()));
        let fallen = Event::Prepared { ticket, result: Err(failed) };
        let (action, incident) = (Arc::new(action), parsed(incident, body));
        self.task(fallen, move |hands| async move {
            let result = match incident {
                Ok(incident) => hands.filled(&action, &incident, stale_ms, asked).await,
                Err(refusal) => Err(refusal),
            };
            Event::Prepared { ticket, result: result.map(Box::new) }
        });
    }

    /// Fills a press; one that is refused leaves a row, too.
    async fn filled(
        &self,
        action: &Arc<Action>,
        incident: &Arc<Incident>,
        stale_ms: Option<i64>,
        asked: Asked,
    ) -> Result<Prepared, Refusal> {
        match self.runner.prepare(action, incident, &self.operator, asked.clone()) {
            Ok(prepared) => Ok(Prepared { stale_ms, ..prepared }),
            Err(refusal) => {
                let row = self.runner.refuse(action, incident, &self.operator, &asked, refusal.clone()).await;
                self.inbox.event(Event::Activity(vec![row]));
                Err(refusal)
            }
        }
    }

    /// Fills the presses of one action on many incidents.
    pub(super) fn prepare_many(&self, ticket: u64, action: Action, targets: Vec<Target>, inputs: Inputs) {
        let group = uuid::Uuid::now_v7().to_string();
        let inside = || (Failure::Template, "filling the request failed inside andon".to_owned());
        let results = targets.iter().map(|target| (target.incident.clone(), Err(inside()))).collect();
        let fallen = Event::PreparedMany { ticket, group: group.clone(), results };
        let action = Arc::new(action);
        self.task(fallen, move |hands| async move {
            let asked = Asked { inputs, test: false, group: Some(group.clone()) };
            let mut results = Vec::with_capacity(targets.len());
            for target in targets {
                let result = match parsed(&target.incident, &target.body) {
                    Ok(incident) => hands.filled(&action, &incident, target.stale_ms, asked.clone()).await,
                    Err(refusal) => Err(refusal),
                };
                results.push((target.incident, result.map(Box::new)));
            }
            Event::PreparedMany { ticket, group, results }
        });
    }

    /// Fills the same press again.
    pub(super) fn prepare_again(&self, ticket: u64, run: String, inputs: Inputs) {
        let failed = (Failure::Template, "filling the request failed inside andon".to_owned());
        let fallen = Event::Prepared { ticket, result: Err(failed) };
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
        let (hands, sent) = (self.clone(), prepared.clone());
        let work = tokio::spawn(async move {
            let (id, pace) = (sent.run_id.clone(), Pace::default());
            let watch = |step| hands.heard(&id, step, &pace);
            hands.runner.run_until(sent, watch, &CancellationToken::new()).await
        });
        let hands = self.clone();
        self.runs.spawn(async move {
            let finish = match work.await {
                Ok(finish) => finish,
                Err(_) => hands.runner.abandon(&prepared).await,
            };
            hands.ended(Some(prepared), finish);
        });
    }

    /// Runs the presses of a group.
    pub(super) fn run_many(&self, group: String, presses: Vec<Prepared>) {
        let (hands, sent) = (self.clone(), presses.clone());
        let ended: Arc<Mutex<HashSet<String>>> = Arc::default();
        let told = Arc::clone(&ended);
        let work = tokio::spawn(async move {
            let of: HashMap<String, Prepared> =
                sent.iter().map(|prepared| (prepared.run_id.clone(), prepared.clone())).collect();
            let pace = Pace::default();
            let watch = |run: &str, step| match step {
                Step::Ended(finish) => {
                    told.lock().unwrap_or_else(PoisonError::into_inner).insert(run.to_owned());
                    hands.ended(of.get(run).cloned(), *finish);
                }
                step => hands.heard(run, step, &pace),
            };
            hands.runner.run_many(sent, Many::default(), watch, &CancellationToken::new()).await;
        });
        let hands = self.clone();
        self.runs.spawn(async move {
            // Each has ended by itself, unless the task fell over as a whole.
            if work.await.is_err() {
                for prepared in presses {
                    if !ended.lock().unwrap_or_else(PoisonError::into_inner).contains(&prepared.run_id) {
                        let finish = hands.runner.abandon(&prepared).await;
                        hands.ended(Some(prepared), finish);
                    }
                }
            }
            hands.inbox.event(Event::ManyEnded { group });
        });
    }

    /// Takes over, for as long as the screen is open, the jobs that nobody follows any more.
    pub(super) async fn resume_for_ever(self) {
        loop {
            let hands = self.clone();
            self.runs.spawn(async move {
                let pace = Pace::default();
                let watch = |run: &str, step| match step {
                    Step::Ended(finish) => hands.ended(None, *finish),
                    step => hands.heard(run, step, &pace),
                };
                hands.runner.resume(watch, &CancellationToken::new()).await;
            });
            sleep(RESUME).await;
        }
    }

    /// Tells a step.
    fn heard(&self, run: &str, step: Step, pace: &Pace) {
        let at = |stage| self.inbox.event(Event::Progress { run: run.to_owned(), stage });
        let row = |line| self.inbox.event(Event::Activity(vec![line]));
        match step {
            Step::Queued(line) => {
                row(*line);
                at(Stage::Queued);
            }
            Step::Held { activity, left_ms } => {
                row(*activity);
                at(Stage::Held { left_ms });
            }
            Step::Begun(line) => {
                row(*line);
                at(Stage::Sending);
            }
            Step::Following(line) => {
                row(*line);
                at(Stage::Job { fraction: None, words: String::new() });
            }
            Step::At(Stage::Line(_)) if pace.is_too_soon(run) => {}
            Step::At(stage) => at(stage),
            Step::Enriched(enriched) => self.tell_enriched(enriched.incident),
            Step::Ended(finish) => self.ended(None, *finish),
        }
    }

    /// Tells how a run ended.
    fn ended(&self, prepared: Option<Prepared>, finish: Finish) {
        match finish {
            Finish::Ended { activity, not_recorded } => {
                if let Entry::Run(run) = &activity.entry
                    && run.attempts > 0
                {
                    self.ask_again(run.incident.source());
                }
                self.inbox.event(Event::Ended { activity, not_recorded });
                self.tell_buttons();
            }
            Finish::LetGo(activity) => self.inbox.event(Event::Activity(vec![*activity])),
            Finish::Changed(action) => {
                if let Some(prepared) = prepared {
                    self.inbox.event(Event::AskAgain { prepared: Box::new(prepared), action });
                }
            }
        }
    }

    fn tell_buttons(&self) {
        let hands = self.clone();
        tokio::spawn(async move {
            if let Ok(facts) = hands.store.button_facts().await {
                hands.inbox.event(Event::Buttons(facts));
            }
        });
    }

    fn tell_enriched(&self, incident: IncidentKey) {
        let hands = self.clone();
        tokio::spawn(async move {
            if let Ok(added) = hands.store.enriched(&incident).await {
                hands.inbox.event(Event::Enriched { incident, added });
            }
        });
    }

    /// Asks the source of an incident at once and a little later; many ends that come together ask once.
    fn ask_again(&self, source: &str) {
        let Some((name, wanted)) = self.wanted.iter().find(|(name, _)| name == source).cloned() else { return };
        if self.aftermath.begins(&name) {
            wanted.notify_one();
            let aftermath = self.aftermath.clone();
            tokio::spawn(async move {
                loop {
                    sleep(AFTERMATH).await;
                    wanted.notify_one();
                    if !aftermath.goes_on(&name) {
                        return;
                    }
                }
            });
        }
    }
}

/// The sources that are being asked because runs ended, and whether more have ended since.
#[derive(Clone, Debug, Default)]
pub(super) struct Aftermath(Arc<Mutex<HashMap<String, bool>>>);

impl Aftermath {
    /// Whether nobody asks this source yet; else it is noted that it is to be asked once more.
    fn begins(&self, source: &str) -> bool {
        let mut asking = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match asking.get_mut(source) {
            Some(more) => {
                *more = true;
                false
            }
            None => asking.insert(source.to_owned(), false).is_none(),
        }
    }

    /// Whether more runs have ended since it was last asked.
    fn goes_on(&self, source: &str) -> bool {
        let mut asking = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let more = asking.get_mut(source).is_some_and(std::mem::take);
        if !more {
            asking.remove(source);
        }
        more
    }
}

/// When a line of each run was told last.
#[derive(Debug, Default)]
struct Pace(Mutex<HashMap<String, Instant>>);

impl Pace {
    fn is_too_soon(&self, run: &str) -> bool {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        match last.get_mut(run) {
            Some(last) if now.duration_since(*last) < LINES => true,
            Some(last) => {
                *last = now;
                false
            }
            None => last.insert(run.to_owned(), now).is_some(),
        }
    }
}

fn parsed(incident: &IncidentKey, body: &str) -> Result<Arc<Incident>, Refusal> {
    serde_json::from_str(body)
        .map(Arc::new)
        .map_err(|_| (Failure::Template, format!("incident {} cannot be read; refresh and try again", incident.id())))
}

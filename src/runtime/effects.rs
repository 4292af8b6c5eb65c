//! Carrying out what `update` decided: each effect ends in exactly one event, also when its task panics.

use std::sync::Arc;

use tokio::sync::Notify;
use tokio_util::task::TaskTracker;

use super::inbox::Inbox;
use crate::app::effect::{Effect, LogRequest};
use crate::app::event::{Event, LogPage, SaveRefusal};
use crate::domain::action::Action;
use crate::domain::activity::Entry;
use crate::domain::incident::{Incident, IncidentKey};
use crate::domain::operator::Operator;
use crate::domain::request::Prepared;
use crate::domain::run::Failure;
use crate::runner::{Asked, Finish, Runner, Step};
use crate::store::{LogQuery, SaveError, Store};

/// What effects act on.
#[derive(Clone)]
pub(super) struct Hands {
    pub(super) store: Store,
    pub(super) runner: Runner,
    pub(super) operator: Arc<Operator>,
    pub(super) max_per_channel: u8,
    pub(super) inbox: Inbox,
    /// One for each source: told when it is to be asked now.
    pub(super) wanted: Vec<Arc<Notify>>,
    /// The runs in flight: leaving waits for them.
    pub(super) runs: TaskTracker,
}

impl Hands {
    /// Starts an effect that is not the terminal's own.
    pub(super) fn start(&self, effect: Effect) {
        match effect {
            Effect::Prepare { ticket, action, incident, body, stale_ms, .. } => {
                self.prepare(ticket, *action, &incident, &body, stale_ms);
            }
            Effect::Run(prepared) => self.run(*prepared),
            Effect::LoadLog { ticket, request } => {
                self.task(load_log_failed(ticket), move |hands| async move { hands.load_log(ticket, request).await });
            }
            Effect::LoadRun { seq, run } => {
                self.task(Event::RunDetail { seq, detail: None }, move |hands| async move {
                    match hands.store.run_record(&run).await {
                        Ok(record) => Event::RunDetail {
                            seq,
                            detail: record.map(|record| Box::new((record.detail, record.corrections))),
                        },
                        Err(error) => Event::StoreTrouble(error.to_string()),
                    }
                });
            }
            Effect::Save(action) => self.task(Event::Saved(Err(inside())), move |hands| async move {
                Event::Saved(hands.save(&action).await.map(Box::new))
            }),
            Effect::Remove { id, revision } => self.task(Event::Removed(Err(inside())), move |hands| async move {
                let removed = hands.store.remove_action(&id, Some(revision), &hands.operator, hands.wall_ms()).await;
                Event::Removed(removed.map(Box::new).map_err(refusal))
            }),
            Effect::NoteShown { action, header } => self.note_shown(action, header),
            Effect::Refresh => {
                for wanted in &self.wanted {
                    wanted.notify_one();
                }
                self.inbox.event(Event::Said("asking the sources".to_owned()));
            }
            Effect::PrepareMany { .. }
            | Effect::PrepareAgain { .. }
            | Effect::RunMany { .. }
            | Effect::Cancel { .. }
            | Effect::CancelMany { .. }
            | Effect::Preview { .. }
            | Effect::Check(_)
            | Effect::LoadButtons
            | Effect::LoadEnriched { .. }
            | Effect::RemoveEnriched { .. }
            // The terminal's own effects are carried out by the screen.
            | Effect::Copy { .. } | Effect::Redraw | Effect::Suspend | Effect::Quit => {}
        }
    }

    fn wall_ms(&self) -> i64 {
        self.inbox.clock().now().wall_ms
    }

    /// A task that ends in one event; `fallen` is that event if it panics.
    pub(super) fn task<F: Future<Output = Event> + Send + 'static>(&self, fallen: Event, work: impl FnOnce(Self) -> F) {
        let (inbox, work) = (self.inbox.clone(), tokio::spawn(work(self.clone())));
        tokio::spawn(async move { inbox.event(work.await.unwrap_or(fallen)) });
    }

    fn prepare(&self, ticket: u64, action: Action, incident: &IncidentKey, body: &str, stale_ms: Option<i64>) {
        let Ok(incident) = serde_json::from_str::<Incident>(body) else {
            let text = format!("incident {} cannot be read; refresh and try again", incident.id());
            self.inbox.event(Event::Prepared { ticket, result: Err((Failure::Template, text)) });
            return;
        };
        let (action, incident) = (Arc::new(action), Arc::new(incident));
        match self.runner.prepare(&action, &incident, &self.operator, Asked::default()) {
            Ok(prepared) => {
                let result = Ok(Box::new(Prepared { stale_ms, ..prepared }));
                self.inbox.event(Event::Prepared { ticket, result });
            }
            Err(refusal) => self.refuse(ticket, action, incident, refusal),
        }
    }

    /// A press that was refused leaves a row, too.
    fn refuse(&self, ticket: u64, action: Arc<Action>, incident: Arc<Incident>, refusal: (Failure, String)) {
        let fallen = Event::Prepared { ticket, result: Err(refusal.clone()) };
        self.task(fallen, move |hands| async move {
            let activity =
                hands.runner.refuse(&action, &incident, &hands.operator, &Asked::default(), refusal.clone()).await;
            hands.inbox.event(Event::Activity(vec![activity]));
            Event::Prepared { ticket, result: Err(refusal) }
        });
    }

    fn run(&self, prepared: Prepared) {
        let hands = self.clone();
        let held = prepared.clone();
        let work = tokio::spawn(async move {
            let (id, inbox) = (prepared.run_id.clone(), hands.inbox.clone());
            hands.runner.run(prepared, move |step| inbox.event(step_event(&id, step))).await
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
            hands.inbox.event(match finish {
                Finish::Ended { activity, not_recorded } => Event::Ended { activity, not_recorded },
                Finish::LetGo(activity) => Event::Activity(vec![*activity]),
                Finish::Changed(action) => Event::AskAgain { prepared: Box::new(held), action },
            });
        });
    }

    async fn load_log(&self, ticket: u64, request: LogRequest) -> Event {
        let query = LogQuery {
            before: request.before,
            after: request.after,
            limit: Some(request.limit),
            text: (!request.text.is_empty()).then_some(request.text),
            oldest_first: request.oldest || request.after.is_some(),
            ..LogQuery::default()
        };
        let page = async {
            let mut rows = self.store.log(&query).await?;
            if query.oldest_first {
                rows.reverse();
            }
            Ok::<_, crate::store::StoreError>(LogPage { ticket, rows, total: self.store.log_size().await? })
        };
        match page.await {
            Ok(page) => Event::Log(page),
            Err(error) => Event::StoreTrouble(error.to_string()),
        }
    }

    async fn save(&self, action: &Action) -> Result<Action, Box<SaveRefusal>> {
        let saved = if action.revision == 0 {
            self.store.add_action(action, self.max_per_channel, &self.operator, self.wall_ms()).await
        } else {
            self.store.edit_action(action, self.max_per_channel, &self.operator, self.wall_ms()).await
        };
        let saved = saved.map_err(refusal)?;
        if let Ok(actions) = self.store.actions().await {
            self.inbox.event(Event::Actions(actions));
        }
        Ok(saved)
    }

    fn note_shown(&self, action: String, header: String) {
        let fallen = Event::StoreTrouble("the log could not note that a secret was shown".to_owned());
        self.task(fallen, move |hands| async move {
            let summary = format!("showed the value of header {header} of {action} for seconds");
            let entry = Entry::Action { action_id: action, operator: Operator::clone(&hands.operator), summary };
            match hands.store.note(&entry, hands.wall_ms()).await {
                Ok(_) => Event::Said(format!("shown for seconds: {header}; the log says so")),
                Err(error) => Event::StoreTrouble(error.to_string()),
            }
        });
    }
}

fn step_event(run: &str, step: Step) -> Event {
    match step {
        Step::Queued(activity) | Step::Begun(activity) | Step::Following(activity) => Event::Activity(vec![*activity]),
        Step::Held { activity, .. } => Event::Activity(vec![*activity]),
        Step::Enriched(_) => Event::Said(String::new()),
        Step::At(stage) => Event::Progress { run: run.to_owned(), stage },
        Step::Ended(finish) => match *finish {
            Finish::Ended { activity, not_recorded } => Event::Ended { activity, not_recorded },
            Finish::LetGo(activity) => Event::Activity(vec![*activity]),
            Finish::Changed(_) => Event::Said(String::new()),
        },
    }
}

fn load_log_failed(ticket: u64) -> Event {
    Event::Log(LogPage { ticket, rows: Vec::new(), total: 0 })
}

// The event holds it in a box.
#[allow(clippy::unnecessary_box_returns)]
fn inside() -> Box<SaveRefusal> {
    Box::new(SaveRefusal { message: "saving failed inside andon; nothing was saved".to_owned(), current: None })
}

#[allow(clippy::unnecessary_box_returns)]
fn refusal(error: SaveError) -> Box<SaveRefusal> {
    let message = error.to_string();
    let current = if let SaveError::Changed(current) = error { Some(current) } else { None };
    Box::new(SaveRefusal { message, current })
}

//! Carrying out what `update` decided: each effect ends in exactly one event, also when its task panics.

use std::sync::Arc;

use tokio::sync::Notify;
use tokio_util::task::TaskTracker;

use super::inbox::Inbox;
use super::presses::Aftermath;
use crate::app::effect::{Effect, LogRequest};
use crate::app::event::{Event, LogPage, SaveRefusal};
use crate::domain::action::Action;
use crate::domain::activity::Entry;
use crate::domain::finding::{Finding, Grade};
use crate::domain::incident::{Incident, IncidentKey};
use crate::domain::operator::Operator;
use crate::runner::{Asked, Runner};
use crate::store::{LogQuery, SaveError, Store};

/// What effects act on.
#[derive(Clone)]
pub(super) struct Hands {
    pub(super) store: Store,
    pub(super) runner: Runner,
    pub(super) operator: Arc<Operator>,
    pub(super) max_per_channel: u8,
    pub(super) inbox: Inbox,
    /// Each source by its name: told when it is to be asked now.
    pub(super) wanted: Vec<(String, Arc<Notify>)>,
    /// The sources that are asked because runs have ended.
    pub(super) aftermath: Aftermath,
    /// The runs in flight: leaving waits for them.
    pub(super) runs: TaskTracker,
}

impl Hands {
    /// Starts an effect that is not the terminal's own.
    pub(super) fn start(&self, effect: Effect) {
        match effect {
            Effect::Prepare { ticket, action, incident, body, stale_ms, inputs, test } => {
                let asked = Asked { inputs, test, group: None };
                self.prepare(ticket, *action, (&incident, &body), stale_ms, asked);
            }
            Effect::PrepareMany { ticket, action, targets, inputs } => {
                self.prepare_many(ticket, *action, targets, inputs);
            }
            Effect::PrepareAgain { ticket, run, inputs } => self.prepare_again(ticket, run, inputs),
            Effect::Run(prepared) => self.run(*prepared),
            Effect::RunMany { group, presses } => self.run_many(group, presses),
            Effect::Cancel { run } => {
                let words = if self.runner.cancel(&run) {
                    "stopping it; the row says how it ended"
                } else {
                    "not stopped: it has ended, or runs in another andon and is stopped there"
                };
                self.inbox.event(Event::Said(words.to_owned()));
            }
            Effect::CancelMany { group } => {
                let words = match self.runner.cancel_group(&group) {
                    0 => "not stopped: all of the group have ended".to_owned(),
                    count => format!("stopping {count} of the group; their rows say how they ended"),
                };
                self.inbox.event(Event::Said(words));
            }
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
                for (_, wanted) in &self.wanted {
                    wanted.notify_one();
                }
                self.inbox.event(Event::Said("asking the sources".to_owned()));
            }
            Effect::Preview { ticket, action, body } => self.preview(ticket, *action, body),
            Effect::Check(action) => self.check(*action),
            Effect::LoadButtons => self.task(store_failed(), |hands| async move {
                hands
                    .store
                    .button_facts()
                    .await
                    .map_or_else(|error| Event::StoreTrouble(error.to_string()), Event::Buttons)
            }),
            Effect::LoadEnriched { incident } => {
                self.task(store_failed(), move |hands| async move { hands.load_enriched(incident).await });
            }
            Effect::RemoveEnriched { incident, id } => self.task(store_failed(), move |hands| async move {
                match hands.store.remove_enriched(id, &hands.operator, hands.wall_ms()).await {
                    Ok(_) => hands.load_enriched(incident).await,
                    Err(error) => Event::StoreTrouble(error.to_string()),
                }
            }),
            // The terminal's own effects are carried out by the screen.
            Effect::Copy { .. } | Effect::Redraw | Effect::Suspend | Effect::Quit => {}
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

    fn preview(&self, ticket: u64, action: Action, body: Option<Arc<str>>) {
        self.task(Event::Previewed { ticket, filled: Vec::new() }, move |hands| async move {
            let incident: Option<Incident> = body.and_then(|body| serde_json::from_str(&body).ok());
            let filled = hands.runner.preview(&action, incident.as_ref(), &hands.operator);
            Event::Previewed { ticket, filled }
        });
    }

    fn check(&self, action: Action) {
        let message = "the check failed inside andon; the log file says where".to_owned();
        let failed = Finding { subject: "check".to_owned(), grade: Grade::Fault, message };
        let fallen = Event::Checked { action: action.id.clone(), findings: vec![failed] };
        self.task(fallen, move |hands| async move {
            let action = Arc::new(action);
            let findings = hands.runner.check(&action, None, &hands.operator).await;
            Event::Checked { action: action.id.clone(), findings }
        });
    }

    async fn load_enriched(&self, incident: IncidentKey) -> Event {
        match self.store.enriched(&incident).await {
            Ok(added) => Event::Enriched { incident, added },
            Err(error) => Event::StoreTrouble(error.to_string()),
        }
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
        self.can_be_filled(action)?;
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

    /// An action whose expressions cannot be read is not saved: it could never be pressed.
    fn can_be_filled(&self, action: &Action) -> Result<(), Box<SaveRefusal>> {
        let judged = self.runner.preview(action, None, &self.operator);
        match judged.into_iter().find_map(|(field, text)| Some((field, text.err()?))) {
            Some((field, why)) => Err(Box::new(SaveRefusal { message: format!("{field}: {why}"), current: None })),
            None => Ok(()),
        }
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

fn store_failed() -> Event {
    Event::StoreTrouble("reading the store failed inside andon; the log file says where".to_owned())
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

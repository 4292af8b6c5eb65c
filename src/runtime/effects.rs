//! Carrying out what `update` decided: each effect ends in exactly one event, also when its task panics.
//!
//! Presses are in `presses`; what only reads or writes the store, or looks, is here.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Notify;
use tokio_util::task::TaskTracker;

use super::inbox::Inbox;
use crate::app::effect::{Effect, LogRequest};
use crate::app::event::{Event, LogPage, SaveRefusal};
use crate::domain::action::Action;
use crate::domain::activity::{Entry, Seq};
use crate::domain::finding::{Finding, Grade};
use crate::domain::incident::{Incident, IncidentKey};
use crate::domain::operator::Operator;
use crate::domain::validate::Field;
use crate::runner::Runner;
use crate::store::{LogQuery, SaveError, Store};

/// A source, and what its feed is told.
pub(super) struct SourceSignal {
    pub(super) source: String,
    /// It is to be asked now.
    pub(super) now: Notify,
    /// How often something was done to its incidents from here: a list that was begun before is old.
    operated: AtomicU64,
}

impl SourceSignal {
    pub(super) fn new(source: &str) -> Self {
        Self { source: source.to_owned(), now: Notify::new(), operated: AtomicU64::new(0) }
    }

    /// Something was done to its incidents.
    pub(super) fn operated(&self) {
        self.operated.fetch_add(1, Ordering::Relaxed);
    }

    /// Differs from an earlier one where something was done to its incidents since.
    pub(super) fn operations(&self) -> u64 {
        self.operated.load(Ordering::Relaxed)
    }
}

/// Carries out effects, each as a task that ends in one event.
#[derive(Clone)]
pub(super) struct EffectRunner {
    pub(super) store: Store,
    pub(super) runner: Runner,
    pub(super) operator: Arc<Operator>,
    pub(super) max_per_channel: u8,
    pub(super) inbox: Inbox,
    pub(super) signals: Vec<Arc<SourceSignal>>,
    /// The runs in flight: leaving waits for them.
    pub(super) runs: TaskTracker,
    /// Told when what buttons say is to be read again.
    pub(super) buttons: Arc<Notify>,
}

impl EffectRunner {
    /// Starts an effect that is not the terminal's own.
    pub(super) fn start(&self, effect: Effect) {
        match effect {
            Effect::Prepare { ticket, action, targets, inputs, test } => {
                self.prepare(ticket, *action, targets, inputs, test);
            }
            Effect::PrepareAgain { ticket, run, inputs } => self.prepare_again(ticket, run, inputs),
            Effect::Run(presses) => self.run(presses),
            Effect::Cancel(runs) => self.cancel(&runs),
            Effect::Preview { ticket, action, body } => {
                let fallen = Event::Previewed { ticket, filled: Vec::new() };
                self.task(fallen, move |effects| async move { effects.preview(ticket, &action, body.as_deref()) });
            }
            Effect::Check(action) => {
                let id = action.id.clone();
                let fallen = Event::Checked { action: id.clone(), findings: vec![unchecked()] };
                self.task(fallen, move |effects| async move {
                    let findings = effects.runner.check(&Arc::new(*action), None, &effects.operator).await;
                    Event::Checked { action: id, findings }
                });
            }
            Effect::LoadButtons => {
                self.task(Event::Buttons(Vec::new()), |effects| async move { effects.button_facts().await });
            }
            Effect::LoadEnriched { incident } => {
                let fallen = Event::Enriched { incident: incident.clone(), added: Vec::new() };
                self.task(fallen, move |effects| async move { effects.enriched(incident).await });
            }
            Effect::RemoveEnriched { incident, id } => {
                let fallen = Event::StoreTrouble("removing what was added failed inside andon".to_owned());
                self.task(fallen, move |effects| async move { effects.remove_enriched(incident, id).await });
            }
            Effect::Operate { ticket, incidents, operation } => self.operate(ticket, &incidents, operation),
            Effect::LoadHistory { incident, body } => self.load_history(incident, body),
            Effect::SaveDraft { incident, text } => self.save_draft(incident, text),
            Effect::OpenLink { url } => self.open_link(url),
            Effect::LoadLog { ticket, request } => {
                self.task(
                    load_log_failed(ticket),
                    move |effects| async move { effects.load_log(ticket, request).await },
                );
            }
            Effect::LoadRun { seq, run } => {
                self.task(Event::RunDetail { seq, detail: None }, move |effects| async move {
                    match effects.store.run_record(&run).await {
                        Ok(record) => Event::RunDetail {
                            seq,
                            detail: record.map(|record| Box::new((record.detail, record.corrections))),
                        },
                        Err(error) => Event::StoreTrouble(error.to_string()),
                    }
                });
            }
            Effect::Save(action) => self.task(Event::Saved(Err(inside())), move |effects| async move {
                Event::Saved(effects.save(&action).await.map(Box::new))
            }),
            Effect::Remove { id, revision } => self.task(Event::Removed(Err(inside())), move |effects| async move {
                let removed =
                    effects.store.remove_action(&id, Some(revision), &effects.operator, effects.wall_ms()).await;
                Event::Removed(removed.map(Box::new).map_err(refusal))
            }),
            Effect::NoteShown { action, header } => self.note_shown(action, header),
            Effect::Refresh => {
                for signal in &self.signals {
                    signal.now.notify_one();
                }
                self.inbox.event(Event::Said("asking the sources".to_owned()));
            }
            // The terminal's own effects are carried out by the screen.
            Effect::Copy { .. }
            | Effect::EditText { .. }
            | Effect::Notify { .. }
            | Effect::Title(_)
            | Effect::Redraw
            | Effect::Suspend
            | Effect::Quit => {}
        }
    }

    pub(super) fn wall_ms(&self) -> i64 {
        self.inbox.clock().now().wall_ms
    }

    /// A task that ends in one event; `fallen` is that event if it panics.
    pub(super) fn task<F: Future<Output = Event> + Send + 'static>(
        &self,
        fallen: Event,
        work: impl FnOnce(Self) -> F + Send + 'static,
    ) {
        let (inbox, effects) = (self.inbox.clone(), self.clone());
        let work = tokio::spawn(async move { work(effects).await });
        tokio::spawn(async move { inbox.event(work.await.unwrap_or(fallen)) });
    }

    fn preview(&self, ticket: u64, action: &Action, body: Option<&str>) -> Event {
        let incident = body.and_then(|body| Incident::read(body).ok());
        let filled = self.runner.preview(action, incident.as_ref(), &self.operator);
        Event::Previewed { ticket, filled }
    }

    pub(super) async fn button_facts(&self) -> Event {
        match self.store.button_facts().await {
            Ok(facts) => Event::Buttons(facts),
            Err(error) => Event::StoreTrouble(error.to_string()),
        }
    }

    pub(super) async fn enriched(&self, incident: IncidentKey) -> Event {
        match self.store.enriched(&incident).await {
            Ok(added) => Event::Enriched { incident, added },
            Err(error) => Event::StoreTrouble(error.to_string()),
        }
    }

    async fn remove_enriched(&self, incident: IncidentKey, id: Seq) -> Event {
        match self.store.remove_enriched(id, &self.operator, self.wall_ms()).await {
            Ok(_) => self.enriched(incident).await,
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
        // What a press could never fill is not saved.
        let read = self.runner.preview(action, None, &self.operator);
        if let Some((field, Err(message))) = read.into_iter().find(|(_, text)| text.is_err()) {
            return Err(Box::new(SaveRefusal {
                field: Some(field),
                message: format!("{field}: {message}"),
                current: None,
            }));
        }
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
        self.task(fallen, move |effects| async move {
            let summary = format!("showed the value of header {header} of {action} for seconds");
            let entry = Entry::Action { action_id: action, operator: Operator::clone(&effects.operator), summary };
            match effects.store.note(&entry, effects.wall_ms()).await {
                Ok(_) => Event::Said(format!("shown for seconds: {header}; the log says so")),
                Err(error) => Event::StoreTrouble(error.to_string()),
            }
        });
    }
}

fn unchecked() -> Finding {
    let message = "the check failed inside andon; the log file says where".to_owned();
    Finding { subject: "check".to_owned(), grade: Grade::Fault, message }
}

fn load_log_failed(ticket: u64) -> Event {
    Event::Log(LogPage { ticket, rows: Vec::new(), total: 0 })
}

// The event holds it in a box.
#[allow(clippy::unnecessary_box_returns)]
fn inside() -> Box<SaveRefusal> {
    let message = "saving failed inside andon; nothing was saved".to_owned();
    Box::new(SaveRefusal { field: None, message, current: None })
}

#[allow(clippy::unnecessary_box_returns)]
fn refusal(error: SaveError) -> Box<SaveRefusal> {
    let message = error.to_string();
    let field = match &error {
        SaveError::NameTaken { .. } => Some(Field::NAME),
        SaveError::ChannelFull { .. } | SaveError::SlotTaken { .. } | SaveError::SlotOutOfRange { .. } => {
            Some(Field::CHANNELS)
        }
        _ => None,
    };
    let current = if let SaveError::Changed(current) = error { Some(current) } else { None };
    Box::new(SaveRefusal { field, message, current })
}

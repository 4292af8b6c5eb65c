//! Operations on incidents, and everything that is told of one that is open.

use std::sync::Arc;

use super::effects::EffectRunner;
use crate::app::event::{Event, History};
use crate::domain::board::Delta;
use crate::domain::incident::{Incident, IncidentKey, IncidentRow};
use crate::domain::operation::Operation;
use crate::domain::timeline::Full;
use crate::runner::Handled;
use crate::source::SourceErrorKind;
use crate::store::LogQuery;

/// The newest lines of the log that are told of an incident.
const LINES: u32 = 500;

impl EffectRunner {
    pub(super) fn operate(&self, ticket: u64, bodies: &[Arc<str>], operation: Operation) {
        let incidents: Vec<Incident> = bodies.iter().filter_map(|body| Incident::read(body).ok()).collect();
        let failed = "it failed inside andon; the log file says where";
        let fallen = Event::Operated {
            ticket,
            results: incidents.iter().map(|incident| (incident.key(), Err(failed.to_owned()))).collect(),
        };
        self.task(fallen, move |effects| async move {
            let handled = effects.runner.operate(&incidents, &operation, &effects.operator).await;
            effects.tell_handled(&handled);
            let words = |handled: Handled| {
                let result = handled.result.map(|handling| handling.note).map_err(|error| match error.kind {
                    SourceErrorKind::Unanswered => format!("it is not known whether it was done: {}", error.message),
                    _ => error.message,
                });
                (handled.incident, result)
            };
            Event::Operated { ticket, results: handled.into_iter().map(words).collect() }
        });
    }

    /// The incidents as they are now, their rows of the log; their sources are asked for the truth.
    fn tell_handled(&self, handled: &[Handled]) {
        for signal in &self.signals {
            let of_source = |handled: &&Handled| handled.incident.source() == signal.source;
            let changed: Vec<IncidentRow> = handled
                .iter()
                .filter(of_source)
                .filter_map(|handled| Some(IncidentRow::pack(&handled.result.as_ref().ok()?.incident)))
                .collect();
            if changed.is_empty() {
                continue;
            }
            let delta = Delta { source: signal.source.clone(), changed, ..Delta::default() };
            signal.operated();
            self.inbox.event(Event::Changed(Box::new(delta)));
            self.ask_again(&signal.source);
        }
        let lines = handled.iter().filter_map(|handled| handled.activity.clone()).collect();
        self.inbox.event(Event::Activity(lines));
    }

    pub(super) fn load_history(&self, incident: IncidentKey, body: Arc<str>) {
        let failed = Err("reading it failed inside andon; the log file says where".to_owned());
        let nothing = History { full: failed, notes: Vec::new(), activity: Vec::new() };
        let fallen = Event::History { incident: incident.clone(), history: Box::new(nothing) };
        self.task(fallen, move |effects| async move {
            let history = effects.history(&incident, &body).await;
            Event::History { incident, history: Box::new(history) }
        });
    }

    async fn history(&self, key: &IncidentKey, body: &str) -> History {
        let full = async {
            let (Some(source), Ok(incident)) = (self.runner.source(key.source()), Incident::read(body)) else {
                return Ok(Full::default());
            };
            source.full(&incident).await.map_err(|error| error.message)
        };
        let query = LogQuery { incident: Some(key.id().to_owned()), limit: Some(LINES), ..LogQuery::default() };
        let (full, notes, activity) = tokio::join!(full, self.store.local_notes(key), self.store.log(&query));
        let mut activity = activity.unwrap_or_default();
        activity.reverse();
        History { full, notes: notes.unwrap_or_default(), activity }
    }
}

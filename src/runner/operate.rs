//! Operations on incidents: done by their source, or kept here where the source has no place for them. Each leaves a
//! row in the log, also where it was refused.

use super::rows::now_ms;
use super::runner::Runner;
use crate::domain::activity::{Activity, Entry};
use crate::domain::incident::{Incident, IncidentKey, IncidentRow};
use crate::domain::local::{Local, LocalMark};
use crate::domain::operation::{Ability, Operation};
use crate::domain::operator::Operator;
use crate::source::{Source, SourceError, SourceErrorKind};
use crate::store::{LocalKind, Store, StoreError};

/// What became of an operation on one incident.
#[derive(Clone, Debug, PartialEq)]
pub struct Handled {
    pub incident: IncidentKey,
    /// What was done, or why it was not.
    pub result: Result<Handling, SourceError>,
    /// Its row of the log; `None` where the log could not be written.
    pub activity: Option<Activity>,
}

/// What an operation did.
#[derive(Clone, Debug, PartialEq)]
pub struct Handling {
    /// The incident as it is now, as far as it is known.
    pub incident: Incident,
    /// What else there is to say, such as why it is kept here only; empty where nothing.
    pub note: String,
    /// Whether it is kept here only.
    pub local: bool,
}

impl Runner {
    pub fn source(&self, name: &str) -> Option<&dyn Source> {
        self.inner.setup.sources.iter().find(|source| source.name() == name).map(AsRef::as_ref)
    }

    /// Does an operation on incidents, which may be of several sources. One result for each, in their order.
    ///
    /// It is sent whatever progress is known here, which may be old: the source judges. The incidents are stored as
    /// they are afterwards.
    pub async fn operate(&self, incidents: &[Incident], operation: &Operation, by: &Operator) -> Vec<Handled> {
        let mut results: Vec<Option<Result<Handling, SourceError>>> = incidents.iter().map(|_| None).collect();
        let mut names: Vec<&str> = incidents.iter().map(|incident| incident.source.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        for name in names {
            let places: Vec<usize> = (0..incidents.len()).filter(|at| incidents[*at].source == name).collect();
            let of_source: Vec<Incident> = places.iter().map(|at| incidents[*at].clone()).collect();
            let done = self.operate_one_source(name, &of_source, operation, by).await;
            for (at, result) in places.into_iter().zip(done) {
                results[at] = Some(result);
            }
        }
        let mut out = Vec::with_capacity(incidents.len());
        for (incident, result) in incidents.iter().zip(results) {
            let result = result.unwrap_or_else(|| Err(refused("its source did not say how it went")));
            let activity = self.note_operation(incident, operation, &result, by).await;
            out.push(Handled { incident: incident.key(), result, activity });
        }
        let rows: Vec<IncidentRow> =
            out.iter().filter_map(|handled| Some(IncidentRow::pack(&handled.result.as_ref().ok()?.incident))).collect();
        if let Err(error) = self.inner.setup.store.put_incidents(rows).await {
            tracing::warn!(%error, "incidents could not be written after an operation");
        }
        out
    }

    /// As [`Runner::operate`] on one incident, for what nobody asked for by itself: only what was not done leaves a row.
    pub(super) async fn operate_quietly(&self, incident: &Incident, operation: &Operation, by: &Operator) {
        let done = self.operate_one_source(&incident.source, std::slice::from_ref(incident), operation, by).await;
        if let Some(result @ Err(_)) = done.into_iter().next() {
            self.note_operation(incident, operation, &result, by).await;
        }
    }

    async fn operate_one_source(
        &self,
        name: &str,
        incidents: &[Incident],
        operation: &Operation,
        by: &Operator,
    ) -> Vec<Result<Handling, SourceError>> {
        let all = |error: SourceError| incidents.iter().map(|_| Err(error.clone())).collect();
        if self.inner.setup.read_only {
            return all(refused("read-only: nothing is changed from here"));
        }
        let Some(source) = self.source(name) else {
            return all(refused(&format!("no source named {name} is configured")));
        };
        match source.abilities().of(operation.kind()) {
            Ability::No(why) => all(refused(why)),
            Ability::Local(why) => {
                let mut out = Vec::new();
                for incident in incidents {
                    let kept = keep(&self.inner.setup.store, incident, operation, by).await;
                    out.push(match kept {
                        Ok(incident) => Ok(Handling { incident, note: format!("{why}; kept here only"), local: true }),
                        Err(error) => Err(SourceError { kind: SourceErrorKind::Other, message: error.to_string() }),
                    });
                }
                out
            }
            Ability::Source => {
                let now_s = now_ms() / 1_000;
                let done = source.operate(incidents, operation, by).await;
                let expected = |incident: &Incident| {
                    let mut expected = incident.clone();
                    operation.apply(&mut expected, by, now_s);
                    expected
                };
                let handling = |(incident, done): (&Incident, Result<crate::source::Operated, SourceError>)| {
                    done.map(|done| Handling {
                        incident: done.incident.map_or_else(|| expected(incident), |incident| *incident),
                        note: done.note,
                        local: false,
                    })
                };
                incidents.iter().zip(done).map(handling).collect()
            }
        }
    }

    async fn note_operation(
        &self,
        incident: &Incident,
        operation: &Operation,
        result: &Result<Handling, SourceError>,
        by: &Operator,
    ) -> Option<Activity> {
        let summary = match result {
            Ok(handling) if handling.note.is_empty() => operation.done(),
            Ok(handling) => format!("{} ({})", operation.done(), handling.note),
            Err(error) if error.kind == SourceErrorKind::Unanswered => {
                format!("{}? It is not known: {}", operation.done(), error.message)
            }
            Err(error) => format!("not {}: {}", operation.done(), error.message),
        };
        let entry =
            Entry::Operation { incident: incident.key(), num: incident.num.clone(), operator: by.clone(), summary };
        let at_ms = now_ms();
        match self.inner.setup.store.note(&entry, at_ms).await {
            Ok(seq) => Some(Activity { seq, at_ms, entry }),
            Err(error) => {
                tracing::warn!(%error, "an operation could not be written down");
                None
            }
        }
    }
}

/// Keeps it here, and gives the incident with it.
async fn keep(
    store: &Store,
    incident: &Incident,
    operation: &Operation,
    by: &Operator,
) -> Result<Incident, StoreError> {
    let (key, now_ms) = (incident.key(), now_ms());
    let mark = |value: &str| Some(LocalMark { value: value.to_owned(), by: by.name.clone(), at_s: now_ms / 1_000 });
    match operation {
        Operation::Acknowledge => store.set_local(&key, LocalKind::Acknowledged, mark("")).await?,
        Operation::Unacknowledge => store.set_local(&key, LocalKind::Acknowledged, None).await?,
        Operation::Assign { to } => store.set_local(&key, LocalKind::Assigned, mark(to)).await?,
        Operation::Comment { text } => store.add_local_note(&key, &by.name, now_ms, text).await?,
        _ => {}
    }
    let mut shown = incident.clone();
    Local::lift(&mut shown);
    if let Some(local) = store.locals().await?.get(&key) {
        local.lay_over(&mut shown);
    }
    Ok(shown)
}

fn refused(why: &str) -> SourceError {
    SourceError { kind: SourceErrorKind::Refused, message: why.to_owned() }
}

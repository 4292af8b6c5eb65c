//! What is done to incidents there: each call as the vendor has it, and one true result for each incident.

mod enrich;
mod plan;

use serde_json::Value;

use super::connection::Connection;
use super::limits::BATCH;
use super::member;
use crate::domain::incident::Incident;
use crate::domain::operation::Operation;
use crate::source::{Operated, SourceError, SourceErrorKind};
use plan::Plan;

type Results = Vec<Result<Operated, SourceError>>;

/// Does it on each incident; the results are in their order.
pub(super) async fn operate(
    connection: &Connection,
    incidents: &[Incident],
    operation: &Operation,
) -> Result<Results, SourceError> {
    let plan = match operation {
        Operation::Assign { to } => plan::assign(&member::find(connection, to).await?),
        _ => plan::plan(operation)?,
    };
    Ok(match plan {
        Plan::Together { path, body, note } => {
            let mut results = together(connection, incidents, path, &body).await;
            for done in results.iter_mut().flatten() {
                done.note.clone_from(&note);
            }
            if let Operation::Snooze { reason, .. } = operation {
                say_why(connection, incidents, reason, &mut results).await;
            }
            results
        }
        Plan::Each { path, body } => one_by_one(connection, incidents, path, &body).await,
        Plan::Enrich { action, added } => {
            let mut out = Vec::with_capacity(incidents.len());
            for incident in incidents {
                out.push(enrich::enrich(connection, &incident.incident_id, action, added).await);
            }
            out
        }
    })
}

/// In batches. Where one is refused as a whole, each of it is asked for by itself, so that one bad incident stops only
/// itself. Where the answer was lost nothing is sent again: it may have been done.
async fn together(connection: &Connection, incidents: &[Incident], path: &'static str, body: &Value) -> Results {
    let mut out: Results = Vec::with_capacity(incidents.len());
    for batch in incidents.chunks(BATCH) {
        let ids: Vec<&str> = batch.iter().map(|incident| incident.incident_id.as_str()).collect();
        let answer = match stopped(&out) {
            Some(error) => Err(error),
            None => connection.change(path, &with_ids(body, &ids)).await,
        };
        match answer {
            Ok(_) => out.extend(batch.iter().map(|_| Ok(Operated::default()))),
            Err(error) if batch.len() > 1 && error.is_about_one() => {
                for id in ids {
                    let answer = match stopped(&out) {
                        Some(error) => Err(error),
                        None => connection.change(path, &with_ids(body, &[id])).await,
                    };
                    out.push(answer.map(|_| Operated::default()));
                }
            }
            Err(error) => out.extend(batch.iter().map(|_| Err(error.clone()))),
        }
    }
    out
}

/// For calls that take one incident.
async fn one_by_one(connection: &Connection, incidents: &[Incident], path: &'static str, body: &Value) -> Results {
    let mut out: Results = Vec::with_capacity(incidents.len());
    for incident in incidents {
        let mut body = body.clone();
        body["incident_id"] = incident.incident_id.as_str().into();
        let answer = match stopped(&out) {
            Some(error) => Err(error),
            None => connection.change(path, &body).await,
        };
        out.push(answer.map(|_| Operated::default()));
    }
    out
}

/// A snooze has no reason there: it is written beside it.
async fn say_why(connection: &Connection, incidents: &[Incident], reason: &str, results: &mut Results) {
    let text = reason.trim();
    if text.is_empty() {
        return;
    }
    let done: Vec<usize> = (0..results.len()).filter(|at| results[*at].is_ok()).collect();
    let done_incidents: Vec<Incident> = done.iter().map(|at| incidents[*at].clone()).collect();
    let (path, body) = plan::comment(&plan::fit(&format!("Snoozed: {text}")));
    let said = together(connection, &done_incidents, path, &body).await;
    for (at, said) in done.into_iter().zip(said) {
        if let (Ok(done), Err(error)) = (&mut results[at], said) {
            done.note = format!("the reason was not written there: {error}");
        }
    }
}

fn with_ids(body: &Value, ids: &[&str]) -> Value {
    let mut body = body.clone();
    body["incident_ids"] = ids.into();
    body
}

/// The error after which nothing more is sent: it would be answered the same.
fn stopped(results: &Results) -> Option<SourceError> {
    let error = results.last()?.as_ref().err()?;
    let stops = matches!(error.kind, SourceErrorKind::RateLimited { .. } | SourceErrorKind::Unauthorised);
    stops.then(|| error.clone())
}

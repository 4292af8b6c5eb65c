//! `--dry-run`: what would be sent. No press: the log has nothing of it.

use serde_json::{Map, Value, json};

use super::exit::Exit;
use super::output::Output;
use super::target::Press;
use crate::domain::action::{Action, shown_url};
use crate::domain::incident::Incident;
use crate::domain::refusal::Refusal;
use crate::domain::request::Prepared;
use crate::domain::run::Outcome;

/// Prints what each press would send, or why it would be refused.
pub(super) fn print(out: &mut Output, action: &Action, presses: &[Press]) -> Exit {
    let mut exit = Exit::Done;
    for (at, press) in presses.iter().enumerate() {
        if !out.is_json() && presses.len() > 1 {
            if at > 0 {
                out.line("");
            }
            out.line(&format!("# {}  {}", press.incident.num, press.incident.title));
        }
        match &press.prepared {
            Ok(prepared) => request(out, prepared),
            Err(refusal) => {
                refused(out, action, &press.incident, refusal);
                exit = Exit::Refused;
            }
        }
    }
    exit
}

fn request(out: &mut Output, prepared: &Prepared) {
    if out.is_json() {
        out.object(to_json(prepared));
        return;
    }
    out.line(&format!("{} {}", prepared.method, shown_url(&prepared.endpoint)));
    for header in &prepared.headers {
        out.line(&format!("{}: {}", header.name, header.shown()));
    }
    out.line("");
    out.line(&prepared.body);
}

fn refused(out: &mut Output, action: &Action, incident: &Incident, refusal: &Refusal) {
    if !out.is_json() {
        out.line(&format!("would be refused ({}): {}", refusal.class.as_str(), refusal.message()));
        return;
    }
    let mut object = about(action, incident);
    object.insert("outcome".to_owned(), json!(Outcome::Refused));
    object.insert("failure".to_owned(), json!(refusal.class));
    object.insert("message".to_owned(), refusal.message().into());
    out.object(object);
}

fn about(action: &Action, incident: &Incident) -> Map<String, Value> {
    Map::from_iter([
        ("dry_run".to_owned(), true.into()),
        ("action".to_owned(), action.name.as_str().into()),
        ("action_id".to_owned(), action.id.as_str().into()),
        ("incident".to_owned(), incident.incident_id.as_str().into()),
        ("incident_num".to_owned(), incident.num.as_str().into()),
        ("source".to_owned(), incident.source.as_str().into()),
    ])
}

fn to_json(prepared: &Prepared) -> Map<String, Value> {
    let headers = prepared.headers.iter().map(|header| (header.name.clone(), Value::from(header.shown()))).collect();
    let body = match serde_json::from_str(&prepared.body) {
        Ok(json) => json,
        Err(_) if prepared.body.is_empty() => Value::Null,
        Err(_) => Value::from(&*prepared.body),
    };
    let mut out = about(&prepared.action, &prepared.incident);
    out.insert("method".to_owned(), prepared.method.into());
    out.insert("endpoint".to_owned(), shown_url(&prepared.endpoint).into());
    out.insert("headers".to_owned(), Value::Object(headers));
    out.insert("body".to_owned(), body);
    out
}

//! `--dry-run`: what would be sent. No press: the log has nothing of it.

use serde_json::{Map, Value, json};

use super::exit::Exit;
use super::output::Output;
use super::target::Press;
use crate::domain::action::{Action, shown_url};
use crate::domain::exact;
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
    object["outcome"] = json!(Outcome::Refused);
    object["failure"] = json!(refusal.class);
    object["message"] = refusal.message().into();
    out.object(object);
}

fn about(action: &Action, incident: &Incident) -> Value {
    json!({
        "dry_run": true,
        "action": action.name,
        "action_id": action.id,
        "incident": incident.incident_id,
        "incident_num": incident.num,
        "source": incident.source,
    })
}

fn to_json(prepared: &Prepared) -> Value {
    let headers: Map<_, _> =
        prepared.headers.iter().map(|header| (header.name.clone(), Value::from(header.shown()))).collect();
    let body = match exact::value(&prepared.body) {
        Ok(json) => json,
        Err(_) if prepared.body.is_empty() => Value::Null,
        Err(_) => Value::from(&*prepared.body),
    };
    let mut out = about(&prepared.action, &prepared.incident);
    out["method"] = prepared.method.into();
    out["endpoint"] = shown_url(&prepared.endpoint).into();
    out["headers"] = headers.into();
    out["body"] = body;
    out
}

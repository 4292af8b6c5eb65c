//! From a button, an incident and a person to the request as it will go.

use std::sync::Arc;

use serde_json::Value;

use super::payload::payload;
use super::press::Press;
use crate::domain::action::{Action, Header, shown_url};
use crate::domain::request::Prepared;
use crate::domain::run::{Refusal, SentRequest};

/// Fills the request of a press: shown in the confirm, then sent as it stands.
pub fn prepare(press: Press<'_>) -> Result<Prepared, Refusal> {
    Ok(unfilled(press))
}

/// The request of a press that is refused before it can be filled: for its row, never to be sent.
pub fn unfilled(press: Press<'_>) -> Prepared {
    let Press { action, incident, operator, inputs, run_id, event_time_ms, group, test } = press;
    let payload = Value::Object(payload(action, incident, operator, &run_id, event_time_ms));
    let body = payload.to_string();
    Prepared {
        event_id: run_id.clone(),
        event_time_ms,
        action: Arc::clone(action),
        incident: Arc::clone(incident),
        operator: Arc::clone(operator),
        method: action.method.as_str(),
        endpoint: action.endpoint.trim().to_owned(),
        headers: headers(action, &run_id, event_time_ms),
        body: body.into(),
        masked: false,
        payload: Arc::new(payload),
        inputs,
        resend_of: None,
        group,
        test,
        stale_ms: None,
        run_id,
    }
}

/// Our own headers, then the action's; one of the action's that has the name of one of ours stands in its place.
fn headers(action: &Action, event_id: &str, event_time_ms: i64) -> Vec<Header> {
    let own = |name: &str, value: &str| Header::with_secrecy(name, value, false);
    let mut headers = vec![
        own("Content-Type", "application/json"),
        own("User-Agent", concat!("andon/", env!("CARGO_PKG_VERSION"))),
        own("Accept", "application/json, text/plain;q=0.9, */*;q=0.8"),
        own("Idempotency-Key", event_id),
        own("webhook-id", event_id),
        own("webhook-timestamp", &event_time_ms.div_euclid(1_000).to_string()),
    ];
    for custom in &action.headers {
        match headers.iter_mut().find(|header| header.name.eq_ignore_ascii_case(&custom.name)) {
            Some(header) => *header = custom.clone(),
            None => headers.push(custom.clone()),
        }
    }
    headers
}

/// The request as the log keeps it: secret values and userinfo masked.
pub fn sent_request(prepared: &Prepared) -> SentRequest {
    SentRequest {
        method: prepared.method.to_owned(),
        endpoint: shown_url(&prepared.endpoint),
        headers: prepared.headers.iter().map(|header| (header.name.clone(), header.shown())).collect(),
        body: prepared.body.to_string(),
    }
}

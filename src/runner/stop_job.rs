//! Stopping a followed job at its receiver: one call, and the job is followed on to see what became of it.

use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::attempts::Answered;
use super::runner::Runner;
use super::verdict::facts;
use crate::domain::action::{Cancel, DEFAULT_CONNECT_TIMEOUT_MS, Header};
use crate::domain::job::{CancelCall, Job};
use crate::domain::request::Prepared;
use crate::net::{Limits, WireRequest};
use crate::template::{fill_answer, fill_follow};
use crate::webhook::job::is_allowed;

/// How long the call may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// The call that stops the job which an answer started, or why it cannot be called. `None` where the action names none.
pub(super) fn call(prepared: &Prepared, last: &Answered) -> Option<CancelCall> {
    let cancel = prepared.action.cancel.as_ref()?;
    let filled = filled(cancel, prepared, last);
    let (url, body, fault) = match filled {
        Ok((url, body)) => (url.into(), body, String::new()),
        Err(fault) => (String::new(), String::new(), fault),
    };
    if !fault.is_empty() {
        tracing::warn!(%fault, run = %prepared.run_id, "the call that stops the job cannot be filled");
    }
    Some(CancelCall { method: cancel.method, url, body, fault })
}

/// Its address and body.
fn filled(cancel: &Cancel, prepared: &Prepared, last: &Answered) -> Result<(Url, String), String> {
    let answered = facts(&last.answer, &last.body);
    let url = fill_follow(&cancel.endpoint, &prepared.payload, &answered)
        .map_err(|error| format!("the endpoint that stops it cannot be filled: {error}"))?
        .ok_or("the endpoint that stops it is empty: the answer lacks what it names")?;
    let url = last.at.join(&url).map_err(|error| format!("the endpoint that stops it is no address: {error}"))?;
    let body = match cancel.body.as_str() {
        "" => String::new(),
        text => fill_answer(text, &prepared.payload, &answered)
            .map_err(|error| format!("the body of the call that stops it cannot be filled: {error}"))?,
    };
    Ok((url, body))
}

impl Runner {
    /// Calls what stops the job, once. What came of it, in words.
    pub(super) async fn stop_job(&self, job: &Job, headers: &[Header], proxy: &str, home: &Url) -> String {
        let Some(call) = &job.cancel else { return String::new() };
        if !call.fault.is_empty() {
            return format!("not asked to stop: {}", call.fault);
        }
        let is_ours = Url::parse(&call.url).is_ok_and(|url| is_allowed(&url, home, &job.follow.origin));
        if !is_ours {
            return "not asked to stop: that address is on another origin; follow.origin may list it".to_owned();
        }
        let reach = self.reach(&job.tls, proxy, DEFAULT_CONNECT_TIMEOUT_MS).await;
        let client = match reach {
            Ok(reach) => self.inner.clients.get(reach).await.map_err(|error| error.to_string()),
            Err(why) => Err(why),
        };
        let client = match client {
            Ok(client) => client,
            Err(why) => return format!("not asked to stop: {why}"),
        };
        let mut headers = headers.to_vec();
        let has_type = headers.iter().any(|header| header.name.eq_ignore_ascii_case("content-type"));
        if !call.body.is_empty() && !has_type {
            let kind = if call.body.starts_with(['{', '[']) { "application/json" } else { "text/plain; charset=utf-8" };
            headers.push(Header::with_secrecy("Content-Type", kind, false));
        }
        let request = WireRequest {
            method: call.method.as_str(),
            endpoint: &call.url,
            headers: &headers,
            body: &call.body,
            reads_body: false,
        };
        let never = CancellationToken::new();
        let on_line = |_: &str| {};
        let limits = Limits { deadline: Instant::now() + PATIENCE, attempt: PATIENCE, stop: &never, on_line: &on_line };
        let attempt = client.attempt(&request, 1, &limits).await.attempt;
        match attempt.status {
            Some(status) => format!("asked to stop: HTTP {status}"),
            None => format!("asked to stop: {}", attempt.error),
        }
    }
}

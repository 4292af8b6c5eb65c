//! What became of a press, in a responder's words.

use http::StatusCode;

use super::answer::message;
use crate::domain::action::shown_url;
use crate::domain::run::{Answer, Attempt, Failure, Outcome, is_gateway_doubt, judge};
use crate::domain::text::clean;
use crate::domain::time::took;

/// The row's message: what is known, what is not, and where to look.
///
/// `timeout_ms` is the action's. The text is clean, but holds what the receiver said.
pub fn describe(attempts: &[Attempt], answer: Option<&Answer>, event_id: &str, timeout_ms: u64) -> String {
    let (outcome, failure, status) = judge(attempts, None);
    let look = format!("it may have run; look at the receiver for id {event_id}");
    match (outcome, failure, status) {
        (_, _, Some(status)) => answered(status, answer, &look),
        (Outcome::Unknown, failure, None) => format!("{}: {look}", sent(attempts, failure, timeout_ms)),
        _ => unsent(attempts),
    }
}

fn unsent(attempts: &[Attempt]) -> String {
    let error = attempts.last().map_or("no attempt was made", |last| last.error.as_str());
    let tries = if attempts.len() > 1 { format!(" ({} tries)", attempts.len()) } else { String::new() };
    format!("nothing was sent: {}{tries}", clean(error))
}

/// The part before "it may have run", of a request that was sent without an answer.
fn sent(attempts: &[Attempt], failure: Option<Failure>, timeout_ms: u64) -> String {
    let received = attempts.iter().rev().find(|attempt| attempt.may_have_been_received);
    let what = match failure {
        Some(Failure::Timeout) => {
            format!("sent, no answer in {}", in_words(timeout_ms))
        }
        _ => format!("sent, but {}", received.map_or_else(String::new, |attempt| clean(&attempt.error).into_owned())),
    };
    match attempts.last().filter(|last| !last.may_have_been_received) {
        Some(last) => format!("{what}, then {}", clean(&last.error)),
        None => what,
    }
}

fn answered(status: u16, answer: Option<&Answer>, look: &str) -> String {
    let said = answer.map(message).unwrap_or_default();
    let note = answer.and_then(|answer| answer.note.as_deref()).map_or_else(String::new, |note| format!("; {note}"));
    let text = match status {
        200..=299 if !said.is_empty() => said,
        202 => "accepted; nothing to follow".to_owned(),
        200..=299 => "accepted; the answer says nothing".to_owned(),
        _ if is_gateway_doubt(status) => format!("HTTP {status}: {}; {look}", gave_up(status)),
        300..=399 => format!("HTTP {status}: redirected{}, which is not followed", target(answer)),
        _ if said.is_empty() => format!("HTTP {status}: {}", reason(status)),
        _ => format!("HTTP {status}: {said}"),
    };
    text + &note
}

fn gave_up(status: u16) -> &'static str {
    if status == 408 { "the receiver gave up waiting" } else { "the gateway gave up" }
}

fn target(answer: Option<&Answer>) -> String {
    answer
        .and_then(|answer| answer.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("location")))
        .map_or_else(String::new, |(_, value)| {
            format!(" to {}", clean(&shown_url(value.split(['?', '#']).next().unwrap_or(""))))
        })
}

fn reason(status: u16) -> &'static str {
    StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or("no reason given")
}

/// `10 s`, not `10.0 s`: the timeout as people wrote it.
fn in_words(ms: u64) -> String {
    if ms.is_multiple_of(1_000) && ms < 120_000 {
        format!("{} s", ms / 1_000)
    } else {
        took(i64::try_from(ms).unwrap_or(i64::MAX))
    }
}

//! What became of a press, in a responder's words.

use std::time::Duration;

use http::StatusCode;

use super::answer::{message, message_of_text};
use crate::domain::action::shown_url;
use crate::domain::run::{Answer, Attempt, Failure, Outcome};
use crate::domain::text::clean;
use crate::domain::time::in_words;
use crate::domain::verdict::{Verdict, is_gateway_doubt, judge};

/// What is known of a run that is over, for [`describe`].
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// Every HTTP request, in order.
    pub attempts: &'a [Attempt],
    /// The last answer, where the last attempt got one.
    pub answer: Option<&'a Answer>,
    /// What the action's own expression says of it.
    pub own: Option<&'a str>,
    /// The last line of it, where it streamed.
    pub last_line: Option<&'a str>,
    /// What the action's success rule says of it; `None`: as the default rule says.
    pub verdict: Option<&'a Verdict>,
    /// What the receiver deduplicates on.
    pub event_id: &'a str,
    /// How long the whole run may take, milliseconds.
    pub timeout_ms: u64,
    /// How long one attempt of it may take, milliseconds.
    pub attempt_ms: u64,
}

impl<'a> Known<'a> {
    /// What is known where the default rule judges and one attempt may take as long as the whole run.
    pub fn new(attempts: &'a [Attempt], answer: Option<&'a Answer>, event_id: &'a str, timeout_ms: u64) -> Self {
        Self {
            attempts,
            answer,
            own: None,
            last_line: None,
            verdict: None,
            event_id,
            timeout_ms,
            attempt_ms: timeout_ms,
        }
    }
}

/// The row's message: what is known, what is not, and where to look.
///
/// The text is clean, but holds what the receiver said.
pub fn describe(known: &Known<'_>) -> String {
    let (outcome, failure, status) = judge(known.attempts, known.verdict);
    match (outcome, failure, status) {
        (_, _, Some(status)) => answered(known, outcome, failure, status),
        (Outcome::Unknown, failure, None) => format!("{}: {}", sent(known, failure), look(known.event_id)),
        (_, failure, _) => unsent(known.attempts, failure),
    }
}

/// What to check where nobody here can know.
pub fn look(event_id: &str) -> String {
    format!("it may have run; look at the receiver for id {event_id}")
}

/// The message of an answer that says so itself: of a stream its last line.
pub fn said(answer: &Answer, last_line: Option<&str>) -> String {
    match last_line.map(message_of_text) {
        Some(line) if !line.is_empty() => line,
        _ => message(answer),
    }
}

fn unsent(attempts: &[Attempt], failure: Option<Failure>) -> String {
    let error = attempts.last().map_or("no attempt was made", |last| last.error.as_str());
    let tries = if attempts.len() > 1 { format!(" ({} tries)", attempts.len()) } else { String::new() };
    let by_policy = if failure == Some(Failure::Policy) { "refused by the policy: " } else { "" };
    format!("nothing was sent: {by_policy}{}{tries}", clean(error))
}

/// The part before "it may have run", of a request that was sent without an answer.
fn sent(known: &Known<'_>, failure: Option<Failure>) -> String {
    let attempts = known.attempts;
    let received = attempts.iter().rev().find(|attempt| attempt.may_have_been_received);
    let what = match (failure, received) {
        (Some(Failure::Timeout), Some(attempt)) => {
            let waited = u64::try_from(attempt.duration_ms).unwrap_or_default();
            format!("sent, no answer in {}", in_words(Duration::from_millis(limit(known, waited))))
        }
        (Some(Failure::Cancelled), _) => "stopped by the operator after it was sent".to_owned(),
        (_, Some(Attempt { status: Some(status), .. })) => format!("sent and answered HTTP {status}"),
        (_, received) => {
            let error = received.map_or("the connection was lost", |attempt| attempt.error.as_str());
            format!("sent, but {}", clean(error))
        }
    };
    let times = attempts.iter().filter(|attempt| attempt.may_have_been_received).count();
    let times = if times > 1 { format!(" ({times} sends)") } else { String::new() };
    match attempts.last().filter(|last| !last.may_have_been_received && !last.error.is_empty()) {
        Some(last) => format!("{what}{times}, then {}", clean(&last.error)),
        None => format!("{what}{times}"),
    }
}

/// The limit that passed, as people wrote it.
fn limit(known: &Known<'_>, waited_ms: u64) -> u64 {
    let is_attempts = known.attempt_ms < known.timeout_ms && waited_ms.abs_diff(known.attempt_ms) < 500;
    if is_attempts { known.attempt_ms } else { known.timeout_ms }
}

fn answered(known: &Known<'_>, outcome: Outcome, failure: Option<Failure>, status: u16) -> String {
    let said = match known.own {
        Some(own) => own.to_owned(),
        None => known.answer.map(|answer| said(answer, known.last_line)).unwrap_or_default(),
    };
    let note = known.answer.and_then(|answer| answer.note.as_deref());
    let note = note.map_or_else(String::new, |note| format!("; {note}"));
    let text = match (outcome, failure) {
        (Outcome::Succeeded | Outcome::Accepted, _) => accepted(status, said),
        (_, Some(Failure::Rule)) => match known.verdict {
            Some(Verdict::Reports(what)) => {
                // Its own words first: a row of the log is short.
                let says_more = !said.is_empty() && !said.starts_with(['{', '[']) && said != *what;
                if says_more {
                    format!("{said} (HTTP {status}, but its answer reports an error: {})", clean(what))
                } else {
                    format!("HTTP {status}, but its answer reports an error ({})", clean(what))
                }
            }
            Some(Verdict::No(rule)) => {
                format!("HTTP {status}, but not a success by the rule {}{}", clean(rule), quoted(&said))
            }
            _ => format!("HTTP {status}, but not a success by the rule{}", quoted(&said)),
        },
        (_, Some(Failure::RuleError | Failure::InvalidResponse | Failure::TooLarge)) => {
            let why = match known.verdict {
                Some(Verdict::Broken(_, why)) => clean(why).into_owned(),
                _ => "it does not evaluate".to_owned(),
            };
            format!("HTTP {status}, and the success rule cannot be judged ({why}): {}", look(known.event_id))
        }
        _ if is_gateway_doubt(status) => format!("HTTP {status}: {}; {}", gave_up(status), look(known.event_id)),
        (Outcome::Unknown, _) => format!(
            "HTTP {status}: redirected{}, which is not followed; {}",
            target(known.answer),
            look(known.event_id)
        ),
        _ if (300..=399).contains(&status) => {
            format!("HTTP {status}: redirected{}, which is not followed", target(known.answer))
        }
        _ if said.is_empty() => format!("HTTP {status}: {}", reason(status)),
        _ => format!("HTTP {status}: {said}"),
    };
    text + &note
}

fn accepted(status: u16, said: String) -> String {
    match status {
        _ if !said.is_empty() => said,
        202 => "accepted; nothing to follow".to_owned(),
        200..=299 => format!("HTTP {status}; the answer says nothing"),
        _ => format!("HTTP {status}: a success by the rule; the answer says nothing"),
    }
}

fn quoted(said: &str) -> String {
    if said.is_empty() { String::new() } else { format!(": {said}") }
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

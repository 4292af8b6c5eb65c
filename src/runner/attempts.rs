//! The attempts of one run: which are followed by another, and when that is allowed.
//!
//! What certainly was not sent is tried again by itself. What the receiver may have got is sent again only where the
//! action says that it deduplicates, or where the answer itself asks to be called later. An action may name further
//! statuses (`retries_on`) that are sent again as a 503 is.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use url::Url;

use super::redirect::{self, Hop, headers_of_a_read};
use super::step::Step;
use super::verdict;
use crate::domain::action::{Action, Redirects};
use crate::domain::run::{Answer, Attempt, Failure};
use crate::domain::stage::Stage;
use crate::domain::time::in_words;
use crate::domain::verdict::{Verdict, is_gateway_doubt};
use crate::net::{Backoff, BodyRead, Limits, PressClient, Tried, WireRequest};
use crate::webhook::Wire;

/// How many times a request is tried again where no connection stood.
const MORE_TRIES: u32 = 2;
/// The waits between two tries that nobody asked for.
const BACKOFF: Backoff = Backoff { first: Duration::from_millis(200), longest: Duration::from_secs(5) };

/// What is sent, and by whom.
pub(super) struct Sending<'a> {
    pub(super) action: &'a Action,
    pub(super) client: &'a PressClient,
    pub(super) method: &'a str,
    /// The request with its real values; made anew for each further attempt, because it is stamped and signed.
    pub(super) wire: &'a (dyn Fn() -> Wire + Send + Sync),
    pub(super) stop: &'a CancellationToken,
    pub(super) watch: &'a (dyn Fn(Step) + Send + Sync),
}

/// The last answer of a run.
#[derive(Debug)]
pub(super) struct Answered {
    pub(super) answer: Answer,
    pub(super) body: BodyRead,
    pub(super) verdict: Verdict,
    /// The address that gave it.
    pub(super) at: Url,
    /// The last line of an answer that streamed.
    pub(super) last_line: Option<String>,
}

/// Everything that went out.
#[derive(Debug, Default)]
pub(super) struct Sent {
    pub(super) attempts: Vec<Attempt>,
    /// `None` where the last attempt was not answered.
    pub(super) last: Option<Answered>,
}

/// Sends until there is an end, or until `stop`. `first` is the request of the first attempt.
pub(super) async fn send(sending: &Sending<'_>, first: Wire) -> Sent {
    let action = sending.action;
    let deadline = Instant::now() + Duration::from_millis(action.timeout_ms);
    let mut left = Tries::new(action);
    let mut sent = Sent::default();
    let mut hop: Option<Hop> = None;
    let mut first = Some(first);
    while !sending.stop.is_cancelled() {
        let number = u32::try_from(sent.attempts.len() + 1).unwrap_or(u32::MAX);
        let mut wire = first.take().unwrap_or_else(|| (sending.wire)());
        if let Some(hop) = &hop {
            redirected(&mut wire, hop);
        }
        let by_get = hop.as_ref().is_some_and(|hop| hop.by_get);
        let (tried, last_line) = attempt(sending, &wire, by_get, (number, deadline)).await;
        sent.last = answered(sending, &wire.endpoint, by_get, &tried, last_line);
        let accepted = sent.last.as_ref().is_some_and(|last| last.verdict.is_taken());
        let next = match &sent.last {
            Some(last) => left.after_answer(&tried, accepted, last, hop.as_ref(), sending.method),
            None => left.after_failure(&tried),
        };
        sent.attempts.push(tried.attempt);
        match next {
            Next::End => break,
            Next::Hop(next) => hop = Some(next),
            // A wait that does not end before the deadline is not begun: what is known now counts.
            Next::Again { wait, .. } if Instant::now().checked_add(wait).is_none_or(|at| at >= deadline) => break,
            Next::Again { wait, words } => {
                (sending.watch)(Step::At(Stage::Trying(words)));
                tokio::select! {
                    () = sleep(wait) => {}
                    () = sending.stop.cancelled() => {}
                }
            }
        }
    }
    sent
}

fn redirected(wire: &mut Wire, hop: &Hop) {
    hop.url.as_str().clone_into(&mut wire.endpoint);
    if hop.by_get {
        wire.headers = headers_of_a_read(&wire.headers);
        wire.body = String::new();
    }
}

async fn attempt(
    sending: &Sending<'_>,
    wire: &Wire,
    by_get: bool,
    (number, deadline): (u32, Instant),
) -> (Tried, Option<String>) {
    let request = WireRequest {
        method: if by_get { "GET" } else { sending.method },
        endpoint: &wire.endpoint,
        headers: &wire.headers,
        body: &wire.body,
        reads_body: verdict::reads_body(sending.action),
    };
    let heard = Mutex::new(None);
    let on_line = |line: &str| {
        if !line.trim().is_empty() {
            *heard.lock().unwrap_or_else(PoisonError::into_inner) = Some(line.to_owned());
            (sending.watch)(Step::At(Stage::Line(line.to_owned())));
        }
    };
    let attempt = Duration::from_millis(sending.action.attempts_ms());
    let limits = Limits { deadline, attempt, stop: sending.stop, on_line: &on_line };
    let tried = sending.client.attempt(&request, number, &limits).await;
    (tried, heard.into_inner().unwrap_or_else(PoisonError::into_inner))
}

fn answered(
    sending: &Sending<'_>,
    endpoint: &str,
    by_get: bool,
    tried: &Tried,
    last_line: Option<String>,
) -> Option<Answered> {
    let (answer, at) = (tried.answer.clone()?, Url::parse(endpoint).ok()?);
    let only_reads = by_get || sending.method == "GET";
    let verdict = verdict::verdict(sending.action, only_reads, &answer, &tried.body);
    Some(Answered { answer, body: tried.body.clone(), verdict, at, last_line })
}

/// What follows an attempt.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Next {
    /// Nothing: the run ends by what is known.
    End,
    /// It is sent again after a wait.
    Again { wait: Duration, words: String },
    /// A redirect is followed.
    Hop(Hop),
}

/// How much is left to try.
#[derive(Clone, Debug)]
pub(super) struct Tries {
    unsent: u32,
    resends: u32,
    asked: u32,
    hops: u32,
    retries: u32,
    retries_on: Vec<u16>,
    redirects: Redirects,
}

impl Tries {
    pub(super) fn new(action: &Action) -> Self {
        let (retries, retries_on) = (u32::from(action.retries), action.retries_on.clone());
        Self { unsent: 0, resends: 0, asked: 0, hops: 0, retries, retries_on, redirects: action.redirects }
    }

    /// After an attempt without an answer.
    pub(super) fn after_failure(&mut self, tried: &Tried) -> Next {
        let attempt = &tried.attempt;
        match attempt.failure {
            _ if tried.is_permanent => Next::End,
            None | Some(Failure::Cancelled | Failure::Policy) => Next::End,
            Some(failure) if failure.is_before_connection() && !attempt.may_have_been_received => {
                if self.unsent >= MORE_TRIES {
                    return Next::End;
                }
                self.unsent += 1;
                let wait = BACKOFF.jittered(2 * (self.unsent - 1));
                Next::Again { wait, words: format!("try {} of {}", self.unsent + 1, MORE_TRIES + 1) }
            }
            Some(_) => self.resend(None),
        }
    }

    /// After an answer: `accepted` by the success rule or not.
    fn after_answer(
        &mut self,
        tried: &Tried,
        accepted: bool,
        last: &Answered,
        hop: Option<&Hop>,
        method: &str,
    ) -> Next {
        let (status, stopped) = (last.answer.status, tried.attempt.failure.is_some());
        if accepted || stopped {
            return Next::End;
        }
        let method = if hop.is_some_and(|hop| hop.by_get) { "GET" } else { method };
        let location = last.answer.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("location"));
        let location = location.map(|(_, value)| value.as_str());
        if let Some(hop) = redirect::hop(self.redirects, status, location, &last.at, method, self.hops) {
            self.hops += 1;
            return Next::Hop(hop);
        }
        let asked = || retry_after(&last.answer).and_then(|wait| u64::try_from(wait.as_millis()).ok());
        self.after_status(status, tried.retry_after_ms.or_else(asked))
    }

    pub(super) fn after_status(&mut self, status: u16, retry_after_ms: Option<u64>) -> Next {
        match (status, retry_after_ms) {
            (429, Some(asked_ms)) => {
                // A receiver that says "0" again and again is not called without a pause.
                let least = BACKOFF.after(self.asked);
                self.asked += 1;
                let wait = Duration::from_millis(asked_ms).max(least);
                Next::Again { wait, words: format!("HTTP 429; tries again in {}", in_words(wait)) }
            }
            (429 | 503, asked) => self.resend(asked.map(Duration::from_millis)),
            (status, asked) if self.retries_on.contains(&status) => self.resend(asked.map(Duration::from_millis)),
            (status, _) if is_gateway_doubt(status) => self.resend(None),
            _ => Next::End,
        }
    }

    /// Sends again what may have been received: only as often as the action allows.
    fn resend(&mut self, asked: Option<Duration>) -> Next {
        if self.resends >= self.retries {
            return Next::End;
        }
        let wait = asked.unwrap_or_default().max(BACKOFF.jittered(self.resends));
        self.resends += 1;
        Next::Again { wait, words: format!("sends again ({} of {})", self.resends, self.retries) }
    }
}

/// The wait that an answer's `Retry-After` asks for: written in seconds or as a date.
pub(super) fn retry_after(answer: &Answer) -> Option<Duration> {
    let (_, text) = answer.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("retry-after"))?;
    if let Ok(seconds) = text.trim().parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok().filter(|wait| !wait.is_zero());
    }
    let until = jiff::fmt::rfc2822::parse(text.trim()).ok()?.timestamp().as_millisecond();
    u64::try_from(until - Timestamp::now().as_millisecond()).ok().map(Duration::from_millis)
}

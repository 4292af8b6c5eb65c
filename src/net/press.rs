//! The client for presses: one request, once, over a connection of its own, and what became of it.

use std::pin::pin;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::header::{RETRY_AFTER, SET_COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use reqwest::redirect::Policy;
use reqwest::{Request, Response, retry};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;
use url::Url;

use super::classify::{self, Verdict};
use super::client::{Clients, NetError, Reach};
use super::stood::Trace;
use crate::domain::action::Header;
use crate::domain::run::{Answer, Attempt, Failure};

/// How much of an answer's body is kept, and of its headers together, in bytes.
const KEPT: usize = 64 * 1024;

/// How long, after the deadline, an answer that is already on this machine has to be read.
///
/// After a stop or a sleep of the process the timer and the answer are due together, and the connection's own task
/// has yet to hand the answer over.
const GRACE: Duration = Duration::from_millis(25);

/// Sends presses. Never twice, follows nothing, reuses no connection.
///
/// Making one takes 12 to 20 ms (it reads the system's CA certificates): keep one, make it after the first frame.
#[derive(Clone, Debug)]
pub struct PressClient {
    clients: Clients,
}

/// One request, ready to go.
#[derive(Clone, Copy, Debug)]
pub struct WireRequest<'a> {
    /// The method, such as `POST`.
    pub method: &'a str,
    /// The whole address, `http` or `https`.
    pub endpoint: &'a str,
    /// Every header but those of the connection itself (`Host`, `Content-Length`, `Accept-Encoding`).
    pub headers: &'a [Header],
    /// The body, byte for byte.
    pub body: &'a str,
}

/// What became of one request.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tried {
    /// For the log and for [`judge`](crate::domain::run::judge).
    pub attempt: Attempt,
    /// What was answered, where anything was.
    pub answer: Option<Answer>,
    /// How long a 429 asks to wait before the next try, in milliseconds. Only set for 429.
    pub retry_after_ms: Option<u64>,
    /// Whether another try is sure to end the same: a bad certificate, a request that cannot be put together.
    pub same_again: bool,
}

impl PressClient {
    /// A client that trusts the system's CA certificates and uses the environment's proxy.
    pub fn new() -> Result<Self, NetError> {
        Self::with(&Reach::default())
    }

    /// A client that reaches the outside as told.
    pub fn with(reach: &Reach) -> Result<Self, NetError> {
        let clients = Clients::new(reach, |builder| {
            builder.retry(retry::never()).redirect(Policy::none()).pool_max_idle_per_host(0)
        })?;
        Ok(Self { clients })
    }

    /// Sends the request once and says what became of it, at `deadline` (of the whole run) at the latest.
    ///
    /// Never fails: every way it can end is in the [`Attempt`]. `number` is the attempt's, from 1.
    pub async fn attempt(&self, request: &WireRequest<'_>, number: u32, deadline: Instant) -> Tried {
        self.attempt_until(request, number, deadline, &CancellationToken::new()).await
    }

    /// As [`PressClient::attempt`], but ends at once when `stop` is cancelled: as [`Failure::Cancelled`], or by the
    /// status where the answer had begun.
    pub async fn attempt_until(
        &self,
        request: &WireRequest<'_>,
        number: u32,
        deadline: Instant,
        stop: &CancellationToken,
    ) -> Tried {
        let started_at_ms = unix_ms();
        let begun = Instant::now();
        let mut tried = match build(request) {
            Ok(built) => self.send(built, deadline, stop).await,
            Err(text) => failed(Verdict { same_again: true, ..Verdict::unsent(Failure::Connect, text) }),
        };
        tried.attempt.number = number;
        tried.attempt.started_at_ms = started_at_ms;
        tried.attempt.duration_ms = i64::try_from(begun.elapsed().as_millis()).unwrap_or(i64::MAX);
        tried
    }

    async fn send(&self, request: Request, deadline: Instant, stop: &CancellationToken) -> Tried {
        let url = request.url().clone();
        let trace = Trace::default();
        if Instant::now() >= deadline {
            return failed(classify::late(&url, &trace.notes()));
        }
        let sending = trace.scope(self.clients.towards(&url).execute(request));
        let sent = tokio::select! {
            biased;
            sent = ready_before(deadline, || trace.stood(), sending) => Ok(sent),
            () = stop.cancelled() => Err(stopped(trace.stood())),
        };
        let notes = trace.notes();
        let mut tried = match sent {
            Ok(Some(Ok(response))) => read(response, deadline, stop).await,
            Ok(Some(Err(error))) => failed(classify::failed(&error, &url, &notes, self.clients.has_roots)),
            Ok(None) => failed(classify::late(&url, &notes)),
            Err(stopped) => stopped,
        };
        tried.attempt.address = notes.address.map(|address| address.to_string());
        tried
    }
}

fn stopped(stood: bool) -> Tried {
    let attempt = Attempt {
        may_have_been_received: stood,
        failure: Some(Failure::Cancelled),
        error: "stopped by the operator".to_owned(),
        ..Attempt::default()
    };
    Tried { attempt, ..Tried::default() }
}

fn failed(verdict: Verdict) -> Tried {
    let attempt = Attempt {
        may_have_been_received: verdict.received,
        failure: Some(verdict.failure),
        error: verdict.text,
        ..Attempt::default()
    };
    Tried { attempt, same_again: verdict.same_again, ..Tried::default() }
}

/// Waits for `work` until `deadline`; ready work wins over a deadline that has passed, and where `worth_grace` says
/// so, what is on this machine already gets the time to be read.
async fn ready_before<F: Future>(deadline: Instant, worth_grace: impl Fn() -> bool, work: F) -> Option<F::Output> {
    let mut work = pin!(work);
    tokio::select! {
        biased;
        done = &mut work => return Some(done),
        () = sleep_until(deadline) => {}
    }
    if worth_grace() { timeout(GRACE, work).await.ok() } else { None }
}

/// Puts the request together. Errors never hold a value of a header nor the address's query.
fn build(request: &WireRequest<'_>) -> Result<Request, String> {
    let url = Url::parse(request.endpoint).map_err(|error| format!("the endpoint is not an address: {error}"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("the endpoint does not begin with http:// or https://".to_owned());
    }
    let method = Method::from_bytes(request.method.as_bytes())
        .map_err(|_| "the method is not one that HTTP knows".to_owned())?;
    let mut built = Request::new(method, url);
    *built.headers_mut() = header_map(request.headers)?;
    *built.body_mut() = Some(request.body.to_owned().into());
    Ok(built)
}

/// The headers for the wire, each marked as sensitive so that no debug output shows it.
pub(super) fn header_map(headers: &[Header]) -> Result<HeaderMap, String> {
    let mut map = HeaderMap::with_capacity(headers.len());
    for header in headers {
        let name = HeaderName::from_bytes(header.name.as_bytes())
            .map_err(|_| format!("\"{}\" cannot be the name of a header", header.name.escape_debug()))?;
        let mut value = HeaderValue::from_str(header.expose())
            .map_err(|_| format!("the value of the header {name} holds characters that HTTP forbids"))?;
        value.set_sensitive(true);
        map.append(name, value);
    }
    Ok(map)
}

async fn read(mut response: Response, deadline: Instant, stop: &CancellationToken) -> Tried {
    let status = response.status().as_u16();
    let retry_after_ms = if status == 429 { retry_after(response.headers()) } else { None };
    let (headers, headers_cut) = shown_headers(response.headers());
    let body = Body::read(&mut response, deadline, stop).await;
    let mut notes = body.notes();
    if headers_cut {
        notes.push("headers cut at 64 KiB".to_owned());
    }
    let answer = Answer {
        status,
        headers,
        body: body.text(),
        size: body.size(),
        size_known: body.expected.is_some() || body.end == End::Whole,
        note: (!notes.is_empty()).then(|| notes.join("; ")),
    };
    let attempt = Attempt { may_have_been_received: true, status: Some(status), ..Attempt::default() };
    Tried { attempt, answer: Some(answer), retry_after_ms, same_again: false }
}

/// The headers as the log keeps them: without cookies, at most 64 KiB together; and whether that cut any.
fn shown_headers(headers: &HeaderMap) -> (Vec<(String, String)>, bool) {
    let mut room = KEPT;
    let mut shown = Vec::new();
    for (name, value) in headers.iter().filter(|(name, _)| *name != SET_COOKIE) {
        let size = name.as_str().len() + value.len();
        let Some(left) = room.checked_sub(size) else {
            return (shown, true);
        };
        room = left;
        shown.push((name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
    }
    (shown, false)
}

/// The wait that `Retry-After` asks for, in milliseconds: written in seconds or as a date.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<u64> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(seconds.saturating_mul(1_000));
    }
    let until = jiff::fmt::rfc2822::parse(text).ok()?.timestamp().as_millisecond();
    Some(u64::try_from(until.saturating_sub(unix_ms())).unwrap_or(0))
}

fn unix_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// How the reading of a body ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Whole,
    Lost,
    Late,
    Stopped,
}

/// A body: its first 64 KiB, and how much there was.
struct Body {
    kept: Vec<u8>,
    seen: u64,
    expected: Option<u64>,
    end: End,
}

impl Body {
    /// Reads to the end or to the deadline; what is over 64 KiB is counted and thrown away.
    async fn read(response: &mut Response, deadline: Instant, stop: &CancellationToken) -> Self {
        let mut body = Self { kept: Vec::new(), seen: 0, expected: response.content_length(), end: End::Late };
        let mut over = None;
        loop {
            let chunk = tokio::select! {
                biased;
                () = stop.cancelled() => {
                    body.end = End::Stopped;
                    break;
                }
                chunk = ready_before(deadline, || true, response.chunk()) => chunk,
            };
            match chunk {
                Some(Ok(Some(chunk))) => body.take(&chunk),
                Some(Ok(None)) => body.end = End::Whole,
                Some(Err(_)) => body.end = End::Lost,
                None => break,
            }
            // Judged here too: a body that is always ready would never let the timer have its turn. From the moment
            // that the deadline is first seen to be over, however late that is, there is the time to read the rest.
            let now = Instant::now();
            let is_over = now >= deadline && now >= *over.get_or_insert(now + GRACE);
            if body.end != End::Late || is_over {
                break;
            }
            tokio::task::yield_now().await;
        }
        body
    }

    fn take(&mut self, chunk: &[u8]) {
        let room = KEPT - self.kept.len();
        self.kept.extend_from_slice(&chunk[..chunk.len().min(room)]);
        self.seen = self.seen.saturating_add(chunk.len() as u64);
    }

    fn size(&self) -> u64 {
        self.expected.unwrap_or(self.seen).max(self.seen)
    }

    fn is_cut(&self) -> bool {
        self.seen > self.kept.len() as u64
    }

    fn text(&self) -> String {
        let mut text = String::from_utf8_lossy(&self.kept).into_owned();
        // The cut may have gone through a character; that is not the receiver's fault.
        if self.is_cut() && std::str::from_utf8(&self.kept).is_err_and(|error| error.error_len().is_none()) {
            text.pop();
        }
        text
    }

    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.is_cut() {
            let at_least = if self.expected.is_none() && self.end != End::Whole { "at least " } else { "" };
            notes.push(format!("answer cut at 64 KiB of {at_least}{}", in_words(self.size())));
        }
        match self.end {
            End::Whole => {}
            End::Lost => notes.push("the rest of the answer was lost".to_owned()),
            End::Late => notes.push("answer still coming at the deadline".to_owned()),
            End::Stopped => notes.push("answer still coming when the operator stopped it".to_owned()),
        }
        notes
    }
}

/// A size for people: `812 B`, `2.0 GB`.
fn in_words(bytes: u64) -> String {
    for (unit, word) in [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "KB")] {
        if bytes >= unit {
            return format!("{}.{} {word}", bytes / unit, bytes % unit / (unit / 10));
        }
    }
    format!("{bytes} B")
}

//! The client for presses: one request, once, over a connection of its own, and what became of it.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::header::{ACCEPT_ENCODING, RETRY_AFTER, SET_COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use reqwest::redirect::Policy;
use reqwest::{Request, Response, retry};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::body::{Body, BodyRead, FOR_RULES, KEPT, ready_before};
use super::classify::{self, Verdict};
use super::client::Clients;
use super::connection_trace::ConnectionTrace;
use super::error::NetError;
use super::reach::Reach;
use super::stream_lines::StreamLines;
use super::unpack::ACCEPTED;
use crate::domain::action::Header;
use crate::domain::address::{is_web, length_fault};
use crate::domain::run::{Answer, Attempt, Failure};

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
    /// Whether a rule reads the body of the answer: then up to 1 MiB of it are kept for it.
    pub reads_body: bool,
}

/// How long a request may take, who stops it, and who gets the lines that come meanwhile.
#[derive(Clone, Copy)]
pub struct Limits<'a> {
    /// When the whole run is over.
    pub deadline: Instant,
    /// How long this one attempt may take.
    pub attempt: Duration,
    /// Ends it at once when cancelled.
    pub stop: &'a CancellationToken,
    /// Hears each line of an answer that streams (`text/*` of no known length, or the data of server-sent events):
    /// at most 4 KiB of each, invalid UTF-8 replaced. Foreign text: clean it before it is shown. Of lines that come
    /// too fast some are left out, never the last.
    pub on_line: &'a (dyn Fn(&str) + Send + Sync),
}

impl Limits<'_> {
    /// When the attempt is over that begins now.
    fn end(&self) -> Instant {
        Instant::now().checked_add(self.attempt).map_or(self.deadline, |end| end.min(self.deadline))
    }
}

impl fmt::Debug for Limits<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limits").field("deadline", &self.deadline).field("attempt", &self.attempt).finish()
    }
}

/// What became of one request.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tried {
    /// For the log and for [`judge`](crate::domain::run::judge).
    pub attempt: Attempt,
    /// What was answered, where anything was.
    pub answer: Option<Answer>,
    /// The body as a rule reads it; more than its first 64 KiB only where [`WireRequest::reads_body`] says so.
    pub body: BodyRead,
    /// How long a 429 or a 503 asks to wait before the next try, in milliseconds. May be a year: cap it.
    pub retry_after_ms: Option<u64>,
    /// Whether another try is sure to end the same: a bad certificate, a request that cannot be put together.
    pub is_permanent: bool,
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

    /// Sends the request once and says what became of it, at the end of its limits at the latest. Where it is
    /// stopped, as [`Failure::Cancelled`], or by the status where the answer had begun.
    ///
    /// Never fails: every way it can end is in the [`Attempt`]. `number` is the attempt's, from 1.
    pub async fn attempt(&self, request: &WireRequest<'_>, number: u32, limits: &Limits<'_>) -> Tried {
        let started_at_ms = unix_ms();
        let begun = Instant::now();
        let mut tried = match build(request) {
            Ok(built) => self.judged(built, request.reads_body, limits).await,
            Err(text) => failed(Verdict { is_permanent: true, ..Verdict::unsent(Failure::Connect, text) }),
        };
        tried.attempt.number = number;
        tried.attempt.started_at_ms = started_at_ms;
        tried.attempt.duration_ms = i64::try_from(begun.elapsed().as_millis()).unwrap_or(i64::MAX);
        tried
    }

    async fn judged(&self, request: Request, reads_body: bool, limits: &Limits<'_>) -> Tried {
        match self.clients.judge(request.url()) {
            Ok(()) => self.send(request, reads_body, limits).await,
            Err(why) => failed(Verdict::refused(why)),
        }
    }

    async fn send(&self, request: Request, reads_body: bool, limits: &Limits<'_>) -> Tried {
        let (url, end) = (request.url().clone(), limits.end());
        let trace = ConnectionTrace::default();
        if Instant::now() >= end {
            return failed(classify::late(&url, &trace.notes()));
        }
        let sending = trace.scope(self.clients.towards(&url).execute(request));
        let sent = tokio::select! {
            biased;
            sent = ready_before(end, || trace.is_connected(), sending) => Ok(sent),
            () = limits.stop.cancelled() => Err(stopped(trace.is_connected())),
        };
        let notes = trace.notes();
        let mut tried = match sent {
            Ok(Some(Ok(response))) => read(response, reads_body, end, limits).await,
            Ok(Some(Err(error))) => failed(classify::failed(&error, &url, &notes, &self.clients)),
            Ok(None) => failed(classify::late(&url, &notes)),
            Err(stopped) => stopped,
        };
        tried.attempt.address = notes.address.map(|address| address.to_string());
        tried
    }
}

fn stopped(is_connected: bool) -> Tried {
    let attempt = Attempt {
        may_have_been_received: is_connected,
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
    Tried { attempt, is_permanent: verdict.is_permanent, ..Tried::default() }
}

/// Puts the request together. Errors never hold a value of a header nor the address's query.
fn build(request: &WireRequest<'_>) -> Result<Request, String> {
    let url = Url::parse(request.endpoint).map_err(|error| format!("the endpoint is not a valid URL: {error}"))?;
    if !is_web(&url) {
        return Err("the endpoint does not begin with http:// or https://".to_owned());
    }
    // `http:///x` and `http:x` would be read as the host x, which is not what they look like.
    let written = request.endpoint.trim_start().split_once(':').map(|(_, rest)| rest).unwrap_or_default();
    if written.strip_prefix("//").is_none_or(|rest| rest.starts_with(['/', '\\'])) {
        return Err("the endpoint has no host after http:// or https://".to_owned());
    }
    if let Some(fault) = length_fault(&url) {
        return Err(fault);
    }
    let method = Method::from_bytes(request.method.as_bytes())
        .map_err(|_| "the method is not one that HTTP knows".to_owned())?;
    let mut built = Request::new(method, url);
    *built.headers_mut() = accepting(header_map(request.headers)?);
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

/// The headers, with what an answer may be packed as, unless they say so themselves.
pub(super) fn accepting(mut headers: HeaderMap) -> HeaderMap {
    headers.entry(ACCEPT_ENCODING).or_insert(HeaderValue::from_static(ACCEPTED));
    headers
}

async fn read(mut response: Response, reads_body: bool, end: Instant, limits: &Limits<'_>) -> Tried {
    let status = response.status().as_u16();
    let lines = StreamLines::new(response.headers(), response.content_length(), limits.on_line);
    let retry_after_ms = asked_wait(&response);
    let room = if reads_body { FOR_RULES } else { KEPT };
    let (answer, body) = answer(&mut response, room, end, limits.stop, lines).await;
    let attempt = Attempt { may_have_been_received: true, status: Some(status), ..Attempt::default() };
    Tried { attempt, answer: Some(answer), body, retry_after_ms, is_permanent: false }
}

/// The answer as the log keeps it, and its body as a rule reads it.
pub(super) async fn answer(
    response: &mut Response,
    room: usize,
    end: Instant,
    stop: &CancellationToken,
    lines: StreamLines<'_>,
) -> (Answer, BodyRead) {
    let (headers, headers_cut) = shown_headers(response.headers());
    let body = Body::read(response, room, end, stop, lines).await;
    let mut notes = body.notes();
    if headers_cut {
        notes.push("headers cut at 64 KiB".to_owned());
    }
    let answer = Answer {
        status: response.status().as_u16(),
        headers,
        body: body.text(),
        size: body.size(),
        size_known: body.size_known(),
        note: (!notes.is_empty()).then(|| notes.join("; ")),
    };
    (answer, body.for_rule())
}

/// The wait that a 429 or a 503 asks for, in milliseconds.
pub(super) fn asked_wait(response: &Response) -> Option<u64> {
    matches!(response.status().as_u16(), 429 | 503).then(|| retry_after(response.headers())).flatten()
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
    if let Ok(seconds) = text.parse::<f64>() {
        let wait = Duration::try_from_secs_f64(seconds).ok()?;
        return Some(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX));
    }
    let until = jiff::fmt::rfc2822::parse(text).ok()?.timestamp().as_millisecond();
    Some(u64::try_from(until.saturating_sub(unix_ms())).unwrap_or(0))
}

fn unix_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

//! The client for reads: sources. May reuse connections, and asking twice does no harm.

use std::fmt;
use std::time::Duration;

use http::header::LOCATION;
use reqwest::redirect::Policy;
use reqwest::{ClientBuilder, Method, Response, retry};
use tokio::time::{Instant, timeout, timeout_at};
use tokio_util::sync::CancellationToken;
use url::Url;

use super::body::{BodyRead, FOR_RULES};
use super::classify;
use super::client::Clients;
use super::connection_trace::ConnectionTrace;
use super::error::NetError;
use super::press::{accepting, answer, asked_wait, header_map, retry_after};
use super::reach::Reach;
use super::stream_lines::StreamLines;
use super::text::Charset;
use super::unpack::Unpack;
use crate::domain::action::{Header, shown_url};
use crate::domain::address::{is_same_origin, is_web, length_fault};
use crate::domain::run::{Answer, Failure};
use crate::domain::time::took;

/// How many redirects of the same origin a read follows.
const REDIRECTS: usize = 3;

/// Reads from sources.
///
/// Making one takes 12 to 20 ms: keep one, make it after the first frame.
#[derive(Clone, Debug)]
pub struct ReadClient {
    clients: Clients,
}

/// How long a read may take, and how much it may bring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadLimits {
    /// Until the head of the answer is there, connection included.
    pub head: Duration,
    /// From then on until the whole body is there.
    pub body: Duration,
    /// The most a body may have, unpacked, in bytes.
    pub bytes: usize,
}

/// One call of a source.
#[derive(Clone, Debug)]
pub struct Call<'a> {
    pub method: Method,
    pub url: &'a Url,
    pub json: Option<&'a serde_json::Value>,
}

/// The answer to a [`Call`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Called {
    pub status: u16,
    /// How long it asks to wait (429 and 503), milliseconds.
    pub retry_after_ms: Option<u64>,
    /// What its headers say of limits: those whose name holds `ratelimit`, in lower case.
    pub limits: Vec<(String, String)>,
    /// Where a redirect that was not followed points to, as far as it may be shown; empty where it is none.
    pub location: String,
    /// The whole body, unpacked and in UTF-8.
    pub body: Vec<u8>,
}

/// An answer to a read, whatever its status.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// As the log keeps it.
    pub answer: Answer,
    /// Its body, for rules: up to 1 MiB.
    pub body: BodyRead,
    /// How long a 429 or a 503 asks to wait, or any other answer asks to wait before it is read again, milliseconds.
    pub retry_after_ms: Option<u64>,
}

/// Why nothing could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadClass {
    /// The request cannot be put together: a header or the address is invalid. Nothing was sent.
    Invalid,
    /// The policy forbids the address. Nothing was sent.
    Policy,
    /// The name was not found.
    Dns,
    /// No connection was established.
    Connect,
    /// No TLS session was established, or it was refused.
    Tls,
    /// There was no whole answer in time.
    Timeout,
    /// The connection was lost, or what came is not HTTP.
    Lost,
    /// The answer is larger than was allowed.
    TooLarge,
    /// The answer has this HTTP status, outside 2xx.
    Status(u16),
}

/// Why nothing could be read, in words that may be shown: without the address's query and userinfo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError {
    pub class: ReadClass,
    /// How long the answer asks to wait (429 and 503), milliseconds.
    pub retry_after_ms: Option<u64>,
    text: String,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for ReadError {}

impl ReadError {
    fn new(class: ReadClass, text: impl Into<String>) -> Self {
        Self { class, retry_after_ms: None, text: text.into() }
    }
}

impl ReadClient {
    /// A client that reaches the outside as told.
    pub fn with(reach: &Reach) -> Result<Self, NetError> {
        let tune = |builder: ClientBuilder| {
            builder.user_agent(concat!("andon/", env!("CARGO_PKG_VERSION"))).redirect(same_origin())
        };
        Ok(Self { clients: Clients::new(reach, tune)? })
    }

    /// A client for polls of jobs: as [`ReadClient::with`], but a redirect is an answer like any other.
    pub fn for_polls(reach: &Reach) -> Result<Self, NetError> {
        Ok(Self { clients: Clients::new(reach, |builder| builder.redirect(Policy::none()))? })
    }

    /// A client for what changes something there: follows no redirect, sends nothing again by itself, and reuses no
    /// connection, so that one that was just closed is never the reason for an answer that is lost.
    pub fn for_writes(reach: &Reach) -> Result<Self, NetError> {
        let once = |builder: ClientBuilder| {
            builder
                .user_agent(concat!("andon/", env!("CARGO_PKG_VERSION")))
                .retry(retry::never())
                .redirect(Policy::none())
                .pool_max_idle_per_host(0)
        };
        Ok(Self { clients: Clients::new(reach, once)? })
    }

    /// What a GET is answered, whatever the status, at `deadline` at the latest. A body that is late or lost is cut.
    ///
    /// To be dropped when it is not wanted any more. No header is added to `headers`.
    pub async fn ask(&self, url: &Url, headers: &[Header], deadline: Instant) -> Result<Reply, ReadError> {
        let place = shown_place(url);
        let head = timeout_at(deadline, self.send(url, headers, &place)).await;
        let mut response = head.unwrap_or_else(|_| {
            Err(ReadError::new(ReadClass::Timeout, format!("{place} did not answer before the deadline")))
        })?;
        let retry_after_ms = retry_after(response.headers());
        let never = CancellationToken::new();
        let (answer, body) = answer(&mut response, FOR_RULES, deadline, &never, StreamLines::none()).await;
        Ok(Reply { answer, body, retry_after_ms })
    }

    /// The whole body, unpacked and in UTF-8, of a 2xx answer to a GET.
    ///
    /// Any other status is an error. Redirects are followed within the same origin only, so that `headers` reach
    /// nobody else. Userinfo of the address goes out as basic credentials, unless `headers` has an `Authorization`.
    pub async fn get(&self, url: &Url, headers: &[Header], limits: ReadLimits) -> Result<Vec<u8>, ReadError> {
        let place = shown_place(url);
        let late = |limit: Duration, what: &str| {
            ReadError::new(ReadClass::Timeout, format!("{place} did not {what} within {}", took(millis(limit))))
        };
        let head = timeout(limits.head, self.head(url, headers, &place)).await;
        let response = head.unwrap_or_else(|_| Err(late(limits.head, "answer")))?;
        let body = timeout(limits.body, whole_body(response, &place, limits.bytes)).await;
        body.unwrap_or_else(|_| Err(late(limits.body, "send its whole answer")))
    }

    /// The answer to a call, whatever its status: for sources that say in the body what a status means.
    ///
    /// Nothing is sent again from in here. Of a [`ReadClass::Timeout`] or [`ReadClass::Lost`] nobody knows whether the
    /// other side did it. Redirects as for [`Self::get`].
    pub async fn call(&self, call: Call<'_>, headers: &[Header], limits: ReadLimits) -> Result<Called, ReadError> {
        let place = shown_place(call.url);
        let late = |limit: Duration, what: &str| {
            ReadError::new(ReadClass::Timeout, format!("{place} did not {what} within {}", took(millis(limit))))
        };
        let head = timeout(limits.head, self.request(&call, headers, &place)).await;
        let response = head.unwrap_or_else(|_| Err(late(limits.head, "answer")))?;
        let (status, retry_after_ms) = (response.status().as_u16(), asked_wait(&response));
        let (told, location) = (told_limits(&response), told_location(&response));
        let body = timeout(limits.body, whole_body(response, &place, limits.bytes)).await;
        let body = body.unwrap_or_else(|_| Err(late(limits.body, "send its whole answer")))?;
        Ok(Called { status, retry_after_ms, limits: told, location, body })
    }

    /// The head of a 2xx answer.
    async fn head(&self, url: &Url, headers: &[Header], place: &str) -> Result<Response, ReadError> {
        let response = self.send(url, headers, place).await?;
        if response.status().is_success() { Ok(response) } else { Err(refused(&response, place)) }
    }

    /// The head of any answer.
    async fn send(&self, url: &Url, headers: &[Header], place: &str) -> Result<Response, ReadError> {
        self.request(&Call { method: Method::GET, url, json: None }, headers, place).await
    }

    async fn request(&self, call: &Call<'_>, headers: &[Header], place: &str) -> Result<Response, ReadError> {
        let url = call.url;
        if !is_web(url) {
            return Err(ReadError::new(ReadClass::Invalid, "the address does not begin with http:// or https://"));
        }
        if let Some(fault) = length_fault(url) {
            return Err(ReadError::new(ReadClass::Invalid, fault));
        }
        self.clients.judge(url).map_err(|why| ReadError::new(ReadClass::Policy, why))?;
        let headers = header_map(headers).map(accepting).map_err(|text| ReadError::new(ReadClass::Invalid, text))?;
        let trace = ConnectionTrace::default();
        let request = self.clients.towards(url).request(call.method.clone(), url.clone());
        // Before the headers, so that one who writes a `Content-Type` has it.
        let request = call.json.into_iter().fold(request, reqwest::RequestBuilder::json).headers(headers);
        trace.scope(request.send()).await.map_err(|error| self.explain(&error, url, place, &trace))
    }

    fn explain(&self, error: &reqwest::Error, url: &Url, place: &str, trace: &ConnectionTrace) -> ReadError {
        let mut notes = trace.notes();
        // A connection that an earlier read made takes no notes, and one of before a redirect takes too many.
        notes.is_connected = !error.is_connect();
        let verdict = classify::failed(error, url, &notes, &self.clients);
        let class = match verdict.failure {
            Failure::Dns => ReadClass::Dns,
            Failure::Policy => ReadClass::Policy,
            _ if classify::is_tls(error) => ReadClass::Tls,
            Failure::Connect if !notes.is_connected => ReadClass::Connect,
            _ => ReadClass::Lost,
        };
        // The text about an established connection does not name it.
        let text = if notes.is_connected { format!("{place}: {}", verdict.text) } else { verdict.text };
        ReadError::new(class, text)
    }
}

fn told_limits(response: &Response) -> Vec<(String, String)> {
    let told = response.headers().iter().filter(|(name, _)| name.as_str().contains("ratelimit"));
    told.filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned()))).collect()
}

/// Where a redirect points to; of another origin not its path, which may hold what is not to be shown.
fn told_location(response: &Response) -> String {
    let to = response.headers().get(LOCATION).filter(|_| response.status().is_redirection());
    let Some(to) = to.and_then(|to| response.url().join(to.to_str().ok()?).ok()) else { return String::new() };
    if is_same_origin(response.url(), &to) { shown_place(&to) } else { to.origin().ascii_serialization() }
}

/// All of a body, unpacked and in UTF-8.
async fn whole_body(mut response: Response, place: &str, limit: usize) -> Result<Vec<u8>, ReadError> {
    let (charset, mut unpack) = (Charset::of(response.headers()), Unpack::of(response.headers()));
    let (mut body, mut is_over) = (Vec::new(), false);
    while !is_over {
        let mut give = |bytes: &[u8]| {
            // One byte more than allowed tells that it is too much, however much comes.
            let room = (limit + 1).saturating_sub(body.len());
            body.extend_from_slice(&bytes[..bytes.len().min(room)]);
        };
        let unpacked = match response.chunk().await {
            Ok(Some(chunk)) => unpack.take(&chunk, &mut give).is_ok(),
            Ok(None) => {
                is_over = true;
                unpack.end(&mut give).is_ok()
            }
            Err(_) => false,
        };
        if body.len() > limit {
            let text = format!("the answer of {place} is over {}", size(limit));
            return Err(ReadError::new(ReadClass::TooLarge, text));
        }
        if !unpacked {
            let text = format!("the answer of {place} broke off: it was cut, or is not what its headers say");
            return Err(ReadError::new(ReadClass::Lost, text));
        }
    }
    Ok(charset.into_utf8(body))
}

fn refused(response: &Response, place: &str) -> ReadError {
    let status = response.status().as_u16();
    let hint = match status {
        401 => "; check the token or password",
        403 => "; the credentials may not read this",
        404 => "; check the address",
        429 => "; too many requests",
        300..=399 => "; redirected elsewhere, which is not followed",
        500..=599 => "; it has a fault of its own",
        _ => "",
    };
    let retry_after_ms = asked_wait(response);
    let text = format!("{place} answered HTTP {status}{hint}");
    ReadError { class: ReadClass::Status(status), retry_after_ms, text }
}

/// A limit as it was set: `256 MiB`, `10 bytes`.
fn size(bytes: usize) -> String {
    const MIB: usize = 1024 * 1024;
    if bytes.is_multiple_of(MIB) { format!("{} MiB", bytes / MIB) } else { format!("{bytes} bytes") }
}

/// Follows a redirect only where scheme, host and port stay: custom headers would go along.
fn same_origin() -> Policy {
    Policy::custom(|attempt| {
        let same = attempt.previous().last().is_some_and(|from| is_same_origin(from, attempt.url()));
        if same && attempt.previous().len() <= REDIRECTS { attempt.follow() } else { attempt.stop() }
    })
}

/// The address without its query, its fragment and its userinfo.
fn shown_place(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    shown_url(url.as_str())
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

//! The client for reads: sources. May reuse connections, and asking twice does no harm.

use std::fmt;
use std::time::Duration;

use http::HeaderMap;
use reqwest::redirect::Policy;
use reqwest::{Method, Request, Response};
use tokio::time::timeout;
use url::Url;

use super::classify;
use super::client::{Clients, NetError, Reach};
use super::press::{header_map, retry_after};
use super::stood::Trace;
use crate::domain::action::{Header, shown_url};
use crate::domain::run::Failure;
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

/// What was read: an answer with a status of 2xx.
#[derive(Clone, Debug, Default)]
pub struct ReadAnswer {
    /// The HTTP status, 200 to 299.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The whole body, unpacked.
    pub body: Vec<u8>,
}

/// Why nothing could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadClass {
    /// The name was not found.
    Dns,
    /// No connection stood, or the address or a header is not one.
    Connect,
    /// No TLS session stood.
    Tls,
    /// There was no whole answer in time.
    Timeout,
    /// The connection was lost, or what came is not HTTP.
    Lost,
    /// The answer is larger than was allowed.
    TooLarge,
    /// The answer has a status outside 2xx.
    Status,
}

/// Why nothing could be read, in words that may be shown: without the address's query and userinfo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError {
    /// The class.
    pub class: ReadClass,
    /// The HTTP status, where the class is [`ReadClass::Status`].
    pub status: Option<u16>,
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
        Self { class, status: None, retry_after_ms: None, text: text.into() }
    }
}

impl ReadClient {
    /// A client that trusts the system's CA certificates and uses the environment's proxy.
    pub fn new() -> Result<Self, NetError> {
        Self::with(&Reach::default())
    }

    /// A client that reaches the outside as told.
    pub fn with(reach: &Reach) -> Result<Self, NetError> {
        Ok(Self { clients: Clients::new(reach, |builder| builder.redirect(same_origin()))? })
    }

    /// Reads the address with GET within `limit`, refusing a body over `max_bytes` (unpacked).
    ///
    /// A status outside 2xx is an error. Redirects are followed within the same origin only, so that `headers`
    /// reach nobody else.
    pub async fn get(
        &self,
        url: &str,
        headers: &[Header],
        limit: Duration,
        max_bytes: usize,
    ) -> Result<ReadAnswer, ReadError> {
        let parsed = Url::parse(url)
            .map_err(|error| ReadError::new(ReadClass::Connect, format!("the address is not one: {error}")))?;
        let mut request = Request::new(Method::GET, parsed);
        *request.headers_mut() = header_map(headers).map_err(|text| ReadError::new(ReadClass::Connect, text))?;
        let place = shown_place(request.url());
        let Ok(result) = timeout(limit, self.exchange(request, max_bytes)).await else {
            let text = format!("no whole answer from {place} within {}", took(millis(limit)));
            return Err(ReadError::new(ReadClass::Timeout, text));
        };
        result
    }

    async fn exchange(&self, request: Request, max_bytes: usize) -> Result<ReadAnswer, ReadError> {
        let url = request.url().clone();
        let trace = Trace::default();
        let response = trace
            .scope(self.clients.towards(&url).execute(request))
            .await
            .map_err(|error| self.explain(&error, &url, &trace))?;
        if !response.status().is_success() {
            return Err(refused(&response, &url));
        }
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = whole_body(response, &url, max_bytes).await?;
        Ok(ReadAnswer { status, headers, body })
    }

    fn explain(&self, error: &reqwest::Error, url: &Url, trace: &Trace) -> ReadError {
        let verdict = classify::failed(error, url, &trace.notes(), self.clients.has_roots);
        let class = match verdict.failure {
            Failure::Dns => ReadClass::Dns,
            Failure::Tls => ReadClass::Tls,
            Failure::Connect => ReadClass::Connect,
            _ => ReadClass::Lost,
        };
        ReadError::new(class, verdict.text)
    }
}

async fn whole_body(mut response: Response, url: &Url, max_bytes: usize) -> Result<Vec<u8>, ReadError> {
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > max_bytes => {
                let text = format!("the answer of {} is over {max_bytes} bytes", shown_place(url));
                return Err(ReadError::new(ReadClass::TooLarge, text));
            }
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => return Ok(body),
            Err(_) => {
                let text = format!("the answer of {} broke off", shown_place(url));
                return Err(ReadError::new(ReadClass::Lost, text));
            }
        }
    }
}

fn refused(response: &Response, url: &Url) -> ReadError {
    let status = response.status();
    let hint = match status.as_u16() {
        401 => "; check the token or password",
        403 => "; the credentials may not read this",
        404 => "; check the address",
        429 => "; too many requests",
        300..=399 => "; redirected elsewhere, which is not followed",
        _ => "",
    };
    let retry_after_ms = matches!(status.as_u16(), 429 | 503).then(|| retry_after(response.headers())).flatten();
    let text = format!("{} answered HTTP {}{hint}", shown_place(url), status.as_u16());
    ReadError { class: ReadClass::Status, status: Some(status.as_u16()), retry_after_ms, text }
}

/// Follows a redirect only where scheme, host and port stay: custom headers would go along.
fn same_origin() -> Policy {
    Policy::custom(|attempt| {
        let same = attempt.previous().last().is_some_and(|from| from.origin() == attempt.url().origin());
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

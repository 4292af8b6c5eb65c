//! One call: the headers that the API wants, the budget of the account, and what it says in words.

use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use http::Method;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use url::Url;

use super::super::budget::Budget;
use super::super::http::{Http, bare, base_url, credential, refused};
use super::super::{Credentials, SourceError, SourceErrorKind};
use crate::domain::action::Header;
use crate::domain::source::SourceConfig;
use crate::domain::text::{clean, shorten};
use crate::net::{Call, Called};
use crate::secret::Resolver;

/// For the head of an answer.
const TIMEOUT: Duration = Duration::from_secs(15);
const PER_SECOND: NonZeroU32 = NonZeroU32::new(20).unwrap();
/// The vendor's limit is 960.
const PER_MINUTE: NonZeroU32 = NonZeroU32::new(900).unwrap();
/// The longest wait that it asks for and that is kept in here; a longer one is an error.
const WAIT_MAX: Duration = Duration::from_secs(10);
/// How often a call is sent again that was refused because there were too many.
const AGAIN: usize = 2;
/// The most characters of its text that an error repeats.
const SAID_MAX: usize = 300;

/// What stays between two calls.
pub(super) struct Connection {
    http: Http,
    url: Url,
    token: SecretString,
    headers: Vec<Header>,
    budget: Budget,
    /// What it last said of its limits.
    limits: Mutex<Vec<(String, String)>>,
}

impl Connection {
    /// Reads what the settings refer to. Blocks.
    pub(super) fn open(config: &SourceConfig, secrets: &Resolver) -> Result<Self, SourceError> {
        let (url, token) = (base_url(config, secrets)?, credential(config, secrets)?);
        let http = Http::build(config, secrets)?;
        let authorization = format!("Token token={}", token.expose_secret());
        let mut headers = vec![
            Header::with_secrecy("Authorization", authorization, true),
            Header::new("Accept", "application/vnd.pagerduty+json;version=2"),
            Header::new("Content-Type", "application/json"),
        ];
        // A header of the configuration replaces the one that andon would send.
        headers.retain(|own| !config.headers.iter().any(|(name, _)| own.name.eq_ignore_ascii_case(name)));
        let budget = Budget::of(&[url.as_str(), token.expose_secret()], PER_SECOND, PER_MINUTE);
        Ok(Self { http, url, token, headers, budget, limits: Mutex::default() })
    }

    /// The credentials for a request that is sent from elsewhere.
    pub(super) async fn credentials(&self) -> Credentials {
        self.budget.turn().await;
        let mut headers = self.http.headers().to_vec();
        headers.retain(|known| !self.headers.iter().any(|own| own.name.eq_ignore_ascii_case(&known.name)));
        headers.extend_from_slice(&self.headers);
        Credentials { origin: self.url.origin(), headers, query: Vec::new() }
    }

    /// The answer to a read of the path with these segments.
    pub(super) async fn get(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Value, SourceError> {
        let url = self.address(path, query);
        let called = self.called(Method::GET, &url, None, None).await?;
        self.read(&url, &called)
    }

    /// The answer to what changes something, in the name of `from`. Where the answer was lost or cannot be read, nobody
    /// knows whether it was done, and that is the error.
    pub(super) async fn change(
        &self,
        method: Method,
        path: &[&str],
        body: &Value,
        from: &str,
    ) -> Result<Value, SourceError> {
        let url = self.address(path, &[]);
        let called = self.called(method, &url, Some(body), Some(from)).await?;
        self.read(&url, &called).map_err(|error| match (error.kind, called.status) {
            // Neither an answer of its own nor one of a gateway behind which it never was.
            (SourceErrorKind::Rubbish, 200..=299) | (SourceErrorKind::Unreachable, 500 | 502 | 504..=599) => {
                SourceError { kind: SourceErrorKind::Unanswered, ..error }
            }
            // About this incident or this operation, not about the key as a whole.
            (SourceErrorKind::Unauthorised, 403) => SourceError { kind: SourceErrorKind::Refused, ..error },
            _ => error,
        })
    }

    /// What it last said of its limits, header by header.
    pub(super) fn limits(&self) -> Vec<(String, String)> {
        self.limits.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn address(&self, path: &[&str], query: &[(&str, &str)]) -> Url {
        let mut url = self.url.clone();
        url.set_fragment(None);
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }

    /// The answer whatever its status. One that says "too many" did nothing: it is sent again after a short wait.
    async fn called(
        &self,
        method: Method,
        url: &Url,
        json: Option<&Value>,
        from: Option<&str>,
    ) -> Result<Called, SourceError> {
        let mut headers = self.headers.clone();
        headers.extend(from.map(|from| Header::new("From", from)));
        let mut left = AGAIN;
        loop {
            self.budget.turn().await;
            let call = Call { method: method.clone(), url, json };
            let mut called = match from {
                Some(_) => self.http.change(call, &headers, TIMEOUT).await?,
                None => self.http.call(call.method, url, json, &headers, TIMEOUT).await?,
            };
            if !called.limits.is_empty() {
                self.limits.lock().unwrap_or_else(PoisonError::into_inner).clone_from(&called.limits);
            }
            if called.status == 429 {
                called.retry_after_ms = called.retry_after_ms.or_else(|| reset_ms(&called.limits));
                let wait = called.retry_after_ms.map(Duration::from_millis).filter(|wait| *wait <= WAIT_MAX);
                if let Some(wait) = wait.filter(|_| left > 0) {
                    left -= 1;
                    tokio::time::sleep(wait).await;
                    continue;
                }
            }
            return Ok(called);
        }
    }

    fn read(&self, url: &Url, called: &Called) -> Result<Value, SourceError> {
        let who = bare(url);
        let json = serde_json::from_slice::<Value>(&called.body);
        if !(200..300).contains(&called.status) {
            let said = json.as_ref().map(said).unwrap_or_default();
            // Should it repeat the key.
            let said = said.replace(self.token.expose_secret(), "***");
            return Err(refused(who.as_str(), called, &said));
        }
        let rubbish = |what: &str| {
            let message = format!("{who} gave {what}; is this PagerDuty's REST API?");
            SourceError::new(SourceErrorKind::Rubbish, message)
        };
        match json {
            Ok(json @ Value::Object(_)) => Ok(json),
            Ok(_) => Err(rubbish("JSON that is not an object")),
            // Only the place of the fault: its text may repeat what was answered.
            Err(error) => Err(rubbish(&format!("invalid JSON (line {}, column {})", error.line(), error.column()))),
        }
    }
}

/// What an error says: its message, and what it says in particular.
fn said(json: &Value) -> String {
    let error = json.get("error").unwrap_or(json);
    let message = error.as_str().or_else(|| error.get("message")?.as_str()).unwrap_or_default();
    let particular = error.get("errors").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let mut words: Vec<&str> = vec![message];
    words.extend(particular);
    words.retain(|word| !word.trim().is_empty());
    shorten(&clean(&words.join(": ")), SAID_MAX).into_owned()
}

/// The wait until the limit begins anew, from `ratelimit-reset` in seconds.
fn reset_ms(limits: &[(String, String)]) -> Option<u64> {
    let (_, seconds) = limits.iter().find(|(name, _)| name.ends_with("ratelimit-reset"))?;
    seconds.trim().parse::<u64>().ok()?.checked_mul(1_000)
}

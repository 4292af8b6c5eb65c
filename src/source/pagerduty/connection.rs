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
use super::super::said::{Shape, short};
use super::super::write::{Own, judge};
use super::super::{Credentials, SourceError, SourceErrorKind};
use crate::domain::action::{Header, MASK};
use crate::domain::source::SourceConfig;
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

    /// The answer to what changes something, in the name of `from`: an object that has what was changed under the name
    /// `holds`. Where the answer was lost or is not that, nobody knows whether it was done, and that is the error.
    pub(super) async fn change(
        &self,
        method: Method,
        path: &[&str],
        (body, holds): (&Value, &str),
        from: &str,
    ) -> Result<Value, SourceError> {
        let url = self.address(path, &[]);
        let called = self.called(method, &url, Some(body), Some(from)).await?;
        let own = match Shape::of(&called.body) {
            Shape::Json(json @ Value::Object(_)) if json.get("error").is_some_and(|error| !error.is_null()) => {
                // About this incident or this operation, not about the key as a whole.
                let kind = Some(SourceErrorKind::Refused).filter(|_| called.status == 403);
                Own::Fault(self.mask(&said(&json)), kind)
            }
            Shape::Json(json) if json.get(holds).is_some_and(|held| held.is_object() || held.is_array()) => {
                Own::Done(json)
            }
            _ => Own::Foreign,
        };
        judge(bare(&url).as_str(), &called, own)
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
        let (who, shape) = (bare(url), Shape::of(&called.body));
        if !(200..300).contains(&called.status) {
            let words = match &shape {
                Shape::Json(json) => said(json),
                other => other.words(),
            };
            return Err(refused(who.as_str(), called, &self.mask(&words)));
        }
        match shape {
            Shape::Json(json @ Value::Object(_)) => Ok(json),
            other => {
                let message = format!("{who} gave {}; is this PagerDuty's REST API?", other.name());
                Err(SourceError::new(SourceErrorKind::Rubbish, message))
            }
        }
    }

    /// Its text without the key, should it repeat it.
    fn mask(&self, text: &str) -> String {
        text.replace(self.token.expose_secret(), MASK)
    }
}

/// What an error says: its message, and what it says in particular.
fn said(json: &Value) -> String {
    let error = json.get("error").unwrap_or(json);
    let particular = error.get("errors").map(|errors| Shape::Json(errors.clone()).words()).unwrap_or_default();
    let mut words = vec![Shape::Json(error.clone()).words(), particular];
    words.dedup();
    words.retain(|word| !word.trim().is_empty());
    short(&words.join(": "))
}

/// The wait until the limit begins anew, from `ratelimit-reset` in seconds.
fn reset_ms(limits: &[(String, String)]) -> Option<u64> {
    let (_, seconds) = limits.iter().find(|(name, _)| name.ends_with("ratelimit-reset"))?;
    seconds.trim().parse::<u64>().ok()?.checked_mul(1_000)
}

//! One call: the key, the budget of the account, the envelope, and the vendor's errors in words.

use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use http::Method;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tokio::time::Instant;
use url::Url;

use super::super::budget::Budget;
use super::super::http::{Http, bare, fill, other, refused};
use super::super::{SourceError, SourceErrorKind};
use crate::domain::source::{Auth, FlashdutyConfig, SourceConfig};
use crate::net::{Call, Called};
use crate::secret::Resolver;

/// For the head of an answer; above the time in which a connection must stand.
const TIMEOUT: Duration = Duration::from_secs(15);
/// The vendor's limits of an account.
const PER_SECOND: NonZeroU32 = NonZeroU32::new(50).unwrap();
const PER_MINUTE: NonZeroU32 = NonZeroU32::new(1_000).unwrap();

/// What stays between two calls.
pub(super) struct Connection {
    http: Http,
    url: Url,
    key: SecretString,
    budget: Budget,
    /// Until when it wants to be left alone.
    rest: Mutex<Option<Instant>>,
}

impl Connection {
    /// Reads what the settings refer to. Blocks.
    pub(super) fn open(
        config: &SourceConfig,
        settings: &FlashdutyConfig,
        secrets: &Resolver,
    ) -> Result<Self, SourceError> {
        let filled = fill(secrets, &settings.url)?;
        let url = Url::parse(filled.expose_secret().trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let url = url.ok_or_else(|| other("`url` is not an address that begins with http:// or https://"))?;
        let key: SecretString = fill(secrets, &settings.app_key)?.expose_secret().trim().into();
        if key.expose_secret().is_empty() {
            let message = "`app_key` is empty where it is kept; put the key of the Open API there";
            return Err(SourceError::new(SourceErrorKind::Unauthorised, message));
        }
        let http = Http::build(config, &Auth::None, secrets)?;
        let budget = Budget::of(&[url.as_str(), key.expose_secret()], PER_SECOND, PER_MINUTE);
        Ok(Self { http, url, key, budget, rest: Mutex::default() })
    }

    /// Where it is, as it was set; may hold secrets.
    pub(super) fn url(&self) -> &Url {
        &self.url
    }

    /// The data of a call that only reads.
    pub(super) async fn ask(&self, path: &str, body: &Value) -> Result<Value, SourceError> {
        let url = self.begin(path).await?;
        let called = self.http.call(Method::POST, &url, Some(body), &[], TIMEOUT).await?;
        self.data(path, &called)
    }

    /// The data of a call that changes something. Where the answer was lost or cannot be read, nobody knows whether it
    /// was done, and that is the error.
    pub(super) async fn change(&self, path: &str, body: &Value) -> Result<Value, SourceError> {
        let url = self.begin(path).await?;
        let call = Call { method: Method::POST, url: &url, json: Some(body) };
        let called = self.http.change(call, &[], TIMEOUT).await?;
        self.data(path, &called).map_err(|error| match (error.kind, called.status) {
            // Neither an answer of its own nor one of a gateway behind which it never was.
            (SourceErrorKind::Rubbish, 200..=299) | (SourceErrorKind::Unreachable, 500 | 502 | 504..=599) => {
                SourceError { kind: SourceErrorKind::Unanswered, ..error }
            }
            _ => error,
        })
    }

    /// Waits for a turn; gives the address with the key, which is for the wire only.
    async fn begin(&self, path: &str) -> Result<Url, SourceError> {
        self.rested()?;
        self.budget.turn().await;
        let mut url = self.url.clone();
        url.set_path(&format!("{}{path}", self.url.path().trim_end_matches('/')));
        url.set_fragment(None);
        url.query_pairs_mut().append_pair("app_key", self.key.expose_secret());
        Ok(url)
    }

    /// An error while it wants to be left alone: nothing is sent then.
    fn rested(&self) -> Result<(), SourceError> {
        let mut rest = self.rest.lock().unwrap_or_else(PoisonError::into_inner);
        let left = rest.map(|until| until.saturating_duration_since(Instant::now())).filter(|left| !left.is_zero());
        let Some(left) = left else {
            *rest = None;
            return Ok(());
        };
        let kind = SourceErrorKind::RateLimited { retry_after: Some(left) };
        let message = format!("{} wants to be left alone for {} s more", bare(&self.url), left.as_secs() + 1);
        Err(SourceError::new(kind, message))
    }

    /// What is in the envelope.
    fn data(&self, path: &str, called: &Called) -> Result<Value, SourceError> {
        let place = bare(&self.url);
        let who = format!("{}{path}", place.as_str().trim_end_matches('/'));
        let envelope = serde_json::from_slice::<Value>(&called.body);
        let said =
            envelope.as_ref().ok().and_then(|envelope| said(envelope.get("error")?)).map(|said| self.mask(&said));
        if !(200..300).contains(&called.status) {
            let mut error = refused(&who, called, said.as_deref().unwrap_or_default());
            // A missing thing is HTTP 400 there, with this code.
            if said.is_some_and(|said| said.contains("NotFound")) && error.kind == SourceErrorKind::Refused {
                error.kind = SourceErrorKind::Missing;
            }
            if let SourceErrorKind::RateLimited { retry_after: Some(wait) } = error.kind {
                let until = Instant::now().checked_add(wait);
                *self.rest.lock().unwrap_or_else(PoisonError::into_inner) = until;
            }
            return Err(error);
        }
        match envelope {
            Ok(_) if said.is_some() => {
                Err(SourceError::new(SourceErrorKind::Refused, format!("{who}: {}", said.unwrap_or_default())))
            }
            Ok(Value::Object(mut envelope)) if envelope.contains_key("data") || envelope.contains_key("request_id") => {
                Ok(envelope.shift_remove("data").unwrap_or_default())
            }
            Ok(_) => Err(rubbish(&who, "an answer without `data`")),
            // Only the place of the fault: its text may repeat what was answered.
            Err(error) => {
                Err(rubbish(&who, &format!("what is no JSON (line {}, column {})", error.line(), error.column())))
            }
        }
    }

    /// A vendor's text without the key, should it repeat it.
    fn mask(&self, text: &str) -> String {
        text.replace(self.key.expose_secret(), "***")
    }
}

fn rubbish(who: &str, what: &str) -> SourceError {
    SourceError::new(SourceErrorKind::Rubbish, format!("{who} gave {what}; is this Flashduty's Open API?"))
}

/// What an error of the envelope says, clean: its message and its code. `None` where there is no error.
fn said(error: &Value) -> Option<String> {
    let text = |name: &str| error.get(name).and_then(Value::as_str).map(str::trim).unwrap_or_default();
    let (code, message) = (text("code"), text("message"));
    let said = match (code.is_empty(), message.is_empty()) {
        (true, true) if error.is_null() => return None,
        (true, true) => "an error without words".to_owned(),
        (true, false) => message.to_owned(),
        (false, true) => code.to_owned(),
        (false, false) => format!("{} ({code})", message.trim_end_matches('.')),
    };
    let said = crate::domain::text::clean(&said).into_owned();
    Some(crate::domain::text::shorten(&said, 300).into_owned())
}

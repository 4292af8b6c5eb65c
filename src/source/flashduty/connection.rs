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
use super::super::http::{Http, bare, base_url, credential, refused};
use super::super::json;
use super::super::said::Shape;
use super::super::write::{Own, judge};
use super::super::{Credentials, SourceError, SourceErrorKind};
use crate::domain::action::MASK;
use crate::domain::source::SourceConfig;
use crate::domain::text::{clean, shorten};
use crate::net::{Call, Called};
use crate::secret::Resolver;

/// For the head of an answer; above the time in which a connection must stand.
const TIMEOUT: Duration = Duration::from_secs(15);
/// The vendor's limits of an account.
const PER_SECOND: NonZeroU32 = NonZeroU32::new(50).unwrap();
const PER_MINUTE: NonZeroU32 = NonZeroU32::new(1_000).unwrap();

/// The most characters of a vendor's text that an error repeats.
const SAID_MAX: usize = 300;

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
    pub(super) fn open(config: &SourceConfig, secrets: &Resolver) -> Result<Self, SourceError> {
        let (url, key) = (base_url(config, secrets)?, credential(config, secrets)?);
        let http = Http::build(config, secrets)?;
        let budget = Budget::of(&[url.as_str(), key.expose_secret()], PER_SECOND, PER_MINUTE);
        Ok(Self { http, url, key, budget, rest: Mutex::default() })
    }

    /// The credentials for a request that is sent from elsewhere.
    pub(super) async fn credentials(&self) -> Result<Credentials, SourceError> {
        self.rested()?;
        self.budget.turn().await;
        let query = vec![("app_key", self.key.clone())];
        Ok(Credentials { origin: self.url.origin(), headers: self.http.headers().to_vec(), query })
    }

    /// Where it is, as it was set; may hold secrets.
    pub(super) fn url(&self) -> &Url {
        &self.url
    }

    /// The data of a call that only reads.
    pub(super) async fn ask(&self, path: &str, body: &Value) -> Result<Value, SourceError> {
        let url = self.begin(path).await?;
        let called = self.http.call(Method::POST, &url, Some(body), &[], TIMEOUT).await?;
        self.data(path, &called).map_err(|error| match called.status {
            // A key that may not even read is not the right one.
            403 => SourceError { kind: SourceErrorKind::Unauthorised, ..error },
            _ => error,
        })
    }

    /// The data of a call that changes something. Where the answer was lost or cannot be read, nobody knows whether it
    /// was done, and that is the error.
    pub(super) async fn change(&self, path: &str, body: &Value) -> Result<Value, SourceError> {
        let url = self.begin(path).await?;
        let call = Call { method: Method::POST, url: &url, json: Some(body) };
        let called = self.http.change(call, &[], TIMEOUT).await?;
        let (who, envelope) = (self.who(path), Envelope::of(&called.body));
        let own = match envelope {
            Envelope::Data(data) => Own::Done(data),
            Envelope::Fault(fault) => Own::Fault(self.mask(&fault.said()), fault.kind(&called)),
            Envelope::Foreign(_) => Own::Foreign,
        };
        judge(&who, &called, own).map_err(|error| self.noted(error))
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
        let message = format!("{} asks for a pause: {} s are left", bare(&self.url), left.as_secs() + 1);
        Err(SourceError::new(kind, message))
    }

    /// What is in the envelope of a read.
    fn data(&self, path: &str, called: &Called) -> Result<Value, SourceError> {
        let who = self.who(path);
        let fault = match Envelope::of(&called.body) {
            Envelope::Data(data) if (200..300).contains(&called.status) => return Ok(data),
            Envelope::Foreign(what) if (200..300).contains(&called.status) => return Err(rubbish(&who, &what)),
            Envelope::Fault(fault) => Some(fault),
            Envelope::Data(_) | Envelope::Foreign(_) => None,
        };
        Err(self.refusal(&who, called, fault.as_ref()))
    }

    fn who(&self, path: &str) -> String {
        format!("{}{path}", bare(&self.url).as_str().trim_end_matches('/'))
    }

    /// The error of a read that was refused. The status is for information there, the code counts.
    fn refusal(&self, who: &str, called: &Called, fault: Option<&Fault>) -> SourceError {
        let said = fault.map_or_else(|| Shape::of(&called.body).words(), Fault::said);
        let mut error = refused(who, called, &self.mask(&said));
        if let Some(kind) = fault.and_then(|fault| fault.kind(called)) {
            error.kind = kind;
        }
        self.noted(error)
    }

    /// Keeps in mind how long it wants to be left alone.
    fn noted(&self, error: SourceError) -> SourceError {
        if let SourceErrorKind::RateLimited { retry_after: Some(wait) } = error.kind {
            *self.rest.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now().checked_add(wait);
        }
        error
    }

    /// A vendor's text without the key, should it repeat it.
    fn mask(&self, text: &str) -> String {
        text.replace(self.key.expose_secret(), MASK)
    }
}

fn rubbish(who: &str, what: &str) -> SourceError {
    SourceError::new(SourceErrorKind::Rubbish, format!("{who} gave {what}; is this Flashduty's Open API?"))
}

/// What an answer is.
enum Envelope {
    Data(Value),
    Fault(Fault),
    /// Not one of the API; what it is instead.
    Foreign(String),
}

impl Envelope {
    fn of(body: &[u8]) -> Self {
        match json::read(body) {
            Ok(envelope) => match Fault::read(&envelope) {
                Some(fault) => Self::Fault(fault),
                None => Self::data(envelope),
            },
            Err(error) => match Shape::of(body) {
                shape @ (Shape::Page(_) | Shape::Empty) => Self::Foreign(shape.name()),
                // Only the place of the fault: its text may repeat what was answered.
                _ => Self::Foreign(format!("invalid JSON (line {}, column {})", error.line(), error.column())),
            },
        }
    }

    fn data(envelope: Value) -> Self {
        match envelope {
            Value::Object(mut envelope) if envelope.contains_key("data") || envelope.contains_key("request_id") => {
                Self::Data(envelope.shift_remove("data").unwrap_or_default())
            }
            _ => Self::Foreign("an answer without `data`".to_owned()),
        }
    }
}

/// The error of an envelope.
struct Fault {
    code: String,
    message: String,
    request: String,
}

impl Fault {
    /// `None` where there is no error.
    fn read(envelope: &Value) -> Option<Self> {
        let error = envelope.get("error").filter(|error| !error.is_null())?;
        let text = |of: &Value, name: &str| {
            let text = of.get(name).and_then(Value::as_str).unwrap_or_default();
            shorten(&clean(text.trim()), SAID_MAX).into_owned()
        };
        let (code, message, request) = (text(error, "code"), text(error, "message"), text(envelope, "request_id"));
        (code != "OK").then_some(Self { code, message, request })
    }

    fn said(&self) -> String {
        let said = match (self.code.as_str(), self.message.trim_end_matches('.')) {
            ("", "") => "an error without a message".to_owned(),
            ("", message) => message.to_owned(),
            (code, "") => code.to_owned(),
            (code, message) => format!("{message} ({code})"),
        };
        // Their support wants to know it of these.
        let internal = self.code == "InternalError" && !self.request.is_empty();
        if internal { format!("{said}, request {}", self.request) } else { said }
    }

    /// What the code says, as far as it is known.
    fn kind(&self, called: &Called) -> Option<SourceErrorKind> {
        Some(match self.code.as_str() {
            "Unauthorized" => SourceErrorKind::Unauthorised,
            // About the incident or the operation, not about the key as a whole.
            "AccessDenied" | "BadRequest" | "InvalidParameter" | "NoLicense" | "BalanceNotEnough" => {
                SourceErrorKind::Refused
            }
            "ResourceNotFound" | "RouteNotFound" => SourceErrorKind::Missing,
            "RequestTooFrequently" => {
                let retry_after = called.retry_after_ms.map(Duration::from_millis);
                SourceErrorKind::RateLimited { retry_after }
            }
            "InternalError" | "ServiceUnavailable" => SourceErrorKind::Unreachable,
            _ if (200..300).contains(&called.status) => SourceErrorKind::Refused,
            _ => return None,
        })
    }
}

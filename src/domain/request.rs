//! A request that is ready to go: what the confirm shows is what is sent.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};

use super::action::{Action, Header};
use super::incident::Incident;
use super::operator::Operator;

/// What was asked at a press, by name.
#[derive(Clone, Default)]
pub struct Inputs {
    /// The plain ones.
    pub plain: Map<String, Value>,
    /// The secret ones: never shown, never stored.
    pub secret: BTreeMap<String, SecretString>,
}

impl Inputs {
    pub fn is_empty(&self) -> bool {
        self.plain.is_empty() && self.secret.is_empty()
    }
}

impl fmt::Debug for Inputs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inputs").field("plain", &self.plain).field("secret", &self.secret.keys()).finish()
    }
}

impl PartialEq for Inputs {
    fn eq(&self, other: &Self) -> bool {
        let bare = |inputs: &Self| -> BTreeMap<String, String> {
            inputs.secret.iter().map(|(name, value)| (name.clone(), value.expose_secret().to_owned())).collect()
        };
        self.plain == other.plain && bare(self) == bare(other)
    }
}

/// The credentials that a request carries which starts something in the incident's source.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceCredentials {
    /// The source whose credentials it carries.
    pub source: String,
    /// The action as it is stored: what is sent was made of it.
    pub action: Arc<Action>,
}

/// One press, filled in and frozen: shown in the confirm, written ahead to the store, then sent as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Prepared {
    /// The id of the run it becomes (UUID v7).
    pub run_id: String,
    /// What the receiver deduplicates on; the run's id unless this re-sends an earlier press.
    pub event_id: String,
    /// When the button was pressed, Unix milliseconds.
    pub event_time_ms: i64,
    /// The action as it was when the button was pressed; its revision is checked again when the run begins.
    pub action: Arc<Action>,
    /// The incident as it was when the button was pressed.
    pub incident: Arc<Incident>,
    pub operator: Arc<Operator>,
    /// The method, as it goes over the wire.
    pub method: &'static str,
    pub endpoint: String,
    /// Every header that andon sets or the action adds, in the order sent, expressions filled in, references as
    /// written. Secret values stay masked unless exposed. The time and the signature are those of the sending.
    pub headers: Vec<Header>,
    /// The body as it is shown and kept: byte for byte what is sent, but for references as written and secret inputs
    /// masked where [`Prepared::masked`] says so. Empty: none is sent.
    pub body: Arc<str>,
    /// The source whose credentials the request carries: they are put in at the sending, and masked here. `None`: the
    /// action brings its own.
    pub credentials: Option<SourceCredentials>,
    /// Whether the body or the endpoint holds references or masks.
    pub masked: bool,
    /// The environment's proxy that it will go through, host and port; `None` where it goes there by itself, or through
    /// a proxy that the action names.
    pub through: Option<String>,
    /// The references of the action's own text that the sending reads, as written, each once: what the confirm lists.
    pub references: Vec<String>,
    /// What the expressions were filled from: the contract's payload, secret inputs masked.
    pub payload: Arc<Value>,
    pub inputs: Inputs,
    /// The run whose press this sends again.
    pub resend_of: Option<String>,
    /// What runs of one press on many incidents share.
    pub group: Option<String>,
    /// Whether the request says that it is a test.
    pub test: bool,
    /// How old the incident is, in milliseconds since its source last gave it, where that is worth a warning.
    pub stale_ms: Option<i64>,
}

impl Prepared {
    /// The action as it is stored, whatever request was made of it.
    pub fn stored_action(&self) -> &Arc<Action> {
        self.credentials.as_ref().map_or(&self.action, |of| &of.action)
    }

    /// The source whose credentials it carries, where it carries any.
    pub fn credentials_source(&self) -> Option<&str> {
        self.credentials.as_ref().map(|of| of.source.as_str())
    }
}

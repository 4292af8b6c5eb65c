//! What an action sends and what counts as its success: the parts that have more than one value.

use std::fmt;
use std::ops::RangeInclusive;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;
use strum::IntoStaticStr;

use super::header::{expose, shown_reference};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "UPPERCASE")]
#[strum(serialize_all = "UPPERCASE")]
pub enum Method {
    #[default]
    Post,
    /// Sends no body unless the action has one of its own.
    Get,
    Put,
    Patch,
    /// Sends no body unless the action has one of its own.
    Delete,
}

impl Method {
    /// All of them, in the order of the form.
    pub const ALL: [Self; 5] = [Self::Post, Self::Get, Self::Put, Self::Patch, Self::Delete];

    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Whether the contract's payload is sent where the action has no body of its own.
    pub fn sends_payload(self) -> bool {
        !matches!(self, Self::Get | Self::Delete)
    }
}

/// What an action sends. Strings may hold `{{ expressions }}` over the payload and `${secret:NAME}`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Body {
    /// The contract's payload.
    #[default]
    Contract,
    /// A JSON document, filled leaf by leaf.
    Json(Value),
    /// Pairs, form-encoded.
    Form(Vec<(String, String)>),
    /// Text or XML as it stands; the headers say its type.
    Text(String),
}

impl Body {
    /// The content type that goes with it, unless a header of the action says otherwise.
    pub fn content_type(&self) -> &'static str {
        match self {
            Self::Contract | Self::Json(_) => "application/json",
            Self::Form(_) => "application/x-www-form-urlencoded",
            Self::Text(_) => "text/plain; charset=utf-8",
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Redirects {
    /// None: a redirect is an answer like any other.
    #[default]
    None,
    /// Those to the same origin, at most 3.
    SameOrigin,
}

impl Redirects {
    /// The word of the configuration.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// Which answers are a success, as written: `2xx`, codes such as `200, 202, 3xx`, or an expression.
///
/// Nothing written is the default rule: 2xx, and an answer that reports no error of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Success(String);

impl Success {
    pub fn new(text: &str) -> Self {
        Self(text.trim().to_owned())
    }

    /// Whether nothing is written, so that the default rule judges.
    pub fn is_default(&self) -> bool {
        self.0.is_empty()
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The statuses that it lists, or `None` where it is an expression. Of the default rule: 2xx.
    pub fn codes(&self) -> Option<Vec<RangeInclusive<u16>>> {
        if self.is_default() {
            return Some(vec![200..=299]);
        }
        self.0.split([',', ' ']).filter(|word| !word.is_empty()).map(code).collect()
    }
}

fn code(word: &str) -> Option<RangeInclusive<u16>> {
    if let Some(hundreds) = word.strip_suffix("xx") {
        let first = hundreds.parse::<u16>().ok().filter(|hundreds| (1..=5).contains(hundreds))? * 100;
        return Some(first..=first + 99);
    }
    let status = word.parse::<u16>().ok().filter(|status| (100..=599).contains(status))?;
    Some(status..=status)
}

/// What a success says of what was asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Ends {
    /// That it is done.
    #[default]
    Answer,
    /// That it was taken: its end is not known here.
    Accepted,
}

/// Basic authentication: both may hold references.
#[derive(Clone, Serialize, Deserialize)]
pub struct Auth {
    pub user: String,
    #[serde(serialize_with = "expose")]
    pub password: SecretString,
}

impl PartialEq for Auth {
    fn eq(&self, other: &Self) -> bool {
        self.user == other.user && self.password.expose_secret() == other.password.expose_secret()
    }
}

impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Auth({})", self.user)
    }
}

/// What is called to stop a followed job.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Cancel {
    pub method: Method,
    /// A template over `answer` and the payload.
    pub endpoint: String,
    /// The body, a template likewise; of a JSON document the leaves are filled. Empty: none.
    pub body: String,
}

/// How requests are signed (Standard Webhooks). Keys are references or `whsec_` and base64, and never shown.
#[derive(Clone, Serialize, Deserialize)]
pub struct Sign {
    #[serde(serialize_with = "expose")]
    pub key: SecretString,
    /// The key before it, while receivers change over: a signature by each is sent.
    #[serde(default, serialize_with = "expose_some")]
    pub previous_key: Option<SecretString>,
}

#[expect(clippy::ref_option, reason = "serde gives it so")]
fn expose_some<S: Serializer>(secret: &Option<SecretString>, to: S) -> Result<S::Ok, S::Error> {
    secret.as_ref().map(ExposeSecret::expose_secret).serialize(to)
}

impl Sign {
    /// A key as screens and `--json` show it: references as written, a literal masked.
    pub fn shown(key: &SecretString) -> String {
        shown_reference(key.expose_secret())
    }
}

impl PartialEq for Sign {
    fn eq(&self, other: &Self) -> bool {
        let bare = |sign: &Self| {
            (sign.key.expose_secret().to_owned(), sign.previous_key.as_ref().map(|key| key.expose_secret().to_owned()))
        };
        bare(self) == bare(other)
    }
}

impl fmt::Debug for Sign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sign({})", Self::shown(&self.key))
    }
}

/// Whom a connection trusts, and who andon is to it. Paths of PEM files, as written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tls {
    /// CA certificates that are trusted beside the system's; empty: none.
    pub ca: String,
    /// The client certificate; empty: none.
    pub cert: String,
    pub key: String,
    /// Whether the server must prove who it is. Off, whoever stands between can read and change everything.
    pub verify: bool,
}

impl Default for Tls {
    fn default() -> Self {
        Self { ca: String::new(), cert: String::new(), key: String::new(), verify: true }
    }
}

/// How a job that an answer started is followed to its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Follow {
    /// Where it is asked for: a template over `answer` and the payload; empty: the answer's `Location`.
    pub url: String,
    /// Where it is asked for once this template's path exists (a queue item that became a build); empty: nowhere else.
    pub next: String,
    /// Origins beside the endpoint's own that may be asked; `["same"]` by default.
    pub origin: Vec<String>,
    /// The pace, milliseconds.
    pub every_ms: u64,
    /// An expression that is true once the job has ended; empty: by the usual words of `status` and `state`.
    pub done: String,
    /// An expression that is true where the ended job failed; empty: never.
    pub failed: String,
    /// An expression that is true where the ended job was cancelled at the receiver; empty: by the usual words.
    pub cancelled: String,
    /// An expression for what is said of an answer about the job; empty: by the usual fields.
    pub message: String,
    /// An expression for how far it is, 0 to 100 (or 0 to 1 with a fraction); empty: by the usual names.
    pub progress: String,
    /// How long it is followed, milliseconds.
    pub limit_ms: u64,
}

impl Default for Follow {
    fn default() -> Self {
        Self {
            url: String::new(),
            next: String::new(),
            origin: vec!["same".to_owned()],
            every_ms: 2_000,
            done: String::new(),
            failed: String::new(),
            cancelled: String::new(),
            message: String::new(),
            progress: String::new(),
            limit_ms: 30 * 60_000,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_and_all_else_is_an_expression() {
        assert_eq!(Success::default().codes(), Some(vec![200..=299]));
        assert_eq!(Success::new("200, 3xx").codes(), Some(vec![200..=200, 300..=399]));
        for text in ["status == 200", "200 or 201", "99", "9xx", "body.ok"] {
            assert_eq!(Success::new(text).codes(), None, "{text}");
        }
        assert!(Success::new("  ").is_default() && !Success::new("2xx").is_default());
    }

    #[test]
    fn a_signing_key_is_never_shown() {
        let sign = Sign { key: "whsec_c2VjcmV0".to_owned().into(), previous_key: None };
        assert!(!format!("{sign:?}").contains("c2Vj"));
        assert_eq!(Sign::shown(&"${secret:WHSEC}".to_owned().into()), "${secret:WHSEC}");
    }
}

//! Actions: the named buttons that belong to channels.

use std::collections::BTreeMap;
use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::channel::ChannelKey;

/// What stands where a secret value is hidden.
pub const MASK: &str = "••••••";

/// How the press of a button is confirmed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confirm {
    /// Not at all: the key sends.
    None,
    /// By Enter, after what will be sent was shown.
    #[default]
    Enter,
    /// By typing the incident's number.
    Type,
}

impl Confirm {
    /// The word of the configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Enter => "enter",
            Self::Type => "type",
        }
    }
}

/// The HTTP method of an action.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// The contract's own.
    #[default]
    Post,
}

impl Method {
    /// As it goes over the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Post => "POST",
        }
    }
}

/// A custom header of an action. Its value is a secret unless it is marked otherwise.
#[derive(Clone)]
pub struct Header {
    /// The name as written.
    pub name: String,
    value: SecretString,
    secret: bool,
}

impl Header {
    /// A header; whether its value is a secret follows from its name ([`is_plain_header`]).
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        let name = name.into();
        let secret = !is_plain_header(&name);
        Self { name, value: value.into().into(), secret }
    }

    /// A header whose value is or is not a secret whatever its name.
    pub fn with_secrecy(name: impl Into<String>, value: impl Into<String>, secret: bool) -> Self {
        Self { name: name.into(), value: value.into().into(), secret }
    }

    /// The value itself. For the wire, the store, and the deliberate key that shows it for seconds.
    pub fn expose(&self) -> &str {
        self.value.expose_secret()
    }

    /// Whether the value is hidden.
    pub fn is_secret(&self) -> bool {
        self.secret
    }

    /// Whether the value is only references (`${secret:NAME}`) and plain text around them, which may be shown.
    pub fn is_reference(&self) -> bool {
        has_reference(self.expose())
    }

    /// The value as screens, logs and `--json` show it: a reference as written, a secret as [`MASK`].
    ///
    /// Text around a reference stays hidden too, but for an authorization scheme such as `Bearer`.
    pub fn shown(&self) -> String {
        if self.secret && !self.is_reference() {
            MASK.to_owned()
        } else {
            mask_around_references(self.expose(), self.secret)
        }
    }

    /// The value as `export` writes it: a literal secret becomes `${kept:NAME}`.
    pub fn exported(&self) -> String {
        if self.secret && !self.is_reference() { format!("${{kept:{}}}", self.name) } else { self.expose().to_owned() }
    }
}

impl PartialEq for Header {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.secret == other.secret && self.expose() == other.expose()
    }
}

impl fmt::Debug for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Header({}: {})", self.name, self.shown())
    }
}

/// Names whose literal values are no secrets.
pub fn is_plain_header(name: &str) -> bool {
    ["accept", "accept-language", "cache-control", "content-type", "user-agent"]
        .iter()
        .any(|plain| name.eq_ignore_ascii_case(plain))
}

/// Names that by themselves say "secret": a literal under them deserves a warning.
pub fn names_a_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name == "authorization" || name == "cookie" || ["token", "key", "secret"].iter().any(|word| name.contains(word))
}

/// Whether the text holds `${kind:...}` of a kind that we know.
pub fn has_reference(text: &str) -> bool {
    ["${secret:", "${env:", "${file:", "${cmd:", "${kept:"].iter().any(|open| text.contains(open))
}

fn mask_around_references(text: &str, secret: bool) -> String {
    if !secret {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        let Some(length) = rest[start..].find('}') else {
            break;
        };
        push_masked(&mut out, &rest[..start]);
        out.push_str(&rest[start..=start + length]);
        rest = &rest[start + length + 1..];
    }
    push_masked(&mut out, rest);
    out
}

fn push_masked(out: &mut String, literal: &str) {
    match literal.trim() {
        "" | "Bearer" | "Basic" | "Token" | "token" | "GenieKey" => out.push_str(literal),
        _ => out.push_str(MASK),
    }
}

/// A named button: what it sends, and how a press of it runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// Unique in the store; by default the slug of its first name.
    pub id: String,
    /// Counts the edits, from 1. What was confirmed is bound to it.
    pub revision: i64,
    /// What the operator reads on the button. 1 to 64 characters, unique in each channel.
    pub name: String,
    /// The channels it belongs to, with its slot in each.
    pub slots: BTreeMap<ChannelKey, u8>,
    /// Where the webhook goes, as written.
    pub endpoint: String,
    /// The method.
    pub method: Method,
    /// Custom headers, in the order written.
    pub headers: Vec<Header>,
    /// Of the whole run with all tries and waits, milliseconds (1 s to 10 min).
    pub timeout_ms: u64,
    /// What it does, in the words of who made it.
    pub description: String,
    /// Whether it can be pressed.
    pub enabled: bool,
    /// How a press is confirmed.
    pub confirm: Confirm,
    /// How long after a run's end the same press is refused, milliseconds.
    pub cooldown_ms: u64,
}

/// The default of [`Action::timeout_ms`].
pub const DEFAULT_TIMEOUT_MS: u64 = 10_000;
/// The default of [`Action::cooldown_ms`]: a double press is one run.
pub const DEFAULT_COOLDOWN_MS: u64 = 2_000;
/// The default of the setting `[actions] max_per_channel`.
pub const DEFAULT_MAX_PER_CHANNEL: u8 = 3;

impl Action {
    /// A new action with the defaults, not yet stored.
    pub fn new(name: impl Into<String>, endpoint: impl Into<String>) -> Self {
        let name = name.into();
        Self {
            id: slug(&name),
            revision: 0,
            name,
            slots: BTreeMap::new(),
            endpoint: endpoint.into(),
            method: Method::default(),
            headers: Vec::new(),
            timeout_ms: DEFAULT_TIMEOUT_MS,
            description: String::new(),
            enabled: true,
            confirm: Confirm::default(),
            cooldown_ms: DEFAULT_COOLDOWN_MS,
        }
    }

    /// The endpoint as screens and logs show it: a password in it is never shown, even where an older file had one.
    pub fn shown_endpoint(&self) -> String {
        shown_url(&self.endpoint)
    }
}

/// A URL without what may be secret in it: userinfo is masked.
pub fn shown_url(text: &str) -> String {
    match url::Url::parse(text) {
        Ok(mut url) if !url.username().is_empty() || url.password().is_some() => {
            // Neither can fail: a URL with userinfo has a host.
            let _ = url.set_username("");
            let _ = url.set_password(None);
            url.as_str().replacen("://", &format!("://{MASK}@"), 1)
        }
        _ => text.to_owned(),
    }
}

/// An id made of a name: lower-case ASCII letters and digits, joined by `-`. Empty where the name has none.
pub fn slug(name: &str) -> String {
    let mut out = String::new();
    for ch in name.chars() {
        if ch.is_ascii_alphanumeric() {
            out.push(ch.to_ascii_lowercase());
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    out.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_never_shown_and_a_reference_is() {
        let literal = Header::new("Authorization", "Bearer s3cret");
        assert_eq!(literal.shown(), MASK);
        assert!(!format!("{literal:?}").contains("s3cret"));
        assert_eq!(literal.exported(), "${kept:Authorization}");
        assert_eq!(Header::new("Authorization", "Bearer ${secret:CI}").shown(), "Bearer ${secret:CI}");
        assert_eq!(Header::new("X-Token", "abc-${secret:CI}").shown(), "••••••${secret:CI}");
        assert_eq!(Header::new("Accept", "text/plain").shown(), "text/plain");
        assert_eq!(Header::with_secrecy("X-Env", "prod", false).exported(), "prod");
    }

    #[test]
    fn userinfo_is_never_shown() {
        assert_eq!(shown_url("https://ada:pw@ci.example/x"), "https://••••••@ci.example/x");
        assert_eq!(shown_url("https://ci.example/x"), "https://ci.example/x");
    }

    #[test]
    fn slugs_are_plain() {
        assert_eq!(slug("  Roll back! (v2)"), "roll-back-v2");
        assert_eq!(slug("回滚"), "");
    }
}

//! Actions: the named buttons that belong to channels.

mod field;
mod field_kind;
mod fields;
mod header;
mod input;
mod kind;
mod parts;
mod spec;

use std::collections::BTreeMap;

use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

use super::address::{decoded_name, is_secret_name};
use super::channel::ChannelKey;

pub use field::{Field, FieldSpec};
pub use field_kind::{Choice, Fills, Hides, Item, Kind, Listed, Scope, Section, Shape};
pub use fields::{FIELDS, has_table_of, in_file, listed, row_of};
pub use header::{
    Header, MASK, has_reference, is_plain_header, mask_around_references, names_a_secret, shown_reference,
};
pub use input::{Input, InputKind};
pub use kind::ActionKind;
pub use spec::{Auth, Body, Cancel, Ends, Follow, Method, Redirects, Sign, Success, Tls};

/// How the press of a button is confirmed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
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
        self.into()
    }
}

/// A named button: what it sends, and how a press of it runs.
///
/// Serialized it is what the store keeps, beside the columns for id, revision, name and slots. That holds secrets: it
/// goes into the store and nowhere else. What an older store does not have is as by default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Action {
    /// Unique in the store; by default the slug of its first name.
    #[serde(skip)]
    pub id: String,
    /// Counts the edits, from 1. What was confirmed is bound to it.
    #[serde(skip)]
    pub revision: i64,
    /// What the operator reads on the button. 1 to 64 characters, unique in each channel.
    #[serde(skip)]
    pub name: String,
    /// The channels it belongs to, with its slot in each.
    #[serde(skip)]
    pub slots: BTreeMap<ChannelKey, u8>,
    #[serde(default)]
    pub kind: ActionKind,
    /// The id of what is started in the incident's source; empty for a webhook.
    #[serde(default, rename = "starts")]
    pub vendor_action: String,
    /// Where the webhook goes, as written; empty where it is started in the incident's source.
    pub endpoint: String,
    #[serde(default)]
    pub method: Method,
    /// Custom headers, in the order written.
    #[serde(default)]
    pub headers: Vec<Header>,
    /// Of the whole run with all tries and waits, milliseconds (1 s to 10 min).
    pub timeout_ms: u64,
    /// What it does, in the words of who made it.
    #[serde(default)]
    pub description: String,
    pub enabled: bool,
    #[serde(default)]
    pub confirm: Confirm,
    /// How long after a run's end the same press is refused, milliseconds.
    pub cooldown_ms: u64,
    /// Whether a press is confirmed by typing the incident's number, and marked as dangerous everywhere.
    #[serde(default)]
    pub danger: bool,
    /// Whether a press on a closed incident is refused.
    #[serde(default)]
    pub only_open: bool,
    /// How long a confirmed press waits before it is sent, milliseconds; `None`: 2 s where nothing is confirmed, else
    /// not at all. See [`Action::holds_ms`].
    #[serde(default)]
    pub hold_ms: Option<u64>,
    /// How many times it is sent again after the receiver may have got it: only where that one deduplicates.
    #[serde(default)]
    pub retries: u8,
    /// Statuses that are sent again as well, while retries are left.
    #[serde(default)]
    pub retries_on: Vec<u16>,
    #[serde(default)]
    pub redirects: Redirects,
    /// How long a connection may take to stand, milliseconds; `None`: 3 s.
    #[serde(default)]
    pub connect_timeout_ms: Option<u64>,
    /// How long one attempt may take, milliseconds; `None`: as long as the whole run.
    #[serde(default)]
    pub attempt_timeout_ms: Option<u64>,
    #[serde(default)]
    pub success: Success,
    /// What a success says of what was asked for.
    #[serde(default)]
    pub ends: Ends,
    #[serde(default)]
    pub body: Body,
    /// An expression for what the log says of an answer; empty: by the usual fields.
    #[serde(default)]
    pub message: String,
    /// Who andon is to the receiver, by user and password.
    #[serde(default)]
    pub auth: Option<Auth>,
    /// Values of the answer that become fields of the incident: name and expression.
    #[serde(default)]
    pub keep: Vec<(String, String)>,
    /// What is called to stop a followed job at the receiver.
    #[serde(default)]
    pub cancel: Option<Cancel>,
    /// What is asked at the press, in order.
    #[serde(default)]
    pub inputs: Vec<Input>,
    /// How requests are signed, where they are.
    #[serde(default)]
    pub sign: Option<Sign>,
    /// Whom the connection trusts, and who andon is to it.
    #[serde(default)]
    pub tls: Tls,
    /// The proxy it goes through: an address, `none`, or empty for what the environment says. May hold references.
    #[serde(default)]
    pub proxy: String,
    /// How the job that an answer started is followed, where the receiver does not answer 202 with a `Location`.
    #[serde(default)]
    pub follow: Option<Follow>,
    /// The `origin` of the file that brought it; empty where it was made by hand. `--prune` removes only its own.
    #[serde(default)]
    pub origin: String,
}

/// The default of [`Action::timeout_ms`].
pub const DEFAULT_TIMEOUT_MS: u64 = 10_000;
/// The default of [`Action::cooldown_ms`]: a double press is one run.
pub const DEFAULT_COOLDOWN_MS: u64 = 2_000;
/// How long a connection may take to stand unless the action says otherwise.
pub const DEFAULT_CONNECT_TIMEOUT_MS: u64 = 3_000;
/// How long a press that nothing confirms waits, so that it can be taken back.
pub const UNCONFIRMED_HOLD_MS: u64 = 2_000;
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
            kind: ActionKind::default(),
            vendor_action: String::new(),
            endpoint: endpoint.into(),
            method: Method::default(),
            headers: Vec::new(),
            timeout_ms: DEFAULT_TIMEOUT_MS,
            description: String::new(),
            enabled: true,
            confirm: Confirm::default(),
            cooldown_ms: DEFAULT_COOLDOWN_MS,
            danger: false,
            only_open: false,
            hold_ms: None,
            retries: 0,
            retries_on: Vec::new(),
            redirects: Redirects::default(),
            connect_timeout_ms: None,
            attempt_timeout_ms: None,
            success: Success::default(),
            ends: Ends::default(),
            body: Body::default(),
            message: String::new(),
            auth: None,
            keep: Vec::new(),
            cancel: None,
            inputs: Vec::new(),
            sign: None,
            tls: Tls::default(),
            proxy: String::new(),
            follow: None,
            origin: String::new(),
        }
    }

    /// How a press is confirmed in the end: a dangerous one always by the incident's number.
    pub fn confirms(&self) -> Confirm {
        if self.danger { Confirm::Type } else { self.confirm }
    }

    /// How long a confirmed press waits before it is sent, milliseconds.
    pub fn holds_ms(&self) -> u64 {
        self.hold_ms.unwrap_or(if self.confirms() == Confirm::None { UNCONFIRMED_HOLD_MS } else { 0 })
    }

    /// How long a connection may take to stand, milliseconds: inside the timeout of the run.
    pub fn connects_ms(&self) -> u64 {
        self.connect_timeout_ms.unwrap_or(DEFAULT_CONNECT_TIMEOUT_MS).min(self.timeout_ms)
    }

    /// How long one attempt may take, milliseconds: inside the timeout of the run.
    pub fn attempts_ms(&self) -> u64 {
        self.attempt_timeout_ms.unwrap_or(self.timeout_ms).min(self.timeout_ms)
    }

    /// What differs in a later revision, in the words of the form; never a value.
    pub fn differs_in(&self, after: &Self) -> Vec<&'static str> {
        fields::differences(self, after)
    }

    /// Where a press goes, as lists show it: the endpoint, or what is started in the incident's source.
    pub fn target(&self) -> String {
        match self.kind.source_kind() {
            None => self.shown_endpoint(),
            Some(_) => format!("{} {}", self.kind.as_str(), self.vendor_action),
        }
    }

    /// The header that [`Action::auth`] becomes, before it is encoded, which happens once it is filled.
    pub fn auth_header(&self) -> Option<Header> {
        let auth = self.auth.as_ref()?;
        let value = format!("Basic {}:{}", auth.user, auth.password.expose_secret());
        Some(Header::with_secrecy("Authorization", value, true))
    }

    /// The endpoint as screens and logs show it: a password in it is never shown, even where an older file had one.
    pub fn shown_endpoint(&self) -> String {
        shown_url(&self.endpoint)
    }
}

/// A URL without what may be secret in it: userinfo is masked, and values of its query that are secret by their names.
/// References, and expressions that are not filled yet, stay as they are written.
pub fn shown_url(text: &str) -> String {
    masked_query(&without_userinfo(text), |_, value| {
        let is_expression = value.starts_with("{{") && value.ends_with("}}");
        if is_expression { value.to_owned() } else { mask_around_references(value, true) }
    })
}

/// An address in which `other` says what stands for each value of the query and of the fragment that is a secret by its
/// name, which it gets as written.
pub fn masked_query(text: &str, other: impl Fn(&str, &str) -> String) -> String {
    let Some(start) = text.find(['?', '#']) else { return text.to_owned() };
    let (before, query) = text.split_at(start + 1);
    let mut out = before.to_owned();
    for pair in query.split_inclusive(['&', ';', '#']) {
        let end = pair.trim_end_matches(['&', ';', '#']).len();
        let (pair, rest) = pair.split_at(end);
        match pair.split_once('=') {
            Some((name, value)) if !value.is_empty() && is_secret_name(&decoded_name(name)) => {
                out.push_str(&format!("{name}={}", other(name, value)));
            }
            _ => out.push_str(pair),
        }
        out.push_str(rest);
    }
    out
}

/// A URL whose userinfo is masked.
pub fn without_userinfo(text: &str) -> String {
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
    fn userinfo_is_never_shown() {
        assert_eq!(shown_url("https://ada:pw@ci.example/x"), "https://••••••@ci.example/x");
        assert_eq!(shown_url("https://ci.example/x"), "https://ci.example/x");
    }

    #[test]
    fn a_query_shows_no_secret_and_every_reference() {
        for (address, shown) in [
            ("https://h/x?a=1&sig=Zm9v%2Bcg==&b=2", "https://h/x?a=1&sig=••••••&b=2"),
            ("https://h/x?token=${secret:T}&code=ab${env:C}", "https://h/x?token=${secret:T}&code=••••••${env:C}"),
            ("https://h/x?key={{ incident.num }}&key=", "https://h/x?key={{ incident.num }}&key="),
            ("https://h/x?keyboard=us#access_token=abc", "https://h/x?keyboard=us#access_token=••••••"),
            ("https://ada:pw@h/x?Api-Key=1;q=2", "https://••••••@h/x?Api-Key=••••••;q=2"),
        ] {
            assert_eq!(shown_url(address), shown);
        }
    }

    #[test]
    fn slugs_are_plain() {
        assert_eq!(slug("  Roll back! (v2)"), "roll-back-v2");
        assert_eq!(slug("回滚"), "");
    }
}

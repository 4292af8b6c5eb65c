//! What makes an action valid: one sentence for each thing that can be wrong.
//!
//! The form shows these beside the field while typing, the command line prints them, the store's caller refuses
//! by them. The channel limit is not here: only the store can keep it (two processes may want the last place).

use std::fmt;

use url::Url;

use super::action::{Action, Header, MASK};
use super::text::clean;

/// A field of an action, as the form and the command line name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// The name.
    Name,
    /// The channels.
    Channels,
    /// The endpoint.
    Endpoint,
    /// Header number n, from 0: its name.
    HeaderName(usize),
    /// Header number n, from 0: its value.
    HeaderValue(usize),
    /// The timeout.
    Timeout,
    /// The description.
    Description,
    /// The body.
    Body,
    /// Input number n, from 0.
    Input(usize),
    /// The signing key.
    Sign,
    /// The CA certificates, the client certificate and its key.
    Tls,
    /// The proxy.
    Proxy,
    /// The success rule.
    Success,
    /// A part of the follow rule, as the configuration names it.
    Follow(&'static str),
    /// How often it is sent again.
    Retries,
    /// How long a connection may take.
    ConnectTimeout,
    /// How long one attempt may take.
    AttemptTimeout,
    /// How long a press is held.
    Hold,
    /// How long the same press is refused afterwards.
    Cooldown,
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name => f.write_str("name"),
            Self::Channels => f.write_str("channels"),
            Self::Endpoint => f.write_str("endpoint"),
            Self::HeaderName(n) | Self::HeaderValue(n) => write!(f, "header {}", n + 1),
            Self::Timeout => f.write_str("timeout"),
            Self::Description => f.write_str("description"),
            Self::Body => f.write_str("body"),
            Self::Input(n) => write!(f, "input {}", n + 1),
            Self::Sign => f.write_str("sign"),
            Self::Tls => f.write_str("tls"),
            Self::Proxy => f.write_str("proxy"),
            Self::Success => f.write_str("success"),
            Self::Follow(part) => write!(f, "follow.{part}"),
            Self::Retries => f.write_str("retries"),
            Self::ConnectTimeout => f.write_str("connect_timeout"),
            Self::AttemptTimeout => f.write_str("attempt_timeout"),
            Self::Hold => f.write_str("hold"),
            Self::Cooldown => f.write_str("cooldown"),
        }
    }
}

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The field.
    pub field: Field,
    /// What is wrong and what to do, in one sentence. Clean text.
    pub message: String,
}

/// Everything that is wrong with `action`, given the other actions of the store. Empty means valid.
pub fn faults(action: &Action, others: &[Action]) -> Vec<Fault> {
    let mut out = Vec::new();
    let mut add = |field, fault: Option<String>| out.extend(fault.map(|message| Fault { field, message }));
    add(Field::Name, name_fault(&action.name).or_else(|| taken_fault(action, others)));
    add(Field::Channels, action.slots.is_empty().then(|| "tick at least one channel".to_owned()));
    add(Field::Endpoint, endpoint_fault(&action.endpoint));
    for (at, header) in action.headers.iter().enumerate() {
        add(Field::HeaderName(at), header_name_fault(&header.name).or_else(|| duplicate_fault(&action.headers, at)));
        add(Field::HeaderValue(at), header_value_fault(header));
    }
    add(Field::Timeout, timeout_fault(action.timeout_ms));
    out
}

/// The limit of a name, in characters.
pub const NAME_MAX: usize = 64;

/// What is wrong with a name by itself.
pub fn name_fault(name: &str) -> Option<String> {
    let length = name.chars().count();
    if name.trim().is_empty() {
        Some("a name is needed: it is what the button says".to_owned())
    } else if length > NAME_MAX {
        Some(format!("{length} characters; a name has at most {NAME_MAX}"))
    } else if clean(name) != name {
        Some("a name cannot hold control or invisible characters".to_owned())
    } else if name.trim() != name {
        Some("a name cannot begin or end with a space".to_owned())
    } else {
        None
    }
}

fn taken_fault(action: &Action, others: &[Action]) -> Option<String> {
    others.iter().filter(|other| other.id != action.id && other.name == action.name).find_map(|other| {
        let channel = other.slots.keys().find(|channel| action.slots.contains_key(*channel))?;
        Some(format!("{} already has an action named \"{}\"", clean(channel.as_str()), clean(&action.name)))
    })
}

/// What is wrong with an endpoint by itself.
pub fn endpoint_fault(endpoint: &str) -> Option<String> {
    let text = endpoint.trim();
    if text.is_empty() {
        return Some("an endpoint is needed, such as https://ci.example/hooks/restart".to_owned());
    }
    if text.contains("{{") || text.contains("{%") || text.contains("${") {
        return Some("expressions and references cannot stand in an endpoint".to_owned());
    }
    let lower = text.to_ascii_lowercase();
    let Some(rest) = lower.strip_prefix("http://").or_else(|| lower.strip_prefix("https://")) else {
        return Some("an endpoint begins with http:// or https://".to_owned());
    };
    // `http:///x` parses with the host `x`, so "no host" is judged on the text.
    if rest.is_empty() || rest.starts_with(['/', '?', '#', ':', '\\']) {
        return Some("the endpoint names no host".to_owned());
    }
    if text.chars().any(|ch| ch.is_whitespace() || ch.is_control()) {
        return Some("an endpoint cannot hold spaces; write %20".to_owned());
    }
    match Url::parse(text) {
        Ok(url) if !url.username().is_empty() || url.password().is_some() => {
            Some("a user or password in the endpoint would be shown; use an Authorization header".to_owned())
        }
        Ok(url) if url.host_str().is_none_or(str::is_empty) => Some("the endpoint names no host".to_owned()),
        Ok(_) => None,
        Err(error) => Some(format!("not an address: {error}")),
    }
}

/// Headers that andon sets by itself, lower case; `webhook-*` beside them.
const OWN_HEADERS: [&str; 5] = ["host", "content-length", "transfer-encoding", "connection", "idempotency-key"];

/// What is wrong with a header's name by itself.
pub fn header_name_fault(name: &str) -> Option<String> {
    let lower = name.to_ascii_lowercase();
    if name.is_empty() {
        Some("a header needs a name".to_owned())
    } else if http::HeaderName::from_bytes(name.as_bytes()).is_err() {
        Some("a header's name has only letters, digits and !#$%&'*+-.^_`|~".to_owned())
    } else if OWN_HEADERS.contains(&lower.as_str()) || lower.starts_with("webhook-") {
        Some(format!("andon sets {name} itself"))
    } else {
        None
    }
}

fn duplicate_fault(headers: &[Header], at: usize) -> Option<String> {
    let name = &headers.get(at)?.name;
    let first = headers.iter().position(|header| header.name.eq_ignore_ascii_case(name))?;
    (first < at).then(|| format!("{name} is there twice; header {} has it", first + 1))
}

/// What is wrong with a header's value by itself. The sentence never holds the value.
pub fn header_value_fault(header: &Header) -> Option<String> {
    let value = header.expose();
    if value.contains(MASK) || value.contains('\u{2022}') {
        Some("this is the mask, not the value; type the value".to_owned())
    } else if value.is_empty() {
        Some("a value is needed".to_owned())
    } else if http::HeaderValue::from_str(value).is_err() {
        Some("a header's value cannot hold line ends or control characters".to_owned())
    } else if value.trim() != value {
        Some("a value cannot begin or end with a space".to_owned())
    } else if value.contains("{{") || value.contains("{%") {
        Some("expressions cannot stand in a header's value".to_owned())
    } else {
        None
    }
}

/// What is wrong with a timeout, in milliseconds.
pub fn timeout_fault(ms: u64) -> Option<String> {
    (!(1_000..=600_000).contains(&ms)).then(|| "a timeout is from 1s to 10m".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::channel::ChannelKey;

    fn valid(name: &str) -> Action {
        let mut action = Action::new(name, "https://ci.example/hooks/x");
        action.slots.insert(ChannelKey::new("prod", "platform"), 1);
        action
    }

    #[test]
    fn a_plain_action_is_valid() {
        assert_eq!(faults(&valid("Roll back"), &[]), []);
    }

    #[test]
    fn each_bad_endpoint_has_its_own_sentence() {
        for (endpoint, part) in [
            ("", "needed"),
            ("ftp://x/y", "begins with http"),
            ("http://", "no host"),
            ("http:///x", "no host"),
            ("https://?q", "no host"),
            ("https://ada:pw@x/y", "Authorization header"),
            ("https://ada@x/y", "Authorization header"),
            ("https://x/a b", "%20"),
            ("https://x:99999/", "not an address"),
            ("https://x/{{ incident.num }}", "expressions"),
        ] {
            let fault = endpoint_fault(endpoint).unwrap_or_default();
            assert!(fault.contains(part), "{endpoint}: {fault}");
        }
        for endpoint in ["http://127.0.0.1:8080/x?y=1", "https://[::1]/x", "https://例え.jp/"] {
            assert_eq!(endpoint_fault(endpoint), None, "{endpoint}");
        }
    }

    #[test]
    fn headers_that_http_forbids_or_andon_sets_are_refused_without_showing_values() {
        let mut action = valid("x");
        action.headers = vec![
            Header::new("Bad Name", "v"),
            Header::new("Host", "v"),
            Header::new("webhook-id", "v"),
            Header::new("X-Token", "s3cret\n"),
            Header::new("x-token", "••••••"),
        ];
        let faults = faults(&action, &[]);
        let said = |field| faults.iter().find(|fault| fault.field == field).map_or("", |fault| &fault.message);
        assert!(said(Field::HeaderName(0)).contains("only letters"));
        assert!(said(Field::HeaderName(1)).contains("sets Host itself"));
        assert!(said(Field::HeaderName(2)).contains("sets webhook-id itself"));
        assert!(said(Field::HeaderValue(3)).contains("line ends"));
        assert!(said(Field::HeaderName(4)).contains("twice; header 4"));
        assert!(said(Field::HeaderValue(4)).contains("mask"));
        assert!(!format!("{faults:?}").contains("s3cret"));
    }

    #[test]
    fn names_are_bounded_and_unique_in_a_channel() {
        assert!(
            name_fault(" ").is_some() && name_fault(&"n".repeat(65)).is_some() && name_fault("a\u{200b}b").is_some()
        );
        assert_eq!(name_fault(&"队".repeat(64)), None);
        let mut other = valid("Roll back");
        other.id = "other".to_owned();
        assert!(
            faults(&valid("Roll back"), &[other]).iter().any(|fault| fault.message.contains("already has an action"))
        );
    }
}

//! The fields of an action, and what is wrong with one.

use std::fmt;

/// A field of an action, as the form and the command line name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// The name.
    Name,
    /// The channels.
    Channels,
    /// What a press does.
    Kind,
    /// The id of what is started in the incident's source.
    Starts,
    /// The endpoint.
    Endpoint,
    /// The method.
    Method,
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
    /// The signing key before it.
    PreviousKey,
    /// The CA certificates.
    Tls,
    /// The client certificate.
    TlsCert,
    /// The client certificate's key.
    TlsKey,
    /// The proxy.
    Proxy,
    /// The success rule.
    Success,
    /// A part of the follow rule, as the configuration names it.
    Follow(&'static str),
    /// Which redirects are followed.
    Redirects,
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
            Self::Kind => f.write_str("kind"),
            Self::Starts => f.write_str("starts"),
            Self::Method => f.write_str("method"),
            Self::Redirects => f.write_str("redirects"),
            Self::Endpoint => f.write_str("endpoint"),
            Self::HeaderName(n) | Self::HeaderValue(n) => write!(f, "header {}", n + 1),
            Self::Timeout => f.write_str("timeout"),
            Self::Description => f.write_str("description"),
            Self::Body => f.write_str("body"),
            Self::Input(n) => write!(f, "input {}", n + 1),
            Self::Sign => f.write_str("sign"),
            Self::PreviousKey => f.write_str("sign.previous_key"),
            Self::Tls => f.write_str("tls"),
            Self::TlsCert => f.write_str("tls.cert"),
            Self::TlsKey => f.write_str("tls.key"),
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

//! How the outside is reached: proxy, trust, policy, and the rule that loopback is never proxied.

use std::fmt;
use std::time::Duration;

use hyper_util::client::proxy::matcher::Matcher;
use secrecy::{ExposeSecret, SecretSlice};
use url::Url;

use super::error::NetError;
use super::no_proxy::NoProxy;
use super::policy::HostPolicy;
use crate::domain::action::DEFAULT_CONNECT_TIMEOUT_MS;
use crate::domain::address::is_loopback;

/// Through which proxy the outside is reached.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum ProxyChoice {
    /// What the environment says (`https_proxy`, `http_proxy`, `all_proxy`, `no_proxy`), never for loopback.
    #[default]
    Environment,
    None,
    /// This one, for everything but loopback: what a source's settings say.
    Outside(String),
    /// This one, also for loopback: what an action says for itself. `http`, `https`, `socks5` or `socks5h`.
    Url(String),
}

impl ProxyChoice {
    /// What an action's setting means: empty is the environment's, `none` is none, else it is the proxy's address.
    pub fn of_action(text: &str) -> Self {
        match text.trim() {
            "" => Self::Environment,
            "none" => Self::None,
            url => Self::Url(url.to_owned()),
        }
    }

    /// The proxy that stands between here and `url`, where one does. Its address may hold a password.
    pub(super) fn towards(&self, url: &Url) -> Option<Url> {
        match self {
            Self::Outside(_) | Self::Environment if is_loopback(url) => None,
            Self::Url(proxy) | Self::Outside(proxy) => proxy_url(proxy).ok(),
            Self::Environment if NoProxy::from_env().covers(url) => None,
            Self::Environment => {
                let found = Matcher::from_system().intercept(&url.as_str().parse().ok()?)?;
                Url::parse(&found.uri().to_string()).ok()
            }
            Self::None => None,
        }
    }
}

impl fmt::Debug for ProxyChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A proxy's address may hold a password.
        f.write_str(match self {
            Self::Environment => "Environment",
            Self::None => "None",
            Self::Outside(_) => "Outside",
            Self::Url(_) => "Url",
        })
    }
}

/// How the outside is reached.
#[derive(Clone, Debug, PartialEq)]
pub struct Reach {
    /// CA certificates (PEM) that are trusted beside the system's.
    pub ca_pem: Option<Vec<u8>>,
    /// Who andon is to servers that want a client certificate.
    pub identity: Option<Identity>,
    /// Whether servers must prove who they are, as by default. **Dangerous** when off: whoever stands between can
    /// read and change everything.
    pub verify: bool,
    pub proxy: ProxyChoice,
    pub policy: HostPolicy,
    /// How long a connection, TLS included, may take to stand.
    pub connect_timeout: Duration,
}

impl Default for Reach {
    fn default() -> Self {
        Self {
            ca_pem: None,
            identity: None,
            verify: true,
            proxy: ProxyChoice::default(),
            policy: HostPolicy::default(),
            connect_timeout: Duration::from_millis(DEFAULT_CONNECT_TIMEOUT_MS),
        }
    }
}

impl Reach {
    /// The proxy that stands between here and `url`, where one does; there only the host lists hold.
    ///
    /// Its address may hold a password: show host and port only.
    pub fn proxy_for(&self, url: &Url) -> Option<Url> {
        self.proxy.towards(url)
    }
}

/// A client certificate with its key, shown to servers that want one.
#[derive(Clone)]
pub struct Identity {
    /// The certificate, then those that lead to its CA (PEM).
    pub cert_pem: Vec<u8>,
    /// Its private key (PEM).
    pub key_pem: SecretSlice<u8>,
}

impl Identity {
    /// The two settings of a client certificate together: both or neither.
    pub fn pair(cert_pem: Option<Vec<u8>>, key_pem: Option<SecretSlice<u8>>) -> Result<Option<Self>, NetError> {
        match (cert_pem, key_pem) {
            (Some(cert_pem), Some(key_pem)) => Ok(Some(Self { cert_pem, key_pem })),
            (None, None) => Ok(None),
            (Some(_), None) => Err(NetError::Half("tls.cert", "tls.key")),
            (None, Some(_)) => Err(NetError::Half("tls.key", "tls.cert")),
        }
    }
}

impl PartialEq for Identity {
    fn eq(&self, other: &Self) -> bool {
        self.cert_pem == other.cert_pem && self.key_pem.expose_secret() == other.key_pem.expose_secret()
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identity")
    }
}

/// The proxy's address; one without a scheme is `http`.
pub(super) fn proxy_url(text: &str) -> Result<Url, NetError> {
    let whole = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
    let url = Url::parse(&whole).map_err(|_| NetError::Proxy)?;
    let known = matches!(url.scheme(), "http" | "https" | "socks5" | "socks5h");
    if known && url.has_host() { Ok(url) } else { Err(NetError::Proxy) }
}

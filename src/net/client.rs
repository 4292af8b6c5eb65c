//! What both clients share: how the outside is reached, and the rule that loopback is never proxied.

use std::time::Duration;

use hyper_util::client::proxy::matcher::Matcher;
use reqwest::{Client, ClientBuilder, Proxy};
use url::{Host, Url};

use super::connection_trace::TraceLayer;
use super::policy::HostPolicy;
use super::resolve::NotingResolver;
use super::trust::{self, Identity};
use crate::domain::action::DEFAULT_CONNECT_TIMEOUT_MS;

/// Why a client could not be made.
#[derive(Debug, thiserror::Error)]
pub enum NetError {
    /// The certificates of the CA file cannot be read.
    #[error("the CA certificates cannot be read: {0}; the file must hold PEM certificates")]
    Certificates(String),
    /// The client certificate and its key cannot be used.
    #[error("the client certificate cannot be used: {0}; both files must hold PEM, and the key be the certificate's")]
    Identity(String),
    /// A client certificate without its key, or the other way round: which is there, and which is not.
    #[error("{0} is set without {1}; a client certificate needs both")]
    Half(&'static str, &'static str),
    /// The proxy's address cannot be read. Without the address, which may hold a password.
    #[error("the proxy's address is not one; write it like http://proxy.example:3128")]
    Proxy,
    /// The proxy is at an address that is never called.
    #[error("the proxy cannot be used: {0}")]
    Policy(String),
    /// The HTTP client itself refused what it was given.
    #[error("the HTTP client cannot be made: {0}")]
    Client(String),
}

/// Through which proxy the outside is reached.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum ProxyChoice {
    /// What the environment says (`https_proxy`, `http_proxy`, `all_proxy`, `no_proxy`), never for loopback.
    #[default]
    Environment,
    /// None at all.
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
}

impl std::fmt::Debug for ProxyChoice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
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
    /// Through which proxy.
    pub proxy: ProxyChoice,
    /// Where it may lead.
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
        match &self.proxy {
            ProxyChoice::Outside(_) | ProxyChoice::Environment if is_loopback(url) => None,
            ProxyChoice::Url(proxy) | ProxyChoice::Outside(proxy) => proxy_url(proxy).ok(),
            ProxyChoice::Environment => {
                let found = Matcher::from_system().intercept(&url.as_str().parse().ok()?)?;
                Url::parse(&found.uri().to_string()).ok()
            }
            ProxyChoice::None => None,
        }
    }
}

/// One client that goes through the proxy, and one for loopback that never does.
#[derive(Clone, Debug)]
pub(super) struct Clients {
    outside: Client,
    loopback: Client,
    /// Whether any CA certificate was found, so that `https` can work at all.
    pub(super) has_roots: bool,
    pub(super) policy: HostPolicy,
    pub(super) connect_timeout: Duration,
}

impl Clients {
    /// Makes both, sharing what is dear to make; `tune` is applied to each.
    pub(super) fn new(reach: &Reach, tune: impl Fn(ClientBuilder) -> ClientBuilder) -> Result<Self, NetError> {
        let proxy = proxy(reach)?;
        let (tls, has_roots) = trust::settings(reach)?;
        let base = || {
            tune(Client::builder())
                .tls_backend_preconfigured(tls.clone())
                .dns_resolver(NotingResolver::new(reach.policy.clone()))
                .connector_layer(TraceLayer)
                .connect_timeout(reach.connect_timeout)
                .referer(false)
        };
        let (policy, connect_timeout) = (reach.policy.clone(), reach.connect_timeout);
        let direct = build(base().no_proxy())?;
        let (outside, loopback) = match (&reach.proxy, proxy) {
            (ProxyChoice::Environment, _) => (build(base())?, direct),
            (ProxyChoice::Outside(_), Some(proxy)) => (build(base().proxy(proxy))?, direct),
            (ProxyChoice::Url(_), Some(proxy)) => {
                let proxied = build(base().proxy(proxy))?;
                (proxied.clone(), proxied)
            }
            _ => (direct.clone(), direct),
        };
        Ok(Self { outside, loopback, has_roots, policy, connect_timeout })
    }

    /// The client for this address.
    pub(super) fn towards(&self, url: &Url) -> &Client {
        if is_loopback(url) { &self.loopback } else { &self.outside }
    }
}

/// The proxy that was given, where one was.
fn proxy(reach: &Reach) -> Result<Option<Proxy>, NetError> {
    let (ProxyChoice::Outside(text) | ProxyChoice::Url(text)) = &reach.proxy else { return Ok(None) };
    let url = proxy_url(text)?;
    reach.policy.judge_denied(&url).map_err(NetError::Policy)?;
    Proxy::all(url).map(Some).map_err(|_| NetError::Proxy)
}

/// The proxy's address; one without a scheme is `http`.
pub(super) fn proxy_url(text: &str) -> Result<Url, NetError> {
    let whole = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
    let url = Url::parse(&whole).map_err(|_| NetError::Proxy)?;
    let known = matches!(url.scheme(), "http" | "https" | "socks5" | "socks5h");
    if known && url.has_host() { Ok(url) } else { Err(NetError::Proxy) }
}

fn build(builder: ClientBuilder) -> Result<Client, NetError> {
    builder.build().map_err(|error| NetError::Client(error.without_url().to_string()))
}

/// Whether the address is this machine's own, in any spelling.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name.eq_ignore_ascii_case("localhost") || name.to_ascii_lowercase().ends_with(".localhost")
        }
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.to_canonical().is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_is_known_in_every_spelling() {
        for (url, own) in [
            ("http://localhost:8080/", true),
            ("http://LOCALHOST./", true),
            ("http://api.localhost/", true),
            ("http://127.9.9.9/", true),
            ("http://2130706433/", true),
            ("http://[::1]/", true),
            ("http://[::ffff:127.0.0.1]/", true),
            ("http://localhost.example/", false),
            ("http://10.0.0.1/", false),
        ] {
            assert_eq!(is_loopback(&Url::parse(url).unwrap()), own, "{url}");
        }
    }

    #[test]
    fn a_proxy_password_is_in_no_error_and_no_debug() {
        let reach = Reach { proxy: ProxyChoice::Url("http://ada:s3cret@:99999".to_owned()), ..Reach::default() };
        let error = Clients::new(&reach, |builder| builder).unwrap_err();
        assert!(!format!("{error} {error:?} {reach:?}").contains("s3cret"), "{error}");
    }
}

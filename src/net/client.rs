//! What both clients share: one client through the proxy, one for loopback without it.

use std::time::Duration;

use reqwest::{Client, ClientBuilder, Proxy};
use url::Url;

use super::connection_trace::TraceLayer;
use super::error::NetError;
use super::policy::HostPolicy;
use super::reach::{ProxyChoice, Reach, proxy_url};
use super::resolve::NotingResolver;
use super::trust;
use crate::domain::address::is_loopback;

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

fn build(builder: ClientBuilder) -> Result<Client, NetError> {
    builder.build().map_err(|error| NetError::Client(error.without_url().to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_password_is_in_no_error_and_no_debug() {
        let reach = Reach { proxy: ProxyChoice::Url("http://ada:s3cret@:99999".to_owned()), ..Reach::default() };
        let error = Clients::new(&reach, |builder| builder).unwrap_err();
        assert!(!format!("{error} {error:?} {reach:?}").contains("s3cret"), "{error}");
    }
}

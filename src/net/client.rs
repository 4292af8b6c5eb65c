//! What both clients share: one client through the proxy, one for what is kept from it.

use std::time::Duration;

use reqwest::{Client, ClientBuilder, Proxy};
use url::Url;

use super::connection_trace::TraceLayer;
use super::error::NetError;
use super::no_proxy::NoProxy;
use super::policy::HostPolicy;
use super::reach::{ProxyChoice, Reach, proxy_url};
use super::resolve::NotingResolver;
use super::trust;
use crate::domain::address::is_loopback;

/// The most headers of an answer: gateways that trace add many. How long all of them are has a limit of its own.
const MOST_HEADERS: usize = 1_000;

/// One client that goes through the proxy, and one that never does: for loopback, and for what `NO_PROXY` covers.
#[derive(Clone, Debug)]
pub(super) struct Clients {
    outside: Client,
    loopback: Client,
    /// Never through a proxy.
    direct: Client,
    proxy: ProxyChoice,
    no_proxy: NoProxy,
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
                .http1_max_headers(MOST_HEADERS)
                // A header that breaks the rules costs that header.
                .http1_ignore_invalid_headers_in_responses(true)
                .http1_allow_spaces_after_header_name_in_responses(true)
                .http1_allow_obsolete_multiline_headers_in_responses(true)
        };
        let (policy, connect_timeout) = (reach.policy.clone(), reach.connect_timeout);
        let direct = build(base().no_proxy())?;
        let (outside, loopback) = match (&reach.proxy, proxy) {
            (ProxyChoice::Environment, _) => (build(base())?, direct.clone()),
            (ProxyChoice::Outside(_), Some(proxy)) => (build(base().proxy(proxy))?, direct.clone()),
            (ProxyChoice::Url(_), Some(proxy)) => {
                let proxied = build(base().proxy(proxy))?;
                (proxied.clone(), proxied)
            }
            _ => (direct.clone(), direct.clone()),
        };
        let (proxy, no_proxy) = (reach.proxy.clone(), NoProxy::from_env());
        Ok(Self { outside, loopback, direct, proxy, no_proxy, has_roots, policy, connect_timeout })
    }

    /// Judges an address as written, and the environment's proxy where that stands before it.
    pub(super) fn judge(&self, url: &Url) -> Result<(), String> {
        self.policy.judge(url)?;
        match self.proxy.towards(url).filter(|_| self.proxy == ProxyChoice::Environment) {
            Some(proxy) => self.policy.judge_denied(&proxy).map_err(|why| format!("the environment's proxy: {why}")),
            None => Ok(()),
        }
    }

    /// The client for this address.
    pub(super) fn towards(&self, url: &Url) -> &Client {
        match &self.proxy {
            _ if is_loopback(url) => &self.loopback,
            // Not left to the client, which does not know every spelling of `NO_PROXY`.
            ProxyChoice::Environment if self.no_proxy.covers(url) => &self.direct,
            _ => &self.outside,
        }
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

//! Which addresses the environment keeps from its proxy: `NO_PROXY`, read as curl reads it.

use std::net::IpAddr;

use ipnet::IpNet;
use url::{Host, Url};

/// The rows of `NO_PROXY`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct NoProxy(Vec<Row>);

/// One row: what it is about, and the port where it names one.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Row {
    what: What,
    port: Option<u16>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum What {
    /// `*`
    Everything,
    /// `example.org`, `.example.org`: the name and every name below it.
    Name(String),
    /// `*.example.org`: every name below it.
    Below(String),
    /// `192.0.2.7`, `192.0.2.0/24`, `[::1]`, `fd00::/8`
    Network(IpNet),
}

impl NoProxy {
    /// What the environment says: `no_proxy`, else `NO_PROXY`.
    pub(super) fn from_env() -> Self {
        let said = ["no_proxy", "NO_PROXY"].into_iter().find_map(|name| std::env::var(name).ok());
        Self::new(&said.unwrap_or_default())
    }

    /// Rows apart by commas or spaces. One that cannot be read is about nothing.
    fn new(text: &str) -> Self {
        let rows = text.split([',', ' ', '\t']).filter(|row| !row.is_empty());
        Self(rows.filter_map(Row::new).collect())
    }

    /// Whether this address is kept from the proxy.
    pub(super) fn covers(&self, url: &Url) -> bool {
        let (Some(host), port) = (url.host(), url.port_or_known_default()) else { return false };
        self.0.iter().any(|row| (row.port.is_none() || row.port == port) && row.what.covers(&host))
    }
}

impl Row {
    fn new(text: &str) -> Option<Self> {
        if let Some(what) = What::new(text) {
            return Some(Self { what, port: None });
        }
        let (host, port) = text.rsplit_once(':')?;
        Some(Self { what: What::new(host)?, port: Some(port.parse().ok()?) })
    }
}

impl What {
    fn new(text: &str) -> Option<Self> {
        if text == "*" {
            return Some(Self::Everything);
        }
        if let Some(below) = text.strip_prefix("*.") {
            return name(below).map(Self::Below);
        }
        let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
        if let Ok(network) = bare.parse::<IpNet>() {
            return Some(Self::Network(network));
        }
        match bare.parse::<IpAddr>() {
            Ok(address) => Some(Self::Network(address.to_canonical().into())),
            Err(_) => name(text.strip_prefix('.').unwrap_or(text)).map(Self::Name),
        }
    }

    fn covers(&self, host: &Host<&str>) -> bool {
        match (self, host) {
            (Self::Everything, _) => true,
            (Self::Network(network), Host::Ipv4(address)) => network.contains(&IpAddr::V4(*address)),
            (Self::Network(network), Host::Ipv6(address)) => {
                network.contains(&IpAddr::V6(*address)) || network.contains(&address.to_canonical())
            }
            (Self::Name(own), Host::Domain(host)) => {
                name(host).is_some_and(|host| host == *own || is_below(&host, own))
            }
            (Self::Below(own), Host::Domain(host)) => name(host).is_some_and(|host| is_below(&host, own)),
            _ => false,
        }
    }
}

/// A name in lower case and without the dot that may end it; `None` of what is none.
fn name(text: &str) -> Option<String> {
    let text = text.strip_suffix('.').unwrap_or(text).to_lowercase();
    let is_name = !text.is_empty() && !text.contains(['/', ':', '*', '[', ']']);
    is_name.then_some(text)
}

fn is_below(host: &str, own: &str) -> bool {
    host.strip_suffix(own).is_some_and(|rest| rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covers(rows: &str, address: &str) -> bool {
        NoProxy::new(rows).covers(&Url::parse(address).unwrap())
    }

    #[test]
    fn each_spelling_covers_what_it_covers_in_curl() {
        for (rows, address) in [
            ("*", "http://10.1.2.3/"),
            ("*", "https://ci.example/"),
            ("a.example, *", "http://[fd00::1]/"),
            ("ci.example", "https://ci.example/"),
            ("ci.example", "https://build.ci.example/"),
            (".ci.example", "https://ci.example/"),
            (".ci.example", "https://build.ci.example/"),
            ("*.ci.example", "https://build.ci.example/"),
            ("CI.Example", "https://ci.EXAMPLE/"),
            ("ci.example.", "https://ci.example/"),
            ("ci.example", "https://ci.example./"),
            ("other.example  ci.example", "https://ci.example/"),
            ("ci.example:8443", "https://ci.example:8443/"),
            ("ci.example:443", "https://ci.example/"),
            ("10.1.2.3", "http://10.1.2.3:8080/"),
            ("10.1.2.3:8080", "http://10.1.2.3:8080/"),
            ("10.0.0.0/8", "http://10.1.2.3/"),
            ("10.0.0.0/8", "http://[::ffff:10.1.2.3]/"),
            ("10.1.2.3", "http://167838211/"),
            ("::1", "http://[::1]/"),
            ("[fd00::1]", "http://[fd00::1]/"),
            ("[fd00::1]:8080", "http://[fd00::1]:8080/"),
            ("fd00::/8", "http://[fd12::1]/"),
        ] {
            assert!(covers(rows, address), "{rows}: {address}");
        }
    }

    #[test]
    fn what_is_not_named_goes_through_the_proxy() {
        for (rows, address) in [
            ("", "https://ci.example/"),
            ("ci.example", "https://notci.example/"),
            ("ci.example", "https://ci.example.org/"),
            ("*.ci.example", "https://ci.example/"),
            ("ci.example:8443", "https://ci.example/"),
            ("10.1.2.3", "http://10.1.2.30/"),
            ("10.0.0.0/8", "http://11.1.2.3/"),
            ("10.0.0.0/8", "https://ten.example/"),
            ("10.0.0.0/99", "http://10.0.0.0/"),
            ("fd00::/8", "http://[fe00::1]/"),
            ("ci.*", "https://ci.example/"),
        ] {
            assert!(!covers(rows, address), "{rows}: {address}");
        }
    }
}

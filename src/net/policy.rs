//! Where requests may go: what is never called, and what the settings allow and deny.
//!
//! Judged on the address as written and on each address that its name resolves to. Whatever an address is spelled as
//! (decimal, octal, hexadecimal, IPv4 inside IPv6), it is judged as what it leads to.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// The name under which Google's cloud serves a machine's credentials.
const METADATA_NAME: &str = "metadata.google.internal";

/// Cloud services that hand a machine's credentials to whoever asks from it, outside the link-local range.
const METADATA_V4: [Ipv4Addr; 2] = [Ipv4Addr::new(100, 100, 100, 200), Ipv4Addr::new(192, 0, 0, 192)];
const METADATA_V6: [Ipv6Addr; 2] =
    [Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254), Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254)];

/// Where requests may go.
///
/// Addresses that lead to a machine's own credentials are refused always; the lists of the settings only add to that.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct HostPolicy {
    /// Whether even the built-in refusals are off.
    open: bool,
    /// Each must hold.
    lists: Vec<Lists>,
}

#[derive(Clone, PartialEq, Eq)]
struct Lists {
    allow: Vec<Pattern>,
    deny: Vec<Pattern>,
    /// What is wrong with a row that cannot be read. Nothing is called then: a row that is passed over in silence
    /// would be no protection.
    unreadable: Option<String>,
}

/// One row of a list.
#[derive(Clone, PartialEq, Eq)]
enum Pattern {
    Name(String),
    /// Every name below this one, not itself.
    Below(String),
    /// The addresses whose first bits are these, in every spelling.
    Network(IpAddr, u32),
}

impl fmt::Debug for HostPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HostPolicy").field("open", &self.open).field("lists", &self.lists.len()).finish()
    }
}

impl HostPolicy {
    /// A policy with the lists of `policy.allow_hosts` and `policy.deny_hosts`: names, `*.name` (each name below it),
    /// addresses and networks (`10.0.0.0/8`).
    ///
    /// An empty `allow` allows every host; one that is not empty allows those in it only. `deny` wins. With a row that
    /// cannot be read everything is refused, and the words name it.
    pub fn new(allow: &[String], deny: &[String]) -> Self {
        let mut lists = Lists { allow: Vec::new(), deny: Vec::new(), unreadable: None };
        let rows = allow.iter().map(|text| (text, true)).chain(deny.iter().map(|text| (text, false)));
        for (text, allows) in rows {
            match (Pattern::new(text), allows) {
                (Some(row), true) => lists.allow.push(row),
                (Some(row), false) => lists.deny.push(row),
                (None, _) => {
                    let list = if allows { "allow" } else { "deny" };
                    let row = text.escape_debug();
                    lists.unreadable = Some(format!(
                        "policy.{list}_hosts holds \"{row}\", which is neither a name, *.name, an address nor a network; \
                         nothing is called until that is put right"
                    ));
                }
            }
        }
        let lists = if allow.is_empty() && deny.is_empty() { Vec::new() } else { vec![lists] };
        Self { open: false, lists }
    }

    /// Refuses nothing: for addresses that stand in the operator's own configuration.
    pub fn open() -> Self {
        Self { open: true, lists: Vec::new() }
    }

    /// What both allow: the stricter wins.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let mut lists = self.lists.clone();
        lists.extend(other.lists.iter().filter(|own| !self.lists.contains(own)).cloned());
        Self { open: self.open && other.open, lists }
    }

    /// Judges an address as written. The error names what is refused, why, and by which setting.
    pub fn judge(&self, url: &Url) -> Result<(), String> {
        self.judge_denied(url)?;
        let Some(host) = url.host() else { return Err("the endpoint has no host".to_owned()) };
        let allowed = |lists: &Lists| lists.allow.is_empty() || lists.allow.iter().any(|row| row.covers(&host, meant));
        if self.lists.iter().all(allowed) {
            return Ok(());
        }
        Err(format!("{host} is not in policy.allow_hosts; only hosts of that list are called"))
    }

    /// Judges an address that a name resolved to, or that a connection would go to.
    pub fn judge_address(&self, address: IpAddr) -> Result<(), String> {
        if let Some(why) = (!self.open).then(|| forbidden(address)).flatten() {
            return Err(format!("{address} is {why}, which is never called"));
        }
        let host = match address {
            IpAddr::V4(address) => Host::Ipv4(address),
            IpAddr::V6(address) => Host::Ipv6(address),
        };
        self.not_denied(&host, &address.to_string())
    }

    /// Judges the address of a proxy: everything but `allow_hosts`, which is about receivers.
    pub(super) fn judge_denied(&self, url: &Url) -> Result<(), String> {
        match url.host() {
            Some(Host::Ipv4(address)) => self.judge_address(address.into()),
            Some(Host::Ipv6(address)) => self.judge_address(address.into()),
            Some(Host::Domain(name)) => {
                if !self.open && is_metadata(name) {
                    return Err(format!("{name} serves a machine's own credentials, and is never called"));
                }
                self.not_denied(&Host::Domain(name), name)
            }
            None => Ok(()),
        }
    }

    fn not_denied(&self, host: &Host<&str>, shown: &str) -> Result<(), String> {
        if let Some(why) = self.lists.iter().find_map(|lists| lists.unreadable.as_ref()) {
            return Err(why.clone());
        }
        if self.lists.iter().any(|lists| lists.deny.iter().any(|row| row.covers(host, possible))) {
            return Err(format!("{shown} is in policy.deny_hosts"));
        }
        Ok(())
    }
}

impl Pattern {
    fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(name) = text.strip_prefix("*.") {
            return plain_name(name).map(Self::Below);
        }
        if let Some((address, bits)) = text.split_once('/') {
            let (address, bits) = (written_address(address)?, bits.parse().ok()?);
            return Self::network(address, bits);
        }
        match written_address(text) {
            Some(address) => Self::network(address, width(address)),
            None => plain_name(text).map(Self::Name),
        }
    }

    fn network(address: IpAddr, bits: u32) -> Option<Self> {
        match (address, address.to_canonical()) {
            (IpAddr::V6(_), inner @ IpAddr::V4(_)) if bits >= 96 => Self::network(inner, bits - 96),
            _ => (bits <= width(address)).then_some(Self::Network(address, bits)),
        }
    }

    /// Whether it is about the host; `spelled` gives the addresses that an address stands for.
    fn covers(&self, host: &Host<&str>, spelled: fn(IpAddr) -> Vec<IpAddr>) -> bool {
        let within = |address| match self {
            Self::Network(own, bits) => spelled(address).into_iter().any(|address| is_within(address, *own, *bits)),
            Self::Name(_) | Self::Below(_) => false,
        };
        match (self, host) {
            (Self::Name(own), Host::Domain(name)) => plain_name(name).as_ref() == Some(own),
            (Self::Below(own), Host::Domain(name)) => plain_name(name).is_some_and(|name| is_below(&name, own)),
            (_, Host::Ipv4(address)) => within(IpAddr::V4(*address)),
            (_, Host::Ipv6(address)) => within(IpAddr::V6(*address)),
            (Self::Network(..), Host::Domain(_)) => false,
        }
    }
}

/// What is surely meant by an address.
fn meant(address: IpAddr) -> Vec<IpAddr> {
    vec![address.to_canonical()]
}

/// Everything that an address may lead to.
fn possible(address: IpAddr) -> Vec<IpAddr> {
    let inner = match address {
        IpAddr::V6(inner) => carried(inner),
        IpAddr::V4(_) => Vec::new(),
    };
    inner.into_iter().map(IpAddr::V4).chain([address]).collect()
}

/// An address as a URL would have it, so that every spelling of a row means the same; IPv6 also without brackets.
fn written_address(text: &str) -> Option<IpAddr> {
    if let Ok(address) = text.parse() {
        return Some(address);
    }
    match Host::parse(text).ok()? {
        Host::Ipv4(address) => Some(address.into()),
        Host::Ipv6(address) => Some(address.into()),
        Host::Domain(_) => None,
    }
}

/// A name as it is compared: in the letters of the wire, without the dot that ends it. `None`: it is not a name.
fn plain_name(name: &str) -> Option<String> {
    let Ok(Host::Domain(plain)) = Host::parse(name) else { return None };
    let plain = plain.trim_end_matches('.');
    let is_name = !plain.is_empty() && !plain.contains(['*', ',', ';', '"']);
    is_name.then(|| plain.to_owned())
}

fn is_below(name: &str, parent: &str) -> bool {
    name.strip_suffix(parent).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
}

fn is_metadata(name: &str) -> bool {
    plain_name(name).is_some_and(|name| name == METADATA_NAME || is_below(&name, METADATA_NAME))
}

fn width(address: IpAddr) -> u32 {
    if address.is_ipv4() { 32 } else { 128 }
}

fn is_within(address: IpAddr, network: IpAddr, bits: u32) -> bool {
    match (address, network) {
        (IpAddr::V4(address), IpAddr::V4(network)) => {
            let apart = address.to_bits() ^ network.to_bits();
            apart.checked_shr(32 - bits).unwrap_or_default() == 0
        }
        (IpAddr::V6(address), IpAddr::V6(network)) => {
            let apart = address.to_bits() ^ network.to_bits();
            apart.checked_shr(128 - bits).unwrap_or_default() == 0
        }
        _ => false,
    }
}

/// Why an address is never called, where it is not.
fn forbidden(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(address) => forbidden_v4(address),
        IpAddr::V6(address) => forbidden_v6(address),
    }
}

fn forbidden_v4(address: Ipv4Addr) -> Option<&'static str> {
    if address.is_link_local() {
        return Some("link-local, where clouds serve a machine's own credentials");
    }
    if address.octets()[0] == 0 {
        return Some("no address of a receiver");
    }
    METADATA_V4.contains(&address).then_some("where a cloud serves a machine's own credentials")
}

fn forbidden_v6(address: Ipv6Addr) -> Option<&'static str> {
    if address.is_unspecified() {
        return Some("no address of a receiver");
    }
    if address.is_unicast_link_local() {
        return Some("link-local, where clouds serve a machine's own credentials");
    }
    if METADATA_V6.contains(&address) {
        return Some("where a cloud serves a machine's own credentials");
    }
    let carried = carried(address);
    // Where there are several ways to read it, zeros are what the others leave empty.
    let says_something = carried.iter().any(|inner| inner.octets()[0] != 0);
    carried
        .into_iter()
        .filter(|inner| !says_something || inner.octets()[0] != 0)
        .find_map(forbidden_v4)
        .map(|_| "another spelling of an address")
}

/// The IPv4 addresses that this one may lead to: mapped, compatible, translated, NAT64, 6to4, Teredo, ISATAP.
fn carried(address: Ipv6Addr) -> Vec<Ipv4Addr> {
    let bits = address.to_bits();
    let at = |shift: u32| Ipv4Addr::from_bits(u32::try_from((bits >> shift) & 0xffff_ffff).unwrap_or_default());
    let last = at(0);
    match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => Vec::new(),
        [0, 0, 0, 0, 0, 0 | 0xffff, _, _] | [0, 0, 0, 0, 0xffff, 0, _, _] | [0x64, 0xff9b, 0, 0, 0, 0, _, _] => {
            vec![last]
        }
        // The prefix of a network's own may be /48, /56, /64 or /96; bits 64 to 71 stay empty (RFC 6052).
        [0x64, 0xff9b, 1, ..] => {
            let joined = (bits >> 64 << 56) | (bits & ((1 << 56) - 1));
            let within = |shift: u32| u32::try_from((joined >> shift) & 0xffff_ffff).unwrap_or_default();
            [40, 32, 24].map(within).map(Ipv4Addr::from_bits).into_iter().chain([last]).collect()
        }
        [0x2002, ..] => vec![at(80)],
        [0x2001, 0, ..] => vec![at(64), Ipv4Addr::from_bits(!last.to_bits())],
        [_, _, _, _, 0 | 0x200, 0x5efe, _, _] => vec![last],
        _ => Vec::new(),
    }
}

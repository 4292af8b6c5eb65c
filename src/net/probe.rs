//! The look before the press: name, policy, connection, TLS and certificates. Sends no HTTP.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rustls::pki_types::ServerName;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_rustls::TlsConnector;
use url::{Host, Url};

use super::classify;
use super::reach::Reach;
use super::resolve::look_up;
use super::{expiry, trust};
use crate::domain::address::{is_plain_http, is_web};
use crate::domain::finding::{Finding, Grade};
use crate::domain::text::clean;
use crate::domain::time::in_words;

/// From then on before its end a certificate deserves a look.
const SOON: SignedDuration = SignedDuration::from_hours(14 * 24);

/// How long a server has to say, once TLS stands, that it wants a client certificate after all.
const SECOND_THOUGHTS: Duration = Duration::from_millis(200);

/// How many of a name's addresses are tried.
const ADDRESSES: usize = 4;

/// Looks at the way to `url` without sending a request, until `deadline` at the latest.
///
/// Stops at the first fault that nothing can be behind. Where a proxy stands between, the way to that one is looked
/// at. Every message names what it is about, and holds neither userinfo nor query.
pub async fn probe(url: &Url, reach: &Reach, deadline: Instant) -> Vec<Finding> {
    let end = Instant::now().checked_add(reach.connect_timeout).map_or(deadline, |end| end.min(deadline));
    let mut looked = Looked { findings: Vec::new(), reach, end };
    // What it finds first ends it; the findings are what counts.
    let _ = looked.way(url).await;
    looked.findings
}

/// What was found so far.
struct Looked<'a> {
    findings: Vec<Finding>,
    reach: &'a Reach,
    end: Instant,
}

/// A fault was found that nothing can be behind.
struct Over;

impl Looked<'_> {
    async fn way(&mut self, url: &Url) -> Result<(), Over> {
        let host = clean(url.host_str().unwrap_or_default()).into_owned();
        if !is_web(url) || !url.has_host() {
            return Err(self.fault("address", "the endpoint does not begin with http:// or https:// and a host"));
        }
        if let Err(why) = self.reach.policy.judge(url) {
            return Err(self.fault("policy", &why));
        }
        if is_plain_http(url) {
            let text = "http:// is not encrypted: whoever stands between can read and change the request; use https://";
            self.say("address", Grade::Warning, text);
        }
        self.identity();
        if !self.reach.verify {
            let text = format!("anybody can pose as {host}: its certificate is not checked (tls.verify = false)");
            self.say("TLS", Grade::Warning, &text);
        }
        let proxy = self.reach.proxy_for(url);
        if let Some(proxy) = &proxy {
            let shown = place(proxy);
            let text = format!(
                "goes through the proxy {shown}: only the host lists hold there, and what is behind it ({host}, its \
                 address and its certificate) is not looked at"
            );
            self.say("proxy", Grade::Warning, &text);
            if let Err(why) = self.reach.policy.judge_denied(proxy) {
                return Err(self.fault("proxy", &why));
            }
        }
        let next = proxy.as_ref().unwrap_or(url);
        let addresses = self.addresses(next).await?;
        let stream = self.connect(next, &addresses).await?;
        if proxy.is_none() && url.scheme() == "https" { self.tls(url, &host, stream).await } else { Ok(()) }
    }

    /// The addresses of the host, each judged.
    async fn addresses(&mut self, url: &Url) -> Result<Vec<SocketAddr>, Over> {
        let port = url.port_or_known_default().unwrap_or(1080);
        let name = match url.host() {
            Some(Host::Ipv4(address)) => return Ok(vec![SocketAddr::new(address.into(), port)]),
            Some(Host::Ipv6(address)) => return Ok(vec![SocketAddr::new(address.into(), port)]),
            Some(Host::Domain(name)) => name.to_owned(),
            None => return Err(self.fault("name", "the address has no host")),
        };
        let shown = clean(&name).into_owned();
        let found = match timeout_at(self.end, look_up(name)).await {
            Ok(Ok(found)) => found,
            Ok(Err(error)) => {
                let text =
                    format!("the name {shown} was not found ({error}); check the address and this machine's DNS");
                return Err(self.fault("name", &text));
            }
            Err(_) => return Err(self.fault("name", &format!("the name {shown} was not found in time; check the DNS"))),
        };
        if let Some(why) = found.iter().find_map(|address| self.reach.policy.judge_address(address.ip()).err()) {
            return Err(self.fault("policy", &format!("{shown} leads to {why}")));
        }
        let mut all: Vec<_> = found.iter().map(|address| address.ip().to_string()).collect();
        all.dedup();
        self.say("name", Grade::Fine, &format!("{shown} is {}", all.join(", ")));
        Ok(found.into_iter().map(|address| SocketAddr::new(address.ip(), port)).take(ADDRESSES).collect())
    }

    /// A connection to the first address that takes one; each has its share of the time.
    async fn connect(&mut self, url: &Url, addresses: &[SocketAddr]) -> Result<TcpStream, Over> {
        let mut last = None;
        for (at, address) in addresses.iter().enumerate() {
            let left = self.end.saturating_duration_since(Instant::now());
            let share = left / u32::try_from(addresses.len() - at).unwrap_or(1);
            match timeout(share, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => {
                    self.say("connection", Grade::Fine, &format!("{address} takes connections"));
                    return Ok(stream);
                }
                Ok(Err(error)) => last = Some(error),
                Err(_) => {}
            }
        }
        let text = last.and_then(|error| classify::unconnected(Some(error.kind()), &place(url)));
        let late = || format!("no connection to {} within {}", place(url), in_words(self.reach.connect_timeout));
        let text = text.unwrap_or_else(late);
        Err(self.fault("connection", &text))
    }

    async fn tls(&mut self, url: &Url, host: &str, stream: TcpStream) -> Result<(), Over> {
        let reach = self.reach.clone();
        let settings = match spawn_blocking(move || trust::watched(&reach)).await {
            Ok(Ok(settings)) => settings,
            Ok(Err(error)) => return Err(self.fault("TLS", &error.to_string())),
            Err(_) => return Err(self.fault("TLS", "preparing TLS failed")),
        };
        let name = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let Ok(name) = ServerName::try_from(name) else {
            return Err(self.fault("TLS", &format!("{host} is not a name that a certificate can be issued for")));
        };
        let connector = TlsConnector::from(Arc::new(settings.config));
        let shaken = timeout_at(self.end, connector.connect(name, stream)).await;
        let seen = settings.seen.certificate().and_then(|certificate| expiry::facts(&certificate));
        let mut stream = match shaken {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => {
                let text = classify::tls_of(&error, host, settings.has_roots);
                let text =
                    text.unwrap_or_else(|| format!("{} closed the connection during the TLS handshake", place(url)));
                let own = seen.is_some_and(|facts| facts.self_signed) && text.contains("does not trust");
                let text = if own { format!("{text} (it is self-signed)") } else { text };
                return Err(self.fault("TLS", &text));
            }
            Err(_) => {
                let text =
                    format!("no TLS session with {} within {}", place(url), in_words(self.reach.connect_timeout));
                return Err(self.fault("TLS", &text));
            }
        };
        // TLS 1.3 lets the client's side stand before the server has judged who it is.
        let mut byte = [0];
        let second = timeout(SECOND_THOUGHTS.min(self.left()), stream.read(&mut byte)).await;
        if let Ok(Err(error)) = &second
            && let Some(text) = classify::tls_of(error, host, settings.has_roots)
        {
            return Err(self.fault("TLS", &text));
        }
        let _ = timeout(SECOND_THOUGHTS, stream.shutdown()).await;
        self.say("TLS", Grade::Fine, &format!("a TLS session with {host} stands"));
        if let Some(facts) = seen {
            // Where the session stands, a certificate that has ended was not checked.
            self.ends("certificate", &format!("the certificate of {host}"), facts.ends, Grade::Warning);
        }
        Ok(())
    }

    /// The client certificate, where there is one.
    fn identity(&mut self) {
        let Some(identity) = &self.reach.identity else { return };
        match trust::first_certificate(identity) {
            Ok(Some(facts)) => self.ends("client certificate", "the client certificate", facts.ends, Grade::Fault),
            Ok(None) => {}
            Err(error) => {
                let _ = self.fault("client certificate", &error.to_string());
            }
        }
    }

    /// Says when a certificate ends; `ended` is how grave it is where that is over.
    fn ends(&mut self, subject: &str, what: &str, ends: Timestamp, ended: Grade) {
        let day = ends.strftime("%Y-%m-%d");
        let left = ends.duration_since(Timestamp::now());
        match left {
            left if left.is_negative() => self.say(subject, ended, &format!("{what} expired on {day}; renew it")),
            left if left < SOON => {
                let days = left.as_hours() / 24;
                self.say(subject, Grade::Warning, &format!("{what} expires on {day}, in {days} days; renew it"));
            }
            _ => self.say(subject, Grade::Fine, &format!("{what} is good until {day}")),
        }
    }

    fn left(&self) -> Duration {
        self.end.saturating_duration_since(Instant::now())
    }

    fn fault(&mut self, subject: &str, text: &str) -> Over {
        self.say(subject, Grade::Fault, text);
        Over
    }

    fn say(&mut self, subject: &str, grade: Grade, text: &str) {
        self.findings.push(Finding { subject: subject.to_owned(), grade, message: clean(text).into_owned() });
    }
}

/// `host:port`, nothing else.
fn place(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port_or_known_default().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

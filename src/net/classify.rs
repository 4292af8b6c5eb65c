//! What a failed request was: its class, whether it may have been received, and the words for it.
//!
//! Judged by the notes taken on the way and by the types of the errors; never by an error's text, which is the
//! same for a name, a connection and TLS, and may hold the address with its query.

use std::error::Error;
use std::io;

use rustls::{AlertDescription, CertificateError};
use url::Url;

use super::client::Clients;
use super::connection_trace::Notes;
use super::resolve::Forbidden;
use crate::domain::run::Failure;
use crate::domain::text::{clean, shorten};
use crate::domain::time::in_words;

/// A failed request, judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) failure: Failure,
    /// Whether the receiver may have got the request.
    pub(super) received: bool,
    /// Whether another try is sure to end the same.
    pub(super) is_permanent: bool,
    /// In words, without the address's query and userinfo.
    pub(super) text: String,
}

impl Verdict {
    /// Nothing was sent.
    pub(super) fn unsent(failure: Failure, text: String) -> Self {
        Self { failure, received: false, is_permanent: false, text }
    }

    /// Nothing was sent, and nothing ever will be: the policy forbids it.
    pub(super) fn refused(text: String) -> Self {
        Self { is_permanent: true, ..Self::unsent(Failure::Policy, text) }
    }

    /// It was sent, or may have been.
    fn received(failure: Failure, text: impl Into<String>) -> Self {
        Self { failure, received: true, is_permanent: false, text: text.into() }
    }
}

/// Judges a request that ended in an error.
pub(super) fn failed(error: &reqwest::Error, url: &Url, notes: &Notes, clients: &Clients) -> Verdict {
    if notes.is_connected { lost(error) } else { unconnected_error(error, url, notes, clients) }
}

/// Judges a request whose deadline passed without an answer.
pub(super) fn late(url: &Url, notes: &Notes) -> Verdict {
    if notes.is_connected {
        Verdict::received(Failure::Timeout, "no answer before the deadline")
    } else {
        Verdict::unsent(Failure::Connect, format!("no connection to {} before the deadline", place(url, notes)))
    }
}

fn unconnected_error(error: &reqwest::Error, url: &Url, notes: &Notes, clients: &Clients) -> Verdict {
    if let Some(Forbidden(why)) = cause(error) {
        return Verdict::refused(why.clone());
    }
    if let Some(said) = &notes.name_error {
        let name = notes.asked.as_deref().unwrap_or_default();
        let text = format!("the name {name} was not found ({said}); check the address and this machine's DNS");
        return Verdict::unsent(Failure::Dns, text);
    }
    let host = url.host_str().unwrap_or_default();
    if let Some(tls) = cause::<rustls::Error>(error) {
        let is_permanent = matches!(tls, rustls::Error::InvalidCertificate(_));
        return Verdict { is_permanent, ..Verdict::unsent(Failure::Tls, tls_text(tls, host, clients.has_roots)) };
    }
    let place = place(url, notes);
    let text = unconnected(io_kind(error), &place).unwrap_or_else(|| {
        if error.is_timeout() {
            format!("no connection to {place} within {}", in_words(clients.connect_timeout))
        } else {
            format!("no connection to {place}{}", said_below(error))
        }
    });
    Verdict::unsent(Failure::Connect, text)
}

/// The text where the operating system knows why there is no connection.
pub(super) fn unconnected(kind: Option<io::ErrorKind>, place: &str) -> Option<String> {
    match kind {
        Some(io::ErrorKind::ConnectionRefused) => Some(format!("connection refused at {place}")),
        Some(io::ErrorKind::ConnectionReset | io::ErrorKind::UnexpectedEof | io::ErrorKind::BrokenPipe) => {
            Some(format!("{place} closed the connection before it was established"))
        }
        Some(io::ErrorKind::NetworkUnreachable | io::ErrorKind::HostUnreachable) => {
            Some(format!("{place} cannot be reached from this machine's network"))
        }
        _ => None,
    }
}

fn lost(error: &reqwest::Error) -> Verdict {
    if cause::<h2::Error>(error).is_some_and(is_refusal) {
        return Verdict::received(Failure::ConnectionLost, "the receiver refused it without an answer (HTTP/2)");
    }
    match cause::<hyper::Error>(error) {
        // The request came back unwritten.
        Some(hyper) if hyper.is_canceled() => {
            let text = "the connection was closed before the request was written".to_owned();
            Verdict::unsent(Failure::Connect, text)
        }
        Some(hyper) if hyper.is_parse_too_large() => Verdict::received(
            Failure::InvalidResponse,
            "an answer came that cannot be read: its headers are over the limit",
        ),
        Some(hyper) if hyper.is_parse() => {
            // Its words, never the answer's own.
            let said = clean(&hyper.to_string()).into_owned();
            Verdict::received(Failure::InvalidResponse, format!("an answer came that cannot be read as HTTP: {said}"))
        }
        _ => match cause::<rustls::Error>(error) {
            Some(rustls::Error::AlertReceived(alert)) => {
                Verdict::received(Failure::ConnectionLost, format!("the receiver ended the TLS session ({alert:?})"))
            }
            _ => Verdict::received(Failure::ConnectionLost, "the connection was lost before the answer"),
        },
    }
}

/// Whether the TLS session is what failed, even after the handshake: TLS 1.3 refuses a client only then.
pub(super) fn is_tls(error: &reqwest::Error) -> bool {
    cause::<rustls::Error>(error).is_some()
}

/// A stream that was refused, or that a graceful shutdown did not take. The protocol has it that such a request was not
/// looked at; but all of it was written, and only the receiver can know that its own front end keeps to that.
fn is_refusal(error: &h2::Error) -> bool {
    error.is_remote()
        && ((error.is_reset() && error.reason() == Some(h2::Reason::REFUSED_STREAM))
            || (error.is_go_away() && error.reason() == Some(h2::Reason::NO_ERROR)))
}

/// Where the connection went, as far as known: `127.0.0.1:9`, `ci.example:443 (192.0.2.7, 192.0.2.8)`.
fn place(url: &Url, notes: &Notes) -> String {
    let host = url.host_str().unwrap_or_default();
    let port = url.port_or_known_default().map_or_else(String::new, |port| format!(":{port}"));
    match notes.asked.as_deref() {
        // A name that is not the receiver's is a proxy's.
        Some(name) if !name.eq_ignore_ascii_case(host) => format!("{host}{port} through the proxy {name}"),
        _ if notes.resolved.is_empty() => format!("{host}{port}"),
        _ => {
            let known: Vec<String> = notes.resolved.iter().take(4).map(ToString::to_string).collect();
            format!("{host}{port} ({})", known.join(", "))
        }
    }
}

/// What is said of an error of a TLS session; `None` where it is of the connection below.
pub(super) fn tls_of(error: &io::Error, host: &str, has_roots: bool) -> Option<String> {
    cause::<rustls::Error>(error).map(|tls| tls_text(tls, host, has_roots))
}

fn tls_text(error: &rustls::Error, host: &str, has_roots: bool) -> String {
    match error {
        rustls::Error::InvalidCertificate(fault) => certificate_text(fault, host, has_roots),
        rustls::Error::InvalidMessage(_) => format!("{host} does not speak TLS on this port; try http:// instead"),
        rustls::Error::AlertReceived(AlertDescription::CertificateRequired) => {
            format!("{host} wants a client certificate, and andon sent none; it goes into tls.cert and tls.key")
        }
        rustls::Error::AlertReceived(alert) => format!("{host} refused the TLS session ({alert:?})"),
        rustls::Error::PeerIncompatible(_) => {
            format!("{host} offers no TLS version or cipher that andon accepts; it needs TLS 1.2 or later")
        }
        other => format!("TLS with {host} failed: {other}"),
    }
}

/// The last way out, where nothing better can be done.
const UNCHECKED: &str = "tls.verify = false sends without a check";

fn certificate_text(fault: &CertificateError, host: &str, has_roots: bool) -> String {
    match fault {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => format!(
            "the certificate of {host} has expired; renew it there, or set this machine's clock right; {UNCHECKED}"
        ),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            format!("the certificate of {host} is not valid yet; check this machine's clock")
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            format!("the certificate is not for {host}; use the host name that it was issued for; {UNCHECKED}")
        }
        CertificateError::UnknownIssuer if !has_roots => "this machine has no CA certificates; install them (package \
             ca-certificates), set SSL_CERT_FILE to a PEM file, or name one as tls.ca"
            .to_owned(),
        CertificateError::UnknownIssuer => format!(
            "the certificate of {host} is from an issuer that this machine does not trust; its CA's PEM file goes into \
             tls.ca, or into the system (SSL_CERT_FILE); {UNCHECKED}"
        ),
        CertificateError::Revoked => format!("the certificate of {host} was revoked"),
        // Only for the words: what it is called inside cannot be asked for.
        other if format!("{other:?}").contains("CaUsedAsEndEntity") => format!(
            "the certificate of {host} is a CA's own (self-signed), which cannot stand for a server; let it issue one \
             for {host}; {UNCHECKED}"
        ),
        other => format!("the certificate of {host} is not accepted: {other}"),
    }
}

/// The first error of type `T` in the chain.
fn cause<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    chain(error).find_map(|error| error.downcast_ref())
}

/// What the operating system said: the innermost kind that says anything.
fn io_kind(error: &(dyn Error + 'static)) -> Option<io::ErrorKind> {
    chain(error)
        .filter_map(|error| error.downcast_ref::<io::Error>())
        .map(io::Error::kind)
        .filter(|kind| *kind != io::ErrorKind::Other)
        .last()
}

/// What the innermost cause says of itself, for words where nothing better is known. None of those below the HTTP client
/// knows the address's path and query.
fn said_below(error: &(dyn Error + 'static)) -> String {
    let below = chain(error).filter(|error| !error.is::<reqwest::Error>()).last();
    below.map_or_else(String::new, |below| format!(": {}", clean(shorten(&below.to_string(), 200).as_ref())))
}

/// An error and its causes; looks into I/O errors, whose `source` skips what they wrap.
fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| {
        // Copied out, so that what follows lives as long as the error and not as this closure's argument.
        let error: &'a (dyn Error + 'static) = *error;
        match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => error.source(),
        }
    })
}

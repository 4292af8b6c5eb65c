//! The look before the press: what it finds, and that it never sends a request.

use std::sync::Arc;
use std::time::Duration;

use andon::domain::finding::{Finding, Grade};
use andon::net::{HostPolicy, Identity, ProxyChoice, Reach, probe};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair};
use tokio::net::TcpListener;
use tokio::time::Instant;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

use crate::support::peer::{Conn, Peer};
use crate::wire::AMPLE;
use crate::wire::tls::{Authority, https};

const FAR: (i32, u8, u8) = (4096, 1, 1);

async fn look(url: &str, reach: &Reach) -> Vec<Finding> {
    let findings = probe(&url.parse().unwrap(), reach, Instant::now() + AMPLE).await;
    assert!(findings.iter().all(|finding| !finding.message.contains("s3cret")), "{findings:?}");
    findings
}

/// What is said about `subject`.
fn about<'a>(findings: &'a [Finding], subject: &str) -> (Grade, &'a str) {
    let mut found = findings.iter().filter(|finding| finding.subject == subject);
    let finding = found.next().unwrap_or_else(|| panic!("nothing about {subject}: {findings:?}"));
    (finding.grade, &finding.message)
}

fn worst(findings: &[Finding]) -> Grade {
    findings.iter().map(|finding| finding.grade).max().unwrap()
}

/// The day so many days from now.
fn day_in(days: i64) -> (i32, u8, u8) {
    let day = Timestamp::now().checked_add(SignedDuration::from_hours(24 * days)).unwrap();
    let day = day.to_zoned_datetime(TimeZone::UTC).date();
    (day.year().into(), day.month().try_into().unwrap(), day.day().try_into().unwrap())
}

async fn server(authority: &Authority, name: &str, until: (i32, u8, u8)) -> Peer {
    Peer::tls(authority.acceptor_until(name, until, b"http/1.1"), |mut conn| async move {
        conn.request().await;
    })
    .await
}

#[tokio::test]
async fn a_good_way_out_is_fine_and_no_request_is_sent() {
    let authority = Authority::new();
    let peer = server(&authority, "127.0.0.1", FAR).await;
    let findings = look(&https(&peer), &authority.reach).await;
    assert_eq!(worst(&findings), Grade::Fine, "{findings:?}");
    assert_eq!(about(&findings, "connection").1, format!("{} takes connections", peer.address));
    assert_eq!(about(&findings, "certificate").1, "the certificate of 127.0.0.1 is good until 4096-01-01");
    let plain = Peer::start(Conn::hang).await;
    let named = look(&format!("http://localhost:{}/x?t=s3cret", plain.address.port()), &Reach::default()).await;
    assert!(worst(&named) == Grade::Fine && about(&named, "name").1.contains("localhost is 127.0.0.1"), "{named:?}");
    assert_eq!((peer.seen.connections(), peer.seen.requests().len()), (1, 0));
}

#[tokio::test]
async fn a_certificate_that_a_press_would_not_accept_is_a_fault_with_its_fix() {
    let authority = Authority::new();
    let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    let key = KeyPair::generate().unwrap();
    let lone = params.self_signed(&key).unwrap();
    let mut params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let ca_key = KeyPair::generate().unwrap();
    let ca = params.self_signed(&ca_key).unwrap();
    let showing = async |certificate: &rcgen::Certificate, key: &KeyPair| {
        let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        let config =
            ServerConfig::builder().with_no_client_auth().with_single_cert(vec![certificate.der().clone()], key);
        Peer::tls(TlsAcceptor::from(Arc::new(config.unwrap())), Conn::hang).await
    };
    for (peer, reach, words, ca_helps) in [
        (server(&authority, "127.0.0.1", (2021, 1, 1)).await, &authority.reach, "has expired; renew it", false),
        (
            server(&authority, "other.example", FAR).await,
            &authority.reach,
            "the certificate is not for 127.0.0.1",
            false,
        ),
        (
            server(&authority, "127.0.0.1", FAR).await,
            &Authority::new().reach,
            "an issuer that this machine does not trust",
            true,
        ),
        (showing(&lone, &key).await, &authority.reach, "(it is self-signed)", true),
        (showing(&ca, &ca_key).await, &authority.reach, "(self-signed), which cannot stand for a server", false),
    ] {
        let findings = look(&https(&peer), reach).await;
        let (grade, message) = about(&findings, "TLS");
        assert!(grade == Grade::Fault && message.contains(words), "{message}");
        assert!(message.contains("tls.verify = false") && message.contains("tls.ca") == ca_helps, "{message}");
    }
}

#[tokio::test]
async fn a_certificate_that_ends_soon_is_a_warning() {
    let authority = Authority::new();
    for (days, grade, words) in [(6, Grade::Warning, "in 5 days; renew it"), (20, Grade::Fine, "is good until ")] {
        let peer = server(&authority, "127.0.0.1", day_in(days)).await;
        let findings = look(&https(&peer), &authority.reach).await;
        let (found, message) = about(&findings, "certificate");
        assert!(found == grade && (message.contains(words) || message.contains("in 6 days")), "{message}");
        assert_eq!(worst(&findings), grade);
    }
}

#[tokio::test]
async fn a_check_that_is_off_is_always_a_warning() {
    let peer = server(&Authority::new(), "other.example", (2021, 1, 1)).await;
    let unchecked = Reach { verify: false, ..Reach::default() };
    let findings = look(&https(&peer), &unchecked).await;
    let (grade, message) = about(&findings, "TLS");
    assert!(grade == Grade::Warning && message.contains("tls.verify = false"), "{message}");
    assert_eq!(
        about(&findings, "certificate"),
        (Grade::Warning, "the certificate of 127.0.0.1 expired on 2021-01-01; renew it")
    );
    let plain = Peer::start(Conn::hang).await;
    assert_eq!(about(&look(&plain.url("/"), &unchecked).await, "TLS").0, Grade::Warning);
}

#[tokio::test]
async fn what_keeps_a_connection_from_standing_is_a_fault() {
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let deaf = Peer::start(Conn::hang).await;
    let plain = Peer::start(|mut conn| async move {
        conn.say("HTTP/1.1 400 Bad Request\r\n\r\n").await;
        conn.hang().await;
    })
    .await;
    let soon = Reach { connect_timeout: Duration::from_millis(300), ..Reach::default() };
    let denied = Reach { policy: HostPolicy::new(&[], &["127.0.0.1".to_owned()]), ..Reach::default() };
    for (url, reach, subject, words) in [
        ("http://nosuch.invalid/?t=s3cret".to_owned(), &soon, "name", "nosuch.invalid was not found"),
        (format!("http://{closed}/?t=s3cret"), &soon, "connection", "connection refused at 127.0.0.1"),
        (https(&deaf), &soon, "TLS", "within 300 ms"),
        (https(&plain), &soon, "TLS", "does not speak TLS on this port"),
        ("http://0xa9fea9fe/".to_owned(), &soon, "policy", "169.254.169.254 is link-local"),
        (format!("http://localhost:{}/", deaf.address.port()), &denied, "policy", "localhost leads to 127.0.0.1"),
        ("ftp://127.0.0.1/".to_owned(), &soon, "address", "does not begin with http"),
    ] {
        let findings = look(&url, reach).await;
        let (grade, message) = about(&findings, subject);
        if subject == "name" {
            assert_eq!(about(&findings, "address").0, Grade::Warning, "http beyond this machine");
        }
        assert!(message.contains(words) || findings.len() > 1, "{message}");
        assert!(
            findings.iter().any(|finding| finding.grade == Grade::Fault && finding.message.contains(words)),
            "{findings:?}"
        );
        assert!(grade >= Grade::Warning);
    }
    assert_eq!(deaf.seen.connections(), 1, "a forbidden one is never connected");
}

#[tokio::test]
async fn a_proxy_is_looked_at_in_the_place_of_what_is_behind_it() {
    let proxy = Peer::start(Conn::hang).await;
    let url = format!("http://ada:s3cret@{}", proxy.address);
    let reach = Reach { proxy: ProxyChoice::Url(url), ..Reach::default() };
    let findings = look("https://ci.invalid/x", &reach).await;
    let (grade, message) = about(&findings, "proxy");
    assert!(
        grade == Grade::Warning && message.starts_with(&format!("goes through the proxy {}", proxy.address)),
        "{message}"
    );
    assert!(worst(&findings) == Grade::Warning && findings.iter().all(|finding| finding.subject != "certificate"));
    let away = Reach { proxy: ProxyChoice::Url("http://169.254.169.254".to_owned()), ..Reach::default() };
    assert_eq!(worst(&look("https://ci.invalid/", &away).await), Grade::Fault);
}

#[tokio::test]
async fn who_andon_is_to_the_server_is_looked_at_too() {
    let authority = Authority::new();
    let mut roots = RootCertStore::empty();
    roots.add(authority.issuer.der().clone()).unwrap();
    let (certificate, key) = authority.certificate("127.0.0.1", FAR);
    let config = ServerConfig::builder()
        .with_client_cert_verifier(WebPkiClientVerifier::builder(Arc::new(roots)).build().unwrap())
        .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
        .unwrap();
    let peer = Peer::tls(TlsAcceptor::from(Arc::new(config)), Conn::hang).await;
    let as_whom = |until| {
        let (certificate, key) = authority.certificate("ada", until);
        let key = key.serialize_pem().into_bytes();
        let identity = Identity::pair(Some(certificate.pem().into_bytes()), Some(key.into())).unwrap();
        Reach { identity, ..authority.reach.clone() }
    };
    let nobody = look(&https(&peer), &authority.reach).await;
    let (grade, message) = about(&nobody, "TLS");
    assert!(grade == Grade::Fault && message.contains("tls.cert and tls.key"), "{message}");
    let good = look(&https(&peer), &as_whom(FAR)).await;
    assert_eq!((worst(&good), about(&good, "client certificate").0), (Grade::Fine, Grade::Fine), "{good:?}");
    assert_eq!(about(&look(&https(&peer), &as_whom(day_in(6))).await, "client certificate").0, Grade::Warning);
    let ended = look(&https(&peer), &as_whom((2021, 1, 1))).await;
    assert_eq!(
        about(&ended, "client certificate"),
        (Grade::Fault, "the client certificate expired on 2021-01-01; renew it")
    );
    assert_eq!(about(&ended, "TLS").0, Grade::Fault, "the server says so as well");
}

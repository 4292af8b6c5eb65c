//! TLS and HTTP/2: what keeps a session from standing, and what a refused stream means: it was written, and is not sent again.

use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use andon::domain::run::{Attempt, Failure};
use andon::net::{PressClient, Reach};
use h2::Reason;
use rcgen::{BasicConstraints, Certificate, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use crate::support::peer::{Conn, Peer, answer};
use crate::wire::{AMPLE, press, press_with};

/// A CA of a test's own, and a client that trusts it.
pub(crate) struct Authority {
    pub(crate) issuer: CertifiedIssuer<'static, KeyPair>,
    pub(crate) reach: Reach,
    client: PressClient,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        // Two authorities of one name would be the same issuer with a bad signature.
        params.distinguished_name.push(DnType::CommonName, uuid::Uuid::now_v7().to_string());
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let reach = Reach { ca_pem: Some(issuer.pem().into_bytes()), ..Reach::default() };
        Self { issuer, client: PressClient::with(&reach).unwrap(), reach }
    }

    fn acceptor(&self, name: &str, expired: bool, alpn: &[u8]) -> TlsAcceptor {
        self.acceptor_until(name, if expired { (2021, 1, 1) } else { (4096, 1, 1) }, alpn)
    }

    /// A server whose certificate ends on that day.
    pub(crate) fn acceptor_until(&self, name: &str, (year, month, day): (i32, u8, u8), alpn: &[u8]) -> TlsAcceptor {
        let (certificate, key) = self.certificate(name, (year, month, day));
        let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        let mut config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        config.alpn_protocols = vec![alpn.to_vec()];
        TlsAcceptor::from(Arc::new(config))
    }

    /// A certificate that ends on that day, and its key.
    pub(crate) fn certificate(&self, name: &str, (year, month, day): (i32, u8, u8)) -> (Certificate, KeyPair) {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(year, month, day);
        let key = KeyPair::generate().unwrap();
        (params.signed_by(&key, &self.issuer).unwrap(), key)
    }
}

pub(crate) async fn one_answer(mut conn: Conn) {
    conn.request().await;
    conn.say(answer("200 OK", "", "over tls")).await;
}

pub(crate) fn https(peer: &Peer) -> String {
    format!("https://{}/x?token=s3cret", peer.address)
}

fn assert_unsent(attempt: &Attempt, failure: Failure, words: &str) {
    assert_eq!((attempt.failure, attempt.may_have_been_received), (Some(failure), false), "{attempt:?}");
    assert!(attempt.error.contains(words) && !attempt.error.contains("s3cret"), "{}", attempt.error);
}

/// Runs one test of this program again in a process of its own, with these variables.
pub(crate) fn child(test: &str, variables: &[(&str, &str)]) {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test])
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

#[tokio::test]
async fn a_trusted_certificate_is_enough() {
    let authority = Authority::new();
    let peer = Peer::tls(authority.acceptor("127.0.0.1", false, b"http/1.1"), one_answer).await;
    let tried = press_with(&authority.client, &https(&peer), AMPLE).await;
    assert_eq!(tried.answer.unwrap().body, "over tls");
    assert_eq!(tried.attempt.address, Some(peer.address.to_string()));
}

#[tokio::test]
async fn a_bad_certificate_says_why_and_sends_nothing() {
    let authority = Authority::new();
    for (name, expired, words) in [
        ("127.0.0.1", true, "the certificate of 127.0.0.1 has expired"),
        ("other.example", false, "the certificate is not for 127.0.0.1"),
    ] {
        let peer = Peer::tls(authority.acceptor(name, expired, b"http/1.1"), one_answer).await;
        let tried = press_with(&authority.client, &https(&peer), AMPLE).await;
        assert_unsent(&tried.attempt, Failure::Tls, words);
        assert!(!tried.attempt.error.contains("tls.ca"), "a CA file is no help: {}", tried.attempt.error);
        assert!(tried.attempt.error.contains("tls.verify = false"), "{}", tried.attempt.error);
        assert!(tried.is_permanent);
        assert!(peer.seen.requests().is_empty());
    }
    let stranger = Peer::tls(authority.acceptor("127.0.0.1", false, b"http/1.1"), one_answer).await;
    let attempt = press_with(&Authority::new().client, &https(&stranger), AMPLE).await.attempt;
    assert_unsent(&attempt, Failure::Tls, "is from an issuer that this machine does not trust");
    assert!(attempt.error.contains("SSL_CERT_FILE") && attempt.error.contains("goes into tls.ca"), "{}", attempt.error);
    let plain = Peer::start(|mut conn| async move {
        conn.say("HTTP/1.1 400 Bad Request\r\n\r\n").await;
        conn.hang().await;
    })
    .await;
    assert_unsent(&press(&https(&plain), AMPLE).await.attempt, Failure::Tls, "does not speak TLS on this port");
}

#[tokio::test]
async fn a_handshake_that_hangs_ends_by_itself_and_sent_nothing() {
    let deaf = Peer::start(Conn::hang).await;
    let early = press(&https(&deaf), Duration::from_millis(300)).await.attempt;
    assert_unsent(&early, Failure::Connect, "before the deadline");
    let late = press(&https(&deaf), AMPLE).await.attempt;
    assert_unsent(&late, Failure::Connect, "within 3 s");
    assert!((3_000..6_000).contains(&late.duration_ms), "{}", late.duration_ms);
    let closing = Peer::start(|conn| async move { drop(conn) }).await;
    assert_unsent(&press(&https(&closing), AMPLE).await.attempt, Failure::Connect, "closed the connection");
}

#[tokio::test]
async fn a_machine_without_ca_certificates_starts_and_says_what_to_do() {
    const CHILD: &str = "wire::tls::a_machine_without_ca_certificates_starts_and_says_what_to_do";
    if std::env::var_os("WIRE_CHILD").is_none() {
        let variables = [("WIRE_CHILD", "1"), ("SSL_CERT_FILE", "/dev/null"), ("SSL_CERT_DIR", "/nonexistent")];
        return tokio::task::spawn_blocking(move || child(CHILD, &variables)).await.unwrap();
    }
    let peer = Peer::tls(Authority::new().acceptor("127.0.0.1", false, b"http/1.1"), one_answer).await;
    let attempt = press(&https(&peer), AMPLE).await.attempt;
    assert_unsent(&attempt, Failure::Tls, "this machine has no CA certificates; install them");
    let plain = Peer::answering(answer("200 OK", "", "")).await;
    assert_eq!(press(&plain.url("/"), AMPLE).await.attempt.status, Some(200));
}

#[test]
fn a_ca_file_that_is_none_is_an_error_that_says_so() {
    let pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let reach = Reach { ca_pem: Some(pem.as_bytes().to_vec()), ..Reach::default() };
    assert!(PressClient::with(&reach).unwrap_err().to_string().contains("must hold PEM certificates"));
}

/// What a receiver that speaks HTTP/2 does with a request.
#[derive(Clone, Copy)]
enum Two {
    Answer,
    Reset(Reason),
    GoAway(Reason),
}

async fn speak_two(conn: Conn, what: Two) {
    let mut server = h2::server::handshake(conn.stream).await.unwrap();
    let Some(Ok((request, mut respond))) = server.accept().await else { return };
    conn.seen.request(request.uri().path().to_owned());
    match what {
        Two::Answer => {
            let mut body = respond.send_response(http::Response::new(()), false).unwrap();
            body.send_data("over two".into(), true).unwrap();
        }
        Two::Reset(reason) => respond.send_reset(reason),
        Two::GoAway(reason) => server.abrupt_shutdown(reason),
    }
    while server.accept().await.is_some() {}
}

#[tokio::test]
async fn http_2_is_answered_and_a_refusal_after_the_request_is_never_sent_again() {
    let authority = Authority::new();
    for (what, failure, received) in [
        (Two::Answer, None, true),
        (Two::Reset(Reason::REFUSED_STREAM), Some(Failure::ConnectionLost), true),
        (Two::Reset(Reason::INTERNAL_ERROR), Some(Failure::ConnectionLost), true),
        (Two::GoAway(Reason::NO_ERROR), Some(Failure::ConnectionLost), true),
        (Two::GoAway(Reason::INTERNAL_ERROR), Some(Failure::ConnectionLost), true),
    ] {
        let acceptor = authority.acceptor("127.0.0.1", false, b"h2");
        let peer = Peer::tls(acceptor, move |conn| speak_two(conn, what)).await;
        let tried = press_with(&authority.client, &https(&peer), AMPLE).await;
        assert_eq!((tried.attempt.failure, tried.attempt.may_have_been_received), (failure, received), "{tried:?}");
        assert_eq!(tried.answer.map(|answer| answer.body), failure.is_none().then(|| "over two".to_owned()));
        assert_eq!((peer.seen.connections(), peer.seen.requests().len()), (1, 1), "sent once");
    }
}

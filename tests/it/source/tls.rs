//! A source behind TLS: a CA of its own, a client certificate, and no checks at all.

use std::path::Path;
use std::sync::Arc;

use andon::source::{Pages, SourceErrorKind};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

use crate::source::alertmanager;
use crate::support::peer::{Peer, answer};

/// A server that wants a client certificate, and in `dir` the files for it and some that do not fit.
async fn server(dir: &Path) -> Peer {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let (key, client_key, other_key) =
        (KeyPair::generate().unwrap(), KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
    let certificate = |names: Vec<String>, key| CertificateParams::new(names).unwrap().signed_by(key, &issuer).unwrap();
    std::fs::write(dir.join("ca.pem"), issuer.pem()).unwrap();
    std::fs::write(dir.join("me.pem"), certificate(Vec::new(), &client_key).pem()).unwrap();
    std::fs::write(dir.join("me.key"), client_key.serialize_pem()).unwrap();
    std::fs::write(dir.join("other.key"), other_key.serialize_pem()).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(issuer.der().clone()).unwrap();
    let config = ServerConfig::builder()
        .with_client_cert_verifier(WebPkiClientVerifier::builder(Arc::new(roots)).build().unwrap())
        .with_single_cert(
            vec![certificate(vec!["127.0.0.1".to_owned()], &key).der().clone()],
            PrivateKeyDer::Pkcs8(key.serialize_der().into()),
        )
        .unwrap();
    Peer::tls(TlsAcceptor::from(Arc::new(config)), |mut conn| async move {
        conn.request().await;
        conn.say(answer("200 OK", "Connection: close\r\n", "[]")).await;
    })
    .await
}

#[tokio::test]
async fn the_tls_settings_decide_whom_to_trust_and_as_whom_to_come() {
    let dir = tempfile::tempdir().unwrap();
    let peer = server(dir.path()).await;
    let url = format!("https://{}", peer.address);
    let refused = async |tls: &str| {
        let source = alertmanager(dir.path(), &url, &format!("tls = {{ {tls} }}"));
        let error = source.list(&Pages::unwanted()).await.unwrap_err();
        (error.kind, error.message)
    };

    let (kind, message) = refused(r#"cert = "me.pem", key = "me.key""#).await;
    assert!(kind == SourceErrorKind::Unreachable && message.contains("does not trust"), "{message}");
    assert!(message.contains("goes into tls.ca,"), "{message}");
    assert_eq!(refused(r#"ca = "ca.pem""#).await.0, SourceErrorKind::Unreachable, "it wants a certificate");
    assert!(peer.seen.requests().is_empty());

    for trust in [r#"ca = "ca.pem""#, "verify = false"] {
        let tls = format!(r#"tls = {{ {trust}, cert = "me.pem", key = "me.key" }}"#);
        let listing = alertmanager(dir.path(), &url, &tls).list(&Pages::unwanted()).await.unwrap();
        assert!(listing.complete, "{trust}");
    }
    assert!(peer.seen.requests()[0].starts_with("GET /api/v2/"));
}

#[tokio::test]
async fn files_that_cannot_be_used_are_named_by_their_setting() {
    let dir = tempfile::tempdir().unwrap();
    let peer = server(dir.path()).await;
    for (tls, words) in [
        (r#"ca = "me.key""#, "tls.ca: the CA certificates cannot be read: no certificate is found"),
        (r#"ca = "gone.pem""#, "gone.pem cannot be read: entity not found"),
        (r#"cert = "me.pem", key = "ca.pem""#, "tls.cert and tls.key: the client certificate cannot be used"),
        (r#"cert = "me.pem", key = "other.key""#, "tls.cert and tls.key: the client certificate cannot be used"),
    ] {
        let source = alertmanager(dir.path(), &format!("https://{}", peer.address), &format!("tls = {{ {tls} }}"));
        let error = source.list(&Pages::unwanted()).await.unwrap_err();
        assert!(error.kind == SourceErrorKind::Other && error.message.contains(words), "{tls}: {error}");
    }
    assert_eq!(peer.seen.connections(), 0);
}

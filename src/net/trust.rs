//! Whom to trust, and as whom to be known: CA certificates, a client certificate, and the dangerous way without checks.

use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use rustls_platform_verifier::Verifier;
use secrecy::ExposeSecret;

use super::error::NetError;
use super::expiry::{self, Facts};
use super::reach::{Identity, Reach};

/// The TLS settings for this reach, and whether any server can be trusted at all.
///
/// A machine without roots gets a client whose `https` fails as TLS, so that plain `http` and the start itself go on.
pub(super) fn settings(reach: &Reach) -> Result<(ClientConfig, bool), NetError> {
    settings_with(reach, |verifier| verifier)
}

/// TLS settings that also note which certificate was shown.
pub(super) struct Watched {
    pub(super) config: ClientConfig,
    pub(super) has_roots: bool,
    pub(super) seen: Arc<Seen>,
}

/// As [`settings`], noting which certificate was shown, also where it is not accepted.
pub(super) fn watched(reach: &Reach) -> Result<Watched, NetError> {
    let seen = Arc::new(Seen::default());
    let watch = |inner| Arc::new(Watching { inner, seen: seen.clone() }) as Arc<dyn ServerCertVerifier>;
    let (config, has_roots) = settings_with(reach, watch)?;
    Ok(Watched { config, has_roots, seen })
}

fn settings_with(
    reach: &Reach,
    watch: impl FnOnce(Arc<dyn ServerCertVerifier>) -> Arc<dyn ServerCertVerifier>,
) -> Result<(ClientConfig, bool), NetError> {
    let provider: Arc<CryptoProvider> = Arc::new(aws_lc_rs::default_provider());
    let authorities = reach.ca_pem.as_deref().map_or_else(|| Ok(Vec::new()), authorities)?;
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|error| NetError::Client(error.to_string()))?;
    let verifier: Option<Arc<dyn ServerCertVerifier>> = if reach.verify {
        // The given ones were judged above: an error here only means that there are no roots.
        Verifier::new_with_extra_roots(authorities, provider).ok().map(|verifier| Arc::new(verifier) as _)
    } else {
        Some(Arc::new(DangerouslyAcceptAnybody(provider)))
    };
    let has_roots = verifier.is_some();
    let builder = match verifier {
        Some(verifier) => builder.dangerous().with_custom_certificate_verifier(watch(verifier)),
        None => builder.with_root_certificates(RootCertStore::empty()),
    };
    let mut config = match &reach.identity {
        Some(identity) => {
            let (chain, key) = pair(identity)?;
            builder.with_client_auth_cert(chain, key).map_err(|error| NetError::Identity(error.to_string()))?
        }
        None => builder.with_no_client_auth(),
    };
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok((config, has_roots))
}

/// The given CA certificates, each judged on its own.
fn authorities(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, NetError> {
    let found = certificates(pem).map_err(NetError::Certificates)?;
    let mut usable = RootCertStore::empty();
    for certificate in found.iter().cloned() {
        usable.add(certificate).map_err(|error| NetError::Certificates(error.to_string()))?;
    }
    Ok(found)
}

fn pair(identity: &Identity) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), NetError> {
    let chain = certificates(&identity.cert_pem).map_err(NetError::Identity)?;
    // Never the error's own text: it may repeat a line of the file.
    let key = PrivateKeyDer::from_pem_slice(identity.key_pem.expose_secret())
        .map_err(|_| NetError::Identity("no private key is found".to_owned()))?;
    Ok((chain, key))
}

/// What the client certificate says of itself, where that can be read.
pub(super) fn first_certificate(identity: &Identity) -> Result<Option<Facts>, NetError> {
    let (chain, _) = pair(identity)?;
    Ok(chain.first().and_then(|certificate| expiry::facts(certificate)))
}

/// The certificates of a PEM file, at least one.
fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
    let found: Vec<_> =
        CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>().map_err(|error| error.to_string())?;
    if found.is_empty() { Err("no certificate is found".to_owned()) } else { Ok(found) }
}

/// The certificate that a server showed.
#[derive(Debug, Default)]
pub(super) struct Seen(Mutex<Option<Vec<u8>>>);

impl Seen {
    /// Its bytes (DER), where there was one.
    pub(super) fn certificate(&self) -> Option<Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Leaves every decision to another, and notes what that one was shown.
#[derive(Debug)]
struct Watching {
    inner: Arc<dyn ServerCertVerifier>,
    seen: Arc<Seen>,
}

impl ServerCertVerifier for Watching {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        chain: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        *self.seen.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(certificate.to_vec());
        self.inner.verify_server_cert(certificate, chain, name, ocsp, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.inner.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.inner.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}

/// **Dangerous.** Accepts any certificate, of anybody, for any name, and checks no signature: whoever stands between
/// can read and change everything. Only for [`Reach::verify`] = `false`, which the operator must have asked for.
#[derive(Debug)]
struct DangerouslyAcceptAnybody(Arc<CryptoProvider>);

impl ServerCertVerifier for DangerouslyAcceptAnybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

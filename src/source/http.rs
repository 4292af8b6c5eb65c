//! Reading over HTTP: one client with the source's headers, credentials, proxy and TLS.

use std::error::Error as _;
use std::time::Duration;

use futures_util::TryStreamExt;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, ClientBuilder, Identity, Proxy, Response};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::{SourceError, SourceErrorKind};
use crate::domain::source::{Auth, SourceConfig, TlsConfig};
use crate::domain::text::clean;
use crate::secret::{Allowed, Resolver};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// How long a body may take once its head is there.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);
/// The most a body may have, in bytes.
const BODY_LIMIT: usize = 256 * 1024 * 1024;

/// A client that is ready to ask.
pub(super) struct Http {
    client: Client,
}

impl Http {
    /// Reads what the settings refer to and builds the client. Blocks. `direct`: all addresses are this machine's own.
    pub(super) fn build(
        config: &SourceConfig,
        auth: &Auth,
        secrets: &Resolver,
        direct: bool,
    ) -> Result<Self, SourceError> {
        let mut builder = Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .user_agent(concat!("andon/", env!("CARGO_PKG_VERSION")))
            .referer(false)
            .redirect(same_origin_only())
            .default_headers(headers(config, auth, secrets)?);
        if let Some(proxy) = &config.proxy {
            let address = fill(secrets, proxy)?;
            let proxy = Proxy::all(address.expose_secret()).map_err(|_| other("`proxy` is not an address"))?;
            builder = builder.proxy(proxy);
        } else if direct {
            builder = builder.no_proxy();
        }
        let client = tls(builder, &config.tls, secrets)?.build();
        // The error's own text may hold paths and keys of others' files; its class says enough.
        let client =
            client.map_err(|_| other("the HTTP client cannot be made; check `tls` and the system's CA files"))?;
        Ok(Self { client })
    }

    /// The body of a 2xx answer. `timeout` is for its head.
    pub(super) async fn get(&self, url: &Url, timeout: Duration) -> Result<Vec<u8>, SourceError> {
        let request = self.client.get(url.clone()).header(header::ACCEPT, "application/json").send();
        let response = match tokio::time::timeout(timeout, request).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => return Err(transport_error(url, &error)),
            Err(_) => return Err(silent(url, timeout)),
        };
        if !response.status().is_success() {
            return Err(status_error(url, &response));
        }
        tokio::time::timeout(BODY_TIMEOUT, body(url, response)).await.unwrap_or_else(|_| Err(silent(url, BODY_TIMEOUT)))
    }
}

/// A text of the settings with its references read.
pub(super) fn fill(secrets: &Resolver, text: &SecretString) -> Result<SecretString, SourceError> {
    secrets
        .resolve(text.expose_secret(), Allowed::Configuration)
        .map_err(|error| SourceError::new(SourceErrorKind::Unauthorised, error.to_string()))
}

fn headers(config: &SourceConfig, auth: &Auth, secrets: &Resolver) -> Result<HeaderMap, SourceError> {
    let mut out = HeaderMap::new();
    if let Some(value) = authorization(auth, secrets)? {
        out.insert(header::AUTHORIZATION, value);
    }
    for (name, value) in &config.headers {
        let wrong = || other(&format!("the header {} has a value that HTTP does not allow", clean(name)));
        let header = HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong())?;
        let mut value = HeaderValue::from_str(fill(secrets, value)?.expose_secret()).map_err(|_| wrong())?;
        value.set_sensitive(true);
        out.insert(header, value);
    }
    Ok(out)
}

fn authorization(auth: &Auth, secrets: &Resolver) -> Result<Option<HeaderValue>, SourceError> {
    let request = Client::new().get("http://localhost");
    let request = match auth {
        Auth::None => return Ok(None),
        Auth::Bearer(token) => request.bearer_auth(fill(secrets, token)?.expose_secret()),
        Auth::Basic { user, password } => {
            request.basic_auth(fill(secrets, user)?.expose_secret(), Some(fill(secrets, password)?.expose_secret()))
        }
    };
    // Never sent: it only encodes the credentials as reqwest does.
    let request = request.build().map_err(|_| other("the token has characters that HTTP does not allow"))?;
    Ok(request.headers().get(header::AUTHORIZATION).cloned())
}

fn tls(mut builder: ClientBuilder, tls: &TlsConfig, secrets: &Resolver) -> Result<ClientBuilder, SourceError> {
    let read = |text: &SecretString, what: &str| {
        let path = secrets.path(fill(secrets, text)?.expose_secret());
        let wrong = |error: std::io::Error| {
            other(&format!("tls.{what} {} cannot be read: {}", clean(&path.display().to_string()), error.kind()))
        };
        std::fs::read(&path).map_err(wrong)
    };
    if let Some(ca) = &tls.ca {
        let found = Certificate::from_pem_bundle(&read(ca, "ca")?).map_err(|_| other("tls.ca is not a PEM file"))?;
        builder = builder.tls_certs_merge(found);
    }
    if let (Some(cert), Some(key)) = (&tls.cert, &tls.key) {
        let mut pem = read(cert, "cert")?;
        pem.push(b'\n');
        pem.extend(read(key, "key")?);
        let identity = Identity::from_pem(&pem).map_err(|_| other("tls.cert and tls.key are not a PEM pair"))?;
        builder = builder.identity(identity);
    }
    Ok(if tls.verify { builder } else { builder.tls_danger_accept_invalid_certs(true) })
}

/// The configured headers never reach another origin.
fn same_origin_only() -> Policy {
    Policy::custom(|attempt| {
        let same = attempt.previous().last().is_some_and(|before| before.origin() == attempt.url().origin());
        if same && attempt.previous().len() <= 3 { attempt.follow() } else { attempt.stop() }
    })
}

async fn body(url: &Url, response: Response) -> Result<Vec<u8>, SourceError> {
    let mut stream = response.bytes_stream();
    let mut out = Vec::new();
    while let Some(chunk) = stream.try_next().await.map_err(|error| transport_error(url, &error))? {
        if out.len() + chunk.len() > BODY_LIMIT {
            return Err(SourceError::new(
                SourceErrorKind::Rubbish,
                format!("{} answers more than 256 MiB", place(url)),
            ));
        }
        out.extend_from_slice(&chunk);
    }
    Ok(out)
}

/// An address as messages show it: no userinfo, no query.
pub(super) fn place(url: &Url) -> String {
    let port = url.port().map_or_else(String::new, |port| format!(":{port}"));
    clean(&format!("{}://{}{port}", url.scheme(), url.host_str().unwrap_or_default())).into_owned()
}

fn silent(url: &Url, limit: Duration) -> SourceError {
    let message = format!("{} did not answer within {} ms", place(url), limit.as_millis());
    SourceError::new(SourceErrorKind::Unreachable, message)
}

/// Never the error's own text: it repeats the address with what may be secret in it.
fn transport_error(url: &Url, error: &reqwest::Error) -> SourceError {
    let place = place(url);
    let message = if let Some(reason) = tls_reason(error) {
        format!("{place}: TLS failed: {}; a company CA goes into tls.ca", clean(&reason))
    } else if error.is_dns() {
        format!("{place}: the host's name is not found; check the url")
    } else if error.is_timeout() {
        format!("{place} did not answer in time")
    } else if error.is_connect() {
        format!("nothing listens at {place}; is it running, and the url right?")
    } else if error.is_decode() {
        format!("{place}: the answer was cut or is not what its headers say")
    } else {
        format!("{place}: the connection was lost")
    };
    SourceError::new(SourceErrorKind::Unreachable, message)
}

fn tls_reason(error: &reqwest::Error) -> Option<String> {
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(tls) = error.downcast_ref::<rustls::Error>() {
            return Some(tls.to_string());
        }
        // An I/O error hides what it wraps from `source`.
        let inner = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        if let Some(tls) = inner.and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
            return Some(tls.to_string());
        }
        cause = error.source();
    }
    None
}

fn status_error(url: &Url, response: &Response) -> SourceError {
    let (place, status) = (place(url), response.status());
    let number = status.as_u16();
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => SourceError::new(
            SourceErrorKind::Unauthorised,
            format!("{place} answers {number}; check the token, or user and password"),
        ),
        StatusCode::TOO_MANY_REQUESTS => {
            let retry_after = response.headers().get(header::RETRY_AFTER).and_then(retry_after);
            let kind = SourceErrorKind::RateLimited { retry_after };
            SourceError::new(kind, format!("{place} answers 429: it is asked too often; set a longer refresh"))
        }
        StatusCode::NOT_FOUND => SourceError::new(
            SourceErrorKind::Missing,
            format!("{place} answers 404 to {}; check the url's path", clean(url.path())),
        ),
        _ if status.is_redirection() => SourceError::new(
            SourceErrorKind::Other,
            format!("{place} answers {number} and points elsewhere; write that address as url"),
        ),
        _ if status.is_server_error() => SourceError::new(
            SourceErrorKind::Unreachable,
            format!("{place} answers {number}: it has a fault of its own"),
        ),
        _ => SourceError::new(SourceErrorKind::Other, format!("{place} answers {number}; check the url")),
    }
}

/// Seconds, or a date.
fn retry_after(value: &HeaderValue) -> Option<Duration> {
    let text = value.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let at = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
    let wait = at.as_second().saturating_sub(jiff::Timestamp::now().as_second());
    Some(Duration::from_secs(u64::try_from(wait).unwrap_or_default()))
}

pub(super) fn other(message: &str) -> SourceError {
    SourceError::new(SourceErrorKind::Other, message)
}

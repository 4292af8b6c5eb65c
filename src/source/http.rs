//! Reading over HTTP: from a source's settings to a client that is ready, and from its errors to a source's.

use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::Method;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tokio::sync::OnceCell;
use url::Url;
use zeroize::Zeroizing;

use super::{SourceError, SourceErrorKind};
use crate::domain::action::Header;
use crate::domain::address::{is_secret_name, is_web};
use crate::domain::source::{Auth, Login, SourceConfig, TlsConfig};
use crate::domain::text::clean;
use crate::net::{
    Call, Called, HostPolicy, Identity, NetError, ProxyChoice, Reach, ReadClass, ReadClient, ReadError, ReadLimits,
};
use crate::secret::{Allowed, Masks, Resolver};

/// How long a body may take once its head is there.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);
/// The most a body may have, in bytes.
const BODY_LIMIT: usize = 256 * 1024 * 1024;

/// A client that is ready to ask.
pub(super) struct Http {
    client: ReadClient,
    /// For what changes something, made when it is first needed.
    writer: OnceCell<ReadClient>,
    reach: Reach,
    headers: Vec<Header>,
}

impl Http {
    /// Reads what the settings refer to and builds the client. Blocks.
    pub(super) fn build(config: &SourceConfig, secrets: &Resolver) -> Result<Self, SourceError> {
        let headers = headers(config, secrets)?;
        let reach = reach(config, secrets)?;
        let client = ReadClient::with(&reach).map_err(|error| unusable(&error))?;
        Ok(Self { client, writer: OnceCell::new(), reach, headers })
    }

    /// What goes along with every call: the settings' own headers and credentials.
    pub(super) fn headers(&self) -> &[Header] {
        &self.headers
    }

    /// The answer to a call, whatever its status. `json` goes out as the body, `headers` beside those of the settings.
    /// `timeout` is for its head.
    pub(super) async fn call(
        &self,
        method: Method,
        url: &Url,
        json: Option<&Value>,
        headers: &[Header],
        timeout: Duration,
    ) -> Result<Called, SourceError> {
        self.send(&self.client, Call { method, url, json }, headers, timeout).await.map_err(|error| unread(&error))
    }

    /// As [`Http::call`], for what changes something there: no redirect is followed, and where the answer was lost
    /// after it was sent, nobody knows whether it was done, and that is the error. [`super::write::judge`] reads what
    /// was answered.
    pub(super) async fn change(
        &self,
        call: Call<'_>,
        headers: &[Header],
        timeout: Duration,
    ) -> Result<Called, SourceError> {
        let writer = self.writer.get_or_try_init(|| self.make_writer()).await?;
        self.send(writer, call, headers, timeout).await.map_err(|error| {
            let known = unread(&error);
            match error.class {
                ReadClass::Timeout | ReadClass::Lost | ReadClass::TooLarge => {
                    SourceError { kind: SourceErrorKind::Unanswered, ..known }
                }
                _ => known,
            }
        })
    }

    async fn make_writer(&self) -> Result<ReadClient, SourceError> {
        let reach = self.reach.clone();
        let made = tokio::task::spawn_blocking(move || ReadClient::for_writes(&reach)).await;
        made.map_err(|_| other("preparing the connection failed"))?.map_err(|error| unusable(&error))
    }

    async fn send(
        &self,
        client: &ReadClient,
        call: Call<'_>,
        headers: &[Header],
        timeout: Duration,
    ) -> Result<Called, ReadError> {
        let limits = ReadLimits { head: timeout, body: BODY_TIMEOUT, bytes: BODY_LIMIT };
        let mut all = self.headers.clone();
        all.retain(|known| !headers.iter().any(|more| more.name.eq_ignore_ascii_case(&known.name)));
        all.extend_from_slice(headers);
        let masks = masks(&all, call.url);
        let called = client.call(call, &all, limits).await?;
        // An answer that repeats the request does not repeat its key, in an incident or in the words of an error.
        let location = masks.text(&called.location).into_owned();
        Ok(Called { location, body: masks.bytes(called.body), ..called })
    }
}

/// What the headers and the address of a call keep secret: whole, without its scheme, and the password of a pair.
fn masks(headers: &[Header], url: &Url) -> Masks {
    let mut values: Vec<SecretString> = Vec::new();
    for header in headers.iter().filter(|header| header.is_secret()) {
        let value = header.expose();
        let bare = value.split_once(char::is_whitespace).map_or(value, |(_, rest)| rest.trim());
        values.extend([value.into(), bare.into(), bare.rsplit('=').next().unwrap_or(bare).into()]);
        let pair = BASE64_STANDARD.decode(bare).ok().map(Zeroizing::new);
        let pair = pair.as_deref().and_then(|pair| std::str::from_utf8(pair).ok());
        values.extend(pair.and_then(|pair| pair.split_once(':')).map(|(_, password)| password.into()));
    }
    values.extend(url.password().map(Into::into));
    let secret = url.query_pairs().filter(|(name, _)| is_secret_name(name));
    values.extend(secret.map(|(_, value)| SecretString::from(value.into_owned())));
    Masks::new(values)
}

/// What may be done about a refusal with this status.
pub(super) fn hint(status: u16) -> &'static str {
    match status {
        401 | 403 => "check the token, key or password, and what it may do",
        404 => "there is no such thing: check the url",
        429 => "too many requests; set a longer refresh",
        500..=599 => "it has a fault of its own",
        _ => "it refused",
    }
}

/// The error of a call that was answered outside 2xx; `said` is what the answer itself says, empty where it says
/// nothing. `who` is what answered.
pub(super) fn refused(who: &str, called: &Called, said: &str) -> SourceError {
    let retry_after = called.retry_after_ms.map(Duration::from_millis);
    let kind = match called.status {
        300..=399 => {
            let to = if called.location.is_empty() { "elsewhere" } else { &called.location };
            let message = format!("{who} answered HTTP {}: redirected to {}", called.status, clean(to));
            return SourceError::new(
                SourceErrorKind::Other,
                format!("{message}, which is not followed; write that address as url, or sign in anew"),
            );
        }
        401 | 403 => SourceErrorKind::Unauthorised,
        404 => SourceErrorKind::Missing,
        429 => SourceErrorKind::RateLimited { retry_after },
        500..=599 => SourceErrorKind::Unreachable,
        _ => SourceErrorKind::Refused,
    };
    let said = clean(said.trim());
    let why = if said.is_empty() { hint(called.status) } else { &said };
    SourceError::new(kind, format!("{who} answered HTTP {}: {why}", called.status))
}

/// A text of the settings with its references read.
pub(super) fn fill(secrets: &Resolver, text: &SecretString) -> Result<SecretString, SourceError> {
    secrets
        .resolve(text.expose_secret(), Allowed::Configuration)
        .map_err(|error| SourceError::new(SourceErrorKind::Unauthorised, error.to_string()))
}

/// A setting with its references read.
pub(super) fn setting(config: &SourceConfig, secrets: &Resolver, name: &str) -> Result<SecretString, SourceError> {
    let text = config.secret(name).ok_or_else(|| other(&format!("`{name}` is not set")))?;
    fill(secrets, text)
}

/// The addresses of the source, references read.
pub(super) fn base_urls(config: &SourceConfig, secrets: &Resolver) -> Result<Vec<Url>, SourceError> {
    let read = |text| {
        let url = Url::parse(fill(secrets, text)?.expose_secret().trim()).ok();
        let url = url.filter(is_web);
        url.ok_or_else(|| other("`url` is not a valid URL: it begins with http:// or https://"))
    };
    config.addresses().iter().map(read).collect()
}

/// The one address of the source, references read.
pub(super) fn base_url(config: &SourceConfig, secrets: &Resolver) -> Result<Url, SourceError> {
    base_urls(config, secrets)?.into_iter().next().ok_or_else(|| other("`url` is not set"))
}

/// The key of the source, references read.
pub(super) fn credential(config: &SourceConfig, secrets: &Resolver) -> Result<SecretString, SourceError> {
    let Some(Login { key, words, .. }) = config.kind.login() else { return Err(other("it has no key")) };
    let text: SecretString = setting(config, secrets, key)?.expose_secret().trim().into();
    if text.expose_secret().is_empty() {
        let message = format!("`{key}` is empty where it is kept; put the {words} there");
        return Err(SourceError::new(SourceErrorKind::Unauthorised, message));
    }
    Ok(text)
}

/// The address as links and messages show it: nothing that may be secret.
pub(super) fn bare(url: &Url) -> Url {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    // Neither can fail: the address has a host.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url
}

pub(super) fn other(message: &str) -> SourceError {
    SourceError::new(SourceErrorKind::Other, message)
}

fn headers(config: &SourceConfig, secrets: &Resolver) -> Result<Vec<Header>, SourceError> {
    let mut out = vec![Header::new("Accept", "application/json")];
    out.extend(authorization(&config.auth, secrets)?);
    for (name, value) in &config.headers {
        let value = fill(secrets, value)?;
        // A header of the configuration replaces the one that andon would send.
        out.retain(|known| !known.name.eq_ignore_ascii_case(name));
        out.push(Header::with_secrecy(name, value.expose_secret(), true));
    }
    Ok(out)
}

fn authorization(auth: &Auth, secrets: &Resolver) -> Result<Option<Header>, SourceError> {
    let value = match auth {
        Auth::None => return Ok(None),
        Auth::Bearer(token) => format!("Bearer {}", fill(secrets, token)?.expose_secret()),
        Auth::Basic { user, password } => {
            let (user, password) = (fill(secrets, user)?, fill(secrets, password)?);
            let pair = Zeroizing::new(format!("{}:{}", user.expose_secret(), password.expose_secret()));
            format!("Basic {}", BASE64_STANDARD.encode(pair.as_bytes()))
        }
    };
    Ok(Some(Header::new("Authorization", value)))
}

fn reach(config: &SourceConfig, secrets: &Resolver) -> Result<Reach, SourceError> {
    let TlsConfig { ca, cert, key, verify } = &config.tls;
    let ca_pem = ca.as_ref().map(|ca| pem(secrets, ca, "ca")).transpose()?;
    let cert_pem = cert.as_ref().map(|cert| pem(secrets, cert, "cert")).transpose()?;
    let key_pem = key.as_ref().map(|key| pem(secrets, key, "key")).transpose()?;
    let identity = Identity::pair(cert_pem, key_pem.map(Into::into)).map_err(|error| unusable(&error))?;
    let proxy = match &config.proxy {
        Some(proxy) => ProxyChoice::Outside(fill(secrets, proxy)?.expose_secret().to_owned()),
        None => ProxyChoice::Environment,
    };
    // The policy is about actions; where a source is stands in the operator's own configuration.
    Ok(Reach { ca_pem, identity, verify: *verify, proxy, policy: HostPolicy::open(), ..Reach::default() })
}

/// The file that a setting under `tls` names.
fn pem(secrets: &Resolver, text: &SecretString, setting: &str) -> Result<Vec<u8>, SourceError> {
    let path = secrets.path(fill(secrets, text)?.expose_secret());
    std::fs::read(&path).map_err(|error| {
        other(&format!("tls.{setting} {} cannot be read: {}", clean(&path.display().to_string()), error.kind()))
    })
}

fn unusable(error: &NetError) -> SourceError {
    let setting = match error {
        NetError::Certificates(_) => "tls.ca: ",
        NetError::Identity(_) => "tls.cert and tls.key: ",
        NetError::Proxy | NetError::Policy(_) => "proxy: ",
        NetError::Half(..) | NetError::Client(_) => "",
    };
    other(&clean(&format!("{setting}{error}")))
}

/// The class for whoever asks again, and which setting may help.
fn unread(error: &ReadError) -> SourceError {
    let (kind, hint) = match error.class {
        ReadClass::Dns | ReadClass::Timeout | ReadClass::Tls | ReadClass::Lost | ReadClass::Status(500..=599) => {
            (SourceErrorKind::Unreachable, "")
        }
        ReadClass::Connect => (SourceErrorKind::Unreachable, "; is it running, and the url right?"),
        ReadClass::TooLarge => (SourceErrorKind::Rubbish, ""),
        ReadClass::Status(401 | 403) => (SourceErrorKind::Unauthorised, ""),
        ReadClass::Status(404) => (SourceErrorKind::Missing, ""),
        ReadClass::Status(429) => {
            let retry_after = error.retry_after_ms.map(Duration::from_millis);
            (SourceErrorKind::RateLimited { retry_after }, "; set a longer refresh")
        }
        ReadClass::Status(300..=399) => (SourceErrorKind::Other, "; write that address as url"),
        ReadClass::Invalid | ReadClass::Policy | ReadClass::Status(_) => (SourceErrorKind::Other, ""),
    };
    SourceError::new(kind, clean(&format!("{error}{hint}")))
}

//! How the receiver is reached: signing keys, certificates, the proxy.

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::super::action::{Action, Tls};
use super::text::{is_reference, literal_fault, mask_fault, reference_fault, without_references};

/// What is wrong with a signing key. The sentence never holds it.
pub(in crate::domain) fn key_fault(key: &SecretString) -> Option<String> {
    let key = key.expose_secret();
    if let Some(fault) = mask_fault(key) {
        return Some(fault);
    }
    if is_reference(key) {
        return reference_fault(key);
    }
    let fine = key.strip_prefix("whsec_").is_some_and(is_base64);
    (!fine).then(|| "a signing key is a reference such as ${secret:NAME}, or whsec_ and base64".to_owned())
}

/// Whether it is base64 with its padding, of one byte at least.
fn is_base64(text: &str) -> bool {
    let digits = text.trim_end_matches('=');
    let padding = text.len() - digits.len();
    let alphabet = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/';
    !digits.is_empty() && text.len().is_multiple_of(4) && padding <= 2 && digits.bytes().all(alphabet)
}

/// What is wrong with the user of Basic authentication.
pub(in crate::domain) fn auth_fault(action: &Action) -> Option<String> {
    let auth = action.auth.as_ref()?;
    if action.headers.iter().any(|header| header.name.eq_ignore_ascii_case("authorization")) {
        return Some("the header Authorization is there as well; one of the two is sent".to_owned());
    }
    if auth.user.is_empty() && auth.password.expose_secret().is_empty() {
        return Some("it needs a user or a password".to_owned());
    }
    if without_references(&auth.user, "").contains(':') {
        return Some("a user cannot hold a colon".to_owned());
    }
    plain_fault(&auth.user)
}

/// What is wrong with its password. The sentence never holds it.
pub(in crate::domain) fn password_fault(action: &Action) -> Option<String> {
    plain_fault(action.auth.as_ref()?.password.expose_secret())
}

/// One line without expressions; references may stand in it.
fn plain_fault(text: &str) -> Option<String> {
    if text.contains("{{") || text.contains("{%") {
        return Some("expressions are not allowed here; references such as ${secret:NAME} are".to_owned());
    }
    if text.chars().any(char::is_control) {
        return Some("it cannot hold line ends or control characters".to_owned());
    }
    mask_fault(text).or_else(|| reference_fault(text))
}

/// What is wrong with a path of a PEM file; empty: none is named.
pub(in crate::domain) fn path_fault(path: &str) -> Option<String> {
    if path.chars().any(char::is_control) {
        return Some("a path cannot hold line ends or control characters".to_owned());
    }
    literal_fault(path, "the path of a certificate")
}

/// What is wrong with a client certificate without its key.
pub(in crate::domain) fn cert_fault(tls: &Tls) -> Option<String> {
    let missing = tls.cert.is_empty() && !tls.key.is_empty();
    missing.then(|| "a key without its certificate; name both or neither".to_owned())
}

/// What is wrong with a key without its certificate.
pub(in crate::domain) fn cert_key_fault(tls: &Tls) -> Option<String> {
    let missing = tls.key.is_empty() && !tls.cert.is_empty();
    missing.then(|| "a certificate without its key; name both or neither".to_owned())
}

/// What is wrong with a proxy; empty and `none` are words of their own.
pub(in crate::domain) fn proxy_fault(proxy: &str) -> Option<String> {
    if proxy.is_empty() || proxy == "none" {
        return None;
    }
    let shape = || "a proxy is `none`, or begins with http://, https:// or socks5://".to_owned();
    if proxy.contains("{{") || proxy.contains("{%") || proxy.contains("{#") {
        return Some("expressions are not allowed in a proxy".to_owned());
    }
    if let Some(fault) = mask_fault(proxy).or_else(|| reference_fault(proxy)) {
        return Some(fault);
    }
    if is_reference(proxy) {
        return None;
    }
    if proxy.chars().any(|ch| ch.is_whitespace() || ch.is_control()) {
        return Some("a proxy's address cannot hold spaces".to_owned());
    }
    let bare = without_references(proxy, "x");
    if !["http://", "https://", "socks5://"].iter().any(|scheme| bare.to_ascii_lowercase().starts_with(scheme)) {
        return Some(shape());
    }
    match Url::parse(&bare) {
        Ok(url) if url.host_str().is_none_or(str::is_empty) => Some("the proxy has no host".to_owned()),
        Ok(_) if has_literal_password(proxy) => {
            Some("a password in the proxy would be shown; write ${secret:NAME} in its place".to_owned())
        }
        Ok(_) => None,
        Err(error) => Some(format!("not a valid URL: {error}")),
    }
}

/// Whether anything but references stands between `user:` and `@`.
fn has_literal_password(proxy: &str) -> bool {
    let bare = without_references(proxy, "");
    let authority = bare.split_once("://").map_or("", |(_, rest)| rest);
    let authority = authority.split(['/', '?', '#']).next().unwrap_or_default();
    let user = authority.rsplit_once('@').map_or("", |(user, _)| user);
    user.split_once(':').is_some_and(|(_, password)| !password.is_empty())
}

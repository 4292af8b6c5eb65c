//! What of an action's secrets may be written: references as they are, literals as `${kept:NAME}`.

use secrecy::{ExposeSecret, SecretString};

use crate::domain::action::{Header, MASK, has_reference};

fn kept(name: &str) -> String {
    format!("${{kept:{name}}}")
}

/// A header's value as `export` writes it. Text around a reference may be a secret as well: what a screen hides is not
/// written.
pub fn exported_header(header: &Header) -> String {
    if header.shown().contains(MASK) { kept(&header.name) } else { header.exported() }
}

/// A signing key as `export` writes it: only references, or `${kept:NAME}`.
pub fn exported_sign_key(key: &SecretString, name: &str) -> String {
    let text = key.expose_secret();
    if only_references(text) { text.to_owned() } else { kept(&format!("sign.{name}")) }
}

/// A proxy as `export` writes it: `${kept:proxy}` where a password stands in it.
pub fn exported_proxy(proxy: &str) -> String {
    if holds_password(proxy) { kept("proxy") } else { proxy.to_owned() }
}

/// Whether a password, or a user alone, stands in an address as such. What a reference brings in does not.
fn holds_password(text: &str) -> bool {
    let literal = without_references(text);
    let rest = literal.split_once("://").map_or(literal.as_str(), |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let Some((userinfo, _)) = authority.rsplit_once('@') else { return false };
    let password = userinfo.split_once(':').map_or(userinfo, |(_, password)| password);
    !password.is_empty()
}

fn only_references(text: &str) -> bool {
    has_reference(text) && without_references(text).is_empty()
}

fn without_references(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, inside)) = rest.split_once("${") {
        let Some((_, after)) = inside.split_once('}') else { break };
        out.push_str(before);
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_in_a_proxy_is_kept_and_a_reference_is_written() {
        for plain in ["", "none", "http://proxy:8080", "http://ada:${secret:PW}@proxy", "http://${env:A}:${env:B}@p"] {
            assert_eq!(exported_proxy(plain), plain);
        }
        for secret in ["http://ada:pw@proxy", "socks5://token@proxy", "http://ada:x${secret:PW}@proxy"] {
            assert_eq!(exported_proxy(secret), "${kept:proxy}", "{secret}");
        }
    }

    #[test]
    fn text_around_a_reference_is_not_written() {
        assert_eq!(exported_sign_key(&"${secret:A}".to_owned().into(), "key"), "${secret:A}");
        assert_eq!(exported_sign_key(&"whsec_x${secret:A}".to_owned().into(), "key"), "${kept:sign.key}");
        assert_eq!(exported_header(&Header::new("X-A", "abc${secret:A}")), "${kept:X-A}");
    }
}

//! What of a request must not come back: values that were read for it, and what the action's own text keeps secret.

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::{headers, sign};
use crate::domain::action::{Header, names_a_secret};
use crate::domain::address::{is_secret_name, secret_pairs};
use crate::domain::request::Prepared;
use crate::template::{self, Context};

/// The shortest literal of a header that is told from any other text. One under a name that says "secret" may be shorter.
const LITERAL: usize = 8;

/// The secrets of a request that was filled to this endpoint and proxy.
pub(super) fn of(prepared: &Prepared, context: &Context, (endpoint, proxy): (&str, &str)) -> Vec<SecretString> {
    let action = &prepared.action;
    let mut out: Vec<SecretString> = context.values().cloned().collect();
    out.extend(prepared.inputs.secret.values().cloned());
    let mut add = |text: &str| out.push(SecretString::from(text));
    if let Some(auth) = action.auth_header() {
        // As it is written, and as it goes: where nothing is left to read, the filled one is what is sent.
        for literal in action.auth.iter().flat_map(|auth| template::literals(auth.password.expose_secret())) {
            add(literal);
        }
        if let Ok(sent) = template::fill_text(auth.expose(), context) {
            add(headers::basic(&sent).trim_start_matches("Basic "));
        }
    }
    for header in &action.headers {
        for text in in_header(header) {
            add(text);
        }
    }
    for key in sign::keys(action) {
        for literal in template::literals(key) {
            add(literal);
            add(literal.trim().trim_start_matches("whsec_"));
        }
    }
    for address in [endpoint, proxy] {
        for text in in_address(address) {
            add(&text);
        }
    }
    out
}

/// What of a secret header stands in the action as it is: whole, without its scheme, and each of its parameters.
fn in_header(header: &Header) -> Vec<&str> {
    if !header.is_secret() {
        return Vec::new();
    }
    let pieces = template::literals(header.expose());
    let is_whole = pieces.len() == 1 && pieces[0] == header.expose();
    let least = if names_a_secret(&header.name) { 4 } else { LITERAL };
    let mut out = Vec::new();
    for piece in pieces.into_iter().map(str::trim) {
        let bare = match piece.split_once(char::is_whitespace) {
            Some((scheme, rest)) if scheme.chars().all(|ch| ch.is_ascii_alphanumeric() || ch == '-') => rest.trim(),
            _ => piece,
        };
        // A scheme before a reference is no secret.
        if is_whole || !piece.chars().all(char::is_alphabetic) {
            out.extend([piece, bare]);
        }
        let values = bare.split([';', ',']).filter_map(|pair| Some(pair.split_once('=')?.1.trim().trim_matches('"')));
        out.extend(values.filter(|value| value.len() >= LITERAL));
    }
    out.retain(|text| text.chars().count() >= least);
    out
}

/// The password of an address, and the values of its query that are secret by their names.
fn in_address(address: &str) -> Vec<String> {
    let Ok(url) = Url::parse(address) else { return Vec::new() };
    let decoded = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
    let mut out: Vec<String> = url.password().into_iter().map(decoded).collect();
    if url.password().is_none() && url.username().len() >= LITERAL {
        out.push(decoded(url.username()));
    }
    out.extend(url.query_pairs().filter(|(name, _)| is_secret_name(name)).map(|(_, value)| value.into_owned()));
    out.extend(secret_pairs(address).into_iter().map(str::to_owned));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_secret_parts_of_a_header_are_found_and_a_scheme_is_none() {
        let of = |value: &str| in_header(&Header::new("Authorization", value)).join("|");
        assert_eq!(of("Bearer s3cret-value"), "Bearer s3cret-value|s3cret-value");
        assert_eq!(of("Bearer ${secret:CI}"), "");
        assert_eq!(of("Bearer abc123${secret:CI}"), "Bearer abc123|abc123");
        assert!(of("sid=0123456789abcdef; theme=dark").ends_with("0123456789abcdef"));
        assert!(
            in_header(&Header::new("X-Env", "prod")).is_empty()
                && in_header(&Header::new("Accept", "text/plain")).is_empty()
        );
        assert!(in_header(&Header::with_secrecy("X-Region", "eu-central-1", false)).is_empty());
    }

    #[test]
    fn the_secret_parts_of_an_address_are_found() {
        let found = in_address("https://ada:p%40ss@ci.example/x?sig=Zm9v%2Bcg&a=plain&Token=abc");
        for secret in ["p@ss", "Zm9v+cg", "Zm9v%2Bcg", "abc"] {
            assert!(found.iter().any(|own| own == secret), "{secret}: {found:?}");
        }
        assert!(!found.iter().any(|own| own.contains("plain")));
        assert!(of_nothing().is_empty());
    }

    fn of_nothing() -> Vec<String> {
        in_address("no address")
    }
}

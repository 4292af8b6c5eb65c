//! Custom headers, and what of their values may be shown.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize, Serializer};

/// What stands where a secret value is hidden.
pub const MASK: &str = "••••••";

/// A custom header of an action. Its value is a secret unless it is marked otherwise.
#[derive(Clone, Serialize, Deserialize)]
pub struct Header {
    /// The name as written.
    pub name: String,
    #[serde(serialize_with = "expose")]
    value: SecretString,
    secret: bool,
}

/// Writes a secret as it is: for the store.
pub(super) fn expose<S: Serializer>(secret: &SecretString, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(secret.expose_secret())
}

impl Header {
    /// A header; whether its value is a secret follows from its name ([`is_plain_header`]).
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        let name = name.into();
        let secret = !is_plain_header(&name);
        Self { name, value: value.into().into(), secret }
    }

    /// A header whose value is or is not a secret whatever its name.
    pub fn with_secrecy(name: impl Into<String>, value: impl Into<String>, secret: bool) -> Self {
        Self { name: name.into(), value: value.into().into(), secret }
    }

    /// The value itself. For the wire, the store, and the deliberate key that shows it for seconds.
    pub fn expose(&self) -> &str {
        self.value.expose_secret()
    }

    pub fn is_secret(&self) -> bool {
        self.secret
    }

    /// Whether the value is only references (`${secret:NAME}`) and plain text around them, which may be shown.
    pub fn is_reference(&self) -> bool {
        has_reference(self.expose())
    }

    /// The value as screens, logs and `--json` show it: a reference as written, a secret as [`MASK`].
    ///
    /// Text around a reference stays hidden too, but for an authorization scheme such as `Bearer`.
    pub fn shown(&self) -> String {
        if self.secret && !self.is_reference() {
            MASK.to_owned()
        } else {
            mask_around_references(self.expose(), self.secret)
        }
    }

    /// The value as `export` writes it: a literal secret becomes `${kept:NAME}`.
    pub fn exported(&self) -> String {
        if self.secret && !self.is_reference() { format!("${{kept:{}}}", self.name) } else { self.expose().to_owned() }
    }
}

impl PartialEq for Header {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.secret == other.secret && self.expose() == other.expose()
    }
}

impl fmt::Debug for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Header({}: {})", self.name, self.shown())
    }
}

/// Names whose literal values are no secrets.
pub fn is_plain_header(name: &str) -> bool {
    ["accept", "accept-language", "cache-control", "content-type", "user-agent"]
        .iter()
        .any(|plain| name.eq_ignore_ascii_case(plain))
}

/// Names that by themselves say "secret": a literal under them deserves a warning.
pub fn names_a_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name == "authorization" || name == "cookie" || ["token", "key", "secret"].iter().any(|word| name.contains(word))
}

/// Whether the text holds `${kind:...}` of a kind that we know.
pub fn has_reference(text: &str) -> bool {
    ["${secret:", "${env:", "${file:", "${cmd:", "${kept:"].iter().any(|open| text.contains(open))
}

/// A value that should be a reference, as screens and `--json` show it: a literal is masked.
pub fn shown_reference(text: &str) -> String {
    if has_reference(text) { text.to_owned() } else { MASK.to_owned() }
}

/// The text with everything hidden but references and an authorization scheme such as `Bearer`; as it is where it is
/// no `secret`.
pub fn mask_around_references(text: &str, secret: bool) -> String {
    if !secret {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        let Some(length) = rest[start..].find('}') else {
            break;
        };
        push_masked(&mut out, &rest[..start]);
        out.push_str(&rest[start..=start + length]);
        rest = &rest[start + length + 1..];
    }
    push_masked(&mut out, rest);
    out
}

fn push_masked(out: &mut String, literal: &str) {
    match literal.trim() {
        "" | "Bearer" | "Basic" | "Token" | "token" | "GenieKey" => out.push_str(literal),
        _ => out.push_str(MASK),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_never_shown_and_a_reference_is() {
        let literal = Header::new("Authorization", "Bearer s3cret");
        assert_eq!(literal.shown(), MASK);
        assert!(!format!("{literal:?}").contains("s3cret"));
        assert_eq!(literal.exported(), "${kept:Authorization}");
        assert_eq!(Header::new("Authorization", "Bearer ${secret:CI}").shown(), "Bearer ${secret:CI}");
        assert_eq!(Header::new("X-Token", "abc-${secret:CI}").shown(), "••••••${secret:CI}");
        assert_eq!(Header::new("Accept", "text/plain").shown(), "text/plain");
        assert_eq!(Header::with_secrecy("X-Env", "prod", false).exported(), "prod");
    }
}

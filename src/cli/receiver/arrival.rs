//! One request that came, and how it is printed.

use std::net::SocketAddr;

use http::{HeaderMap, Method, Uri};
use serde_json::{Map, Value, json};

use crate::cli::output::Output;
use crate::domain::action::{MASK, names_a_secret};
use crate::domain::text::clean_lines;
use crate::domain::time::rfc3339;

/// A request that came whole, and what was said to it.
#[derive(Debug)]
pub(super) struct Arrival {
    pub(super) at_ms: i64,
    pub(super) peer: SocketAddr,
    pub(super) method: Method,
    pub(super) uri: Uri,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
    /// Whether the signature is good; `None` where none was looked for. The error says why not.
    pub(super) verified: Option<Result<(), String>>,
    /// Whether the same `webhook-id` came before.
    pub(super) duplicate: bool,
    pub(super) status: u16,
}

impl Arrival {
    /// Prints it: an object a line, or the request as it stands.
    pub(super) fn print(&self, out: &mut Output, show_secrets: bool) {
        if out.is_json() {
            out.object(self.to_json(show_secrets));
            return;
        }
        out.line(&format!("{} {}  from {}", self.method, self.target(show_secrets), self.peer));
        for (name, value) in self.shown_headers(show_secrets) {
            out.line(&format!("{name}: {value}"));
        }
        out.line("");
        let text = match serde_json::from_slice::<Value>(&self.body) {
            Ok(json) => format!("{json:#}"),
            Err(_) => String::from_utf8_lossy(&self.body).into_owned(),
        };
        if !text.is_empty() {
            for line in clean_lines(&text) {
                out.line(&line);
            }
            out.line("");
        }
        out.line(&format!("-> {}{}", self.status, self.remarks()));
        out.line("");
    }

    fn remarks(&self) -> String {
        let signature = match &self.verified {
            None => String::new(),
            Some(Ok(())) => "  signature good".to_owned(),
            Some(Err(why)) => format!("  signature refused: {why}"),
        };
        let repeat = if self.duplicate { "  duplicate: the same webhook-id" } else { "" };
        format!("{signature}{repeat}")
    }

    fn to_json(&self, show_secrets: bool) -> Value {
        let mut headers = Map::new();
        for (name, value) in self.shown_headers(show_secrets) {
            match headers.get_mut(&name) {
                // A header that came twice: one value after the other, as HTTP joins them.
                Some(Value::String(first)) => first.push_str(&format!(", {value}")),
                _ => {
                    headers.insert(name, value.into());
                }
            }
        }
        let body: Value =
            serde_json::from_slice(&self.body).unwrap_or_else(|_| String::from_utf8_lossy(&self.body).into());
        json!({
            "at": rfc3339(self.at_ms),
            "peer": self.peer.to_string(),
            "method": self.method.as_str(),
            "path": self.target(show_secrets),
            "headers": headers,
            "body": body,
            "bytes": self.body.len(),
            "verified": self.verified.as_ref().map(Result::is_ok),
            "reason": self.verified.as_ref().and_then(|verified| verified.as_ref().err()),
            "duplicate": self.duplicate,
            "status": self.status,
        })
    }

    fn shown_headers(&self, show_secrets: bool) -> Vec<(String, String)> {
        let shown = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
            let text = String::from_utf8_lossy(value.as_bytes()).into_owned();
            let text = if show_secrets || !is_secret(name.as_str()) { text } else { masked(&text) };
            (name.as_str().to_owned(), text)
        };
        self.headers.iter().map(shown).collect()
    }

    /// Path and query; the values of what is called a token or the like are hidden.
    fn target(&self, show_secrets: bool) -> String {
        let (path, Some(query)) = (self.uri.path(), self.uri.query()) else {
            return self.uri.path().to_owned();
        };
        if show_secrets {
            return format!("{path}?{query}");
        }
        let pairs = query.split('&').map(|pair| match pair.split_once('=') {
            Some((name, _)) if is_secret(name) => format!("{name}={MASK}"),
            _ => pair.to_owned(),
        });
        format!("{path}?{}", pairs.collect::<Vec<_>>().join("&"))
    }
}

/// Names whose values are hidden.
fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    // The id of a press: what receivers deduplicate on.
    name != "idempotency-key"
        && (names_a_secret(&name)
            || ["auth", "cookie", "pass", "pwd", "session", "credential"].iter().any(|word| name.contains(word)))
}

/// The value hidden, but for the scheme before it.
fn masked(value: &str) -> String {
    match value.split_once(' ') {
        Some((scheme @ ("Bearer" | "Basic" | "Token"), _)) => format!("{scheme} {MASK}"),
        _ => MASK.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_names_a_secret_is_hidden_and_the_id_of_the_press_is_not() {
        for name in
            ["Authorization", "Cookie", "X-Auth", "X-Api-Key", "Proxy-Authorization", "x-gitlab-token", "password"]
        {
            assert!(is_secret(name), "{name}");
        }
        for name in ["idempotency-key", "webhook-id", "webhook-signature", "content-type", "user-agent", "x-env"] {
            assert!(!is_secret(name), "{name}");
        }
        assert_eq!(masked("Bearer s3cret"), "Bearer ••••••");
        assert_eq!(masked("s3cret and more"), "••••••");
    }
}

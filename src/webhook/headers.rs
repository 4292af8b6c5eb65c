//! The headers of a request.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::body;
use crate::domain::action::{Action, Header, MASK};
use crate::domain::refusal::Refusal;
use crate::domain::run::Failure;
use crate::domain::text::clean;
use crate::domain::validate::header_name_fault;
use crate::template::{self, Context};

/// What the signature stands under.
pub(super) const SIGNATURE: &str = "webhook-signature";
/// What the time of the sending stands under.
pub(super) const TIMESTAMP: &str = "webhook-timestamp";

/// Our own headers, then the action's as they are shown; one of the action's that has the name of one of ours stands in
/// its place.
pub(super) fn shown(action: &Action, event_id: &str, now_s: i64, context: &Context) -> Result<Vec<Header>, Refusal> {
    let mut headers = own(action, event_id, now_s);
    if let Some(auth) = action.auth_header() {
        put(&mut headers, fill_shown(&auth, context)?);
    }
    for custom in &action.headers {
        if let Some(fault) = header_name_fault(&custom.name) {
            return Err(about(&custom.name, &fault));
        }
        put(&mut headers, fill_shown(custom, context)?);
    }
    Ok(headers)
}

/// The headers where nothing can be filled: as written.
pub(super) fn written(action: &Action, event_id: &str, now_s: i64) -> Vec<Header> {
    let mut headers = own(action, event_id, now_s);
    headers.extend(action.auth_header());
    action.headers.iter().for_each(|custom| put(&mut headers, custom.clone()));
    headers
}

fn own(action: &Action, event_id: &str, now_s: i64) -> Vec<Header> {
    let own = |name: &str, value: &str| Header::with_secrecy(name, value, false);
    let mut headers = Vec::new();
    if body::is_sent(action) {
        headers.push(own("Content-Type", action.body.content_type()));
    }
    headers.extend([
        own("User-Agent", concat!("andon/", env!("CARGO_PKG_VERSION"))),
        own("Accept", "application/json, text/plain;q=0.9, */*;q=0.8"),
        own("Idempotency-Key", event_id),
        own("webhook-id", event_id),
        own(TIMESTAMP, &now_s.to_string()),
    ]);
    if action.sign.is_some() {
        headers.push(Header::with_secrecy(SIGNATURE, MASK, true));
    }
    headers
}

fn put(headers: &mut Vec<Header>, custom: Header) {
    match headers.iter_mut().find(|header| header.name.eq_ignore_ascii_case(&custom.name)) {
        Some(header) => *header = custom,
        None => headers.push(custom),
    }
}

/// A header as it is shown. Where a secret one holds expressions, what they say is to be seen, the text around them not.
pub(super) fn fill_shown(custom: &Header, context: &Context) -> Result<Header, Refusal> {
    let raw = custom.expose();
    let wrong = |error: template::TemplateError| about(&custom.name, &error.message);
    let filled = template::fill_text(raw, context).map_err(wrong)?;
    judge(custom, &filled).map_err(|words| about(&custom.name, words))?;
    if !template::has_expressions(raw).map_err(wrong)? {
        return Ok(custom.clone());
    }
    let shown = if custom.is_secret() { template::fill_hidden(raw, context).map_err(wrong)? } else { filled };
    Ok(Header::with_secrecy(custom.name.clone(), shown, false))
}

/// A header with the real values, for the wire.
pub(super) fn fill_wire(custom: &Header, context: &Context) -> Result<Header, Refusal> {
    let raw = custom.expose();
    let filled = template::fill_text(raw, context).map_err(|error| about(&custom.name, &error.message))?;
    let is_read = template::references(raw).is_ok_and(|references| !references.is_empty());
    judge(custom, &filled).map_err(|words| {
        let class = if is_read { Failure::Secret } else { Failure::Template };
        Refusal { class, ..about(&custom.name, words) }
    })?;
    Ok(Header::with_secrecy(custom.name.clone(), basic(&filled), true))
}

/// Whether a filled value can be a header's. What an alert says must not end the header and begin another.
fn judge(custom: &Header, filled: &str) -> Result<(), &'static str> {
    // A tab may stand in a header, but nobody else may put one there.
    let brought_in = |ch: char| ch.is_control() && !(ch == '\t' && custom.expose().contains('\t'));
    if filled.chars().any(brought_in) || http::HeaderValue::from_str(filled).is_err() {
        Err("its filled value has line ends or control characters")
    } else {
        Ok(())
    }
}

fn about(name: &str, words: &str) -> Refusal {
    Refusal::new(Failure::Template, format!("header {}: {words}", clean(name)))
}

/// An `Authorization` value that names user and password as they are (`Basic user:password`), encoded; any other as it is.
/// In an encoded one there is no colon.
pub fn basic(value: &str) -> String {
    match value.split_once(' ') {
        Some((scheme, pair)) if scheme.eq_ignore_ascii_case("basic") && pair.contains(':') => {
            format!("{scheme} {}", STANDARD.encode(pair))
        }
        _ => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_and_a_password_are_encoded_once() {
        assert_eq!(basic("Basic ops@example.com:t0p"), "Basic b3BzQGV4YW1wbGUuY29tOnQwcA==");
        assert_eq!(basic("Basic b3Bz"), "Basic b3Bz");
        assert_eq!(basic("Bearer a:b"), "Bearer a:b");
    }
}

//! The endpoint: an address, with expressions where they cannot change whom it belongs to unseen.

use url::Url;

use super::text::{Piece, mask_fault, reference_fault, split, without_references};

/// Stands for an expression while the address around it is judged. A private character, refused in an endpoint itself.
const HOLE: char = '\u{f8ff}';

/// What is wrong with an endpoint by itself.
pub fn endpoint_fault(endpoint: &str) -> Option<String> {
    let text = endpoint.trim();
    if text.is_empty() {
        return Some("an endpoint is needed, such as https://ci.example/hooks/restart".to_owned());
    }
    if let Some(fault) = reference_fault(text) {
        return Some(fault);
    }
    if !references_are_behind_the_host(text) {
        return Some("a reference stands in the path or the query: where it goes must be seen".to_owned());
    }
    let text = without_references(text, "x");
    let holed = match with_holes(&text) {
        Ok(holed) => holed,
        Err(fault) => return Some(fault),
    };
    let lower = holed.to_ascii_lowercase();
    let Some(start) = ["http://", "https://"].iter().find(|scheme| lower.starts_with(**scheme)).map(|s| s.len()) else {
        return Some("an endpoint begins with http:// or https://".to_owned());
    };
    let rest = &holed[start..];
    // `http:///x` parses with the host `x`, so "no host" is judged on the text.
    if rest.is_empty() || rest.starts_with(['/', '?', '#', ':', '\\']) {
        return Some("the endpoint has no host".to_owned());
    }
    if holed.chars().any(|ch| ch.is_whitespace() || ch.is_control()) {
        return Some("an endpoint cannot hold spaces; write %20".to_owned());
    }
    place_fault(rest).or_else(|| address_fault(&holed)).or_else(|| mask_fault(&text))
}

/// Whether each reference stands in the path or the query: before that it would hide where the request goes.
pub fn references_are_behind_the_host(text: &str) -> bool {
    let Some(first) = text.find("${") else { return true };
    let host = text.find("://").map_or(0, |at| at + 3);
    let path = text[host..].find(['/', '?', '\\']).map(|at| host + at);
    let fragment = text.find('#');
    path.is_some_and(|path| path < first) && fragment.is_none_or(|at| !text[at..].contains("${"))
}

/// The text with each expression as one [`HOLE`].
fn with_holes(text: &str) -> Result<String, String> {
    if text.contains(HOLE) {
        return Err("an endpoint cannot hold invisible characters".to_owned());
    }
    let mut out = String::new();
    for piece in split(text)? {
        match piece {
            Piece::Plain(plain) if plain.contains("}}") => {
                return Err("}} closes no expression; one begins with {{".to_owned());
            }
            Piece::Plain(plain) => out.push_str(plain),
            Piece::Expression(_) => out.push(HOLE),
        }
    }
    Ok(out)
}

/// What is wrong with where the expressions stand, in an address without its scheme.
fn place_fault(rest: &str) -> Option<String> {
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len()));
    let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    if user.contains(HOLE) {
        return Some("an expression is not allowed before the @ of an endpoint".to_owned());
    }
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => (name, port),
        _ => (host, ""),
    };
    if port.contains(HOLE) {
        return Some("an expression is not allowed in the port".to_owned());
    }
    if name.split('.').any(|label| label.contains(HOLE) && label.chars().count() > 1) {
        return Some(
            "in the host an expression must be a whole part between dots, such as {{ incident.labels.team }}.example"
                .to_owned(),
        );
    }
    path.split_once('#')
        .is_some_and(|(_, fragment)| fragment.contains(HOLE))
        .then(|| "what stands after # is never sent; an expression there means nothing".to_owned())
}

fn address_fault(holed: &str) -> Option<String> {
    match Url::parse(&holed.replace(HOLE, "x")) {
        Ok(url) if !url.username().is_empty() || url.password().is_some() => {
            Some("a user or password in the endpoint would be shown; use an Authorization header".to_owned())
        }
        Ok(url) if url.host_str().is_none_or(str::is_empty) => Some("the endpoint has no host".to_owned()),
        Ok(_) => None,
        Err(error) => Some(format!("not a valid URL: {error}")),
    }
}

//! Secrets that must not follow an action to another place: who changes where it goes would have them sent there.

use url::Url;

use super::super::action::{Action, MASK, mask_around_references};
use super::text::{Piece, split};

/// Whether an action goes to another origin after a change: by the text, where expressions stand in it.
pub fn has_moved(before: &Action, after: &Action) -> bool {
    place_of(&before.endpoint) != place_of(&after.endpoint)
}

/// Scheme, host and port of an endpoint, in one spelling.
pub fn place_of(endpoint: &str) -> String {
    let text = endpoint.trim();
    let start = text.find("://").map_or(0, |at| at + 3);
    let end = text[start..].find(['/', '?', '#', '\\']).map_or(text.len(), |at| start + at);
    let place = &text[..end];
    match Url::parse(place) {
        Ok(url) if !place.contains("{{") => url.origin().ascii_serialization(),
        _ => place.to_lowercase(),
    }
}

/// The headers whose stored secrets would go along to another origin: literal, and the same as before.
pub fn headers_that_follow<'a>(before: &Action, after: &'a Action) -> Vec<(usize, &'a str)> {
    if before.endpoint.is_empty() || !has_moved(before, after) {
        return Vec::new();
    }
    let same = |name: &str, value: &str| {
        before.headers.iter().any(|held| held.name.eq_ignore_ascii_case(name) && held.expose() == value)
    };
    let follows = after.headers.iter().enumerate().filter(|(_, header)| {
        header.is_secret() && holds_secret(header.expose()) && same(&header.name, header.expose())
    });
    follows.map(|(at, header)| (at, header.name.as_str())).collect()
}

/// Whether a secret stands in a value as it is: beside references, expressions and a scheme such as `Bearer`.
pub fn holds_secret(value: &str) -> bool {
    let pieces = split(value).unwrap_or_else(|_| vec![Piece::Plain(value)]);
    let literal = |piece: &Piece<'_>| match piece {
        Piece::Plain(plain) => mask_around_references(plain, true).contains(MASK),
        Piece::Expression(_) => false,
    };
    pieces.iter().any(literal)
}

#[cfg(test)]
mod tests {
    use super::super::super::action::Header;
    use super::*;

    #[test]
    fn a_place_is_scheme_host_and_port_in_any_spelling() {
        for same in
            ["https://ci.example/a", "HTTPS://CI.example:443/b?c", "https://ci.example?x", " https://ci.example"]
        {
            assert_eq!(place_of(same), "https://ci.example");
        }
        for other in ["http://ci.example/a", "https://ci.example:444/a", "https://{{ incident.source }}.example/a"] {
            assert_ne!(place_of(other), "https://ci.example");
        }
    }

    #[test]
    fn a_stored_secret_does_not_follow_and_a_reference_does() {
        let mut before = Action::new("A", "https://ci.example/a");
        before.headers = vec![
            Header::new("Authorization", "Bearer s3cret"),
            Header::new("X-Ref", "${secret:CI}"),
            Header::new("Accept", "text/plain"),
        ];
        let mut after = before.clone();
        after.endpoint = "https://ci.example/b".to_owned();
        assert!(headers_that_follow(&before, &after).is_empty());
        after.endpoint = "https://evil.example/b".to_owned();
        assert_eq!(headers_that_follow(&before, &after), [(0, "Authorization")]);
        after.headers[0] = Header::new("Authorization", "Bearer another");
        assert!(headers_that_follow(&before, &after).is_empty());
    }
}

//! Which redirects are followed, and how.

use url::Url;

use crate::domain::action::{Header, Redirects};
use crate::domain::address::is_same_origin;

/// At most so many redirects of one press are followed.
pub(super) const MOST: u32 = 3;

/// Where a request goes next, and as what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hop {
    pub(super) url: Url,
    /// Whether it is read there by GET, without a body, instead of sent again.
    pub(super) by_get: bool,
}

/// The next hop that an answer asks for, or `None` where the redirect is an answer like any other.
///
/// Only to the same origin: 307 and 308 send again, 303 is read by GET, 301 and 302 are followed for a GET only.
pub(super) fn hop(
    allowed: Redirects,
    status: u16,
    location: Option<&str>,
    from: &Url,
    method: &str,
    followed: u32,
) -> Option<Hop> {
    if allowed == Redirects::None || followed >= MOST {
        return None;
    }
    let by_get = match status {
        307 | 308 => method == "GET",
        303 => true,
        301 | 302 if method == "GET" => true,
        _ => return None,
    };
    let url = from.join(location?.trim()).ok()?;
    is_same_origin(&url, from).then_some(Hop { url, by_get })
}

/// The headers of a read: all but those that belong to the body and to its delivery.
pub(super) fn headers_of_a_read(headers: &[Header]) -> Vec<Header> {
    let of_delivery = |name: &str| {
        let name = name.to_ascii_lowercase();
        name == "content-type" || name == "idempotency-key" || name.starts_with("webhook-")
    };
    headers.iter().filter(|header| !of_delivery(&header.name)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn to(status: u16, location: &str, method: &str) -> Option<(String, bool)> {
        let from = Url::parse("https://ci.example/a/b").unwrap();
        let hop = hop(Redirects::SameOrigin, status, Some(location), &from, method, 0);
        hop.map(|hop| (hop.url.to_string(), hop.by_get))
    }

    #[test]
    fn each_status_is_followed_as_the_rules_say() {
        assert_eq!(to(307, "/c", "POST"), Some(("https://ci.example/c".to_owned(), false)));
        assert_eq!(to(308, "c", "PUT"), Some(("https://ci.example/a/c".to_owned(), false)));
        assert_eq!(to(303, "/c", "POST"), Some(("https://ci.example/c".to_owned(), true)));
        assert_eq!(to(301, "/c", "GET"), Some(("https://ci.example/c".to_owned(), true)));
        for status in [200, 300, 301, 302, 304] {
            assert_eq!(to(status, "/c", "POST"), None, "{status}");
        }
    }

    #[test]
    fn another_origin_is_never_followed() {
        for location in
            ["https://other.example/c", "http://ci.example/c", "https://ci.example:444/c", "//other.example"]
        {
            assert_eq!(to(307, location, "POST"), None, "{location}");
        }
        let from = Url::parse("https://ci.example/a").unwrap();
        assert_eq!(hop(Redirects::None, 307, Some("/c"), &from, "POST", 0), None);
        assert_eq!(hop(Redirects::SameOrigin, 307, Some("/c"), &from, "POST", MOST), None);
        assert_eq!(hop(Redirects::SameOrigin, 307, None, &from, "POST", 0), None);
    }
}

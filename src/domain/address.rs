//! Addresses of the web: which are this machine's own, which can be read on the way, which are of one origin.

use url::{Host, Url};

use super::width::{cut_middle, width};

/// Whether it begins with `http://` or `https://`.
pub fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}

/// As [`is_web`], of text that need not be an address.
pub fn is_web_link(text: &str) -> bool {
    text.starts_with("http://") || text.starts_with("https://")
}

/// The most bytes that an address may have: what the HTTP client can hold.
const LONGEST: usize = 65_534;

/// What is wrong with an address that is too long to be sent; `None` of one that is not.
pub fn length_fault(url: &Url) -> Option<String> {
    let size = url.as_str().len();
    (size > LONGEST).then(|| {
        format!(
            "the address is too long: {size} bytes, and {LONGEST} is the most that can be sent; \
             put what is long into the body"
        )
    })
}

/// Whether the host is this machine, in any spelling.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.').to_ascii_lowercase();
            name == "localhost" || name.ends_with(".localhost")
        }
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.to_canonical().is_loopback(),
        None => false,
    }
}

/// Whether a request to it can be read on the way: `http` to another machine.
pub fn is_plain_http(url: &Url) -> bool {
    url.scheme() == "http" && !is_loopback(url)
}

/// As [`is_plain_http`], of text as it is written. An expression in the host may stand for any machine.
pub fn is_plain_http_text(text: &str) -> bool {
    let text = text.trim();
    if let Ok(url) = Url::parse(text) {
        return is_plain_http(&url);
    }
    let begins = text.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("http://"));
    begins && text.contains("{{")
}

/// Names in a query whose values are secrets.
const SECRET_NAMES: [&str; 6] = ["sig", "token", "key", "secret", "password", "code"];

/// Whether a value of this name in a query is a secret: `sig`, `access_token`, `X-Api-Key`, `client_secret`, `passwd`.
pub fn is_secret_name(name: &str) -> bool {
    let name = name.to_lowercase();
    let words = name.split(|ch: char| !ch.is_alphanumeric());
    let is_word =
        |word: &str| SECRET_NAMES.contains(&word) || matches!(word, "signature" | "pwd" | "passwd" | "passwort");
    let joined: String = name.chars().filter(|ch| ch.is_alphanumeric()).collect();
    let ends = ["token", "apikey", "secret", "password", "signature", "authcode", "accesskey"];
    words.into_iter().any(is_word) || ends.iter().any(|end| joined.ends_with(end))
}

/// A name of a query without its escapes.
pub fn decoded_name(name: &str) -> String {
    url::form_urlencoded::parse(name.as_bytes()).next().map(|(name, _)| name.into_owned()).unwrap_or_default()
}

/// The values in the query of an address, as written, that are secrets by their names. Of text: an expression or a
/// reference may stand in it.
pub fn secret_pairs(address: &str) -> Vec<&str> {
    let Some((_, query)) = address.split_once('?') else { return Vec::new() };
    let query = query.split('#').next().unwrap_or_default();
    let pairs = query.split(['&', ';']).filter_map(|pair| pair.split_once('='));
    pairs
        .filter(|(name, value)| !value.is_empty() && is_secret_name(&decoded_name(name)))
        .map(|(_, value)| value)
        .collect()
}

/// Whether both are of the web, and scheme, host and port are the same.
pub fn is_same_origin(one: &Url, other: &Url) -> bool {
    is_web(one) && one.origin() == other.origin()
}

/// An address (clean) in so many columns: its host and its end are seen. A long host keeps its end, which says whose it
/// is.
pub fn shortened(address: &str, columns: usize) -> String {
    if width(address) <= columns {
        return address.to_owned();
    }
    let host_begins = address.find("://").map_or(0, |at| at + 3);
    let host_ends = address[host_begins..].find(['/', '?', '#']).map_or(address.len(), |at| host_begins + at);
    let (host, rest) = address.split_at(host_ends);
    let host = cut_middle(host, columns * 2 / 3);
    format!("{host}{}", cut_middle(rest, columns.saturating_sub(width(&host))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_is_known_in_every_spelling() {
        for (host, own) in [
            ("localhost", true),
            ("LOCALHOST", true),
            ("localhost.", true),
            ("api.localhost", true),
            ("API.Localhost.", true),
            ("127.0.0.1", true),
            ("127.1", true),
            ("127.9.9.9", true),
            ("2130706433", true),
            ("0x7f.1", true),
            ("[::1]", true),
            ("[::ffff:127.0.0.1]", true),
            // Never called: the policy refuses it.
            ("0.0.0.0", false),
            ("[::]", false),
            ("localhost.example", false),
            ("notlocalhost", false),
            ("10.0.0.1", false),
            ("[::ffff:10.0.0.1]", false),
        ] {
            let (http, https) = (format!("http://{host}:8080/x"), format!("https://{host}/x"));
            assert_eq!(is_loopback(&Url::parse(&http).unwrap()), own, "{host}");
            assert_eq!(is_plain_http_text(&http), !own, "{host}");
            assert!(!is_plain_http_text(&https), "{host}");
        }
        assert!(is_plain_http_text(" HTTP://{{ incident.labels.host }}/x"));
        assert!(!is_plain_http_text("https://{{ incident.labels.host }}/x") && !is_plain_http_text("http://"));
    }

    #[test]
    fn values_of_a_query_are_secret_by_their_names() {
        for name in [
            "sig",
            "SIG",
            "token",
            "access_token",
            "accessToken",
            "X-Api-Key",
            "apikey",
            "client_secret",
            "code",
            "key",
        ] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in ["signal", "keyboard", "monkey", "codename", "tokens_left", "secretary", "id", "author", "passage"]
        {
            assert!(!is_secret_name(name), "{name}");
        }
        let address = "https://h/x?a=1&sig=Zm9v%2B&to%6Ben=b&key=&code={{ incident.num }}#key=z";
        assert_eq!(secret_pairs(address), ["Zm9v%2B", "b", "{{ incident.num }}"]);
    }

    #[test]
    fn an_address_that_cannot_be_sent_is_told_with_its_size() {
        let of = |size: usize| Url::parse(&format!("http://h/{}", "x".repeat(size - 9))).unwrap();
        assert_eq!(length_fault(&of(LONGEST)), None);
        assert!(length_fault(&of(LONGEST + 1)).unwrap().contains("too long: 65535 bytes"));
    }

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        let same = |one: &str, other: &str| is_same_origin(&Url::parse(one).unwrap(), &Url::parse(other).unwrap());
        assert!(same("https://ci.example/a", "https://CI.example:443/b?c"));
        assert!(same("http://127.1/", "http://127.0.0.1:80/"));
        for other in ["http://ci.example/a", "https://ci.example:444/a", "https://ci.example./a", "ftp://ci.example/a"]
        {
            assert!(!same("https://ci.example/a", other), "{other}");
        }
        assert!(!same("ftp://ci.example/a", "ftp://ci.example/a") && !same("data:x", "data:x"));
    }
}

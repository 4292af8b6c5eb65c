//! Web pages and XML where an answer is: what they say against themselves. Pure.

use http::StatusCode;

pub(super) use crate::domain::page::is_page;

/// What a web page is, as far as its own words tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Page {
    /// It wants somebody to sign in.
    SignIn,
    /// It is about an error: its heading.
    Error(String),
    Other,
}

/// Words of a heading that say that something went wrong.
const WRONG: [&str; 24] = [
    "error",
    "errors",
    "exception",
    "traceback",
    "failed",
    "failure",
    "fault",
    "not found",
    "forbidden",
    "unauthorized",
    "unauthorised",
    "denied",
    "not allowed",
    "bad request",
    "bad gateway",
    "gateway timeout",
    "timed out",
    "unavailable",
    "maintenance",
    "went wrong",
    "oops",
    "rejected",
    "invalid",
    "problem",
];
const SIGN_IN: [&str; 9] =
    ["sign in", "signin", "sign on", "signon", "log in", "login", "log on", "logon", "authentication required"];

/// Reads a page by its title and headings.
pub(super) fn page(text: &str) -> Page {
    let elements = elements(text);
    let heads = |element: &&Element| matches!(element.name.as_str(), "title" | "h1" | "h2") && !element.text.is_empty();
    let headings: Vec<&Element> = elements.iter().filter(heads).collect();
    let says = |words: &[&str], heading: &str| words.iter().any(|word| has_words(heading, word));
    let asks = |element: &Element| {
        element.name == "input" && element.attribute("type").is_some_and(|kind| kind.eq_ignore_ascii_case("password"))
    };
    if elements.iter().any(asks) || headings.iter().any(|heading| says(&SIGN_IN, &heading.text)) {
        return Page::SignIn;
    }
    let wrong = headings.iter().find(|heading| says(&WRONG, &heading.text) || begins_with_status(&heading.text));
    // A page without a heading that is nothing but one line.
    let bare = || {
        let texts: Vec<&Element> = elements.iter().filter(|element| !element.text.is_empty()).collect();
        match texts.as_slice() {
            [only] if says(&WRONG, &only.text) => Some(*only),
            _ => None,
        }
    };
    match wrong.copied().or_else(bare) {
        Some(heading) => Page::Error(heading.text.clone()),
        None => Page::Other,
    }
}

/// `502 Bad Gateway`, `HTTP Status 404 - x`, `404`; not `500 hosts restarted`.
fn begins_with_status(heading: &str) -> bool {
    let lower = heading.trim().to_ascii_lowercase();
    let told = ["http", "error", "status", "code"];
    let mut rest = lower.as_str();
    while let Some(after) = told.iter().find_map(|word| rest.strip_prefix(word)) {
        rest = after.trim_start_matches([' ', ':', '-']);
    }
    let digits = rest.chars().take_while(char::is_ascii_digit).count();
    let Some(status) = rest[..digits].parse::<u16>().ok().filter(|status| (400..600).contains(status)) else {
        return false;
    };
    let reason = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or("");
    let after = rest[digits..].trim_start();
    rest.len() < lower.len()
        || !after.starts_with(char::is_alphanumeric)
        || after.starts_with(&reason.to_ascii_lowercase())
}

/// Whether the words stand in a text, not as a part of others.
fn has_words(text: &str, words: &str) -> bool {
    let text = text.to_lowercase();
    text.match_indices(words).any(|(at, found)| {
        let is_edge = |ch: Option<char>| !ch.is_some_and(char::is_alphanumeric);
        is_edge(text[..at].chars().next_back()) && is_edge(text[at + found.len()..].chars().next())
    })
}

/// A tag of a page or of XML that opens, and the text up to the next tag.
pub(super) struct Element {
    /// Without its prefix, in lower case.
    pub(super) name: String,
    attributes: String,
    pub(super) text: String,
}

impl Element {
    /// The value of an attribute, by its name in lower case.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let lower = self.attributes.to_ascii_lowercase();
        let (at, _) = lower.match_indices(name).find(|(at, found)| {
            let before = lower[..*at].chars().next_back();
            before.is_none_or(char::is_whitespace) && lower[at + found.len()..].trim_start().starts_with('=')
        })?;
        let value = self.attributes[at + name.len()..].trim_start().strip_prefix('=')?.trim_start();
        match value.chars().next()? {
            quote @ ('"' | '\'') => value[1..].split(quote).next(),
            _ => value.split(|ch: char| ch.is_whitespace() || ch == '/').next(),
        }
    }
}

/// How many tags are looked at.
const TAGS: usize = 10_000;

/// The opening tags of a text, in order.
pub(super) fn elements(text: &str) -> Vec<Element> {
    let pieces = text.split('<').skip(1).take(TAGS);
    let element = |piece: &str| {
        let (tag, rest) = piece.split_once('>')?;
        if tag.starts_with(['/', '!', '?']) {
            return None;
        }
        let (name, attributes) =
            tag.split_at(tag.find(|ch: char| ch.is_whitespace() || ch == '/').unwrap_or(tag.len()));
        let name = name.rsplit(':').next().unwrap_or(name).to_ascii_lowercase();
        let text = unescaped(rest).split_whitespace().collect::<Vec<_>>().join(" ");
        Some(Element { name, attributes: attributes.to_owned(), text })
    };
    pieces.filter_map(element).collect()
}

fn unescaped(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'");
    plain.replace("&#39;", "'").replace("&nbsp;", " ").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_judged_by_its_title_and_headings() {
        for (text, expected) in [
            ("<!doctype html><title>Internal error</title>", Page::Error("Internal error".to_owned())),
            ("<html><head><title>502 Bad Gateway</title></head>", Page::Error("502 Bad Gateway".to_owned())),
            ("<html><h1>HTTP Status 404</h1></html>", Page::Error("HTTP Status 404".to_owned())),
            ("<html><body>Service unavailable</body></html>", Page::Error("Service unavailable".to_owned())),
            ("<html><title>Sign in &middot; GitLab</title>", Page::SignIn),
            ("<html><title>Welcome</title><form><INPUT name=p TYPE='password'></form>", Page::SignIn),
            ("<html><title>Monit: web-01</title><p>error count 0</p><p>x</p>", Page::Other),
            ("<html><title>Terror watch</title><p>a</p><p>b</p>", Page::Other),
            ("<html><title>500 hosts restarted</title><p>a</p><p>b</p>", Page::Other),
        ] {
            assert_eq!(page(text), expected, "{text}");
        }
    }

    #[test]
    fn attributes_and_names_are_read_however_they_are_written() {
        let read = elements("<?xml version='1.0'?><soap:Fault a = \"x y\" b='z' c=1/>&lt;t&gt;</soap:Fault>");
        assert_eq!((read.len(), read[0].name.as_str(), read[0].text.as_str()), (1, "fault", "<t>"));
        let of = |name| read[0].attribute(name);
        assert_eq!((of("a"), of("b"), of("c"), of("d")), (Some("x y"), Some("z"), Some("1"), None));
    }
}

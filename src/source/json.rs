//! JSON as programs really write it: one odd value must not cost the whole list.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde_json::Value;

use crate::domain::exact;

/// One value, read leniently: bad UTF-8 becomes U+FFFD, and see [`mended`]. The error is of the text as it was.
pub(super) fn read(bytes: &[u8]) -> Result<Value, serde_json::Error> {
    let text = String::from_utf8_lossy(bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes));
    exact::value(&text).or_else(|error| exact::value(&mended(&text)).map_err(|_| error))
}

/// The text as JSON that can be parsed: half a surrogate pair becomes U+FFFD, a control character in a string its escape,
/// `NaN` and `Infinity` null. What is good already is only borrowed, and what is broken otherwise stays so.
///
/// It reads the whole text: use it where the text as it was could not be parsed.
pub(super) fn mended(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let (mut out, mut copied) = (String::new(), 0);
    let (mut at, mut in_string) = (0, false);
    while at < bytes.len() {
        let (skip, instead) = match (in_string, bytes[at]) {
            (_, b'"') => {
                in_string = !in_string;
                (1, None)
            }
            (true, b'\\') => escape(&bytes[at..]),
            (true, byte) if byte < 0x20 => (1, Some(format!("\\u{byte:04x}"))),
            (false, b'N' | b'I' | b'-') => not_a_number(&bytes[at..]),
            _ => (1, None),
        };
        if let Some(instead) = instead {
            out.push_str(&text[copied..at]);
            let _ = out.write_str(&instead);
            copied = at + skip;
        }
        at += skip;
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[copied..]);
    Cow::Owned(out)
}

/// How long the escape at the beginning is, and what to write in its place.
fn escape(bytes: &[u8]) -> (usize, Option<String>) {
    let lone = || Some("\\ufffd".to_owned());
    match (unit(bytes), bytes.get(6..).and_then(unit)) {
        (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => (12, None),
        (Some(0xd800..=0xdfff), _) => (6, lone()),
        (Some(_), _) => (6, None),
        // The next character has no meaning of its own. A character of several bytes cannot be escaped.
        (None, _) => (if bytes.get(1).is_some_and(u8::is_ascii) { 2 } else { 1 }, None),
    }
}

/// The number of a `\u0000` at the beginning.
fn unit(bytes: &[u8]) -> Option<u16> {
    let digits = bytes.strip_prefix(b"\\u")?.get(..4)?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

fn not_a_number(bytes: &[u8]) -> (usize, Option<String>) {
    let word = ["NaN", "-NaN", "Infinity", "-Infinity"].into_iter().find(|word| bytes.starts_with(word.as_bytes()));
    word.map_or((1, None), |word| (word.len(), Some("null".to_owned())))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parsed(text: &str) -> Option<Value> {
        read(text.as_bytes()).ok()
    }

    #[test]
    fn one_odd_character_or_number_is_mended_and_nothing_else_is_changed() {
        for (text, expected) in [
            (r#"["cut\ud83d", "\udc00x", "\ud83d\ud83d\ude00"]"#, json!(["cut\u{fffd}", "\u{fffd}x", "\u{fffd}😀"])),
            (r#"["\\ud83d", "NaN -Infinity", "\ud83d\ude00é"]"#, json!(["\\ud83d", "NaN -Infinity", "😀é"])),
            ("[\"a\tb\nc\", NaN, -Infinity, Infinity, -1]", json!(["a\tb\nc", null, null, null, -1])),
            (r#"["\"", NaN]"#, json!(["\"", null])),
        ] {
            assert_eq!(parsed(text), Some(expected), "{text}");
        }
        for good in [r#"{"a": ["\ud83d\ude00", 1e3]}"#, "", "not json", "\"\\é"] {
            assert!(matches!(mended(good), Cow::Borrowed(_)), "{good}");
        }
        for broken in ["[1, 2", "\"\\ud8", "{\"a\": nothing}", "\\"] {
            assert_eq!(parsed(broken), None, "{broken}");
        }
    }
}

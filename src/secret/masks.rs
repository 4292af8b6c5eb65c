//! Values that were read for a call, hidden wherever they come back.
//!
//! A receiver that repeats what it got (an echo, an error page, a redirect) must not be the way on which a secret comes
//! onto the screen, into the log or into the store. A value is found as it is and in the usual encodings: JSON, HTML,
//! percent, base64 (also inside of a longer text that was encoded). One of fewer than eight characters is hidden only
//! where it stands as a word by itself: else it would shred the text. One of fewer than four is too common to be told
//! from the text at all, and is hidden only where it is all of it.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use zeroize::Zeroizing;

use super::search::{Search, replaced};
use super::spellings::{LONG, in_address, of_long, of_short};
use crate::domain::action::MASK;

/// The shortest that is looked for as a word.
const WORD: usize = 4;

/// The values that are hidden. Cheap to clone.
#[derive(Clone, Default)]
pub struct Masks(Arc<Inner>);

#[derive(Default)]
struct Inner {
    values: Vec<SecretString>,
    /// Hidden wherever they stand.
    anywhere: Arc<Search>,
    /// Hidden as words.
    words: Arc<Search>,
    /// How a value that a reference names is written, and the value as an address has it.
    references: Vec<(String, Zeroizing<String>)>,
}

impl fmt::Debug for Masks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Masks({} values)", self.0.values.len())
    }
}

impl Masks {
    /// Hides these values. Empty ones are none.
    pub fn new(values: impl IntoIterator<Item = SecretString>) -> Self {
        let (mut known, mut anywhere, mut words) = (Vec::new(), Vec::new(), Vec::new());
        for value in values {
            let text = value.expose_secret();
            match text.trim().chars().count() {
                0 => continue,
                1..LONG => words.extend(of_short(text.trim())),
                _ => anywhere.extend(of_long(text)),
            }
            known.push(value);
        }
        let (anywhere, words) = (Arc::new(Search::new(anywhere)), Arc::new(Search::new(words)));
        Self(Arc::new(Inner { values: known, anywhere, words, references: Vec::new() }))
    }

    /// The same, where the values of these references are among them, by how they are written.
    #[must_use]
    pub fn with_references<'a>(self, read: impl IntoIterator<Item = (&'a String, &'a SecretString)>) -> Self {
        let of = |value: &SecretString| Zeroizing::new(in_address(value.expose_secret()));
        let long = read.into_iter().filter(|(_, value)| value.expose_secret().chars().count() >= LONG);
        let references = long.map(|(written, value)| (written.clone(), of(value))).collect();
        let Inner { values, anywhere, words, .. } = &*self.0;
        let (values, anywhere, words) = (values.clone(), anywhere.clone(), words.clone());
        Self(Arc::new(Inner { values, anywhere, words, references }))
    }

    /// An address as it is kept for whoever takes it over: references as they are written, all else hidden.
    pub fn kept(&self, address: &str) -> String {
        let mut out = address.to_owned();
        for (written, value) in &self.0.references {
            out = out.replace(value.as_str(), written);
        }
        self.text(&out).into_owned()
    }

    /// The text with every value hidden.
    pub fn text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut out = hide(Cow::Borrowed(text), |text| self.0.anywhere.ranges(text.as_bytes(), |_, _| true));
        out = hide(out, |text| self.0.words.ranges(text.as_bytes(), |word, at| stands_alone(text, word, at)));
        // Where a text was cut, it may end in the middle of a value.
        if let Some(hidden) = out.strip_suffix('…').and_then(|cut| self.without_tail(cut)) {
            out = Cow::Owned(format!("{hidden}…"));
        }
        out
    }

    /// What somebody wrote, before it is read: as [`Masks::text`], but for values that could be a number of its own.
    pub fn bytes(&self, bytes: Vec<u8>) -> Vec<u8> {
        let is_word = |value: &str, _: &_| value.bytes().any(|byte| !byte.is_ascii_digit());
        let ranges = self.0.anywhere.ranges(&bytes, is_word);
        if ranges.is_empty() { bytes } else { replaced(&bytes, &ranges, MASK) }
    }

    /// A text that may have been cut anywhere: also what of a value stands at its end is hidden.
    pub fn cut_text(&self, text: &str) -> String {
        let hidden = self.text(text);
        self.without_tail(&hidden).unwrap_or_else(|| hidden.into_owned())
    }

    /// A body: also what stands in JSON under escapes that nobody needs.
    pub fn body(&self, text: &str, is_cut: bool) -> String {
        let hidden = if is_cut { self.cut_text(text) } else { self.text(text).into_owned() };
        if self.0.values.is_empty() || !hidden.contains("\\u") {
            return hidden;
        }
        let Ok(mut json) = serde_json::from_str::<Value>(&hidden) else { return hidden };
        let before = json.clone();
        self.json(&mut json);
        if json == before { hidden } else { json.to_string() }
    }

    /// Hides the values in every text of a document, names too.
    pub fn json(&self, value: &mut Value) {
        match value {
            Value::String(text) => {
                if let Cow::Owned(hidden) = self.text(text) {
                    *text = hidden;
                }
            }
            Value::Number(number) => {
                let text = number.to_string();
                if let Cow::Owned(hidden) = self.text(&text) {
                    *value = Value::String(hidden);
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.json(item)),
            Value::Object(members) => {
                members.values_mut().for_each(|item| self.json(item));
                if members.keys().any(|name| matches!(self.text(name), Cow::Owned(_))) {
                    let hidden = std::mem::take(members).into_iter();
                    *members = hidden.map(|(name, item)| (self.text(&name).into_owned(), item)).collect();
                }
            }
            Value::Null | Value::Bool(_) => {}
        }
    }

    fn without_tail(&self, text: &str) -> Option<String> {
        let tail = |value: &str| {
            let ends = value.char_indices().skip(6).map(|(at, _)| at).collect::<Vec<_>>();
            ends.into_iter().rev().find(|end| text.ends_with(&value[..*end]))
        };
        let length = self.0.anywhere.texts().filter_map(tail).max()?;
        Some(format!("{}{MASK}", &text[..text.len() - length]))
    }
}

/// The text with these ranges of it hidden.
fn hide(text: Cow<'_, str>, ranges: impl Fn(&str) -> Vec<Range<usize>>) -> Cow<'_, str> {
    let ranges = ranges(&text);
    if ranges.is_empty() {
        return text;
    }
    Cow::Owned(String::from_utf8_lossy(&replaced(text.as_bytes(), &ranges, MASK)).into_owned())
}

/// Whether this word stands there by itself: between others if it is long enough to be told from them, or as all of it.
fn stands_alone(text: &str, word: &str, at: &Range<usize>) -> bool {
    let is_part = |ch: Option<char>| ch.is_some_and(|ch| ch.is_alphanumeric() || ch == '_');
    let alone = !is_part(text[..at.start].chars().next_back()) && !is_part(text[at.end..].chars().next());
    (at.len() == text.len()) || (alone && word.chars().count() >= WORD)
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
    use proptest::prelude::*;

    use super::*;

    fn masks(values: &[&str]) -> Masks {
        Masks::new(values.iter().map(|value| SecretString::from(*value)))
    }

    #[test]
    fn a_value_is_hidden_in_every_usual_spelling() {
        let value = "pa/ss\"w&o+rd <é>";
        let masks = masks(&[value]);
        let ascii = r#"pa\/ss\"w\u0026o+rd \u003c\u00e9\u003e"#;
        for text in [
            value.to_owned(),
            serde_json::to_string(value).unwrap(),
            ascii.to_owned(),
            "pa%2Fss%22w%26o%2Brd%20%3C%C3%A9%3E".to_owned(),
            "pa%2fss%22w%26o%2brd%20%3c%c3%a9%3e".to_owned(),
            "pa%2Fss%22w%26o%2Brd+%3C%C3%A9%3E".to_owned(),
            "pa/ss&quot;w&amp;o+rd &lt;é&gt;".to_owned(),
            value.bytes().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().concat(),
            BASE64_STANDARD.encode(value),
            BASE64_URL_SAFE_NO_PAD.encode(value),
        ] {
            let shown = masks.text(&format!("said {text}!")).into_owned();
            assert!(shown.contains(MASK), "{text}: {shown}");
            assert!(!shown.contains("w&o") && !shown.contains("%26o"), "{shown}");
        }
        for user in ["", "a", "ab", "abc", "operator"] {
            let pair = BASE64_STANDARD.encode(format!("{user}:s3cret-value-0123456789:more"));
            let shown = self::masks(&["s3cret-value-0123456789"]).text(&pair).into_owned();
            let left: String = shown.split(MASK).collect();
            assert!(shown.contains(MASK) && left.len() < pair.len() - 25, "{user}: {shown}");
        }
    }

    #[test]
    fn nothing_that_only_the_value_decides_is_left_of_it_in_base64() {
        for value in ["s3cret-value-0123456789", "s3cret-value-01234567", "s3cret-value-0123456"] {
            for user in ["", "a", "ab"] {
                let pair = BASE64_STANDARD.encode(format!("{user}{value}:more"));
                let shown = masks(&[value]).text(&pair).into_owned();
                // One letter on either side that the text around decides too.
                let around = (user.len() + 5) * 8 / 6 + 3;
                let left: String = shown.split(MASK).collect();
                assert!(left.trim_end_matches('=').len() <= around, "{user} {value}: {shown} of {pair}");
            }
        }
    }

    #[test]
    fn a_value_is_hidden_in_the_spellings_of_other_programs() {
        let value = "pa'ss\"w\\örd-é%x/9";
        let masks = masks(&[value]);
        for text in [
            "PA'SS\"W\\ÖRD-É%X/9",
            "pa'ss\"w\\\\örd-é%x/9",
            "pa\\'ss\"w\\\\\\xf6rd-\\xe9%x/9",
            "pa\\'ss\"w\\\\\\xc3\\xb6rd-\\xc3\\xa9%x/9",
            "pa%27ss%22w%5C%F6rd-%E9%25x%2F9",
            "pa%2527ss%2522w%255C%25C3%25B6rd-%25C3%25A9%2525x%252F9",
            "pa%2527ss%2522w%255c%25c3%25b6rd-%25c3%25a9%2525x%252f9",
        ] {
            let shown = masks.text(&format!("said {text}!")).into_owned();
            assert_eq!(shown, format!("said {MASK}!"), "{text}");
        }
    }

    #[test]
    fn a_short_value_does_not_shred_the_text() {
        let masks = masks(&["prod", "7", "ab", ""]);
        assert_eq!(
            masks.text("deployed to prod: reproduced in production 7 times"),
            format!("deployed to {MASK}: reproduced in production 7 times")
        );
        assert_eq!((masks.text("7"), masks.text("ab")), (MASK.into(), MASK.into()));
        assert_eq!(masks.text("about"), "about");
        assert_eq!(self::masks(&[]).text("anything"), "anything");
    }

    #[test]
    fn values_that_overlap_leave_nothing_of_either() {
        let masks = masks(&["abcdefgh-ijkl", "ijkl-mnopqrst-uvwxyz", "prod"]);
        assert_eq!(masks.text("<abcdefgh-ijkl-mnopqrst-uvwxyz>"), format!("<{MASK}>"));
        assert_eq!(masks.text("abcdefgh-ijklabcdefgh-ijkl/prod"), format!("{MASK}{MASK}/{MASK}"));
        let bytes = masks.bytes(b"\xff abcdefgh-ijkl-mnopqrst-uvwxyz \xfe".to_vec());
        assert_eq!(bytes, [b"\xff ", MASK.as_bytes(), b" \xfe"].concat(), "other bytes stay as they came");
    }

    #[test]
    fn what_was_cut_does_not_end_in_half_a_value() {
        let masks = masks(&["abcdefghijkl"]);
        assert_eq!(masks.text("it said abcdefghi…"), format!("it said {MASK}…"));
        assert_eq!(masks.cut_text("{\"a\":\"abcdefg"), format!("{{\"a\":\"{MASK}"));
        assert_eq!(masks.text("abcdefghi"), "abcdefghi");
    }

    #[test]
    fn json_is_searched_behind_its_escapes_and_stays_json() {
        let masks = masks(&["s3cret-value", "12345678"]);
        let body = r#"{"s3cret\u002dvalue":["\u0073\u0033cret-value"],"ok":true}"#;
        assert_eq!(masks.body(body, false), format!(r#"{{"{MASK}":["{MASK}"],"ok":true}}"#));
        let mut json = serde_json::json!({"pin": 12_345_678, "n": [1, null]});
        masks.json(&mut json);
        assert_eq!(json, serde_json::json!({"pin": MASK, "n": [1, null]}));
    }

    proptest! {
        #[test]
        fn no_value_is_left_and_nothing_else_is_lost(value in "[ -~é]{8,24}", before in "[a-z ]{0,9}", after in "[A-Z ]{0,9}") {
            prop_assume!(value.trim().chars().count() >= 8);
            let (head, tail) = (format!("{before}🔥"), format!("🔥{after}"));
            let shown = masks(&[&value]).text(&[head.as_str(), &value, &tail].concat()).into_owned();
            prop_assert!(!shown.contains(&value));
            prop_assert!(shown.starts_with(&head) && shown.ends_with(&tail));
        }
    }
}

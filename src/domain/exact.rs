//! JSON with its numbers as they are written. `serde_json` keeps every digit, but writes each exponent its own way (`1E5`
//! becomes `1e+5`), whenever it reads, copies or builds a value: what passes by here does not.

use serde_json::{Map, Number, Value};

/// How deep values may stand in each other; `serde_json` goes no deeper either.
const DEPTH: u8 = 128;

/// A JSON text as a value.
pub fn value(text: &str) -> Result<Value, serde_json::Error> {
    let plain = serde_json::from_str(text)?;
    let exact = || values(text).filter(|values| values.len() == 1).and_then(|mut values| values.pop());
    Ok(if keeps_numbers(text) { plain } else { exact().unwrap_or(plain) })
}

/// What stands in an object of a JSON text under this name, where `serde_json` does not keep its numbers.
pub fn member(text: &str, name: &str) -> Option<Map<String, Value>> {
    let whole = if keeps_numbers(text) { return None } else { value(text).ok()? };
    whole.get(name)?.as_object().cloned()
}

/// A number as it is written, which has to be one.
pub fn number(written: &str) -> Number {
    Number::from_string_unchecked(written.to_owned())
}

/// Whether `serde_json` keeps the numbers of this text as they are.
pub fn keeps_numbers(text: &str) -> bool {
    let raw = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = raw.get(at) {
        at = match byte {
            b'"' => end_of_text(raw, at),
            // Copied as a whole number it would be 0.
            b'-' if is_minus_zero(&raw[at + 1..]) => return false,
            b'e' | b'E' if is_exponent(raw, at) && !is_usual(*byte, raw.get(at + 1)) => return false,
            _ => at + 1,
        };
    }
    true
}

/// Whether `serde_json` keeps the numbers of this value as they are.
pub fn is_plain(value: &Value) -> bool {
    match value {
        Value::Number(number) => keeps_numbers(number.as_str()),
        Value::Array(items) => items.iter().all(is_plain),
        Value::Object(members) => members.values().all(is_plain),
        Value::Null | Value::Bool(_) | Value::String(_) => true,
    }
}

/// The values of a text that `serde_json` can read, one after the other.
pub fn values(text: &str) -> Option<Vec<Value>> {
    let (mut reader, mut out) = (Reader { text, at: 0, depth: 0 }, Vec::new());
    while reader.next().is_some() {
        out.push(reader.value()?);
    }
    Some(out)
}

/// Behind a digit, outside of texts: `true` has an `e`, too.
fn is_exponent(raw: &[u8], at: usize) -> bool {
    at.checked_sub(1).and_then(|before| raw.get(before)).is_some_and(u8::is_ascii_digit)
}

fn is_usual(exponent: u8, next: Option<&u8>) -> bool {
    exponent == b'e' && matches!(next, Some(b'+' | b'-'))
}

fn is_minus_zero(digits: &[u8]) -> bool {
    digits.first() == Some(&b'0') && !digits.get(1).is_some_and(|next| matches!(next, b'.' | b'e' | b'E'))
}

/// The place behind the text in quotes that begins here.
fn end_of_text(raw: &[u8], begin: usize) -> usize {
    let mut at = begin + 1;
    while let Some(byte) = raw.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    raw.len()
}

/// Reads a text of which is known that it is JSON.
struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: u8,
}

impl Reader<'_> {
    /// The next byte that says something.
    fn next(&mut self) -> Option<u8> {
        let rest = self.text.as_bytes().get(self.at..)?;
        self.at += rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        self.text.as_bytes().get(self.at).copied()
    }

    fn value(&mut self) -> Option<Value> {
        match self.next()? {
            b'{' | b'[' if self.depth == DEPTH => None,
            open @ (b'{' | b'[') => {
                self.depth += 1;
                let inside = if open == b'{' { self.object() } else { self.array() };
                self.depth -= 1;
                inside
            }
            b'"' => self.string().map(Value::String),
            b'-' | b'0'..=b'9' => {
                let word = self.word();
                Some(Value::Number(number(word)))
            }
            _ => match self.word() {
                "true" => Some(true.into()),
                "false" => Some(false.into()),
                "null" => Some(Value::Null),
                _ => None,
            },
        }
    }

    fn object(&mut self) -> Option<Value> {
        let mut out = Map::new();
        self.at += 1;
        loop {
            match self.next()? {
                b'}' => {
                    self.at += 1;
                    return Some(out.into());
                }
                b',' => self.at += 1,
                _ => {
                    let name = self.string()?;
                    self.next().filter(|byte| *byte == b':')?;
                    self.at += 1;
                    let value = self.value()?;
                    out.insert(name, value);
                }
            }
        }
    }

    fn array(&mut self) -> Option<Value> {
        let mut out = Vec::new();
        self.at += 1;
        loop {
            match self.next()? {
                b']' => {
                    self.at += 1;
                    return Some(out.into());
                }
                b',' => self.at += 1,
                _ => out.push(self.value()?),
            }
        }
    }

    fn string(&mut self) -> Option<String> {
        let begin = self.at;
        self.at = end_of_text(self.text.as_bytes(), begin);
        serde_json::from_str(self.text.get(begin..self.at)?).ok()
    }

    /// A number, `true`, `false` or `null`.
    fn word(&mut self) -> &str {
        let begin = self.at;
        let rest = &self.text[begin..];
        let is_in = |ch: char| ch.is_ascii_alphanumeric() || matches!(ch, '+' | '-' | '.');
        self.at += rest.find(|ch| !is_in(ch)).unwrap_or(rest.len());
        &self.text[begin..self.at]
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_stay_as_they_are_written() {
        for text in ["1E5", "1e5", "1e+5", "1E-5", "-0", "-0.0", "0e0", "1.50E+07", "123456789012345678901234567890"] {
            let whole = format!("{{\"a\":[{text},\"1E5 \\\" 2e3\",true,null],\"b\":{{\"c\":{text}}}}}");
            assert_eq!(value(&whole).unwrap().to_string(), whole);
        }
        assert!(keeps_numbers("{\"1E5\": [1e+5, \"\\\"2E3\", true, false, 12]}"));
        assert!(!keeps_numbers("[1, 2e3]") && !is_plain(&value("[{\"a\": 1E5}]").unwrap()));
        assert!(!keeps_numbers("[-0]") && keeps_numbers("[-0.5, -10]"));
        assert_eq!(values("[1] {} 2E1 ").map(|values| values.len()), Some(3));
        let deep = format!("1E5 {}", "[".repeat(100_000));
        assert!(values(&deep).is_none() && values("[1E5").is_none());
        for broken in ["[1, 2", "1E", "{\"a\" 1E5}", "[1E5 nothing]"] {
            assert!(value(broken).is_err(), "{broken}");
        }
    }

    proptest! {
        #[test]
        fn it_reads_what_serde_json_reads(text in "[\\[\\]{}:,\"\\\\ a1eE.+-]{0,24}") {
            let plain = serde_json::from_str::<Value>(&text).ok();
            let read = value(&text).ok();
            prop_assert_eq!(plain.is_some(), read.is_some());
            // Written the same way they are the same.
            let again = |value: Option<Value>| value.and_then(|value| serde_json::from_str::<Value>(&value.to_string()).ok());
            prop_assert_eq!(again(plain), again(read));
        }
    }
}

//! How a value may be spelled where it comes back.

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD};
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, percent_encode, utf8_percent_encode};

use crate::domain::text::clean;

/// From so many characters on a value is told from any other text.
pub(super) const LONG: usize = 8;
/// The shortest part of an encoded value that is looked for.
const PART: usize = 8;
/// From so many characters on a value is also looked for in capitals and in small letters.
const CASED: usize = 12;
/// The shortest line of a value of several lines that is looked for by itself.
const LINE: usize = 16;

/// Everything but what never has to be encoded.
const ALL: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// What has to be encoded anywhere in an address.
const FEW: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`').add(b'{').add(b'}').add(b'\\').add(b'^').add(b'|');

/// The spellings of a value that is hidden wherever it stands.
pub(super) fn of_long(value: &str) -> Vec<String> {
    let mut out = vec![value.to_owned(), value.trim().to_owned(), clean(value).into_owned()];
    for whole in [value, value.trim()] {
        out.extend(in_text(whole));
        out.extend(in_base64(whole));
        let hex = whole.bytes().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
        out.extend([hex.to_uppercase(), hex]);
        if whole.chars().count() >= CASED {
            out.extend([whole.to_uppercase(), whole.to_lowercase()]);
        }
    }
    let lines = value.lines().map(str::trim).filter(|line| line.len() >= LINE && !line.starts_with("-----"));
    if value.trim().contains('\n') {
        out.extend(lines.map(str::to_owned));
    }
    out.retain(|spelling| spelling.chars().count() >= LONG);
    out
}

/// The spellings of a value that is hidden as a word.
pub(super) fn of_short(value: &str) -> Vec<String> {
    let mut out = vec![value.to_owned()];
    out.extend(in_text(value));
    out.push(BASE64_STANDARD_NO_PAD.encode(value));
    out
}

/// As a value stands in the path or the query of an address.
pub(super) fn in_address(value: &str) -> String {
    utf8_percent_encode(value, ALL).to_string()
}

fn in_text(value: &str) -> Vec<String> {
    let percent = utf8_percent_encode(value, ALL).to_string();
    let form: String = url::form_urlencoded::byte_serialize(value.as_bytes()).collect();
    let strict = utf8_percent_encode(value, NON_ALPHANUMERIC).to_string();
    let every = value.bytes().map(|byte| format!("%{byte:02X}")).collect::<Vec<_>>().concat();
    let mut out = vec![utf8_percent_encode(value, FEW).to_string()];
    let latin: Option<Vec<u8>> = value.chars().map(|ch| u8::try_from(u32::from(ch)).ok()).collect();
    let latin = latin.map(|bytes| percent_encode(&bytes, ALL).to_string());
    for encoded in [percent, form, strict, every].into_iter().chain(latin) {
        // Encoded once more, on the way through another address.
        for once in [lower(&encoded), encoded] {
            out.extend([once.replace('%', "%25"), once]);
        }
    }
    for tick in [false, true] {
        out.extend([Escapes::Few, Escapes::Ascii, Escapes::Bytes].map(|escapes| in_python(value, tick, escapes)));
    }
    for quote in ["&quot;", "&#34;", "&#x22;"] {
        for tick in ["'", "&#39;", "&#x27;", "&apos;"] {
            let text = value.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            out.push(text.replace('"', quote).replace('\'', tick));
        }
    }
    let escaped = value.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect::<Vec<_>>().concat();
    out.extend([upper_escapes(&escaped), escaped]);
    for (slash, ascii, html) in [
        (false, false, false),
        (true, false, false),
        (true, true, false),
        (false, true, false),
        (false, false, true),
        (true, true, true),
        (false, true, true),
    ] {
        out.push(in_json(value, slash, ascii, html));
        out.push(upper_escapes(&in_json(value, slash, ascii, html)));
    }
    out
}

/// The escapes of percent encoding in lower case.
fn lower(percent: &str) -> String {
    let mut out = String::new();
    let mut left = 0;
    for ch in percent.chars() {
        left = if ch == '%' { 3 } else { left };
        out.push(if left > 0 { ch.to_ascii_lowercase() } else { ch });
        left = left.max(1) - 1;
    }
    out
}

/// Inside of a JSON text: slashes escaped or not, all but ASCII or not, what means something in HTML or not.
fn in_json(value: &str, slash: bool, ascii: bool, html: bool) -> String {
    let quoted = serde_json::Value::from(value).to_string();
    let mut out = String::new();
    for ch in quoted[1..quoted.len() - 1].chars() {
        if ch == '/' && slash {
            out.push_str("\\/");
        } else if (ascii && !ch.is_ascii()) || (html && "<>&'".contains(ch)) {
            for unit in ch.encode_utf16(&mut [0; 2]) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            out.push(ch);
        }
    }
    out
}

/// What Python's `repr` writes as an escape.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Escapes {
    /// What cannot be printed.
    Few,
    /// All but ASCII, as `ascii()` does.
    Ascii,
    /// The bytes of all but ASCII, as `repr(bytes)` does.
    Bytes,
}

/// Inside of what Python's `repr` prints; a `tick` is escaped where both kinds of quotes stand in it.
fn in_python(value: &str, tick: bool, escapes: Escapes) -> String {
    let mut out = String::new();
    for ch in value.chars() {
        match ch {
            '\\' => out.push_str("\\\\"),
            '\'' if tick => out.push_str("\\'"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            ch if ch.is_ascii_control() => out.push_str(&format!("\\x{:02x}", u32::from(ch))),
            ch if ch.is_ascii() || escapes == Escapes::Few => out.push(ch),
            ch if escapes == Escapes::Bytes => {
                ch.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| out.push_str(&format!("\\x{byte:02x}")));
            }
            ch => match u32::from(ch) {
                code @ ..0x100 => out.push_str(&format!("\\x{code:02x}")),
                code @ ..0x1_0000 => out.push_str(&format!("\\u{code:04x}")),
                code => out.push_str(&format!("\\U{code:08x}")),
            },
        }
    }
    out
}

/// The digits of `\u00e9` in upper case.
fn upper_escapes(json: &str) -> String {
    let mut pieces = json.split("\\u");
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let digits = piece.char_indices().nth(4).map_or(piece.len(), |(at, _)| at);
        out.push_str("\\u");
        out.push_str(&piece[..digits].to_ascii_uppercase());
        out.push_str(&piece[digits..]);
    }
    out
}

/// In base64, whole, and what of it is the same wherever in a longer text it stands.
fn in_base64(value: &str) -> Vec<String> {
    let mut out = Vec::new();
    for engine in [&BASE64_STANDARD_NO_PAD, &BASE64_URL_SAFE_NO_PAD] {
        out.push(engine.encode(value));
        for skip in 0..3_usize {
            let (head, inner) = value.as_bytes().split_at(skip.min(value.len()));
            let (groups, tail) = inner.split_at(inner.len() / 3 * 3);
            let whole = engine.encode(groups);
            if whole.len() < PART {
                continue;
            }
            // The letters before and after the whole groups that only the value decides.
            let padded = [&[0; 3][..], head].concat();
            let before = engine.encode(&padded[head.len()..]);
            let after = engine.encode(tail);
            out.push(format!("{}{whole}{}", &before[4 - head.len()..], &after[..tail.len()]));
            out.push(whole);
        }
    }
    out
}

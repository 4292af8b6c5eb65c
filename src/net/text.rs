//! What came over the wire, as text.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use http::HeaderMap;
use http::header::CONTENT_TYPE;

/// How much of a page is looked at for a charset that it names itself, in bytes.
const NAMED_WITHIN: usize = 1024;

/// How the bytes of an answer are read as text, as its headers say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Charset(Option<&'static Encoding>);

impl Charset {
    /// What `Content-Type` names; one that nobody knows is as none.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let kind = headers.get(CONTENT_TYPE).map(|kind| kind.as_bytes().to_ascii_lowercase()).unwrap_or_default();
        Self(named(&kind, b"charset"))
    }

    /// Bytes as text, without a mark at their beginning. A cut may have gone through a character; that is not the
    /// receiver's fault.
    pub(super) fn text(self, bytes: &[u8], is_cut: bool) -> String {
        let (decoded, used, _) = self.encoding(bytes).decode(bytes);
        let mut text = decoded.into_owned();
        let through_one = used != UTF_8 || std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none());
        if is_cut && through_one && text.ends_with('\u{fffd}') {
            text.pop();
        }
        text
    }

    /// The bytes in UTF-8 without a mark, for whoever reads them as such. What is neither marked nor labelled as
    /// anything else stays as it is.
    pub(super) fn into_utf8(self, bytes: Vec<u8>) -> Vec<u8> {
        if self.encoding(&bytes) == UTF_8 && Encoding::for_bom(&bytes).is_none() {
            return bytes;
        }
        self.text(&bytes, false).into_bytes()
    }

    fn encoding(self, bytes: &[u8]) -> &'static Encoding {
        match self.0 {
            // Without a mark the specification has it the one way and most senders the other: ASCII tells.
            Some(own) if own == UTF_16LE && bytes.first() == Some(&0) => UTF_16BE,
            Some(own) => own,
            None if std::str::from_utf8(bytes).is_ok() => UTF_8,
            None => {
                let head = bytes[..bytes.len().min(NAMED_WITHIN)].to_ascii_lowercase();
                named(&head, b"charset").or_else(|| named(&head, b"encoding")).unwrap_or(UTF_8)
            }
        }
    }
}

/// The charset that follows `word` and an equals sign, quoted or not. Both in lower case.
fn named(text: &[u8], word: &[u8]) -> Option<&'static Encoding> {
    let at = text.windows(word.len()).position(|window| window == word)?;
    let rest = text[at + word.len()..].trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let rest = rest.strip_prefix(b"\"").or_else(|| rest.strip_prefix(b"'")).unwrap_or(rest);
    let ends = |byte: &u8| !(byte.is_ascii_alphanumeric() || b"-_:.+".contains(byte));
    Encoding::for_label(&rest[..rest.iter().position(ends).unwrap_or(rest.len())])
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn charset(kind: &str) -> Charset {
        Charset::of(&HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_str(kind).unwrap())]))
    }

    fn utf16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    }

    #[test]
    fn text_is_read_as_it_is_labelled_or_marked() {
        let latin = b"l\xe4uft \x80".to_vec();
        for kind in [
            "text/plain; charset=iso-8859-1",
            "text/plain;CHARSET=\"ISO-8859-1\"",
            "text/plain; charset='windows-1252'; x=1",
            "text/plain;; charset = latin1",
            "charset=cp1252",
        ] {
            assert_eq!(charset(kind).text(&latin, false), "läuft €", "{kind}");
        }
        let text = "läuft 队列";
        for (kind, bytes) in [
            ("application/json", text.as_bytes().to_vec()),
            ("application/json; charset=utf8", text.as_bytes().to_vec()),
            ("text/plain; charset=nonsense", text.as_bytes().to_vec()),
            ("text/plain", format!("\u{feff}{text}").into_bytes()),
            ("text/plain; charset=utf-16le", utf16(text, u16::to_le_bytes)),
            ("text/plain; charset=utf-16be", utf16(text, u16::to_be_bytes)),
            ("text/plain; charset=utf-16", utf16(&format!("\u{feff}{text}"), u16::to_be_bytes)),
            ("text/plain; charset=utf-16", utf16(text, u16::to_be_bytes)),
            ("text/plain", utf16(&format!("\u{feff}{text}"), u16::to_le_bytes)),
            ("text/plain; charset=gb18030", encoding_rs::GB18030.encode(text).0.into_owned()),
        ] {
            assert_eq!(charset(kind).text(&bytes, false), text, "{kind}");
            assert_eq!(charset(kind).into_utf8(bytes), text.as_bytes(), "{kind}");
        }
    }

    #[test]
    fn a_page_may_name_its_charset_itself() {
        let page = b"<html><head><meta charset=\"iso-8859-1\"></head>l\xe4uft";
        assert!(charset("text/html").text(page, false).ends_with("läuft"));
        let xml = b"<?xml version=\"1.0\" encoding='windows-1252'?><m>l\xe4uft</m>";
        assert!(charset("text/xml").text(xml, false).contains("läuft"));
    }

    #[test]
    fn a_cut_through_a_character_leaves_no_mark_and_a_fault_does() {
        let plain = charset("text/plain");
        assert_eq!(plain.text(&"ab队".as_bytes()[..4], true), "ab");
        assert_eq!(plain.text(b"a\xffb", true), "a\u{fffd}b");
        assert_eq!(plain.text(b"ab\xff", true), "ab\u{fffd}");
        assert_eq!(plain.into_utf8(b"a\xffb".to_vec()), b"a\xffb");
        let wide = charset("text/plain; charset=utf-16le");
        assert_eq!(wide.text(&utf16("ab", u16::to_le_bytes)[..3], true), "a");
    }
}

//! How strings and keys are written in TOML.

use crate::domain::text::clean;

/// A key: bare where it can be.
pub(super) fn key(name: &str) -> String {
    let is_bare = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    if is_bare && !name.is_empty() { name.to_owned() } else { quoted(name) }
}

/// A string on one line. What a terminal or an eye could be misled by is escaped, so that it reads back the same.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for ch in text.chars() {
        match ch {
            '"' => out.push_str("\\\""),
            '\n' => out.push_str("\\n"),
            ch => push(&mut out, ch),
        }
    }
    out.push('"');
    out
}

/// A string as people read it: of several lines where it has some.
pub(super) fn block(text: &str) -> String {
    if !text.contains('\n') {
        return quoted(text);
    }
    let mut out = String::from("\"\"\"\n");
    let mut chars = text.chars().peekable();
    while let Some(ch) = chars.next() {
        match ch {
            // Two in a row could be three with what follows.
            '"' if chars.peek().is_none_or(|next| *next == '"') => out.push_str("\\\""),
            '"' | '\n' => out.push(ch),
            // A space before the end of a line is not seen.
            ' ' if chars.peek() == Some(&'\n') => out.push_str("\\u0020"),
            ch => push(&mut out, ch),
        }
    }
    out.push_str("\"\"\"");
    out
}

fn push(out: &mut String, ch: char) {
    let mut buffer = [0; 4];
    let alone: &str = ch.encode_utf8(&mut buffer);
    match ch {
        '\\' => out.push_str("\\\\"),
        '\t' => out.push_str("\\t"),
        ch if clean(alone) == alone => out.push(ch),
        ch if u32::from(ch) <= 0xffff => out.push_str(&format!("\\u{:04X}", u32::from(ch))),
        ch => out.push_str(&format!("\\U{:08X}", u32::from(ch))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_reads_back_as_it_was() {
        for text in [
            "",
            "plain",
            "a \"b\" \\ c\td",
            "two\nlines",
            "\n",
            "\"\"\"\n\"\"\"\"",
            "x \n y\r\n\"",
            "\u{1b}[2J \u{202e}\u{200b}\u{e0001}队列\n",
        ] {
            for written in [quoted(text), block(text)] {
                let table: toml::Table = format!("a = {written}\n").parse().unwrap_or_else(|error| panic!("{error}"));
                assert_eq!(table["a"].as_str(), Some(text), "{written}");
                assert!(written.chars().all(|ch| !ch.is_control() || ch == '\n') && !written.contains('\u{202e}'));
            }
        }
    }
}

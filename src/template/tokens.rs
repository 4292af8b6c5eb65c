//! An expression taken apart into names, signs and texts in quotes.

use std::ops::Range;

/// The names and signs of an expression; a text in quotes is the sign `"`.
pub(super) fn tokens(expression: &str) -> Vec<&str> {
    let word = |span: Range<usize>| &expression[span];
    let sign = |word| if str::starts_with(word, ['"', '\'']) { "\"" } else { word };
    spans(expression).into_iter().map(word).map(sign).collect()
}

/// Where the names, signs and texts in quotes of an expression stand.
pub(super) fn spans(expression: &str) -> Vec<Range<usize>> {
    let (mut out, mut at) = (Vec::new(), 0);
    while let Some(ch) = expression[at..].chars().next() {
        let rest = &expression[at..];
        let length = if ch == '"' || ch == '\'' {
            quoted(rest, ch)
        } else {
            let name = rest.find(|ch: char| !(ch.is_alphanumeric() || ch == '_')).unwrap_or(rest.len());
            if name == 0 { ch.len_utf8() } else { name }
        };
        if !ch.is_whitespace() {
            out.push(at..at + length);
        }
        at += length;
    }
    out
}

fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, ch) in rest.char_indices().skip(1) {
        match ch {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if ch == quote => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

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

/// The paths of names that an expression reads (`a.b`, `a['b'][0]`), each with its first name. Keywords are among them.
pub(super) fn paths(expression: &str) -> Vec<(&str, &str)> {
    let spans = spans(expression);
    let word = |at: usize| spans.get(at).map_or("", |span| &expression[span.clone()]);
    let is_name = |word: &str| word.starts_with(|ch: char| ch.is_alphabetic() || ch == '_');
    let is_member = |word: &str| word.starts_with(|ch: char| ch.is_alphanumeric() || ch == '_');
    let is_constant = |word: &str| word.starts_with(['"', '\'']) || word.starts_with(|ch: char| ch.is_ascii_digit());
    let (mut out, mut at) = (Vec::new(), 0);
    while at < spans.len() {
        let begin = at;
        at += 1;
        // Behind a bar stands a filter, behind a digit's dot a fraction.
        if !is_name(word(begin)) || (begin > 0 && matches!(word(begin - 1), "|" | ".")) {
            continue;
        }
        loop {
            if word(at) == "." && is_member(word(at + 1)) {
                at += 2;
            } else if word(at) == "[" && is_constant(word(at + 1)) && word(at + 2) == "]" {
                at += 3;
            } else {
                break;
            }
        }
        out.push((word(begin), &expression[spans[begin].start..spans[at - 1].end]));
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

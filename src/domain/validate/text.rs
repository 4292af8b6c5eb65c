//! Where expressions `{{ }}` and references `${kind:name}` stand in a text, and whether they end.

use super::super::action::MASK;

/// A piece of a text that may hold expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// As it stands.
    Plain(&'a str),
    /// An expression, without its braces.
    Expression(&'a str),
}

/// Splits a text at its expressions. The error is a sentence.
pub(super) fn split(text: &str) -> Result<Vec<Piece<'_>>, String> {
    if text.contains("{%") || text.contains("{#") {
        return Err("{% and {# are not allowed here: only expressions such as {{ incident.num }} are filled".to_owned());
    }
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find("{{") {
        if start > 0 {
            pieces.push(Piece::Plain(&rest[..start]));
        }
        let inside = &rest[start + 2..];
        let end = end_of(inside).ok_or("an expression that begins with {{ has no closing }}")?;
        let expression = inside[..end].trim_matches(|ch: char| ch == '-' || ch.is_whitespace());
        if expression.is_empty() {
            return Err("an expression is empty; write it like {{ incident.num }}".to_owned());
        }
        pieces.push(Piece::Expression(expression));
        rest = &inside[end + 2..];
    }
    if !rest.is_empty() {
        pieces.push(Piece::Plain(rest));
    }
    Ok(pieces)
}

/// Where the `}}` stands that ends an expression: outside of its texts and of its own braces.
fn end_of(inside: &str) -> Option<usize> {
    let raw = inside.as_bytes();
    let (mut at, mut depth) = (0, 0_u32);
    while let Some(byte) = raw.get(at) {
        match byte {
            b'"' | b'\'' => at = after_text(raw, at)?,
            b'{' => depth += 1,
            b'}' if depth > 0 => depth -= 1,
            b'}' if raw.get(at + 1) == Some(&b'}') => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

/// The closing quote of the text that opens at `start`.
fn after_text(raw: &[u8], start: usize) -> Option<usize> {
    let quote = *raw.get(start)?;
    let mut at = start + 1;
    while *raw.get(at)? != quote {
        at += if raw.get(at) == Some(&b'\\') { 2 } else { 1 };
    }
    Some(at)
}

/// What is wrong with a text of one line that is filled: expressions end, and no brace is left over.
pub(super) fn line_fault(text: &str) -> Option<String> {
    match split(text) {
        Ok(pieces) => pieces
            .iter()
            .any(|piece| matches!(piece, Piece::Plain(plain) if plain.contains("}}")))
            .then(|| "}} closes no expression; one begins with {{".to_owned()),
        Err(fault) => Some(fault),
    }
}

/// What is wrong with the references of a text: those that an action may hold are of three kinds.
pub(super) fn reference_fault(text: &str) -> Option<String> {
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        let inside = &rest[start + 2..];
        // `$${` is the text.
        if rest[..start].ends_with('$') {
            rest = inside;
            continue;
        }
        let Some(end) = inside.find('}') else {
            return Some("a reference that begins with ${ has no closing }".to_owned());
        };
        if let Some(fault) = one_fault(&inside[..end]) {
            return Some(fault);
        }
        rest = &inside[end + 1..];
    }
    None
}

/// What is wrong with what stands between `${` and `}`; it is never repeated, it may be a part of a value.
fn one_fault(inside: &str) -> Option<String> {
    let (kind, name) = inside.split_once(':').unwrap_or(("", ""));
    match kind {
        "secret" | "env" | "file" if name.trim().is_empty() => {
            Some("a reference is empty; write it like ${secret:NAME}".to_owned())
        }
        "secret" | "env" | "file" => None,
        "cmd" => Some(
            "${cmd:...} is not allowed in an action; name it under [secrets] in the configuration and write ${secret:NAME}"
                .to_owned(),
        ),
        "kept" => Some("there is no stored value to keep here; write the value or ${secret:NAME}".to_owned()),
        _ => Some("${ does not begin a reference; write ${secret:NAME}, ${env:NAME} or ${file:PATH}".to_owned()),
    }
}

/// The text with every reference (of any kind, each must end) replaced.
pub fn without_references(text: &str, by: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        let Some(length) = rest[start..].find('}') else {
            break;
        };
        out.push_str(&rest[..start]);
        out.push_str(by);
        rest = &rest[start + length + 1..];
    }
    out.push_str(rest);
    out
}

/// Whether the whole text is one reference.
pub(super) fn is_reference(text: &str) -> bool {
    text.starts_with("${") && text.find('}') == Some(text.len() - 1)
}

/// Whether a text has what stands where a secret is hidden: it is never a value.
pub(super) fn is_masked(text: &str) -> bool {
    text.contains(MASK)
}

/// The sentence for a masked text.
pub(in crate::domain) fn mask_fault(text: &str) -> Option<String> {
    is_masked(text).then(|| "this is the mask, not the value; type the value".to_owned())
}

/// What is wrong with a text that is taken as it stands: neither expressions nor references are read there.
pub(super) fn literal_fault(text: &str, what: &str) -> Option<String> {
    if text.contains("{{") || text.contains("{%") || text.contains("{#") || text.contains("${") {
        return Some(format!("expressions and references are not allowed in {what}"));
    }
    mask_fault(text)
}

//! How words and names of answers are compared.

/// Case, blanks, `-` and `_` do not count, nor does a prefix up to `_STATUS_`.
pub fn fold(text: &str) -> String {
    let text = format!("_{}", text.trim().to_lowercase());
    let word = text.rfind("_status_").map_or(text.as_str(), |at| &text[at + "_status_".len()..]);
    word.chars().filter(|ch| !ch.is_whitespace() && !matches!(ch, '-' | '_')).collect()
}

//! Fitting text to columns: width of graphemes, never of bytes or chars.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// The display columns of clean text.
pub fn width(text: &str) -> usize {
    text.graphemes(true).map(UnicodeWidthStr::width).sum()
}

/// The text cut to at most `columns`, with `…` where something was cut.
pub fn cut(text: &str, columns: usize) -> Cow<'_, str> {
    if text.len() <= columns || width(text) <= columns {
        return Cow::Borrowed(text);
    }
    if columns == 0 {
        return Cow::Borrowed("");
    }
    let mut out = String::new();
    let mut used = 0;
    for grapheme in text.graphemes(true) {
        let wide = grapheme.width();
        if used + wide > columns - 1 {
            break;
        }
        out.push_str(grapheme);
        used += wide;
    }
    out.push('…');
    Cow::Owned(out)
}

/// The text with `…` in its middle where it has more than `columns`: its beginning and its end are seen.
pub fn cut_middle(text: &str, columns: usize) -> Cow<'_, str> {
    if text.len() <= columns || width(text) <= columns {
        return Cow::Borrowed(text);
    }
    let tail_room = columns / 2;
    let mut tail = 0;
    let mut from = text.len();
    for (at, grapheme) in text.grapheme_indices(true).rev() {
        tail += grapheme.width();
        if tail > tail_room {
            break;
        }
        from = at;
    }
    let head = cut(text, columns - tail_room);
    Cow::Owned(format!("{head}{}", &text[from..]))
}

/// The text cut or padded at its right to exactly `columns`.
pub fn fit(text: &str, columns: usize) -> String {
    let mut out = cut(text, columns).into_owned();
    let used = width(&out);
    out.extend(std::iter::repeat_n(' ', columns.saturating_sub(used)));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_letters_are_cut_between_columns() {
        assert_eq!(cut("队列积压", 5), "队列…");
        assert_eq!(fit("队列积压", 6), "队列… ");
        assert_eq!(fit("ab", 4), "ab  ");
        assert_eq!(cut("abc", 0), "");
        assert_eq!(cut_middle("abcdefgh", 5), "ab…gh");
        assert_eq!(cut_middle("abcde", 5), "abcde");
        assert_eq!(cut_middle("队列积压", 5), "队…压");
    }
}

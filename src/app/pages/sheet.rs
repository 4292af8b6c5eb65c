//! Text that is read and scrolled: rows of words with a meaning each, wrapped to a width.
//!
//! Everything that comes from elsewhere is cleaned on its way in here.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::app::command::Motion;
use crate::domain::text::{clean, clean_lines};

/// Stands before the word, so that danger is seen without colours.
pub const DANGER: &str = "▲ danger";

/// What a piece of text is; the theme gives it a style.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Plain,
    /// There, but not what is looked for.
    Dim,
    Head,
    Critical,
    Warn,
    Info,
    Link,
    Good,
    Bad,
    /// Cannot be known.
    Doubt,
    Key,
}

/// One row: pieces of clean text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row(pub Vec<(Tone, String)>);

impl Row {
    /// A row of one piece, cleaned.
    pub fn new(tone: Tone, text: &str) -> Self {
        Self(vec![(tone, clean(text).into_owned())])
    }

    /// A label in front of what it names.
    pub(super) fn labelled(label: &str) -> Self {
        Self::new(Tone::Dim, &format!("{label:<7}"))
    }

    /// The row with one more piece, cleaned.
    #[must_use]
    pub fn and(mut self, tone: Tone, text: &str) -> Self {
        self.0.push((tone, clean(text).into_owned()));
        self
    }

    pub fn text(&self) -> String {
        self.0.iter().map(|(_, text)| text.as_str()).collect()
    }

    /// The row in rows of at most `columns`; broken at a space where one is near.
    pub fn wrapped(&self, columns: usize) -> Vec<Self> {
        let columns = columns.max(2);
        let mut out = vec![Self::default()];
        let mut used = 0;
        for (tone, text) in &self.0 {
            let mut piece = String::new();
            for word in text.split_inclusive(' ') {
                let wide = word.trim_end().width();
                if used + wide > columns && used > 0 && wide <= columns {
                    flush(&mut out, *tone, &mut piece);
                    out.push(Self::default());
                    used = 0;
                }
                for grapheme in word.graphemes(true) {
                    if used + grapheme.width() > columns && grapheme == " " {
                        continue;
                    }
                    if used + grapheme.width() > columns {
                        flush(&mut out, *tone, &mut piece);
                        out.push(Self::default());
                        used = 0;
                    }
                    piece.push_str(grapheme);
                    used += grapheme.width();
                }
            }
            flush(&mut out, *tone, &mut piece);
        }
        out
    }

    /// The row in rows of `columns`, broken wherever one is full.
    pub(super) fn broken_anywhere(&self, columns: usize) -> Vec<Self> {
        let mut out = vec![Self::default()];
        let mut used = 0;
        for (tone, text) in &self.0 {
            let mut piece = String::new();
            for grapheme in text.graphemes(true) {
                if used + grapheme.width() > columns && used > 0 {
                    flush(&mut out, *tone, &mut piece);
                    out.push(Self::default());
                    used = 0;
                }
                piece.push_str(grapheme);
                used += grapheme.width();
            }
            flush(&mut out, *tone, &mut piece);
        }
        out
    }
}

/// Clean text in lines of at most `columns`, broken as [`Row::wrapped`] does.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let row = Row(vec![(Tone::Plain, text.to_owned())]);
    row.wrapped(columns).iter().map(|row| row.text().trim_end().to_owned()).collect()
}

fn flush(rows: &mut [Row], tone: Tone, piece: &mut String) {
    if let (Some(row), false) = (rows.last_mut(), piece.is_empty()) {
        row.0.push((tone, std::mem::take(piece)));
    }
}

/// Rows to be read, as wide and as far scrolled as they are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheet {
    source: Vec<Row>,
    rows: Vec<Row>,
    columns: usize,
    height: usize,
    scroll: usize,
}

impl Sheet {
    /// A sheet of these rows, for an area of `columns` by `height`.
    pub fn new(source: Vec<Row>, columns: usize, height: usize) -> Self {
        let mut sheet = Self { source, ..Self::default() };
        sheet.fit(columns, height);
        sheet
    }

    /// Other rows at the same place.
    pub fn replace(&mut self, source: Vec<Row>) {
        self.source = source;
        self.wrap();
    }

    pub fn fit(&mut self, columns: usize, height: usize) {
        self.height = height;
        if self.columns != columns || self.rows.is_empty() {
            self.columns = columns;
            self.wrap();
        }
        self.scroll = self.scroll.min(self.furthest());
    }

    fn wrap(&mut self) {
        self.rows = self.source.iter().flat_map(|row| row.wrapped(self.columns)).collect();
        self.scroll = self.scroll.min(self.furthest());
    }

    /// All rows, wrapped.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// How many rows are seen at once.
    pub fn height(&self) -> usize {
        self.height
    }

    /// How many rows are scrolled off at the top.
    pub fn scroll(&self) -> usize {
        self.scroll
    }

    pub fn go(&mut self, motion: Motion) {
        self.scroll = scrolled(self.scroll, self.height, self.rows.len(), motion);
    }

    fn furthest(&self) -> usize {
        self.rows.len().saturating_sub(self.height)
    }
}

/// Where a text of `rows` rows, seen `height` at once, is scrolled to.
pub fn scrolled(scroll: usize, height: usize, rows: usize, motion: Motion) -> usize {
    let page = height.saturating_sub(1).max(1);
    let to = match motion {
        Motion::Down => scroll + 1,
        Motion::Up => scroll.saturating_sub(1),
        Motion::PageDown => scroll + page,
        Motion::PageUp => scroll.saturating_sub(page),
        Motion::Top => 0,
        Motion::Bottom => rows,
    };
    to.min(rows.saturating_sub(height))
}

/// A body as rows: JSON with one value a line, anything else line by line.
pub fn body_rows(body: &str) -> Vec<Row> {
    let lines = pretty_json(body).unwrap_or_else(|| clean_lines(body.trim_end()));
    lines.iter().map(|line| Row::new(Tone::Plain, line)).collect()
}

/// JSON with one value a line, every token exactly as it is; `None` where the text is not JSON.
pub fn pretty_json(text: &str) -> Option<Vec<String>> {
    serde_json::from_str::<serde::de::IgnoredAny>(text).ok()?;
    if !text.trim_start().starts_with(['{', '[']) {
        return None;
    }
    let mut out = vec![String::new()];
    let mut depth: usize = 0;
    let mut in_string = false;
    let mut escaped = false;
    let mut chars = text.chars().peekable();
    while let Some(ch) = chars.next() {
        if in_string {
            push(&mut out, ch);
            in_string = escaped || ch != '"';
            escaped = ch == '\\' && !escaped;
            continue;
        }
        match ch {
            ' ' | '\t' | '\r' | '\n' => {}
            '{' | '[' => {
                push(&mut out, ch);
                while chars.next_if(char::is_ascii_whitespace).is_some() {}
                if let Some(close) = chars.next_if(|next| matches!(next, '}' | ']')) {
                    push(&mut out, close);
                } else {
                    depth += 1;
                    out.push("  ".repeat(depth));
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                out.push("  ".repeat(depth));
                push(&mut out, ch);
            }
            ',' => {
                push(&mut out, ch);
                out.push("  ".repeat(depth));
            }
            ':' => {
                push(&mut out, ch);
                push(&mut out, ' ');
            }
            _ => {
                in_string = ch == '"';
                push(&mut out, ch);
            }
        }
    }
    Some(out)
}

fn push(lines: &mut [String], ch: char) {
    if let Some(line) = lines.last_mut() {
        line.push(ch);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_laid_out_and_its_numbers_stay_as_sent() {
        let lines =
            pretty_json(r#"{"n":123456789012345678901234567890,"a":[],"s":"x,\"{","l":[1,{"b":null}]}"#).unwrap();
        assert_eq!(
            lines,
            [
                "{",
                "  \"n\": 123456789012345678901234567890,",
                "  \"a\": [],",
                "  \"s\": \"x,\\\"{\",",
                "  \"l\": [",
                "    1,",
                "    {",
                "      \"b\": null",
                "    }",
                "  ]",
                "}"
            ]
        );
        assert_eq!(pretty_json("{\"cut\": "), None);
        assert_eq!(pretty_json("plain words"), None);
    }

    #[test]
    fn rows_wrap_across_pieces_and_never_exceed_the_width() {
        let row = Row::new(Tone::Dim, "label ").and(Tone::Plain, "队列积压 and a long value");
        let wrapped = row.wrapped(10);
        assert!(wrapped.iter().all(|row| row.text().width() <= 10), "{wrapped:?}");
        assert_eq!(wrapped.iter().map(Row::text).collect::<String>().replace(' ', ""), "label队列积压andalongvalue");
    }
}

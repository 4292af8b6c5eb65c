//! A line of text in the form, with its cursor.

use ratatui::text::{Line as Row, Span};
use unicode_segmentation::UnicodeSegmentation;

use super::{Cell, Content};
use crate::app::form::before_cursor;
use crate::app::line::Line;
use crate::domain::text::clean;
use crate::domain::width::{cut, fit, width};

/// A field that is a line of text.
pub(super) fn line(line: &Line, cell: &Cell) -> Content {
    let (span, cursor) = cleaned(line, cell.width, cell.active, cell);
    Content { rows: vec![Row::from(span)], cursor, ..Content::default() }
}

/// The line's text made safe, in `columns`; where the cursor is, as row and column.
pub(super) fn cleaned(
    line: &Line,
    columns: usize,
    active: bool,
    cell: &Cell,
) -> (Span<'static>, Option<(usize, usize)>) {
    let cursor = width(&clean(before_cursor(line)));
    shown(&clean(line.value()), cursor, columns, active, cell)
}

/// Clean text in `columns`. The active one is scrolled so that the cursor is seen, and underlined to its full width.
pub(super) fn shown(
    text: &str,
    cursor: usize,
    columns: usize,
    active: bool,
    cell: &Cell,
) -> (Span<'static>, Option<(usize, usize)>) {
    if !active {
        let style = if text.is_empty() { cell.theme.dim } else { cell.theme.field };
        let text = if text.is_empty() { "–" } else { text };
        return (Span::styled(cut(text, columns).into_owned(), style), None);
    }
    let mut left = 0;
    let mut from = 0;
    for grapheme in text.graphemes(true) {
        if cursor - left < columns.max(1) {
            break;
        }
        left = (left + width(grapheme)).min(cursor);
        from += grapheme.len();
    }
    let rest = text.get(from..).unwrap_or_default();
    (Span::styled(fit(rest, columns), cell.theme.field_active), Some((0, cursor - left)))
}

//! A text of several lines in the form: the part around its cursor.

use ratatui::text::Line as Row;

use super::{Cell, Content, input, short};
use crate::app::form::text::Text;
use crate::domain::text::clean_lines;
use crate::domain::width::width;

/// The lines around the cursor where it is active, else the first of them.
pub(super) fn area(text: &Text, cell: &Cell) -> Content {
    let lines = clean_lines(text.value());
    if !cell.active {
        return at_rest(&lines, cell);
    }
    let (row, before) = text.cursor();
    let column = clean_lines(before).first().map_or(0, |before| width(before));
    let height = (cell.list * 2).min(lines.len().max(3));
    let top = row.saturating_sub(height / 2).min(lines.len().saturating_sub(height));
    let mut out = Content::default();
    for (at, line) in lines.iter().enumerate().skip(top).take(height) {
        if at == row {
            let (span, cursor) = input::shown(line, column, cell.width, true, cell);
            out.cursor = cursor.map(|(_, column)| (out.rows.len(), column));
            out.rows.push(Row::from(span));
        } else {
            out.rows.push(Row::from(short(line, cell.width, cell.theme.field)));
        }
    }
    if lines.len() > height {
        let said = format!("  line {} of {}", row + 1, lines.len());
        out.rows.push(Row::from(short(&said, cell.width, cell.theme.dim)));
    }
    out.until = out.rows.len();
    out
}

fn at_rest(lines: &[String], cell: &Cell) -> Content {
    let theme = cell.theme;
    if lines.iter().all(String::is_empty) {
        return Content::of(Row::from(short("–", cell.width, theme.dim)));
    }
    let mut out = Content::default();
    for line in lines.iter().take(cell.list) {
        out.rows.push(Row::from(short(line, cell.width, theme.field)));
    }
    if lines.len() > cell.list {
        let said = format!("… {} more lines", lines.len() - cell.list);
        out.rows.push(Row::from(short(&said, cell.width, theme.dim)));
    }
    out
}

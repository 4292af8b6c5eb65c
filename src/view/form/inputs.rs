//! What is asked at the press: two rows for each input, then the one that adds.

use ratatui::text::{Line as Row, Span};

use super::{Cell, Content, input};
use crate::app::form::inputs::{InputRow, InputRows, Part};
use crate::domain::validate::Field;
use crate::domain::width::{cut, fit, width};

/// Columns of a name, and before the second row.
const NAME: usize = 18;
const INDENT: usize = 2;

pub(super) fn rows(asked: &InputRows, cell: &Cell) -> Content {
    let mut out = Content::default();
    let cursor = asked.cursor();
    for (at, row) in asked.rows().iter().enumerate() {
        let here = cursor.filter(|(of, _)| cell.active && *of == at).map(|(_, part)| part);
        let first = out.rows.len();
        for (offset, parts) in [(0, first_parts(row, here, cell)), (1, second_parts(row, here, cell))] {
            let (line, column) = parts.finish();
            out.rows.push(line);
            if let Some(column) = column {
                out.cursor = Some((first + offset, column));
                out.focus = first + offset;
            }
        }
        if matches!(here, Some(Part::Kind | Part::Required)) {
            out.focus = first;
        }
        out.push_faults(cell, Field::Input(at));
    }
    let add = cell.active && cursor.is_none();
    if add {
        out.focus = out.rows.len();
    }
    let (mark, style) = if add { ("▸", cell.theme.selection) } else { ("+", cell.theme.dim) };
    out.rows.push(Row::styled(format!("{mark} add an input"), style));
    out
}

/// A row of spans under way, and the column of the cursor where it is in it.
#[derive(Default)]
struct Parts {
    spans: Vec<Span<'static>>,
    used: usize,
    cursor: Option<usize>,
}

impl Parts {
    fn push(&mut self, span: Span<'static>) {
        self.used += width(&span.content);
        self.spans.push(span);
    }

    fn cell(&mut self, (span, cursor): (Span<'static>, Option<(usize, usize)>), columns: usize) {
        if let Some((_, column)) = cursor {
            self.cursor = Some(self.used + column);
        }
        let gap = " ".repeat(columns.saturating_sub(width(&span.content)));
        self.push(span);
        self.push(Span::raw(gap));
    }

    fn finish(self) -> (Row<'static>, Option<usize>) {
        (Row::from(self.spans), self.cursor)
    }
}

/// Name, kind, required.
fn first_parts(row: &InputRow, here: Option<Part>, cell: &Cell) -> Parts {
    let theme = cell.theme;
    let mut out = Parts::default();
    let columns = NAME.min(cell.width / 3);
    if let Some(name) = row.line(Part::Name) {
        out.cell(input::cleaned(name, columns, here == Some(Part::Name), cell), columns + 2);
    }
    let style = |part| if here == Some(part) { theme.field_active } else { theme.text };
    let kind = format!("◂ {} ▸", row.kind().as_str());
    out.push(Span::styled(fit(&kind, 12.min(cell.width / 3)), style(Part::Kind)));
    out.push(Span::raw("  "));
    out.push(Span::styled(if row.required() { "[x]" } else { "[ ]" }, style(Part::Required)));
    out.push(Span::styled(cut(" required", cell.width.saturating_sub(out.used)).into_owned(), theme.dim));
    out
}

/// Rule, default, help, each with its word.
fn second_parts(row: &InputRow, here: Option<Part>, cell: &Cell) -> Parts {
    let mut out = Parts::default();
    out.push(Span::raw(" ".repeat(INDENT)));
    let parts = [(Part::Rule, row.rule_word()), (Part::Default, "default"), (Part::Help, "help")];
    let parts: Vec<_> = parts.into_iter().filter(|(_, word)| !word.is_empty()).collect();
    let columns = cell.width.saturating_sub(INDENT) / parts.len().max(1);
    for (part, word) in parts {
        let Some(line) = row.line(part) else { continue };
        out.push(Span::styled(format!("{word} "), cell.theme.dim));
        let columns = columns.saturating_sub(width(word) + 2);
        let active = here == Some(part);
        let shown = if part == Part::Default && row.hides_default() {
            let (mask, cursor) = row.mask();
            input::shown(&mask, cursor, columns, active, cell)
        } else {
            input::cleaned(line, columns, active, cell)
        };
        out.cell(shown, columns + 1);
    }
    out
}

//! What one field shows, by its kind.

use ratatui::text::{Line as Row, Span};

use super::{Cell, Content, input, inputs, lists, text};
use crate::app::form::fields::{FormRow, RowKind, Value};
use crate::app::form::preview::Shown;
use crate::app::form::secret::Secret;
use crate::app::form::{FormContext, endpoint_note};
use crate::app::keymap::Context;
use crate::domain::action::Kind;
use crate::domain::validate::Field;

/// How many lines of a filled body are shown.
const FILLED_LINES: usize = 6;

/// The rows of a field, with what is wrong with it and what it comes to.
pub(super) fn content(row: &FormRow, value: &Value, context: &FormContext, cell: &Cell) -> Content {
    let mut out = match (value, &row.kind) {
        (Value::Line(line), _) => input::line(line, cell),
        (Value::Text(area), _) => text::area(area, cell),
        (Value::Secret(held), _) => secret(held, cell),
        (Value::Channels(ticks), _) => return lists::channels(ticks, context, cell),
        (Value::Headers(headers), _) => return lists::headers(headers, cell),
        (Value::Inputs(asked), _) => return inputs::rows(asked, cell),
        (Value::Switch(on), RowKind::Field(spec)) => match spec.kind {
            Kind::Switch { words, .. } => switch(*on, words[usize::from(*on)], cell),
            _ => Content::default(),
        },
        (Value::Choice(chosen), _) => choice(*chosen, &row.options(), cell),
        (Value::More, _) => more(cell),
        (Value::Switch(_) | Value::Button(_), _) => Content::default(),
    };
    let Some(field) = row.field() else {
        return out;
    };
    out.push_faults(cell, field);
    if let (Field::ENDPOINT, Value::Line(line)) = (field, value)
        && let Some(note) = endpoint_note(line.value())
    {
        out.push_note("!", note, cell.theme.warning, cell.width);
    }
    out.push_preview(cell, field, cell.active);
    out
}

impl Content {
    /// What the expressions of a field come to: where it is active, or where they cannot be filled.
    pub(super) fn push_preview(&mut self, cell: &Cell, field: Field, active: bool) {
        if cell.faults.iter().any(|fault| fault.field == field) {
            return;
        }
        match cell.form.preview(field) {
            Some(Shown::Fault(fault)) => self.push_note("✗", &fault, cell.theme.warning, cell.width),
            Some(Shown::Filled(lines)) if active => {
                for (at, line) in lines.iter().take(FILLED_LINES).enumerate() {
                    self.push_note(if at == 0 { "=" } else { " " }, line, cell.theme.dim, cell.width);
                }
                if lines.len() > FILLED_LINES {
                    let more = format!("… {} more lines", lines.len() - FILLED_LINES);
                    self.push_note(" ", &more, cell.theme.dim, cell.width);
                }
            }
            _ => {}
        }
    }
}

fn secret(held: &Secret, cell: &Cell) -> Content {
    if !held.is_hidden() {
        let mut out = input::line(held.line(), cell);
        if held.is_revealed() {
            out.push_note(" ", "shown for 5 s", cell.theme.dim, cell.width);
        }
        return out;
    }
    let (mask, cursor) = held.mask();
    let (span, cursor) = input::shown(&mask, cursor, cell.width, cell.active, cell);
    Content { rows: vec![Row::from(span)], cursor, ..Content::default() }
}

fn switch(on: bool, word: &str, cell: &Cell) -> Content {
    let style = if cell.active { cell.theme.field_active } else { cell.theme.text };
    let mark = Span::styled(if on { "[x]" } else { "[ ]" }, style);
    Content::of(Row::from(vec![mark, super::short(&format!(" {word}"), cell.width.saturating_sub(3), cell.theme.dim)]))
}

fn choice(chosen: usize, options: &[&str], cell: &Cell) -> Content {
    let mut spans = Vec::new();
    for (at, option) in options.iter().enumerate() {
        let mark = if at == chosen { "(•)" } else { "( )" };
        let style = if at == chosen && cell.active { cell.theme.field_active } else { cell.theme.text };
        spans.push(Span::styled(format!("{mark} {option}"), style));
        spans.push(Span::raw("   "));
    }
    Content::of(Row::from(spans))
}

/// The fold: whether it is open, and how much is in it.
fn more(cell: &Cell) -> Content {
    let said = match (cell.form.shows_more(), cell.form.folded()) {
        (true, _) => cell.keys.hint(Context::Form, "▾ everything; <open> folds what is as by default"),
        (false, count) => format!("▸ {count} more fields: body, inputs, signing, TLS, outcome, press"),
    };
    let style = if cell.active { cell.theme.selection } else { cell.theme.dim };
    Content::of(Row::from(super::short(&said, cell.width, style)))
}

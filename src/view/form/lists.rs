//! The two lists of the form: channels to tick, header rows.

use ratatui::text::{Line as Row, Span};

use super::{Cell, Content, input, short};
use crate::app::form::FormContext;
use crate::app::form::channels::{ChannelRow, Ticks};
use crate::app::form::headers::{HeaderRow, Headers};
use crate::domain::text::clean;
use crate::domain::validate::Field;
use crate::domain::width::{cut, fit, width};

/// The filter (or what is ticked), then the rows around the cursor.
pub(super) fn channels(ticks: &Ticks, context: &FormContext, cell: &Cell) -> Content {
    let rows = ticks.rows(context);
    let cursor = ticks.cursor(&rows);
    let mut out = head(ticks, &rows, cell);
    let theme = cell.theme;
    if rows.is_empty() {
        let text = if ticks.filter().value().is_empty() {
            "no channel is known yet: they come with the first incidents".to_owned()
        } else {
            context.hint("no channel matches; <undo> takes the filter back")
        };
        out.push_note(" ", &text, theme.dim, cell.width);
    }
    let height = cell.list.min(rows.len());
    let top = cursor.saturating_sub(height / 2).min(rows.len() - height);
    let label = rows.iter().map(|row| width(&row.label)).max().unwrap_or(0).min(cell.width / 2);
    for (at, row) in rows.iter().enumerate().skip(top).take(height) {
        out.rows.push(channel(row, label, cell.active && at == cursor, cell));
    }
    out.until = height;
    out.push_faults(cell, Field::CHANNELS);
    out
}

fn head(ticks: &Ticks, rows: &[ChannelRow], cell: &Cell) -> Content {
    let theme = cell.theme;
    if cell.active && !ticks.filter().value().is_empty() {
        let count = format!("  {} found", rows.len());
        let (span, cursor) = input::cleaned(ticks.filter(), cell.width.saturating_sub(width(&count)), true, cell);
        let row = Row::from(vec![span, Span::styled(count, theme.dim)]);
        return Content { rows: vec![row], cursor, ..Content::default() };
    }
    let names: Vec<_> = ticks.ticked().iter().map(|key| clean(key.as_str())).collect();
    let said = match names.len() {
        0 => "none ticked".to_owned(),
        count => format!("{count} ticked: {}", names.join(", ")),
    };
    let (said, cursor) = if cell.active { (format!("  type to filter · {said}"), Some((0, 0))) } else { (said, None) };
    let style = if cell.active || names.is_empty() { theme.dim } else { theme.text };
    Content { rows: vec![Row::from(short(&said, cell.width, style))], cursor, ..Content::default() }
}

fn channel(row: &ChannelRow, label: usize, here: bool, cell: &Cell) -> Row<'static> {
    let theme = cell.theme;
    let out_of_reach = row.full.is_some() && !row.ticked;
    let style = match (here, out_of_reach) {
        (true, _) => theme.selection,
        (false, true) => theme.dim,
        (false, false) => theme.text,
    };
    let mut said: Vec<String> = Vec::new();
    said.extend(row.full.clone());
    said.extend(row.slot.filter(|_| row.ticked).map(|slot| format!("slot {slot}")));
    said.extend(Some(row.note.to_owned()).filter(|note| !note.is_empty()));
    let tick = if row.ticked { "[x]" } else { "[ ]" };
    let before = format!("{} {tick} {}", if here { "▸" } else { " " }, fit(&row.label, label));
    let rest = cell.width.saturating_sub(width(&before) + 2);
    let said = said.join(" · ");
    let told = if row.full.is_some() { theme.warning } else { theme.dim };
    Row::from(vec![Span::styled(before, style), Span::raw("  "), short(&said, rest, told)])
}

/// A row for each header, then the one that adds.
pub(super) fn headers(headers: &Headers, cell: &Cell) -> Content {
    let mut out = Content::default();
    let cursor = headers.cursor();
    let longest = headers.rows().iter().map(|row| width(row.name().value())).max().unwrap_or(0);
    let names = longest.clamp(14, 28).min(cell.width / 2);
    for (at, row) in headers.rows().iter().enumerate() {
        let here = (cell.active && cursor.0 == at).then_some(cursor.1);
        let first = out.rows.len();
        let (line, column) = header(row, headers.is_revealed(at), here, names, cell);
        out.rows.push(line);
        if here.is_some() {
            out.cursor = column.map(|column| (first, column));
            out.focus = first;
        }
        out.push_faults(cell, Field::HeaderName(at));
        out.push_faults(cell, Field::HeaderValue(at));
        out.push_preview(cell, Field::HeaderValue(at), here.is_some());
    }
    let add = cell.active && cursor.0 == headers.rows().len();
    if add {
        out.focus = out.rows.len();
    }
    let (mark, style) = if add { ("▸", cell.theme.selection) } else { ("+", cell.theme.dim) };
    out.rows.push(Row::styled(format!("{mark} add a header"), style));
    out
}

/// Name and value of a header; the column of the cursor where it is in this row (`here` names the cell).
fn header(
    row: &HeaderRow,
    revealed: bool,
    here: Option<usize>,
    names: usize,
    cell: &Cell,
) -> (Row<'static>, Option<usize>) {
    let (name, in_name) = input::cleaned(row.name(), names, here == Some(0), cell);
    let gap = " ".repeat(names.saturating_sub(width(&name.content)) + 2);
    let columns = cell.width.saturating_sub(names + 2);
    let seconds = if revealed { "  shown for 5 s" } else { "" };
    let columns = columns.saturating_sub(width(seconds));
    let (value, in_value) = if row.is_hidden() && !revealed {
        let (mask, cursor) = row.mask();
        input::shown(&mask, cursor, columns, here == Some(1), cell)
    } else {
        input::cleaned(row.value(), columns, here == Some(1), cell)
    };
    let column = in_name.map(|(_, column)| column).or(in_value.map(|(_, column)| column + names + 2));
    let seconds = Span::styled(cut(seconds, columns).into_owned(), cell.theme.dim);
    (Row::from(vec![name, Span::raw(gap), value, seconds]), column)
}

//! What finds incidents: the filter's completions, and what an incident shares with others.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Widget};

use super::pane::{pane, put, put_right};
use super::theme::Theme;
use crate::app::modes::palette::Palette;
use crate::app::modes::shared::Shared;
use crate::domain::text::{clean, counted};
use crate::domain::width::{fit, width};

/// What an incident shares, over the lower part of the list.
pub fn shared(open: &Shared, theme: &Theme, over: Rect, frame: &mut Frame<'_>) {
    let wide = open.items.iter().map(|item| width(&item.name) + width(&item.value)).max().unwrap_or_default();
    let columns = u16::try_from(wide + 28).unwrap_or(u16::MAX).min(over.width.saturating_sub(4));
    let rows = u16::try_from(open.items.len()).unwrap_or(u16::MAX).saturating_add(2).min(over.height);
    let area = Rect::new(over.x + 2, over.bottom().saturating_sub(rows), columns, rows);
    let buffer = frame.buffer_mut();
    Clear.render(area, buffer);
    let inner = pane("Show what shares", true, theme, area, buffer);
    let first = open.at.saturating_sub(usize::from(inner.height).saturating_sub(1));
    for (y, (at, item)) in (inner.y..inner.bottom()).zip(open.items.iter().enumerate().skip(first)) {
        let selected = at == open.at;
        let over = |style: ratatui::style::Style| if selected { theme.selection.patch(style) } else { style };
        if selected {
            put(buffer, inner.x, y, &" ".repeat(usize::from(inner.width)), usize::from(inner.width), theme.selection);
        }
        let line = Rect { y, height: 1, ..inner };
        let used = put_right(buffer, line, y, &counted(item.count, "incident"), over(theme.dim));
        let room = |x: u16| usize::from(inner.right().saturating_sub(used + 1).saturating_sub(x));
        let mut x = inner.x + put(buffer, inner.x, y, &item.key.to_string(), 1, over(theme.key)) + 2;
        x += put(buffer, x, y, &clean(&item.name), room(x), over(theme.dim)) + 2;
        put(buffer, x, y, &clean(&item.value), room(x), over(theme.text));
    }
}

/// Columns of the keys, and of what a line is about.
const KEYS: usize = 14;
const KIND: usize = 9;

/// Everything by its name: what is typed, and under it what that finds.
pub fn palette(open: &Palette, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let buffer = frame.buffer_mut();
    let title = format!("Everything by its name ─ {}", counted(open.found.len(), "line"));
    let inner = pane(&title, true, theme, area, buffer);
    let (columns, rows) = (usize::from(inner.width), usize::from(inner.height));
    if rows < 2 {
        return;
    }
    let used = put(buffer, inner.x, inner.y, ":", columns, theme.key);
    let start = inner.x + used;
    let room = columns.saturating_sub(2);
    put(buffer, start, inner.y, &clean(open.line.value()), room, theme.field_active);
    if open.found.is_empty() {
        put(buffer, inner.x, inner.y + 1, "nothing is called so", columns, theme.dim);
    }
    let first = (open.at + 2).saturating_sub(rows);
    for (y, (at, item)) in (inner.y + 1..inner.bottom()).zip(open.found.iter().enumerate().skip(first)) {
        let selected = at == open.at;
        let over = |style: ratatui::style::Style| if selected { theme.selection.patch(style) } else { style };
        if selected {
            put(buffer, inner.x, y, &" ".repeat(columns), columns, theme.selection);
        }
        put(buffer, inner.x, y, &fit(&item.key, KEYS), KEYS, over(theme.key));
        let x = inner.x + u16::try_from(KEYS + 1).unwrap_or_default();
        put(buffer, x, y, &fit(item.kind, KIND), KIND, over(theme.dim));
        let x = x + u16::try_from(KIND + 1).unwrap_or_default();
        put(buffer, x, y, &item.name, columns.saturating_sub(KEYS + KIND + 2), over(theme.text));
    }
    let at = u16::try_from(open.line.cursor().min(room)).unwrap_or_default();
    frame.set_cursor_position((start + at, inner.y));
}

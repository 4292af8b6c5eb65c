//! What finds incidents: the filter's completions, and what an incident shares with others.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Widget};

use super::pane::{pane, put, put_right};
use super::theme::Theme;
use crate::app::modes::shared::Shared;
use crate::domain::text::{clean, counted};
use crate::domain::width::width;

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

//! The incident in full, and under it its channel's buttons.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::activity::spinner;
use super::pane::{more, pane, put, rows};
use super::text::cut;
use super::theme::Theme;
use crate::app::detail::{button_rows, button_width, detail_rows};
use crate::app::layout::inside;
use crate::app::model::Model;
use crate::domain::action::Action;
use crate::domain::text::clean;

/// Draws the detail of the selected incident; `open` says that it has the keys.
pub fn draw(model: &Model, theme: &Theme, area: Rect, scroll: usize, open: bool, frame: &mut Frame<'_>) {
    let buffer = frame.buffer_mut();
    let columns = usize::from(inside(area).width);
    let buttons = u16::try_from(button_rows(model, columns)).unwrap_or(1).min(area.height / 2);
    let title = match model.board.selected() {
        Some(entry) if entry.gone => format!("{} · closed", clean(&entry.row.num)),
        Some(entry) => clean(&entry.row.num).into_owned(),
        None => String::new(),
    };
    let inner = pane(&title, open, theme, area, buffer);
    let split = inner.bottom().saturating_sub(buttons + 1);
    let above = Rect { height: split.saturating_sub(inner.y), ..inner };
    let text = detail_rows(model, columns);
    rows(&text, scroll, theme, above, buffer);
    separator(theme, area, split, buffer);
    more_actions(model, theme, Rect { y: split + 1, height: buttons, ..inner }, buffer);
    if text.len() > usize::from(above.height) {
        more(text.len(), scroll, usize::from(above.height), theme, Rect { height: split + 1 - area.y, ..area }, buffer);
    }
}

fn separator(theme: &Theme, area: Rect, y: u16, buffer: &mut Buffer) {
    let columns = usize::from(area.width);
    if y <= area.y || columns < 2 {
        return;
    }
    let style = buffer.cell((area.x, area.y)).map_or(theme.border, ratatui::buffer::Cell::style);
    put(buffer, area.x, y, &format!("├{}┤", "─".repeat(columns - 2)), columns, style);
    put(buffer, area.x + 2, y, " More Actions ", columns - 2, theme.title);
}

fn more_actions(model: &Model, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let Some(entry) = model.board.selected() else {
        return;
    };
    let buttons = model.buttons(&entry.row.channel);
    if buttons.is_empty() {
        put(buffer, area.x, area.y, "no actions yet: n adds one", usize::from(area.width), theme.dim);
        return;
    }
    let (mut x, mut y) = (area.x, area.y);
    for (slot, action) in buttons {
        let wide = u16::try_from(button_width(&action.name)).unwrap_or(area.width);
        if x > area.x && x + wide > area.right() {
            x = area.x;
            y += 1;
        }
        if y < area.bottom() {
            button(model, slot, action, theme, Rect { x, y, width: area.right() - x, height: 1 }, buffer);
        }
        x += wide;
    }
}

fn button(model: &Model, slot: u8, action: &Action, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let room = usize::from(area.width);
    let running = model.board.selected().is_some_and(|entry| model.recent.is_in_flight(&action.id, &entry.row.key));
    let (key, name) = if action.enabled { (theme.key, theme.button) } else { (theme.dim, theme.dim) };
    put(buffer, area.x, area.y, &slot.to_string(), room, key);
    let shown = clean(&action.name);
    let used = put(buffer, area.x + 2, area.y, &cut(&shown, 34), room.saturating_sub(2), name);
    let after = area.x + 2 + used + 1;
    if running {
        put(buffer, after, area.y, spinner(model), 1, theme.busy);
    } else if !action.enabled {
        put(buffer, after, area.y, "off", usize::from(area.right().saturating_sub(after)), theme.dim);
    }
}

//! The incident in full, and under it its channel's buttons.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::buttons;
use super::pane::{more, pane, put, rows};
use super::theme::Theme;
use crate::app::buttons::{buttons as placed, rows_of};
use crate::app::layout::inside;
use crate::app::model::Model;
use crate::app::pages::detail::detail_rows;
use crate::app::pages::tabs;
use crate::app::state::incident_detail::Tab;
use crate::domain::text::clean;

/// Draws the detail of the selected incident; `open` says that it has the keys.
pub fn draw(model: &Model, theme: &Theme, area: Rect, scroll: usize, open: bool, frame: &mut Frame<'_>) {
    let buffer = frame.buffer_mut();
    let columns = usize::from(inside(area).width);
    let all = placed(model, columns, usize::from(inside(area).height));
    let buttons = u16::try_from(rows_of(&all)).unwrap_or(1).min(area.height / 2);
    let title = match model.board.selected() {
        Some(entry) if entry.gone => format!("{} · closed", clean(&entry.row.num)),
        Some(entry) => clean(&entry.row.num).into_owned(),
        None => String::new(),
    };
    let inner = pane(&title, open, theme, area, buffer);
    let split = inner.bottom().saturating_sub(buttons + 1);
    let above = Rect { height: split.saturating_sub(inner.y), ..inner };
    if open {
        tabs(model, theme, area, buffer);
    }
    let text = if open { tabs::rows(model, columns) } else { detail_rows(model, columns) };
    rows(&text, scroll, theme, above, buffer);
    separator(model, theme, area, split, buffer);
    buttons::draw(model, &all, theme, Rect { y: split + 1, height: buttons, ..inner }, buffer);
    if text.len() > usize::from(above.height) {
        more(text.len(), scroll, usize::from(above.height), theme, Rect { height: split + 1 - area.y, ..area }, buffer);
    }
}

/// The tabs in the upper border, at its right end.
fn tabs(model: &Model, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let wide: usize = Tab::ALL.iter().map(|tab| tab.as_str().len() + 2).sum();
    let wide = u16::try_from(wide).unwrap_or(area.width);
    let mut x = area.right().saturating_sub(wide + 2).max(area.x + 2);
    for tab in Tab::ALL {
        let style = if tab == model.incident_detail.tab { theme.selection } else { theme.dim };
        let room = usize::from(area.right().saturating_sub(x + 1));
        x += put(buffer, x, area.y, &format!(" {} ", tab.as_str()), room, style);
    }
}

fn separator(model: &Model, theme: &Theme, area: Rect, y: u16, buffer: &mut Buffer) {
    let columns = usize::from(area.width);
    if y <= area.y || columns < 2 {
        return;
    }
    let style = buffer.cell((area.x, area.y)).map_or(theme.border, ratatui::buffer::Cell::style);
    put(buffer, area.x, y, &format!("├{}┤", "─".repeat(columns - 2)), columns, style);
    let title = match model.board.marked() {
        0 => " More Actions ".to_owned(),
        marked => format!(" More Actions ─ for {marked} marked "),
    };
    put(buffer, area.x + 2, y, &title, columns - 2, theme.title);
}

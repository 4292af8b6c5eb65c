//! The incident in full with its channel's buttons: beside the list, over it, or as a strip under it.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::buttons;
use super::pane::{more_above, put, put_right, rows, rule};
use super::theme::Theme;
use crate::app::buttons::{buttons as placed, strip_buttons};
use crate::app::incidents::channel_name;
use crate::app::keymap::Context;
use crate::app::layout::inside;
use crate::app::model::Model;
use crate::app::pages::detail::{detail_rows, strip_rows};
use crate::app::pages::tabs;
use crate::app::state::incident_detail::Tab;
use crate::domain::text::{clean, counted};
use crate::domain::width::width;

/// Draws the detail of the selected incident; `open` says that it has the keys.
pub fn draw(model: &Model, theme: &Theme, area: Rect, scroll: usize, open: bool, frame: &mut Frame<'_>) {
    let buffer = frame.buffer_mut();
    let (above, under) = parts(model, area);
    let columns = usize::from(above.width);
    title_line(model, theme, area, open, buffer);
    if open {
        tabs(model, theme, area, buffer);
    }
    let text = if open { tabs::rows(model, columns) } else { detail_rows(model, columns) };
    rows(&text, scroll, theme, above, buffer);
    let all = placed(model, usize::from(under.width), usize::from(inside(area).height) / 2);
    let line = Rect { y: above.bottom(), height: 1, ..area };
    buttons_line(model, theme, line, buffer);
    buttons::draw(model, &all, theme, under, buffer);
    more_above(text.len(), scroll, usize::from(above.height), theme, line, buffer);
}

/// The text of the detail in this area, and the place of the buttons under it.
pub fn parts(model: &Model, area: Rect) -> (Rect, Rect) {
    let inner = inside(area);
    let buttons = placed(model, usize::from(inner.width), usize::from(inner.height) / 2);
    let buttons = u16::try_from(buttons.rows()).unwrap_or(1).min(inner.height / 2);
    let above = Rect { height: inner.height.saturating_sub(buttons + 1), ..inner };
    (above, Rect { y: above.bottom() + 1, height: buttons, ..inner })
}

/// Draws the strip under the list: where the selected incident is, what it says, its buttons.
pub fn draw_strip(model: &Model, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let buffer = frame.buffer_mut();
    title_line(model, theme, area, false, buffer);
    let opens = model.settings.keys.hint(Context::Incidents, " <open> opens ");
    let edge = Rect { width: area.width.saturating_sub(2), ..area };
    put_right(buffer, edge, area.y, &opens, theme.dim);
    let inner = inside(area);
    let all = strip_buttons(model, usize::from(inner.width));
    let under = u16::try_from(all.rows()).unwrap_or(1).min(inner.height);
    let above = Rect { height: inner.height - under, ..inner };
    rows(&strip_rows(model, usize::from(above.width), usize::from(above.height)), 0, theme, above, buffer);
    buttons::draw(model, &all, theme, Rect { y: above.bottom(), height: under, ..inner }, buffer);
}

/// The number, channel and source of the incident, and its place in the list.
fn title_line(model: &Model, theme: &Theme, area: Rect, open: bool, buffer: &mut Buffer) {
    let line = if open { theme.border_active } else { theme.border };
    let Some(entry) = model.board.selected() else {
        let group = model.board.on_group().map(|group| model.board.group_name(group, &model.channels));
        rule(&clean(&group.unwrap_or_default()), line, theme, area, buffer);
        return;
    };
    let row = &entry.row;
    let mut title = clean(&row.num).into_owned();
    for part in [channel_name(&model.channels, &row.channel), row.key.source()] {
        title.push_str(&format!(" · {}", clean(part)));
    }
    if entry.gone {
        title.push_str(" · closed");
    }
    let mut x = area.x + rule(&title, line, theme, area, buffer);
    let badge = model.source(row.key.source()).map_or("", |source| source.badge.as_str());
    let room = |x: u16| usize::from(area.right().saturating_sub(x + 1));
    if !badge.is_empty() {
        x += put(buffer, x, area.y, &format!(" {} ", clean(badge)), room(x), theme.badge) + 1;
    }
    if !open && let Some(at) = model.board.position() {
        put(buffer, x + 1, area.y, &format!(" {at} of {} ", model.board.len()), room(x), theme.dim);
    }
}

fn tabs_width() -> u16 {
    let wide: usize = Tab::ALL.iter().map(|tab| width(tab.as_str()) + 2).sum();
    u16::try_from(wide).unwrap_or(u16::MAX)
}

/// The tabs at the right end of the title line.
fn tabs(model: &Model, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let mut x = area.right().saturating_sub(tabs_width() + 1).max(area.x + 2);
    for tab in Tab::ALL {
        let style = if tab == model.incident_detail.tab { theme.selection } else { theme.dim };
        let room = usize::from(area.right().saturating_sub(x + 1));
        x += put(buffer, x, area.y, &format!(" {} ", tab.as_str()), room, style);
    }
}

fn buttons_line(model: &Model, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let title = match (model.board.marked(), model.board.on_group()) {
        (0, None) => "More Actions".to_owned(),
        (0, Some(group)) => format!("More Actions for {}", counted(group.total, "incident")),
        (marked, _) => format!("More Actions for {marked} marked"),
    };
    rule(&title, theme.border, theme, area, buffer);
}

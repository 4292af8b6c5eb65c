//! The actions by channel.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::pane::{put, put_right, titled};
use super::theme::Theme;
use crate::app::action_list::ActionRow;
use crate::app::keymap::Context;
use crate::app::model::Model;
use crate::app::pages::sheet::DANGER;
use crate::domain::action::Action;
use crate::domain::text::clean;
use crate::domain::width::fit;

pub fn draw(model: &Model, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let buffer = frame.buffer_mut();
    let filter = model.action_list.filter();
    let mut title = format!("Actions ─ {}", model.actions.len());
    if !filter.is_empty() {
        title.push_str(&format!(" ─ /{}", clean(filter)));
    }
    let inner = titled(&title, true, theme, area, buffer);
    if model.action_list.is_empty() && model.loaded {
        let words = if filter.is_empty() {
            "No channel is known yet: they come with the first incidents. <new-action> adds an action."
        } else {
            "Nothing matches. <back> shows all."
        };
        let words = model.settings.keys.hint(Context::Actions, words);
        put(buffer, inner.x, inner.y, &words, usize::from(inner.width), theme.dim);
    }
    for (line, (selected, row)) in model.action_list.window().enumerate() {
        let y = inner.y.saturating_add(u16::try_from(line).unwrap_or(u16::MAX));
        if y >= inner.bottom() {
            break;
        }
        draw_row(model, row, selected, theme, Rect { y, height: 1, ..inner }, buffer);
    }
}

fn draw_row(model: &Model, row: &ActionRow, selected: bool, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let over = |style: Style| if selected { theme.selection.patch(style) } else { style };
    let room = usize::from(area.width);
    if selected {
        put(buffer, area.x - 1, area.y, &format!("▌{}", " ".repeat(room + 1)), room + 2, theme.selection);
    }
    match row {
        ActionRow::Channel { key, name, taken } => {
            let used = put(buffer, area.x, area.y, &clean(name), room, theme.title);
            let rest = match key {
                Some(key) => format!("  {taken}/{}  {}", model.settings.max_per_channel, clean(key.as_str())),
                None => format!("  {taken}"),
            };
            put(buffer, area.x + used, area.y, &rest, room.saturating_sub(usize::from(used)), theme.dim);
        }
        ActionRow::Empty { .. } => {
            put(
                buffer,
                area.x + 2,
                area.y,
                &model.settings.keys.hint(Context::Actions, "no actions yet: <new-action> adds one"),
                room.saturating_sub(2),
                over(theme.dim),
            );
        }
        ActionRow::Action { slot, action, .. } => draw_action(*slot, action, over, theme, area, buffer),
    }
}

fn draw_action(
    slot: u8,
    action: &Action,
    over: impl Fn(Style) -> Style,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) {
    let name_room = (usize::from(area.width) / 3).clamp(16, 34);
    let confirm = if action.danger { "type" } else { action.confirm.as_str() };
    let off = if action.enabled { "" } else { " · off" };
    let danger = if action.danger { format!("{DANGER} · ") } else { String::new() };
    let state = format!("{danger}confirm {confirm}{off}");
    let right = put_right(buffer, area, area.y, &state, over(theme.dim));
    let end = area.right().saturating_sub(right + 2);
    let room = |x: u16| usize::from(end.saturating_sub(x));
    let mut x = area.x + 2;
    let number = if slot == 0 { "-".to_owned() } else { slot.to_string() };
    x += put(buffer, x, area.y, &number, room(x), over(theme.key)) + 1;
    let name = if action.enabled { theme.button } else { theme.dim };
    x += put(buffer, x, area.y, &fit(&clean(&action.name), name_room), room(x), over(name)) + 2;
    put(buffer, x, area.y, &clean(&action.target()), room(x), over(theme.text));
}

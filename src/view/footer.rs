//! The bottom: what was said, and the keys that matter here, from the key table.

use super::activity::held_words;
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::pane::put;
use super::theme::Theme;
use crate::app::command::{Command, GlobalCommand, PlaceCommand};
use crate::app::keymap::Context;
use crate::app::layout::Layout;
use crate::app::model::Model;
use crate::app::modes::Mode;
use crate::domain::stage::Stage;
use crate::domain::text::clean;
use crate::domain::width::width;

/// Draws the notice and the keys. Where there is no row for the notice it stands in place of the keys.
pub fn draw(model: &Model, theme: &Theme, all: &Layout, frame: &mut Frame<'_>) {
    let place = all.notice.unwrap_or(all.footer);
    let buffer = frame.buffer_mut();
    let spoken = notice(model, theme, place, buffer);
    if all.notice.is_some() || !spoken {
        keys(model, theme, all.footer, buffer);
    }
    if let Mode::Filter(open) = model.modes.top() {
        let at = u16::try_from(open.line.cursor()).unwrap_or(u16::MAX).min(place.width.saturating_sub(4));
        frame.set_cursor_position((place.x + 2 + at, place.y));
    }
}

fn notice(model: &Model, theme: &Theme, area: Rect, buffer: &mut Buffer) -> bool {
    let room = usize::from(area.width.saturating_sub(2));
    if let Mode::Filter(open) = model.modes.top() {
        let used = put(buffer, area.x + 1, area.y, "/", room, theme.key);
        let (start, y) = (area.x + 1 + used, area.y);
        let text = clean(open.line.value());
        put(buffer, start, y, &text, room.saturating_sub(2), theme.field_active);
        return true;
    }
    if *model.modes.top() == Mode::PickButton {
        put(buffer, area.x + 1, area.y, "edit which button? press its number", room, theme.text);
        return true;
    }
    let held = model.recent.held(model.now).map(|held| {
        let stage = held_words(&model.settings.keys, &Stage::Held { left_ms: held.left_ms });
        let others = if held.group.is_some() { " and the others of its press" } else { "" };
        format!("{} on {}{others} {stage}", clean(held.action), clean(held.num))
    });
    let (words, style) = match (&model.trouble, &model.said, &held) {
        (Some(trouble), _, _) => (trouble, theme.fault),
        (None, Some(said), _) => (said, theme.text),
        (None, None, Some(held)) => (held, theme.busy),
        (None, None, None) => return false,
    };
    put(buffer, area.x + 1, area.y, words, room, style);
    true
}

fn keys(model: &Model, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let context = model.context();
    let mut x = area.x + 1;
    let rows = model.settings.keys.rows(context).filter(|row| !row.binding.footer.is_empty());
    let mut pairs: Vec<(&str, &str)> = rows.map(|row| (row.names[0].as_str(), row.binding.footer)).collect();
    if matches!(context, Context::Incidents | Context::Detail) {
        pairs.insert(0, ("1-9", if model.board.marked() > 0 { "run for the marked" } else { "run" }));
    }
    let back = model
        .settings
        .keys
        .rows(context)
        .find(|row| row.binding.command == Command::Place(PlaceCommand::Global(GlobalCommand::TakeBack)));
    if let (Some(row), Some(_)) = (back, model.recent.held(model.now)) {
        pairs.insert(0, (row.names[0].as_str(), "take back"));
    }
    for (key, word) in fitting(pairs, usize::from(area.width).saturating_sub(1)) {
        let wide = width(key) + width(word) + 1;
        x += put(buffer, x, area.y, key, wide, theme.key);
        x += 1 + put(buffer, x + 1, area.y, word, wide, theme.dim) + 2;
    }
}

/// What fits: the first ones, and always the last two, which are help and the way out.
fn fitting<'a>(mut pairs: Vec<(&'a str, &'a str)>, room: usize) -> Vec<(&'a str, &'a str)> {
    let wide = |pairs: &[(&str, &str)]| pairs.iter().map(|(key, word)| width(key) + width(word) + 3).sum::<usize>();
    while wide(&pairs) > room + 2 && !pairs.is_empty() {
        pairs.remove(pairs.len().saturating_sub(3));
    }
    pairs
}

//! The bottom: what was said, and the keys that matter now, from the key table.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::activity::held_words;
use super::pane::put;
use super::theme::Theme;
use crate::app::footer::keys;
use crate::app::model::Model;
use crate::app::modes::Mode;
use crate::domain::stage::Stage;
use crate::domain::text::clean;
use crate::domain::width::width;

/// Draws what was said at the left, and behind it the keys that still fit.
pub fn draw(model: &Model, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let buffer = frame.buffer_mut();
    if let Mode::Filter(open) = model.modes.top() {
        let room = usize::from(area.width.saturating_sub(3));
        put(buffer, area.x + 1, area.y, "/", room, theme.key);
        put(buffer, area.x + 2, area.y, &clean(open.line.value()), room, theme.field_active);
        let at = u16::try_from(open.line.cursor()).unwrap_or(u16::MAX).min(area.width.saturating_sub(4));
        frame.set_cursor_position((area.x + 2 + at, area.y));
        return;
    }
    let mut x = area.x + 1;
    let spoken = notice(model, theme);
    if let Some((words, style)) = &spoken {
        x += put(buffer, x, area.y, words, usize::from(area.width.saturating_sub(2)), *style) + 3;
    }
    let mut pairs = keys(model);
    if spoken.is_some() && (model.said.is_some() || model.trouble.is_some()) {
        // Help and the way out.
        pairs.drain(..pairs.len().saturating_sub(2));
    }
    draw_keys(pairs, theme, Rect { x, width: area.right().saturating_sub(x), ..area }, buffer);
}

/// What was said last, or what waits. Clean.
fn notice(model: &Model, theme: &Theme) -> Option<(String, Style)> {
    if *model.modes.top() == Mode::PickButton {
        return Some(("edit which button? press its number".to_owned(), theme.text));
    }
    if let Some(trouble) = &model.trouble {
        return Some((trouble.clone(), theme.fault));
    }
    if let Some(said) = &model.said {
        return Some((said.clone(), theme.text));
    }
    let held = model.recent.held(model.now)?;
    let stage = held_words(&model.settings.keys, &Stage::Held { left_ms: held.left_ms });
    let others = if held.group.is_some() { " and the others of its press" } else { "" };
    Some((format!("{} on {}{others} {stage}", clean(held.action), clean(held.num)), theme.busy))
}

fn draw_keys(pairs: Vec<(String, String)>, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let mut x = area.x;
    for (key, word) in fitting(pairs, usize::from(area.width)) {
        let wide = width(&key) + width(&word) + 1;
        x += put(buffer, x, area.y, &key, wide, theme.key);
        x += 1 + put(buffer, x + 1, area.y, &word, wide, theme.dim) + 2;
    }
}

/// What fits: the first ones, and always the last two, which are help and the way out.
fn fitting(mut pairs: Vec<(String, String)>, room: usize) -> Vec<(String, String)> {
    let wide = |pairs: &[(String, String)]| pairs.iter().map(|(key, word)| width(key) + width(word) + 3).sum::<usize>();
    while wide(&pairs) > room + 2 && !pairs.is_empty() {
        pairs.remove(pairs.len().saturating_sub(3));
    }
    pairs
}

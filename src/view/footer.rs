//! The bottom: what was said, and the keys that matter now, from the key table.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::activity::held_words;
use super::finding;
use super::key_line::draw_keys;
use super::pane::put;
use super::theme::Theme;
use crate::app::footer::keys;
use crate::app::model::Model;
use crate::app::modes::Mode;
use crate::domain::stage::Stage;
use crate::domain::text::clean;

/// Draws what was said at the left, and behind it the keys that still fit.
pub fn draw(model: &Model, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let buffer = frame.buffer_mut();
    if let Mode::Filter(open) = model.modes.top() {
        finding::filter(model, open, theme, area, frame);
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

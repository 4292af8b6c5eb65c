//! Every key of a screen.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::pane::{more, pane, rows};
use super::theme::Theme;
use crate::app::keys::Keys;
use crate::app::state::help::{Help, help_rows};

/// Draws the help of a context.
pub fn draw(keys: &Keys, help: &Help, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let buffer = frame.buffer_mut();
    let inner = pane("Help ─ every key of this screen", true, theme, area, buffer);
    let all = help_rows(keys, help.context);
    rows(&all, help.scroll, theme, inner, buffer);
    more(all.len(), help.scroll, usize::from(inner.height), theme, area, buffer);
}

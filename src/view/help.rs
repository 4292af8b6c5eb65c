//! Every key of a screen.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::pane::{more, pane, rows};
use super::theme::Theme;
use crate::app::help::help_rows;
use crate::app::keymap::Context;
use crate::app::keys::Keys;

/// Draws the help of a context.
pub fn draw(keys: &Keys, context: Context, scroll: usize, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let buffer = frame.buffer_mut();
    let inner = pane("Help ─ every key of this screen", true, theme, area, buffer);
    let all = help_rows(keys, context);
    rows(&all, scroll, theme, inner, buffer);
    more(all.len(), scroll, usize::from(inner.height), theme, area, buffer);
}

//! What a check of an action found.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::pane::{more, pane, rows};
use super::theme::Theme;
use crate::app::state::findings::Findings;
use crate::domain::text::clean;

/// Draws the sheet.
pub fn draw(open: &Findings, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let buffer = frame.buffer_mut();
    let inner = pane(&format!("Check ─ {}", clean(&open.name)), true, theme, area, buffer);
    let sheet = &open.sheet;
    rows(sheet.rows(), sheet.scroll(), theme, inner, buffer);
    more(sheet.rows().len(), sheet.scroll(), usize::from(inner.height), theme, area, buffer);
}

//! The form for an action.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::pane::pane;
use super::theme::Theme;
use crate::app::form::{Form, FormContext};
use crate::domain::text::clean;

/// Draws the form.
pub fn draw(form: &Form, _context: &FormContext<'_>, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    pane(&clean(&form.title()), true, theme, area, frame.buffer_mut());
}

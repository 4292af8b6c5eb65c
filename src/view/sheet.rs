//! The sheets that fill the screen: the keys of a screen, what a check of an action found, a line of the log.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::pane::{more_above, rows, titled};
use super::theme::Theme;
use crate::app::keys::Keys;
use crate::app::modes::findings::Findings;
use crate::app::modes::help::{Help, help_rows};
use crate::app::pages::sheet::Row;
use crate::domain::text::clean;

pub fn help(keys: &Keys, help: &Help, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    draw("Help ─ every key of this screen", &help_rows(keys, help), help.scroll, theme, area, frame);
}

pub fn findings(open: &Findings, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let title = format!("Check ─ {}", clean(&open.name));
    draw(&title, open.sheet.rows(), open.sheet.scroll(), theme, area, frame);
}

/// A whole screen of rows under a title (clean).
pub fn draw(title: &str, all: &[Row], scroll: usize, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let buffer = frame.buffer_mut();
    let inner = titled(title, true, theme, area, buffer);
    rows(all, scroll, theme, inner, buffer);
    more_above(all.len(), scroll, usize::from(inner.height), theme, area, buffer);
}

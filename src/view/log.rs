//! The whole activity log, and one line of it in full.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::activity::draw_line as draw_row;
use super::pane::{put, put_right, titled};
use super::sheet;
use super::theme::Theme;
use crate::app::keymap::Context;
use crate::app::model::Model;
use crate::app::pages::log_detail::LogDetail;
use crate::domain::text::clean;

pub fn draw(model: &Model, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let buffer = frame.buffer_mut();
    let log = &model.log;
    let mut title = format!("Activity ─ {} in the log", log.total());
    if !log.text().is_empty() {
        title.push_str(&format!(" ─ /{}", clean(log.text())));
    }
    let inner = titled(&title, true, theme, area, buffer);
    if log.above() > 0 {
        let edge = Rect { width: area.width.saturating_sub(2), ..area };
        put_right(buffer, edge, area.y, " newer ↑ ", theme.key);
    }
    if log.is_empty() {
        let words = if log.text().is_empty() { "Nothing was run yet." } else { "Nothing matches. <back> shows all." };
        let words = model.settings.keys.hint(Context::Log, words);
        put(buffer, inner.x, inner.y, &words, usize::from(inner.width), theme.dim);
    }
    for (line, (selected, entry)) in log.window().enumerate() {
        let y = inner.y.saturating_add(u16::try_from(line).unwrap_or(u16::MAX));
        if y >= inner.bottom() {
            break;
        }
        if selected {
            let wide = usize::from(inner.width) + 2;
            put(buffer, inner.x - 1, y, &format!("▌{}", " ".repeat(wide - 1)), wide, theme.selection);
        }
        draw_row(model, entry, selected, theme, Rect { y, height: 1, ..inner }, buffer);
    }
}

/// Draws one line in full.
pub fn draw_line(model: &Model, open: &LogDetail, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let title = match open.activity.seq {
        0 => format!("Activity ─ {} ─ not recorded", open.activity.entry.kind()),
        seq => format!("Activity ─ {} {seq} of {}", open.activity.entry.kind(), model.log.total().max(seq)),
    };
    sheet::draw(&title, open.sheet().rows(), open.sheet().scroll(), theme, area, frame);
}

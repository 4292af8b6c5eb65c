//! Keys and what they do, side by side in one line.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::pane::put;
use super::theme::Theme;
use crate::domain::width::width;

pub(super) fn draw_keys(pairs: Vec<(String, String)>, theme: &Theme, area: Rect, buffer: &mut Buffer) {
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

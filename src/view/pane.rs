//! Title lines and boxes, and clean text put into cells.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::theme::Theme;
use crate::app::layout::{inside, inside_box};
use crate::app::pages::sheet::{Row, Tone};
use crate::domain::width::{cut, width};

/// Draws an area's title line with its title (clean) and gives what is under it.
pub fn titled(title: &str, active: bool, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Rect {
    rule(title, if active { theme.border_active } else { theme.border }, theme, area, buffer);
    inside(area)
}

/// Draws a line over the first row of an area, with a title (clean) in it; gives the columns that it took.
pub fn rule(title: &str, line: Style, theme: &Theme, area: Rect, buffer: &mut Buffer) -> u16 {
    let columns = usize::from(area.width);
    put(buffer, area.x, area.y, &"─".repeat(columns), columns, line);
    let title = cut(title, columns.saturating_sub(6));
    if title.is_empty() {
        return 0;
    }
    2 + put(buffer, area.x + 1, area.y, &format!(" {title} "), columns.saturating_sub(2), theme.title)
}

/// Draws a dialog's box with its title (clean) and gives what is inside.
pub fn pane(title: &str, active: bool, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Rect {
    let border = if active { theme.border_active } else { theme.border };
    let (columns, last) = (usize::from(area.width), area.bottom().saturating_sub(1));
    if columns < 2 || area.height < 2 {
        return Rect::new(area.x, area.y, 0, 0);
    }
    let line = "─".repeat(columns - 2);
    buffer.set_stringn(area.x, area.y, format!("╭{line}╮"), columns, border);
    buffer.set_stringn(area.x, last, format!("╰{line}╯"), columns, border);
    for y in area.y + 1..last {
        buffer.set_stringn(area.x, y, "│", 1, border);
        buffer.set_stringn(area.right() - 1, y, "│", 1, border);
    }
    let title = cut(title, columns.saturating_sub(6));
    if !title.is_empty() {
        put(buffer, area.x + 2, area.y, &format!(" {title} "), columns - 4, theme.title);
    }
    inside_box(area)
}

/// Puts clean text into cells, cut at `columns`; gives the columns used.
pub fn put(buffer: &mut Buffer, x: u16, y: u16, text: &str, columns: usize, style: Style) -> u16 {
    let text = cut(text, columns);
    if !buffer.area.contains((x, y).into()) {
        return 0;
    }
    buffer.set_stringn(x, y, &text, columns, style).0.saturating_sub(x)
}

/// Puts clean text at the right end of an area's row; gives the columns used.
pub fn put_right(buffer: &mut Buffer, area: Rect, y: u16, text: &str, style: Style) -> u16 {
    let text = cut(text, usize::from(area.width));
    let wide = u16::try_from(width(&text)).unwrap_or(area.width);
    put(buffer, area.right().saturating_sub(wide), y, &text, usize::from(wide), style)
}

/// Empties an area that is drawn over another.
pub fn blank(area: Rect, buffer: &mut Buffer) {
    for y in area.y..area.bottom().min(buffer.area.bottom()) {
        // A wide letter that stands half under the area would reach into it.
        for x in [area.x.checked_sub(1), Some(area.x)].into_iter().flatten() {
            if let Some(cell) = buffer.cell_mut((x, y))
                && width(cell.symbol()) > 1
            {
                cell.set_symbol(" ");
            }
        }
        for x in area.x..area.right().min(buffer.area.right()) {
            buffer[(x, y)].reset();
        }
    }
}

/// Draws rows to be read from `scroll` on; gives the first row under them.
pub fn rows(rows: &[Row], scroll: usize, theme: &Theme, area: Rect, buffer: &mut Buffer) -> u16 {
    let mut y = area.y;
    for row in rows.iter().skip(scroll).take(usize::from(area.height)) {
        let mut x = area.x;
        for (tone, text) in &row.0 {
            let room = usize::from(area.right().saturating_sub(x));
            x += put(buffer, x, y, text, room, style(*tone, theme));
        }
        y += 1;
    }
    y
}

/// Says in the title line that there is more to read.
pub fn more_above(rows: usize, scroll: usize, height: usize, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    more(rows, scroll, height, theme, Rect { height: 1, ..area }, buffer);
}

/// Says in the last row of an area that there is more to read.
pub fn more(rows: usize, scroll: usize, height: usize, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    if rows > height {
        let words = format!(" {}-{} of {rows} ", scroll + 1, (scroll + height).min(rows));
        let edge = Rect { width: area.width.saturating_sub(2), ..area };
        put_right(buffer, edge, area.bottom().saturating_sub(1), &words, theme.dim);
    }
}

pub fn style(tone: Tone, theme: &Theme) -> Style {
    match tone {
        Tone::Plain => theme.text,
        Tone::Dim => theme.dim,
        Tone::Head => theme.title,
        Tone::Critical => theme.critical,
        Tone::Warn => theme.warning,
        Tone::Info => theme.info,
        Tone::Link => theme.link,
        Tone::Good => theme.good,
        Tone::Bad => theme.bad,
        Tone::Doubt => theme.doubt,
        Tone::Key => theme.key,
    }
}

//! Where things stand on a screen of a given size. A function of the size alone, so that nothing moves by itself.

use ratatui::layout::Rect;

/// The smallest screen that works: columns, rows.
pub const SMALLEST: (u16, u16) = (60, 15);
/// From this many columns on the detail stands beside the list; below it opens over the list.
pub const DETAIL_BESIDE: u16 = 80;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    pub header: Rect,
    /// All between header and footer, for the places that need it whole.
    pub whole: Rect,
    /// The list of incidents with its border; the whole upper part where the detail opens over it.
    pub list: Rect,
    /// The detail beside the list, where there is room.
    pub detail: Option<Rect>,
    /// List and detail together.
    pub upper: Rect,
    /// The newest activity with its border.
    pub recent: Rect,
    /// The row for what was said, where there is one of its own.
    pub notice: Option<Rect>,
    pub footer: Rect,
}

/// The areas of a screen of this size; `None` where it is too small.
pub fn layout((columns, rows): (u16, u16)) -> Option<Layout> {
    if columns < SMALLEST.0 || rows < SMALLEST.1 {
        return None;
    }
    let notice_rows = u16::from(rows >= 20);
    let recent_rows = match rows {
        0..20 => 4,
        20..30 => 6,
        30..40 => 8,
        40.. => 10,
    };
    let row = |y, height| Rect::new(0, y, columns, height);
    let below = rows - 1 - notice_rows;
    let upper = row(1, below - recent_rows - 1);
    let (list, detail) = if columns >= DETAIL_BESIDE {
        let width = (columns * 42 / 100).clamp(34, 76);
        let list = Rect { width, ..upper };
        (list, Some(Rect { x: width, width: columns - width, ..upper }))
    } else {
        (upper, None)
    };
    Some(Layout {
        header: row(0, 1),
        whole: row(1, below - 1),
        list,
        detail,
        upper,
        recent: row(below - recent_rows, recent_rows),
        notice: (notice_rows > 0).then(|| row(below, 1)),
        footer: row(rows - 1, 1),
    })
}

/// Inside the border of a pane, one column of air at each side.
pub fn inside(pane: Rect) -> Rect {
    Rect::new(pane.x + 2, pane.y + 1, pane.width.saturating_sub(4), pane.height.saturating_sub(2))
}

/// Columns and rows of a text that takes all between header and footer; none where the screen is too small.
pub fn text_area(size: (u16, u16)) -> (usize, usize) {
    layout(size).map_or((0, 0), |all| {
        let area = inside(all.whole);
        (usize::from(area.width), usize::from(area.height))
    })
}

/// The dialog in which a confirm or a question stands: centred, at most 96 columns wide and `rows` high.
pub fn dialog((columns, rows): (u16, u16), wanted: u16) -> Rect {
    let width = columns.saturating_sub(4).min(96);
    let height = wanted.min(rows.saturating_sub(2));
    Rect::new((columns - width) / 2, rows.saturating_sub(height) / 2, width, height)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_belongs_to_one_area() {
        for columns in [60, 79, 80, 120, 500] {
            for rows in [15, 19, 20, 24, 36, 200] {
                let all = layout((columns, rows)).unwrap();
                assert_eq!(all.upper.bottom(), all.recent.y);
                assert_eq!(all.recent.bottom(), all.notice.map_or(all.footer.y, |notice| notice.y));
                assert_eq!(all.footer.bottom(), rows);
                assert_eq!(all.detail.map_or(all.list.right(), Rect::right), columns);
                assert!(all.upper.height >= 5, "{columns}x{rows}");
            }
        }
        assert_eq!(layout((59, 15)), None);
    }
}

//! Where things stand on a screen of a given size. A function of the size and of how much activity there is, so that
//! nothing moves by itself.

use ratatui::layout::Rect;

/// The smallest screen that works: columns, rows.
pub const SMALLEST: (u16, u16) = (60, 15);
/// From this many columns on the detail stands beside the list; below it a strip under the list has the selected one.
pub const DETAIL_BESIDE: u16 = 100;
/// From this many columns on the list has room for numbers and channels.
pub const WIDE: u16 = 160;
/// From this many rows on buttons are boxes.
pub const BOXES: u16 = 30;
/// From this many rows on the views have a line.
const VIEWS: u16 = 20;
/// The most rows of activity beside the list.
pub const MOST_RECENT: usize = 8;
/// Columns that the list wants before the detail gets more than its least.
const LIST: u16 = 75;
/// The fewest and the most columns of the detail.
const DETAIL: (u16, u16) = (44, 72);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    pub header: Rect,
    /// The line of the views, where there is room.
    pub views: Option<Rect>,
    /// All between header and footer, for the places that need it whole.
    pub whole: Rect,
    /// The line above the list, where the detail stands beside it.
    pub rule: Option<Rect>,
    /// The headings over the columns of the list.
    pub headings: Rect,
    /// The rows of the list.
    pub rows: Rect,
    /// The detail beside the list, its title line first.
    pub detail: Option<Rect>,
    /// The selected incident and its buttons under the list, their title line first.
    pub strip: Option<Rect>,
    /// List and detail together.
    pub upper: Rect,
    /// The newest activity, its title line first; none where nothing happened.
    pub recent: Option<Rect>,
    pub footer: Rect,
}

/// The areas of a screen of this size with so many rows of activity; `None` where it is too small.
pub fn layout((columns, rows): (u16, u16), activity: usize) -> Option<Layout> {
    if columns < SMALLEST.0 || rows < SMALLEST.1 {
        return None;
    }
    let row = |y, height| Rect::new(0, y, columns, height);
    let footer = rows - 1;
    let most = match rows {
        0..20 => 2,
        20..30 => 4,
        30..40 => 5,
        40.. => 8,
    };
    let lines = u16::try_from(activity).unwrap_or(u16::MAX).min(most);
    let recent_rows = if lines == 0 { 0 } else { lines + 1 };
    let views = (rows >= VIEWS).then(|| row(1, 1));
    let top = views.map_or(1, Rect::bottom);
    let upper = row(top, footer - top - recent_rows);
    let beside = columns >= DETAIL_BESIDE;
    let (list, detail, strip) = if beside {
        let width = columns.saturating_sub(LIST + 1).clamp(DETAIL.0, DETAIL.1);
        let list = Rect { width: columns - width - 1, ..upper };
        (list, Some(Rect { x: list.width + 1, width, ..upper }), None)
    } else {
        let height = match rows {
            0..20 => 3,
            20..40 => 4,
            40.. => 6,
        };
        let list = Rect { height: upper.height - height, ..upper };
        (list, None, Some(Rect { y: list.bottom(), height, ..upper }))
    };
    let rule = beside.then_some(Rect { height: 1, ..list });
    let headings = Rect { y: list.y + u16::from(beside), height: 1, ..list };
    Some(Layout {
        header: row(0, 1),
        views,
        whole: row(1, footer - 1),
        rule,
        headings,
        rows: Rect { y: headings.bottom(), height: list.bottom() - headings.bottom(), ..list },
        detail,
        strip,
        upper,
        recent: (lines > 0).then(|| row(footer - recent_rows, recent_rows)),
        footer: row(footer, 1),
    })
}

/// Under the title line of an area, one column of air at each side.
pub fn inside(area: Rect) -> Rect {
    Rect::new(area.x + 1, area.y + 1, area.width.saturating_sub(2), area.height.saturating_sub(1))
}

/// Inside the box of a dialog, one column of air at each side.
pub fn inside_box(area: Rect) -> Rect {
    Rect::new(area.x + 2, area.y + 1, area.width.saturating_sub(4), area.height.saturating_sub(2))
}

/// Columns and rows of a text that takes all between header and footer; none where the screen is too small.
pub fn text_area(size: (u16, u16)) -> (usize, usize) {
    layout(size, 0).map_or((0, 0), |all| {
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
    fn every_row_and_column_belongs_to_one_area() {
        for columns in [60, 80, 99, 100, 120, 200, 500] {
            for rows in [15, 19, 20, 24, 36, 60, 200] {
                for activity in [0, 1, 3, 100] {
                    let all = layout((columns, rows), activity).unwrap();
                    assert_eq!(all.header.bottom(), all.views.map_or(all.upper.y, |views| views.y));
                    assert_eq!(all.views.map_or(all.header.bottom(), Rect::bottom), all.upper.y);
                    assert_eq!(all.upper.bottom(), all.recent.map_or(all.footer.y, |recent| recent.y));
                    assert_eq!(all.recent.map_or(all.footer.y, Rect::bottom), all.footer.y);
                    assert_eq!(all.footer.bottom(), rows);
                    assert_eq!(all.rows.bottom(), all.strip.map_or(all.upper.bottom(), |strip| strip.y));
                    assert_eq!(all.strip.map_or(all.upper.bottom(), Rect::bottom), all.upper.bottom());
                    assert_eq!(all.detail.map_or(all.rows.right(), Rect::right), columns);
                    assert!(all.rows.height >= 6 && all.rows.width >= 54, "{columns}x{rows}");
                    assert_eq!(all.detail.is_some(), all.strip.is_none());
                }
            }
        }
        assert_eq!(layout((59, 15), 0), None);
    }
}

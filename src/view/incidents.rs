//! The list of incidents.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::pane::{pane, put, put_right};
use super::theme::Theme;
use crate::app::event::Health;
use crate::app::incidents::{Entry, GroupRow, ListRow};
use crate::app::keymap::Context;
use crate::app::model::Model;
use crate::app::modes::Mode;
use crate::app::pages::sheet::wrap;
use crate::domain::incident::{Progress, Severity};
use crate::domain::marks::Notes;
use crate::domain::text::clean;
use crate::domain::time::{age, clock};
use crate::domain::width::{cut, fit, width};

/// Columns of a number; longer ones are cut.
const NUM: usize = 7;
/// Columns that marks have at most.
const MARKS: usize = 24;

pub fn draw(model: &Model, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let active = !matches!(model.modes.top(), Mode::Confirm(_) | Mode::Question(_) | Mode::Operation(_));
    let buffer = frame.buffer_mut();
    let inner = pane(&title(model), active, theme, area, buffer);
    let waiting = model.board.waiting();
    if waiting > 0 {
        let words = format!(" {waiting} new ↑ ");
        let edge = Rect { width: area.width.saturating_sub(2), ..area };
        put_right(buffer, edge, area.y, &words, theme.key);
    }
    if !model.loaded {
        return;
    }
    if model.board.is_empty() {
        empty(model, theme, inner, buffer);
        return;
    }
    let lead = u16::try_from(model.board.lead()).unwrap_or(u16::MAX);
    for (line, (at, shown)) in model.board.window().enumerate() {
        let y = inner.y.saturating_add(lead).saturating_add(u16::try_from(line).unwrap_or(u16::MAX));
        if y >= inner.bottom() {
            break;
        }
        let (selected, area) = (model.board.at() == Some(at), Rect { y, height: 1, ..inner });
        match shown {
            ListRow::Incident(entry) => row(model, entry, selected, theme, area, buffer),
            ListRow::Group(group) => header(model, group, selected, theme, area, buffer),
        }
    }
}

fn title(model: &Model) -> String {
    if !model.loaded {
        return "Incidents".to_owned();
    }
    let open = model.board.open_total();
    let filter = model.board.filter();
    let marked = match (model.board.marked(), model.board.marked_hidden()) {
        (0, _) => String::new(),
        (marked, 0) => format!("{marked} marked"),
        (marked, hidden) => format!("{marked} marked, {hidden} hidden"),
    };
    let changed = match model.board.changed() {
        0 => String::new(),
        count => format!(" ─ {count} new or changed •"),
    };
    match (filter.is_empty(), marked.is_empty()) {
        (true, true) => format!("Incidents ─ {open} open{changed}"),
        (true, false) => format!("Incidents ─ {marked} of {open}{changed}"),
        (false, true) => format!("Incidents ─ {} of {open}{changed} ─ /{}", model.board.len(), clean(filter)),
        (false, false) => {
            format!("Incidents ─ {marked} ─ {} of {open}{changed} ─ /{}", model.board.len(), clean(filter))
        }
    }
}

fn row(model: &Model, entry: &Entry, selected: bool, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let (severity, style) = severity(entry.row.severity, theme);
    let (unknown_severity, unknown_progress) = entry.row.unknown_words();
    let severity = unknown_severity.map_or_else(|| severity.to_owned(), |word| cut(&clean(&word), 4).into_owned());
    let over = |style: Style| if selected { theme.selection.patch(style) } else { style };
    let now_s = model.now.wall_s();
    let shown = model.board.progress_of(entry);
    let over_now = entry.gone || shown == Progress::Closed;
    let plain = if over_now { theme.struck } else { theme.text };
    if selected {
        // The whole width, so that the cursor is seen without any colour too.
        let wide = Rect { x: area.x - 1, width: area.width + 2, ..area };
        put(buffer, wide.x, area.y, &" ".repeat(usize::from(wide.width)), usize::from(wide.width), theme.selection);
        put(buffer, wide.x, area.y, "▌", 1, theme.selection);
    }
    let end = format!(
        "{:>3} {}",
        age(entry.row.start_time, now_s),
        if unknown_progress.is_some() && shown == Progress::Triggered { '?' } else { progress(shown) }
    );
    let used = put_right(buffer, area, area.y, &end, over(plain));
    if let Some(mark) = model.board.mark_of(entry, now_s) {
        // In the air between the row and the border, so that rows with a mark and without stand alike.
        put(buffer, area.right(), area.y, mark.glyph(), 1, over(theme.key));
    }
    let mut x = area.x + put(buffer, area.x, area.y, &severity, 4, over(if over_now { plain } else { style })) + 1;
    if model.board.is_marked(&entry.row.key) {
        put(buffer, x - 1, area.y, "*", 1, over(theme.key));
    } else if model.board.has_changed(&entry.row.key) {
        put(buffer, x - 1, area.y, "•", 1, over(theme.key));
    }
    let room = |x: u16| usize::from(area.right().saturating_sub(used + 1 + x));
    x += put(buffer, x, area.y, &fit(&clean(&entry.row.num), NUM), NUM.min(room(x)), over(plain)) + 1;
    let badge = model.source(entry.row.key.source()).map_or("", |source| source.badge.as_str());
    // Where room is short the title says more; the confirm has the badge always.
    if !badge.is_empty() && area.width >= 40 {
        x += put(buffer, x, area.y, &clean(badge), room(x).min(6), over(theme.title)) + 1;
    }
    // Before the title: however long that is, it is seen that nobody need be told of it.
    let Notes { marks, apart } = entry.row.notes();
    if !marks.is_empty() {
        x += put(buffer, x, area.y, &clean(&marks), room(x).min(MARKS), over(theme.dim)) + 1;
    }
    let title = clean(&entry.row.title);
    let apart = if apart.is_empty() { String::new() } else { format!(" · {}", clean(&apart)) };
    // What tells it apart is seen beside a long title too, in a third of the room.
    let free = room(x).saturating_sub(width(&title)).max(room(x) / 3);
    x += put(buffer, x, area.y, &title, room(x).saturating_sub(width(&apart).min(free)), over(plain));
    put(buffer, x, area.y, &apart, room(x), over(theme.dim));
}

/// The header of a group: what its incidents share, and how many there are.
fn header(model: &Model, group: &GroupRow, selected: bool, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let over = |style: Style| if selected { theme.selection.patch(style) } else { style };
    let room = usize::from(area.width);
    if selected {
        let wide = Rect { x: area.x - 1, width: area.width + 2, ..area };
        put(buffer, wide.x, area.y, &" ".repeat(usize::from(wide.width)), usize::from(wide.width), theme.selection);
        put(buffer, wide.x, area.y, "▌", 1, theme.selection);
    }
    let mut x = area.x + put(buffer, area.x, area.y, if group.folded { "▸ " } else { "▾ " }, room, over(theme.dim));
    let mut end = format!("{} incident{}", group.total, if group.total == 1 { "" } else { "s" });
    if group.unowned > 0 {
        end.push_str(&format!(", {} unowned", group.unowned));
    }
    let used = put_right(buffer, area, area.y, &end, over(theme.dim));
    let room = |x: u16| usize::from(area.right().saturating_sub(used + 1 + x));
    x +=
        put(buffer, x, area.y, &clean(&model.board.group_name(group, &model.channels)), room(x), over(theme.title)) + 2;
    for (count, severity_of) in group.by_severity.iter().zip(Severity::ALL) {
        if *count > 0 {
            let (word, style) = severity(severity_of, theme);
            x += put(buffer, x, area.y, &format!("{word} {count}"), room(x), over(style)) + 2;
        }
    }
}

/// The short word of a severity and its style.
pub fn severity(severity: Severity, theme: &Theme) -> (&'static str, Style) {
    match severity {
        Severity::Critical => ("CRIT", theme.critical),
        Severity::Warning => ("WARN", theme.warning),
        Severity::Info => ("INFO", theme.info),
    }
}

fn progress(progress: Progress) -> char {
    match progress {
        Progress::Triggered => 'T',
        Progress::Processing => 'P',
        Progress::Closed => 'C',
    }
}

fn empty(model: &Model, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let mut lines: Vec<String> = Vec::new();
    if !model.board.filter().is_empty() {
        lines.push(model.settings.keys.hint(Context::Incidents, "Nothing matches. <back> shows all."));
    } else if !model.settings.has_sources {
        lines.push("No source of incidents is connected yet.".to_owned());
        lines.push(String::new());
        lines.push("To look around: andon demo".to_owned());
        lines.push(String::new());
        lines.push("To connect yours: andon config init writes".to_owned());
        lines.push(clean(&model.settings.config_path).into_owned());
        lines.push("with an example of each kind; then start andon again.".to_owned());
    } else {
        lines.push("All quiet.".to_owned());
        lines.extend(model.sources.iter().map(|source| {
            let name = clean(&source.name);
            match (&source.health, source.answered_s) {
                (Health::Failing { reason, .. }, _) => format!("{name} does not answer: {}", clean(reason)),
                (_, Some(at_s)) if source.fresh => {
                    let time = clock(at_s.saturating_mul(1_000), &model.settings.zone);
                    format!("{name} answered {}.", time.get(..5).unwrap_or_default())
                }
                (_, Some(at_s)) => {
                    let time = clock(at_s.saturating_mul(1_000), &model.settings.zone);
                    format!("{name} is being asked; it last answered {}.", time.get(..5).unwrap_or_default())
                }
                (_, None) => format!("{name} is being asked."),
            }
        }));
        // With a source that does not answer nobody knows whether all is quiet.
        if model.sources.iter().any(|source| !source.fresh || matches!(source.health, Health::Failing { .. })) {
            "No open incident is known.".clone_into(&mut lines[0]);
        }
    }
    let mut y = area.y;
    for line in lines.iter().flat_map(|line| wrap(line, usize::from(area.width))) {
        if y < area.bottom() {
            put(buffer, area.x, y, &line, usize::from(area.width), theme.text);
        }
        y = y.saturating_add(1);
    }
}

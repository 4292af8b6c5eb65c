//! The list of incidents.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::activity::{outcome_style, spinner};
use super::pane::{put, put_right, rule};
use super::theme::Theme;
use crate::app::incidents::{Entry, GroupRow, ListRow, channel_name};
use crate::app::layout::{Layout, WIDE};
use crate::app::model::Model;
use crate::domain::facts::Owner;
use crate::domain::incident::{IncidentKey, Severity};
use crate::domain::marks::Notes;
use crate::domain::stage::Stage;
use crate::domain::text::{clean, counted};
use crate::domain::time::{age, clock};
use crate::domain::width::{cut, fit, width};

/// Columns of a number; longer ones are cut.
const NUM: u16 = 7;
/// Columns of the mark and the word of a severity: as the table has it, and where a source's own word is shown.
const SEVERITY: (u16, u16) = (5, 9);
const AGE: u16 = 4;
const CHANNEL: u16 = 14;
const OWNER: u16 = 7;
const RUN: u16 = 8;
/// Columns that marks have at most.
const MARKS: usize = 24;

/// Where the columns of the list stand; a width of 0 is a column that is not drawn.
struct Columns {
    severity: u16,
    num: u16,
    channel: u16,
    owner: u16,
    run: u16,
}

impl Columns {
    /// A column that nobody fills is not drawn.
    fn of(model: &Model, area: Rect) -> Self {
        let now_s = model.now.wall_s();
        let shown = || model.board.window().filter_map(|(_, row)| row.incident());
        let unknown = shown().any(|entry| entry.row.unknown_words().0.is_some());
        let ran = |key: &IncidentKey| model.last_runs.newest(key).is_some() || model.recent.newest_on(key).is_some();
        let runs = shown().any(|entry| ran(&entry.row.key));
        let has_owner = |entry: &Entry| {
            model.board.owner_of(entry, now_s) != Owner::Nobody || entry.row.unknown_words().1.is_some()
        };
        let owned = shown().any(has_owner);
        let wide = model.size.0 >= WIDE && area.width >= 90;
        Self {
            severity: if unknown { SEVERITY.1 } else { SEVERITY.0 },
            num: if wide { NUM } else { 0 },
            channel: if wide { CHANNEL } else { 0 },
            owner: if owned { OWNER } else { 0 },
            run: if runs { RUN } else { 0 },
        }
    }

    /// Columns that stand behind the title, with the gap before each.
    fn behind(&self) -> u16 {
        [self.channel, self.owner, self.run].into_iter().filter(|wide| *wide > 0).map(|wide| wide + 1).sum()
    }

    /// Where the title begins, from the left of the list.
    fn title(&self) -> u16 {
        1 + self.severity + 1 + AGE + 1 + if self.num > 0 { self.num + 1 } else { 0 }
    }
}

pub fn draw(model: &Model, theme: &Theme, all: &Layout, frame: &mut Frame<'_>) {
    let buffer = frame.buffer_mut();
    // The last column has the scroll mark.
    let area = Rect { width: all.rows.width.saturating_sub(1), ..all.rows };
    let columns = Columns::of(model, area);
    if let Some(line) = all.rule {
        rule("", theme.border, theme, line, buffer);
        status(model, theme, line, buffer);
    }
    if let Some(beside) = all.detail {
        let top = all.rule.map_or(all.headings.y, |line| line.y);
        put(buffer, beside.x - 1, top, "┬", 1, theme.border);
        for y in top + 1..all.rows.bottom() {
            put(buffer, beside.x - 1, y, "│", 1, theme.border);
        }
    }
    if !model.loaded {
        return;
    }
    if model.board.is_empty() {
        super::empty::draw(model, theme, Rect { x: area.x + 1, width: area.width.saturating_sub(1), ..area }, buffer);
        return;
    }
    headings(model, &columns, theme, Rect { width: area.width, ..all.headings }, all.rule.is_none(), buffer);
    let lead = u16::try_from(model.board.lead()).unwrap_or(u16::MAX);
    for (line, (at, shown)) in model.board.window().enumerate() {
        let y = area.y.saturating_add(lead).saturating_add(u16::try_from(line).unwrap_or(u16::MAX));
        if y >= area.bottom() {
            break;
        }
        let (selected, place) = (model.board.at() == Some(at), Rect { y, height: 1, ..area });
        match shown {
            ListRow::Incident(entry) => row(model, entry, selected, &columns, theme, place, buffer),
            ListRow::Group(group) => header(model, group, selected, theme, place, buffer),
        }
    }
    scroll_mark(model, theme, all.rows, buffer);
}

/// What part of the list is seen, at its right edge.
fn scroll_mark(model: &Model, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let (all, height) = (model.board.lines(), usize::from(area.height));
    if all <= height || height == 0 {
        return;
    }
    let thumb = (height * height / all).clamp(1, height);
    let top = model.board.offset() * (height - thumb) / (all - height).max(1);
    for line in top..(top + thumb).min(height) {
        let y = area.y + u16::try_from(line).unwrap_or(0);
        put(buffer, area.right().saturating_sub(1), y, "▐", 1, theme.dim);
    }
}

/// What is new above the list, what is marked, what the filter is.
fn status(model: &Model, theme: &Theme, area: Rect, buffer: &mut Buffer) -> u16 {
    let board = &model.board;
    let mut parts: Vec<(String, Style)> = Vec::new();
    if let Some(worst) = board.worst_waiting() {
        let waiting = board.waiting();
        let (mark, _, style) = severity(worst, theme);
        parts.push((format!("↑ {waiting} new {mark}"), style));
    }
    if board.changed() > 0 {
        parts.push((format!("{} new or changed •", board.changed()), theme.key));
    }
    match (board.marked(), board.marked_hidden()) {
        (0, _) => {}
        (marked, 0) => parts.push((format!("{marked} marked"), theme.key)),
        (marked, hidden) => parts.push((format!("{marked} marked, {hidden} hidden"), theme.key)),
    }
    // The line of the views says it, where there is one.
    if !board.filter().is_empty() && model.layout().is_none_or(|all| all.views.is_none()) {
        let words = format!("{} of {} · /{}", board.len(), board.open_total(), clean(board.filter()));
        parts.push((words, theme.text));
    }
    let mut x = area.x + 1;
    for (words, style) in parts {
        x += put(buffer, x, area.y, &format!(" {words} "), usize::from(area.right().saturating_sub(x)), style);
    }
    x - area.x
}

fn headings(model: &Model, columns: &Columns, theme: &Theme, area: Rect, has_status: bool, buffer: &mut Buffer) {
    let mut heading = |x: u16, words: &str, wide: u16| {
        put(buffer, area.x + x, area.y, words, usize::from(wide), theme.dim);
    };
    heading(1, "SEV", columns.severity);
    heading(1 + columns.severity + 1 + AGE - 3, "AGE", 3);
    if columns.num > 0 {
        heading(columns.title() - columns.num - 1, "NUM", columns.num);
    }
    heading(columns.title(), "TITLE", 5);
    let mut x = area.width.saturating_sub(columns.behind());
    for (wide, words) in [(columns.channel, "CHANNEL"), (columns.owner, "OWNER"), (columns.run, "LAST RUN")] {
        if wide > 0 {
            heading(x + 1, words, wide);
            x += wide + 1;
        }
    }
    if has_status {
        let from = columns.title() + 6;
        let room = area.width.saturating_sub(from + columns.behind());
        status(model, theme, Rect { x: area.x + from, width: room, ..area }, buffer);
    }
}

fn row(
    model: &Model,
    entry: &Entry,
    selected: bool,
    columns: &Columns,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) {
    let over = |style: Style| if selected { theme.selection.patch(style) } else { style };
    let now_s = model.now.wall_s();
    let owner = model.board.owner_of(entry, now_s);
    let ended = owner == Owner::Closed;
    let quiet = entry.is_dim(now_s);
    let plain = if ended {
        theme.struck
    } else if quiet {
        theme.dim
    } else {
        theme.text
    };
    if selected {
        let wide = usize::from(area.width);
        put(buffer, area.x, area.y, &" ".repeat(wide), wide, theme.selection);
    }
    match (model.board.is_marked(&entry.row.key), selected) {
        (true, _) => put(buffer, area.x, area.y, "█", 1, over(theme.key)),
        (false, true) => put(buffer, area.x, area.y, "▌", 1, over(theme.key)),
        (false, false) => 0,
    };
    let mut x = area.x + 1;
    let (mark, word, style) = severity(entry.row.severity, theme);
    let (own_word, own_progress) = entry.row.unknown_words();
    let word = own_word.map_or_else(|| word.to_owned(), |word| clean(&word).into_owned());
    let style = if ended { plain } else { style };
    put(buffer, x, area.y, &format!("{mark}{word}"), usize::from(columns.severity), over(style));
    x += columns.severity + 1;
    let since = age(entry.row.start_time, now_s);
    put(buffer, x, area.y, &format!("{since:>4}"), usize::from(AGE), over(plain));
    x += AGE;
    if model.board.has_changed(&entry.row.key) {
        put(buffer, x, area.y, "•", 1, over(theme.key));
    }
    x += 1;
    if columns.num > 0 {
        let num = clean(&entry.row.num);
        let used = put(buffer, x, area.y, &fit(&num, usize::from(NUM)), usize::from(NUM), over(plain));
        show_found(model, &num, theme, Rect { x, width: used, ..area }, buffer);
        x += NUM + 1;
    }
    let mut right = area.right().saturating_sub(columns.behind());
    let room = usize::from(right.saturating_sub(x));
    title(
        model,
        entry,
        (plain, over(theme.dim), over(theme.badge)),
        over,
        Rect { x, width: to_u16(room), ..area },
        theme,
        buffer,
    );
    if columns.channel > 0 {
        let name = clean(channel_name(&model.channels, &entry.row.channel));
        let used =
            put(buffer, right + 1, area.y, &cut(&name, usize::from(CHANNEL)), usize::from(CHANNEL), over(theme.dim));
        show_found(model, &name, theme, Rect { x: right + 1, width: used, ..area }, buffer);
        right += CHANNEL + 1;
    }
    if columns.owner > 0 {
        let (mark, style, words) = owner_words(model, entry, owner, theme);
        let wide = usize::from(OWNER);
        let unknown = own_progress.is_some() && owner == Owner::Nobody;
        let words = if unknown { "?".to_owned() } else { words };
        let used = put(buffer, right + 1, area.y, mark, wide, over(style));
        let gap = u16::from(used > 0 && !words.is_empty());
        put(buffer, right + 1 + used + gap, area.y, &words, wide - usize::from(used + gap), over(plain));
        right += OWNER + 1;
    }
    if columns.run > 0 {
        last_run(model, &entry.row.key, &over, theme, Rect { x: right + 1, width: RUN, ..area }, buffer);
    }
}

/// Shows what the filter found in a text (clean) that is drawn here.
fn show_found(model: &Model, text: &str, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    for found in model.board.query().found_in(text) {
        let before = to_u16(width(text.get(..found.start).unwrap_or_default()));
        let wide = to_u16(width(text.get(found).unwrap_or_default()));
        let end = area.right().min(area.x.saturating_add(before).saturating_add(wide));
        let x = area.x.saturating_add(before);
        if x < end {
            buffer.set_style(Rect { x, width: end - x, height: 1, ..area }, theme.found);
        }
    }
}

fn to_u16(columns: usize) -> u16 {
    u16::try_from(columns).unwrap_or(u16::MAX)
}

fn title(
    model: &Model,
    entry: &Entry,
    (plain, dim, badged): (Style, Style, Style),
    over: impl Fn(Style) -> Style,
    area: Rect,
    theme: &Theme,
    buffer: &mut Buffer,
) {
    let mut x = area.x;
    let room = |x: u16| usize::from(area.right().saturating_sub(x));
    let badge = model.source(entry.row.key.source()).map_or("", |source| source.badge.as_str());
    // Where room is short the title says more; the confirm has the badge always.
    if !badge.is_empty() && area.width >= 30 {
        x += put(buffer, x, area.y, &clean(badge), room(x).min(6), badged) + 1;
    }
    // Before the title: however long that is, it is seen that nobody need be told of it.
    let Notes { marks, apart, alerts } = entry.row.notes();
    if !marks.is_empty() {
        x += put(buffer, x, area.y, &clean(&marks), room(x).min(MARKS), dim) + 1;
    }
    let title = clean(&entry.row.title);
    let apart = if apart.is_empty() { String::new() } else { format!(" · {}", clean(&apart)) };
    // What tells it apart is seen beside a long title too, in a third of the room.
    let free = room(x).saturating_sub(width(&title)).max(room(x) / 3);
    let used = put(buffer, x, area.y, &title, room(x).saturating_sub(width(&apart).min(free)), over(plain));
    show_found(model, &title, theme, Rect { x, width: used, ..area }, buffer);
    x += used;
    x += put(buffer, x, area.y, &apart, room(x), dim);
    // Only beside a whole title.
    let alerts = format!(" · {alerts}");
    if alerts.len() > 4 && width(&alerts) <= room(x) {
        put(buffer, x, area.y, &alerts, room(x), dim);
    }
}

/// The mark, its style, and the words of who has an incident. Clean.
fn owner_words(model: &Model, entry: &Entry, owner: Owner<'_>, theme: &Theme) -> (&'static str, Style, String) {
    let pending = if model.board.under_way(&entry.row.key).is_empty() { "" } else { "…" };
    let local = if entry.row.facts.local { "°" } else { "" };
    let (mark, style, words) = match owner {
        Owner::Nobody => ("–", theme.dim, String::new()),
        Owner::Acknowledged(name) => ("◐", theme.busy, short_name(name)),
        Owner::Assigned(name) => ("○", theme.busy, short_name(name)),
        Owner::Snoozed(until_s) => ("z", theme.dim, until(model, until_s)),
        Owner::Quiet => ("m", theme.dim, String::new()),
        Owner::Closed => ("✓", theme.dim, String::new()),
    };
    (mark, style, format!("{words}{local}{pending}"))
}

/// A name in few columns: what is before the first space, or before an address's `@`. Clean.
fn short_name(name: &str) -> String {
    let name = clean(name);
    let short = name.split([' ', '@']).find(|part| !part.is_empty()).unwrap_or_default();
    if width(&name) + 2 <= usize::from(OWNER) { name.into_owned() } else { short.to_owned() }
}

/// A time today by the clock, else by the days until then.
fn until(model: &Model, until_s: i64) -> String {
    let far_s = until_s - model.now.wall_s();
    if far_s < 20 * 3_600 {
        return clock(until_s.saturating_mul(1_000), &model.settings.zone).get(..5).unwrap_or_default().to_owned();
    }
    age(model.now.wall_s(), until_s)
}

/// What runs on an incident, else how its last run ended.
fn last_run(
    model: &Model,
    incident: &IncidentKey,
    over: &impl Fn(Style) -> Style,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) {
    let room = usize::from(area.width);
    if let Some(run) = model.recent.newest_on(incident) {
        put(buffer, area.x, area.y, spinner(model), room, over(theme.busy));
        let words = match model.recent.stage(&run.run, model.now) {
            Some(Stage::Held { left_ms }) => format!("in {} s", left_ms.div_ceil(1_000)),
            Some(Stage::Queued) => "queued".to_owned(),
            Some(stage @ Stage::Job { fraction: Some(_), .. }) => stage.percent(),
            _ => "runs".to_owned(),
        };
        put(buffer, area.x + 2, area.y, &words, room - 2, over(theme.busy));
    } else if let Some(last) = model.last_runs.newest(incident) {
        let style = outcome_style(last.outcome, theme);
        put(buffer, area.x, area.y, last.outcome.mark(), room, over(style));
        let words = age(last.at_ms.div_euclid(1_000), model.now.wall_s());
        put(buffer, area.x + 2, area.y, &words, room - 2, over(theme.dim));
    }
}

/// The header of a group: what its incidents share, and how many there are.
fn header(model: &Model, group: &GroupRow, selected: bool, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let over = |style: Style| if selected { theme.selection.patch(style) } else { style };
    if selected {
        let wide = usize::from(area.width);
        put(buffer, area.x, area.y, &" ".repeat(wide), wide, theme.selection);
        put(buffer, area.x, area.y, "▌", 1, over(theme.key));
    }
    let mut end = counted(group.total, "incident");
    if group.unowned > 0 {
        end.push_str(&format!(", {} unowned", group.unowned));
    }
    let used = put_right(buffer, area, area.y, &end, over(theme.dim));
    let room = |x: u16| usize::from(area.right().saturating_sub(used + 1 + x));
    let mut x = area.x + 1;
    x += put(buffer, x, area.y, if group.folded { "▸ " } else { "▾ " }, room(x), over(theme.dim));
    let name = model.board.group_name(group, &model.channels);
    x += put(buffer, x, area.y, &clean(&name), room(x), over(theme.title)) + 2;
    for (count, kind) in group.by_severity.iter().zip(Severity::ALL) {
        if *count > 0 {
            let (mark, _, style) = severity(kind, theme);
            x += put(buffer, x, area.y, &format!("{mark} {count}"), room(x), over(style)) + 2;
        }
    }
}

/// The mark and the short word of a severity, and its style.
pub fn severity(severity: Severity, theme: &Theme) -> (&'static str, &'static str, Style) {
    match severity {
        Severity::Critical => ("■", "CRIT", theme.critical),
        Severity::Warning => ("▲", "WARN", theme.warning),
        Severity::Info => ("·", "INFO", theme.info),
    }
}

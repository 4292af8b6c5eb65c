//! The top row: the sources, what runs, who presses, the clock.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::activity::{outcome_style, spinner};
use super::incidents::severity;
use super::pane::{put, put_right};
use super::theme::Theme;
use crate::app::event::{Health, SourceState};
use crate::app::layout::{DETAIL_BESIDE, WIDE};
use crate::app::model::Model;
use crate::domain::arrivals::HOURS;
use crate::domain::incident::Severity;
use crate::domain::text::{clean, thousands};
use crate::domain::time::{age, clock};

/// From so many columns on counts have words.
const WIDE_COUNTS: u16 = 60;
/// Columns that the sources want behind the hours.
const ROOM_BEHIND: usize = 22;
/// How many steps the bar of a list in pages has.
const BAR: usize = 4;

pub fn draw(model: &Model, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let buffer = frame.buffer_mut();
    let right = right_side(model, theme, area, buffer);
    let end = area.right().saturating_sub(right + 1);
    let room = |x: u16| usize::from(end.saturating_sub(x));
    let mut x = area.x + put(buffer, area.x, area.y, " andon ", usize::from(area.width), theme.header);
    let words = [
        (model.settings.demo, " DEMO "),
        (model.settings.read_only, " READ-ONLY "),
        (model.settings.restricted, " RESTRICTED "),
    ];
    for (_, words) in words.into_iter().filter(|(on, _)| *on) {
        x += put(buffer, x, area.y, words, room(x), theme.badge) + 1;
    }
    if model.loaded {
        x += counts(model, theme, Rect { x, width: end.saturating_sub(x), ..area }, buffer);
        x += arrivals(model, theme, Rect { x, width: end.saturating_sub(x), ..area }, buffer);
    }
    for (at, source) in model.sources.iter().enumerate() {
        let (mark, style, words) = source_words(model, source, theme);
        let room = usize::from(end.saturating_sub(x));
        if room < 12 {
            let words = format!(" +{}", model.sources.len() - at);
            put(buffer, x, area.y, &words, room, theme.dim);
            break;
        }
        x += put(buffer, x, area.y, &format!("  {mark} "), room, style);
        x += put(buffer, x, area.y, &words, usize::from(end.saturating_sub(x)), theme.text);
    }
}

/// How many are open of each severity, once all that were stored are read. One that is 0 is dim, never gone, so that nothing moves.
fn counts(model: &Model, theme: &Theme, area: Rect, buffer: &mut Buffer) -> u16 {
    if !model.board.is_whole() {
        let words = format!(" {} open ", thousands(model.board.open_total()));
        return put(buffer, area.x, area.y, &words, usize::from(area.width), theme.text);
    }
    let words = [(Severity::Critical, "crit"), (Severity::Warning, "warn"), (Severity::Info, "info")];
    let mut x = area.x;
    for ((kind, word), count) in words.into_iter().zip(model.board.by_severity()) {
        let (mark, _, style) = severity(kind, theme);
        let style = if count == 0 { theme.dim } else { style };
        let room = |x: u16| usize::from(area.right().saturating_sub(x));
        let text = if area.width < WIDE_COUNTS {
            format!(" {mark}{}", thousands(count))
        } else {
            format!(" {mark} {} {word} ", thousands(count))
        };
        x += put(buffer, x, area.y, &text, room(x), style);
    }
    x - area.x
}

/// What came in the last hours, the last one in the colour of its worst.
fn arrivals(model: &Model, theme: &Theme, area: Rect, buffer: &mut Buffer) -> u16 {
    let hours = if model.size.0 >= WIDE { HOURS } else { HOURS / 2 };
    if model.arrivals.is_empty() || usize::from(area.width) < hours + ROOM_BEHIND {
        return 0;
    }
    let cells = model.arrivals.cells(hours);
    let before: String = cells.chars().take(hours - 1).collect();
    let last: String = cells.chars().skip(hours - 1).collect();
    let mut x = area.x + 2;
    x += put(buffer, x, area.y, &before, hours, theme.dim);
    let style = model.arrivals.worst_now().map_or(theme.dim, |worst| severity(worst, theme).2);
    x += put(buffer, x, area.y, &last, 1, style);
    x += put(buffer, x, area.y, &format!(" {hours} h"), 5, theme.dim);
    x - area.x
}

fn right_side(model: &Model, theme: &Theme, area: Rect, buffer: &mut Buffer) -> u16 {
    let narrow = area.width < DETAIL_BESIDE;
    let mut parts: Vec<(String, Style)> = Vec::new();
    let running = model.recent.in_flight();
    if running > 0 {
        let words = if narrow { "" } else { " running" };
        parts.push((format!("{} {}{words}", spinner(model), thousands(running)), theme.busy));
    }
    if let Some((count, outcome)) = model.recent.unseen() {
        let words = if narrow { " !" } else { " unseen !" };
        parts.push((format!("{} {count}{words}", outcome.mark()), outcome_style(outcome, theme)));
    }
    parts.push((crate::domain::width::cut(&clean(&model.settings.operator), 16).into_owned(), theme.text));
    if model.now.wall_ms != 0 {
        let time = clock(model.now.wall_ms, &model.settings.zone);
        parts.push((time.get(..5).unwrap_or_default().to_owned(), theme.text));
    }
    parts.push((String::new(), theme.dim));
    let mut used = 0;
    for (words, style) in parts.iter().rev() {
        let rest = Rect { width: area.width.saturating_sub(used), ..area };
        if rest.width < 30 && used > 0 {
            break;
        }
        used += put_right(buffer, rest, area.y, words, *style) + if narrow { 2 } else { 3 };
    }
    used
}

fn source_words(model: &Model, source: &SourceState, theme: &Theme) -> (&'static str, Style, String) {
    let mut words = clean(&source.name).into_owned();
    if let Some((got, of)) = source.loading {
        words.push_str(&loading_words(got, of));
    } else if let Some(open) = model.board.open_of(&source.name) {
        words.push_str(&format!(" {}", thousands(open)));
    }
    if let Some(Some(at_s)) = model.stale_since(&source.name, 2) {
        words.push_str(&format!(" · {} old", age(at_s, model.now.wall_s()).replace("now", "<1m")));
    }
    match &source.health {
        Health::Fine => ("●", theme.good, words),
        Health::Waiting | Health::Asking => ("○", theme.dim, words),
        Health::Failing { reason, retry_s } => {
            let next = clock(retry_s.saturating_mul(1_000), &model.settings.zone);
            let next = if *retry_s > 0 { format!(" · next try {next}") } else { String::new() };
            ("✖", theme.bad, format!("{words}{next} · {}", clean(reason)))
        }
    }
}

/// How far a list in pages is: ` 3,200/12,000 ▰▱▱▱`, or ` 3,200…` where nobody knows of how many.
fn loading_words(got: usize, of: Option<usize>) -> String {
    let Some(of) = of.filter(|of| *of > 0) else {
        return format!(" {}…", thousands(got));
    };
    let full = got.min(of) * BAR / of;
    format!(" {}/{} {}{}", thousands(got), thousands(of), "▰".repeat(full), "▱".repeat(BAR - full))
}

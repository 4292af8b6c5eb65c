//! The top row: the sources, what runs, who presses, the clock.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::pane::{put, put_right};
use super::theme::Theme;
use crate::app::event::{Health, SourceState};
use crate::app::layout::DETAIL_BESIDE;
use crate::app::model::Model;
use crate::domain::text::clean;
use crate::domain::time::{age, clock};

/// How many steps the bar of a list in pages has.
const BAR: usize = 4;

pub fn draw(model: &Model, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let buffer = frame.buffer_mut();
    let right = right_side(model, theme, area, buffer);
    let end = area.right().saturating_sub(right + 1);
    let mut x = area.x + put(buffer, area.x, area.y, " andon ", usize::from(area.width), theme.header);
    if model.settings.demo {
        x += put(buffer, x, area.y, " DEMO ", usize::from(end.saturating_sub(x)), theme.selection);
    }
    for (on, words) in [(model.settings.read_only, " read-only "), (model.settings.restricted, " restricted ")] {
        if on {
            x += put(buffer, x, area.y, words, usize::from(end.saturating_sub(x)), theme.warning);
        }
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

fn right_side(model: &Model, theme: &Theme, area: Rect, buffer: &mut Buffer) -> u16 {
    let narrow = area.width < DETAIL_BESIDE;
    let mut parts: Vec<(String, Style)> = Vec::new();
    let running = model.recent.in_flight();
    let mut lately = Vec::new();
    if running > 0 {
        lately.push(format!("{running} running"));
    }
    if let Some((count, outcome)) = model.recent.unseen() {
        lately.push(format!("{count} {}{}", outcome.mark(), if narrow { "" } else { " unseen" }));
    }
    if !lately.is_empty() {
        let style = if model.recent.unseen().is_some() { theme.doubt } else { theme.busy };
        parts.push((lately.join(" · "), style));
    }
    parts.push((crate::domain::width::cut(&clean(&model.settings.operator), 16).into_owned(), theme.text));
    if model.now.wall_ms != 0 {
        let time = clock(model.now.wall_ms, &model.settings.zone);
        parts.push((time.get(..5).unwrap_or_default().to_owned(), theme.text));
    }
    parts.push((if narrow { " " } else { "? help " }.to_owned(), theme.dim));
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
        words.push_str(&format!(" {open} open"));
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

fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

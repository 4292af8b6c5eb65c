//! What finds incidents: the line of the views, the filter with its completions, what an incident shares, the palette.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::key_line::draw_keys;
use super::pane::{blank, pane, put, put_right, titled};
use super::theme::Theme;
use crate::app::command::{Command, ListCommand, PlaceCommand};
use crate::app::footer::keys;
use crate::app::keymap::Context;
use crate::app::model::Model;
use crate::app::modes::lists::Filter;
use crate::app::modes::palette::Palette;
use crate::app::modes::shared::Shared;
use crate::app::state::place::Place;
use crate::domain::text::{clean, counted, thousands};
use crate::domain::width::{cut, fit, width};

/// The line of the views: each with how many incidents are in it; then how the list is put, or the filter.
pub fn views(model: &Model, theme: &Theme, area: Option<Rect>, frame: &mut Frame<'_>) {
    let Some(area) = area.filter(|_| model.loaded && model.settings.has_sources) else {
        return;
    };
    let buffer = frame.buffer_mut();
    let end = put_list(model, theme, area, buffer);
    let room = usize::from(area.width.saturating_sub(end + 2));
    let at = model.board.view_at();
    let word = |place: usize| {
        let view = &model.board.views()[place];
        let words = format!("{} {}", clean(&view.saved.name), thousands(view.count));
        if place == at { format!("[{words}]") } else { format!(" {words} ") }
    };
    let all: Vec<String> = (0..model.board.views().len()).map(word).collect();
    // The one that is seen is in sight, with as many before it as fit.
    let mut from = 0;
    while from < at && all[from..=at].iter().map(|word| width(word)).sum::<usize>() + 2 > room {
        from += 1;
    }
    let mut x = area.x;
    if from > 0 {
        x += put(buffer, x, area.y, "‹", 1, theme.dim);
    }
    for (place, word) in all.iter().enumerate().skip(from) {
        let used = usize::from(x - area.x);
        if used + width(word) + usize::from(place + 1 < all.len()) > room {
            put(buffer, x, area.y, "›", 1, theme.dim);
            break;
        }
        x += put(buffer, x, area.y, word, width(word), if place == at { theme.title } else { theme.dim });
    }
}

/// How the list is put, and by which keys, at the right end of the line; the columns that it takes.
fn put_list(model: &Model, theme: &Theme, area: Rect, buffer: &mut Buffer) -> u16 {
    let board = &model.board;
    let mut parts: Vec<(String, String, Style)> = Vec::new();
    let mut part = |command: PlaceCommand, words: String| {
        let wanted = Command::Place(command);
        let row = model.settings.keys.rows(Context::Incidents).find(|row| row.binding.command == wanted);
        if let Some(key) = row.and_then(|row| row.names.first()) {
            parts.push((key.clone(), words, theme.dim));
        }
    };
    let narrow = area.width < 100;
    let name = |long: &str, short: &str| if narrow { short.to_owned() } else { format!("{long}: {short}") };
    part(PlaceCommand::List(ListCommand::Sort), name("sort", board.sort().as_str()));
    if !narrow || board.group().as_str() != "none" {
        part(PlaceCommand::List(ListCommand::Group), name("group", &clean(board.group().as_str())));
    }
    if board.filter().is_empty() {
        part(PlaceCommand::Filter, "filter".to_owned());
    } else {
        let loosely = if board.is_fuzzy() { " loosely" } else { "" };
        let open = thousands(board.open_total());
        let words = format!("{}  {} of {open}{loosely}", clean(board.filter()), thousands(board.len()));
        part(PlaceCommand::Filter, words);
        if let Some(last) = parts.last_mut() {
            last.2 = theme.text;
        }
        // What is filtered matters more than how it is sorted.
        let half = usize::from(area.width) / 2;
        while parts.len() > 1 && parts.iter().map(|(key, words, _)| width(key) + width(words) + 4).sum::<usize>() > half
        {
            parts.remove(0);
        }
    }
    let mut used = 0;
    for (key, words, style) in parts.iter().rev() {
        let left = Rect { width: area.width.saturating_sub(used + 1), ..area };
        let room = usize::from(area.width / 2).saturating_sub(width(key) + 2);
        let wide = put_right(buffer, left, area.y, &cut(words, room), *style);
        let left = Rect { width: left.width.saturating_sub(wide + 1), ..left };
        used += wide + 1 + put_right(buffer, left, area.y, key, theme.key) + 2;
    }
    used
}

/// The filter in the footer: what is typed, and behind it the ways to complete it, what is wrong with it, or the keys.
pub fn filter(model: &Model, open: &Filter, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let buffer = frame.buffer_mut();
    let start = area.x + 1 + put(buffer, area.x + 1, area.y, "/", 1, theme.key);
    let room = usize::from(area.right().saturating_sub(start + 1));
    let text = clean(open.line.value());
    // The end of a long text is seen, where it is typed.
    let scroll = open.line.cursor().saturating_sub(room.saturating_sub(1));
    let seen: String = behind(&text, scroll).to_owned();
    let used = put(buffer, start, area.y, &seen, room, theme.field_active);
    let mut x = start + used + 3;
    let doubts = model.board.query().doubts.join("; ");
    if let Some(completion) = &open.completion {
        // The one that stands there is in sight.
        for choice in completion.choices.iter().skip(completion.at.saturating_sub(1)) {
            let selected = completion.choices.get(completion.at) == Some(choice);
            let style = if selected { theme.selection.patch(theme.text) } else { theme.dim };
            let count = choice.count.map_or_else(String::new, |count| format!(" {}", thousands(count)));
            let words = format!("{}{count}", clean(&choice.text));
            let left = usize::from(area.right().saturating_sub(x));
            if left < 4 {
                break;
            }
            x += put(buffer, x, area.y, &words, left, style) + 2;
            if selected && !choice.help.is_empty() {
                x += put(buffer, x, area.y, choice.help, usize::from(area.right().saturating_sub(x)), theme.dim) + 2;
            }
        }
    } else if !doubts.is_empty() && model.place == Place::Incidents {
        put(buffer, x, area.y, &doubts, usize::from(area.right().saturating_sub(x)), theme.fault);
    } else {
        let rest = Rect { x, width: area.right().saturating_sub(x), ..area };
        draw_keys(keys(model), theme, rest, buffer);
    }
    let at = u16::try_from(open.line.cursor().saturating_sub(scroll)).unwrap_or(u16::MAX);
    frame.set_cursor_position((start.saturating_add(at).min(area.right().saturating_sub(1)), area.y));
}

/// What of a text is behind so many columns.
fn behind(text: &str, columns: usize) -> &str {
    let mut used = 0;
    let first = text.char_indices().find(|(_, ch)| {
        let here = used >= columns;
        used += width(ch.encode_utf8(&mut [0; 4]));
        here
    });
    first.map_or("", |(at, _)| text.get(at..).unwrap_or_default())
}

/// What an incident shares, over the lower part of the list.
pub fn shared(open: &Shared, theme: &Theme, over: Rect, frame: &mut Frame<'_>) {
    let wide = open.items.iter().map(|item| width(&item.name) + width(&item.value)).max().unwrap_or_default();
    let columns = u16::try_from(wide + 28).unwrap_or(u16::MAX).min(over.width.saturating_sub(4));
    let rows = u16::try_from(open.items.len()).unwrap_or(u16::MAX).saturating_add(2).min(over.height);
    let area = Rect::new(over.x + 2, over.bottom().saturating_sub(rows), columns, rows);
    let buffer = frame.buffer_mut();
    blank(area, buffer);
    let inner = pane("Show what shares", true, theme, area, buffer);
    let first = open.at.saturating_sub(usize::from(inner.height).saturating_sub(1));
    for (y, (at, item)) in (inner.y..inner.bottom()).zip(open.items.iter().enumerate().skip(first)) {
        let selected = at == open.at;
        let over = |style: Style| if selected { theme.selection.patch(style) } else { style };
        if selected {
            put(buffer, inner.x, y, &" ".repeat(usize::from(inner.width)), usize::from(inner.width), theme.selection);
        }
        let line = Rect { y, height: 1, ..inner };
        let used = put_right(buffer, line, y, &counted(item.count, "incident"), over(theme.dim));
        let room = |x: u16| usize::from(inner.right().saturating_sub(used + 1).saturating_sub(x));
        let mut x = inner.x + put(buffer, inner.x, y, &item.key.to_string(), 1, over(theme.key)) + 2;
        x += put(buffer, x, y, &clean(&item.name), room(x), over(theme.dim)) + 2;
        put(buffer, x, y, &clean(&item.value), room(x), over(theme.text));
    }
}

/// Columns of the keys, and of what a line is about.
const KEYS: usize = 14;
const KIND: usize = 9;

/// Everything by its name: what is typed, and under it what that finds.
pub fn palette(open: &Palette, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let buffer = frame.buffer_mut();
    let title = format!("Everything by its name ─ {}", counted(open.found.len(), "line"));
    let inner = titled(&title, true, theme, area, buffer);
    let (columns, rows) = (usize::from(inner.width), usize::from(inner.height));
    if rows < 2 {
        return;
    }
    let used = put(buffer, inner.x, inner.y, ":", columns, theme.key);
    let start = inner.x + used;
    let room = columns.saturating_sub(2);
    put(buffer, start, inner.y, &clean(open.line.value()), room, theme.field_active);
    if open.found.is_empty() {
        put(buffer, inner.x, inner.y + 1, "nothing is called so", columns, theme.dim);
    }
    let first = (open.at + 2).saturating_sub(rows);
    for (y, (at, item)) in (inner.y + 1..inner.bottom()).zip(open.found.iter().enumerate().skip(first)) {
        let selected = at == open.at;
        let over = |style: Style| if selected { theme.selection.patch(style) } else { style };
        if selected {
            put(buffer, inner.x, y, &" ".repeat(columns), columns, theme.selection);
        }
        put(buffer, inner.x, y, &fit(&item.key, KEYS), KEYS, over(theme.key));
        let x = inner.x + u16::try_from(KEYS + 1).unwrap_or_default();
        put(buffer, x, y, &fit(item.kind, KIND), KIND, over(theme.dim));
        let x = x + u16::try_from(KIND + 1).unwrap_or_default();
        put(buffer, x, y, &item.name, columns.saturating_sub(KEYS + KIND + 2), over(theme.text));
    }
    let at = u16::try_from(open.line.cursor().min(room)).unwrap_or_default();
    frame.set_cursor_position((start + at, inner.y));
}

//! The dialogs in which an operation is written down.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::pane::{blank, more, pane, put};
use super::theme::Theme;
use crate::app::form::before_cursor;
use crate::app::form::text::Text;
use crate::app::keymap::Context;
use crate::app::layout::dialog;
use crate::app::line::Line;
use crate::app::model::Model;
use crate::app::operation::dialog::{Dialog, OperationDialog, PRESETS};
use crate::app::pages::sheet::wrap;
use crate::domain::snooze;
use crate::domain::text::{clean, clean_lines, shorten};
use crate::domain::width::{cut, fit, width};

/// How many lines of a comment are seen at most.
const LINES: usize = 8;
/// How many links, labels and fields are seen at most.
const ITEMS: usize = 14;
/// So many decide how wide the names are.
const ALIGNED: usize = 200;
/// Where the cursor is: column, row.
type Place = Option<(u16, u16)>;

/// Draws the dialog over what is there.
pub fn draw(model: &Model, open: &OperationDialog, theme: &Theme, frame: &mut Frame<'_>) {
    let inside = match &open.dialog {
        Dialog::Snooze { .. } => PRESETS.len() + 4,
        Dialog::Assign { .. } | Dialog::Count { .. } => 4,
        Dialog::Comment { text, .. } => text.lines().count().clamp(4, LINES) + 3,
        Dialog::Pick { items, .. } => items.len().min(ITEMS) + 4,
    };
    let note = usize::from(!open.chosen.note.is_empty());
    let area = dialog(model.size, u16::try_from(inside + note + 2).unwrap_or(u16::MAX));
    let buffer = frame.buffer_mut();
    blank(Rect { x: area.x.saturating_sub(1), width: area.width + 2, ..area }, buffer);
    let mut inner = pane(&title(open), true, theme, area, buffer);
    if note > 0 {
        put(buffer, inner.x, inner.y, &open.chosen.note, usize::from(inner.width), theme.warning);
        inner = Rect { y: inner.y + 1, height: inner.height.saturating_sub(1), ..inner };
    }
    let cursor = match &open.dialog {
        Dialog::Snooze { line, at } => snooze_rows(model, open, line, *at, theme, inner, buffer),
        Dialog::Assign { line } => {
            let cursor = field("to", line, theme, inner, buffer);
            let help = "an e-mail address, or a name its source knows";
            below(model, open, help, "<open> assigns   <back> cancels", theme, inner, buffer);
            Some(cursor)
        }
        Dialog::Count { line, .. } => {
            let count = open.chosen.targets.len();
            let cursor = field(&format!("type {count}"), line, theme, inner, buffer);
            let help = "so many are meant, and no other number";
            below(model, open, help, "<open> does it   <back> cancels", theme, inner, buffer);
            Some(cursor)
        }
        Dialog::Comment { text, button } => comment(model, open, text, *button, theme, inner, buffer),
        Dialog::Pick { items, at } => {
            pick(model, open, items, *at, theme, inner, buffer);
            more(items.len(), first_of(items.len(), *at, inner), seen_of(inner), theme, area, buffer);
            None
        }
    };
    if let Some(cursor) = cursor {
        frame.set_cursor_position(cursor);
    }
}

fn title(open: &OperationDialog) -> String {
    let whom = open.chosen.words();
    match &open.dialog {
        Dialog::Snooze { .. } => format!("Snooze {whom}"),
        Dialog::Assign { .. } => format!("Assign {whom}"),
        Dialog::Comment { .. } => format!("Comment on {whom}"),
        Dialog::Count { operation, .. } => match operation.kind().as_str() {
            "comment" => format!("Comment on {whom}?"),
            "close" => format!("Close {whom}?"),
            other => format!("{other} {whom}?"),
        },
        Dialog::Pick { .. } => "Copy or open".to_owned(),
    }
}

/// A line that is typed into, behind its name; where its cursor is.
fn field(name: &str, line: &Line, theme: &Theme, area: Rect, buffer: &mut Buffer) -> (u16, u16) {
    let x = area.x + put(buffer, area.x, area.y, name, usize::from(area.width), theme.title) + 2;
    let room = usize::from(area.right().saturating_sub(x));
    let skipped = line.scroll(room.saturating_sub(1));
    let text = clean(line.value()).into_owned();
    let before = width(&clean(before_cursor(line)));
    let mut left = 0;
    let seen: String = unicode_segmentation::UnicodeSegmentation::graphemes(text.as_str(), true)
        .skip_while(|grapheme| {
            let skip = left < skipped;
            left += if skip { width(grapheme) } else { 0 };
            skip
        })
        .collect();
    put(buffer, x, area.y, &fit(&seen, room), room, theme.field_active);
    let column = u16::try_from(before.saturating_sub(left.min(before))).unwrap_or(0);
    (x + column.min(area.width), area.y)
}

/// What is wrong or what there is to know, then the keys in the last row.
fn below(
    model: &Model,
    open: &OperationDialog,
    help: &str,
    keys: &str,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) {
    let room = usize::from(area.width);
    let last = area.bottom().saturating_sub(1);
    let (words, style) = match &open.fault {
        Some(fault) => (format!("✖ {fault}"), theme.fault),
        None => (help.to_owned(), theme.dim),
    };
    put(buffer, area.x, last.saturating_sub(2).max(area.y + 1), &words, room, style);
    put(buffer, area.x, last, &model.settings.keys.hint(model.context(), keys), room, theme.key);
}

fn snooze_rows(
    model: &Model,
    open: &OperationDialog,
    line: &Line,
    at: usize,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Place {
    let (now_s, zone) = (model.now.wall_s(), &model.settings.zone);
    let typed = !line.value().trim().is_empty();
    let room = usize::from(area.width);
    let mut y = area.y;
    for (place, (name, words)) in PRESETS.iter().enumerate() {
        let chosen = place == at && !typed;
        let ends = snooze::until(words, now_s, zone).map(|until_s| snooze::words(until_s, now_s, zone));
        let mark = if chosen { "(•)" } else { "( )" };
        let style = if chosen { theme.title } else { theme.text };
        let used = put(buffer, area.x, y, &format!("{mark} {}", fit(name, 16)), room, style);
        let key = if *words == "m" { "m" } else { " " };
        put(buffer, area.x + used, y, key, room, theme.key);
        let x = area.x + used + 3;
        put(buffer, x, y, &ends.unwrap_or_default(), usize::from(area.right().saturating_sub(x)), theme.dim);
        y += 1;
    }
    let cursor = field("or", line, theme, Rect { y, height: 1, ..area }, buffer);
    if !typed {
        let hint = "90m, 2h30m, until 14:30, tomorrow 9:00";
        put(buffer, cursor.0, y, hint, usize::from(area.right().saturating_sub(cursor.0)), theme.dim);
    }
    let help = match open.until_ms(model.now.wall_ms, zone) {
        Ok(until_ms) => format!("quiet {}", snooze::words(until_ms.div_euclid(1_000), now_s, zone)),
        Err(fault) => fault,
    };
    below(model, open, &help, "<open> snoozes   <up><down> choose   <back> cancels", theme, area, buffer);
    (y < area.bottom()).then_some(cursor)
}

fn comment(
    model: &Model,
    open: &OperationDialog,
    text: &Text,
    button: bool,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Place {
    let room = usize::from(area.width);
    let height = usize::from(area.height.saturating_sub(3)).max(1);
    let lines = clean_lines(text.value());
    let (row, before) = text.cursor();
    let column = clean_lines(before).first().map_or(0, |before| width(before));
    let top = (row + 1).saturating_sub(height);
    // The cursor's line is seen around the cursor; the others from their beginning.
    let skip = (column + 1).saturating_sub(room);
    for line in 0..height {
        let y = area.y + u16::try_from(line).unwrap_or(0);
        let text = lines.get(top + line).map_or("", String::as_str);
        let seen = if top + line == row && skip > 0 { columns_from(text, skip) } else { text.to_owned() };
        let style = if top + line == row && !button { theme.field_active } else { theme.text };
        put(buffer, area.x, y, &fit(&seen, room), room, style);
    }
    let (written, most) = open.written();
    let help = match most {
        Some(most) if written > most => format!("{written} of {most} characters: {} too many", written - most),
        Some(most) => format!("{written} of {most} characters"),
        None => format!("{written} characters"),
    };
    let last = area.bottom().saturating_sub(1);
    let (words, style) = match &open.fault {
        Some(fault) => (format!("✖ {fault}"), theme.fault),
        None if most.is_some_and(|most| written > most) => (help, theme.fault),
        None => (help, theme.dim),
    };
    put(buffer, area.x, last.saturating_sub(1), &words, room, style);
    let (mark, style) = if button { ("▌", theme.selection) } else { (" ", theme.button) };
    let used = put(buffer, area.x, last, &format!("{mark} Send "), room, style) + 2;
    let keys = if button {
        "<open> sends   <next-field> back to the text"
    } else {
        "<save> sends  <editor> editor  <back> keeps it"
    };
    put(
        buffer,
        area.x + used,
        last,
        &model.settings.keys.hint(Context::Comment, keys),
        room.saturating_sub(usize::from(used)),
        theme.key,
    );
    let x = area.x + u16::try_from(column.saturating_sub(skip)).unwrap_or(0);
    (!button).then(|| (x, area.y + u16::try_from(row - top).unwrap_or(0)))
}

/// The text without its first `skip` display columns.
fn columns_from(text: &str, skip: usize) -> String {
    let mut left = 0;
    unicode_segmentation::UnicodeSegmentation::graphemes(text, true)
        .skip_while(|grapheme| {
            let skipped = left < skip;
            left += width(grapheme);
            skipped
        })
        .collect()
}

fn seen_of(area: Rect) -> usize {
    usize::from(area.height.saturating_sub(4)).max(1)
}

fn first_of(count: usize, at: usize, area: Rect) -> usize {
    let seen = seen_of(area);
    (at + 1).saturating_sub(seen).min(count.saturating_sub(seen))
}

fn pick(
    model: &Model,
    open: &OperationDialog,
    items: &[(String, String)],
    at: usize,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) {
    let room = usize::from(area.width);
    // Of the first ones: there may be 100,000, and each key draws them.
    let names = items.iter().take(ALIGNED).map(|(name, _)| width(name)).max().unwrap_or(0).min(20);
    let first = first_of(items.len(), at, area);
    for (line, (place, (name, value))) in items.iter().enumerate().skip(first).take(seen_of(area)).enumerate() {
        let y = area.y + u16::try_from(line).unwrap_or(0);
        let (name_style, style) =
            if place == at { (theme.selection, theme.selection) } else { (theme.dim, theme.text) };
        let mark = if place == at { "▌" } else { " " };
        put(buffer, area.x, y, &fit("", room), room, style);
        let used = put(buffer, area.x, y, &format!("{mark}{}  ", fit(name, names)), room, name_style);
        put(buffer, area.x + used, y, value, room.saturating_sub(usize::from(used)), style);
    }
    let last = area.bottom().saturating_sub(1);
    if let Some(fault) = &open.fault {
        put(buffer, area.x, last.saturating_sub(3), &fit(fault, room), room, theme.warning);
    }
    // The whole value, bare, so that it can be selected where the clipboard does not work.
    let value = items.get(at).map_or("", |(_, value)| value.as_str());
    for (line, text) in wrap(&shorten(value, room * 3), room).iter().take(2).enumerate() {
        let y = last.saturating_sub(2) + u16::try_from(line).unwrap_or(0);
        put(buffer, area.x, y, &cut(text, room), room, theme.info);
    }
    let keys = model.settings.keys.hint(Context::Pick, "<copy-number> copies   <open> opens a link   <back> closes");
    put(buffer, area.x, last, &keys, room, theme.key);
}

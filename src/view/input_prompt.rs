//! The dialog for what an action asks at the press.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_segmentation::UnicodeSegmentation;

use super::pane::{blank, pane, put};
use super::theme::Theme;
use crate::app::form::before_cursor;
use crate::app::keymap::Context;
use crate::app::layer::Layer;
use crate::app::layout::dialog;
use crate::app::line::Line;
use crate::app::model::Model;
use crate::app::modes::input_prompt::{Answer, Field, InputPrompt};
use crate::app::pages::sheet::DANGER;
use crate::domain::text::clean;
use crate::domain::width::{cut, fit, width};

/// The widest that a field's name gets, in columns.
const NAME: usize = 20;

/// Draws the dialog over what is there.
pub fn draw(model: &Model, asking: &InputPrompt, theme: &Theme, frame: &mut Frame<'_>) {
    let fields = asking.fields();
    // Two rows a field: the value, and under it what is wrong or its help; then air, and the button.
    let wanted = fields.len() * 2 + 5;
    let area = dialog(model.size, u16::try_from(wanted).unwrap_or(u16::MAX));
    let buffer = frame.buffer_mut();
    blank(Rect { x: area.x.saturating_sub(1), width: area.width + 2, ..area }, buffer);
    let danger = if asking.action.danger { format!(" ─ {DANGER}") } else { String::new() };
    let inner = pane(&format!("{}{danger}", clean(&asking.action.name)), true, theme, area, buffer);
    let room = usize::from(inner.width);
    put(buffer, inner.x, inner.y, &format!("for {}", asking.target), room, theme.dim);
    let names = fields.iter().map(|field| width(&clean(&field.input.name)) + 2).max().unwrap_or(0).min(NAME);
    let seen = usize::from(inner.height.saturating_sub(2)) / 2;
    let first = (asking.active() + 1).saturating_sub(seen.max(1)).min(fields.len().saturating_sub(seen.max(1)));
    let mut cursor = None;
    let mut y = inner.y + 1;
    for (at, field) in fields.iter().enumerate().skip(first).take(seen) {
        let active = at == asking.active();
        let row = Rect { y, height: 1, ..inner };
        let found = draw_field(field, names, active, theme, row, buffer);
        cursor = cursor.or(found);
        let below = asking.fault(at);
        let (words, style) = match &below {
            Some(fault) => (format!("✖ {fault}"), theme.fault),
            None => (help(field, active), theme.dim),
        };
        let indent = u16::try_from(names + 1).unwrap_or(0);
        put(buffer, inner.x + indent, y + 1, &words, room.saturating_sub(names + 1), style);
        y += 2;
    }
    draw_button(model, asking, theme, Rect { y: inner.bottom().saturating_sub(1), height: 1, ..inner }, buffer);
    if let Some((x, y)) = cursor {
        frame.set_cursor_position((x, y));
    }
}

/// What stands under a field: that its answer is only offered, and its help.
fn help(field: &Field, active: bool) -> String {
    let types = if active && matches!(field.answer, Answer::Text(_)) { ", typing replaces it" } else { "" };
    let offered = field.offered.map(|offered| format!("{}{types}", offered.as_str()));
    let words = clean(&field.input.help).into_owned();
    offered.into_iter().chain((!words.is_empty()).then_some(words)).collect::<Vec<_>>().join(" · ")
}

fn draw_button(model: &Model, asking: &InputPrompt, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let words = if asking.sends { "Send" } else { "Go on" };
    let (mark, style) = if asking.on_button() { ("▌", theme.selection) } else { (" ", theme.button) };
    let used = put(buffer, area.x, area.y, &format!("{mark} {words} "), usize::from(area.width), style);
    let x = area.x + used + 2;
    let keys = match (asking.on_button(), asking.sends) {
        (true, true) => "<open> sends it   <back> cancels",
        (true, false) => "<open> shows what will be sent   <back> cancels",
        (false, _) => "<open> next   <back> cancels; nothing is sent",
    };
    let keys = model.settings.keys.hint(Context::InputPrompt, keys);
    put(buffer, x, area.y, &keys, usize::from(area.right().saturating_sub(x)), theme.key);
}

/// Draws a field; where the cursor is, if it has one.
fn draw_field(
    field: &Field,
    names: usize,
    active: bool,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<(u16, u16)> {
    let mark = if field.input.required { "*" } else { "" };
    let name = fit(&format!("{}{mark}", clean(&field.input.name)), names);
    let style = if active { theme.title } else { theme.text };
    let x = area.x + put(buffer, area.x, area.y, &name, usize::from(area.width), style) + 1;
    let room = usize::from(area.right().saturating_sub(x));
    match &field.answer {
        Answer::Text(line) => {
            let (text, before) = shown(line, field.input.is_secret());
            let (text, cursor) = scrolled(&text, before, room.saturating_sub(1), active);
            let field_style = if active { theme.field_active } else { theme.field };
            let offered = field.offered.map(|_| theme.dim.add_modifier(field_style.add_modifier));
            let field_style = offered.unwrap_or(field_style);
            put(buffer, x, area.y, &if active { fit(&text, room) } else { text }, room, field_style);
            active.then(|| (x + u16::try_from(cursor).unwrap_or(0), area.y))
        }
        Answer::Pick { options, at } => {
            draw_options(
                options,
                *at,
                active,
                theme,
                Rect { x, width: area.right().saturating_sub(x), ..area },
                buffer,
            );
            None
        }
    }
}

/// What is seen of a line, and the columns before its cursor. A secret is as many dots as it has letters.
fn shown(line: &Line, secret: bool) -> (String, usize) {
    let before = before_cursor(line);
    if secret {
        return ("•".repeat(line.value().graphemes(true).count()), before.graphemes(true).count());
    }
    (clean(line.value()).into_owned(), width(&clean(before)))
}

/// The part of a text that is seen in `columns`, so that the cursor is in it, and where the cursor is then.
fn scrolled(text: &str, cursor: usize, columns: usize, active: bool) -> (String, usize) {
    if !active || cursor < columns.max(1) {
        return (cut(text, columns + 1).into_owned(), cursor);
    }
    let (mut left, mut from) = (0, 0);
    for grapheme in text.graphemes(true) {
        if cursor - left < columns.max(1) {
            break;
        }
        left = (left + width(grapheme)).min(cursor);
        from += grapheme.len();
    }
    (text.get(from..).unwrap_or_default().to_owned(), cursor - left)
}

fn draw_options(options: &[String], at: Option<usize>, active: bool, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let mut x = area.x;
    // The chosen one is seen whatever stands before it.
    let total: usize = options.iter().map(|option| width(&clean(option)) + 4).sum();
    let skip = if total > usize::from(area.width) { at.unwrap_or(0) } else { 0 };
    if skip > 0 {
        x += put(buffer, x, area.y, "‹ ", usize::from(area.width), theme.dim);
    }
    for (place, option) in options.iter().enumerate().skip(skip) {
        let chosen = Some(place) == at;
        let mark = if chosen { "(•)" } else { "( )" };
        let style = match (chosen, active) {
            (true, true) => theme.field_active,
            (true, false) => theme.field,
            (false, _) => theme.dim,
        };
        let room = usize::from(area.right().saturating_sub(x));
        x += put(buffer, x, area.y, &format!("{mark}{}", clean(option)), room, style) + 1;
        if x >= area.right() {
            break;
        }
    }
}

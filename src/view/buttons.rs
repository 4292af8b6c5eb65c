//! The buttons: a box each with what it did here and what it takes, or in one row, or side by side.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::activity::{outcome_style, spinner};
use super::pane::put;
use super::theme::Theme;
use crate::app::buttons::{Button, Buttons, Shape, WhyNot};
use crate::app::keymap::Context;
use crate::app::model::Model;
use crate::app::pages::sheet::DANGER;
use crate::domain::width::{fit, width};

/// Draws the buttons where they were placed.
pub fn draw(model: &Model, buttons: &Buttons, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    if buttons.all.is_empty() && model.board.subject().is_some() {
        put(
            buffer,
            area.x,
            area.y,
            &model.settings.keys.hint(Context::Incidents, "no actions yet: <new-action> adds one"),
            usize::from(area.width),
            theme.dim,
        );
    }
    // One a row, what they say stands under each other.
    let danger = if buttons.all.iter().any(|button| button.danger) { width(DANGER) + 1 } else { 0 };
    for button in &buttons.all {
        let at = |columns: usize| u16::try_from(columns).unwrap_or(u16::MAX);
        let (x, y) = (area.x.saturating_add(at(button.x)), area.y.saturating_add(at(button.y)));
        if x >= area.right() || y >= area.bottom() {
            continue;
        }
        let place = Rect { x, y, width: at(button.columns).min(area.right() - x), height: area.bottom() - y };
        match buttons.shape {
            Shape::Boxes => draw_box(model, button, theme, place, buffer),
            Shape::Rows => {
                draw_row(model, button, at(danger), theme, Rect { width: area.right() - x, ..place }, buffer);
            }
            Shape::Line => draw_short(model, button, theme, place, buffer),
        }
    }
    let last = area.bottom().saturating_sub(1);
    if buttons.shape == Shape::Boxes && !buttons.elsewhere.is_empty() && last > area.y {
        put(buffer, area.x, last, &buttons.elsewhere, usize::from(area.width), theme.dim);
    }
}

/// The styles of a button's number and name.
fn styles(button: &Button, theme: &Theme) -> (Style, Style) {
    if button.why.is_some() { (theme.dim, theme.dim) } else { (theme.key, theme.button) }
}

fn draw_box(model: &Model, button: &Button, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let columns = usize::from(area.width);
    if columns < 4 || area.height < 4 {
        return;
    }
    let line = "─".repeat(columns - 2);
    let border = theme.border;
    put(buffer, area.x, area.y, &format!("╭{line}╮"), columns, border);
    put(buffer, area.x, area.y + 3, &format!("╰{line}╯"), columns, border);
    for y in [area.y + 1, area.y + 2] {
        put(buffer, area.x, y, "│", 1, border);
        put(buffer, area.right() - 1, y, "│", 1, border);
    }
    let (key, name) = styles(button, theme);
    let room = |x: u16| usize::from((area.right() - 1).saturating_sub(x));
    let mut x = area.x + 2;
    x += put(buffer, x, area.y, &format!(" {} ", button.slot), room(x), key);
    if button.danger {
        let style = if button.why.is_some() { theme.dim } else { theme.bad };
        put(buffer, x, area.y, &format!("{DANGER} "), room(x), style);
    }
    let x = area.x + 2;
    put(buffer, x, area.y + 1, &button.name, room(x), name);
    state(model, button, theme, Rect { x, y: area.y + 2, width: area.right() - 1 - x, height: 1 }, buffer);
    put(buffer, x, area.y + 3, &format!(" {} ", button.takes), room(x).saturating_sub(1), theme.dim);
}

fn draw_row(model: &Model, button: &Button, danger: u16, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let room = |x: u16| usize::from(area.right().saturating_sub(x));
    let (key, name) = styles(button, theme);
    let mut x = area.x + put(buffer, area.x, area.y, &button.slot.to_string(), room(area.x), key) + 1;
    x += put(buffer, x, area.y, &fit(&button.name, button.columns), room(x), name) + 1;
    if button.danger {
        let style = if button.why.is_some() { theme.dim } else { theme.bad };
        put(buffer, x, area.y, DANGER, room(x), style);
    }
    x += danger;
    x += state(model, button, theme, Rect { x, width: area.right().saturating_sub(x), height: 1, ..area }, buffer);
    if button.why.is_none() {
        let gap = if button.said.here_words(model).is_empty() { "" } else { "  " };
        put(buffer, x, area.y, &format!("{gap}{}", button.takes), room(x), theme.dim);
    }
}

/// Why it cannot be pressed now, that it is running, or how it went here; gives the columns used.
fn state(model: &Model, button: &Button, theme: &Theme, area: Rect, buffer: &mut Buffer) -> u16 {
    let room = usize::from(area.width);
    if let Some(why) = &button.why {
        let mut used = 0;
        if matches!(why, WhyNot::InFlight { .. }) {
            used = put(buffer, area.x, area.y, spinner(model), room, theme.busy) + 1;
        }
        let words = why.short(&model.settings.zone);
        return used + put(buffer, area.x + used, area.y, &words, room.saturating_sub(usize::from(used)), theme.dim);
    }
    let used = put(buffer, area.x, area.y, &button.said.here_words(model), room, theme.dim);
    // Only what ran here has the colour of its outcome.
    if let Some(last) = button.said.here.as_ref().filter(|_| room > 1) {
        put(buffer, area.x, area.y, last.outcome.mark(), 1, outcome_style(last.outcome, theme));
    }
    used
}

/// `[1 Restart server  ✔ 2m]`.
fn draw_short(model: &Model, button: &Button, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let (key, name) = styles(button, theme);
    let room = |x: u16| usize::from(area.right().saturating_sub(x));
    let mut x = area.x + put(buffer, area.x, area.y, "[", room(area.x), theme.border);
    x += put(buffer, x, area.y, &button.slot.to_string(), room(x), key) + 1;
    let rest = if button.danger { 2 } else { 0 } + 8;
    let columns = width(&button.name).min(usize::from(area.width).saturating_sub(usize::from(x - area.x) + rest));
    x += put(buffer, x, area.y, &button.name, columns, name);
    if button.danger {
        x += put(buffer, x, area.y, " !", room(x), if button.why.is_some() { theme.dim } else { theme.bad });
    }
    let x_state = x + 1;
    match (&button.why, &button.said.here) {
        (Some(WhyNot::InFlight { .. }), _) => x = x_state + put(buffer, x_state, area.y, spinner(model), 1, theme.busy),
        (Some(_), _) => {
            x = x_state + put(buffer, x_state, area.y, button.brief(), room(x_state).saturating_sub(1), theme.dim);
        }
        (None, Some(last)) => {
            let words = button.said.brief(model);
            x = x_state + put(buffer, x_state, area.y, &words, room(x_state).saturating_sub(1), theme.dim);
            put(buffer, x_state, area.y, last.outcome.mark(), 1, outcome_style(last.outcome, theme));
        }
        (None, None) => {}
    }
    put(buffer, x, area.y, "]", room(x), theme.border);
}

//! The buttons under the detail: what each says beside its name.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::activity::{outcome_style, spinner};
use super::pane::{put, put_right};
use super::text::{fit, width};
use super::theme::Theme;
use crate::app::buttons::{Button, DANGER, WhyNot, facts_words};
use crate::app::model::Model;

/// Draws the buttons where they were placed.
pub fn draw(model: &Model, buttons: &[Button], theme: &Theme, area: Rect, buffer: &mut Buffer) {
    if buttons.is_empty() && model.board.selected().is_some() {
        put(buffer, area.x, area.y, "no actions yet: n adds one", usize::from(area.width), theme.dim);
    }
    let tall = buttons.iter().any(|button| button.facts.is_some());
    for button in buttons {
        let at = |columns: usize| u16::try_from(columns).unwrap_or(u16::MAX);
        let (x, y) = (area.x.saturating_add(at(button.x)), area.y.saturating_add(at(button.y)));
        if x < area.right() && y < area.bottom() {
            draw_one(model, button, tall, theme, Rect { x, y, width: area.right() - x, height: 1 }, buffer);
        }
    }
}

fn draw_one(model: &Model, button: &Button, tall: bool, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let zone = &model.settings.zone;
    let room = |x: u16| usize::from(area.right().saturating_sub(x));
    let dimmed = button.why.is_some();
    let (key, name) = if dimmed { (theme.dim, theme.dim) } else { (theme.key, theme.button) };
    let mut x = area.x + put(buffer, area.x, area.y, &button.slot.to_string(), room(area.x), key) + 1;
    x += put(buffer, x, area.y, &fit(&button.name, button.name_columns), room(x), name) + 1;
    if button.danger {
        let style = if dimmed { theme.dim } else { theme.bad };
        x += put(buffer, x, area.y, DANGER, room(x), style) + 1;
    }
    if matches!(button.why, Some(WhyNot::InFlight { .. })) {
        x += put(buffer, x, area.y, spinner(model), room(x), theme.busy) + 1;
    }
    match (&button.why, &button.facts) {
        (Some(why), _) if tall => {
            put(buffer, x + 1, area.y, &why.short(zone), room(x + 1), theme.dim);
        }
        (Some(_), _) => {
            put(buffer, x, area.y, button.brief(), room(x), theme.dim);
        }
        (None, Some(facts)) => {
            let words = facts_words(facts, model.now.wall_ms, zone);
            let left = Rect { x: x + 1, width: area.right().saturating_sub(x + 1), ..area };
            let used = put_right(buffer, left, area.y, &words, theme.dim);
            let start = left.right().saturating_sub(used);
            if let Some(last) = facts.last.filter(|_| width(&words) <= usize::from(left.width)) {
                put(buffer, start, area.y, last.mark(), 1, outcome_style(last, theme));
            }
        }
        (None, None) => {}
    }
}

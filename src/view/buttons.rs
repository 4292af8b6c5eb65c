//! The buttons under the detail: what each says beside its name.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::activity::{outcome_style, spinner};
use super::pane::put;
use super::theme::Theme;
use crate::app::buttons::{Button, WhyNot, said_words};
use crate::app::keymap::Context;
use crate::app::model::Model;
use crate::app::pages::sheet::DANGER;
use crate::domain::width::{fit, width};

/// Draws the buttons where they were placed.
pub fn draw(model: &Model, buttons: &[Button], theme: &Theme, area: Rect, buffer: &mut Buffer) {
    if buttons.is_empty() && model.board.selected().is_some() {
        put(
            buffer,
            area.x,
            area.y,
            &model.settings.keys.hint(Context::Incidents, "no actions yet: <new-action> adds one"),
            usize::from(area.width),
            theme.dim,
        );
    }
    let tall = buttons.iter().any(|button| button.said.is_some());
    // One a row, what they say stands under each other.
    let danger = if buttons.iter().any(|button| button.danger) { width(DANGER) + 1 } else { 0 };
    let column = tall.then(|| u16::try_from(danger).unwrap_or(0));
    for button in buttons {
        let at = |columns: usize| u16::try_from(columns).unwrap_or(u16::MAX);
        let (x, y) = (area.x.saturating_add(at(button.x)), area.y.saturating_add(at(button.y)));
        if x < area.right() && y < area.bottom() {
            draw_one(model, button, column, theme, Rect { x, y, width: area.right() - x, height: 1 }, buffer);
        }
    }
}

fn draw_one(model: &Model, button: &Button, column: Option<u16>, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let zone = &model.settings.zone;
    let room = |x: u16| usize::from(area.right().saturating_sub(x));
    let dimmed = button.why.is_some();
    let (key, name) = if dimmed { (theme.dim, theme.dim) } else { (theme.key, theme.button) };
    let mut x = area.x + put(buffer, area.x, area.y, &button.slot.to_string(), room(area.x), key) + 1;
    x += put(buffer, x, area.y, &fit(&button.name, button.name_columns), room(x), name) + 1;
    if button.danger {
        let style = if dimmed { theme.dim } else { theme.bad };
        let used = put(buffer, x, area.y, DANGER, room(x), style) + 1;
        x += if column.is_some() { 0 } else { used };
    }
    x += column.unwrap_or(0);
    if matches!(button.why, Some(WhyNot::InFlight { .. })) {
        x += put(buffer, x, area.y, spinner(model), room(x), theme.busy) + 1;
    }
    match (&button.why, &button.said) {
        (Some(why), _) if column.is_some() => {
            put(buffer, x, area.y, &why.short(zone), room(x), theme.dim);
        }
        (Some(_), _) => {
            put(buffer, x, area.y, button.brief(), room(x), theme.dim);
        }
        (None, Some(said)) => {
            let words = said_words(said, model.now.wall_ms, zone);
            put(buffer, x, area.y, &words, room(x), theme.dim);
            // Only what ran here has the colour of its outcome.
            if let Some(last) = said.here.as_ref().filter(|_| room(x) > 1) {
                put(buffer, x, area.y, last.outcome.mark(), 1, outcome_style(last.outcome, theme));
            }
        }
        (None, None) => {}
    }
}

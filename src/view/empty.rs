//! The list where no incident is in it: why not, and what to do.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::pane::put;
use super::theme::Theme;
use crate::app::event::Health;
use crate::app::keymap::Context;
use crate::app::model::Model;
use crate::app::pages::sheet::wrap;
use crate::domain::text::clean;
use crate::domain::time::clock;

pub(super) fn draw(model: &Model, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let mut lines: Vec<String> = Vec::new();
    if !model.board.filter().is_empty() {
        lines.push(model.settings.keys.hint(Context::Incidents, "Nothing matches. <back> shows all."));
    } else if !model.board.query().is_empty() {
        let view = model.board.views().get(model.board.view_at()).map_or("", |view| view.saved.name.as_str());
        let words = format!("Nothing is in the view {}. <back> shows all.", clean(view));
        lines.push(model.settings.keys.hint(Context::Incidents, &words));
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

//! Model in, frame out: which parts are drawn, in which order. Reads only; drawing never changes behaviour.

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::app::layout::{Layout, SMALLEST};
use crate::app::model::Model;
use crate::app::modes::Mode;
use crate::app::state::place::Place;
use crate::domain::theme::Letters;

pub mod actions;
pub mod activity;
mod ascii;
pub mod buttons;
pub mod confirm;
pub mod detail;
mod empty;
pub mod finding;
pub mod footer;
pub mod form;
pub mod header;
pub mod incidents;
pub mod input_prompt;
mod key_line;
pub mod log;
pub mod operation;
pub mod pane;
pub mod question;
pub mod sheet;
pub mod theme;

use theme::Theme;

pub fn view(model: &Model, frame: &mut Frame<'_>) {
    let theme = Theme::new(&model.settings.theme, model.settings.colours, model.background);
    let area = frame.area();
    // The terminal may already have another size than the model knows of.
    let fits = (area.width, area.height) == model.size;
    match model.layout().filter(|_| fits) {
        Some(all) => {
            header::draw(model, &theme, all.header, frame);
            for mode in model.modes.seen() {
                draw_mode(model, mode, &all, &theme, frame);
            }
            footer::draw(model, &theme, all.footer, frame);
        }
        None => too_small(&theme, area, frame),
    }
    match model.settings.letters {
        Letters::All => {}
        Letters::AsciiMarks => ascii::put_ascii(frame.buffer_mut(), false),
        Letters::Ascii => ascii::put_ascii(frame.buffer_mut(), true),
    }
}

fn draw_mode(model: &Model, mode: &Mode, all: &Layout, theme: &Theme, frame: &mut Frame<'_>) {
    match mode {
        Mode::Browse => draw_place(model, all, theme, frame),
        // Both speak in the footer.
        Mode::PickButton | Mode::Filter(_) => {}
        Mode::Detail(open) => {
            finding::views(model, theme, all.views, frame);
            detail::draw(model, theme, all.upper, usize::from(open.scroll), true, frame);
            if let Some(recent) = all.recent {
                activity::draw(model, theme, recent, frame);
            }
        }
        Mode::InputPrompt(open) => input_prompt::draw(model, open, theme, frame),
        Mode::Operation(open) => operation::draw(model, open, theme, frame),
        Mode::Palette(open) => finding::palette(open, theme, all.whole, frame),
        Mode::Shared(open) => finding::shared(open, theme, all.upper, frame),
        Mode::Resend(open) => question::again(model, open, theme, frame),
        Mode::Findings(open) => sheet::findings(open, theme, all.whole, frame),
        Mode::Confirm(open) => confirm::draw(model, open, theme, frame),
        Mode::Form(open) => form::draw(open, &model.form_context(), theme, all.whole, frame),
        Mode::LogDetail(open) => log::draw_line(model, open, theme, all.whole, frame),
        Mode::Help(open) => sheet::help(&model.settings.keys, open, theme, all.whole, frame),
        Mode::Question(open) => question::draw(model, open, theme, frame),
    }
}

fn draw_place(model: &Model, all: &Layout, theme: &Theme, frame: &mut Frame<'_>) {
    match model.place {
        Place::Incidents => {
            finding::views(model, theme, all.views, frame);
            if let Some(beside) = all.detail {
                detail::draw(model, theme, beside, 0, false, frame);
            }
            incidents::draw(model, theme, all, frame);
            if let Some(strip) = all.strip {
                detail::draw_strip(model, theme, strip, frame);
            }
            if let Some(recent) = all.recent {
                activity::draw(model, theme, recent, frame);
            }
        }
        Place::Actions => actions::draw(model, theme, all.whole, frame),
        Place::Log => log::draw(model, theme, all.whole, frame),
    }
}

fn too_small(theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let words = format!("{}x{} at least; this is {}x{}", SMALLEST.0, SMALLEST.1, area.width, area.height);
    let buffer = frame.buffer_mut();
    let mut y = area.y;
    for line in crate::app::pages::sheet::wrap(&words, usize::from(area.width.max(1))) {
        if y < area.bottom() && area.width > 0 {
            buffer.set_stringn(area.x, y, line, usize::from(area.width), theme.text);
        }
        y = y.saturating_add(1);
    }
}

//! A question over what is there.

use ratatui::Frame;

use super::pane::{blank, pane, rows};
use super::theme::Theme;
use crate::app::layout::dialog;
use crate::app::model::{Ask, Model};
use crate::app::sheet::{Row, Tone};

/// Draws the question.
pub fn draw(model: &Model, ask: &Ask, theme: &Theme, frame: &mut Frame<'_>) {
    let (title, text, yes, no) = words(ask);
    let columns = usize::from(dialog(model.size, 0).width.saturating_sub(4));
    let mut all = text.wrapped(columns);
    all.push(Row::default());
    all.push(
        Row::new(Tone::Key, "y")
            .and(Tone::Plain, &format!(" {yes}   "))
            .and(Tone::Key, "n")
            .and(Tone::Plain, &format!(" {no}")),
    );
    let area = dialog(model.size, u16::try_from(all.len() + 2).unwrap_or(u16::MAX));
    let buffer = frame.buffer_mut();
    blank(area, buffer);
    let inner = pane(title, true, theme, area, buffer);
    rows(&all, 0, theme, inner, buffer);
}

fn words(ask: &Ask) -> (&'static str, Row, &'static str, &'static str) {
    match ask {
        Ask::LeaveForm => {
            ("Leave the form?", Row::new(Tone::Plain, "What you changed is not saved."), "leave it", "stay")
        }
        Ask::Delete { name, channels, .. } => {
            let row = Row::new(Tone::Head, name);
            let row = if channels.is_empty() {
                row.and(Tone::Plain, " is in no channel. ")
            } else {
                row.and(Tone::Plain, &format!(" goes from {channels}. "))
            };
            ("Delete this action?", row.and(Tone::Plain, "Its runs stay in the log."), "delete", "keep")
        }
        Ask::Leave { runs } => {
            let what = if *runs == 1 { "1 run is".to_owned() } else { format!("{runs} runs are") };
            let text =
                format!("{what} in flight. If you leave, the program ends when they have ended and are recorded.");
            ("Leave andon?", Row::new(Tone::Plain, &text), "leave", "stay")
        }
    }
}

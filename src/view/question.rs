//! A question over what is there.

use ratatui::Frame;

use super::pane::{blank, pane, rows};
use super::theme::Theme;
use crate::app::cancel;
use crate::app::keymap::Context;
use crate::app::layer::Layer;
use crate::app::layout::dialog;
use crate::app::model::Model;
use crate::app::modes::question::Question;
use crate::app::modes::resend::ResendQuestion;
use crate::app::pages::sheet::{Row, Tone};
use crate::domain::operation::OperationKind;
use crate::domain::text::clean;

pub fn draw(model: &Model, ask: &Question, theme: &Theme, frame: &mut Frame<'_>) {
    let (title, text, yes, no) = words(model, ask);
    let context = ask.context(model.place);
    let key = |name: &str| model.settings.keys.hint(context, name);
    let mut keys = Row::new(Tone::Key, &key("<yes>"))
        .and(Tone::Plain, &format!(" {yes}   "))
        .and(Tone::Key, &key("<back>"))
        .and(Tone::Plain, &format!(" {no}"));
    if let Some((name, words)) = third(ask) {
        keys = keys.and(Tone::Key, &format!("   {}", key(name))).and(Tone::Plain, &format!(" {words}"));
    }
    question(model, &title, &[text], &keys, theme, frame);
}

/// Draws the question whether the same press or a new one is sent.
pub fn again(model: &Model, again: &ResendQuestion, theme: &Theme, frame: &mut Frame<'_>) {
    let run = &again.run;
    let key = |name: &str| model.settings.keys.hint(Context::Resend, name);
    let text = [
        Row::new(Tone::Head, &run.action).and(Tone::Plain, &format!(" on {}", run.incident_num)),
        Row::default(),
        Row::new(Tone::Key, &key("<same-press>"))
            .and(Tone::Plain, " the same press: same id and body; a receiver that deduplicates does it once"),
        Row::new(Tone::Key, &key("<new-press>"))
            .and(Tone::Plain, " a new press: new id, for the incident as it is now"),
    ];
    let keys = Row::new(Tone::Key, &key("<back>")).and(Tone::Plain, " neither; each is shown before it is sent");
    question(model, "Run it again?", &text, &keys, theme, frame);
}

fn question(model: &Model, title: &str, text: &[Row], keys: &Row, theme: &Theme, frame: &mut Frame<'_>) {
    let columns = usize::from(dialog(model.size, 0).width.saturating_sub(4));
    let mut all: Vec<Row> = text.iter().flat_map(|row| row.wrapped(columns)).collect();
    all.push(Row::default());
    all.extend(keys.wrapped(columns));
    let area = dialog(model.size, u16::try_from(all.len() + 2).unwrap_or(u16::MAX));
    let buffer = frame.buffer_mut();
    blank(area, buffer);
    let inner = pane(title, true, theme, area, buffer);
    rows(&all, 0, theme, inner, buffer);
}

/// What a third key does, where one does anything.
fn third(ask: &Question) -> Option<(&'static str, String)> {
    match ask {
        Question::Cancel { many: true, run, .. } => Some(("<yes-one>", format!("only {}", clean(&run.num)))),
        Question::RemoveAdded { items, at, .. } if items.len() > 1 => {
            Some(("<down> <up>", format!("another ({} of {})", at + 1, items.len())))
        }
        _ => None,
    }
}

/// Title, text, what yes does, and what no does.
fn words(model: &Model, ask: &Question) -> (String, Row, String, &'static str) {
    let (title, row, yes, no) = match ask {
        Question::Cancel { run, unsent, many, stops } => {
            let words = if *many {
                cancel::words_of_many(model, run, stops.as_deref())
            } else {
                cancel::words(run, *unsent, stops.as_deref())
            };
            let row = Row::new(Tone::Head, &words.title).and(Tone::Plain, &format!(" {}", words.text));
            return ("Stop".to_owned(), row, words.yes, "let it go on");
        }
        Question::LeaveForm => {
            ("Leave the form?", Row::new(Tone::Plain, "What you changed is not saved."), "leave it", "stay")
        }
        Question::Delete { name, channels, .. } => {
            let row = if channels.is_empty() {
                Row::new(Tone::Head, name).and(Tone::Plain, " is in no channel. ")
            } else {
                let row = Row::new(Tone::Plain, "Deleting ").and(Tone::Head, name);
                row.and(Tone::Plain, &format!(" removes its button from {channels}. "))
            };
            ("Delete this action?", row.and(Tone::Plain, "Its runs stay in the log."), "delete", "keep")
        }
        Question::RemoveAdded { items, at, .. } => {
            let what = items.get(*at).map_or("", |(_, words)| words.as_str());
            let row = Row::new(Tone::Plain, "What ").and(Tone::Head, what);
            let row = row
                .and(Tone::Plain, " added is removed from this incident, here and for all. The log keeps its answer.");
            ("Remove what an action added?", row, "remove it", "keep it")
        }
        Question::Operate { operation, chosen } => {
            let closes = operation.kind() == OperationKind::Close;
            let (title, yes) = if closes { ("Close it?", "close it") } else { ("Take it back?", "unacknowledge") };
            let row = Row::new(Tone::Head, &chosen.whole_words());
            let row = row.and(Tone::Plain, if closes { " is over. " } else { " is nobody's again. " });
            let row = if chosen.note.is_empty() { row } else { row.and(Tone::Warn, &format!("{}. ", chosen.note)) };
            let undo = if chosen.for_good { "It cannot be undone from here." } else { "<take-back> undoes it." };
            let undo = model.settings.keys.hint(Context::Incidents, undo);
            (title, row.and(Tone::Plain, &undo), yes, "leave it as it is")
        }
        Question::Leave { runs } => {
            let what = if *runs == 1 { "1 run is".to_owned() } else { format!("{runs} runs are") };
            let text =
                format!("{what} in flight. If you leave, the program ends when they have ended and are recorded.");
            ("Leave andon?", Row::new(Tone::Plain, &text), "leave", "stay")
        }
    };
    (title.to_owned(), row, yes.to_owned(), no)
}

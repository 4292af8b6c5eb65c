//! The stack of layers: what was there comes back as it was, and every layer fits every size.

use andon::app::effect::Effect;
use andon::app::event::{Event, LogPage};
use andon::app::modes::{Mode, Modes};
use andon::domain::action::{Confirm, Input, InputKind};
use andon::domain::operation::{Abilities, OperationKind};
use andon::domain::run::Outcome;
use crossterm::event::KeyCode;

use crate::support::model::{Screen, action, draw, run_line, source};

const BIG: (u16, u16) = (120, 36);

/// A screen on which every layer can be opened: a source that can do everything, one run that has ended and one that
/// has not, an action that asks and one that does not.
fn ready(size: (u16, u16)) -> Screen {
    let mut screen = Screen::new(size);
    let abilities = Abilities::kept_here("prod").with(OperationKind::ALL);
    screen.event(Event::Source(andon::app::event::SourceState { abilities, ..source() }));
    let mut asks = action("Roll back", 2, Confirm::Enter);
    asks.inputs = vec![Input { name: "version".to_owned(), kind: InputKind::String, ..Input::default() }];
    screen.event(Event::Actions(vec![action("Restart server", 1, Confirm::Enter), asks]));
    let lines = vec![run_line(1, "ended", Some(Outcome::Failed)), run_line(2, "runs", None)];
    screen.event(Event::Activity(lines));
    screen.keys("g");
    screen
}

/// Presses keys as a person would, `\n` Enter and `\t` Tab, and answers what the runtime would answer.
fn press(screen: &mut Screen, keys: &str) {
    for key in keys.chars() {
        let effects = screen.code(match key {
            '\n' => KeyCode::Enter,
            '\t' => KeyCode::Tab,
            key => KeyCode::Char(key),
        });
        answer(screen, &effects);
    }
}

fn answer(screen: &mut Screen, effects: &[Effect]) {
    for effect in effects {
        match effect {
            Effect::Prepare { .. } | Effect::PrepareAgain { .. } => {
                screen.fill(std::slice::from_ref(effect));
            }
            Effect::LoadLog { ticket, .. } => {
                let rows = vec![run_line(2, "runs", None), run_line(1, "ended", Some(Outcome::Failed))];
                screen.event(Event::Log(LogPage { ticket: *ticket, rows, total: 2 }));
            }
            _ => {}
        }
    }
}

/// What opens each kind of layer.
const OPENED_BY: [(&str, &str); 21] = [
    ("detail", "\n"),
    ("filter", "/cpu"),
    ("pick a button", "e"),
    ("prompt", "2v1"),
    ("confirm", "1"),
    ("confirm of many", " j 1"),
    ("form", "nA name"),
    ("a line of the log", "lj\n"),
    ("run again", "ljr"),
    ("findings", "mjK"),
    ("snooze", "z"),
    ("assign", "sgrace"),
    ("comment", "cIt is the disk."),
    ("count", " j x"),
    ("pick a link", "\no"),
    ("help", "?"),
    ("palette", ":log"),
    ("shared", "="),
    ("close?", "x"),
    ("delete?", "mjd"),
    ("cancel?", "lC"),
];

/// A layer as its keys leave it.
fn layer((name, keys): (&str, &str), size: (u16, u16)) -> Mode {
    let mut screen = ready(size);
    press(&mut screen, keys);
    let top = screen.model.modes.top().clone();
    assert_ne!(top, Mode::Browse, "{name} did not open\n{}", screen.text());
    top
}

fn stack(layers: &[&Mode]) -> Modes {
    let mut modes = Modes::default();
    for layer in layers {
        modes.push((*layer).clone());
    }
    modes
}

#[test]
fn every_kind_of_layer_is_opened_here() {
    let kinds: std::collections::HashSet<_> =
        OPENED_BY.iter().map(|opened| std::mem::discriminant(&layer(*opened, BIG))).collect();
    assert_eq!(kinds.len(), 14, "a new kind of layer needs a row in the table above");
}

#[test]
fn any_layer_over_any_layer_is_left_by_one_step_back() {
    let layers = OPENED_BY.map(|opened| (opened.0, layer(opened, BIG)));
    for (below_name, below) in &layers {
        for (name, above) in &layers {
            let mut screen = ready(BIG);
            screen.model.modes = stack(&[below, above]);
            draw(&screen.model, BIG);
            screen.code(KeyCode::Esc);
            if screen.model.modes.depth() == 4 {
                // A form that was changed asks before it goes.
                screen.keys("y");
            }
            assert_eq!(screen.model.modes, stack(&[below]), "{name} over {below_name}");
        }
    }
}

#[test]
fn a_new_size_fits_every_layer() {
    let three = [("a line of the log", "ljj\n"), ("findings", "mjK"), ("confirm", "1")];
    for size in [(60, 15), (80, 24), (200, 60), BIG] {
        let mut screen = ready(BIG);
        let opened = three.map(|opened| layer(opened, BIG));
        screen.model.modes = stack(&opened.each_ref());
        screen.event(Event::Resized(30, 5));
        screen.event(Event::Resized(size.0, size.1));
        let fresh = three.map(|opened| layer(opened, size));
        assert_eq!(screen.model.modes, stack(&fresh.each_ref()), "{size:?}");
    }
}

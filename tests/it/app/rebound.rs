//! Keys that are bound otherwise: what the screen says of them is true.

use std::collections::BTreeMap;

use andon::app::event::{Event, SourceState};
use andon::app::keys::Keys;
use andon::domain::activity::Entry;
use andon::domain::operation::{Abilities, OperationKind};
use andon::domain::run::RunState;
use andon::domain::stage::Stage;
use crossterm::event::KeyCode;

use crate::support::model::{Screen, run_line, source};

fn with(changes: &[(&str, &str)]) -> Screen {
    let mut screen = Screen::new((120, 36));
    let changes: BTreeMap<_, _> =
        changes.iter().map(|(name, key)| ((*name).to_owned(), vec![(*key).to_owned()])).collect();
    screen.model.settings.keys = Keys::with(&changes).unwrap();
    screen
}

fn shows(screen: &Screen, wanted: &[&str]) {
    let text = screen.text();
    for wanted in wanted {
        assert!(text.contains(wanted), "{wanted:?} is not in\n{text}");
    }
}

#[test]
fn the_footer_and_an_empty_list_name_the_keys_as_they_are() {
    let mut screen = with(&[("acknowledge", "w"), ("new-action", "N"), ("go-log", "W")]);
    shows(&screen, &["w ack", "N new action"]);
    screen.event(Event::Actions(Vec::new()));
    shows(&screen, &["no actions yet: N adds one"]);
    screen.keys("1");
    shows(&screen, &["is empty: N adds an action"]);
}

#[test]
fn a_confirm_and_a_question_name_the_keys_as_they_are() {
    let mut screen = with(&[("show-request", "P"), ("back", "F2"), ("close-incident", "h"), ("take-back", "b")]);
    let press = screen.keys("1");
    screen.fill(&press);
    shows(&screen, &["Enter sends   F2 cancels   P request   y copy as curl"]);
    screen.code(KeyCode::F(2));
    let abilities = Abilities::kept_here("prod").with(&[OperationKind::Close, OperationKind::Reopen]);
    screen.event(Event::Source(SourceState { abilities, ..source() }));
    screen.keys("h");
    shows(&screen, &["y close it", "F2 leave it as it is", "b undoes it."]);
}

#[test]
fn what_is_held_and_what_is_written_name_the_keys_as_they_are() {
    let mut screen = with(&[("take-back", "b"), ("save", "Ctrl+w"), ("editor", "F4")]);
    let mut line = run_line(1, "first", None);
    if let Entry::Run(run) = &mut line.entry {
        run.state = RunState::Pending;
    }
    screen.event(Event::Activity(vec![line]));
    screen.event(Event::Progress { run: "first".to_owned(), stage: Stage::Held { left_ms: 5_000 } });
    shows(&screen, &["sends in 5 s; b takes it back"]);
    screen.keys("c");
    shows(&screen, &["Ctrl+W sends  F4 editor  Esc keeps it"]);
}

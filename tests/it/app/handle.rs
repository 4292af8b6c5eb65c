//! Handling incidents: keys, what cannot be done, what is pending and put back, dialogs, undo.

use std::sync::Arc;

use andon::app::effect::Effect;
use andon::app::event::{Event, SourceState};
use andon::app::keymap::{Context, Typing};
use andon::app::modes::Mode;
use andon::domain::incident::{Incident, IncidentKey, IncidentRow, Progress, Severity};
use andon::domain::operation::{Abilities, Operation, OperationKind};
use crossterm::event::KeyCode;

use crate::support::model::{NOON_S, Screen, incident, snapshot, source};

const BIG: (u16, u16) = (120, 36);

/// A board whose source does these itself.
fn board(kinds: &[OperationKind]) -> Screen {
    let mut abilities = Abilities::kept_here("Alertmanager").with(kinds);
    abilities.snooze_max_s = Some(24 * 3_600);
    abilities.comment_max = Some(20);
    let mut start = snapshot();
    start.sources = vec![SourceState { abilities, ..source() }];
    let mut screen = Screen::with(start, BIG);
    screen.keys("g");
    screen
}

fn all() -> Screen {
    board(OperationKind::ALL)
}

/// The ticket, the incidents' ids and the operation of the one effect there is.
fn asked(effects: &[Effect]) -> (u64, Vec<String>, Operation) {
    let [Effect::Operate { ticket, incidents, operation }] = effects else { panic!("{effects:?}") };
    let id = |body: &Arc<str>| serde_json::from_str::<Incident>(body).unwrap().incident_id;
    (*ticket, incidents.iter().map(id).collect(), operation.clone())
}

fn answer(screen: &mut Screen, ticket: u64, ids: &[(&str, Result<&str, &str>)]) -> Vec<Effect> {
    let results = ids
        .iter()
        .map(|(id, result)| (IncidentKey::new("prod", id), result.map(str::to_owned).map_err(str::to_owned)))
        .collect();
    screen.event(Event::Operated { ticket, results })
}

fn first_row(screen: &Screen) -> String {
    screen.text().lines().find(|line| line.contains("▌")).unwrap().chars().take(76).collect()
}

#[test]
fn an_acknowledgement_shows_at_once_as_pending_and_stays_when_the_source_took_it() {
    let mut screen = all();
    let (ticket, ids, operation) = asked(&screen.keys("a"));
    assert_eq!((ids, operation), (vec!["inc-0".to_owned()], Operation::Acknowledge));
    assert!(first_row(&screen).contains(" ◐ ada…"), "{}", screen.text());
    assert!(screen.text().contains("acknowledge … not confirmed by prod yet"), "{}", screen.text());
    // A list that was begun before tells the old state: nothing flickers.
    let mut old = incident(0, Severity::Critical, "cpu.idle < 20%");
    old.updated_at = NOON_S;
    screen.changed(vec![IncidentRow::pack(&old)], &[]);
    assert!(first_row(&screen).contains(" ◐ ada…"), "{}", screen.text());
    let mut now = old;
    now.progress = Progress::Processing;
    screen.changed(vec![IncidentRow::pack(&now)], &[]);
    answer(&mut screen, ticket, &[("inc-0", Ok(""))]);
    assert!(first_row(&screen).contains(" ◐ ") && !first_row(&screen).contains("ada…"), "{}", screen.text());
    assert!(screen.text().contains("054D57 acknowledged"));
}

#[test]
fn what_the_source_refuses_is_put_back_with_its_reason() {
    let mut screen = all();
    let (ticket, _, _) = asked(&screen.keys("a"));
    answer(&mut screen, ticket, &[("inc-0", Err("prod says: the incident is locked"))]);
    assert!(first_row(&screen).contains(" – "), "{}", screen.text());
    assert!(screen.text().contains("acknowledge 054D57: prod says: the incident is locked"), "{}", screen.text());
    assert!(screen.keys("u").is_empty(), "there is nothing to undo");
}

#[test]
fn the_same_again_while_it_is_pending_says_so_and_does_nothing() {
    let mut screen = all();
    asked(&screen.keys("a"));
    assert!(screen.keys("a").is_empty());
    assert!(screen.text().contains("054D57: its source has not answered yet; nothing was done"), "{}", screen.text());
}

#[test]
fn what_a_source_cannot_do_says_why_and_what_is_kept_here_says_so() {
    let mut screen = board(&[]);
    for (key, words) in [("x", "Alertmanager cannot close; nothing was done"), ("z", "Alertmanager cannot snooze;")] {
        assert!(screen.keys(key).is_empty());
        assert_eq!(*screen.model.modes.top(), Mode::Browse);
        assert!(screen.text().contains(words), "{}", screen.text());
    }
    let (ticket, _, _) = asked(&screen.keys("a"));
    assert!(screen.text().contains("Alertmanager cannot acknowledge; kept here only"), "{}", screen.text());
    let mut kept = incident(0, Severity::Critical, "cpu.idle < 20%");
    kept.progress = Progress::Processing;
    kept.extra.insert("local".to_owned(), serde_json::json!({"acknowledged_by": "ada"}));
    screen.changed(vec![IncidentRow::pack(&kept)], &[]);
    answer(&mut screen, ticket, &[("inc-0", Ok("Alertmanager cannot acknowledge; kept here only"))]);
    assert!(first_row(&screen).contains(" ◐ ada°"), "{}", screen.text());
    assert!(screen.text().contains("acknowledged by ada, kept here only"), "{}", screen.text());
}

#[test]
fn where_nothing_may_be_changed_every_key_is_refused_in_words() {
    let mut screen = all();
    screen.model.settings.read_only = true;
    for key in ["a", "A", "x", "z", "c", "s"] {
        assert!(screen.keys(key).is_empty());
        assert_eq!(*screen.model.modes.top(), Mode::Browse, "{key}");
        assert!(screen.text().contains("read-only: nothing is changed from here"), "{}", screen.text());
    }
}

#[test]
fn closing_and_taking_back_ask_first() {
    let mut screen = all();
    assert!(screen.keys("x").is_empty());
    assert!(screen.text().contains("Close it?"), "{}", screen.text());
    assert!(screen.keys("n").is_empty());
    assert_eq!(*screen.model.modes.top(), Mode::Browse);
    screen.keys("x");
    let (ticket, _, operation) = asked(&screen.keys("y"));
    assert_eq!(operation, Operation::Close);
    assert!(first_row(&screen).contains(" ✓ …"), "{}", screen.text());
    answer(&mut screen, ticket, &[("inc-0", Ok(""))]);
    screen.keys("A");
    assert_eq!(asked(&screen.keys("y")).2, Operation::Unacknowledge);
}

#[test]
fn undo_does_the_opposite_once() {
    let mut screen = all();
    screen.keys("x");
    let (ticket, _, _) = asked(&screen.keys("y"));
    answer(&mut screen, ticket, &[("inc-0", Ok(""))]);
    let (ticket, ids, operation) = asked(&screen.keys("u"));
    assert_eq!((ids[0].as_str(), matches!(operation, Operation::Reopen { .. })), ("inc-0", true));
    answer(&mut screen, ticket, &[("inc-0", Ok(""))]);
    assert!(screen.keys("u").is_empty());
    assert!(screen.text().contains("nothing is held"), "{}", screen.text());
}

#[test]
fn marked_ones_are_one_request_and_those_that_were_refused_are_marked_again() {
    let mut screen = all();
    screen.keys(" j j ");
    let (ticket, ids, _) = asked(&screen.keys("a"));
    assert_eq!(ids, ["inc-0", "inc-1", "inc-2"]);
    assert_eq!(screen.model.board.marked(), 0);
    answer(&mut screen, ticket, &[("inc-0", Ok("")), ("inc-1", Err("locked")), ("inc-2", Err("gone"))]);
    assert_eq!(screen.model.board.marked(), 2);
    assert!(screen.text().contains("acknowledge: 2 of 3 failed, 054D58: locked"), "{}", screen.text());
}

#[test]
fn closing_several_wants_their_number_typed() {
    let mut screen = all();
    screen.keys(" j ");
    screen.keys("x");
    assert_eq!(screen.model.context(), Context::Count);
    assert_eq!(screen.model.input_rules().typing(), Typing::Answer);
    screen.keys("3");
    assert!(screen.code(KeyCode::Enter).is_empty());
    assert!(screen.text().contains("\"3\" is not 2; nothing was done"), "{}", screen.text());
    screen.event(Event::Paste("2".to_owned()));
    screen.code(KeyCode::Backspace);
    screen.keys("2");
    let (_, ids, operation) = asked(&screen.code(KeyCode::Enter));
    assert_eq!((ids.len(), operation), (2, Operation::Close));
}

#[test]
fn a_snooze_is_chosen_or_typed_and_its_end_is_told() {
    // As long as was said, from the moment in which it was said.
    let snooze =
        |until_s: i64| Operation::Snooze { until_ms: until_s * 1_000, from_ms: NOON_S * 1_000, reason: String::new() };
    let mut screen = all();
    screen.keys("z");
    assert!(screen.text().contains("quiet until 17:00, in 1 h"), "{}", screen.text());
    let (_, _, operation) = asked(&screen.code(KeyCode::Enter));
    assert_eq!(operation, snooze(NOON_S + 3_600));
    assert!(screen.text().contains("z snoozed until 17:00, in 1 h"), "{}", screen.text());
    screen.keys("j");
    screen.keys("zm");
    assert!(screen.text().contains("quiet until tomorrow 08:00, in 16 h"), "{}", screen.text());
    let (_, _, operation) = asked(&screen.code(KeyCode::Enter));
    assert_eq!(operation, snooze(NOON_S + 16 * 3_600));
    screen.keys("j");
    screen.keys("zuntil 17:30");
    let (_, _, operation) = asked(&screen.code(KeyCode::Enter));
    assert_eq!(operation, snooze(NOON_S + 5_400));
}

#[test]
fn a_snooze_past_the_sources_limit_is_refused_in_words() {
    let mut screen = all();
    screen.keys("z25h");
    assert!(screen.code(KeyCode::Enter).is_empty());
    let text = screen.text();
    assert!(text.contains("too long for its source: until tomorrow 16:00, in 24 h, at most"), "{text}");
    screen.code(KeyCode::Esc);
    assert_eq!(*screen.model.modes.top(), Mode::Browse);
}

#[test]
fn a_comment_has_lines_a_limit_and_a_draft() {
    let mut screen = all();
    screen.keys("cone");
    screen.code(KeyCode::Enter);
    screen.keys("two");
    let left = screen.code(KeyCode::Esc);
    let key = IncidentKey::new("prod", "inc-0");
    assert_eq!(left, [Effect::SaveDraft { incident: key.clone(), text: "one\ntwo".to_owned() }]);
    screen.keys("c");
    assert!(screen.text().contains("7 of 20 characters"), "{}", screen.text());
    screen.event(Event::Paste(" and much more".to_owned()));
    assert!(screen.ctrl('s').is_empty());
    assert!(screen.text().contains("21 characters, 1 too many for its source"), "{}", screen.text());
    screen.code(KeyCode::Backspace);
    let (ticket, _, operation) = asked(&screen.ctrl('s'));
    assert_eq!(operation, Operation::Comment { text: "one\ntwo and much mor".to_owned() });
    assert!(answer(&mut screen, ticket, &[("inc-0", Err("down"))]).is_empty(), "the draft is kept");
    screen.keys("c");
    assert!(screen.text().contains("two and much mor"), "{}", screen.text());
    let (ticket, _, _) = asked(&screen.ctrl('s'));
    let done = answer(&mut screen, ticket, &[("inc-0", Ok(""))]);
    assert_eq!(done, [Effect::SaveDraft { incident: key, text: String::new() }]);
}

#[test]
fn a_draft_comes_from_the_store_and_a_comment_on_several_wants_their_number() {
    let mut start = snapshot();
    start.drafts.insert(IncidentKey::new("prod", "inc-0"), "begun before".to_owned());
    let mut screen = Screen::with(start, BIG);
    screen.keys("gc");
    assert!(screen.text().contains("begun before"), "{}", screen.text());
    screen.code(KeyCode::Esc);
    screen.keys(" j c");
    assert!(screen.ctrl('s').is_empty());
    assert_eq!(screen.model.context(), Context::Count);
    screen.keys("2");
    let (_, ids, _) = asked(&screen.code(KeyCode::Enter));
    assert_eq!((ids.len(), screen.model.modes.top()), (2, &Mode::Browse));
}

#[test]
fn the_editor_gives_its_text_and_is_not_started_where_nothing_may_be() {
    let mut screen = all();
    screen.keys("cdraft");
    assert_eq!(screen.ctrl('e'), [Effect::EditText { text: "draft".to_owned() }]);
    screen.event(Event::Edited(Ok("from the editor\n".to_owned())));
    assert!(screen.text().contains("from the editor"), "{}", screen.text());
    screen.event(Event::Edited(Err("the editor vi ended with 1".to_owned())));
    assert!(screen.text().contains("the editor vi ended with 1"), "{}", screen.text());
    screen.model.settings.restricted = true;
    assert!(screen.ctrl('e').is_empty());
    assert!(screen.text().contains("restricted: no editor is started"), "{}", screen.text());
}

#[test]
fn somebody_is_assigned_by_name_or_address() {
    let mut screen = all();
    screen.keys("s");
    assert!(screen.code(KeyCode::Enter).is_empty());
    assert!(screen.text().contains("to whom?"), "{}", screen.text());
    screen.keys("bob@example.com");
    let (ticket, _, operation) = asked(&screen.code(KeyCode::Enter));
    assert_eq!(operation, Operation::Assign { to: "bob@example.com".to_owned() });
    answer(&mut screen, ticket, &[("inc-0", Ok(""))]);
    assert!(screen.keys("u").is_empty());
    assert!(screen.text().contains("what was assigned cannot be taken back"), "{}", screen.text());
}

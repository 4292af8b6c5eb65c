//! Actions, help, questions, and what is said where nothing is.

use andon::app::effect::Effect;
use andon::app::event::{Event, Health, SaveRefusal, Snapshot};
use andon::app::keymap::Context;
use andon::app::modes::Mode;
use andon::app::wakes_at;
use andon::domain::action::Field;
use andon::domain::as_given::keep_word;
use andon::domain::incident::{IncidentRow, Severity};
use crossterm::event::KeyCode;

use crate::support::model::{Screen, actions, incident, snapshot, source};

const BIG: (u16, u16) = (120, 36);

#[test]
fn actions_stand_by_channel_and_deleting_asks_with_what_is_lost() {
    let mut screen = Screen::new(BIG);
    screen.keys("m");
    let text = screen.text();
    assert!(
        text.contains("Payments  0/3") && text.contains("Search  3/3") && text.contains("confirm type · off"),
        "{text}"
    );
    screen.keys("jd");
    assert!(screen.text().contains("removes its button from Search"), "{}", screen.text());
    assert!(screen.keys("n").is_empty());
    screen.keys("d");
    assert_eq!(screen.keys("y"), [Effect::Remove { id: "restart-server".to_owned(), revision: 1 }]);
    screen.event(Event::Removed(Ok(Box::new(actions().remove(0)))));
    assert!(!screen.text().contains("1 Restart server") && screen.text().contains("deleted Restart server"));
}

#[test]
fn the_cursor_in_the_actions_follows_its_action() {
    let mut screen = Screen::new(BIG);
    screen.keys("mjj");
    assert_eq!(screen.model.action_list.action().unwrap().name, "Enrich");
    screen.event(Event::Actions(actions().into_iter().rev().take(2).collect()));
    assert_eq!(screen.model.action_list.action().unwrap().name, "Enrich");
    screen.keys("/roll");
    assert_eq!(screen.model.action_list.action().unwrap().name, "Roll back");
}

#[test]
fn a_button_is_edited_by_its_number_and_the_form_closes_when_it_is_saved() {
    let mut screen = Screen::new(BIG);
    screen.keys("e");
    assert!(screen.text().contains("which button"));
    screen.keys("2");
    assert_eq!(screen.model.context(), Context::Form);
    let refusal = SaveRefusal { field: Some(Field::CHANNELS), message: "Search is full".to_owned(), current: None };
    screen.event(Event::Saved(Err(Box::new(refusal))));
    assert_eq!(screen.model.context(), Context::Form);
    screen.event(Event::Saved(Ok(Box::new(actions().remove(1)))));
    assert_eq!(*screen.model.modes.top(), Mode::Browse);
}

#[test]
fn the_help_of_a_place_shows_its_keys_and_gives_the_place_back() {
    let mut screen = Screen::new(BIG);
    screen.keys("m?");
    let mut text = screen.text();
    screen.code(KeyCode::End);
    text.push_str(&screen.text());
    for row in screen.model.settings.keys.rows(Context::Actions) {
        assert!(text.contains(row.binding.help), "{}", row.binding.help);
    }
    assert!(text.contains("nobody has it") && text.contains("unknown: it may have run"), "{text}");
    screen.code(KeyCode::Esc);
    assert_eq!(screen.model.context(), Context::Actions);
}

#[test]
fn a_narrow_screen_opens_the_detail_over_the_list_and_presses_from_there() {
    let mut screen = Screen::new((60, 15));
    screen.code(KeyCode::Enter);
    let text = screen.text();
    assert!(text.contains("More Actions") && text.contains("1 Restart server"), "{text}");
    let press = screen.keys("1");
    screen.fill(&press);
    screen.code(KeyCode::Esc);
    assert!(matches!(screen.model.modes.top(), Mode::Detail(_)));
    screen.code(KeyCode::Esc);
    assert_eq!(*screen.model.modes.top(), Mode::Browse);
}

#[test]
fn without_a_source_the_board_offers_the_demo_and_connecting_one() {
    let mut screen = Screen::with(Snapshot::default(), BIG);
    screen.model.settings.has_sources = false;
    let text = screen.text().replace(['\n', '│'], " ").split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("andon demo") && text.contains("andon config init"), "{text}");
    assert!(screen.text().contains("/home/ada/.config/andon/config.toml"));
}

#[test]
fn all_is_quiet_only_where_every_source_answered() {
    let mut start = snapshot();
    start.rows.clear();
    start.open_total = 0;
    let mut screen = Screen::with(start, BIG);
    assert!(screen.text().contains("All quiet.") && screen.text().contains("prod answered 16:00."));
    // Also where it answered before, and its list is none since then.
    for fresh in [true, false] {
        let mut failing = source();
        failing.health = Health::Failing { reason: "connection refused".to_owned(), retry_s: 0 };
        failing.fresh = fresh;
        screen.event(Event::Source(failing));
        let text = screen.text();
        assert!(
            !text.contains("All quiet") && text.contains("✖ prod 0") && text.contains("connection refused"),
            "{text}"
        );
    }
}

#[test]
fn a_word_that_nobody_knows_is_shown_as_given() {
    let mut odd = incident(7, Severity::Warning, "odd words");
    keep_word(&mut odd.extra, "incident_severity", "Blorp".into(), false);
    keep_word(&mut odd.extra, "progress", "Dreaming".into(), false);
    let mut start = snapshot();
    start.rows = vec![IncidentRow::pack(&odd)];
    let text = Screen::with(start, BIG).text();
    assert!(text.contains("▲ Blorp   ? Dreaming"), "{text}");
    let row = text.lines().find(|line| line.contains("▌▲Blorp ")).unwrap();
    assert!(row.contains(" ?  "), "{row}");
}

#[test]
fn what_was_said_stays_for_4_s_or_until_the_next_key_and_trouble_until_the_store_works() {
    let mut screen = Screen::new(BIG);
    screen.event(Event::Said("link copied".to_owned()));
    screen.wait(3_999);
    assert!(screen.text().contains("link copied"));
    assert_eq!(wakes_at(&screen.model), Some(screen.now.mono_ms + 1));
    screen.wait(1);
    assert!(!screen.text().contains("link copied"));
    screen.event(Event::Said("link copied".to_owned()));
    screen.keys("j");
    assert!(!screen.text().contains("link copied"));
    screen.event(Event::StoreTrouble("the disk is full".to_owned()));
    screen.keys("j");
    assert!(screen.text().contains("the disk is full"));
    screen.event(Event::StoreTrouble(String::new()));
    assert!(!screen.text().contains("the disk is full"));
}

#[test]
fn numbers_and_links_are_copied_clean() {
    let mut screen = Screen::new(BIG);
    assert_eq!(screen.keys("y"), [Effect::Copy { text: "054D57".to_owned(), what: "number" }]);
    assert_eq!(screen.keys("Y"), [Effect::Copy { text: "https://prod.example/i/0".to_owned(), what: "link" }]);
}

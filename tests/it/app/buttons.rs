//! What buttons say, what actions added, a test and a check.

use andon::app::effect::Effect;
use andon::app::event::Event;
use andon::app::wakes_at;
use andon::domain::action::{ActionKind, Confirm};
use andon::domain::button::{ButtonFacts, LastRun};
use andon::domain::enrichment::{Enriched, Enrichment};
use andon::domain::finding::{Finding, Grade};
use andon::domain::incident::IncidentKey;
use andon::domain::run::Outcome;
use crossterm::event::KeyCode;

use crate::support::model::{NOON_S, Screen, action, one_sent, run_line, snapshot};

const BIG: (u16, u16) = (120, 36);

#[test]
fn buttons_say_how_they_went_and_until_when_they_wait() {
    let mut screen = Screen::new(BIG);
    assert!(screen.event(Event::Loaded(Box::new(snapshot()))).contains(&Effect::LoadButtons));
    let last = LastRun {
        action_id: "enrich".to_owned(),
        outcome: Outcome::Failed,
        incident: IncidentKey::new("prod", "inc-1"),
        num: "054D58".to_owned(),
        at_ms: NOON_S * 1_000 - 60_000,
        by: "grace".to_owned(),
    };
    let facts = ButtonFacts { action_id: "enrich".to_owned(), last: Some(last), median_ms: Some(3_200) };
    screen.event(Event::Buttons(vec![facts]));
    let text = screen.text();
    assert!(text.contains("2 elsewhere: ✖ 054D58 1m · grace · ~3.2 s"), "not a mark of this incident: {text}");
    screen.keys("j");
    assert!(screen.text().contains("✖ here 1m · grace"), "{}", screen.text());
    screen.keys("k");
    screen.event(Event::Activity(vec![run_line(1, "a", Some(Outcome::Succeeded))]));
    screen.wait(1_000);
    assert!(screen.text().contains("│ cooldown until 1"), "{}", screen.text());
    let free = wakes_at(&screen.model).unwrap() - screen.now.mono_ms;
    assert_eq!(free, 1_142, "142 ms after its start it ended, 2 s later it can be pressed");
    screen.wait(free);
    assert!(!screen.text().contains("cooldown"));
}

#[test]
fn a_press_in_flight_names_who_and_a_confirm_says_that_it_will_be_refused() {
    let mut screen = Screen::new(BIG);
    screen.event(Event::Activity(vec![run_line(1, "other", None)]));
    let press = screen.keys("1");
    assert!(screen.text().contains("the same press is in flight, by ada since 16:00:00"), "{}", screen.text());
    screen.fill(&press);
    assert!(screen.text().contains("as it is now it will be refused: the same press is in flight"));
    // The guard decides, and leaves the row.
    one_sent(&screen.code(KeyCode::Enter));
}

#[test]
fn a_closed_incident_closes_the_actions_that_want_it_open() {
    let mut screen = Screen::new(BIG);
    let mut open = action("Restart server", 1, Confirm::None);
    open.only_open = true;
    screen.event(Event::Actions(vec![open]));
    screen.keys("j");
    screen.changed(Vec::new(), &["inc-1"]);
    assert!(screen.text().contains("│ closed "), "{}", screen.text());
    let press = screen.keys("1");
    assert!(screen.text().contains("this action wants it open"));
    assert!(screen.fill(&press).is_empty(), "what this screen knows to be refused is never sent without a confirm");
}

#[test]
fn danger_is_a_word_everywhere_and_wants_the_number() {
    let mut screen = Screen::new(BIG);
    let mut bad = action("Drop table", 1, Confirm::None);
    bad.danger = true;
    screen.event(Event::Actions(vec![bad]));
    assert!(screen.text().contains("1 ▲ danger ─"), "{}", screen.text());
    let press = screen.keys("1");
    screen.fill(&press);
    let text = screen.text();
    assert!(text.contains("Send this? ─ ▲ danger") && text.contains("type 054D57 to send"), "{text}");
    screen.code(KeyCode::Esc);
    screen.keys("m");
    assert!(screen.text().contains("▲ danger · confirm type"), "{}", screen.text());
}

fn added(id: i64, action: &str) -> Enriched {
    Enriched {
        id,
        incident: IncidentKey::new("prod", "inc-0"),
        run_id: "r".to_owned(),
        action: action.to_owned(),
        at_ms: NOON_S * 1_000,
        added: Enrichment {
            labels: vec![("owner".to_owned(), "ada\u{1b}[2J".to_owned())],
            links: vec![("Graph".to_owned(), format!("https://g.example/{id}"))],
            ..Enrichment::default()
        },
    }
}

#[test]
fn what_was_added_is_read_when_the_cursor_rests_and_shown_with_its_action_and_time() {
    let mut screen = Screen::new(BIG);
    let tick = |screen: &mut Screen, ms| {
        screen.now.mono_ms += ms;
        screen.event(Event::Tick)
    };
    assert!(tick(&mut screen, 199).is_empty());
    let incident = IncidentKey::new("prod", "inc-0");
    assert_eq!(tick(&mut screen, 1), [Effect::LoadEnriched { incident: incident.clone() }]);
    let later = tick(&mut screen, 1_000);
    assert!(!later.iter().any(|effect| matches!(effect, Effect::LoadEnriched { .. })), "once");
    screen.keys("jk");
    screen.event(Event::Enriched { incident: IncidentKey::new("prod", "inc-1"), added: vec![added(9, "Other")] });
    assert!(!screen.text().contains("Other"), "that of another incident is ignored");
    screen.event(Event::Enriched { incident, added: vec![added(1, "Enrich"), added(2, "Owner")] });
    let text = screen.text();
    assert!(text.contains("+ Enrich added this at 16:00:00") && text.contains("owner ada␛[2J"), "{text}");
    screen.keys("j");
    assert!(!screen.text().contains("+ Enrich"));
}

#[test]
fn what_was_added_is_copied_and_removed_from_the_opened_detail() {
    let mut screen = Screen::new(BIG);
    let incident = IncidentKey::new("prod", "inc-0");
    screen.event(Event::Enriched { incident: incident.clone(), added: vec![added(1, "Enrich"), added(2, "Owner")] });
    screen.code(KeyCode::Enter);
    let text = "https://g.example/1\nhttps://g.example/2".to_owned();
    assert_eq!(screen.keys("L"), [Effect::Copy { text, what: "links" }]);
    screen.keys("-");
    assert!(screen.text().contains("What Owner at 16:00:00 added is"), "{}", screen.text());
    screen.keys("j");
    assert_eq!(screen.keys("y"), [Effect::RemoveEnriched { incident: incident.clone(), id: 1 }]);
    screen.event(Event::Enriched { incident, added: vec![added(2, "Owner")] });
    assert!(screen.text().contains("+ Owner") && !screen.text().contains("+ Enrich"));
}

#[test]
fn a_test_is_for_the_selected_incident_and_always_confirmed() {
    let mut screen = Screen::new(BIG);
    screen.keys("jmjj");
    let press = screen.keys("t");
    let [Effect::Prepare { action, targets, test: true, .. }] = press.as_slice() else { panic!("{press:?}") };
    assert_eq!((action.name.as_str(), targets.len(), targets[0].incident.id()), ("Enrich", 1, "inc-1"));
    assert!(screen.fill(&press).is_empty());
    let text = screen.text();
    assert!(text.contains("Send this? ─ test") && text.contains("\"test\": true"), "{text}");
    let sent = screen.code(KeyCode::Enter);
    assert!(one_sent(&sent).test, "{sent:?}");
}

#[test]
fn a_check_opens_at_once_and_shows_what_was_found() {
    let mut screen = Screen::new(BIG);
    screen.keys("mj");
    let check = screen.keys("K");
    assert!(matches!(check.as_slice(), [Effect::Check(action)] if action.id == "restart-server"), "{check:?}");
    assert!(screen.text().contains("the action is not called"));
    let finding = |grade, words: &str| Finding { subject: "TLS".to_owned(), grade, message: words.to_owned() };
    screen.event(Event::Checked { action: "enrich".to_owned(), findings: vec![finding(Grade::Fine, "late")] });
    assert!(!screen.text().contains("late"));
    let found = vec![finding(Grade::Fault, "no root certificate"), finding(Grade::Warning, "ends in 6 days")];
    screen.event(Event::Checked { action: "restart-server".to_owned(), findings: found });
    let text = screen.text();
    assert!(text.contains("✖ fault") && text.contains("no root certificate") && text.contains("! warning"), "{text}");
    screen.code(KeyCode::Esc);
    assert!(screen.text().contains("Actions ─ 3"));
}

#[test]
fn a_button_that_is_started_in_another_kind_of_source_says_so() {
    let mut screen = Screen::new(BIG);
    let mut snapshot = snapshot();
    let mut elsewhere = action("Diagnose", 4, Confirm::Enter);
    (elsewhere.kind, elsewhere.endpoint) = (ActionKind::PagerdutyAutomation, String::new());
    elsewhere.vendor_action = "01X".to_owned();
    snapshot.actions.push(elsewhere);
    screen.event(Event::Loaded(Box::new(snapshot)));
    assert!(screen.text().contains("│ only pagerduty"), "{}", screen.text());
    screen.keys("4");
    assert!(
        screen.text().contains("it is started in pagerduty, and this incident is of another source"),
        "{}",
        screen.text()
    );
}

#[test]
fn a_button_that_is_started_in_the_source_is_sent_as_it_was_confirmed() {
    let mut screen = Screen::new(BIG);
    let mut snapshot = snapshot();
    let mut started = action("Diagnose", 4, Confirm::Enter);
    (started.kind, started.vendor_action) = (ActionKind::PagerdutyAutomation, "01X".to_owned());
    (started.endpoint, started.headers) = (String::new(), Vec::new());
    snapshot.actions.push(started);
    snapshot.sources[0].kind = "pagerduty";
    screen.event(Event::Loaded(Box::new(snapshot)));
    assert!(!screen.text().contains("elsewhere"), "{}", screen.text());
    let effects = screen.keys("4");
    screen.fill(&effects);
    let effects = screen.code(KeyCode::Enter);
    one_sent(&effects);
}

#[test]
fn the_detail_tells_what_was_done_here_and_nothing_of_other_incidents() {
    let mut screen = Screen::new(BIG);
    let old = |action_id: &str, on: &str| LastRun {
        action_id: action_id.to_owned(),
        outcome: Outcome::Succeeded,
        incident: IncidentKey::new("prod", on),
        num: "054D57".to_owned(),
        at_ms: NOON_S * 1_000 - 3_600_000,
        by: "grace".to_owned(),
    };
    screen.event(Event::LastRuns(vec![old("enrich", "inc-0"), old("restart-server", "inc-1")]));
    assert!(screen.text().contains("15:00:00 ✔ Enrich  succeeded  grace"), "{}", screen.text());
    assert!(screen.text().contains("✔ here 1h · grace") && screen.text().contains("never here"), "{}", screen.text());
    screen.event(Event::Activity(vec![run_line(1, "a", Some(Outcome::Unknown))]));
    assert!(screen.text().contains("16:00:00 ? Restart server  "), "{}", screen.text());
    assert!(!screen.text().contains("Restart server  succeeded"), "{}", screen.text());
    screen.keys("j");
    let text = screen.text();
    assert!(text.contains("15:00:00 ✔ Restart server  succeeded") && !text.contains("✔ Enrich"), "{text}");
}

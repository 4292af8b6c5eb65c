//! The incident in full: its tabs, what is read for them, its links.

use andon::app::effect::Effect;
use andon::app::event::{Event, History, Snapshot};
use andon::app::modes::Mode;
use andon::app::state::incident_detail::Tab;
use andon::app::wakes_at;
use andon::domain::activity::{Activity, Entry};
use andon::domain::incident::{IncidentKey, IncidentRow, Severity};
use andon::domain::local::LocalNote;
use andon::domain::operator::Operator;
use andon::domain::run::Outcome;
use andon::domain::timeline::{Full, Moment};
use crossterm::event::KeyCode;

use crate::support::model::{NOON_S, Screen, incident, run_line, snapshot};

fn key() -> IncidentKey {
    IncidentKey::new("prod", "inc-0")
}

/// What is told of the first incident: two moments of its source, a note, an operation, a run.
pub(crate) fn history() -> History {
    let moment = |at_s: i64, who: &str, what: &str| Moment {
        at_ms: (NOON_S + at_s) * 1_000,
        who: who.to_owned(),
        what: what.to_owned(),
        ..Moment::default()
    };
    let operator = Operator { name: "ada".to_owned(), ..Operator::default() };
    let entry =
        Entry::Operation { incident: key(), num: "054D57".to_owned(), operator, summary: "acknowledged".to_owned() };
    History {
        full: Ok(Full {
            timeline: vec![moment(-300, "", "triggered as Critical"), moment(-30, "Grace", "acknowledged")],
            ..Full::default()
        }),
        notes: vec![LocalNote {
            id: 1,
            incident: key(),
            by: "ada".to_owned(),
            at_ms: (NOON_S - 60) * 1_000,
            text: "looks like\nthe reindex".to_owned(),
        }],
        activity: vec![
            Activity { seq: 4, at_ms: (NOON_S - 120) * 1_000, entry },
            run_line(5, "a", Some(Outcome::Succeeded)),
        ],
    }
}

pub(crate) fn open(size: (u16, u16)) -> Screen {
    let mut screen = Screen::new(size);
    screen.keys("g");
    let opened = screen.code(KeyCode::Enter);
    assert!(matches!(opened.as_slice(), [Effect::LoadHistory { incident, .. }] if *incident == key()), "{opened:?}");
    screen.event(Event::History { incident: key(), history: Box::new(history()) });
    screen
}

#[test]
fn what_is_told_is_in_one_order_and_says_who_tells_it() {
    let mut screen = open((120, 36));
    screen.code(KeyCode::Tab);
    screen.code(KeyCode::Right);
    assert_eq!(screen.model.incident_detail.tab, Tab::Timeline);
    let text = screen.text();
    let at = |words: &str| text.find(words).unwrap_or_else(|| panic!("no {words}: {text}"));
    let order = [
        at("prod   triggered as Critical"),
        at("andon  ada acknowledged"),
        at("andon  ada noted here only"),
        at("the reindex"),
        at("prod   Grace acknowledged"),
        at("andon  ada Restart server: succeeded"),
    ];
    assert!(order.is_sorted(), "{order:?}\n{text}");
}

#[test]
fn it_is_read_again_when_something_was_done_and_once_for_each_incident() {
    let mut screen = open((80, 24));
    assert!(screen.event(Event::Tick).iter().all(|effect| !matches!(effect, Effect::LoadHistory { .. })));
    let again = screen.event(Event::Activity(vec![run_line(9, "b", Some(Outcome::Failed))]));
    assert!(again.iter().any(|effect| matches!(effect, Effect::LoadHistory { .. })), "{again:?}");
    screen.code(KeyCode::Esc);
    assert_eq!(*screen.model.modes.top(), Mode::Browse);
    // What was read stays with the incident, and is read again where it is opened later.
    assert!(screen.model.incident_detail.history.is_some());
    let reads = |effects: &[Effect]| effects.iter().any(|effect| matches!(effect, Effect::LoadHistory { .. }));
    screen.wait(1_000);
    assert!(!reads(&screen.code(KeyCode::Enter)), "a moment ago");
    screen.code(KeyCode::Esc);
    screen.wait(6_000);
    assert!(reads(&screen.code(KeyCode::Enter)));
}

#[test]
fn it_is_read_when_the_cursor_rests_on_it_and_not_on_the_way() {
    let mut screen = Screen::new((120, 36));
    let reads = |effects: &[Effect]| -> Vec<IncidentKey> {
        let of = |effect: &Effect| match effect {
            Effect::LoadHistory { incident, .. } => Some(incident.clone()),
            _ => None,
        };
        effects.iter().filter_map(of).collect()
    };
    screen.keys("g");
    let tick = |screen: &mut Screen, ms| {
        screen.now.mono_ms += ms;
        screen.event(Event::Tick)
    };
    assert_eq!(reads(&tick(&mut screen, 499)), []);
    assert_eq!(reads(&screen.keys("j")), []);
    assert_eq!(reads(&tick(&mut screen, 499)), []);
    assert_eq!(reads(&screen.keys("k")), []);
    assert_eq!(wakes_at(&screen.model).map(|at| at - screen.now.mono_ms), Some(200), "what actions added comes first");
    assert_eq!(reads(&tick(&mut screen, 200)), []);
    assert_eq!(reads(&tick(&mut screen, 300)), [key()]);
    assert_eq!(reads(&tick(&mut screen, 60_000)), [], "once");
    screen.event(Event::History { incident: key(), history: Box::new(history()) });
    screen.code(KeyCode::Enter);
    screen.code(KeyCode::Tab);
    screen.code(KeyCode::Tab);
    assert!(screen.text().contains("Grace acknowledged"), "it is there at once: {}", screen.text());
}

#[test]
fn digits_press_buttons_in_every_tab_and_keys_handle_the_incident() {
    let mut screen = open((60, 15));
    screen.code(KeyCode::BackTab);
    assert_eq!(screen.model.incident_detail.tab, Tab::Runs);
    assert!(matches!(screen.keys("1").as_slice(), [Effect::Prepare { .. }]));
    assert!(matches!(screen.keys("a").as_slice(), [Effect::Operate { .. }]));
    assert!(matches!(screen.model.modes.top(), Mode::Detail(_)));
}

#[test]
fn a_link_is_opened_here_and_only_copied_over_ssh() {
    let mut screen = open((120, 36));
    screen.keys("o");
    assert!(screen.text().contains("https://prod.example/i/0"), "{}", screen.text());
    assert_eq!(screen.code(KeyCode::Enter), [Effect::OpenLink { url: "https://prod.example/i/0".to_owned() }]);
    screen.model.settings.ssh = true;
    screen.keys("o");
    let copied = Effect::Copy { text: "https://prod.example/i/0".to_owned(), what: "link" };
    assert_eq!(screen.code(KeyCode::Enter), [copied]);
    assert!(screen.text().contains("over SSH nothing is started"), "{}", screen.text());
    screen.code(KeyCode::Esc);
    screen.keys("ojjjj");
    let copied = screen.keys("y");
    assert!(matches!(copied.as_slice(), [Effect::Copy { what: "value", .. }]), "{copied:?}");
}

#[test]
fn what_could_not_be_read_says_why() {
    let mut screen = open((120, 36));
    let history = History { full: Err("prod cannot be reached".to_owned()), ..history() };
    screen.event(Event::History { incident: key(), history: Box::new(history) });
    screen.code(KeyCode::Tab);
    assert!(screen.text().contains("prod did not tell more: prod cannot be reached"), "{}", screen.text());
}

#[test]
fn a_huge_incident_is_drawn_and_its_list_opened() {
    let mut huge = incident(1, Severity::Critical, "huge");
    for at in 0..30_000 {
        huge.labels.insert(format!("label{at}"), format!("https://ci.example/{at}"));
    }
    huge.description = "a line\n".repeat(100_000);
    let start = Snapshot { rows: vec![IncidentRow::pack(&huge)], ..snapshot() };
    let mut screen = Screen::with(start, (120, 36));
    screen.code(KeyCode::Enter);
    assert!(screen.text().contains("huge"));
    screen.keys("o");
    let text = screen.text();
    assert!(text.contains("Copy or open") && text.contains("https://ci.example/"), "{text}");
    screen.keys("j");
    assert!(screen.text().contains("Copy or open"));
}

#[test]
fn every_link_that_came_with_an_alert_is_offered() {
    let mut start = snapshot();
    let mut linked = incident(0, Severity::Critical, "cpu.idle < 20%");
    let annotations = serde_json::json!({
        "runbook_url": "https://wiki.example/cpu", "dashboard": "https://grafana.example/d/1", "summary": "no link"
    });
    linked.alerts[0].extra.insert("annotations".to_owned(), annotations);
    linked.extra.insert("documentation".to_owned(), "https://docs.example/search".into());
    start.rows[0] = IncidentRow::pack(&linked);
    let mut screen = Screen::with(start, (120, 36));
    screen.keys("g");
    screen.code(KeyCode::Enter);
    screen.keys("o");
    let text = screen.text();
    for link in ["https://wiki.example/cpu", "https://grafana.example/d/1", "https://docs.example/search"] {
        assert!(text.contains(link), "{link}: {text}");
    }
}

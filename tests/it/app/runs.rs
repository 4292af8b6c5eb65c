//! A press has a row from Enter on, and the row tells the truth.

use andon::app::effect::Effect;
use andon::app::event::Event;
use andon::app::modes::Mode;
use andon::app::modes::question::Question;
use andon::app::wakes_at;
use andon::domain::run::Outcome;
use andon::domain::stage::Stage;
use crossterm::event::KeyCode;

use crate::support::model::{Screen, one_sent, run_line};

const BIG: (u16, u16) = (120, 36);

/// Presses Enrich (which wants no confirm); gives the run's id.
fn press(screen: &mut Screen) -> String {
    let press = screen.keys("2");
    let sent = screen.fill(&press);
    let prepared = one_sent(&sent);
    prepared.run_id.clone()
}

#[test]
fn one_row_follows_the_run_from_enter_to_its_end() {
    let mut screen = Screen::new(BIG);
    let id = press(&mut screen);
    screen.event(Event::Activity(vec![run_line(1, &id, None)]));
    screen.event(Event::Progress { run: id.clone(), stage: Stage::Trying("try 2".to_owned()) });
    screen.wait(12_000);
    assert!(screen.text().contains("running  12 s  try 2"), "{}", screen.text());
    let ended = run_line(1, &id, Some(Outcome::Succeeded));
    screen.event(Event::Ended { activity: Box::new(ended), not_recorded: None });
    screen.event(Event::Activity(vec![run_line(1, &id, None)]));
    let text = screen.text();
    assert!(text.contains("✔ Restart server   054D57   200  142 ms  \"es.nj.01 restarting\""), "{text}");
    assert_eq!((text.matches("Restart server   ").count(), screen.model.recent.in_flight()), (2, 0), "{text}");
}

#[test]
fn progress_of_an_unknown_run_means_nothing() {
    let mut screen = Screen::new(BIG);
    screen.event(Event::Progress { run: "nobody".to_owned(), stage: Stage::Trying("try 9".to_owned()) });
    assert!(!screen.text().contains("try 9"));
}

#[test]
fn an_end_that_is_not_recorded_says_so_until_it_is() {
    let mut screen = Screen::new(BIG);
    let id = press(&mut screen);
    let ended = Box::new(run_line(0, &id, Some(Outcome::Succeeded)));
    screen.event(Event::Ended { activity: ended, not_recorded: Some("the disk is full".to_owned()) });
    assert!(screen.text().contains("not recorded"));
    screen.event(Event::Activity(vec![run_line(7, &id, Some(Outcome::Succeeded))]));
    assert!(!screen.text().contains("not recorded"));
    assert_eq!(screen.model.recent.rows().count(), 1);
}

#[test]
fn a_bad_end_is_news_until_it_is_looked_at() {
    let mut screen = Screen::new(BIG);
    let id = press(&mut screen);
    screen.event(Event::Activity(vec![run_line(3, &id, None)]));
    let ended = Box::new(run_line(3, &id, Some(Outcome::Unknown)));
    screen.event(Event::Ended { activity: ended, not_recorded: None });
    assert!(screen.text().contains("? 1 unseen"));
    screen.keys("G");
    let effects = screen.keys("!");
    assert_eq!(effects, [Effect::LoadRun { seq: 3, run: id }]);
    assert!(!screen.text().contains("unseen"));
    screen.code(KeyCode::Esc);
    assert_eq!(screen.selected(), "054D57");
}

#[test]
fn bad_ends_from_before_are_no_news_and_those_of_other_processes_are() {
    let mut screen = Screen::new(BIG);
    screen.event(Event::Activity(vec![run_line(1, "other", None)]));
    assert!(screen.text().contains("1 running"));
    screen.event(Event::Activity(vec![run_line(1, "other", Some(Outcome::Failed))]));
    assert!(screen.text().contains("✖ 1 unseen"));
}

#[test]
fn leaving_asks_while_own_runs_are_in_flight_and_a_signal_never_does() {
    let mut screen = Screen::new(BIG);
    assert_eq!(screen.keys("q"), [Effect::Quit]);
    let mut screen = Screen::new(BIG);
    let id = press(&mut screen);
    assert!(screen.ctrl('z').is_empty());
    assert!(screen.text().contains("1 run is in flight"));
    assert!(screen.ctrl('c').is_empty());
    assert!(matches!(screen.model.modes.top(), Mode::Question(Question::Leave { runs: 1 })));
    assert!(screen.text().contains("ends when they have ended"));
    screen.keys("n");
    assert_eq!(screen.event(Event::Terminate), [Effect::Quit]);
    screen.keys("q");
    assert_eq!(screen.keys("y"), [Effect::Quit]);
    let ended = Box::new(run_line(1, &id, Some(Outcome::Succeeded)));
    screen.event(Event::Ended { activity: ended, not_recorded: None });
    assert_eq!(screen.ctrl('z'), [Effect::Suspend]);
}

#[test]
fn an_idle_screen_wakes_once_a_minute_and_a_busy_one_four_times_a_second() {
    let mut screen = Screen::new(BIG);
    // What was added to the selected incident is read once the cursor rests.
    screen.wait(60_000);
    assert_eq!(wakes_at(&screen.model), Some(screen.now.mono_ms + 60_000));
    press(&mut screen);
    assert_eq!(wakes_at(&screen.model), Some(screen.now.mono_ms + 250));
    screen.model.settings.ssh = true;
    assert_eq!(wakes_at(&screen.model), Some(screen.now.mono_ms + 1_000));
}

//! What is held can be taken back, what runs can be stopped, and the words say what that does.

use andon::app::effect::Effect;
use andon::app::event::Event;
use andon::app::modes::Mode;
use andon::domain::activity::{Activity, Entry};
use andon::domain::run::{RunRef, RunState};
use andon::domain::stage::Stage;

use crossterm::event::KeyCode;

use crate::support::model::{Screen, one_sent, run_line};

const BIG: (u16, u16) = (120, 36);

/// Presses Enrich, which is held; gives the run's id.
fn held(screen: &mut Screen) -> String {
    let press = screen.keys("2");
    let sent = screen.fill(&press);
    let prepared = one_sent(&sent);
    let id = prepared.run_id.clone();
    screen.event(Event::Activity(vec![line(1, &id, RunState::Pending)]));
    screen.event(Event::Progress { run: id.clone(), stage: Stage::Held { left_ms: 5_000 } });
    id
}

fn line(seq: i64, id: &str, state: RunState) -> Activity {
    let mut line = run_line(seq, id, None);
    if let Entry::Run(run) = &mut line.entry {
        run.state = state;
    }
    line
}

#[test]
fn a_held_press_counts_down_and_is_taken_back_once() {
    let mut screen = Screen::new(BIG);
    let id = held(&mut screen);
    screen.wait(2_000);
    let text = screen.text();
    assert_eq!(text.matches("sends in 3 s; u takes it back").count(), 2, "in its row and in the footer: {text}");
    assert!(text.contains("u take back"));
    assert_eq!(screen.keys("u"), [Effect::Cancel(RunRef::Run(id))]);
    assert!(screen.keys("u").is_empty());
    assert!(screen.text().contains("nothing is held"));
}

#[test]
fn what_has_begun_is_not_called_held_whatever_was_said_before() {
    let mut screen = Screen::new(BIG);
    let id = held(&mut screen);
    screen.event(Event::Activity(vec![line(1, &id, RunState::Running)]));
    screen.event(Event::Progress { run: id.clone(), stage: Stage::Held { left_ms: 4_000 } });
    // A late reading of the row says nothing new either.
    screen.event(Event::Activity(vec![line(1, &id, RunState::Pending)]));
    assert!(screen.text().contains("running") && !screen.text().contains("takes it back"), "{}", screen.text());
    assert!(screen.keys("u").is_empty());
    screen.keys("C");
    let text = screen.text();
    assert!(text.contains("it may have run") && !text.contains("nothing was sent"), "{text}");
    assert_eq!(screen.code(KeyCode::Enter), [Effect::Cancel(RunRef::Run(id))]);
}

#[test]
fn a_question_about_a_run_that_was_sent_meanwhile_is_asked_anew() {
    let mut screen = Screen::new(BIG);
    let id = held(&mut screen);
    screen.keys("C");
    assert!(screen.text().contains("Restart server on 054D57? It is not sent yet: it ends as cancelled"));
    screen.event(Event::Activity(vec![line(1, &id, RunState::Running)]));
    assert!(screen.code(KeyCode::Enter).is_empty());
    assert!(screen.text().contains("it may have run"), "{}", screen.text());
    assert_eq!(screen.code(KeyCode::Enter), [Effect::Cancel(RunRef::Run(id))]);
    assert_eq!(*screen.model.modes.top(), Mode::Browse);
}

#[test]
fn without_a_run_there_is_nothing_to_cancel_and_a_job_is_only_followed() {
    let mut screen = Screen::new(BIG);
    assert!(screen.keys("C").is_empty());
    assert!(screen.text().contains("no run is in flight"));
    let mut job = line(1, "j", RunState::Running);
    if let Entry::Run(run) = &mut job.entry {
        run.following = true;
    }
    screen.event(Event::Activity(vec![job]));
    screen.event(Event::Progress {
        run: "j".to_owned(),
        stage: Stage::Job { fraction: Some(0.4), words: "x".to_owned() },
    });
    assert!(screen.text().contains("▓▓▓▓░░░░░░ job 40 %"), "{}", screen.text());
    screen.keys("C");
    assert!(screen.text().contains("Its job goes on at the receiver"), "{}", screen.text());
}

#[test]
fn a_job_of_ours_does_not_keep_anyone_from_leaving() {
    let mut screen = Screen::new(BIG);
    let id = held(&mut screen);
    let mut job = line(1, &id, RunState::Running);
    if let Entry::Run(run) = &mut job.entry {
        run.following = true;
    }
    screen.event(Event::Activity(vec![job]));
    assert_eq!(screen.keys("q"), [Effect::Quit]);
}

#[test]
fn only_the_key_that_the_question_shows_answers_it_and_another_says_which() {
    let mut screen = Screen::new(BIG);
    let id = held(&mut screen);
    screen.keys("C");
    assert!(screen.text().contains("Enter cancel it   n let it go on"), "{}", screen.text());
    assert!(screen.keys("y").is_empty());
    assert!(screen.text().contains("Enter is yes here, n is no; nothing was done"), "{}", screen.text());
    assert_eq!(screen.code(KeyCode::Enter), [Effect::Cancel(RunRef::Run(id))]);
    screen.keys("q");
    assert!(screen.text().contains("Leave andon?"), "{}", screen.text());
    assert!(screen.code(KeyCode::Enter).is_empty());
    assert!(screen.text().contains("y is yes here, n is no; nothing was done"), "{}", screen.text());
    assert_eq!(screen.keys("y"), [Effect::Quit]);
}

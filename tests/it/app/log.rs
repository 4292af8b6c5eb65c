//! The whole log: pages, filter, detail.

use andon::app::effect::{Effect, LogRequest};
use andon::app::event::{Event, LogPage};
use andon::domain::activity::Activity;
use andon::domain::run::{Answer, Attempt, Outcome, RunDetail, SentRequest};
use crossterm::event::KeyCode;

use crate::support::model::{NOON_S, Screen, run_line};

const BIG: (u16, u16) = (120, 36);
const TOTAL: i64 = 100_000;

fn line(seq: i64) -> Activity {
    run_line(seq, &format!("run-{seq}"), Some(Outcome::Succeeded))
}

/// Answers like a store of `TOTAL` lines.
fn answer(screen: &mut Screen, effects: &[Effect]) {
    for effect in effects {
        let Effect::LoadLog { ticket, request } = effect else { panic!("{effect:?}") };
        let LogRequest { before, after, oldest, limit, .. } = request;
        let limit = i64::from(*limit);
        let newest = match (before, after, oldest) {
            (Some(before), _, _) => before - 1,
            (_, Some(after), _) => (after + limit).min(TOTAL),
            (_, _, true) => limit,
            _ => TOTAL,
        };
        let lowest = after.map_or(1, |after| after + 1).max(newest - limit + 1);
        let rows = (lowest..=newest).rev().map(line).collect();
        screen.event(Event::Log(LogPage { ticket: *ticket, rows, total: TOTAL }));
    }
}

fn at(screen: &Screen) -> i64 {
    screen.model.log.selected().map_or(0, |line| line.seq)
}

#[test]
fn a_hundred_thousand_lines_are_read_in_pages_and_few_are_kept() {
    let mut screen = Screen::new(BIG);
    let open = screen.keys("l");
    answer(&mut screen, &open);
    assert!(screen.text().contains("100000 in the log"));
    for _ in 0..3_000 {
        let effects = screen.keys("j");
        answer(&mut screen, &effects);
    }
    assert_eq!(at(&screen), TOTAL - 3_000);
    for _ in 0..3_000 {
        let effects = screen.keys("k");
        answer(&mut screen, &effects);
    }
    assert_eq!(at(&screen), TOTAL);
    let oldest = screen.keys("G");
    answer(&mut screen, &oldest);
    assert_eq!(at(&screen), 1);
    let effects = screen.code(KeyCode::PageUp);
    answer(&mut screen, &effects);
    let newest = screen.keys("g");
    answer(&mut screen, &newest);
    assert_eq!(at(&screen), TOTAL);
}

#[test]
fn new_lines_come_without_moving_the_cursors_row_and_late_pages_are_ignored() {
    let mut screen = Screen::new(BIG);
    let open = screen.keys("l");
    answer(&mut screen, &open);
    screen.keys("jj");
    let place = screen.cursor_row();
    screen.event(Event::Activity(vec![line(TOTAL + 1)]));
    assert_eq!((at(&screen), screen.cursor_row()), (TOTAL - 2, place));
    assert!(screen.text().contains("newer ↑"));
    answer(&mut screen, &open);
    assert_eq!(at(&screen), TOTAL - 2);
    screen.keys("g");
    assert_eq!(at(&screen), TOTAL + 1);
}

#[test]
fn a_line_that_came_while_the_page_was_read_is_not_lost() {
    let mut screen = Screen::new(BIG);
    let open = screen.keys("l");
    screen.event(Event::Activity(vec![line(TOTAL + 1)]));
    answer(&mut screen, &open);
    assert_eq!(at(&screen), TOTAL + 1);
    assert_eq!(screen.model.log.window().nth(1).unwrap().1.seq, TOTAL);
}

#[test]
fn the_filter_asks_the_store() {
    let mut screen = Screen::new(BIG);
    let open = screen.keys("l");
    answer(&mut screen, &open);
    screen.keys("/es");
    let effects = screen.keys("x");
    assert!(matches!(effects.as_slice(), [Effect::LoadLog { request, .. }] if request.text == "esx"), "{effects:?}");
    let cleared = screen.code(KeyCode::Esc);
    assert!(matches!(cleared.as_slice(), [Effect::LoadLog { request, .. }] if request.text.is_empty()));
}

#[test]
fn a_line_opens_with_request_attempts_and_answer() {
    let mut screen = Screen::new(BIG);
    let open = screen.keys("l");
    answer(&mut screen, &open);
    let effects = screen.code(KeyCode::Enter);
    assert_eq!(effects, [Effect::LoadRun { seq: TOTAL, run: format!("run-{TOTAL}") }]);
    let attempt = Attempt {
        number: 1,
        started_at_ms: NOON_S * 1_000,
        duration_ms: 142,
        address: Some("10.0.0.7:443".to_owned()),
        status: Some(200),
        ..Attempt::default()
    };
    let detail = RunDetail {
        request: SentRequest {
            method: "POST".to_owned(),
            endpoint: "https://ci.example/restart".to_owned(),
            headers: vec![("Authorization".to_owned(), "••••••".to_owned())],
            body: r#"{"event_type":"i_custom"}"#.to_owned(),
        },
        attempts: vec![attempt],
        answer: Some(Answer {
            status: 200,
            headers: vec![("server".to_owned(), "evil\u{1b}]0;x\u{7}".to_owned())],
            body: r#"{"message":"es.nj.01 restarting"}"#.to_owned(),
            size: 33,
            size_known: true,
            note: None,
        }),
        ..RunDetail::default()
    };
    screen.event(Event::RunDetail { seq: 5, detail: None });
    assert!(screen.text().contains("reading…"));
    screen.event(Event::RunDetail { seq: TOTAL, detail: Some(Box::new((detail, Vec::new()))) });
    let text = screen.text();
    for shown in [
        "POST https://ci.example/restart",
        "1 16:00:00 142 ms 10.0.0.7:443 HTTP 200",
        "Authorization: ••••••",
        "  \"event_type\": \"i_custom\"",
        "HTTP 200  33 bytes",
        "server: evil␛]0;x␇",
        "  \"message\": \"es.nj.01 restarting\"",
    ] {
        assert!(text.contains(shown), "{shown} in\n{text}");
    }
    screen.code(KeyCode::Esc);
    assert_eq!(at(&screen), TOTAL);
}

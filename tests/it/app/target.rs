//! The target holds still.

use andon::app::event::{Event, SourceState};
use andon::domain::board::Delta;
use andon::domain::incident::{IncidentRow, Severity};
use crossterm::event::KeyCode;

use crate::support::model::{NOON_S, Screen, incident, row, rows, snapshot, source};

const BIG: (u16, u16) = (120, 36);

#[test]
fn before_the_first_key_the_first_row_is_selected_whatever_comes() {
    let mut screen = Screen::new(BIG);
    assert_eq!(screen.selected(), "054D57");
    screen.changed(vec![row(-1, Severity::Critical, "newer")], &[]);
    assert_eq!(screen.selected(), "054D56");
}

#[test]
fn after_a_key_new_ones_wait_and_are_let_in_when_the_hand_rests() {
    let mut screen = Screen::new(BIG);
    screen.keys("jj");
    let place = screen.cursor_row();
    screen.changed(vec![row(-1, Severity::Critical, "brand new one")], &[]);
    assert!(screen.text().contains("↑ 1 new") && !screen.text().contains("brand new one"));
    assert!(screen.text().contains("● prod 13"));
    screen.wait(4_999);
    assert!(!screen.text().contains("brand new one"));
    screen.wait(1);
    assert_eq!((screen.selected().as_str(), screen.cursor_row()), ("054D59", place));
    assert!(!screen.text().contains("new ↑"));
    screen.keys("g");
    assert!(screen.text().contains("brand new one"));
    assert_eq!(screen.selected(), "054D56");
}

#[test]
fn going_to_the_top_lets_the_new_ones_in() {
    let mut screen = Screen::new(BIG);
    screen.keys("jj");
    screen.changed(vec![row(-1, Severity::Critical, "brand new one")], &[]);
    screen.keys("g");
    assert_eq!(screen.selected(), "054D56");
}

#[test]
fn the_selected_one_is_struck_through_until_the_cursor_moves() {
    let mut screen = Screen::new(BIG);
    screen.keys("jj");
    let place = screen.cursor_row();
    screen.changed(Vec::new(), &["inc-2"]);
    screen.wait(60_000);
    assert_eq!((screen.selected().as_str(), screen.cursor_row()), ("054D59", place));
    assert!(screen.model.board.selected().unwrap().gone);
    assert!(screen.text().contains("054D59 · Search · prod · closed") && screen.text().contains("● prod 11"));
    screen.keys("j");
    assert!(!screen.text().contains("054D59"));
    assert_eq!(screen.selected(), "054D5A");
}

#[test]
fn rows_that_close_above_leave_the_selected_one_on_its_row_of_the_screen() {
    let mut screen = Screen::new(BIG);
    screen.keys("jjj");
    let place = screen.cursor_row();
    screen.changed(Vec::new(), &["inc-0", "inc-1"]);
    assert_eq!(screen.cursor_row(), place);
    screen.wait(6_000);
    assert_eq!((screen.selected().as_str(), screen.cursor_row()), ("054D5A", place));
    assert!(!screen.text().contains("054D57"));
}

#[test]
fn a_changed_severity_moves_others_but_not_the_cursor() {
    let mut screen = Screen::new(BIG);
    screen.keys("jj");
    let place = screen.cursor_row();
    screen.changed(vec![row(9, Severity::Critical, "worse now"), row(2, Severity::Info, "better now")], &[]);
    assert!(screen.text().contains("better now"));
    screen.wait(6_000);
    assert_eq!((screen.selected().as_str(), screen.cursor_row()), ("054D59", place));
    let nums: Vec<_> = screen.incidents().map(|entry| entry.row.severity).collect();
    assert!(nums.is_sorted(), "{nums:?}");
}

#[test]
fn jumps_go_to_the_newest_critical_and_back() {
    let mut screen = Screen::new(BIG);
    screen.keys("G");
    assert_eq!(screen.selected(), "054D62");
    screen.keys(".");
    assert_eq!(screen.selected(), "054D57");
    screen.keys(",");
    assert_eq!(screen.selected(), "054D62");
}

#[test]
fn a_filter_shows_what_matches_in_the_boards_order_and_gives_the_selection_back() {
    let mut screen = Screen::new(BIG);
    screen.keys("j/20%");
    assert!(screen.text().contains("2 of 12"), "{}", screen.text());
    assert_eq!(screen.selected(), "054D57");
    screen.keys("zzz");
    assert_eq!(screen.selected(), "");
    assert!(screen.text().contains("Nothing matches"));
    assert!(screen.keys("1").is_empty());
    screen.code(KeyCode::Esc);
    assert_eq!(screen.selected(), "054D58");
    assert!(screen.text().contains("● prod 12"));
    screen.keys("/队列 search");
    assert!(screen.text().contains("2 of 12"), "{}", screen.text());
    screen.code(KeyCode::Enter);
    screen.code(KeyCode::Esc);
    assert!(screen.text().contains("● prod 12"));
}

#[test]
fn the_selected_one_stays_in_a_filtered_list_when_it_matches_no_more() {
    let mut screen = Screen::new(BIG);
    screen.keys("/20%");
    screen.code(KeyCode::Enter);
    screen.changed(vec![row(0, Severity::Critical, "renamed")], &[]);
    screen.wait(6_000);
    assert_eq!(screen.selected(), "054D57");
    assert!(screen.text().contains("renamed"));
}

#[test]
fn the_rest_of_the_stored_ones_does_not_undo_what_a_source_told_meanwhile() {
    let mut start = snapshot();
    start.rows.truncate(2);
    start.whole = false;
    let mut screen = Screen::with(start, BIG);
    assert!(screen.text().contains(" 12 open"));
    screen.keys("j");
    let mut closed = incident(5, Severity::Warning, "closed meanwhile");
    closed.progress = andon::domain::incident::Progress::Closed;
    screen.changed(vec![row(3, Severity::Critical, "told by the source"), IncidentRow::pack(&closed)], &["inc-6"]);
    screen.event(Event::MoreRows(rows().split_off(2)));
    screen.wait(6_000);
    assert!(screen.text().contains("told by the source") && screen.text().contains("● prod 10"), "{}", screen.text());
    assert!(!screen.text().contains("054D5C") && !screen.text().contains("054D5D"));
    assert_eq!(screen.selected(), "054D58");
}

#[test]
fn a_hundred_thousand_incidents_are_moved_through_and_refreshed() {
    let mut start = snapshot();
    start.rows = (0..100_000).map(|number| row(number, Severity::Warning, "cpu.idle < 20% on web-01")).collect();
    start.open_total = start.rows.len();
    let mut screen = Screen::with(start, BIG);
    screen.keys("G");
    assert_eq!(screen.model.board.at(), Some(99_999));
    let gone: Vec<String> = (0..50_000).map(|number| format!("inc-{number}")).collect();
    let gone = gone.iter().map(|id| andon::domain::incident::IncidentKey::new("prod", id)).collect();
    let delta = Delta { source: "prod".to_owned(), gone, at_s: NOON_S, ..Delta::default() };
    let place = screen.cursor_row();
    screen.event(Event::Changed(Box::new(delta)));
    screen.wait(6_000);
    assert_eq!((screen.model.board.len(), screen.cursor_row()), (50_000, place));
    screen.keys("/web9");
    assert!(screen.text().contains("of 50,000"));
}

#[test]
fn what_changed_is_marked_until_it_is_looked_at() {
    let mut screen = Screen::new(BIG);
    // The first whole list only brings up to date what was stored.
    screen.event(Event::Source(SourceState { fresh: false, ..source() }));
    screen.changed(vec![row(3, Severity::Warning, "as it is now")], &[]);
    screen.event(Event::Source(source()));
    assert!(!screen.text().contains("changed •"), "{}", screen.text());
    screen.changed(vec![row(3, Severity::Warning, "worse now")], &[]);
    assert!(screen.text().contains("1 new or changed •"), "{}", screen.text());
    screen.changed(vec![row(30, Severity::Warning, "brand new")], &[]);
    assert!(screen.text().contains("2 new or changed •"), "{}", screen.text());
    let marked = screen.text().lines().find(|line| line.contains("worse now")).unwrap().to_owned();
    assert!(marked.contains("•"), "{marked}");
    screen.keys("gjjj");
    for _ in 0..12 {
        if screen.text().contains("changed •") {
            screen.keys("j");
        }
    }
    assert!(!screen.text().contains("changed •"), "{}", screen.text());
}

//! What a person sees: whole frames, at every size that works and some that do not.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]
mod support;

use std::cell::Cell;
use std::rc::Rc;

use andon::app::event::{Event, Health};
use andon::app::model::Colours;
use andon::domain::incident::{IncidentRow, Severity};
use andon::domain::run::Outcome;
use andon::view::view;
use crossterm::event::KeyCode;
use ratatui::backend::CrosstermBackend;
use ratatui::layout::Rect;
use ratatui::{Terminal, TerminalOptions, Viewport};
use support::model::{NOON_S, Screen, draw, incident, row, run_line, snapshot, source};

const SIZES: [(u16, u16); 3] = [(120, 36), (80, 24), (60, 15)];

/// A board in use: one run over, one under way, one unseen bad end.
fn busy(size: (u16, u16)) -> Screen {
    let mut screen = Screen::new(size);
    screen.keys("j");
    screen.event(Event::Activity(vec![run_line(1, "a", None), run_line(2, "b", None), run_line(3, "c", None)]));
    screen.event(Event::Activity(vec![
        run_line(1, "a", Some(Outcome::Succeeded)),
        run_line(2, "b", Some(Outcome::Unknown)),
    ]));
    screen.wait(7_000);
    screen
}

#[test]
fn the_board() {
    for size in SIZES {
        insta::assert_snapshot!(format!("board_{}x{}", size.0, size.1), busy(size).text());
    }
}

#[test]
fn the_confirm() {
    for size in SIZES {
        let mut screen = busy(size);
        let press = screen.keys("1");
        screen.fill(&press);
        insta::assert_snapshot!(format!("confirm_{}x{}", size.0, size.1), screen.text());
    }
}

#[test]
fn the_actions() {
    for size in SIZES {
        let mut screen = busy(size);
        screen.keys("m");
        insta::assert_snapshot!(format!("actions_{}x{}", size.0, size.1), screen.text());
    }
}

#[test]
fn too_small_says_so_and_presses_nothing() {
    for size in [(0, 0), (1, 1), (7, 3), (59, 15), (60, 14)] {
        let mut screen = Screen::new(size);
        let words = screen.text().replace('\n', " ");
        if size.0 > 30 {
            assert!(words.contains("60x15 at least"), "{words}");
        }
        assert!(screen.keys("2").is_empty() && screen.keys("1").is_empty());
    }
    let mut screen = Screen::new((120, 36));
    let press = screen.keys("1");
    screen.fill(&press);
    screen.event(Event::Resized(40, 10));
    assert!(screen.text().contains("60x15 at least; this is 40x10"));
    assert!(screen.code(KeyCode::Enter).is_empty(), "nothing is sent that is not shown");
    // A frame of another size than the model knows of is drawn without a panic.
    draw(&screen.model, (33, 7));
}

#[test]
fn hostile_text_reaches_no_cell_as_it_is() {
    let evil = "\u{1b}]52;c;aGk=\u{7}\u{9b}31m\u{202e}rorre\u{200b}\u{301}\r\n\tx";
    let mut start = snapshot();
    let mut bad = incident(0, Severity::Critical, &format!("{evil}{}", "长".repeat(10_000)));
    bad.num = evil.to_owned();
    bad.description = evil.to_owned();
    bad.labels = [(evil.to_owned(), evil.to_owned())].into();
    bad.detail_url = evil.to_owned();
    bad.responders[0].person_name = evil.to_owned();
    bad.alerts[0].title = evil.to_owned();
    start.rows[0] = IncidentRow::pack(&bad);
    start.channels[1].name = evil.to_owned();
    start.channels[0].name = evil.to_owned();
    start.actions[0].name = evil.to_owned();
    start.actions[0].description = evil.to_owned();
    start.sources[0].badge = evil.to_owned();
    start.sources[0].health = Health::Failing { reason: evil.to_owned(), retry_s: 0 };
    for size in SIZES {
        let mut screen = Screen::with(start.clone(), size);
        screen.model.settings.operator = evil.to_owned();
        let press = screen.keys("1");
        assert_clean(&screen);
        screen.fill(&press);
        assert_clean(&screen);
        screen.keys("p");
        assert_clean(&screen);
        screen.code(KeyCode::Enter);
        screen.event(Event::Said(evil.to_owned()));
        screen.event(Event::StoreTrouble(evil.to_owned()));
        assert_clean(&screen);
        screen.code(KeyCode::Enter);
        assert_clean(&screen);
        screen.keys("m");
        assert_clean(&screen);
        screen.keys("jjd");
        assert_clean(&screen);
    }
}

/// No control or invisible character, and every row as wide as the screen: nothing pushed a border aside.
fn assert_clean(screen: &Screen) {
    let text = screen.text();
    let hidden = |ch: &char| (ch.is_control() && *ch != '\n') || matches!(ch, '\u{200b}' | '\u{202e}' | '\u{feff}');
    assert_eq!(text.chars().find(hidden), None, "{text}");
    for line in text.lines().filter(|line| line.starts_with(['│', '╭', '╰'])) {
        assert_eq!(andon::view::text::width(line), usize::from(screen.model.size.0), "{line}");
    }
}

#[test]
fn the_selection_is_seen_without_colours() {
    let mut screen = busy((80, 24));
    screen.model.settings.colours = Colours::None;
    let mut terminal = Terminal::new(ratatui::backend::TestBackend::new(80, 24)).unwrap();
    terminal.draw(|frame| view(&screen.model, frame)).unwrap();
    let buffer = terminal.backend().buffer();
    let y = u16::try_from(screen.cursor_row().unwrap()).unwrap();
    assert!(buffer[(10, y)].modifier.contains(ratatui::style::Modifier::REVERSED));
    assert!(!buffer[(10, y + 1)].modifier.contains(ratatui::style::Modifier::REVERSED));
    assert!(buffer.content.iter().all(|cell| cell.fg == ratatui::style::Color::Reset));
}

/// Counts what is written.
struct Counter(Rc<Cell<usize>>);

impl std::io::Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.set(self.0.get() + bytes.len());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_step_down_costs_few_bytes_and_an_idle_frame_none() {
    let mut start = snapshot();
    start.rows =
        (0..1_000).map(|n| row(n, Severity::Warning, &format!("disk {n}% full on web-{}", n * 7 % 90))).collect();
    let mut screen = Screen::with(start, (120, 36));
    let mut costs = Vec::new();
    let (width, height) = screen.model.size;
    let options = TerminalOptions { viewport: Viewport::Fixed(Rect::new(0, 0, width, height)) };
    let count = Rc::new(Cell::new(0));
    let mut terminal = Terminal::with_options(CrosstermBackend::new(Counter(count.clone())), options).unwrap();
    for step in 0..300 {
        if step > 0 {
            screen.keys("j");
        }
        terminal.draw(|frame| view(&screen.model, frame)).unwrap();
        costs.push(count.take());
    }
    let steps = &costs[1..];
    let mean = steps.iter().sum::<usize>() / steps.len();
    let mut sorted = steps.to_vec();
    sorted.sort_unstable();
    assert!(sorted[150] <= 1_000 && mean <= 1_000, "median {}, mean {mean}, most {}", sorted[150], sorted[298]);
    screen.now.wall_ms = NOON_S * 1_000 + 30_000;
    screen.event(Event::Source(source()));
    terminal.draw(|frame| view(&screen.model, frame)).unwrap();
    assert!(count.take() < 40, "an idle frame writes nothing but its end");
}

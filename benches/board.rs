//! What a key, a refresh and the start cost with 100,000 incidents on the board.

mod support;

use std::hint::black_box;
use std::io::{self, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use andon::app::event::{Event, Health, LogPage, Now, Snapshot, SourceState};
use andon::app::model::Model;
use andon::app::state::settings::Settings;
use andon::app::update;
use andon::domain::activity::{Activity, Entry};
use andon::domain::board::{Delta, Known};
use andon::domain::channel::{Channel, ChannelKey};
use andon::domain::incident::IncidentRow;
use andon::view::view;
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::backend::CrosstermBackend;
use ratatui::layout::Rect;
use ratatui::{Terminal, TerminalOptions, Viewport};
use support::{NOON_S, row, rows};

const COUNT: usize = 100_000;
const SIZE: (u16, u16) = (120, 36);

/// Counts what is written to the terminal.
struct Counter<'a>(&'a AtomicUsize);

impl Write for Counter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.fetch_add(bytes.len(), Ordering::Relaxed);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A model and the terminal it is drawn on.
struct Screen<'a> {
    model: Model,
    terminal: Option<Terminal<CrosstermBackend<Counter<'a>>>>,
    now: Now,
}

impl<'a> Screen<'a> {
    fn new(snapshot: Snapshot, written: &'a AtomicUsize) -> Self {
        let settings = Settings { operator: "ada".to_owned(), ..Settings::default() };
        let area = Rect::new(0, 0, SIZE.0, SIZE.1);
        let options = TerminalOptions { viewport: Viewport::Fixed(area) };
        let mut screen = Self {
            model: Model::new(settings, SIZE),
            terminal: Terminal::with_options(CrosstermBackend::new(Counter(written)), options).ok(),
            now: Now { wall_ms: NOON_S * 1_000, mono_ms: 10_000 },
        };
        screen.event(Event::Loaded(Box::new(snapshot)));
        screen
    }

    fn event(&mut self, event: Event) {
        black_box(update(&mut self.model, self.now, event));
    }

    fn key(&mut self, code: KeyCode) {
        self.event(Event::Key(KeyEvent::new(code, KeyModifiers::NONE)));
    }

    fn draw(&mut self) {
        if let Some(terminal) = &mut self.terminal {
            let _ = terminal.draw(|frame| view(&self.model, frame));
        }
    }
}

fn snapshot(rows: Vec<IncidentRow>) -> Snapshot {
    let channel =
        |at: usize| Channel { key: ChannelKey::new("prod", &format!("team-{at}")), name: format!("Team {at}") };
    Snapshot {
        open_total: rows.len(),
        rows,
        whole: true,
        actions: Vec::new(),
        channels: (0..20).map(channel).collect(),
        sources: vec![SourceState {
            kind: "alertmanager",
            name: "prod".to_owned(),
            badge: String::new(),
            health: Health::Fine,
            answered_s: Some(NOON_S),
            fresh: true,
            abilities: andon::domain::operation::Abilities::default(),
            loading: None,
            refresh_s: 15,
        }],
        activity: Vec::new(),
        drafts: std::collections::HashMap::new(),
    }
}

fn changed(rows: Vec<IncidentRow>) -> Event {
    let delta =
        Delta { source: "prod".to_owned(), changed: rows, gone: Vec::new(), channels: Vec::new(), at_s: NOON_S };
    Event::Changed(Box::new(delta))
}

fn keys(criterion: &mut Criterion) {
    let written = AtomicUsize::new(0);
    let mut screen = Screen::new(snapshot(rows(COUNT)), &written);
    screen.draw();
    let (before, presses) = (written.load(Ordering::Relaxed), 1_000);
    for _ in 0..presses {
        screen.key(KeyCode::Char('j'));
        screen.draw();
    }
    let bytes = (written.load(Ordering::Relaxed) - before) / presses;
    let _ = writeln!(io::stdout(), "bytes per j, list and detail, mean of {presses}: {bytes}");
    let mut down = true;
    criterion.bench_function("j and its frame", |bencher| {
        bencher.iter(|| {
            if screen.model.board.at().is_some_and(|at| at + 1 == COUNT || at == 0) {
                down = !down;
            }
            screen.key(KeyCode::Char(if down { 'k' } else { 'j' }));
            screen.draw();
        });
    });
    screen.key(KeyCode::Char('/'));
    let mut letters = "payments queue12".chars().cycle();
    let mut typed = 0;
    criterion.bench_function("a keystroke in the filter and its frame", |bencher| {
        bencher.iter(|| {
            if typed == 16 {
                typed = 0;
                screen.event(Event::Key(KeyEvent::new(KeyCode::Char('u'), KeyModifiers::CONTROL)));
            }
            typed += 1;
            screen.key(KeyCode::Char(letters.next().unwrap_or('x')));
            screen.draw();
        });
    });
}

/// Keystrokes in filters with terms, over a list with headers and without; then what each way to put the list costs.
fn finding(criterion: &mut Criterion) {
    let written = AtomicUsize::new(0);
    let mut screen = Screen::new(snapshot(rows(COUNT)), &written);
    let filters = [
        ("sev:crit", "a term"),
        ("payments -ch:team-3 label.team:platform age<1d owner:none", "five terms and a word"),
        ("label.service:se", "a label"),
        ("~qlag12", "loose letters"),
    ];
    for grouped in [false, true] {
        if grouped {
            screen.key(KeyCode::Char('O'));
        }
        for (filter, what) in filters {
            screen.key(KeyCode::Char('/'));
            let mut back = false;
            for letter in filter.chars() {
                screen.key(KeyCode::Char(letter));
            }
            let under = if grouped { ", under headers" } else { "" };
            // The last letter goes and comes again: all of the filter is read and matched anew.
            let last = filter.chars().last().unwrap_or('x');
            criterion.bench_function(&format!("a keystroke in a filter of {what}{under}, and its frame"), |bencher| {
                bencher.iter(|| {
                    back = !back;
                    screen.key(if back { KeyCode::Backspace } else { KeyCode::Char(last) });
                    screen.draw();
                });
            });
            screen.key(KeyCode::Esc);
        }
    }
    for (key, what) in [('o', "the next order"), ('O', "the next groups"), ('\t', "the next view")] {
        let code = if key == '\t' { KeyCode::Tab } else { KeyCode::Char(key) };
        criterion.bench_function(&format!("{what}, and its frame"), |bencher| {
            bencher.iter(|| {
                screen.key(code);
                screen.draw();
            });
        });
    }
    screen.key(KeyCode::Char('i'));
    criterion.bench_function("what an incident shares", |bencher| {
        bencher.iter(|| {
            screen.key(KeyCode::Char('='));
            screen.key(KeyCode::Esc);
        });
    });
}

fn refreshes(criterion: &mut Criterion) {
    let written = AtomicUsize::new(0);
    let mut screen = Screen::new(snapshot(rows(COUNT)), &written);
    let mut severe = 0;
    let mut some = move |count: usize| -> Vec<IncidentRow> {
        severe += 1;
        (0..count).map(|at| with_start(row(at * (COUNT / count)), NOON_S + severe)).collect()
    };
    criterion.bench_function("a refresh that changes 100", |bencher| {
        bencher.iter_batched(|| some(100), |rows| screen.event(changed(rows)), BatchSize::PerIteration);
    });
    criterion.bench_function("a refresh that changes 100,000", |bencher| {
        bencher.iter_batched(|| some(COUNT), |rows| screen.event(changed(rows)), BatchSize::PerIteration);
    });
}

fn start(criterion: &mut Criterion) {
    let written = AtomicUsize::new(0);
    let first = rows(200);
    criterion.bench_function("from what the store knows to the first frame", |bencher| {
        bencher.iter_batched(
            || Snapshot { whole: false, open_total: 10_000, ..snapshot(first.clone()) },
            |snapshot| Screen::new(snapshot, &written).draw(),
            BatchSize::SmallInput,
        );
    });
    let all = rows(COUNT);
    criterion.bench_function("the rest of 100,000 behind it", |bencher| {
        bencher.iter_batched(
            || {
                let begun = Snapshot { whole: false, open_total: COUNT, ..snapshot(first.clone()) };
                (Screen::new(begun, &written), all.clone())
            },
            |(mut screen, rows)| {
                screen.event(Event::MoreRows(rows));
                screen
            },
            BatchSize::PerIteration,
        );
    });
    criterion.bench_function("what is known of 100,000", |bencher| bencher.iter(|| Known::from_rows(&all)));
}

fn log(criterion: &mut Criterion) {
    let written = AtomicUsize::new(0);
    let mut screen = Screen::new(snapshot(rows(100)), &written);
    let lines: Vec<Activity> = (1..=200)
        .rev()
        .map(|seq| Activity {
            seq,
            at_ms: NOON_S * 1_000,
            entry: Entry::Correction { run: format!("run-{seq}"), summary: format!("learned later: succeeded {seq}") },
        })
        .collect();
    criterion.bench_function("a page of the log and its frame", |bencher| {
        bencher.iter(|| {
            screen.key(KeyCode::Char('i'));
            screen.key(KeyCode::Char('l'));
            let ticket = screen.model.ticket;
            screen.event(Event::Log(LogPage { ticket, rows: lines.clone(), total: 200 }));
            screen.key(KeyCode::PageDown);
            screen.draw();
        });
    });
}

fn with_start(mut row: IncidentRow, start_time: i64) -> IncidentRow {
    row.start_time = start_time;
    row
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(2));
    targets = keys, finding, refreshes, start, log
}
criterion_main!(benches);

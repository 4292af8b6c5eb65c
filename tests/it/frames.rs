//! What a person sees: whole frames, at every size that works and some that do not.

use std::cell::Cell;
use std::rc::Rc;

use crate::support::model::{NOON_S, Screen, action, draw, incident, one_sent, row, run_line, snapshot, source};
use andon::app::effect::Effect;
use andon::app::event::{Event, Health, History, LogPage, SourceState};
use andon::app::state::incident_detail::Tab;
use andon::domain::action::{Action, Confirm, Header, Input, InputKind};
use andon::domain::activity::Entry;
use andon::domain::button::{ButtonFacts, LastRun};
use andon::domain::enrichment::{Enriched, Enrichment};
use andon::domain::finding::{Finding, Grade};
use andon::domain::incident::{IncidentKey, IncidentRow, Severity};
use andon::domain::operation::{Abilities, OperationKind};
use andon::domain::run::Outcome;
use andon::domain::stage::Stage;
use andon::domain::theme::Colours;
use andon::domain::timeline::{Full, Moment};
use andon::view::view;
use crossterm::event::KeyCode;
use ratatui::backend::CrosstermBackend;
use ratatui::layout::Rect;
use ratatui::{Terminal, TerminalOptions, Viewport};

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

/// A board whose source does everything itself.
fn handled(size: (u16, u16)) -> Screen {
    let mut screen = Screen::new(size);
    let mut abilities = Abilities::kept_here("prod").with(OperationKind::ALL);
    abilities.comment_max = Some(1_024);
    screen.event(Event::Source(SourceState { abilities, ..source() }));
    screen.keys("g");
    screen
}

#[test]
fn the_dialogs_for_handling_incidents() {
    for (name, keys) in [
        ("snooze", "zuntil 17:30"),
        ("comment", "cIt is the reindex again.\nI restart the node."),
        ("assign", "sgrace"),
        ("close", "x"),
        ("pending", "a"),
    ] {
        for size in [(120, 36), (80, 24)] {
            let mut screen = handled(size);
            for key in keys.chars() {
                screen.code(if key == '\n' { KeyCode::Enter } else { KeyCode::Char(key) });
            }
            insta::assert_snapshot!(format!("handle_{name}_{}x{}", size.0, size.1), screen.text());
        }
    }
}

#[test]
fn the_tabs_of_an_incident() {
    for size in [(120, 36), (80, 24)] {
        let mut screen = handled(size);
        screen.code(KeyCode::Enter);
        let moment = |at_s: i64, what: &str| Moment {
            at_ms: (NOON_S - at_s) * 1_000,
            what: what.to_owned(),
            ..Moment::default()
        };
        let timeline = vec![moment(90_000, "triggered as Critical"), moment(60, "assigned to Grace")];
        let full = Ok(Full { timeline, ..Full::default() });
        let history = History { full, notes: Vec::new(), activity: vec![run_line(5, "a", Some(Outcome::Succeeded))] };
        screen.event(Event::History { incident: IncidentKey::new("prod", "inc-0"), history: Box::new(history) });
        for tab in Tab::ALL {
            let name = format!("tab_{}_{}x{}", tab.as_str().to_lowercase(), size.0, size.1);
            insta::assert_snapshot!(name, screen.text());
            screen.code(KeyCode::Tab);
        }
        screen.keys("o");
        insta::assert_snapshot!(format!("handle_links_{}x{}", size.0, size.1), screen.text());
    }
}

#[test]
fn a_list_in_pages_says_how_far_it_is() {
    let mut screen = Screen::new((120, 36));
    screen.event(Event::Source(SourceState { loading: Some((3_200, Some(12_000))), ..source() }));
    assert!(screen.text().contains("● prod 3,200/12,000 ▰▱▱▱"), "{}", screen.text());
    screen.event(Event::Source(SourceState { loading: Some((700, None)), ..source() }));
    assert!(screen.text().contains("● prod 700…"), "{}", screen.text());
    let health = Health::Failing { reason: "it wants a key".to_owned(), retry_s: NOON_S + 90 };
    screen.event(Event::Source(SourceState { health, ..source() }));
    assert!(screen.text().contains("next try 16:01:30 · it wants a key"), "{}", screen.text());
}

#[test]
fn the_actions() {
    for size in SIZES {
        let mut screen = busy(size);
        screen.keys("m");
        insta::assert_snapshot!(format!("actions_{}x{}", size.0, size.1), screen.text());
    }
}

/// How the runs of each action went, as the store tells.
fn facts() -> Vec<ButtonFacts> {
    let facts = |id: &str, on: &str, outcome, median_ms| ButtonFacts {
        action_id: id.to_owned(),
        last: Some(LastRun {
            action_id: id.to_owned(),
            outcome,
            incident: IncidentKey::new("prod", on),
            num: "054D59".to_owned(),
            at_ms: NOON_S * 1_000 - 120_000,
            by: "grace".to_owned(),
        }),
        median_ms,
    };
    vec![
        facts("restart-server", "inc-0", Outcome::Succeeded, Some(142)),
        facts("enrich", "inc-2", Outcome::Unknown, Some(3_200)),
    ]
}

/// An action that asks for much, is dangerous, and goes a way that deserves a look.
fn demanding() -> Action {
    let mut asks = action("Roll back", 1, Confirm::Enter);
    let input = |name: &str, kind| Input { name: name.to_owned(), kind, ..Input::default() };
    asks.inputs = vec![
        Input {
            required: true,
            pattern: "v[0-9]+".to_owned(),
            help: "the version to go back to".to_owned(),
            ..input("version", InputKind::String)
        },
        Input { choices: ["eu", "us", "ap"].map(str::to_owned).into(), ..input("region", InputKind::Choice) },
        Input { default: Some(true.into()), ..input("drain", InputKind::Boolean) },
        Input { required: true, help: "of the deploy robot".to_owned(), ..input("token", InputKind::Secret) },
    ];
    asks.danger = true;
    asks.hold_ms = Some(5_000);
    asks.tls.verify = false;
    "http://proxy.example:3128".clone_into(&mut asks.proxy);
    asks.headers = vec![Header::new("Authorization", "Bearer ${secret:CI}")];
    asks
}

fn snap(name: &str, screen: &Screen) {
    let (columns, rows) = screen.model.size;
    insta::assert_snapshot!(format!("{name}_{columns}x{rows}"), screen.text());
}

#[test]
fn inputs_and_the_confirm_of_danger() {
    for size in SIZES {
        let mut screen = busy(size);
        screen.event(Event::Actions(vec![demanding(), action("Enrich", 2, Confirm::None)]));
        screen.keys("1");
        screen.keys("41");
        screen.code(KeyCode::Tab);
        screen.code(KeyCode::Right);
        snap("inputs", &screen);
        screen.code(KeyCode::BackTab);
        screen.code(KeyCode::Home);
        screen.keys("v");
        screen.code(KeyCode::Up);
        screen.code(KeyCode::Up);
        screen.keys("hunter2");
        let press = screen.code(KeyCode::Enter);
        screen.fill(&press);
        snap("danger", &screen);
    }
}

#[test]
fn many_are_marked_and_confirmed_by_their_count() {
    for size in SIZES {
        let mut start = snapshot();
        let mut other = incident(3, Severity::Critical, "queue lag");
        "prod/pay".clone_into(&mut other.channel_key);
        start.rows[3] = IncidentRow::pack(&other);
        let mut screen = Screen::with(start, size);
        screen.event(Event::Actions(vec![action("Restart server", 1, Confirm::Enter)]));
        screen.keys(" jjjV");
        snap("marked", &screen);
        screen.keys("g");
        let press = screen.keys("1");
        screen.fill(&press);
        snap("many", &screen);
        screen.keys("3");
        let sent = screen.code(KeyCode::Enter);
        let [Effect::Run(presses)] = sent.as_slice() else { panic!("{sent:?}") };
        let (id, group) = (presses[0].run_id.clone(), presses[0].group.clone());
        let mut line = run_line(9, &id, Some(Outcome::Failed));
        if let Entry::Run(run) = &mut line.entry {
            run.group = group;
        }
        screen.event(Event::Ended { activity: Box::new(line), not_recorded: None });
        screen.wait(4_000);
        snap("group", &screen);
    }
}

#[test]
fn runs_on_their_way_say_how_far_they_are() {
    for size in SIZES {
        let mut screen = Screen::new(size);
        screen.event(Event::Buttons(facts()));
        let ids = ["a", "b", "c", "d"];
        let lines = ids.iter().zip(1..).map(|(id, seq)| run_line(seq, id, None)).collect();
        screen.event(Event::Activity(lines));
        let job = |fraction, words: &str| Stage::Job { fraction, words: words.to_owned() };
        let press = screen.keys("2");
        let sent = screen.fill(&press);
        let held = one_sent(&sent);
        for (run, stage) in [
            ("a".to_owned(), Stage::Line("pulling image 3 of 7".to_owned())),
            ("b".to_owned(), job(Some(0.4), "migrating")),
            ("c".to_owned(), job(None, "queued")),
            ("d".to_owned(), Stage::Trying("try 2 in 800 ms".to_owned())),
            (held.run_id.clone(), Stage::Held { left_ms: 5_000 }),
        ] {
            screen.event(Event::Progress { run, stage });
        }
        screen.wait(2_000);
        snap("stages", &screen);
        screen.keys("C");
        snap("cancel", &screen);
    }
}

#[test]
fn buttons_say_how_they_went_and_why_they_cannot_be_pressed() {
    for size in SIZES {
        let mut screen = Screen::new(size);
        let mut all = vec![action("Restart server", 1, Confirm::Enter), action("Enrich", 2, Confirm::None)];
        let mut off = demanding();
        off.slots.insert(andon::domain::channel::ChannelKey::new("prod", "lim_test"), 3);
        off.enabled = false;
        all.push(off);
        screen.event(Event::Actions(all));
        screen.event(Event::Buttons(facts()));
        screen.event(Event::Activity(vec![run_line(1, "a", Some(Outcome::Succeeded))]));
        screen.wait(1_000);
        let added = Enriched {
            id: 1,
            incident: IncidentKey::new("prod", "inc-0"),
            run_id: "a".to_owned(),
            action: "Enrich".to_owned(),
            at_ms: NOON_S * 1_000,
            added: Enrichment {
                labels: vec![("owner".to_owned(), "ada".to_owned())],
                links: vec![("Graph".to_owned(), "https://g.example/d/1?from=now".to_owned())],
                note: "last deploy 10 min before".to_owned(),
                ..Enrichment::default()
            },
        };
        screen.event(Event::Enriched { incident: IncidentKey::new("prod", "inc-0"), added: vec![added] });
        screen.code(KeyCode::Enter);
        screen.keys("3");
        snap("buttons", &screen);
    }
}

#[test]
fn a_check_and_running_again() {
    for size in SIZES {
        let mut screen = Screen::new(size);
        screen.keys("mjK");
        let finding = |subject: &str, grade, message: &str| Finding {
            subject: subject.to_owned(),
            grade,
            message: message.to_owned(),
        };
        let findings = vec![
            finding("name", Grade::Fine, "ci.example is 10.0.0.7"),
            finding("TLS", Grade::Warning, "the certificate ends in 6 days; renew it"),
            finding("secrets", Grade::Fault, "${secret:CI} is not defined under [secrets] in your configuration"),
        ];
        screen.event(Event::Checked { action: "restart-server".to_owned(), findings });
        snap("check", &screen);
        screen.code(KeyCode::Esc);
        screen.model.settings.read_only = true;
        screen.model.settings.restricted = true;
        screen.keys("l");
        let ticket = screen.model.ticket;
        let rows = vec![run_line(2, "a", Some(Outcome::Unknown)), run_line(1, "b", Some(Outcome::Succeeded))];
        screen.event(Event::Log(LogPage { ticket, rows, total: 2 }));
        screen.keys("r");
        snap("again", &screen);
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
        assert_eq!(andon::domain::width::width(line), usize::from(screen.model.size.0), "{line}");
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

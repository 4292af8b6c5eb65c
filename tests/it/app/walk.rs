//! Random keys and events: never a panic, never a selection out of range, one row in flight for each unfinished run.

use std::cmp::Ordering;

use andon::app::effect::Effect;
use andon::app::event::Event;
use andon::app::incidents::ListRow;
use andon::app::modes::question::Question;
use andon::app::modes::{Mode, Modes};
use andon::app::wakes_at;
use andon::domain::incident::Severity;
use andon::domain::run::Outcome;
use andon::domain::saved_view::Group;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;

use crate::support::model::{Screen, draw, row, run_line};

#[derive(Clone, Debug)]
enum Step {
    Key(KeyCode, KeyModifiers),
    Paste(String),
    Resize(u16, u16),
    Wait(u64),
    New(i64, u8),
    Gone(i64),
    Began(u8),
    Ended(u8, bool),
    Fill,
}

fn step() -> impl Strategy<Value = Step> {
    let keys = "jkgG.,!/123neDdyYimlpqtrRusCK*~V-L?05 4D7xazcoOA=:\"h队\u{1b}".chars().collect::<Vec<_>>();
    let special = vec![
        KeyCode::Enter,
        KeyCode::Esc,
        KeyCode::Tab,
        KeyCode::BackTab,
        KeyCode::Up,
        KeyCode::Down,
        KeyCode::PageDown,
        KeyCode::PageUp,
        KeyCode::Backspace,
        KeyCode::Home,
        KeyCode::F(1),
    ];
    let letter = prop::sample::select(keys).prop_map(|key| Step::Key(KeyCode::Char(key), KeyModifiers::NONE));
    let control = prop::sample::select(vec!['c', 'z', 'r', 's', 'l', 'f', 'n', 'p'])
        .prop_map(|key| Step::Key(KeyCode::Char(key), KeyModifiers::CONTROL));
    prop_oneof![
        8 => letter,
        4 => prop::sample::select(special).prop_map(|code| Step::Key(code, KeyModifiers::NONE)),
        1 => control,
        1 => ".{0,6}".prop_map(Step::Paste),
        1 => (0..500_u16, 0..200_u16).prop_map(|(columns, rows)| Step::Resize(columns, rows)),
        2 => Just(Step::Resize(100, 30)),
        2 => (0..9_000_u64).prop_map(Step::Wait),
        3 => (0..30_i64, 0..3_u8).prop_map(|(number, severity)| Step::New(number, severity)),
        3 => (0..30_i64).prop_map(Step::Gone),
        2 => (0..6_u8).prop_map(Step::Began),
        2 => (0..6_u8, any::<bool>()).prop_map(|(run, good)| Step::Ended(run, good)),
        3 => Just(Step::Fill),
    ]
}

struct Walk {
    screen: Screen,
    waiting: Vec<Effect>,
    unfinished: std::collections::BTreeSet<String>,
    done: std::collections::BTreeSet<String>,
}

impl Walk {
    fn take(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            let presses = match &effect {
                Effect::Run(presses) => presses.as_slice(),
                _ => &[],
            };
            for prepared in presses {
                assert!(self.unfinished.insert(prepared.run_id.clone()), "one Enter is one run");
            }
            if matches!(effect, Effect::Prepare { .. } | Effect::PrepareAgain { .. }) {
                self.waiting.push(effect);
            }
        }
    }

    fn go(&mut self, step: Step) {
        let severity = [Severity::Critical, Severity::Warning, Severity::Info];
        let effects = match step {
            Step::Key(code, modifiers) => {
                let before = self.screen.model.modes.clone();
                let effects = self.screen.event(Event::Key(KeyEvent::new(code, modifiers)));
                self.only_the_top(&before, code);
                effects
            }
            Step::Paste(text) => {
                let effects = self.screen.event(Event::Paste(text));
                assert!(
                    effects.iter().all(|effect| matches!(effect, Effect::LoadLog { .. })),
                    "a paste presses nothing"
                );
                effects
            }
            Step::Resize(columns, rows) => self.screen.event(Event::Resized(columns, rows)),
            Step::Wait(ms) => {
                let before = (self.screen.selected(), self.screen.model.board.screen_row());
                self.screen.wait(ms);
                self.still(&before);
                Vec::new()
            }
            Step::New(number, at) => {
                let before = (self.screen.selected(), self.screen.model.board.screen_row());
                self.screen.changed(vec![row(number, severity[usize::from(at)], "came")], &[]);
                self.still(&before);
                Vec::new()
            }
            Step::Gone(number) => {
                let before = (self.screen.selected(), self.screen.model.board.screen_row());
                self.screen.changed(Vec::new(), &[&format!("inc-{number}")]);
                self.still(&before);
                Vec::new()
            }
            Step::Began(run) => {
                let id = format!("other-{run}");
                if !self.done.contains(&id) {
                    self.unfinished.insert(id.clone());
                }
                self.screen.event(Event::Activity(vec![run_line(i64::from(run) + 1, &id, None)]))
            }
            Step::Ended(run, good) => {
                let id = format!("other-{run}");
                self.unfinished.remove(&id);
                self.done.insert(id.clone());
                let outcome = if good { Outcome::Succeeded } else { Outcome::Unknown };
                let line = Box::new(run_line(i64::from(run) + 1, &id, Some(outcome)));
                self.screen.event(Event::Ended { activity: line, not_recorded: None })
            }
            Step::Fill => match self.waiting.pop() {
                Some(effect) => self.screen.fill(&[effect]),
                None => Vec::new(),
            },
        };
        self.take(effects);
    }

    /// A key changes the layer on top, and opens and closes layers there; all below stay as they were.
    fn only_the_top(&self, before: &Modes, code: KeyCode) {
        let layers = |modes: &Modes| modes.iter().cloned().collect::<Vec<_>>();
        let (mut old, mut new) = (layers(before), layers(&self.screen.model.modes));
        old.reverse();
        new.reverse();
        let same = match old.len().cmp(&new.len()) {
            Ordering::Equal => old.len() - 1,
            Ordering::Less | Ordering::Greater => old.len().min(new.len()),
        };
        assert_eq!(old[..same], new[..same], "{code:?}");
        let asks = matches!(new.last(), Some(Mode::Question(Question::LeaveForm)));
        let picks = matches!(old.last(), Some(Mode::Form(form)) if form.picker().is_some());
        if code == KeyCode::Esc && old.len() > 1 && !asks && !picks {
            assert_eq!(new.len(), old.len() - 1, "one step back from {:?}", old.last());
        }
    }

    /// Step by step back to the list.
    fn leave_all(&mut self) {
        // Where nothing can be shown no question is answered.
        self.go(Step::Resize(100, 30));
        for _ in 0..20 {
            self.go(Step::Key(KeyCode::Esc, KeyModifiers::NONE));
            if matches!(self.screen.model.modes.top(), Mode::Question(Question::LeaveForm)) {
                self.go(Step::Key(KeyCode::Char('y'), KeyModifiers::NONE));
            }
        }
        assert_eq!(self.screen.model.modes.depth(), 1, "{}", self.screen.text());
    }

    /// After the first key nothing but a key moves the selection or its row.
    fn still(&self, before: &(String, usize)) {
        if !before.0.is_empty() {
            assert_eq!(*before, (self.screen.selected(), self.screen.model.board.screen_row()));
        }
    }

    fn check(&self) {
        let model = &self.screen.model;
        if let Some(at) = model.board.at() {
            assert!(at < model.board.lines() && at >= model.board.offset());
            assert_eq!(
                model.board.entry(at).map(|entry| &entry.row.key),
                model.board.selected().map(|entry| &entry.row.key)
            );
            let opened = model.board.opened().map(|incident| incident.num.as_str()).unwrap_or_default();
            assert_eq!(opened, self.screen.selected());
            assert_eq!(model.board.selected().is_none(), model.board.on_group().is_some());
            assert!(model.board.position().is_none_or(|place| (1..=model.board.len()).contains(&place)));
        }
        let headers = model.board.window().filter(|(_, row)| matches!(row, ListRow::Group(_))).count();
        assert!(headers == 0 || *model.board.group() != Group::None);
        let mut rows: Vec<String> = model.recent.unended().map(str::to_owned).collect();
        rows.sort();
        assert_eq!(rows, self.unfinished.iter().cloned().collect::<Vec<_>>());
        assert!(wakes_at(model).is_some_and(|at| at > model.now.mono_ms));
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 64,
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct("tests/regressions.txt"))),
        ..ProptestConfig::default()
    })]

    #[test]
    fn no_walk_breaks_the_screen(steps in prop::collection::vec(step(), 1..150)) {
        let mut walk = Walk {
            screen: Screen::new((100, 30)),
            waiting: Vec::new(),
            unfinished: std::collections::BTreeSet::default(),
            done: std::collections::BTreeSet::default(),
        };
        walk.screen.keys("j");
        for step in steps {
            walk.go(step);
            walk.check();
        }
        let size = walk.screen.model.size;
        draw(&walk.screen.model, size);
        walk.leave_all();
        draw(&walk.screen.model, (0, 0));
    }

    #[test]
    fn any_size_draws(columns in 0..500_u16, rows in 0..200_u16, keys in "[jG1/?mlOo=h]{0,4}") {
        let mut screen = Screen::new((columns, rows));
        let press = screen.keys("j1");
        if !press.is_empty() {
            screen.fill(&press);
        }
        draw(&screen.model, (columns, rows));
        screen.code(KeyCode::Esc);
        screen.keys(&keys);
        draw(&screen.model, (columns, rows));
    }
}

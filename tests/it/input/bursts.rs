//! The input stage and the screen together: no burst of keys does anything to the world or answers a question.

use andon::app::command::Command;
use andon::app::effect::Effect;
use andon::app::event::{Event, LogPage};
use andon::app::input_rules::InputRules;
use andon::app::keymap::{Context, KeyClass};
use andon::app::keys::Keys;
use andon::app::modes::Mode;
use andon::domain::action::{Confirm, Input as Asked};
use andon::domain::operation::{Abilities, OperationKind};
use andon::domain::run::Outcome;
use andon::runtime::input::{Gate, Input};
use crossterm::event::{KeyCode, KeyEvent};

use super::table::{all_keys, other_keys};
use crate::support::model::{Screen, action, actions, run_line, source};

/// How long a frame takes to be written.
const FRAME: u64 = 3;

/// The screen behind its input stage, with its own clock.
struct Desk {
    screen: Screen,
    gate: Gate,
    now: u64,
    frames: Vec<u64>,
    effects: Vec<Effect>,
}

impl Desk {
    fn new(screen: Screen) -> Self {
        let mut desk = Self { screen, gate: Gate::new(50), now: 20_000, frames: Vec::new(), effects: Vec::new() };
        desk.look();
        desk.pass(30_000);
        desk
    }

    /// What the loop does after each event: tells the gate of the dialog, and draws.
    fn look(&mut self) {
        self.gate.dialog(self.screen.model.modes.top().id());
        self.gate.frame_drawn();
        self.frames.push(self.now + FRAME);
    }

    fn pass(&mut self, until: u64) {
        loop {
            let frame = self.frames.first().copied();
            let next = [frame, self.gate.deadline()].into_iter().flatten().min();
            let Some(next) = next.filter(|next| *next <= until) else { break };
            self.now = self.now.max(next);
            if frame == Some(next) {
                self.frames.remove(0);
                self.gate.frame_written(next);
            } else {
                let input = self.gate.poll(next, &self.screen.model.input_rules());
                self.input(input);
            }
        }
        self.now = until;
    }

    fn key(&mut self, key: KeyEvent, at: u64) {
        self.pass(at);
        let input = self.gate.feed(key, at, &self.screen.model.input_rules());
        self.input(input);
    }

    fn input(&mut self, input: Option<Input>) {
        let event = match input {
            Some(Input::Key(key)) => Event::Key(key),
            Some(Input::Paste(text)) => Event::Paste(text),
            Some(Input::Background(_) | Input::Focus(_)) | None => return,
        };
        self.screen.now.mono_ms = self.now;
        let mut effects = self.screen.event(event);
        // What has to be filled is filled at once, so that a press without a confirm is sent.
        while let Some(at) =
            effects.iter().position(|effect| matches!(effect, Effect::Prepare { .. } | Effect::PrepareAgain { .. }))
        {
            let filled = effects.remove(at);
            effects.extend(self.screen.fill(&[filled]));
        }
        self.effects.append(&mut effects);
        self.look();
    }
}

/// Whether an effect changes something outside, starts a program, or leaves.
fn acts(effect: &Effect) -> bool {
    match effect {
        Effect::Run(_)
        | Effect::Cancel { .. }
        | Effect::Check(_)
        | Effect::Operate { .. }
        | Effect::EditText { .. }
        | Effect::OpenLink { .. }
        | Effect::RemoveEnriched { .. }
        | Effect::Save(_)
        | Effect::Remove { .. }
        | Effect::NoteShown { .. }
        | Effect::Suspend
        | Effect::Quit => true,
        Effect::Prepare { .. }
        | Effect::PrepareAgain { .. }
        | Effect::Preview { .. }
        | Effect::LoadButtons
        | Effect::LoadEnriched { .. }
        | Effect::LoadHistory { .. }
        | Effect::SaveDraft { .. }
        | Effect::LoadLog { .. }
        | Effect::LoadRun { .. }
        | Effect::Refresh
        | Effect::Copy { .. }
        | Effect::Notify { .. }
        | Effect::Title(_)
        | Effect::Redraw => false,
    }
}

fn board() -> Screen {
    let mut screen = Screen::new((120, 36));
    let kinds = [
        OperationKind::Acknowledge,
        OperationKind::Unacknowledge,
        OperationKind::Close,
        OperationKind::Reopen,
        OperationKind::Snooze,
        OperationKind::Comment,
        OperationKind::Assign,
    ];
    screen.event(Event::Source(andon::app::event::SourceState {
        abilities: Abilities::kept_here("prod").with(&kinds),
        ..source()
    }));
    screen
}

fn asking(confirm: Confirm) -> Screen {
    let mut screen = board();
    let mut asks = action("Roll back", 1, confirm);
    asks.inputs = vec![Asked { name: "version".to_owned(), ..Asked::default() }];
    screen.event(Event::Actions(vec![asks]));
    screen.keys("1");
    screen
}

fn with_action(confirm: Confirm) -> Screen {
    let mut screen = board();
    let mut all = actions();
    all[0].confirm = confirm;
    screen.event(Event::Actions(all));
    let press = screen.keys("1");
    screen.fill(&press);
    screen
}

fn log() -> Screen {
    let mut screen = board();
    screen.keys("l");
    let ticket = screen.model.ticket;
    let rows = vec![run_line(1, "first", Some(Outcome::Succeeded))];
    screen.event(Event::Log(LogPage { ticket, rows, total: 1 }));
    screen
}

fn after(mut screen: Screen, keys: &str) -> Screen {
    for key in keys.chars() {
        screen.code(match key {
            '\r' => KeyCode::Enter,
            '\t' => KeyCode::Tab,
            key => KeyCode::Char(key),
        });
    }
    screen
}

/// Every place and dialog, by name.
fn places() -> Vec<(&'static str, Screen)> {
    let mut running = board();
    running.event(Event::Activity(vec![run_line(1, "first", None)]));
    let mut form = after(board(), "nRestart");
    for _ in 0..40 {
        if matches!(form.model.modes.top(), Mode::Form(open) if open.on_button()) {
            break;
        }
        form.code(KeyCode::Tab);
    }
    assert!(matches!(form.model.modes.top(), Mode::Form(open) if open.on_button()));
    vec![
        ("board", board()),
        ("marked", after(board(), " j j ")),
        ("detail", after(board(), "\r")),
        ("actions", after(board(), "m")),
        ("log", log()),
        ("line of the log", after(log(), "\r")),
        ("again", after(log(), "r")),
        ("filter", after(board(), "/")),
        ("help", after(board(), "?")),
        ("palette", after(board(), ":")),
        ("shared", after(board(), "=")),
        ("pick a button", after(board(), "e")),
        ("confirm", with_action(Confirm::Enter)),
        ("confirm that wants text", with_action(Confirm::Type)),
        ("asking", asking(Confirm::Enter)),
        ("asking, on the button", after(asking(Confirm::Enter), "4\t")),
        ("asking, and it sends", asking(Confirm::None)),
        ("asking, and it sends, on the button", after(asking(Confirm::None), "4\t")),
        ("form", after(board(), "nRestart")),
        ("form, on a button", form),
        ("close?", after(board(), "x")),
        ("take back?", after(board(), "A")),
        ("delete?", after(board(), "mjd")),
        ("cancel?", after(running, "C")),
        ("close several", after(board(), " j x3")),
        ("snooze", after(board(), "z")),
        ("assign", after(board(), "sada")),
        ("comment", after(board(), "cseen")),
        ("comment, on the button", after(board(), "cseen\t")),
        ("pick a link", after(board(), "\ro")),
        ("findings", after(board(), "mjK")),
    ]
}

/// One key of everything that means something there, and one that means nothing.
fn bound(rules: &InputRules<'_>, keys: &Keys) -> Vec<KeyEvent> {
    let (context, mut rows) = (rules.focus().context, Vec::new());
    let mut out = vec![KeyCode::F(9).into()];
    for key in all_keys() {
        if let Some(row) = keys.find(context, key)
            && !rows.contains(&row.names)
        {
            rows.push(row.names.clone());
            out.push(key);
        }
    }
    out
}

fn is_acting(rules: &InputRules<'_>, key: KeyEvent) -> bool {
    matches!(rules.class(key), KeyClass::Alone | KeyClass::Acts | KeyClass::ActsOnButton)
}

#[test]
fn no_burst_acts_or_answers_a_question() {
    for keys in [Keys::default(), other_keys()] {
        for (name, mut screen) in places() {
            let plain = ["board", "marked", "detail", "actions", "log", "filter", "help", "shared"].contains(&name);
            assert_eq!(screen.model.modes.top().id().is_none(), plain, "{name} is not what it says");
            screen.model.settings.keys = keys.clone();
            let rules = screen.model.input_rules();
            let first = bound(&rules, &keys);
            let acting = first.iter().copied().filter(|key| is_acting(&rules, *key));
            let yes = [KeyCode::Enter, KeyCode::Char('y')].map(KeyEvent::from);
            let second: Vec<KeyEvent> = acting.chain(yes).collect();
            for (row, one) in first.iter().enumerate() {
                for (column, two) in second.iter().enumerate() {
                    for (more, three) in [None, Some(yes[0])].into_iter().enumerate() {
                        let burst: Vec<KeyEvent> = [*one, *two].into_iter().chain(three).collect();
                        // The pure machine is tried with every gap; here they take turns.
                        check(name, &screen, &burst, [0, 5, 30][(row + column + more) % 3]);
                    }
                }
            }
        }
    }
}

fn check(name: &str, screen: &Screen, burst: &[KeyEvent], gap: u64) {
    let copy = Screen { model: screen.model.clone(), now: screen.now };
    let mut desk = Desk::new(copy);
    let begin = desk.now + 1_000;
    // Where 15 ms of silence follow, the first of a burst looks like a person's: there something comes before it.
    if gap >= 15 {
        desk.key(KeyCode::Null.into(), begin - gap);
    }
    for (at, key) in burst.iter().enumerate() {
        desk.key(*key, begin + at as u64 * gap);
    }
    desk.pass(begin + 5_000);
    let done: Vec<&Effect> = desk.effects.iter().filter(|effect| acts(effect)).collect();
    assert!(done.is_empty(), "{name}: {burst:?}, {gap} ms apart: {done:?}");
    let asks = matches!(screen.model.modes.top(), Mode::Question(_) | Mode::Confirm(_) | Mode::Resend(_));
    let says_no = |key: &KeyEvent| {
        let keys = &screen.model.settings.keys;
        // Tab leads out of a confirm's field, and there `n` is no.
        [screen.model.context(), Context::Confirm].iter().any(|at| keys.resolve(*at, *key) == Some(Command::Back))
    };
    if asks && !burst.iter().any(says_no) {
        let (before, after) = (screen.model.modes.top().id(), desk.screen.model.modes.top().id());
        assert_eq!(before, after, "{name}: {burst:?}, {gap} ms apart answers the question");
    }
}

/// The same keys do act where a person presses them: else the test above would hold for a dead screen.
#[test]
fn a_person_at_the_same_desk_is_heard() {
    let press = |screen: Screen, keys: &[KeyCode]| {
        let mut desk = Desk::new(screen);
        for key in keys {
            let at = desk.now + 300;
            desk.key((*key).into(), at);
            desk.pass(at + 100);
        }
        desk.effects.iter().filter(|effect| acts(effect)).count()
    };
    let (enter, yes) = (KeyCode::Enter, KeyCode::Char('y'));
    assert_eq!(press(board(), &[KeyCode::Char('x'), enter]), 0, "the dialog says another key");
    assert_eq!(press(board(), &[KeyCode::Char('x'), yes]), 1);
    assert_eq!(press(board(), &[KeyCode::Char('a')]), 1);
    assert_eq!(press(board(), &[KeyCode::Char('1'), enter]), 1);
    assert_eq!(press(board(), &[KeyCode::Char('2')]), 1);
    assert_eq!(press(board(), &[KeyCode::Char('m'), KeyCode::Char('j'), KeyCode::Char('d'), yes]), 1);
    assert_eq!(press(board(), &[KeyCode::Char('z'), enter]), 1);
    assert_eq!(press(after(board(), "cseen\t"), &[enter]), 1);
    assert_eq!(press(after(asking(Confirm::None), "4\t"), &[enter]), 1);
    assert_eq!(press(board(), &[KeyCode::Char('q')]), 1);
}

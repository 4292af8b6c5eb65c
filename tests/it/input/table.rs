//! Every key that acts, taken from the key table itself: alone it works, in company it does nothing.

use std::collections::BTreeMap;

use andon::app::command::{AnswerCommand, Command};
use andon::app::input_rules::{Focus, InputRules};
use andon::app::keymap::{BINDINGS, Context, KeyClass};
use andon::app::keys::Keys;
use andon::runtime::input::{Gate, Input};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// Every key that a terminal has.
pub(crate) fn all_keys() -> Vec<KeyEvent> {
    let shift = |ch: char| if ch.is_uppercase() { KeyModifiers::SHIFT } else { KeyModifiers::NONE };
    let letters = (' '..='~').map(|ch| KeyEvent::new(KeyCode::Char(ch), shift(ch)));
    let control = ('a'..='z').map(|ch| KeyEvent::new(KeyCode::Char(ch), KeyModifiers::CONTROL));
    let others = [
        KeyCode::Enter,
        KeyCode::Esc,
        KeyCode::Tab,
        KeyCode::BackTab,
        KeyCode::Backspace,
        KeyCode::Delete,
        KeyCode::Up,
        KeyCode::Down,
        KeyCode::Left,
        KeyCode::Right,
        KeyCode::Home,
        KeyCode::End,
        KeyCode::PageUp,
        KeyCode::PageDown,
    ];
    let functions = (1..=12).map(KeyCode::F);
    letters.chain(control).chain(others.into_iter().chain(functions).map(KeyEvent::from)).collect()
}

/// The keys as somebody else has them.
pub(crate) fn other_keys() -> Keys {
    let changes = [
        ("acknowledge", "w"),
        ("close-incident", "h"),
        ("take-back", "b"),
        ("mark", "v"),
        ("mark-range", "W"),
        ("mark-all", "E"),
        ("mark-invert", "f"),
        ("quit", "Ctrl+q"),
        ("suspend", "Ctrl+y"),
        ("delete-action", "X"),
        ("test-action", "T"),
        ("check-action", "H"),
        ("cancel-run", "U"),
        ("yes-all", "w"),
        ("same-press", "x"),
        ("new-press", "p"),
        ("save", "Ctrl+w"),
        ("down", "J"),
        ("up", "N"),
        ("open", "F5"),
    ];
    let changes: BTreeMap<_, _> = changes.map(|(name, key)| (name.to_owned(), vec![key.to_owned()])).into();
    Keys::with(&changes).unwrap()
}

fn contexts() -> Vec<Context> {
    let mut all: Vec<Context> = Vec::new();
    for context in BINDINGS.iter().flat_map(|binding| binding.contexts) {
        if !all.contains(context) {
            all.push(*context);
        }
    }
    all
}

fn run(rules: &InputRules<'_>, keys: &[(KeyEvent, u64)]) -> Vec<KeyEvent> {
    let mut gate = Gate::new(50);
    let mut out = Vec::new();
    let mut pass = |gate: &mut Gate, until: u64, input: Option<Input>| {
        out.extend(input);
        while let Some(deadline) = gate.deadline().filter(|deadline| *deadline <= until) {
            out.extend(gate.poll(deadline, rules));
        }
    };
    for (key, at) in keys {
        pass(&mut gate, *at, None);
        let input = gate.feed(*key, *at, rules);
        pass(&mut gate, *at, input);
    }
    pass(&mut gate, u64::MAX, None);
    let key = |input| if let Input::Key(key) = input { Some(key) } else { None };
    out.into_iter().filter_map(key).collect()
}

/// Everywhere where keys go, and which keys mean something there.
fn everywhere(keys: &Keys) -> Vec<(InputRules<'_>, Vec<KeyEvent>)> {
    let mut all = Vec::new();
    for context in contexts() {
        let has_button =
            BINDINGS.iter().any(|row| row.contexts.contains(&context) && row.class == KeyClass::ActsOnButton);
        for on_button in [false, true].into_iter().take(1 + usize::from(has_button)) {
            let means =
                |key: &KeyEvent| keys.find(context, *key).is_some() || on_button && key.code == KeyCode::Char(' ');
            let rules = InputRules::new(keys, Focus { context, on_button });
            all.push((rules, all_keys().into_iter().filter(means).collect()));
        }
    }
    all
}

fn must_be_alone(rules: &InputRules<'_>, key: KeyEvent) -> bool {
    match rules.class(key) {
        KeyClass::Alone | KeyClass::Acts | KeyClass::ActsOnButton => true,
        KeyClass::AtOnce | KeyClass::Repeats => false,
    }
}

#[test]
fn a_question_is_answered_by_the_key_that_it_shows_alone() {
    let keys = Keys::default();
    let yes = Some(Command::Answer(AnswerCommand::Yes));
    let answers =
        [(Context::Question, KeyCode::Char('y'), KeyCode::Enter), (Context::Stop, KeyCode::Enter, KeyCode::Char('y'))];
    for (context, shown, other) in answers {
        assert_eq!(keys.hint(context, "<yes>"), if shown == KeyCode::Enter { "Enter" } else { "y" });
        let rules = InputRules::new(&keys, Focus { context, on_button: false });
        assert_eq!((keys.resolve(context, shown.into()), rules.class(shown.into())), (yes, KeyClass::Acts));
        assert_eq!(keys.resolve(context, other.into()), None, "{context:?}");
        // With another key, or held down, it answers nothing or once.
        assert_eq!(run(&rules, &[(shown.into(), 1_000), (KeyCode::Down.into(), 1_010)]), [KeyCode::Down.into()]);
        let held: Vec<_> = (0..8).map(|at| (shown.into(), 1_000 + at * 100)).collect();
        assert_eq!(run(&rules, &held), [shown.into()]);
    }
}

#[test]
fn what_acts_works_alone_and_never_in_a_burst() {
    let company = [KeyCode::Enter, KeyCode::Char('y'), KeyCode::Char('h')].map(KeyEvent::from);
    for keys in [Keys::default(), other_keys()] {
        for (rules, means) in everywhere(&keys) {
            // What Esc begins may be a sequence: it waits for longer than any other key.
            for key in means.into_iter().filter(|key| must_be_alone(&rules, *key) && key.code != KeyCode::Esc) {
                assert_eq!(run(&rules, &[(key, 1_000)]), [key], "alone, {:?}", rules.focus());
                for gap in [0, 5, 14, 30, 39] {
                    for other in company {
                        for burst in [[key, other, other], [other, key, other], [other, other, key], [key, key, other]]
                        {
                            check(&rules, &burst, gap);
                            check(&rules, &burst[..2], gap);
                        }
                    }
                }
            }
        }
    }
}

/// Nothing of a burst acts, but its first key where nothing came for 15 ms after it.
fn check(rules: &InputRules<'_>, burst: &[KeyEvent], gap: u64) {
    let keys: Vec<_> = (1_000..).step_by(usize::try_from(gap.max(1)).unwrap()).zip(burst).collect();
    let keys: Vec<_> = keys.iter().map(|(at, key)| (**key, if gap == 0 { 1_000 } else { *at })).collect();
    let acting = run(rules, &keys).into_iter().filter(|key| must_be_alone(rules, *key)).count();
    let may = usize::from(gap >= 15 && must_be_alone(rules, burst[0]));
    assert!(acting <= may, "{burst:?}, {gap} ms apart, {:?}", rules.focus());
}

#[test]
fn what_acts_is_not_repeated_by_holding_its_key() {
    let keys = Keys::default();
    for (rules, means) in everywhere(&keys) {
        for key in means.into_iter().filter(|key| rules.class(*key) == KeyClass::Acts) {
            let repeats = (0..20).map(|n| 1_500 + n * 60);
            let held: Vec<_> = std::iter::once(1_000).chain(repeats).map(|at| (key, at)).collect();
            let out = run(&rules, &held).into_iter().filter(|key| rules.class(*key) == KeyClass::Acts).count();
            assert_eq!(out, 1, "{key:?}, {:?}", rules.focus());
        }
    }
}

/// Where a dialog asks, whatever says yes is a key that acts: a row that is added to such a place is thought about.
#[test]
fn every_dialog_has_a_key_that_acts() {
    use Context::{Comment, Confirm, ConfirmText, Count, Form, InputPrompt, Operation, Pick, Question, Resend};
    for context in [Resend, Question, InputPrompt, Comment, Confirm, ConfirmText, Count, Form, Operation, Pick] {
        let rows = BINDINGS.iter().filter(|row| row.contexts.contains(&context));
        let acting = rows.filter(|row| matches!(row.class, KeyClass::Acts | KeyClass::ActsOnButton));
        assert!(acting.count() > 0, "{context:?}");
    }
}

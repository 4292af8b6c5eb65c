//! What an action asks at the press: typed in a dialog, shown in the confirm, never sent by a key that was not alone.

use andon::app::effect::Effect;
use andon::app::event::Event;
use andon::app::keymap::{KeyClass, Typing};
use andon::app::modes::Mode;
use andon::domain::action::{Action, Confirm, Input, InputKind};
use crossterm::event::KeyCode;
use secrecy::ExposeSecret;

use crate::support::model::{Screen, action, one_sent};

const BIG: (u16, u16) = (120, 36);

fn input(name: &str, kind: InputKind) -> Input {
    Input { name: name.to_owned(), kind, ..Input::default() }
}

fn asking(confirm: Confirm) -> Action {
    let mut asks = action("Roll back", 1, confirm);
    asks.inputs = vec![
        Input { required: true, pattern: "v[0-9]+".to_owned(), ..input("version", InputKind::String) },
        Input { choices: ["eu", "us"].map(str::to_owned).into(), ..input("region", InputKind::Choice) },
        input("drain", InputKind::Boolean),
        Input { min: Some(1.0), ..input("count", InputKind::Number) },
        Input { required: true, ..input("token", InputKind::Secret) },
    ];
    asks
}

fn open(confirm: Confirm) -> Screen {
    let mut screen = Screen::new(BIG);
    screen.event(Event::Actions(vec![asking(confirm)]));
    assert!(screen.keys("1").is_empty(), "nothing is filled before it was asked");
    screen
}

/// Fills the fields; the last one has the keys.
fn answer(screen: &mut Screen) {
    screen.keys("v41");
    screen.code(KeyCode::Tab);
    screen.keys(" ");
    screen.code(KeyCode::Right);
    screen.code(KeyCode::Enter);
    screen.code(KeyCode::Left);
    screen.code(KeyCode::Down);
    screen.keys("12");
    screen.code(KeyCode::Tab);
    screen.event(Event::Paste("hunter2".to_owned()));
}

#[test]
fn answers_are_checked_beside_their_field_and_reach_the_request() {
    let mut screen = open(Confirm::Enter);
    assert_eq!(screen.model.input_rules().typing(), Typing::Text);
    screen.code(KeyCode::BackTab);
    assert!(screen.code(KeyCode::Enter).is_empty());
    assert!(screen.text().contains("a value is needed"), "{}", screen.text());
    screen.keys("41");
    screen.code(KeyCode::Tab);
    assert!(screen.text().contains("does not match the pattern v[0-9]+"));
    screen.code(KeyCode::BackTab);
    screen.code(KeyCode::Backspace);
    screen.code(KeyCode::Backspace);
    answer(&mut screen);
    assert!(!screen.text().contains("hunter2"), "{}", screen.text());
    assert!(!format!("{:?}", screen.model.modes).contains("hunter2"), "a secret is in no debug text");
    let press = screen.code(KeyCode::Enter);
    let [Effect::Prepare { inputs, test: false, .. }] = press.as_slice() else { panic!("{press:?}") };
    assert_eq!(
        serde_json::to_value(&inputs.plain).unwrap(),
        serde_json::json!({"version": "v41", "region": "us", "drain": false, "count": 12})
    );
    assert_eq!(inputs.secret["token"].expose_secret(), "hunter2");
    screen.fill(&press);
    let text = screen.text();
    assert!(text.contains("version  v41") && text.contains("token    ••••••") && !text.contains("hunter2"), "{text}");
    one_sent(&screen.code(KeyCode::Enter));
}

#[test]
fn where_no_confirm_follows_only_enter_on_the_button_sends_and_it_must_come_alone() {
    let mut screen = open(Confirm::None);
    answer(&mut screen);
    assert_eq!(screen.model.input_rules().typing(), Typing::Text);
    assert!(screen.code(KeyCode::Enter).is_empty());
    assert_eq!(screen.model.input_rules().class(KeyCode::Enter.into()), KeyClass::Acts);
    let press = screen.code(KeyCode::Enter);
    one_sent(&screen.fill(&press));
}

#[test]
fn leaving_the_dialog_sends_nothing_and_gives_the_place_back() {
    let mut screen = Screen::new((60, 15));
    screen.event(Event::Actions(vec![asking(Confirm::None)]));
    screen.code(KeyCode::Enter);
    screen.keys("1");
    assert!(screen.code(KeyCode::Esc).is_empty());
    assert!(matches!(screen.model.modes.top(), Mode::Detail(_)));
}

#[test]
fn an_action_that_changed_while_it_asked_says_so_before_anything_is_sent() {
    let mut screen = open(Confirm::None);
    answer(&mut screen);
    let mut edited = asking(Confirm::None);
    edited.endpoint = "https://elsewhere.example/".to_owned();
    edited.revision = 2;
    screen.event(Event::Actions(vec![edited]));
    screen.code(KeyCode::Enter);
    let press = screen.code(KeyCode::Enter);
    assert!(screen.fill(&press).is_empty());
    assert!(screen.text().contains("Changed since it was shown: the action's endpoint"), "{}", screen.text());
}

#[test]
fn a_press_that_is_refused_is_asked_nothing_and_goes_to_the_runner_for_its_row() {
    for (read_only, words) in [(true, "read-only"), (false, "switched off")] {
        let mut screen = Screen::new(BIG);
        screen.model.settings.read_only = read_only;
        let mut off = asking(Confirm::None);
        off.enabled = read_only;
        screen.event(Event::Actions(vec![off]));
        let press = screen.keys("1");
        assert!(screen.text().contains(words), "{}", screen.text());
        // Even if the runner knew better, it would be shown first.
        assert!(screen.fill(&press).is_empty());
        assert!(screen.text().contains("as it is now it will be refused"), "{}", screen.text());
    }
}

/// A screen that asks for a version, with a default.
fn with_default() -> Screen {
    let mut screen = Screen::new(BIG);
    let mut asks = action("Roll back", 1, Confirm::Enter);
    let help = "which release".to_owned();
    asks.inputs = vec![Input { default: Some("v41".into()), help, ..input("version", InputKind::String) }];
    screen.event(Event::Actions(vec![asks]));
    screen.keys("1");
    screen
}

/// What is sent for `version`.
fn version(screen: &mut Screen) -> String {
    let press = screen.code(KeyCode::Enter);
    let [Effect::Prepare { inputs, .. }] = press.as_slice() else { panic!("{press:?}") };
    inputs.plain["version"].as_str().unwrap().to_owned()
}

#[test]
fn a_default_is_marked_replaced_by_the_first_letter_and_kept_by_a_key_that_edits() {
    let mut screen = with_default();
    assert!(screen.text().contains("default, typing replaces it · which release"), "{}", screen.text());
    assert_eq!(version(&mut screen), "v41");

    let mut screen = with_default();
    screen.keys("v42");
    assert!(!screen.text().contains("default"), "{}", screen.text());
    assert_eq!(version(&mut screen), "v42");

    let mut screen = with_default();
    screen.event(Event::Paste("v43".to_owned()));
    assert_eq!(version(&mut screen), "v43");

    for edit in [KeyCode::End, KeyCode::Backspace, KeyCode::Left] {
        let mut screen = with_default();
        screen.code(edit);
        screen.keys("2");
        let edited = if edit == KeyCode::End {
            "v412"
        } else if edit == KeyCode::Left {
            "v421"
        } else {
            "v42"
        };
        assert_eq!(version(&mut screen), edited, "{edit:?}");
    }

    let mut screen = with_default();
    screen.keys("x");
    screen.ctrl('z');
    assert_eq!(version(&mut screen), "v41", "undo brings the default back");
}

//! Only a person presses, and what is sent is what was shown.

use andon::app::effect::Effect;
use andon::app::event::Event;
use andon::app::keymap::Typing;
use andon::app::modes::Mode;
use andon::domain::action::Confirm;
use andon::domain::incident::Severity;
use andon::domain::refusal::Refusal;
use andon::domain::run::Failure;
use crossterm::event::KeyCode;

use crate::support::model::{Screen, action, actions, one_sent, row};

const BIG: (u16, u16) = (120, 36);

fn typed(screen: &mut Screen) {
    screen.event(Event::Actions(vec![action("Restart server", 1, Confirm::Type)]));
}

#[test]
fn a_confirm_shows_what_will_be_sent_and_one_enter_sends_it_once() {
    let mut screen = Screen::new(BIG);
    let press = screen.keys("1");
    assert!(screen.fill(&press).is_empty());
    let text = screen.text();
    for shown in ["Restart server", "POST https://ci.example/restart", "054D57", "cpu.idle < 20%", "PROD", "Search"] {
        assert!(text.contains(shown), "{shown} in\n{text}");
    }
    let sent = screen.code(KeyCode::Enter);
    one_sent(&sent);
    assert!(screen.text().contains("sending") && screen.text().contains("1 running"));
    let again = screen.code(KeyCode::Enter);
    assert!(!again.iter().any(|effect| matches!(effect, Effect::Run(_))), "{again:?}");
}

#[test]
fn leaving_a_confirm_sends_nothing() {
    for leave in [KeyCode::Esc, KeyCode::Char('n')] {
        let mut screen = Screen::new(BIG);
        let press = screen.keys("1");
        screen.fill(&press);
        assert!(screen.code(leave).is_empty());
        assert_eq!(*screen.model.modes.top(), Mode::Browse);
        assert_eq!(screen.model.recent.in_flight(), 0);
    }
}

#[test]
fn the_whole_request_hides_secrets_on_the_screen_and_in_the_copy() {
    let mut screen = Screen::new(BIG);
    let press = screen.keys("1");
    screen.fill(&press);
    screen.keys("p");
    assert!(screen.text().contains("Authorization: ••••••") && screen.text().contains("\"event_type\": \"i_custom\""));
    let copied = screen.keys("y");
    let [Effect::Copy { text, .. }] = copied.as_slice() else { panic!("{copied:?}") };
    assert!(text.starts_with("curl -X POST 'https://ci.example/restart' \\\n"), "{text}");
    assert!(text.contains("'Authorization: '\"$AUTHORIZATION\"") && !text.contains("s3cret"), "{text}");
    screen.event(Event::Said("curl command copied".to_owned()));
    assert!(screen.text().contains("nothing was sent; Enter sends"));
}

#[test]
fn a_wrong_number_sends_nothing_and_says_so() {
    let mut screen = Screen::new(BIG);
    typed(&mut screen);
    let press = screen.keys("1");
    screen.fill(&press);
    assert_eq!(screen.model.input_rules().typing(), Typing::Answer);
    screen.event(Event::Paste("054D57".to_owned()));
    assert!(screen.code(KeyCode::Enter).is_empty());
    assert!(screen.text().contains("type 054D57 to send; nothing was sent"));
    screen.keys("054D5");
    assert!(screen.code(KeyCode::Enter).is_empty());
    assert!(screen.text().contains("\"054D5\" is not 054D57; nothing was sent"));
    screen.keys("7");
    one_sent(&screen.code(KeyCode::Enter));
}

#[test]
fn in_a_typed_confirm_letters_are_text_until_tab() {
    let mut screen = Screen::new(BIG);
    typed(&mut screen);
    let press = screen.keys("1");
    screen.fill(&press);
    screen.keys("pyn");
    assert!(matches!(screen.model.modes.top(), Mode::Confirm(confirm) if confirm.field().unwrap().value() == "pyn"));
    screen.code(KeyCode::Tab);
    screen.keys("p");
    assert!(screen.text().contains("The whole request"));
}

#[test]
fn what_changed_while_the_confirm_was_open_is_asked_again() {
    let mut screen = Screen::new(BIG);
    let press = screen.keys("1");
    screen.fill(&press);
    let mut edited = actions();
    edited[0].endpoint = "https://elsewhere.example/".to_owned();
    edited[0].revision = 2;
    screen.event(Event::Actions(edited));
    screen.changed(vec![row(0, Severity::Warning, "cpu.idle < 20%")], &[]);
    let again = screen.code(KeyCode::Enter);
    assert!(matches!(again.as_slice(), [Effect::Prepare { .. }]), "{again:?}");
    screen.fill(&again);
    let text = screen.text();
    assert!(text.contains("Changed since it was shown: the action's endpoint, severity"), "{text}");
    assert!(text.contains("POST https://elsewhere.example/") && text.contains("Warning"));
    one_sent(&screen.code(KeyCode::Enter));
}

#[test]
fn an_action_removed_or_an_incident_closed_meanwhile_is_never_sent_as_shown() {
    let mut screen = Screen::new(BIG);
    let press = screen.keys("1");
    screen.fill(&press);
    screen.event(Event::Actions(Vec::new()));
    assert!(screen.code(KeyCode::Enter).is_empty());
    assert!(screen.text().contains("Restart server was removed meanwhile; nothing was sent"));

    let mut screen = Screen::new(BIG);
    let press = screen.keys("1");
    screen.fill(&press);
    screen.changed(Vec::new(), &["inc-0"]);
    let again = screen.code(KeyCode::Enter);
    screen.fill(&again);
    assert!(screen.text().contains("this incident is closed"), "{}", screen.text());
}

#[test]
fn the_runner_may_ask_again_too() {
    let mut screen = Screen::new(BIG);
    let press = screen.keys("1");
    screen.fill(&press);
    let sent = screen.code(KeyCode::Enter);
    let prepared = one_sent(&sent);
    let mut now = actions().remove(0);
    now.timeout_ms = 1_000;
    now.revision = 2;
    let again = screen.event(Event::AskAgain { prepared: Box::new(prepared.clone()), action: Some(Box::new(now)) });
    assert_eq!(screen.model.recent.in_flight(), 0);
    screen.fill(&again);
    assert!(screen.text().contains("Changed since it was shown: the action's timeout"));
}

#[test]
fn without_a_confirm_the_key_sends_unless_something_changed() {
    let mut screen = Screen::new(BIG);
    let press = screen.keys("2");
    one_sent(&screen.fill(&press));
    let press = screen.keys("2");
    let mut edited = actions();
    edited[1].endpoint = "https://elsewhere.example/".to_owned();
    screen.event(Event::Actions(edited));
    let again = screen.fill(&press);
    screen.fill(&again);
    assert!(screen.text().contains("Send this?") && screen.text().contains("elsewhere.example"));
}

#[test]
fn a_refused_press_says_why_and_an_empty_slot_too() {
    let mut screen = Screen::new(BIG);
    let press = screen.keys("3");
    let [Effect::Prepare { ticket, .. }] = press.as_slice() else { panic!("{press:?}") };
    let refusal = Err(Refusal::new(Failure::Disabled, "it is switched off"));
    screen.event(Event::Prepared { ticket: *ticket, results: vec![refusal] });
    assert!(screen.text().contains("Roll back on 054D57 was refused: it is switched off"));
    assert!(screen.keys("7").is_empty());
    assert!(screen.text().contains("slot 7 of Search is empty"));
}

#[test]
fn nothing_opens_over_what_the_operator_went_on_to() {
    let mut screen = Screen::new(BIG);
    let press = screen.keys("1");
    screen.keys("m");
    screen.fill(&press);
    assert!(matches!(screen.model.modes.top(), Mode::Browse));
    assert!(screen.text().contains("was not sent: press it again"));
}

#[test]
fn old_incidents_and_plain_http_are_warned_of() {
    let mut screen = Screen::new(BIG);
    let mut plain = action("Restart server", 1, Confirm::Enter);
    plain.endpoint = "http://ci.example/".to_owned();
    screen.event(Event::Actions(vec![plain]));
    screen.wait(3 * 3_600_000);
    let press = screen.keys("1");
    screen.fill(&press);
    let text = screen.text();
    assert!(text.contains("prod has not answered for 3h: this incident is as of 16:00"), "{text}");
    assert!(text.contains("plain http"));
    assert!(text.contains("prod 12 · 3h old"));
}

#[test]
fn a_long_address_title_or_warning_hides_nothing_of_what_has_to_be_seen() {
    for size in [(60, 15), (80, 24), (120, 36)] {
        for length in [100, 400, 4_000] {
            let mut go = action("Restart server", 1, Confirm::Enter);
            go.endpoint = format!("http://ci.example/x?h={}&end=last", "%25".repeat(length));
            go.tls.verify = false;
            go.retries = 2;
            go.proxy = format!("http://{}.example:3128", "proxy".repeat(10));
            go.description = "what it does\n".repeat(length);
            let mut screen = Screen::new(size);
            screen.event(Event::Actions(vec![go]));
            let mut long = row(1, Severity::Critical, &"a title that goes on and on ".repeat(length));
            long.num = "054D57".into();
            screen.changed(vec![long], &[]);
            let press = screen.keys("1");
            screen.fill(&press);
            let mut seen = screen.text();
            let mut enters = 0;
            while !screen.code(KeyCode::Enter).iter().any(|effect| matches!(effect, Effect::Run(_))) {
                enters += 1;
                assert!(enters < 4, "{seen}");
                seen += &screen.text();
            }
            for shown in [
                "Restart server",
                "for    054D57",
                "http://ci.example",
                "end=last",
                "plain http",
                "verification is off",
            ] {
                assert!(seen.contains(shown), "{size:?} {length}: {shown} in\n{seen}");
            }
            assert!(seen.contains("proxy") && seen.contains("sent again up to 2 times"), "{size:?} {length}:\n{seen}");
        }
    }
}

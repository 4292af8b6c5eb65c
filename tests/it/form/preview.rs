//! What expressions come to, while they are typed: on the whole screen, where the questions are asked.

use andon::app::event::Event;
use andon::domain::validate::Field;

use super::*;
use crate::support::model::Screen;

type Filled = Vec<(Field, Result<String, String>)>;

/// A screen with a form whose endpoint has the keys.
fn at_the_endpoint() -> Screen {
    let mut screen = Screen::new((120, 36));
    screen.keys("n");
    screen.keys("Drain");
    for _ in 0..2 {
        screen.code(KeyCode::Tab);
    }
    screen
}

fn asked(effects: &[Effect]) -> (u64, String, String) {
    match effects {
        [Effect::Preview { ticket, action, body: Some(body) }] => {
            (*ticket, action.endpoint.clone(), String::from(&**body))
        }
        other => panic!("not one question: {other:?}"),
    }
}

fn answer(screen: &mut Screen, ticket: u64, filled: Filled) -> Vec<Effect> {
    screen.event(Event::Previewed { ticket, filled })
}

#[test]
fn one_question_is_open_at_a_time_and_the_newest_text_wins() {
    let mut screen = at_the_endpoint();
    assert_eq!(screen.keys("https://ci.example/{"), [], "nothing is asked where nothing is filled in");
    let (ticket, endpoint, body) = asked(&screen.keys("{"));
    assert_eq!(endpoint, "https://ci.example/{{");
    assert!(body.contains("cpu.idle"), "for the selected incident: {body}");
    assert_eq!(screen.keys(" incident.num }}"), [], "the first is still open");

    assert_eq!(answer(&mut screen, ticket + 77, vec![(Field::ENDPOINT, Ok("late".to_owned()))]), []);
    let (next, endpoint, _) = asked(&answer(&mut screen, ticket, Vec::new()));
    assert_eq!(endpoint, "https://ci.example/{{ incident.num }}");
    let filled = vec![(Field::ENDPOINT, Ok("https://ci.example/054\u{1b}[31mD57".to_owned()))];
    assert_eq!(answer(&mut screen, next, filled), []);
    assert!(!screen.text().contains("late"));
    assert!(screen.text().contains("= https://ci.example/054␛[31mD57"), "{}", screen.text());
    assert_eq!(screen.code(KeyCode::Left), [], "a move asks nothing");
}

#[test]
fn why_it_cannot_be_filled_stands_below_it_and_goes_with_the_expression() {
    let mut screen = at_the_endpoint();
    let (ticket, ..) = asked(&screen.keys("https://ci.example/{{"));
    screen.keys(" incident.nam }}");
    let next = asked(&answer(&mut screen, ticket, Vec::new())).0;
    let fault = "incident.nam does not exist; incident.num is near".to_owned();
    answer(&mut screen, next, vec![(Field::ENDPOINT, Err(fault.clone()))]);
    assert!(screen.text().contains(&format!("✗ {fault}")), "{}", screen.text());
    screen.code(KeyCode::Tab);
    assert!(screen.text().contains(&fault), "also where the cursor is elsewhere");
    screen.event(Event::Key(KeyEvent::new(KeyCode::BackTab, KeyModifiers::SHIFT)));
    screen.ctrl('u');
    assert!(!screen.text().contains(&fault));
}

#[test]
fn a_hidden_header_is_not_shown_by_what_it_comes_to() {
    let mut screen = at_the_endpoint();
    screen.ctrl('n');
    screen.keys("X-Token");
    screen.code(KeyCode::Tab);
    let (ticket, ..) = asked(&screen.keys("zq9typed {{"));
    screen.keys(" incident.num }}");
    let next = asked(&answer(&mut screen, ticket, Vec::new())).0;
    let text = "zq9typed 054D57".to_owned();
    answer(&mut screen, next, vec![(Field::HeaderValue(0), Ok(text.clone()))]);
    assert!(!screen.text().contains("zq9") && screen.text().contains("= can be filled"), "{}", screen.text());
    screen.ctrl('o');
    assert!(screen.text().contains(&format!("= {text}")), "{}", screen.text());
    screen.wait(5_000);
    assert!(!screen.text().contains("zq9"), "{}", screen.text());
}

#[test]
fn a_rule_that_cannot_be_read_is_told_beside_it() {
    let mut screen = at_the_endpoint();
    screen.keys("https://ci.example/x");
    while !screen.text().contains("▌ More") {
        screen.code(KeyCode::Tab);
    }
    screen.code(KeyCode::Enter);
    while !screen.text().contains("▌ Success") {
        screen.code(KeyCode::Tab);
    }
    assert_eq!(screen.ctrl('u'), [], "an empty rule is the default");
    let (ticket, ..) = asked(&screen.keys("s"));
    screen.keys("tatus ==");
    let next = asked(&answer(&mut screen, ticket, vec![(Field::SUCCESS, Ok("s".to_owned()))])).0;
    assert!(!screen.text().contains("= s "), "what can be read needs no words: {}", screen.text());
    answer(&mut screen, next, vec![(Field::SUCCESS, Err("unexpected end".to_owned()))]);
    assert!(screen.text().contains("✗ unexpected end"), "{}", screen.text());
    screen.keys(" 200");
    assert!(!screen.text().contains("unexpected end"), "it was about another text: {}", screen.text());
}

#[test]
fn a_body_is_shown_line_by_line_below_its_text() {
    let mut screen = at_the_endpoint();
    screen.keys("https://ci.example/x");
    for _ in 0..8 {
        if screen.text().contains("▸ everything") || screen.text().contains("▌ More") {
            break;
        }
        screen.code(KeyCode::Tab);
    }
    screen.code(KeyCode::Enter);
    for _ in 0..3 {
        screen.code(KeyCode::Tab);
    }
    screen.keys("   ");
    screen.code(KeyCode::Tab);
    let (ticket, ..) = asked(&screen.keys("num: {{"));
    screen.keys(" incident.num }}");
    let next = asked(&answer(&mut screen, ticket, Vec::new())).0;
    let filled = (1..=9).map(|line| format!("line {line}")).collect::<Vec<_>>().join("\n");
    answer(&mut screen, next, vec![(Field::BODY, Ok(filled))]);
    let text = screen.text();
    assert!(text.contains("= line 1") && text.contains("  line 6") && text.contains("… 3 more lines"), "{text}");
}

#[test]
fn a_form_that_was_closed_hears_nothing_and_another_asks_anew() {
    let mut screen = at_the_endpoint();
    let (ticket, ..) = asked(&screen.keys("https://ci.example/{{"));
    screen.code(KeyCode::Esc);
    screen.keys("y");
    assert_eq!(answer(&mut screen, ticket, vec![(Field::ENDPOINT, Ok("late".to_owned()))]), []);
    screen.keys("n");
    screen.keys("x");
    screen.code(KeyCode::Tab);
    screen.code(KeyCode::Tab);
    let (next, ..) = asked(&screen.keys("https://ci.example/{{"));
    assert!(next > ticket);
    answer(&mut screen, ticket, vec![(Field::ENDPOINT, Ok("late".to_owned()))]);
    assert!(!screen.text().contains("late"));
}

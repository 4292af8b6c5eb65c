//! Running an ended run again, from the log.

use andon::app::effect::Effect;
use andon::app::event::{Event, LogPage};
use andon::app::modes::Mode;
use andon::domain::action::{Confirm, Input, InputKind};
use andon::domain::activity::{Activity, Entry};
use andon::domain::run::{Outcome, RunDetail, SentRequest};
use crossterm::event::KeyCode;

use crate::support::model::{Screen, action, one_sent, run_line};

const BIG: (u16, u16) = (120, 36);

fn log(lines: Vec<Activity>) -> Screen {
    let mut screen = Screen::new(BIG);
    screen.keys("l");
    let ticket = screen.model.ticket;
    screen.event(Event::Log(LogPage { ticket, rows: lines, total: 1 }));
    screen
}

fn ended() -> Vec<Activity> {
    vec![run_line(1, "first", Some(Outcome::Unknown))]
}

fn detail() -> Box<(RunDetail, Vec<Activity>)> {
    let request = SentRequest {
        method: "POST".to_owned(),
        endpoint: "https://ci.example/restart".to_owned(),
        headers: vec![("Authorization".to_owned(), "••••••".to_owned())],
        body: "{}".to_owned(),
    };
    let inputs = [("version".to_owned(), "v40".into())].into_iter().collect();
    Box::new((RunDetail { request, inputs, ..RunDetail::default() }, Vec::new()))
}

#[test]
fn the_same_press_is_filled_from_the_first_run_and_shown_before_it_is_sent() {
    let mut screen = log(ended());
    let open = screen.keys("r");
    assert_eq!(open, [Effect::LoadRun { seq: 1, run: "first".to_owned() }]);
    let text = screen.text();
    assert!(text.contains("same id and body") && text.contains("new id, for the incident as it is now"), "{text}");
    let again = screen.keys("s");
    assert!(matches!(again.as_slice(), [Effect::PrepareAgain { run, .. }] if run == "first"), "{again:?}");
    screen.fill(&again);
    assert!(screen.text().contains("the same press again: id and body of the first one"), "{}", screen.text());
    // The incident is another by now: the first one's is sent all the same, as was shown.
    let sent = screen.code(KeyCode::Enter);
    let prepared = one_sent(&sent);
    assert_eq!((prepared.resend_of.as_deref(), prepared.event_id.as_str()), (Some("first"), "first"));
    assert!(matches!(screen.model.modes.top(), Mode::LogDetail(_)));
}

#[test]
fn an_action_that_changed_is_asked_again_as_the_same_press() {
    let mut screen = log(ended());
    screen.keys("r");
    let again = screen.keys("s");
    screen.fill(&again);
    let mut edited = action("Restart server", 1, Confirm::Enter);
    edited.timeout_ms = 1_000;
    edited.revision = 2;
    screen.event(Event::Actions(vec![edited]));
    let again = screen.code(KeyCode::Enter);
    assert!(matches!(again.as_slice(), [Effect::PrepareAgain { run, .. }] if run == "first"), "{again:?}");
    screen.fill(&again);
    assert!(screen.text().contains("Changed since it was shown: the action's timeout"), "{}", screen.text());
}

#[test]
fn a_new_press_takes_the_incident_as_it_is_now_with_what_was_answered_then() {
    let mut screen = log(ended());
    let mut asks = action("Restart server", 1, Confirm::None);
    asks.inputs = vec![Input { name: "version".to_owned(), required: true, ..Input::default() }];
    screen.event(Event::Actions(vec![asks]));
    screen.keys("rn");
    assert!(screen.text().contains("still being read"), "{}", screen.text());
    screen.event(Event::RunDetail { seq: 1, detail: Some(detail()) });
    screen.keys("r");
    let press = screen.keys("n");
    let [Effect::Prepare { inputs, targets, .. }] = press.as_slice() else { panic!("{press:?}") };
    assert_eq!((inputs.plain["version"].as_str(), targets[0].incident.id()), (Some("v40"), "inc-0"));
    assert_eq!(targets.len(), 1);
    assert!(screen.fill(&press).is_empty(), "it is shown although the action wants no confirm");
    assert!(screen.text().contains("version  v40"), "{}", screen.text());
    screen.code(KeyCode::Esc);
    screen.keys("R");
    assert!(screen.text().contains("as before, typing replaces it"), "{}", screen.text());
    screen.keys("v41");
    let press = screen.code(KeyCode::Enter);
    assert!(press.is_empty(), "Enter in a field does not send");
    let press = screen.code(KeyCode::Enter);
    let [Effect::Prepare { inputs, .. }] = press.as_slice() else { panic!("{press:?}") };
    assert_eq!(inputs.plain["version"], "v41");
}

#[test]
fn secret_values_are_asked_again() {
    let mut screen = log(ended());
    let mut asks = action("Restart server", 1, Confirm::Enter);
    let secret = Input { name: "token".to_owned(), kind: InputKind::Secret, required: true, ..Input::default() };
    asks.inputs = vec![Input { name: "version".to_owned(), ..Input::default() }, secret];
    screen.event(Event::Actions(vec![asks]));
    screen.keys("r");
    assert!(screen.keys("s").is_empty());
    assert!(screen.text().contains("token*") && !screen.text().contains("version"), "{}", screen.text());
    screen.keys("hunter2");
    let again = screen.code(KeyCode::Enter);
    let [Effect::PrepareAgain { inputs, .. }] = again.as_slice() else { panic!("{again:?}") };
    assert!(inputs.plain.is_empty() && inputs.secret.contains_key("token"));
}

#[test]
fn what_cannot_be_run_again_says_why() {
    let mut gone = ended();
    if let Entry::Run(run) = &mut gone[0].entry {
        run.incident = andon::domain::incident::IncidentKey::new("prod", "long-gone");
    }
    let mut screen = log(gone);
    screen.keys("rn");
    assert!(screen.text().contains("is not on the board any more"), "{}", screen.text());
    let mut screen = log(vec![run_line(1, "r", Some(Outcome::Refused))]);
    screen.keys("rs");
    assert!(screen.text().contains("nothing was sent then"));
    screen.event(Event::Actions(Vec::new()));
    screen.keys("rn");
    assert!(screen.text().contains("was removed"));
    let mut screen = log(vec![run_line(1, "r", None)]);
    assert!(screen.keys("r").is_empty());
    assert!(screen.text().contains("has not ended"));
}

#[test]
fn a_request_of_the_log_is_copied_as_curl_without_its_secrets() {
    let mut screen = log(ended());
    screen.code(KeyCode::Enter);
    screen.keys("Y");
    assert!(screen.text().contains("there is no request to copy"));
    screen.event(Event::RunDetail { seq: 1, detail: Some(detail()) });
    let copied = screen.keys("Y");
    let [Effect::Copy { text, .. }] = copied.as_slice() else { panic!("{copied:?}") };
    assert!(text.contains("-H 'Authorization: '\"$AUTHORIZATION\"") && text.contains("--data-raw '{}'"), "{text}");
}

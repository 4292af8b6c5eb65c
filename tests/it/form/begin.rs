//! What a form can begin from: presets.

use super::*;

fn preset(name: &str, title: &str) -> Preset {
    let mut action = Action::new(title, "https://jenkins.example/job/deploy/build");
    action.headers = vec![Header::new("Authorization", "Basic ${secret:JENKINS}")];
    action.body = Body::Form(vec![("num".to_owned(), "{{ incident.num }}".to_owned())]);
    action.follow = Some(Follow { done: "body.building == false".to_owned(), ..Follow::default() });
    Preset { name: name.to_owned(), title: title.to_owned(), about: format!("Starts what {name} runs"), action }
}

fn world() -> World {
    let mut world = World::new();
    world.presets = vec![preset("slack", "Tell Slack"), preset("jenkins-build", "Jenkins build")];
    world
}

#[test]
fn a_preset_fills_the_form_but_for_name_and_channels() {
    let world = world();
    let mut hand = Hand::filled(&world);
    assert_eq!(hand.ctrl('p'), FormStep::Stay);
    hand.types("jenk");
    let screen = hand.screen(80, 24);
    assert!(
        screen.contains("▸ Jenkins build  Starts what jenkins-build runs") && !screen.contains("Slack"),
        "{screen}"
    );
    hand.press(KeyCode::Enter, KeyModifiers::NONE);
    let screen = hand.screen(120, 60);
    assert!(screen.contains("Filled from Jenkins build. Ctrl+Z takes it back."), "{screen}");
    let saved = hand.save_and_stay();
    let wanted = preset("jenkins-build", "Jenkins build").action;
    assert_eq!((saved.name.as_str(), saved.id.as_str(), saved.revision), ("Drain", "", 0));
    assert_eq!(saved.slots.keys().collect::<Vec<_>>(), [&key("prod/platform")]);
    assert_eq!((&saved.endpoint, &saved.headers, &saved.body), (&wanted.endpoint, &wanted.headers, &wanted.body));
    assert_eq!(saved.follow, wanted.follow);

    hand.ctrl('z');
    assert_eq!(hand.save().endpoint, "https://ci.example/drain", "a preset is taken back as a whole");
}

#[test]
fn a_form_without_a_name_takes_that_of_the_preset() {
    let world = world();
    let mut hand = Hand::new(&world);
    hand.ctrl('p');
    hand.wish(Command::Move(Motion::Down));
    hand.wish(Command::Move(Motion::Down));
    hand.press(KeyCode::Enter, KeyModifiers::NONE);
    hand.to("Channels").types("platform ");
    assert_eq!(hand.save().name, "Jenkins build");
}

#[test]
fn leaving_the_list_changes_nothing() {
    let world = world();
    let mut hand = Hand::filled(&world);
    let before = hand.save_and_stay();
    hand.ctrl('p');
    hand.types("zzz");
    assert!(hand.screen(80, 24).contains("no preset matches"));
    hand.press(KeyCode::Enter, KeyModifiers::NONE);
    hand.ctrl('p');
    assert_eq!(hand.press(KeyCode::Esc, KeyModifiers::NONE), FormStep::Stay);
    assert_eq!(hand.save(), before);
    let bare = World::new();
    let mut hand = Hand::new(&bare);
    hand.ctrl('p');
    assert!(hand.form.picker().is_none() && hand.screen(80, 24).contains("There are no presets."));
}

#[test]
fn the_list_at_two_sizes() {
    let mut world = world();
    world.presets[0].about = "hostile \u{1b}]52;c;aGk=\u{7} 队列".to_owned();
    let mut hand = Hand::filled(&world);
    hand.ctrl('p');
    for (width, height) in [(120, 36), (80, 24)] {
        insta::assert_snapshot!(format!("presets_{width}x{height}"), hand.screen(width, height));
    }
}

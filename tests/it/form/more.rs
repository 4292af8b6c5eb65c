//! What is below the fold: when it is shown, the editor of the body, the rows of inputs, and refusals.

use super::*;

#[test]
fn what_is_as_by_default_is_folded_and_what_is_not_is_shown() {
    let world = World::new();
    let mut hand = Hand::new(&world);
    let screen = hand.screen(120, 60);
    assert!(screen.contains("▸ 30 more fields") && !screen.contains("Cooldown"), "{screen}");

    let mut stored = action("Deploy", &[("prod/platform", 3)]);
    (stored.cooldown_ms, stored.method) = (60_000, Method::Put);
    let edit = Hand::on(&world, Form::edit(&world.context(), &stored));
    let screen = edit.screen(120, 60);
    for shown in ["Cooldown     1m", "(•) PUT", "Request ──", "Press ──"] {
        assert!(screen.contains(shown), "{shown} is missing in\n{screen}");
    }
    assert!(!screen.contains("Proxy") && !screen.contains("Outcome ──"), "{screen}");

    hand.to("More").press(KeyCode::Enter, KeyModifiers::NONE);
    let screen = hand.screen(120, 80);
    for section in ["Request", "Inputs", "Signing", "TLS and proxy", "Outcome", "Press"] {
        assert!(screen.contains(&format!("  {section} ")), "{section} is missing in\n{screen}");
    }
    hand.types(" ");
    assert!(!hand.screen(120, 80).contains("Cooldown"), "space folds it again");
    assert!(!hand.form.changed(), "the fold is no change");
}

#[test]
fn a_folded_field_is_passed_by_and_a_shown_one_is_not() {
    let world = World::new();
    let mut stored = action("Deploy", &[("prod/platform", 3)]);
    stored.cooldown_ms = 60_000;
    let mut hand = Hand::on(&world, Form::edit(&world.context(), &stored));
    hand.to("More").tab();
    assert_eq!(FIELDS[hand.form.active()].label, "Cooldown");
    hand.ctrl('u');
    hand.types("2s");
    assert!(hand.screen(120, 40).contains("Cooldown"), "it does not vanish under the cursor");
    hand.tab();
    assert!(!hand.screen(120, 40).contains("Cooldown"));
    assert_eq!(hand.save().cooldown_ms, 2_000);
}

#[test]
fn a_fault_below_the_fold_unfolds_it() {
    let world = World::new();
    let mut stored = action("Deploy", &[("prod/platform", 3)]);
    stored.tls.cert = "/me.pem".to_owned();
    let mut hand = Hand::on(&world, Form::edit(&world.context(), &stored));
    hand.types("!");
    assert_eq!(hand.ctrl('s'), FormStep::Stay);
    assert_eq!(FIELDS[hand.form.active()].label, "Its key");
    assert!(hand.screen(120, 36).contains("a certificate without its key"), "{}", hand.screen(120, 36));
}

#[test]
fn a_body_is_typed_over_several_lines() {
    let world = World::new();
    let mut hand = Hand::filled(&world);
    hand.to("Body").types(" ").to("Content").types("{\"text\":\n[\"队列 {{ incident.num }}e\u{301}x");
    hand.press(KeyCode::Backspace, KeyModifiers::NONE);
    hand.press(KeyCode::Backspace, KeyModifiers::NONE);
    hand.types("\"]}");
    hand.wish(Command::Move(Motion::Up));
    hand.press(KeyCode::End, KeyModifiers::NONE);
    hand.types(" ");
    let wanted = serde_json::json!({ "text": ["队列 {{ incident.num }}"] });
    assert_eq!(hand.save_and_stay().body, Body::Json(wanted));

    hand.wish(Command::Move(Motion::Up));
    assert_eq!(FIELDS[hand.form.active()].label, "Body", "Up leaves the text at its first line");
    hand.to("Content").ctrl('u');
    assert!(hand.told().iter().any(|told| told.contains("not JSON")), "{:?}", hand.told());
    hand.ctrl('z');
    hand.form.paste(&world.context(), "\n\n");
    hand.ctrl('z');
    assert_eq!(hand.told(), [""; 0]);

    hand.to("Body").types(" ").to("Content");
    assert!(hand.told().iter().any(|told| told.contains("name=value")), "{:?}", hand.told());
    hand.to("Body").types(" ");
    assert!(matches!(hand.save_and_stay().body, Body::Text(text) if text.contains("\n[\"队列")));
    hand.to("Body").types(" ");
    assert_eq!(hand.save().body, Body::Contract);
}

#[test]
fn an_input_is_added_removed_and_told_of_in_its_row() {
    let world = World::new();
    let mut hand = Hand::filled(&world);
    hand.to("Inputs").ctrl('n');
    hand.types("1st").wish(Command::Move(Motion::Down));
    let screen = hand.screen(100, 60);
    let at = screen.lines().position(|line| line.contains("no digit first")).expect(&screen);
    assert!(screen.lines().nth(at - 2).unwrap().contains("1st"), "{screen}");

    hand.wish(Command::Move(Motion::Up));
    hand.ctrl('u');
    hand.types("count").tab().types(" ").tab().tab().types("1.5");
    hand.wish(Command::Move(Motion::Down));
    assert!(hand.told().iter().any(|told| told.contains("like 1..5")), "{:?}", hand.told());
    hand.wish(Command::Move(Motion::Up));
    hand.tab().tab().tab().types("..5").tab().types("7").tab();
    assert!(hand.told().iter().any(|told| told.contains("at most 5")), "{:?}", hand.told());
    hand.press(KeyCode::BackTab, KeyModifiers::SHIFT);
    hand.ctrl('u');
    hand.types("5");
    let saved = hand.save_and_stay().inputs;
    assert_eq!((saved[0].min, saved[0].max, saved[0].default.clone()), (Some(1.5), Some(5.0), Some(5.into())));

    hand.ctrl('x');
    assert_eq!(hand.save_and_stay().inputs, []);
    hand.ctrl('z');
    assert_eq!(hand.save().inputs, saved);
}

#[test]
fn a_refusal_that_names_a_field_goes_to_it() {
    let world = World::new();
    for (field, message, label) in [
        (Field::SUCCESS, "success: the rule has no end", "Success"),
        (Field::Of("follow.done"), "follow.done: the rule has no end", "Done when"),
        (Field::BODY, "body: text: incident.titel does not exist", "Content"),
        (Field::HeaderValue(1), "header 2: incident.titel does not exist", "Headers"),
        (Field::Input(2), "input 3: is odd", "Inputs"),
        (Field::Of("tls.key"), "tls.key: is not there", "Its key"),
        (Field::SIGN_KEY, "sign: is odd", "Signing key"),
        (Field::ENDPOINT, "endpoint: is odd", "Endpoint"),
    ] {
        let mut hand = Hand::on(&world, Form::edit(&world.context(), &whole()));
        hand.types("!").save();
        let refusal = SaveRefusal { field: Some(field), message: message.to_owned(), current: None };
        hand.form.refused(refusal);
        assert_eq!(FIELDS[hand.form.active()].label, label, "{message}");
        assert!(hand.told()[1..].contains(&message.to_owned()), "{:?}", hand.told());
    }
    let mut hand = Hand::on(&world, Form::edit(&world.context(), &action("Deploy", &[("prod/platform", 3)])));
    hand.types("!").save();
    let refusal = SaveRefusal { field: Some(Field::PROXY), message: "proxy: is odd".to_owned(), current: None };
    hand.form.refused(refusal);
    assert!(hand.screen(120, 36).contains("✗ proxy: is odd"), "also one that is folded: {}", hand.screen(120, 36));
}

/// The form with everything below the fold, at the sizes people have.
#[test]
fn the_parts_below_the_fold_at_two_sizes() {
    let world = World::new();
    for (name, label) in [("request", "Content"), ("inputs", "Inputs"), ("outcome", "Success"), ("press", "Cooldown")] {
        for (width, height) in [(120, 36), (80, 24)] {
            let mut hand = Hand::on(&world, Form::edit(&world.context(), &whole()));
            hand.to(label);
            insta::assert_snapshot!(format!("{name}_{width}x{height}"), hand.screen(width, height));
        }
    }
}

#[test]
fn a_button_that_starts_something_in_the_source_wants_its_id_and_no_endpoint() {
    let world = World::new();
    let mut hand = Hand::new(&world);
    hand.types("Diagnose").to("Channels").types("platform ").to("Kind").types("   ");
    hand.ctrl('s');
    assert!(hand.told().iter().any(|told| told.contains("the id of what is started is needed")), "{:?}", hand.told());
    hand.to("Starts").types("01DAW70HK24JZORNE0P9C2V1L9");
    let saved = hand.save();
    assert_eq!(
        (saved.kind, saved.vendor_action.as_str()),
        (ActionKind::PagerdutyAutomation, "01DAW70HK24JZORNE0P9C2V1L9")
    );
    assert_eq!(saved.endpoint, "");
}

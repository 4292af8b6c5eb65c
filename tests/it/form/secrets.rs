//! Header values: masked, shown for seconds by a deliberate key, never in `Debug`; and random keys.

use super::*;

fn with_secret() -> Action {
    let mut stored = action("Deploy", &[("prod/platform", 3)]);
    stored.headers = vec![Header::new("Authorization", "Bearer s3cret")];
    stored
}

/// The cursor is in the value of the stored secret.
fn at_the_secret(world: &World) -> Hand<'_> {
    let mut hand = Hand::on(world, Form::edit(&world.context(), &with_secret()));
    hand.to("Headers").tab();
    hand
}

#[test]
fn a_secret_is_masked_and_shown_for_five_seconds_by_its_key() {
    let world = World::new();
    let mut hand = at_the_secret(&world);
    assert!(hand.screen(80, 24).contains("••••••") && !hand.screen(80, 24).contains("s3cret"));
    assert!(!format!("{:?}", hand.form).contains("s3cret"));

    let note = Effect::NoteShown { action: "deploy".to_owned(), header: "Authorization".to_owned() };
    assert_eq!(hand.ctrl('o'), FormStep::Effects(vec![note]));
    assert!(hand.screen(80, 24).contains("Bearer s3cret"));
    assert_eq!(hand.form.wakes_at(), Some(hand.now.mono_ms + 5_000));
    assert!(hand.wait(4_999).screen(80, 24).contains("s3cret"));
    assert!(!hand.wait(1).screen(80, 24).contains("s3cret"));
    assert_eq!(hand.form.wakes_at(), None);

    hand.ctrl('o');
    assert!(!hand.tab().screen(80, 24).contains("s3cret"), "leaving the cell hides it");
}

#[test]
fn typing_over_a_hidden_secret_replaces_it_and_undo_brings_it_back() {
    let world = World::new();
    let mut hand = at_the_secret(&world);
    hand.press(KeyCode::Home, KeyModifiers::NONE);
    hand.types("new");
    let screen = hand.screen(80, 24);
    assert!(screen.contains("•••") && !screen.contains("••••"), "one bullet for each typed: {screen}");
    for _ in 0..4 {
        hand.ctrl('z');
    }
    assert!(!hand.form.changed());
    hand.form.paste(&world.context(), "pasted");
    hand.press(KeyCode::Left, KeyModifiers::NONE);
    hand.types("!");
    assert_eq!(hand.save().headers, [Header::new("Authorization", "paste!d")]);
}

#[test]
fn a_shown_secret_is_edited_in_place() {
    let world = World::new();
    let mut hand = at_the_secret(&world);
    hand.ctrl('o');
    hand.types("2");
    assert_eq!(hand.save().headers, [Header::new("Authorization", "Bearer s3cret2")]);
}

#[test]
fn a_stored_secret_stays_one_under_another_name_and_empty_rows_are_left_out() {
    let world = World::new();
    let mut hand = Hand::on(&world, Form::edit(&world.context(), &with_secret()));
    hand.to("Headers").ctrl('u');
    hand.types("Accept");
    assert!(!hand.screen(80, 24).contains("s3cret"));
    hand.ctrl('n');
    let saved = hand.save();
    assert_eq!(saved.headers, [Header::with_secrecy("Accept", "Bearer s3cret", true)]);
}

#[test]
fn a_fault_of_a_header_stands_beside_its_own_row() {
    let world = World::new();
    let mut hand = Hand::filled(&world);
    hand.ctrl('n');
    hand.types("Host").tab().types("x");
    let screen = hand.screen(100, 36);
    let at = screen.lines().position(|line| line.contains("andon sets Host itself")).expect(&screen);
    assert!(screen.lines().nth(at - 1).unwrap().contains("Host"), "{screen}");
}

#[test]
fn a_signing_key_is_masked_and_shown_for_five_seconds_by_its_key() {
    let world = World::new();
    let mut hand = Hand::on(&world, Form::edit(&world.context(), &whole()));
    hand.to("Signing key");
    let secret = "whsec_enE5a2V5enE5";
    let screen = hand.screen(120, 80);
    assert!(!screen.contains(secret) && screen.contains("${secret:OLD}"), "a reference is no secret: {screen}");
    let note = Effect::NoteShown { action: "deploy".to_owned(), header: "(signing key)".to_owned() };
    assert_eq!(hand.ctrl('o'), FormStep::Effects(vec![note]));
    assert!(hand.screen(120, 80).contains(secret));
    assert!(!hand.wait(5_000).screen(120, 80).contains(secret));

    hand.ctrl('o');
    assert!(!hand.tab().screen(120, 80).contains(secret), "leaving the field hides it");
    hand.to("Signing key").types("new");
    assert!(hand.told().iter().any(|told| told.contains("or whsec_")), "{:?}", hand.told());
    assert!(!hand.screen(120, 80).contains("new"), "what is typed is bullets, too");
    for _ in 0..4 {
        hand.ctrl('z');
    }
    assert!(!hand.form.changed());
    hand.form.paste(&world.context(), "${secret:NEXT}");
    let sign = hand.save().sign.unwrap();
    assert_eq!(Sign::shown(&sign.key), "${secret:NEXT}");
}

#[test]
fn the_default_of_a_secret_input_is_never_shown_nor_under_another_kind() {
    let world = World::new();
    let mut stored = action("Deploy", &[("prod/platform", 3)]);
    let input = |default: &str| Input {
        name: "token".to_owned(),
        kind: InputKind::Secret,
        default: Some(default.into()),
        ..Input::default()
    };
    stored.inputs = vec![input("zq9default")];
    let mut hand = Hand::on(&world, Form::edit(&world.context(), &stored));
    let frame = hand.screen(120, 60);
    assert!(frame.contains("default ••••••") && !frame.contains("zq9"), "{frame}");
    assert!(!format!("{stored:?}").contains("zq9"), "nor in what is logged");

    hand.to("Inputs").tab().tab().tab().tab();
    hand.types("zq9typed");
    assert_eq!(hand.save_and_stay().inputs, [input("zq9typed")], "typing replaces it");
    assert!(!hand.screen(120, 60).contains("zq9"));
    for _ in 0..3 {
        hand.press(KeyCode::BackTab, KeyModifiers::SHIFT);
    }
    hand.types(" ");
    let saved = hand.save_and_stay().inputs;
    assert_eq!((saved[0].kind, saved[0].default.clone()), (InputKind::String, None));
    hand.tab().tab().tab().ctrl('z');
    assert!(!hand.screen(120, 60).contains("zq9"), "undo does not bring it to light");
}

#[test]
fn what_someone_else_changed_is_told_without_secrets() {
    let world = World::new();
    let stored = action("Deploy", &[("prod/platform", 3)]);
    let mut hand = Hand::on(&world, Form::edit(&world.context(), &stored));
    hand.types("!").save();
    let theirs = Action { id: stored.id, revision: 7, ..whole() };
    hand.form.refused(SaveRefusal { field: None, message: "x".to_owned(), current: Some(Box::new(theirs)) });
    let told = hand.told().join("\n");
    assert!(told.contains("signing key: theirs is ••••••") && told.contains("previous key: theirs is ${secret:OLD}"));
    assert!(told.contains("inputs: theirs is which, count, force, token, why"), "{told}");
    for secret in ["enE5a2V5enE5", "zq9default", "s3cret"] {
        assert!(!told.contains(secret) && !hand.screen(120, 100).contains(secret), "{told}");
    }
}

fn any_key() -> impl Strategy<Value = KeyEvent> {
    let often = vec![' ', 'a', '•', '\u{301}', '队', 's', 'x', 'n', 'o', 'z', 't', 'u', 'w', 'p'];
    let moves = vec![
        KeyCode::Tab,
        KeyCode::BackTab,
        KeyCode::Enter,
        KeyCode::Up,
        KeyCode::Down,
        KeyCode::Left,
        KeyCode::Right,
        KeyCode::Home,
        KeyCode::End,
        KeyCode::Backspace,
        KeyCode::Delete,
        KeyCode::Esc,
    ];
    let code = prop_oneof![
        any::<char>().prop_map(KeyCode::Char),
        prop::sample::select(often).prop_map(KeyCode::Char),
        prop::sample::select(moves),
    ];
    let modifiers = vec![KeyModifiers::NONE, KeyModifiers::CONTROL, KeyModifiers::ALT, KeyModifiers::SHIFT];
    (code, prop::sample::select(modifiers)).prop_map(|(code, modifiers)| KeyEvent::new(code, modifiers))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_keys_and_no_size_make_it_panic_or_show_a_secret(
        keys in prop::collection::vec(any_key(), 1..80),
        paste in ".{0,40}",
        width in 0u16..130,
        height in 0u16..40,
    ) {
        let world = World::new();
        let mut stored = whole();
        stored.headers = vec![Header::new("Authorization", "zq9secretzq9")];
        let mut hand = Hand::on(&world, Form::edit(&world.context(), &stored));
        let mut noted = false;
        for (at, key) in keys.into_iter().enumerate() {
            if at == 5 {
                hand.form.paste(&world.context(), &paste);
            }
            let step = hand.press(key.code, key.modifiers);
            let FormStep::Effects(effects) = step else { continue };
            noted |= matches!(effects[..], [Effect::NoteShown { .. }]);
            if matches!(effects[..], [Effect::Save(_)]) {
                hand.form.refused(SaveRefusal { field: None, message: "no".to_owned(), current: None });
            }
        }
        let screen = hand.screen(width, height);
        prop_assert!(!screen.contains("zq9default"), "nothing shows the default of a secret input");
        for secret in ["zq9secretzq9", "enE5a2V5enE5"] {
            prop_assert!(noted || !screen.contains(secret), "shown without a note");
            let debug = format!("{:?}", hand.form);
            prop_assert!(!debug.contains(secret), "in Debug");
        }
        hand.wait(10_000);
        let screen = hand.screen(120, 200);
        for secret in ["zq9secretzq9", "enE5a2V5enE5", "zq9default"] {
            prop_assert!(!screen.contains(secret), "{screen}");
        }
        hand.screen(60, 15);
    }
}

#[test]
fn a_stored_secret_does_not_follow_to_another_origin() {
    let world = World::new();
    let mut hand = Hand::on(&world, Form::edit(&world.context(), &with_secret()));
    hand.to("Endpoint");
    hand.press(KeyCode::Home, KeyModifiers::NONE);
    for _ in 0..8 {
        hand.press(KeyCode::Delete, KeyModifiers::NONE);
    }
    hand.types("https://evil.");
    assert_eq!(hand.ctrl('s'), FormStep::Stay);
    assert!(hand.told().iter().any(|line| line.contains("type it anew")), "{:?}", hand.told());
    hand.to("Headers").tab();
    hand.types("another");
    assert!(hand.save().endpoint.starts_with("https://evil."));
}

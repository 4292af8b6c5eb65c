//! The action form: what a person types, what is told beside the fields, what is saved, what is drawn.

use std::sync::Arc;

use andon::app::command::{Command, FieldCommand, Motion};
use andon::app::effect::Effect;
use andon::app::event::{Now, SaveRefusal};
use andon::app::form::fields::{FIELDS, FormRow, RowKind};
use andon::app::form::{Form, FormContext, FormStep, endpoint_note};
use andon::app::keymap::Context;
use andon::app::keys::Keys;
use andon::domain::action::{
    Action, ActionKind, Body, Field, Follow, Header, Input, InputKind, Kind, Method, Sign, Success,
};
use andon::domain::channel::{Channel, ChannelKey};
use andon::domain::preset::Preset;
use andon::domain::theme::{Background, Colours, ThemeChoice};
use andon::view;
use andon::view::theme::Theme;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use proptest::prelude::*;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

mod begin;
mod frames;
mod hand;
mod more;
mod preview;
mod secrets;

use hand::{Hand, World, action, key};

#[test]
fn a_new_action_is_typed_ticked_and_saved() {
    let world = World::new();
    let mut hand = Hand::new(&world);
    hand.types("Drain 队列").to("Channels").types("plat").types(" ");
    hand.to("Endpoint").types("https://ci.example/drain");
    let saved = hand.save();
    assert_eq!((saved.id.as_str(), saved.revision, saved.name.as_str()), ("", 0, "Drain 队列"));
    assert_eq!(saved.slots.into_iter().collect::<Vec<_>>(), [(key("prod/platform"), 0)]);
    assert_eq!(saved.endpoint, "https://ci.example/drain");
}

/// What is typed into each field of text, by label.
const SAMPLES: &[(&str, &str)] = &[
    ("Name", "Neu 队列 🔥"),
    ("Endpoint", "https://x.example/a?b=1"),
    ("Starts", "2490562293131"),
    ("Timeout", "1m30s"),
    ("Description", "what it does "),
    ("CA file", "/etc/ca.pem"),
    ("Certificate", "/etc/me.pem"),
    ("Its key", "/etc/me.key"),
    ("Proxy", "http://proxy.example:3128"),
    ("Success", "status == 200 and body.ok"),
    ("Retries", "3"),
    ("Retries on", "409, 503"),
    ("Connect", "500ms"),
    ("Attempt", "5s"),
    ("Job address", "{{ answer.headers.location }}api/json"),
    ("Then at", "{{ body.executable.url }}"),
    ("Origins", "same, https://ci.example"),
    ("Every", "5s"),
    ("Done when", "body.building == false"),
    ("Failed when", "body.result != 'SUCCESS'"),
    ("Progress", "body.percent"),
    ("Cancelled when", "body.state == 'gone'"),
    ("It says", "body.stage"),
    ("Message", "body.result.text"),
    ("Keep", "ticket = body.key; url = body.self"),
    ("User", "ops"),
    ("Password", "${secret:JIRA}"),
    ("Cancel at", "https://ci.example/job/{{ answer.body.id }}"),
    ("Cancel body", "{\"by\":\"x\"}"),
    ("Followed", "1h"),
    ("Hold", "5s"),
    ("Cooldown", "1m"),
    ("Content", "{\n  \"a\": 1\n}"),
    ("Signing key", "${secret:WHSEC}"),
    ("Previous key", "whsec_c2VjcmV0"),
];

/// Brings a form to where the field can be written and saved.
fn ready(hand: &mut Hand, label: &str) {
    match label {
        "Content" => drop(hand.to("Body").types(" ")),
        "Starts" => {
            hand.to("Endpoint").ctrl('u');
            hand.to("Kind").types(" ");
        }
        "Retries on" => {
            hand.to("Retries").ctrl('u');
            hand.types("2");
        }
        "Previous key" => drop(hand.to("Signing key").types("${secret:NEW}")),
        "Certificate" => drop(hand.to("Its key").types("/k.pem")),
        "Its key" => drop(hand.to("Certificate").types("/c.pem")),
        "Cancel by" | "Cancel body" => drop(hand.to("Cancel at").types("https://ci.example/x")),
        "Failed when" | "Cancelled when" => {
            hand.to("Job").types(" ");
            hand.to("Done when").types("body.over");
        }
        _ if FIELDS.iter().any(|field| field.label == label && field.needs == Some(Field::Of("follow"))) => {
            hand.to("Job").types(" ");
        }
        _ => {}
    }
}

/// What a row has in an action, as it is typed.
fn text_of(row: &FormRow, action: &Action) -> String {
    match &row.kind {
        RowKind::Field(spec) => spec.text(action),
        RowKind::Content => {
            let Body::Json(document) = &action.body else { return String::new() };
            serde_json::to_string_pretty(document).unwrap()
        }
        RowKind::More | RowKind::Button(_) => String::new(),
    }
}

#[test]
fn every_field_reads_back_what_it_wrote() {
    let world = World::new();
    for row in FIELDS.iter() {
        let mut hand = Hand::filled(&world);
        ready(&mut hand, row.label);
        hand.to(row.label);
        let kind = match &row.kind {
            RowKind::Field(spec) => &spec.kind,
            RowKind::Content => &Kind::Body,
            RowKind::More | RowKind::Button(_) => continue,
        };
        let is_choice = !row.options().is_empty();
        match kind {
            Kind::Channels => {
                hand.types("queues ");
                assert!(hand.save().slots.contains_key(&key("duty/42")));
            }
            Kind::Headers => {
                hand.ctrl('n');
                hand.types("X-Env").tab().types("prod");
                assert_eq!(hand.save().headers, [Header::new("X-Env", "prod")]);
            }
            Kind::Inputs => {
                hand.types(" version").tab().types("   ").tab().types(" ").tab().types("v41, v42").tab().types("v41");
                let saved = hand.tab().types("which").save().inputs;
                let input = Input {
                    name: "version".to_owned(),
                    kind: InputKind::Choice,
                    choices: vec!["v41".to_owned(), "v42".to_owned()],
                    default: Some("v41".into()),
                    required: true,
                    help: "which".to_owned(),
                    ..Input::default()
                };
                assert_eq!(saved, [input]);
            }
            Kind::Switch { get, .. } => {
                let before = get(&hand.save_and_stay());
                hand.types(" ");
                assert_eq!(get(&hand.save()), !before, "{}", row.label);
            }
            _ if is_choice => {
                hand.types(" ");
                match row.label {
                    "Kind" => drop(hand.to("Starts").types("7").to("Endpoint").ctrl('u')),
                    "Body" => drop(hand.to("Content").types("{}")),
                    _ => {}
                }
                let saved = hand.save();
                let chosen = match kind {
                    Kind::Choice { get, .. } => get(&saved),
                    Kind::Table { get, .. } => usize::from(get(&saved)),
                    _ => usize::from(saved.body == Body::Json(serde_json::json!({}))),
                };
                let before = usize::from(row.label == "Confirm");
                assert_eq!(chosen, before + 1, "{}", row.label);
            }
            _ => {
                let sample = SAMPLES.iter().find(|(label, _)| *label == row.label).expect("a sample for each text").1;
                hand.ctrl('u');
                hand.types(sample);
                assert_eq!(text_of(row, &hand.save()), sample, "{}", row.label);
            }
        }
    }
}

/// An action that says something in every field.
fn whole() -> Action {
    let mut whole = action("Deploy", &[("prod/platform", 3)]);
    whole.cooldown_ms = 60_000;
    whole.headers = vec![Header::with_secrecy("X-Env", "prod", false), Header::new("Authorization", "Bearer s3cret")];
    whole.method = Method::Put;
    whole.body = Body::Json(serde_json::json!({ "text": "{{ incident.title }}", "n": 1.0, "list": [true, null] }));
    let input = |name: &str, kind| Input { name: name.to_owned(), kind, ..Input::default() };
    whole.inputs = vec![
        Input { choices: vec!["a, b".to_owned(), "c".to_owned()], ..input("which", InputKind::Choice) },
        Input { min: Some(1.5), default: Some(2.into()), required: true, ..input("count", InputKind::Number) },
        Input { default: Some(false.into()), ..input("force", InputKind::Boolean) },
        Input { default: Some("zq9default".into()), ..input("token", InputKind::Secret) },
        Input { pattern: "[a-z]+".to_owned(), help: "words".to_owned(), ..input("why", InputKind::String) },
    ];
    whole.sign = Some(Sign {
        key: "whsec_enE5a2V5enE5".to_owned().into(),
        previous_key: Some("${secret:OLD}".to_owned().into()),
    });
    whole.tls.verify = false;
    "socks5://ada:${secret:P}@proxy:1080".clone_into(&mut whole.proxy);
    whole.success = Success::new("200, 202");
    (whole.retries, whole.attempt_timeout_ms, whole.hold_ms) = (2, Some(4_000), Some(0));
    whole.retries_on = vec![409, 503];
    whole.follow = Some(Follow { url: "{{ body.url }}".to_owned(), every_ms: 1_500, ..Follow::default() });
    (whole.danger, whole.only_open, whole.origin) = (true, true, "deploy.toml".to_owned());
    whole
}

#[test]
fn an_edit_that_changes_nothing_closes_and_another_keeps_everything_else() {
    let world = World::new();
    let stored = whole();
    let mut hand = Hand::on(&world, Form::edit(&world.context(), &stored));
    assert_eq!(hand.ctrl('s'), FormStep::Close);
    assert_eq!(hand.wish(Command::Back), FormStep::Close);
    hand.types("!");
    let wanted = Action { name: "Deploy!".to_owned(), ..stored };
    assert_eq!(hand.save(), wanted);
}

#[test]
fn a_slot_is_kept_through_untick_and_tick() {
    let world = World::new();
    let stored = action("Deploy", &[("prod/platform", 3)]);
    let mut hand = Hand::on(&world, Form::edit(&world.context(), &stored));
    hand.to("Channels").types("platform  ");
    hand.to("Name").types("2");
    assert_eq!(hand.save().slots[&key("prod/platform")], 3);
}

#[test]
fn what_is_wrong_is_told_while_typing_and_all_of_it_on_save() {
    let world = World::new();
    let mut hand = Hand::new(&world);
    assert_eq!(hand.told(), [""; 0], "nothing is wrong with what was not touched");
    hand.to("Endpoint").types("ftp://");
    assert!(hand.told().iter().any(|told| told.contains("begins with http")), "{:?}", hand.told());
    hand.to("Timeout").ctrl('u');
    assert!(hand.types("soon").told().iter().any(|told| told.contains("like 10s")));
    let mut hand = Hand::new(&world);
    hand.to("Endpoint").types("ftp://");
    assert_eq!(hand.ctrl('s'), FormStep::Stay);
    let told = hand.told().join("\n");
    for part in ["3 things to correct", "a name is needed", "tick at least one", "begins with http"] {
        assert!(told.contains(part), "{part} is missing in {told}");
    }
    assert_eq!(FIELDS[hand.form.active()].label, "Name", "the cursor goes to the first of them");
}

#[test]
fn a_name_that_is_taken_in_a_channel_is_refused() {
    let world = World::new();
    let mut hand = Hand::filled(&world);
    hand.to("Name").ctrl('u');
    hand.types("Restart server");
    assert_eq!(hand.ctrl('s'), FormStep::Stay);
    assert!(hand.told().iter().any(|told| told.contains("prod/platform already has an action named")));
}

#[test]
fn a_full_channel_cannot_be_ticked_and_says_who_holds_it() {
    let world = World::new();
    let mut hand = Hand::on(&world, Form::create(&world.context(), Some(key("prod/payments"))));
    hand.to("Channels");
    let screen = hand.screen(100, 30);
    assert!(screen.contains("▸ [ ] prod/payments"), "{screen}");
    assert!(screen.contains("3/3: Restart server, Enrich, Roll back"), "{screen}");
    hand.types(" ");
    hand.ctrl('t');
    assert!(!hand.form.changed());
    assert!(hand.screen(100, 30).contains("source not configured"), "of old/legacy");
}

#[test]
fn moving_in_the_list_stays_inside_until_its_end() {
    let world = World::new();
    let mut hand = Hand::new(&world);
    hand.to("Channels");
    for channel in ["duty/42", "old/legacy", "prod/payments", "prod/platform"] {
        assert!(hand.screen(100, 36).lines().any(|line| line.contains('▸') && line.contains(channel)), "{channel}");
        hand.wish(Command::Move(Motion::Down));
    }
    assert_eq!(FIELDS[hand.form.active()].label, "Endpoint");
    hand.wish(Command::Move(Motion::Up));
    hand.types(" ");
    assert!(hand.screen(100, 36).contains("1 ticked: prod/platform"), "{}", hand.screen(100, 36));
}

#[test]
fn a_cleared_field_comes_back_and_a_removed_header_too() {
    let world = World::new();
    let mut stored = action("Deploy", &[("prod/platform", 3)]);
    stored.headers = vec![Header::new("Authorization", "Bearer s3cret")];
    let mut hand = Hand::on(&world, Form::edit(&world.context(), &stored));
    hand.to("Endpoint").ctrl('u');
    assert!(hand.form.changed());
    hand.ctrl('z');
    hand.to("Headers").ctrl('x');
    assert!(hand.form.changed());
    hand.ctrl('z');
    hand.to("Channels").types("platform ");
    assert!(hand.form.changed());
    hand.ctrl('z');
    assert!(!hand.form.changed());
}

#[test]
fn keys_of_a_line_work_and_a_paste_is_one_piece() {
    let world = World::new();
    let mut hand = Hand::filled(&world);
    hand.to("Description").types("two words");
    hand.press(KeyCode::Left, KeyModifiers::CONTROL);
    hand.types("small ");
    hand.press(KeyCode::Home, KeyModifiers::NONE);
    hand.form.paste(&world.context(), "it has\n");
    hand.types(" ");
    hand.press(KeyCode::End, KeyModifiers::NONE);
    hand.types(".");
    assert_eq!(hand.save().description, "it has two small words.");
}

#[test]
fn save_is_not_repeated_while_it_is_under_way() {
    let world = World::new();
    let mut hand = Hand::filled(&world);
    let saved = hand.save();
    assert_eq!(hand.ctrl('s'), FormStep::Stay);
    hand.types("typed too late").to("Endpoint");
    assert_eq!(hand.wish(Command::Back), FormStep::AskLeave);
    hand.form.refused(SaveRefusal { field: None, message: "the disk is full".to_owned(), current: None });
    assert!(hand.screen(80, 24).contains("not saved: the disk is full"));
    assert_eq!(hand.save(), saved);
}

#[test]
fn a_refusal_for_a_full_channel_stands_at_the_top_and_beside_the_field() {
    let world = World::new();
    let mut hand = Hand::filled(&world);
    hand.save();
    let message = "prod/platform is full (3/3): 1 Restart server, 2 Enrich, 3 Roll back".to_owned();
    let field = Some(Field::CHANNELS);
    hand.form.refused(SaveRefusal { field, message: message.clone(), current: None });
    let screen = hand.screen(120, 36);
    assert_eq!(screen.matches("prod/platform is full (3/3)").count(), 2, "{screen}");
    hand.types("platform ");
    assert!(!hand.told()[1..].contains(&message), "it was about what was ticked: {:?}", hand.told());
}

#[test]
fn a_channel_that_filled_up_meanwhile_is_not_saved() {
    let mut world = World::new();
    let form = Hand::filled(&world).form;
    for (name, slot) in [("Two", 2), ("Three", 3)] {
        world.add(action(name, &[("prod/platform", slot)]));
    }
    let mut hand = Hand::on(&world, form);
    assert_eq!(hand.ctrl('s'), FormStep::Stay);
    assert!(hand.told().iter().any(|told| told.contains("prod/platform is full (3/3: Restart server, Two, Three)")));
}

#[test]
fn what_someone_else_changed_is_shown_before_it_is_saved_over() {
    let world = World::new();
    let stored = action("Deploy", &[("prod/platform", 3)]);
    let mut hand = Hand::on(&world, Form::edit(&world.context(), &stored));
    hand.types(" all").to("Description").types("mine");
    hand.save();
    let mut theirs = Action { revision: 7, name: "Deploy \u{1b}[31m".to_owned(), cooldown_ms: 9_000, ..stored };
    theirs.timeout_ms = 60_000;
    theirs.slots = [(key("duty/42"), 2)].into();
    let refusal = SaveRefusal { field: None, message: "changed".to_owned(), current: Some(Box::new(theirs)) };
    hand.form.refused(refusal);
    let screen = hand.screen(120, 36);
    let changed = ["changed meanwhile by someone else", "name: theirs is \"Deploy ␛[31m\"; yours stays"];
    for part in changed.into_iter().chain(["timeout: theirs is \"1m\"", "channels: theirs is duty/42"]) {
        assert!(screen.contains(part), "{part} is missing in\n{screen}");
    }
    hand.form.command(&world.context(), hand.now, Command::Edit(FieldCommand::Save));
    assert!(!hand.form.saving(), "a key that is held down saves nothing over");
    let saved = hand.save();
    assert_eq!((saved.revision, saved.name.as_str(), saved.description.as_str()), (7, "Deploy all", "mine"));
    assert_eq!((saved.timeout_ms, saved.cooldown_ms), (60_000, 9_000), "what was not changed here follows theirs");
    assert_eq!(saved.slots, [(key("duty/42"), 2)].into());
}

#[test]
fn a_copy_has_its_own_name_and_only_places_that_are_free() {
    let mut world = World::new();
    let original = action("Restart server", &[("prod/platform", 1), ("prod/payments", 1)]);
    let copy = Form::duplicate(&world.context(), &original);
    assert!(!copy.changed());
    let saved = Hand::on(&world, copy).save();
    assert_eq!((saved.id.as_str(), saved.revision, saved.name.as_str()), ("", 0, "Restart server copy"));
    assert_eq!(saved.slots, [(key("prod/platform"), 0)].into());
    world.add(saved);
    let second = Hand::on(&world, Form::duplicate(&world.context(), &original)).save();
    assert_eq!(second.name, "Restart server copy 2");
}

#[test]
fn leaving_asks_only_where_something_changed() {
    let world = World::new();
    let mut hand = Hand::new(&world);
    assert_eq!(hand.press(KeyCode::Esc, KeyModifiers::NONE), FormStep::Close);
    hand.types("x");
    assert_eq!(hand.press(KeyCode::Esc, KeyModifiers::NONE), FormStep::AskLeave);
    hand.to("Cancel");
    assert_eq!(hand.press(KeyCode::Enter, KeyModifiers::NONE), FormStep::AskLeave);
    hand.to("Name").ctrl('z');
    assert_eq!(hand.press(KeyCode::Esc, KeyModifiers::NONE), FormStep::Close);
}

#[test]
fn the_save_button_saves() {
    let world = World::new();
    let mut hand = Hand::filled(&world);
    hand.to("Save");
    let step = hand.press(KeyCode::Enter, KeyModifiers::NONE);
    assert!(matches!(step, FormStep::Effects(effects) if matches!(effects[..], [Effect::Save(_)])));
}

#[test]
fn plain_http_is_warned_of_but_for_loopback() {
    assert!(endpoint_note("http://ci.example/x").unwrap().contains("read on the way"));
    for near in ["https://ci.example/", "http://localhost:1/", "http://127.0.0.1/", "http://[::1]:8/", "http:", ""] {
        assert_eq!(endpoint_note(near), None, "{near}");
    }
}

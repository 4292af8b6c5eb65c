//! Actions as text: every file of `valid` reads and is written as it stands, every one of `invalid` says what its `.txt`
//! says.
//!
//! With `ANDON_BLESS=1` the texts are written anew; read them before they are committed.

use std::path::Path;

use andon::config::actions::{faults, keep, read, read_input, write};
use andon::domain::action::{Action, Body, Confirm, Header, Input, InputKind, Method, Redirects, Sign, Success, Tls};
use andon::domain::channel::ChannelKey;
use proptest::prelude::*;
use serde_json::json;

use crate::support::files::toml_files;

#[test]
fn every_fault_has_its_place_and_never_a_secret() {
    for path in toml_files("action_files/invalid") {
        let text = std::fs::read_to_string(&path).unwrap();
        let name = path.file_name().unwrap().to_str().unwrap();
        let said = format!("{}\n", read(&text, name).expect_err(name));
        assert!(!said.contains("s3cret"), "{said}");
        let expected = path.with_extension("txt");
        if std::env::var_os("ANDON_BLESS").is_some() {
            std::fs::write(&expected, &said).unwrap();
        }
        assert_eq!(said, std::fs::read_to_string(&expected).unwrap_or_default(), "{}", path.display());
    }
}

/// What is written is what was read, byte for byte: the files of `valid` are as `export` writes them.
#[test]
fn valid_files_are_written_as_they_stand() {
    for path in toml_files("action_files/valid") {
        let text = std::fs::read_to_string(&path).unwrap();
        let file = read(&text, "valid").unwrap_or_else(|error| panic!("{error}"));
        let written = write(&file.origin, &file.actions);
        if std::env::var_os("ANDON_BLESS").is_some() {
            std::fs::write(&path, &written).unwrap();
        }
        assert_eq!(written, text, "{}", path.display());
    }
}

#[test]
fn every_key_arrives() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/action_files/valid/everything.toml");
    let file = read(&std::fs::read_to_string(path).unwrap(), "everything").unwrap();
    assert_eq!((file.origin.as_str(), file.lines.as_slice()), ("platform", &[3, 87][..]));
    let action = &file.actions[0];
    assert_eq!((action.id.as_str(), action.name.as_str(), action.origin.as_str()), ("back", "Roll back", "platform"));
    let slots: Vec<(&str, u8)> = action.slots.iter().map(|(channel, slot)| (channel.as_str(), *slot)).collect();
    assert_eq!(slots, [("duty/1973372625504", 0), ("prod/platform", 2)]);
    assert_eq!((action.method, action.confirm, action.redirects), (Method::Put, Confirm::None, Redirects::SameOrigin));
    assert!(!action.enabled && action.danger && action.only_open);
    assert_eq!((action.timeout_ms, action.cooldown_ms, action.hold_ms, action.retries), (90_000, 5_000, Some(0), 2));
    assert_eq!(action.retries_on, [409, 503]);
    assert_eq!((action.connect_timeout_ms, action.attempt_timeout_ms), (Some(1_500), Some(30_000)));
    assert_eq!(action.success.as_str(), "status == 200 and body.ok");
    assert_eq!(action.proxy, "socks5://ada:${secret:PROXY}@proxy.example:1080");
    let headers: Vec<(&str, &str, bool)> =
        action.headers.iter().map(|header| (header.name.as_str(), header.expose(), header.is_secret())).collect();
    let wanted = [
        ("Authorization", "Bearer ${secret:CI}", true),
        ("X-Env", "prod", false),
        ("Accept", "${kept:Accept}", true),
        ("X.Odd", "${kept:X.Odd}", true),
    ];
    assert_eq!(headers, wanted);
    let body =
        json!({"z": "{{ incident.title }}", "a": {"deep": [1, 2.5, true, "x", {}]}, "n": -3, "at": "1979-05-27"});
    assert_eq!(action.body, Body::Json(body.clone()));
    let Body::Json(read_body) = &action.body else { panic!() };
    assert_eq!(read_body.to_string(), body.to_string(), "in the order written");
    let inputs = &action.inputs;
    assert_eq!((inputs[0].kind, inputs[0].required), (InputKind::Choice, true));
    assert_eq!(
        (inputs[0].choices.as_slice(), inputs[0].default.clone()),
        (&["previous".into(), "v41".into()][..], Some(json!("previous")))
    );
    assert_eq!((inputs[1].min, inputs[1].max, inputs[1].default.clone()), (Some(1.0), Some(9.5), Some(json!(3))));
    assert_eq!((inputs[2].pattern.as_str(), inputs[2].help.as_str()), ("[A-Z]+-[0-9]+", "the ticket"));
    assert!(inputs[3].is_secret() && inputs[4].default == Some(json!(true)));
    let sign = action.sign.clone().unwrap();
    assert_eq!(
        sign,
        Sign {
            key: "${secret:NEW}".to_owned().into(),
            previous_key: Some("${kept:sign.previous_key}".to_owned().into())
        }
    );
    let tls = Tls { ca: "/etc/ca.pem".into(), cert: "/etc/c.pem".into(), key: "/etc/k.pem".into(), verify: false };
    assert_eq!(action.tls, tls);
    let follow = action.follow.clone().unwrap();
    assert_eq!(
        (follow.url.as_str(), follow.next.as_str()),
        ("{{ answer.headers.location }}api/json", "{{ body.executable.url }}api/json")
    );
    assert_eq!(
        (follow.origin, follow.every_ms, follow.limit_ms),
        (vec!["same".to_owned(), "https://ci2.example".to_owned()], 5_000, 3_600_000)
    );
    assert_eq!(
        (follow.done.as_str(), follow.failed.as_str(), follow.progress.as_str()),
        ("body.building == false", "body.result != 'SUCCESS'", "body.percent")
    );
    assert_eq!(file.actions[1].sign, None);
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z ]{1,8}", "(?s).{1,12}", Just("${secret:A}".to_owned()), Just("a\"\"\"\n\\b".to_owned())]
}

fn any_header() -> impl Strategy<Value = Header> {
    ("[A-Za-z.-]{1,8}", "[!-~]{1,12}", any::<bool>())
        .prop_map(|(name, value, secret)| Header::with_secrecy(format!("X{name}"), value, secret))
}

fn any_body() -> impl Strategy<Value = Body> {
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(|flag| json!(flag)),
        any::<i64>().prop_map(|number| json!(number)),
        any::<u64>().prop_map(|number| json!(number)),
        any::<i32>().prop_map(|number| json!(f64::from(number) / 8.0)),
        any_text().prop_map(|text| json!(text)),
    ];
    let value = leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|items| json!(items)),
            prop::collection::btree_map("[a-z.\" ]{0,6}", inner, 0..4).prop_map(|pairs| json!(pairs)),
        ]
    });
    prop_oneof![
        Just(Body::Contract),
        value.prop_map(Body::Json),
        prop::collection::vec(("[a-z.\" ]{0,3}x", any_text()), 1..4).prop_map(Body::Form),
        any_text().prop_map(Body::Text),
    ]
}

prop_compose! {
    fn any_action()(
        description in any_text(),
        mut headers in prop::collection::vec(any_header(), 0..4),
        body in any_body(),
        times in (1_000_u64..600_000, 0_u64..60_000, proptest::option::of(0_u64..60_000)),
        flags in any::<[bool; 4]>(),
        default in -1_000_000_i64..1_000_000,
    ) -> Action {
        let mut action = Action::new("Roll back", "https://ci.example/x");
        action.slots.insert(ChannelKey::new("prod", "a/b"), 2);
        headers.sort_by_key(|header| header.name.to_ascii_lowercase());
        headers.dedup_by_key(|header| header.name.to_ascii_lowercase());
        (action.description, action.headers, action.body) = (description, headers, body);
        (action.timeout_ms, action.cooldown_ms, action.hold_ms) = times;
        [action.enabled, action.danger, action.only_open, action.tls.verify] = flags;
        if flags[0] {
            action.sign = Some(Sign { key: "whsec_c2VjcmV0c2VjcmV0c2VjcmV0".to_owned().into(), previous_key: None });
            "http://ada-pw@proxy.example:8080".clone_into(&mut action.proxy);
        }
        action.inputs.push(Input { name: "n".into(), kind: InputKind::Number, default: Some(json!(default)), ..Input::default() });
        action.success = Success::new("200, 202");
        action
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    /// Safety D27: export, then apply, changes nothing and destroys no stored secret.
    #[test]
    fn what_is_exported_and_applied_is_the_same(stored in any_action().prop_filter("saved", |action| faults(action, &[]).is_empty())) {
        let text = write("", std::slice::from_ref(&stored));
        let mut file = read(&text, "export").unwrap_or_else(|error| panic!("{error}\n{text}"));
        for header in stored.headers.iter().filter(|header| header.is_secret()) {
            let kept = format!("${{kept:{}}}", header.name);
            prop_assert!(text.contains(&kept));
        }
        prop_assert!(!text.contains("whsec_") && !text.contains("ada-pw"));
        keep(&mut file.actions[0], Some(&stored)).unwrap();
        prop_assert_eq!(&file.actions[0], &Action { revision: 0, ..stored });
    }
}

#[test]
fn what_is_not_stored_cannot_be_kept() {
    let text = "[[action]]\nname = \"x\"\nchannels = [\"a/b\"]\nendpoint = \"https://x/y\"\nproxy = \"${kept:proxy}\"\n\
        [action.headers]\nX-A = \"${kept:x-a}\"\n[action.sign]\nkey = \"${kept:sign.key}\"\n";
    let mut action = read(text, "x").unwrap().actions.remove(0);
    let names = |missing: Vec<andon::config::actions::Unkept>| -> Vec<String> {
        missing.into_iter().map(|unkept| unkept.name).collect()
    };
    assert_eq!(names(keep(&mut action.clone(), None).unwrap_err()), ["X-A", "sign.key", "proxy"]);
    let mut stored = Action::new("x", "https://x/y");
    stored.headers.push(Header::new("x-a", "s3cret"));
    assert_eq!(names(keep(&mut action, Some(&stored)).unwrap_err()), ["sign.key", "proxy"]);
    assert_eq!(action.headers[0].expose(), "s3cret");
}

#[test]
fn an_input_is_typed_as_an_inline_table() {
    let input = read_input("{ name = \"version\", type = \"choice\", choices = [\"a\"], required = true }").unwrap();
    assert_eq!((input.name.as_str(), input.kind, input.required), ("version", InputKind::Choice, true));
    let said = read_input("{ name = \"version\", typ = \"choice\" }").unwrap_err().to_string();
    assert!(said.contains("unknown key `typ`") && said.contains("did you mean `type`?"), "{said}");
    assert!(read_input("version").unwrap_err().to_string().contains("not TOML"));
    assert!(read_input("{ name = \"a\" }\nx = 1").unwrap_err().to_string().contains("unknown key `x`"));
}

#[test]
fn a_preset_begins_an_action_and_what_stands_there_replaces_its_parts() {
    let text = "[[action]]\nname = \"Launch\"\npreset = \"awx-job\"\nchannels = [\"prod/web\"]\n\
                endpoint = \"https://awx.example/api/v2/job_templates/7/launch/\"\ntimeout = \"30s\"\n";
    let action = read(text, "launch").unwrap_or_else(|error| panic!("{error}")).actions.remove(0);
    assert_eq!((action.name.as_str(), action.timeout_ms), ("Launch", 30_000));
    assert!(action.follow.as_ref().is_some_and(|follow| !follow.url.is_empty()), "it follows the job: {action:?}");
    let unknown = read(&text.replace("awx-job", "awx-jobs"), "launch").unwrap_err().to_string();
    assert!(unknown.contains("preset") && unknown.contains("awx-job"), "names what is near: {unknown}");
}

#[test]
fn inputs_can_be_said_in_one_line_and_are_written_as_what_they_are() {
    let text = "[[action]]\nname = \"Restart\"\nchannels = [\"prod/web\"]\nendpoint = \"https://ci.example/\"\n\
                inputs = { container = [\"plex\", \"traefik\"], count = 3, force = false }\n";
    let file = read(text, "restart").unwrap_or_else(|error| panic!("{error}"));
    let told: Vec<_> = file.actions[0].inputs.iter().map(|input| (input.name.as_str(), input.kind)).collect();
    let kinds = [InputKind::Choice, InputKind::Number, InputKind::Boolean];
    assert_eq!(told, ["container", "count", "force"].into_iter().zip(kinds).collect::<Vec<_>>());
    assert_eq!(file.actions[0].inputs[0].default, Some("plex".into()));
    let again = read(&write("", &file.actions), "again").unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(again.actions, file.actions);
}

#[test]
fn where_toml_has_no_null_the_error_names_json_text() {
    let text = "[[action]]\nname = \"Restart\"\nchannels = [\"prod/web\"]\nendpoint = \"https://ci.example/\"\n\
                body = { json = { version = null } }\n";
    let error = read(text, "restart").unwrap_err().to_string();
    assert!(error.contains("json_text"), "{error}");
}

#[test]
fn a_default_follows_the_rules_of_every_other_text() {
    let with = |default: &str| {
        format!(
            "[[action]]\nname = \"Restart\"\nchannels = [\"prod/web\"]\nendpoint = \"https://ci.example/\"\n\
             [[action.input]]\nname = \"v\"\ndefault = \"{default}\"\n"
        )
    };
    let said = read(&with("{% if 1 %}x{% endif %}"), "block").unwrap_err().to_string();
    assert!(said.contains("its default: {% is not allowed"), "{said}");
    assert!(faults(&read(&with("$${x}"), "dollar").unwrap().actions[0], &[]).is_empty());
}

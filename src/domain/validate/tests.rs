//! Every sentence at its field, and what is valid.

use serde_json::json;

use super::*;
use crate::domain::action::{Action, Body, Follow, Header, Input, InputKind, MASK, Sign, Success, Tls};
use crate::domain::channel::ChannelKey;

fn valid(name: &str) -> Action {
    let mut action = Action::new(name, "https://ci.example/hooks/x");
    action.slots.insert(ChannelKey::new("prod", "platform"), 1);
    action
}

#[test]
fn a_plain_action_is_valid() {
    assert_eq!(faults(&valid("Roll back"), &[]), []);
}

#[test]
fn each_bad_endpoint_has_its_own_sentence() {
    for (endpoint, part) in [
        ("", "needed"),
        ("ftp://x/y", "begins with http"),
        ("http://", "no host"),
        ("http:///x", "no host"),
        ("https://?q", "no host"),
        ("https://ada:pw@x/y", "Authorization header"),
        ("https://ada@x/y", "Authorization header"),
        ("https://x/a b", "%20"),
        ("https://x:99999/", "not a valid URL"),
        ("https://x/{{ incident.num", "no closing }}"),
        ("https://x/{{ }}", "is empty"),
        ("https://x/ incident.num }}", "closes no expression"),
        ("https://x/{% if a %}", "{% and {# are not allowed"),
        ("https://x/{{ a }}{# b #}", "{% and {# are not allowed"),
        ("{{ incident.labels.scheme }}://x/y", "begins with http"),
        ("http{{ s }}://x/y", "begins with http"),
        ("https://{{ user }}@x/y", "before the @"),
        ("https://x:{{ port }}/y", "in the port"),
        ("https://[::1]:{{ port }}/y", "in the port"),
        ("https://ci-{{ incident.labels.team }}.example/y", "whole part"),
        ("https://{{ a }}{{ b }}.example/y", "whole part"),
        ("https://x/y#{{ a }}", "never sent"),
        ("https://${secret:CI}/x", "where it goes must be seen"),
        ("https://x:${secret:CI}/x", "where it goes must be seen"),
        ("https://${secret:CI}@x/x", "where it goes must be seen"),
        ("${secret:CI}", "where it goes must be seen"),
        ("https://x/y#${secret:CI}", "where it goes must be seen"),
        ("https://x/${cmd:id}", "${cmd:...} is not allowed"),
        ("https://x/${kept:key}", "no stored value to keep"),
        ("https://{{ '${env:HOME}' }}/x", "where it goes must be seen"),
        ("https://x/••••••", "mask"),
        ("https://x/\u{f8ff}", "invisible"),
    ] {
        let fault = endpoint_fault(endpoint).unwrap_or_default();
        assert!(fault.contains(part), "{endpoint}: {fault}");
    }
    for endpoint in [
        "http://127.0.0.1:8080/x?y=1",
        "https://[::1]/x",
        "https://例え.jp/",
        "https://x/{{ incident.num }}/y-{{ incident.labels['a/b'] }}?t={{ incident.title | default(\"}}\") }}",
        "https://{{ incident.labels.team }}.ci.example:8443/x",
        "https://{{ {'a': {'b': 'c'}}.a.b }}.example/x",
        "https://{{ incident.labels.host }}/x",
    ] {
        assert_eq!(endpoint_fault(endpoint), None, "{endpoint}");
    }
}

#[test]
fn headers_that_http_forbids_or_andon_sets_are_refused_without_showing_values() {
    let mut action = valid("x");
    action.headers = vec![
        Header::new("Bad Name", "v"),
        Header::new("Host", "v"),
        Header::new("webhook-id", "v"),
        Header::new("X-Token", "s3cret\n"),
        Header::new("x-token", "••••••"),
    ];
    let faults = faults(&action, &[]);
    let said = |field| faults.iter().find(|fault| fault.field == field).map_or("", |fault| &fault.message);
    assert!(said(Field::HeaderName(0)).contains("only letters"));
    assert!(said(Field::HeaderName(1)).contains("sets Host itself"));
    assert!(said(Field::HeaderName(2)).contains("sets webhook-id itself"));
    assert!(said(Field::HeaderValue(3)).contains("line ends"));
    assert!(said(Field::HeaderName(4)).contains("twice; header 4"));
    assert!(said(Field::HeaderValue(4)).contains("mask"));
    assert!(!format!("{faults:?}").contains("s3cret"));
}

#[test]
fn names_are_bounded_and_unique_in_a_channel() {
    assert!(name_fault(" ").is_some() && name_fault(&"n".repeat(65)).is_some() && name_fault("a\u{200b}b").is_some());
    assert_eq!(name_fault(&"队".repeat(64)), None);
    // What looks like a space, or like nothing: two buttons would look alike.
    let blank = "\u{a0}\u{1680}\u{2000}\u{2007}\u{2009}\u{202f}\u{205f}\u{3000}\u{2800}\u{3164}\u{ffa0}\u{115f}\u{1160}\u{1d159}\u{16fe4}\u{85}\t\u{ad}\u{2060}";
    for ch in blank.chars() {
        assert!(name_fault(&format!("Roll{ch}back")).is_some(), "U+{:04X}", u32::from(ch));
    }
    let mut other = valid("Roll back");
    other.id = "other".to_owned();
    assert!(faults(&valid("Roll back"), &[other]).iter().any(|fault| fault.message.contains("already has an action")));
}

fn fault_of(action: &Action, field: Field) -> String {
    faults(action, &[]).into_iter().find(|fault| fault.field == field).map(|fault| fault.message).unwrap_or_default()
}

#[test]
fn header_values_may_be_filled_and_hold_references_of_three_kinds() {
    for (value, part) in [
        ("Bearer ${secret:CI}", ""),
        ("${env:A}${file:/run/b}", ""),
        ("{{ incident.num }}-{{ inputs.version }}", ""),
        ("${cmd:id}", "is not allowed in an action"),
        ("${kept:Authorization}", "no stored value"),
        ("pa${ss", "no closing }"),
        ("pa${HOME}", "does not begin a reference"),
        ("${secret: }", "is empty"),
        ("{{ a", "no closing }}"),
        ("a }}", "closes no expression"),
        ("{% raw %}", "{% and {#"),
    ] {
        let mut action = valid("x");
        action.headers = vec![Header::new("X-Token", value)];
        let said = fault_of(&action, Field::HeaderValue(0));
        assert!(if part.is_empty() { said.is_empty() } else { said.contains(part) }, "{value}: {said}");
        assert!(!said.contains("ss") || !value.starts_with("pa"), "{said}");
    }
}

#[test]
fn a_body_is_judged_text_by_text_and_says_where() {
    for (body, part) in [
        (Body::Json(json!({ "a": ["{{ incident.num }}", { "b": "${secret:X}" }], "c": 1, "d": "}}" })), ""),
        (Body::Text("{\"a\":{\"b\":{{ incident.num }}}} • done".to_owned()), ""),
        (Body::Form(vec![("text".to_owned(), "{{ incident.title }}".to_owned())]), ""),
        (Body::Json(json!({ "a": [1, { "b": "{{ x" }] })), "a[1].b: an expression"),
        (Body::Json(json!({ "{{ x }}": 1 })), "{{ x }}: expressions and references are not allowed in a name"),
        (Body::Json(json!({ "a": "${cmd:id}" })), "a: ${cmd:...} is not allowed"),
        (Body::Json(json!({ "a": "••••••" })), "mask"),
        (Body::Form(vec![(" ".to_owned(), "x".to_owned())]), "needs a name"),
        (Body::Form(vec![("a".to_owned(), "{% x %}".to_owned())]), "a: {% and {#"),
        (Body::Text("{# x #}".to_owned()), "{% and {#"),
        (Body::Text("x ${HOME}".to_owned()), "does not begin a reference"),
    ] {
        let action = Action { body, ..valid("x") };
        let said = fault_of(&action, Field::BODY);
        assert!(if part.is_empty() { said.is_empty() } else { said.contains(part) }, "{:?}: {said}", action.body);
    }
}

#[test]
fn inputs_say_what_could_not_be_asked() {
    let input = |name: &str, kind| Input { name: name.to_owned(), kind, ..Input::default() };
    let choices = vec!["v41".to_owned(), "v42".to_owned()];
    for (input, part) in [
        (Input { default: Some(json!("v41")), choices: choices.clone(), ..input("version", InputKind::Choice) }, ""),
        (Input { default: Some(json!(4)), min: Some(1.0), max: Some(4.0), ..input("_n", InputKind::Number) }, ""),
        (Input { required: true, default: Some(json!("")), ..input("why", InputKind::String) }, ""),
        (input("", InputKind::String), "needs a name"),
        (input("1a", InputKind::String), "no digit first"),
        (input("a-b", InputKind::String), "only letters"),
        (input("version", InputKind::Choice), "needs its choices"),
        (Input { choices: vec!["a".into(), "a".into()], ..input("v", InputKind::Choice) }, "twice"),
        (Input { default: Some(json!("v43")), choices, ..input("v", InputKind::Choice) }, "refused: choose one of v41"),
        (Input { default: Some(json!("5")), max: Some(4.0), ..input("n", InputKind::Number) }, "at most 4"),
        (Input { default: Some(json!([1])), ..input("n", InputKind::String) }, "a default is"),
        (Input { min: Some(5.0), max: Some(4.0), ..input("n", InputKind::Number) }, "above the greatest"),
        (Input { pattern: "(".to_owned(), ..input("n", InputKind::String) }, "not a regular expression"),
        (Input { default: Some(json!(MASK)), ..input("n", InputKind::Secret) }, "mask"),
    ] {
        let action = Action { inputs: vec![input], ..valid("x") };
        let said = fault_of(&action, Field::Input(0));
        assert!(if part.is_empty() { said.is_empty() } else { said.contains(part) }, "{:?}: {said}", action.inputs);
    }
    let twice = Action { inputs: vec![input("a", InputKind::String), input("a", InputKind::Number)], ..valid("x") };
    assert!(fault_of(&twice, Field::Input(1)).contains("twice; input 1"));
    let secret =
        Input { pattern: "[a-z]+".to_owned(), default: Some(json!("S3CRET")), ..input("k", InputKind::Secret) };
    let said = fault_of(&Action { inputs: vec![secret], ..valid("x") }, Field::Input(0));
    assert!(said.contains("default") && !said.contains("S3CRET"), "{said}");
}

#[test]
fn signing_keys_are_references_or_whsec_and_never_told() {
    for (key, fine) in [
        ("${secret:WHSEC}", true),
        ("${file:/run/key}", true),
        ("whsec_c2VjcmV0", true),
        ("whsec_c2VjcmV0cw==", true),
        ("whsec_", false),
        ("whsec_c2Vj!", false),
        ("whsec_c2VjcmV", false),
        ("c2VjcmV0", false),
        ("abc${secret:X}", false),
        ("${secret:X}${secret:Y}", false),
        ("${cmd:pass}", false),
        ("••••••", false),
        ("", false),
    ] {
        let secret = || key.to_owned().into();
        let action = Action { sign: Some(Sign { key: secret(), previous_key: Some(secret()) }), ..valid("x") };
        for field in [Field::SIGN_KEY, Field::Of("sign.previous_key")] {
            let said = fault_of(&action, field);
            assert_eq!(said.is_empty(), fine, "{key}: {said}");
            assert!(!said.contains("c2Vj"), "{said}");
        }
    }
}

#[test]
fn certificates_come_in_pairs_and_proxies_in_three_kinds() {
    let tls = |ca: &str, cert: &str, key: &str| Tls { ca: ca.into(), cert: cert.into(), key: key.into(), verify: true };
    let with = |tls| Action { tls, ..valid("x") };
    assert_eq!(faults(&with(tls("/ca.pem", "/c.pem", "/k.pem")), &[]), []);
    assert!(fault_of(&with(tls("", "/c.pem", "")), Field::Of("tls.key")).contains("without its key"));
    assert!(fault_of(&with(tls("", "", "/k.pem")), Field::Of("tls.cert")).contains("without its certificate"));
    assert!(fault_of(&with(tls("${file:/ca}", "", "")), Field::Of("tls.ca")).contains("not allowed"));
    for (proxy, part) in [
        ("", ""),
        ("none", ""),
        ("http://proxy:3128", ""),
        ("socks5://ada:${secret:P}@proxy:1080", ""),
        ("${secret:PROXY}", ""),
        ("proxy:3128", "begins with"),
        ("ftp://proxy", "begins with"),
        ("http://", "not a valid URL"),
        ("http://ada:pw@proxy", "would be shown"),
        ("http://ada:pw${secret:P}@proxy", "would be shown"),
        ("http://{{ x }}", "expressions"),
        ("${cmd:x}", "is not allowed in an action"),
        ("http://••••••@proxy", "mask"),
    ] {
        let said = fault_of(&Action { proxy: proxy.to_owned(), ..valid("x") }, Field::PROXY);
        assert!(if part.is_empty() { said.is_empty() } else { said.contains(part) }, "{proxy}: {said}");
        assert!(!said.contains("pw"), "{said}");
    }
}

#[test]
fn times_stand_within_each_other() {
    let mut action = valid("x");
    (action.connect_timeout_ms, action.attempt_timeout_ms, action.retries) = (Some(100), Some(10_000), 5);
    (action.hold_ms, action.cooldown_ms) = (Some(60_000), 24 * 3_600_000);
    assert_eq!(faults(&action, &[]), []);
    (action.connect_timeout_ms, action.attempt_timeout_ms, action.retries) = (Some(10_001), Some(10_001), 6);
    (action.hold_ms, action.cooldown_ms) = (Some(60_001), 24 * 3_600_000 + 1);
    let fields: Vec<_> = faults(&action, &[]).into_iter().map(|fault| fault.field).collect();
    let all = [
        Field::Of("retries"),
        Field::Of("connect_timeout"),
        Field::Of("attempt_timeout"),
        Field::Of("hold"),
        Field::Of("cooldown"),
    ];
    assert_eq!(fields, all);
    (action.connect_timeout_ms, action.attempt_timeout_ms) = (Some(99), Some(99));
    assert!(fault_of(&action, Field::Of("connect_timeout")).contains("100ms"));
    assert!(fault_of(&action, Field::Of("attempt_timeout")).contains("100ms"));
    (action.connect_timeout_ms, action.attempt_timeout_ms) = (Some(900), Some(800));
    assert!(fault_of(&action, Field::Of("connect_timeout")).contains("than an attempt"));
}

#[test]
fn rules_are_codes_or_bare_expressions() {
    for (rule, fine) in [
        ("2xx", true),
        ("200, 3xx", true),
        ("status == 200 and body.ok", true),
        ("99", false),
        ("9xx", false),
        ("200-299", false),
        (",", false),
        ("{{ body.ok }}", false),
        ("body.x == \"${secret:X}\"", false),
        ("••••••", false),
    ] {
        let said = fault_of(&Action { success: Success::new(rule), ..valid("x") }, Field::SUCCESS);
        assert_eq!(said.is_empty(), fine, "{rule}: {said}");
    }
}

#[test]
fn a_follow_rule_is_judged_part_by_part() {
    let with = |follow| Action { follow: Some(follow), ..valid("x") };
    let fine = Follow {
        url: "{{ answer.headers.location }}api/json".to_owned(),
        next: "/job/{{ body.id }}".to_owned(),
        origin: vec!["same".to_owned(), "https://ci.example:8443".to_owned()],
        done: "body.complete".to_owned(),
        ..Follow::default()
    };
    assert_eq!(faults(&with(fine), &[]), []);
    let wrong = Follow {
        url: "ftp://x".to_owned(),
        next: "{{ body.id".to_owned(),
        origin: vec!["https://ci.example/path".to_owned()],
        every_ms: 499,
        done: "{{ x }}".to_owned(),
        failed: "${env:X}".to_owned(),
        cancelled: String::new(),
        message: String::new(),
        progress: "{% x %}".to_owned(),
        limit_ms: 24 * 3_600_000 + 1,
    };
    let parts: Vec<_> = faults(&with(wrong), &[]).into_iter().map(|fault| fault.field.to_string()).collect();
    let all = ["url", "next", "origin", "every", "done", "failed", "progress", "limit"];
    assert_eq!(parts, all.map(|part| format!("follow.{part}")));
    let alone = with(Follow { failed: "body.result == 'bad'".to_owned(), ..Follow::default() });
    let found: Vec<_> = faults(&alone, &[]).iter().map(|fault| fault.field.to_string()).collect();
    assert_eq!(found, ["follow.failed"], "only a job that is done is judged");
    let short = Follow { every_ms: 2_000, limit_ms: 1_000, origin: Vec::new(), ..Follow::default() };
    let faults = faults(&with(short), &[]);
    assert_eq!(faults.len(), 2, "{faults:?}");
}

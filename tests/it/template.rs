//! Expressions: what they may say, where their values may go, and what rules make of an answer.
//!
//! Labels are written by whoever can send an alert, so most of this is hostile.

use std::collections::HashMap;

use andon::domain::run::Failure;
use andon::template::{
    BodyFacts, Context, Facts, RuleError, check_follow, check_json, check_rule, check_text, check_url, fill_follow,
    fill_json, fill_text, fill_url, holds, reads_body, value,
};
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;
use serde_json::{Value, json};
use url::Url;

const MASK: &str = "••••••";
/// What somebody who can send an alert may write.
const HOSTILE: &str = "\"}] ${secret:X} {{ event_id }} {% raw %} </x> & '\r\nX-Evil: 1 /../ ?a=b#c %2e %00";

fn payload() -> Value {
    json!({
        "event_id": "0199",
        "incident": {
            "num": "054D57", "title": HOSTILE, "created_at": 1_763_990_001, "team_size": 4,
            "labels": {"team": "web", "host": "es-01.nj", "slash": "a/b c", "up": "..", "hostile": HOSTILE, "empty": ""},
            "fields": {"big": 9_007_199_254_740_993_i64, "most": u64::MAX, "half": 0.5, "gone": null, "list": [1, "b", null]},
            "responders": [], "alerts": [{"title": "first"}]
        },
        "inputs": {"version": "v41", "count": 3, "password": MASK}
    })
}

fn shown() -> Context {
    Context::shown(&payload())
}

fn text(template: &str) -> String {
    fill_text(template, &shown()).unwrap_or_else(|error| panic!("{template}: {error}"))
}

fn refused(template: &str) -> String {
    fill_text(template, &shown()).expect_err(template).message
}

fn url(template: &str) -> String {
    fill_url(template, &shown()).unwrap_or_else(|error| panic!("{template}: {error}"))
}

#[test]
fn a_lone_expression_keeps_its_type_and_others_are_text() {
    for (template, expected) in [
        ("{{ incident.created_at }}", json!(1_763_990_001)),
        ("{{ incident.fields.big }}", json!(9_007_199_254_740_993_i64)),
        ("{{ incident.fields.most }}", json!(u64::MAX)),
        ("{{ incident.fields.half }}", json!(0.5)),
        ("{{ incident.fields.gone }}", Value::Null),
        ("{{ incident.fields.list }}", json!([1, "b", null])),
        ("{{incident.alerts.0.title}}", json!("first")),
        ("{{ incident[\"labels\"]['team'] }}", json!("web")),
        ("{{ incident.created_at > 5 }}", json!(true)),
        ("{{ {'n': [incident.num, inputs.count]} }}", json!({"n": ["054D57", 3]})),
        (" {{ inputs.count }}", json!(" 3")),
        ("n={{ incident.fields.gone }}, {{ incident.fields.list }}", json!("n=, [1,\"b\",null]")),
        ("{{ 'labels: ' ~ incident.fields.list }}", json!("labels: [1,\"b\",null]")),
        ("costs $5 {not} }} this", json!("costs $5 {not} }} this")),
        ("{{ \"{{ ${secret:X} }}\" }}", json!("{{ ${secret:X} }}")),
    ] {
        assert_eq!(fill_json(&json!(template), &shown()), Ok(expected), "{template}");
    }
    assert_eq!(
        fill_json(&json!({"a": ["{{ incident.num }}", 5, null, {"b": "x"}]}), &shown()),
        Ok(json!({"a": ["054D57", 5, null, {"b": "x"}]}))
    );
}

#[test]
fn optional_parts_of_the_contract_are_empty() {
    for template in [
        "{{ incident.description }}",
        "{{ incident.creator.email }}",
        "{{ incident.closer.person_name }}",
        "{{ person.email }}",
        "{{ incident.alerts.0.description }}",
        "{{ incident.impact }}{{ source }}",
    ] {
        assert_eq!(text(template), "", "{template}");
    }
    assert_eq!(text("{{ incident.end_time }} {{ incident.responders }} {{ test }}"), "0 [] false");
    assert_eq!(text("{{ incident.alerts.0.labels }}"), "{}");
    assert_eq!(text("{{ incident.team_size }}"), "4", "what a source adds can be named");
}

#[test]
fn what_does_not_exist_refuses_and_names_what_is_near() {
    for (template, words) in [
        ("{{ incdent.num }}", "there is no incdent (near: incident)"),
        ("{{ incident.titel }}", "incident has no titel (near: title"),
        ("{{ incident.labels.taem }}", "incident.labels has no taem (near: team)"),
        ("{{ inputs.verson }}", "inputs has no verson (near: version)"),
        ("{{ incident.fields.zzz }}", "it has big, most, half, gone, list"),
        ("{{ incident.responders.0.email }}", "incident.responders has no item 0 (it is empty)"),
        ("{{ incident.responders | first }}", "no item 0"),
        ("{{ incident.alerts.1.title }}", "it has 1, counted from 0"),
        ("{{ incident.fields.gone.x }}", "does not exist"),
    ] {
        let message = refused(template);
        assert!(message.contains(words), "{template}: {message}");
        assert!(fill_json(&json!([template]), &shown()).is_err(), "{template}");
    }
    // Nowhere does what is missing become an empty text, false or null.
    for template in [
        "{{ incident.labels.none ~ 'x' }}",
        "{{ 'x' == incident.labels.none }}",
        "{{ incident.labels.none != 'x' }}",
        "{{ 1 if incident.labels.none else 2 }}",
        "{{ incident.labels.none or 'z' }}",
        "{{ not incident.labels.none }}",
        "{{ incident.labels.none in 'abc' }}",
        "{{ [incident.labels.none] }}",
        "{{ {'a': incident.labels.none} }}",
        "{{ [incident.labels.none] | join(',') }}",
        "{{ incident.labels.none | upper }}",
        "{{ incident.num | replace('0', incident.labels.none) }}",
        "{{ ['a', 'b'] | join(incident.labels.none) }}",
    ] {
        assert!(refused(template).contains("incident.labels has no none"), "{template}");
    }
}

#[test]
fn default_is_the_way_out() {
    assert_eq!(text("{{ incident.labels.none | default('-') }}"), "-");
    assert_eq!(text("{{ incident.responders.0.email | default(\"nobody\") | upper }}"), "NOBODY");
    assert_eq!(text("{{ incident.fields.gone | default('-') }}"), "-", "null is absent");
    assert_eq!(text("{{ incident.labels.empty | default('-') }}"), "");
    assert_eq!(text("{{ incident.labels.empty | default('-', true) }}"), "-");
    // Only the path before it.
    assert!(refused("{{ incident.labels.team | default('') and incident.labels.none.x }}").contains("none"));
    assert!(refused("{{ incident.labels.none | default(incident.labels.other) }}").contains("other"));
}

#[test]
fn there_are_these_filters_and_nothing_else() {
    for (template, expected) in [
        ("{{ incident.labels.slash | urlencode }}", "a%2Fb%20c"),
        ("{{ incident.labels | length }}", "6"),
        ("{{ 'Ab' | lower }}{{ 'Ab' | upper }}", "abAB"),
        ("{{ 'a-b-c' | replace('-', '+') }}", "a+b+c"),
        ("{{ incident.fields.list | first }}{{ 'xyz' | first }}", "1x"),
        ("{{ ['a', 1, none] | join('-') }}", "a-1-"),
        ("{{ incident.fields.list | json }}", "[1,\"b\",null]"),
        ("{{ \"<a href='x'>&\" | xml }}", "&lt;a href=&#39;x&#39;&gt;&amp;"),
        ("{{ '\\u0007\\r' | xml }}", "\u{fffd}&#13;"),
    ] {
        assert_eq!(text(template), expected, "{template}");
    }
    for (template, words) in [
        ("{{ 'x' | uper }}", "no filter uper: near is upper"),
        ("{{ 'x' | safe }}", "no filter safe"),
        ("{{ 'x' is defined }}", "tests"),
        ("{{ range(5) }}", "range cannot be called"),
        ("{{ incident.title.upper() }}", "upper cannot be called"),
        ("{{ a + }}", "unexpected end"),
        ("{% for x in y %}{% endfor %}", "no loops"),
        ("{{- incident.num }}", "a space inside"),
        ("{{ incident.num", "no closing"),
        ("${secrets:X}", "is not a kind of reference"),
    ] {
        let message = refused(template);
        assert!(message.contains(words), "{template}: {message}");
        assert!(check_text(template).is_err(), "{template}");
    }
}

#[test]
fn work_and_output_are_bounded() {
    assert!(refused("{{ 'a' * 100000000 }}").contains("50,000"));
    assert!(refused("{{ [0] * 10000000 }}").len() < 400);
    let large = Context::shown(&json!({"incident": {"title": "x".repeat(300_000)}}));
    let four = "{{ incident.title }}".repeat(4);
    assert!(fill_text(&four, &large).unwrap_err().message.contains("1 MiB"));
    assert!(
        fill_json(&json!([four[..60].to_owned(), four[..20].to_owned()]), &large)
            .unwrap_err()
            .message
            .contains("1 MiB")
    );
    assert_eq!(fill_text("{{ incident.title }}", &large).unwrap().len(), 300_000);
    assert!(fill_text("{{ incident.title | replace('x', incident.title) }}", &large).is_err());
    assert!(fill_text(&format!("{{{{ {}1{} }}}}", "(".repeat(5_000), ")".repeat(5_000)), &large).is_err());
}

#[test]
fn references_are_those_of_the_action_and_never_a_values() {
    let read = HashMap::from([("${secret:CI}".to_owned(), "{{ event_id }} ${secret:X}".to_owned().into())]);
    let wire = Context::wire(&payload(), read);
    let template = "{{ incident.labels.hostile }}|${secret:CI}";
    assert_eq!(fill_text(template, &shown()).unwrap(), format!("{HOSTILE}|${{secret:CI}}"));
    assert_eq!(fill_text(template, &wire).unwrap(), format!("{HOSTILE}|{{{{ event_id }}}} ${{secret:X}}"));
    assert_eq!(fill_text("${secret:OTHER}", &wire).unwrap_err().message, "${secret:OTHER} was not read");
    assert_eq!(andon::template::references(template).unwrap(), ["${secret:CI}"]);
    assert!(fill_url("https://${secret:CI}/x", &wire).unwrap_err().message.contains("where it goes must be seen"));
}

#[test]
fn what_is_made_of_a_secret_input_is_a_mask() {
    let context = shown();
    for template in [
        "{{ inputs.password }}",
        "{{ inputs.password | length }}",
        "{{ inputs['pass' ~ 'word'] | first }}",
        "{{ inputs.password == 'x' }}",
        "{{ inputs }}",
        "{{ inputs | json | upper }}",
        "{{ incident.num if inputs.password == 'x' else source }}",
    ] {
        assert_eq!(fill_json(&json!(template), &context), Ok(json!(MASK)), "{template}");
        assert!(context.take_hid(), "{template}");
    }
    assert_eq!(
        fill_url("https://x/{{ inputs.password }}?a={{ inputs.count }}", &context).unwrap(),
        format!("https://x/{MASK}?a=3")
    );
    assert!(context.take_hid());
    fill_text("{{ inputs.count }} {{ inputs.version }}", &context).unwrap();
    assert!(!context.take_hid(), "the plain ones are shown");
    // With the real value an error says nothing of it.
    let mut real = payload();
    real["inputs"]["password"] = "s3cret".into();
    let error = fill_text("{{ inputs.password * 1.5 }}", &Context::wire(&real, HashMap::new())).unwrap_err();
    assert!(!error.message.contains("s3cret"), "{error}");
}

#[test]
fn a_url_keeps_its_shape() {
    for (template, expected) in [
        ("https://ci.example/job/{{ incident.labels.slash }}/x", "https://ci.example/job/a%2Fb%20c/x"),
        (
            "https://ci.example/?q={{ incident.labels.slash }}&n={{ inputs.count }}",
            "https://ci.example/?q=a%2Fb%20c&n=3",
        ),
        ("https://ci.example/{{ incident.labels.slash | urlencode }}", "https://ci.example/a%2Fb%20c"),
        ("https://{{ incident.labels.host }}:9000/x", "https://es-01.nj:9000/x"),
        ("https://{{ incident.labels.team }}.ci.example", "https://web.ci.example"),
        ("https://ci.example/a?x=..&y={{ incident.labels.up }}", "https://ci.example/a?x=..&y=.."),
        ("https://ci.example/v{{ incident.labels.up }}", "https://ci.example/v.."),
    ] {
        assert_eq!(url(template), expected, "{template}");
    }
    for (template, words) in [
        ("{{ incident.labels.team }}://x/", "before the host"),
        ("ht{{ incident.labels.team }}://x/", "before the host"),
        ("https://{{ incident.labels.team }}@x/", "before the host"),
        ("https://a:{{ incident.labels.team }}@x/", "before the host"),
        ("https://x:{{ incident.num }}/", "in the port"),
        ("https://x:8{{ incident.num }}/", "in the port"),
        ("https://a{{ incident.labels.team }}.x/", "a whole label"),
        ("https://{{ incident.labels.team }}{{ incident.num }}/", "a whole label"),
        ("https://[::{{ incident.num }}]/", "port"),
    ] {
        let error = fill_url(template, &shown()).expect_err(template).message;
        assert!(error.contains(words), "{template}: {error}");
        assert!(check_url(template).is_err(), "{template}");
    }
    for (template, words) in [
        ("https://{{ incident.labels.slash }}/", "letters, digits and -"),
        ("https://{{ incident.labels.hostile }}/", "letters, digits and -"),
        ("https://{{ incident.labels.empty }}/", "letters, digits and -"),
        ("https://x/a/{{ incident.labels.up }}/b", "\"..\""),
        ("https://x/a/.{{ incident.labels.up | first }}", "\"..\""),
        ("https://x/a/%2e{{ incident.labels.up | first }}/b", "\"..\""),
        ("https://x/a/{{ incident.labels.up | urlencode }}?b", "\"..\""),
        ("https://x/a\\{{ incident.labels.up }}\\b", "\"..\""),
        ("https://x/servers/{{ incident.labels.empty }}", "empty"),
        ("https://x/a%2{{ incident.labels.team }}", "%-escape"),
    ] {
        let error = fill_url(template, &shown()).expect_err(template).message;
        assert!(error.contains(words), "{template}: {error}");
        assert_eq!(check_url(template), Ok(()), "{template}");
    }
}

#[test]
fn saving_judges_form_names_and_places() {
    assert_eq!(check_text("{{ incident.anything.at.all | default('') }} ${secret:X}"), Ok(()));
    assert_eq!(check_json(&json!({"a": ["{{ incident.title }}", 1]})), Ok(()));
    let error = check_json(&json!({"a": ["x", "{{ incident. }}"]})).unwrap_err().message;
    assert!(error.starts_with("a: 1: "), "{error}");
    assert!(check_json(&json!({"{{ incident.num }}": 1})).unwrap_err().message.contains("not in names"));
    assert!(check_text("{{ incdent.num }}").unwrap_err().message.contains("there is no incdent: there are incident"));
    for rule in ["2xx", "200, 302", "status == 200 and body.ok", "'<fault>' not in text", "headers.location"] {
        assert_eq!(check_rule(rule), Ok(()), "{rule}");
    }
    for (rule, words) in [
        ("{{ body.ok }}", "without {{ }}"),
        ("bdy.ok", "there is no bdy: there are body"),
        ("incident.num == 1", "there is no incident"),
        ("status ==", "unexpected end"),
    ] {
        let error = check_rule(rule).unwrap_err().message;
        assert!(error.contains(words), "{rule}: {error}");
    }
    for follow in
        ["{{ answer.headers.location }}api/json", "{{ body.executable.url }}api/json", "/api/{{ answer.body.id }}"]
    {
        assert_eq!(check_follow(follow), Ok(()), "{follow}");
    }
    for follow in ["{{ incident.labels.url }}/x", "//{{ incident.num }}/x", "https://x/${secret:X}", "{{ answr.x }}"] {
        assert!(check_follow(follow).is_err(), "{follow}");
    }
}

fn headers() -> Vec<(String, String)> {
    [("Location", "/queue/item/7/"), ("X-Two", "a"), ("x-two", "b")].map(|(a, b)| (a.to_owned(), b.to_owned())).into()
}

fn with<'a>(status: u16, headers: &'a [(String, String)], body: BodyFacts<'a>) -> Facts<'a> {
    Facts { status, headers, body }
}

#[test]
fn rules_read_an_answer_and_missing_paths_are_false() {
    let headers = headers();
    let body = "\u{feff}{\"ok\": true, \"n\": 2, \"gone\": null, \"builds\": [], \"state\": \"DONE\"}";
    for (rule, expected) in [
        ("status == 200 and body.ok", true),
        ("2xx", true),
        ("201, 4xx", false),
        ("body.builds[0].complete", false),
        ("not body.error", true),
        ("body.error.message", false),
        ("body.result != 'X'", true),
        ("body.gone.deeper", false),
        ("body.n + 1 == 3", true),
        ("'x' in body.missing", false),
        ("body.state | lower == 'done'", true),
        ("body.missing | lower == 'done'", false),
        ("headers.location == '/queue/item/7/'", true),
        ("headers['X-Two'] == 'a, b'", true),
        ("'\"ok\": true' in text", true),
        ("body.missing > 0", false),
        ("body.missing < 100", false),
        ("body.missing <= 100 or body.missing >= 100", false),
        ("body.missing == 0", false),
        ("100 > body.missing.deeper", false),
        ("body.gone < 1", false),
        ("not (body.missing < 1) and body.n > 1 and [body.n][0] <= 2", true),
        ("body.builds | length < 1", true),
        ("'a' < 'b'", true),
    ] {
        assert_eq!(holds(rule, &with(200, &headers, BodyFacts::whole(body))), Ok(expected), "{rule}");
    }
    for rule in ["status +", "body.n < 'x'", "body.n + 'x'", "bdy.ok", "not error", "'a' * 100000000", "body.n | nope"]
    {
        let result = holds(rule, &with(200, &headers, BodyFacts::whole(body)));
        assert!(matches!(result, Err(RuleError::Rule(_))), "{rule}: {result:?}");
    }
}

#[test]
fn a_body_that_is_not_there_is_no_missing_path() {
    let headers = headers();
    let no_body = |rule: &str, body| holds(rule, &with(200, &headers, body)).map_err(|error| error.failure());
    assert_eq!(no_body("not body.error", BodyFacts::whole("<html>")), Err(Failure::InvalidResponse));
    assert_eq!(no_body("body", BodyFacts::whole("")), Err(Failure::InvalidResponse));
    assert_eq!(no_body("body.ok | default(true)", BodyFacts::whole("x")), Err(Failure::InvalidResponse));
    assert_eq!(no_body("'<fault>' not in text", BodyFacts::whole("<ok>")), Ok(true));
    // What is cut may hold the fault in the part that did not come.
    assert_eq!(no_body("'<fault>' not in text", BodyFacts::Cut("<ok>")), Err(Failure::InvalidResponse));
    assert_eq!(no_body("'<fault>' not in text", BodyFacts::TooLarge), Err(Failure::TooLarge));
    assert_eq!(no_body("body.ok", BodyFacts::TooLarge), Err(Failure::TooLarge));
    // Not read, not needed.
    assert_eq!(no_body("status == 201 and body.ok", BodyFacts::TooLarge), Ok(false));
    assert_eq!(no_body("status == 200 or body.ok", BodyFacts::Cut("")), Ok(true));
    for (rule, expected) in [
        ("2xx", false),
        ("status == 200", false),
        ("'body' in headers.x", false),
        ("body.ok", true),
        ("'x' in text", true),
    ] {
        assert_eq!(reads_body(rule), expected, "{rule}");
    }
}

#[test]
fn an_expression_over_an_answer_has_a_value() {
    let headers = headers();
    let read = |rule| value(rule, &with(200, &headers, BodyFacts::whole(r#"{"percent": 40.5, "gone": null}"#)));
    assert_eq!(read("body.percent"), Ok(Some(json!(40.5))));
    assert_eq!(read("body.gone"), Ok(None));
    assert_eq!(read("body.progress.percent"), Ok(None));
    assert!(matches!(read("body.percent ~"), Err(RuleError::Rule(_))));
}

#[test]
fn jobs_are_followed_where_the_answer_says() {
    let headers = headers();
    let body = r#"{"result": [1], "id": "a/b", "executable": null, "up": "..", "bad": "a b", "url": "https://ci.example/j/7/"}"#;
    let follow = |text| fill_follow(text, &payload(), &with(200, &headers, BodyFacts::whole(body)));
    for (text, expected) in [
        ("{{ answer.headers.location }}api/json", Some("/queue/item/7/api/json")),
        ("{{ body.url }}api/{{ body.id }}?n={{ status }}", Some("https://ci.example/j/7/api/a%2Fb?n=200")),
        ("https://x/api/v2/buildsets/{{ answer.body.result[0] }}", Some("https://x/api/v2/buildsets/1")),
        ("/api/{{ answer.body.id }}?i={{ incident.num }}", Some("/api/a%2Fb?i=054D57")),
        ("{{ body.executable.url }}api/json", None),
        ("https://x/{{ body.executable }}", None),
        ("https://x/{{ answer.body.nothing.here }}", None),
        ("{{ headers.nothing }}x", None),
    ] {
        assert_eq!(follow(text), Ok(expected.map(str::to_owned)), "{text}");
    }
    for text in [
        "https://x/{{ incident.labels.none }}",
        "{{ incident.labels.team }}/x",
        "https://x/{{ inputs.password }}",
        "https://x/{{ body.up }}/y",
        "https://{{ body.id }}/",
        "{{ body.bad }}",
        "${secret:X}/y",
    ] {
        assert!(matches!(follow(text), Err(RuleError::Rule(_))), "{text}: {:?}", follow(text));
    }
    let cut = fill_follow("{{ answer.body.url }}x", &payload(), &with(200, &headers, BodyFacts::TooLarge));
    assert_eq!(cut.map_err(|error| error.failure()), Err(Failure::TooLarge));
}

/// Any JSON, with texts that try to break out.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any_text().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map("[a-z]{1,4}", inner, 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn any_text() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "\"",
        "\\",
        "}}",
        "{{",
        "{%",
        "${secret:X}",
        "/",
        "..",
        "%2e",
        "\r\n",
        "\0",
        "?",
        "#",
        "@",
        ":",
        "&",
        "=",
        "<",
        "é",
        "队",
        "a",
        " ",
    ]);
    prop_oneof![any::<String>(), prop::collection::vec(pieces, 0..8).prop_map(|pieces| pieces.concat())]
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 64,
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct("tests/regressions.txt"))),
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_payload_gives_the_same_document_with_its_values_in_place(value in any_json(), label in any_text()) {
        let context = Context::shown(&json!({"incident": {"fields": {"x": value}, "labels": {"l": label}}}));
        let document = json!({"lone": "{{ incident.fields.x }}", "mixed": ["<{{ incident.labels.l }}>"]});
        let filled = fill_json(&document, &context).unwrap();
        prop_assert_eq!(&filled, &json!({"lone": value, "mixed": [format!("<{label}>")]}));
        prop_assert_eq!(serde_json::from_str::<Value>(&filled.to_string()).unwrap(), filled);
        prop_assert!(!context.take_hid());
    }

    #[test]
    fn a_url_keeps_origin_and_segments_whatever_a_label_says(label in any_text()) {
        let context = Context::shown(&json!({"incident": {"labels": {"l": label}}}));
        let template = "https://ci.example:8443/a/{{ incident.labels.l }}/b-{{ incident.labels.l }}?q={{ incident.labels.l }}&z=1";
        if let Ok(filled) = fill_url(template, &context) {
            let url = Url::parse(&filled).unwrap();
            prop_assert_eq!(url.origin().ascii_serialization(), "https://ci.example:8443");
            prop_assert_eq!(url.path_segments().unwrap().count(), 3);
            let pairs: Vec<_> = url.query_pairs().into_owned().collect();
            prop_assert_eq!(pairs, vec![("q".to_owned(), label.clone()), ("z".to_owned(), "1".to_owned())]);
            prop_assert!(url.fragment().is_none() && url.username().is_empty());
        } else {
            prop_assert!(["", ".", ".."].contains(&label.as_str()), "{:?}", label);
        }
    }

    #[test]
    fn a_host_is_labels_or_nothing(label in any_text()) {
        let context = Context::shown(&json!({"incident": {"labels": {"l": label}}}));
        if let Ok(filled) = fill_url("https://{{ incident.labels.l }}.ci.example/x", &context) {
            let url = Url::parse(&filled).unwrap();
            prop_assert!(url.host_str().unwrap().ends_with(".ci.example"));
            prop_assert_eq!(url.path(), "/x");
        }
    }

    #[test]
    fn no_template_panics(template in template_text()) {
        let context = shown();
        let _ = fill_text(&template, &context);
        let _ = fill_url(&format!("https://x/{template}"), &context);
        let _ = fill_json(&json!([template]), &context);
        let _ = (check_text(&template), check_url(&template), check_rule(&template), check_follow(&template));
        let headers = headers();
        let _ = holds(&template, &with(200, &headers, BodyFacts::whole("{\"a\": [1]}")));
        let _ = fill_follow(&template, &payload(), &with(200, &headers, BodyFacts::Cut("")));
    }
}

fn template_text() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "{{",
        "}}",
        "{%",
        "%}",
        "{#",
        "${",
        "}",
        "${secret:X}",
        "incident",
        ".",
        "labels",
        "body",
        "[",
        "]",
        "(",
        ")",
        "|",
        "default",
        "first",
        "join",
        "'",
        "\"",
        "\\",
        "~",
        "+",
        "-",
        "*",
        "99999999999",
        "0",
        "and",
        "not",
        "in",
        "if",
        "else",
        "is",
        ",",
        ":",
        " ",
        "inputs",
        "é",
        "\n",
        "{",
        "/",
        "?",
        "==",
        "**",
        "loop",
        "self",
        "true",
    ]);
    let random = prop::collection::vec(pieces, 0..24).prop_map(|pieces| pieces.concat());
    prop_oneof![random.clone(), random.prop_map(|inside| format!("{{{{ {inside} }}}}")), any::<String>()]
}

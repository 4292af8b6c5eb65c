//! Whole requests: what a press shows, keeps and sends, for receivers as they are.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use andon::domain::action::{Action, Body, Header, Input, InputKind, MASK, Method, Sign};
use andon::domain::incident::Incident;
use andon::domain::operator::Operator;
use andon::domain::refusal::Refusal;
use andon::domain::request::{Inputs, Prepared};
use andon::domain::run::{Failure, Outcome, Run, RunDetail, RunState};
use andon::domain::validate::Field;
use andon::webhook::{Press, Wire, prepare, prepare_again, preview, sent_request, unfilled, wire};
use secrecy::SecretString;
use serde_json::{Value, json};

const PRESSED_MS: i64 = 1_764_000_000_123;
const SENT_S: i64 = 1_764_000_100;
const HOSTILE: &str = "a\"} ${secret:CI} {{ source }}\r\nX-Evil: 1 <&> /../";
const KEY: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

fn incident() -> Incident {
    serde_json::from_value(json!({
        "incident_id": "64f1", "num": "054D57", "title": "cpu < 20% \"nj\" 队列", "incident_severity": "Critical",
        "labels": {"program": "web & <co>", "hostile": HOSTILE, "team": "a b", "injected": "${secret:CI}"},
        "fields": {"retries": 3, "owners": ["ada", "bob"]}, "channel_key": "prod/x", "source": "prod"
    }))
    .unwrap()
}

fn ada() -> Operator {
    Operator { name: "ada".to_owned(), email: "ada@example.com".to_owned(), id: 42, ..Operator::default() }
}

fn given(plain: Value, secret: &[(&str, &str)]) -> Inputs {
    let Value::Object(plain) = plain else { panic!("inputs are a map") };
    let secret = secret.iter().map(|(name, value)| ((*name).to_owned(), SecretString::from(*value)));
    Inputs { plain, secret: secret.collect::<BTreeMap<_, _>>() }
}

/// Calls `then` with a press of `action`.
fn press<T>(action: &Action, inputs: Inputs, run_id: &str, then: impl FnOnce(Press<'_>) -> T) -> T {
    let (action, incident, operator) = (&Arc::new(action.clone()), &Arc::new(incident()), &Arc::new(ada()));
    let run_id = run_id.to_owned();
    then(Press {
        action,
        incident,
        operator,
        inputs,
        run_id,
        event_time_ms: PRESSED_MS,
        group: None,
        test: false,
        kept: serde_json::Map::new(),
    })
}

fn prepared(action: &Action) -> Prepared {
    press(action, Inputs::default(), "0199-run", prepare).unwrap()
}

fn refusal(action: &Action) -> Refusal {
    press(action, Inputs::default(), "0199-run", prepare).unwrap_err()
}

fn values(values: &[(&str, &str)]) -> HashMap<String, SecretString> {
    values.iter().map(|(name, value)| ((*name).to_owned(), SecretString::from(*value))).collect()
}

fn sent(prepared: &Prepared, read: &[(&str, &str)]) -> Wire {
    wire(prepared, values(read), SENT_S).unwrap()
}

fn header<'a>(headers: &'a [Header], name: &str) -> Option<&'a str> {
    headers.iter().find(|header| header.name.eq_ignore_ascii_case(name)).map(Header::expose)
}

fn shown(prepared: &Prepared, name: &str) -> Option<String> {
    let kept = sent_request(prepared).headers;
    kept.into_iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

fn action(body: Body) -> Action {
    let mut action = Action::new("Roll back", "https://ci.example/job/rollback");
    action.body = body;
    action
}

fn pairs(pairs: &[(&str, &str)]) -> Body {
    Body::Form(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
}

fn input(name: &str, kind: InputKind) -> Input {
    Input { name: name.to_owned(), kind, choices: vec!["v41".to_owned(), "v42".to_owned()], ..Input::default() }
}

#[test]
fn a_form_as_jenkins_reads_it() {
    let mut action = action(pairs(&[
        ("INCIDENT", "{{ incident.num }}"),
        ("TITLE", "{{ incident.title }}"),
        ("HOSTILE", "{{ incident.labels.hostile }}"),
        ("token", "${secret:CI}&x"),
    ]));
    action.headers = vec![Header::new("Authorization", "Basic ${secret:BASIC}")];
    let prepared = prepared(&action);
    assert!(prepared.masked);
    assert!(prepared.body.ends_with("&token=${secret:CI}%26x"), "{}", prepared.body);
    assert_eq!(prepared.references, ["${secret:BASIC}", "${secret:CI}"]);
    let wire = sent(&prepared, &[("${secret:BASIC}", "YTpi"), ("${secret:CI}", "s3=cr&et")]);
    let read: Vec<(String, String)> = url::form_urlencoded::parse(wire.body.as_bytes()).into_owned().collect();
    let expected =
        [("INCIDENT", "054D57"), ("TITLE", "cpu < 20% \"nj\" 队列"), ("HOSTILE", HOSTILE), ("token", "s3=cr&et&x")];
    assert_eq!(read, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert_eq!(header(&wire.headers, "Content-Type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(header(&wire.headers, "Authorization"), Some("Basic YTpi"));
    assert!(!format!("{wire:?} {:?} {prepared:?}", sent_request(&prepared)).contains("s3="));
}

#[test]
fn xml_as_supervisor_reads_it() {
    let text = "<methodCall><methodName>supervisor.startProcess</methodName><params><param><value><string>\
                {{ incident.labels.program | xml }}</string></value></param></params></methodCall>";
    let mut action = action(Body::Text(text.to_owned()));
    action.headers = vec![Header::new("Content-Type", "text/xml")];
    let prepared = prepared(&action);
    assert!(prepared.body.contains("<string>web &amp; &lt;co&gt;</string>"), "{}", prepared.body);
    let wire = sent(&prepared, &[]);
    assert_eq!(wire.body, &*prepared.body, "what was shown is what is sent");
    assert_eq!(header(&wire.headers, "content-type"), Some("text/xml"));
}

#[test]
fn leaves_of_json_keep_their_types_and_nothing_breaks_out() {
    let prepared = prepared(&action(Body::Json(json!({
        "jsonrpc": "2.0", "id": "{{ event_id }}", "retries": "{{ incident.fields.retries }}",
        "owners": "{{ incident.fields.owners }}", "text": "[{{ incident.labels.hostile }}]",
        "injected": "{{ incident.labels.injected }}", "key": "${secret:CI}"
    }))));
    let wire = sent(&prepared, &[("${secret:CI}", "a\"b\n{{ source }}")]);
    let body: Value = serde_json::from_str(&wire.body).unwrap();
    assert_eq!(
        body,
        json!({
            "jsonrpc": "2.0", "id": "0199-run", "retries": 3, "owners": ["ada", "bob"], "text": format!("[{HOSTILE}]"),
            "injected": "${secret:CI}", "key": "a\"b\n{{ source }}"
        })
    );
    assert_eq!(prepared.references, ["${secret:CI}"], "only the action's own");
}

#[test]
fn a_missing_name_refuses_and_says_where() {
    let mut wrong = action(Body::Json(json!({"a": "{{ incident.labels.taem }}"})));
    let Refusal { class: failure, why: message } = refusal(&wrong);
    assert_eq!(failure, Failure::Template);
    assert!(message.starts_with("body: ") && message.contains("near: team"), "{message}");
    wrong.body = Body::Contract;
    wrong.endpoint = "https://x/{{ incident.labels.none }}".to_owned();
    assert!(refusal(&wrong).why.starts_with("endpoint: "));
    wrong.endpoint = "https://x/".to_owned();
    wrong.headers = vec![Header::new("X-Team", "{{ incident.labels.none }}")];
    assert!(refusal(&wrong).why.starts_with("header X-Team: "));
    wrong.headers = vec![Header::with_secrecy("webhook-id", "x", false)];
    assert!(refusal(&wrong).why.contains("andon sets webhook-id itself"));
}

#[test]
fn no_label_reaches_a_header_as_a_line_of_its_own() {
    let mut action = action(Body::Contract);
    for secret in [true, false] {
        action.headers = vec![Header::with_secrecy("X-Title", "x {{ incident.labels.hostile }}", secret)];
        let Refusal { class: failure, why: message } = refusal(&action);
        assert_eq!(failure, Failure::Template);
        assert!(message.starts_with("header X-Title: ") && message.contains("line ends"), "{message}");
    }
    for control in ["\\t", "\u{85}", "\u{7f}", "\0"] {
        action.headers = vec![Header::new("X-Title", format!("{{{{ 'a{control}b' }}}}"))];
        assert!(refusal(&action).why.contains("control characters"), "{control:?}");
    }
    // The same of what a reference holds.
    action.headers = vec![Header::new("X-Token", "${secret:CI}")];
    let refused = wire(&prepared(&action), values(&[("${secret:CI}", "s3cret\r\nX-Evil: 1")]), SENT_S).unwrap_err();
    assert_eq!(refused.class, Failure::Secret);
    assert!(refused.why.starts_with("header X-Token: ") && !refused.why.contains("s3cret"), "{}", refused.why);
}

#[test]
fn headers_show_what_an_alert_says_and_hide_what_is_secret() {
    let mut action = action(Body::Contract);
    action.headers = vec![
        Header::new("X-Incident", "{{ incident.num }}"),
        Header::new("X-Both", "s3cret-{{ incident.num }}-${secret:CI}"),
        Header::new("X-Injected", "{{ incident.labels.injected }}s3cret}"),
        Header::new("Authorization", "Bearer ${secret:CI}"),
        Header::new("X-Literal", "s3cret"),
    ];
    let prepared = prepared(&action);
    assert_eq!(shown(&prepared, "X-Incident").as_deref(), Some("054D57"));
    assert_eq!(shown(&prepared, "X-Both"), Some(format!("{MASK}054D57{MASK}${{secret:CI}}")));
    assert_eq!(shown(&prepared, "X-Injected"), Some(format!("${{secret:CI}}{MASK}")));
    assert_eq!(shown(&prepared, "Authorization").as_deref(), Some("Bearer ${secret:CI}"));
    assert_eq!(shown(&prepared, "X-Literal").as_deref(), Some(MASK));
    let wire = sent(&prepared, &[("${secret:CI}", "tok")]);
    let all =
        ["X-Incident", "X-Both", "X-Injected", "Authorization", "X-Literal"].map(|name| header(&wire.headers, name));
    let expected = ["054D57", "s3cret-054D57-tok", "${secret:CI}s3cret}", "Bearer tok", "s3cret"];
    assert_eq!(all, expected.map(Some));
    assert!(!format!("{prepared:?} {wire:?}").contains("s3cret"));
}

#[test]
fn methods_without_a_body_send_none_unless_the_action_has_its_own() {
    for method in [Method::Get, Method::Delete] {
        let mut action = action(Body::Contract);
        action.method = method;
        let bare = prepared(&action);
        assert_eq!((&*bare.body, header(&bare.headers, "Content-Type")), ("", None), "{method:?}");
        action.body = Body::Json(json!({"n": "{{ incident.num }}"}));
        let own = prepared(&action);
        assert_eq!(&*own.body, r#"{"n":"054D57"}"#);
        assert_eq!(header(&own.headers, "Content-Type"), Some("application/json"));
    }
    for method in [Method::Put, Method::Patch] {
        let mut action = action(Body::Contract);
        action.method = method;
        assert!(prepared(&action).body.contains("i_custom"), "{method:?}");
    }
}

#[test]
fn inputs_are_judged_and_reach_the_payload_with_their_types() {
    let mut action = action(Body::Contract);
    action.inputs = vec![
        Input { default: Some("v41".into()), ..input("version", InputKind::Choice) },
        Input { required: true, ..input("count", InputKind::Number) },
        input("dry", InputKind::Boolean),
        input("password", InputKind::Secret),
    ];
    let inputs = given(json!({"count": "3", "dry": true}), &[("password", "s3cret")]);
    let prepared = press(&action, inputs, "0199-run", prepare).unwrap();
    let body: Value = serde_json::from_str(&prepared.body).unwrap();
    assert_eq!(body["inputs"], json!({"version": "v41", "count": 3, "dry": true, "password": MASK}));
    assert!(prepared.masked && !prepared.inputs.plain.contains_key("password"));
    let wire = sent(&prepared, &[]);
    let body: Value = serde_json::from_str(&wire.body).unwrap();
    assert_eq!(body["inputs"]["password"], "s3cret");
    assert!(!format!("{prepared:?} {wire:?} {:?}", sent_request(&prepared)).contains("s3cret"));
    for (inputs, words) in [
        (given(json!({}), &[]), "input count: a value is needed"),
        (given(json!({"count": "x"}), &[]), "input count: write a number"),
        (given(json!({"count": 1, "version": "v9"}), &[]), "input version: choose one of v41, v42"),
        (given(json!({"count": 1, "pasword": "s3cret"}), &[]), "there is no input pasword"),
        (given(json!({"count": 1}), &[("dry", "s3cret")]), "input dry: it was given as a secret"),
        (given(json!({"count": 1, "password": MASK}), &[]), "this is the mask"),
        (given(json!({"count": [1]}), &[]), "one value is needed"),
    ] {
        let Refusal { class: failure, why: message } = press(&action, inputs.clone(), "0199-run", prepare).unwrap_err();
        assert_eq!(failure, Failure::Input);
        assert!(message.contains(words), "{message}");
        // The row of the refusal keeps nothing that may be secret.
        let row = press(&action, inputs, "0199-run", unfilled);
        assert!(!format!("{message} {row:?} {:?}", row.payload).contains("s3cret"));
    }
}

#[test]
fn secret_inputs_are_masked_wherever_they_go() {
    let mut action = action(pairs(&[("pw", "{{ inputs.password }}"), ("n", "{{ incident.num }}")]));
    action.endpoint = "https://ci.example/{{ inputs.password }}/x".to_owned();
    action.headers = vec![Header::with_secrecy("X-Pw", "p={{ inputs.password }}", false)];
    action.inputs = vec![input("password", InputKind::Secret)];
    let secret = |value| press(&action, given(json!({}), &[("password", value)]), "0199-run", prepare).unwrap();
    let prepared = secret("s3/cr et");
    assert_eq!(&*prepared.body, format!("pw={MASK}&n=054D57"));
    assert_eq!(prepared.endpoint, format!("https://ci.example/{MASK}/x"));
    assert_eq!(shown(&prepared, "X-Pw"), Some(format!("p={MASK}")));
    let wire = sent(&prepared, &[]);
    assert_eq!(wire.body, "pw=s3%2Fcr+et&n=054D57");
    assert_eq!(wire.endpoint, "https://ci.example/s3%2Fcr%20et/x");
    assert_eq!(header(&wire.headers, "X-Pw"), Some("p=s3/cr et"));
    assert!(!format!("{prepared:?} {wire:?}").contains("s3/"));
    // The rules of the place hold for the real value, too.
    let Refusal { class: failure, why: message } = self::wire(&secret(".."), HashMap::new(), SENT_S).unwrap_err();
    assert_eq!(failure, Failure::Template);
    assert!(message.contains("part of the path"), "{message}");
    let message = self::wire(&secret("a\nb"), HashMap::new(), SENT_S).unwrap_err().why;
    assert!(message.starts_with("header X-Pw"), "{message}");
}

#[test]
fn a_test_says_so_and_a_plain_press_does_not() {
    let body = |test| {
        let action = action(Body::Contract);
        let prepared = press(&action, Inputs::default(), "id", |press| prepare(Press { test, ..press })).unwrap();
        assert_eq!(prepared.test, test);
        serde_json::from_str::<Value>(&prepared.body).unwrap().get("test").cloned()
    };
    assert_eq!((body(true), body(false)), (Some(true.into()), None));
}

#[test]
fn a_request_is_signed_with_each_key_at_the_time_of_its_sending() {
    let mut action = action(Body::Text(r#"{"test": 2432232314}"#.to_owned()));
    action.sign = Some(Sign { key: KEY.to_owned().into(), previous_key: None });
    let prepared = press(&action, Inputs::default(), "msg_p5jXN8AQM9LWM0D4loKWxJek", prepare).unwrap();
    assert_eq!(shown(&prepared, "webhook-signature").as_deref(), Some(MASK));
    let wire = self::wire(&prepared, HashMap::new(), 1_614_265_330).unwrap();
    let expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    assert_eq!(header(&wire.headers, "webhook-signature"), Some(expected));
    assert_eq!(header(&wire.headers, "webhook-timestamp"), Some("1614265330"));
    assert_eq!(header(&wire.headers, "webhook-id"), Some("msg_p5jXN8AQM9LWM0D4loKWxJek"));

    action.sign =
        Some(Sign { key: "${secret:NEW}".to_owned().into(), previous_key: Some("${secret:OLD}".to_owned().into()) });
    let prepared = press(&action, Inputs::default(), "msg_p5jXN8AQM9LWM0D4loKWxJek", prepare).unwrap();
    assert_eq!(prepared.references, ["${secret:NEW}", "${secret:OLD}"]);
    let read = values(&[("${secret:NEW}", "whsec_bmV3"), ("${secret:OLD}", KEY)]);
    let wire = self::wire(&prepared, read, 1_614_265_330).unwrap();
    let both: Vec<&str> = header(&wire.headers, "webhook-signature").unwrap().split(' ').collect();
    assert_eq!((both.len(), both[1]), (2, expected));
    assert!(both[0].starts_with("v1,") && both[0] != expected);

    let Refusal { class: failure, why: message } =
        self::wire(&prepared, values(&[("${secret:NEW}", "s3cret"), ("${secret:OLD}", KEY)]), 0).unwrap_err();
    assert_eq!(failure, Failure::Secret);
    assert!(message.contains("whsec_") && !message.contains("s3cret"), "{message}");
    let Refusal { class: failure, why: message } =
        self::wire(&prepared, values(&[("${secret:NEW}", KEY)]), 0).unwrap_err();
    assert_eq!((failure, message.as_str()), (Failure::Secret, "${secret:OLD} was not read"));
    action.sign = Some(Sign { key: "s3cret".to_owned().into(), previous_key: None });
    let Refusal { class: failure, why: message } = refusal(&action);
    assert_eq!(failure, Failure::Template);
    assert!(message.starts_with("sign: ") && !message.contains("s3cret"), "{message}");
}

#[test]
fn the_proxy_is_filled_for_the_wire_alone() {
    let mut action = action(Body::Contract);
    action.proxy = "http://u:${secret:PROXY}@proxy.example:3128".to_owned();
    let prepared = prepared(&action);
    assert_eq!(prepared.references, ["${secret:PROXY}"]);
    assert_eq!(sent(&prepared, &[("${secret:PROXY}", "pw")]).proxy, "http://u:pw@proxy.example:3128");
}

/// The run that a prepared press became, and what was kept of it.
fn run_of(prepared: &Prepared) -> (Run, RunDetail) {
    let run = Run {
        id: prepared.run_id.clone(),
        event_id: prepared.event_id.clone(),
        action: prepared.action.name.clone(),
        action_id: prepared.action.id.clone(),
        incident: prepared.incident.key(),
        incident_num: prepared.incident.num.clone(),
        incident_title: prepared.incident.title.clone(),
        operator: ada(),
        process: "p".to_owned(),
        state: RunState::Done,
        outcome: Some(Outcome::Unknown),
        failure: Some(Failure::Timeout),
        status: None,
        attempts: 1,
        started_at_ms: PRESSED_MS,
        duration_ms: Some(1),
        message: String::new(),
        group: None,
        resend_of: None,
        test: prepared.test,
        following: false,
    };
    let detail = RunDetail {
        request: sent_request(prepared),
        inputs: prepared.inputs.plain.clone(),
        payload: prepared.masked.then(|| Value::clone(&prepared.payload)),
        masked: prepared.masked,
        ..RunDetail::default()
    };
    (run, detail)
}

#[test]
fn the_same_press_again_has_the_first_ones_id_and_body() {
    let mut action = action(Body::Contract);
    action.headers = vec![Header::new("X-Now", "{{ incident.num }}-{{ event_id }}")];
    let first = prepared(&action);
    let (run, detail) = run_of(&first);
    // Whatever the action's body has become since.
    action.body = Body::Text("{{ incident.labels.none }} ${secret:NEW}".to_owned());
    let again = press(&action, Inputs::default(), "0200-run", |press| prepare_again(press, &run, &detail)).unwrap();
    assert_eq!((again.run_id.as_str(), again.event_id.as_str()), ("0200-run", "0199-run"));
    assert_eq!((&again.body, again.resend_of.as_deref()), (&first.body, Some("0199-run")));
    assert!(again.references.is_empty());
    let wire = sent(&again, &[]);
    assert_eq!(wire.body, &*first.body);
    assert_eq!(header(&wire.headers, "webhook-id"), Some("0199-run"));
    assert_eq!(header(&wire.headers, "Idempotency-Key"), Some("0199-run"));
    assert_eq!(header(&wire.headers, "webhook-timestamp"), Some("1764000100"));
    assert_eq!(header(&wire.headers, "Content-Type"), Some("application/json"), "the body's own type");
    assert_eq!(header(&wire.headers, "X-Now"), Some("054D57-0199-run"));
}

#[test]
fn a_masked_body_is_filled_again_from_what_was_kept() {
    let mut action =
        action(Body::Json(json!({"pw": "{{ inputs.password }}", "key": "${secret:CI}", "v": "{{ inputs.v }}"})));
    action.inputs = vec![input("v", InputKind::String), input("password", InputKind::Secret)];
    let first = press(&action, given(json!({"v": "1"}), &[("password", "s3cret")]), "0199-run", prepare).unwrap();
    let original = sent(&first, &[("${secret:CI}", "tok")]);
    let (run, detail) = run_of(&first);
    assert!(!serde_json::to_string(&detail).unwrap().contains("s3cret"));
    let again =
        |action: &Action, inputs| press(action, inputs, "0200-run", |press| prepare_again(press, &run, &detail));

    let prepared = again(&action, given(json!({}), &[("password", "s3cret")])).unwrap();
    assert_eq!(sent(&prepared, &[("${secret:CI}", "tok")]).body, original.body);
    assert_eq!(prepared.inputs.plain, first.inputs.plain);

    // A mask never goes out.
    let Refusal { class: failure, why: message } = again(&action, Inputs::default()).unwrap_err();
    assert_eq!((failure, message.as_str()), (Failure::Input, "input password: it was not kept: give it again"));
    let Refusal { class: failure, .. } =
        again(&action, given(json!({"v": "2"}), &[("password", "s3cret")])).unwrap_err();
    assert_eq!(failure, Failure::Input);
    // Nor another body under the same id.
    action.body = Body::Json(json!({"pw": "{{ inputs.password }}", "key": "${secret:OTHER}"}));
    let Refusal { class: failure, why: message } =
        again(&action, given(json!({}), &[("password", "s3cret")])).unwrap_err();
    assert_eq!(failure, Failure::Template);
    assert!(message.contains("press the button again"), "{message}");
    action.method = Method::Put;
    assert!(again(&action, Inputs::default()).unwrap_err().why.contains("POST"));
}

#[test]
fn what_was_refused_or_was_another_press_is_not_sent_again() {
    let action = action(Body::Contract);
    let (mut run, detail) = run_of(&prepared(&action));
    let again = |run: &Run| press(&action, Inputs::default(), "0200-run", |press| prepare_again(press, run, &detail));
    assert!(again(&run).is_ok());
    run.outcome = Some(Outcome::Refused);
    assert!(again(&run).unwrap_err().why.contains("nothing was sent then"));
    run.outcome = Some(Outcome::Failed);
    run.action_id = "other".to_owned();
    assert!(again(&run).unwrap_err().why.contains("another action"));
}

#[test]
fn the_form_sees_each_field_or_what_is_wrong_with_it() {
    let mut action = action(Body::Json(json!({"v": "{{ inputs.v }}", "pw": "{{ inputs.password }}"})));
    action.endpoint = "https://ci.example/{{ incident.labels.team }}".to_owned();
    action.headers = vec![Header::new("X-A", "{{ incident.labels.none }}"), Header::new("X-B", "s3cret")];
    action.inputs = vec![input("v", InputKind::Choice), input("password", InputKind::Secret)];
    action.sign = Some(Sign { key: "${secret:K}".to_owned().into(), previous_key: None });
    let seen = preview(&action, Some(&incident()), &ada(), PRESSED_MS);
    let field = |wanted| seen.iter().find(|(field, _)| *field == wanted).map(|(_, result)| result.clone());
    assert_eq!(field(Field::ENDPOINT), Some(Ok("https://ci.example/a%20b".to_owned())));
    assert!(field(Field::HeaderValue(0)).unwrap().unwrap_err().contains("has no none"));
    assert_eq!(field(Field::HeaderValue(1)), Some(Ok(MASK.to_owned())));
    assert_eq!(field(Field::BODY), Some(Ok(format!(r#"{{"v":"v41","pw":"{MASK}"}}"#))));
    assert_eq!(field(Field::SIGN_KEY), Some(Ok("${secret:K}".to_owned())));
    // Without an incident only the form is judged.
    action.body = Body::Text("{{ incident. }}".to_owned());
    let seen = preview(&action, None, &ada(), PRESSED_MS);
    assert!(seen.iter().any(|(field, result)| *field == Field::BODY && result.is_err()));
    assert!(seen.iter().all(|(field, result)| *field == Field::BODY || result.is_ok()), "{seen:?}");
}

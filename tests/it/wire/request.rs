//! The bytes of a request, and what the log keeps of it.

use std::sync::Arc;

use andon::domain::action::{Action, Header, MASK};
use andon::domain::incident::Incident;
use andon::domain::operator::Operator;
use andon::domain::request::{Inputs, Prepared};
use andon::net::{PressClient, WireRequest};
use andon::webhook::{Press, prepare, sent_request};
use serde_json::{Value, json};

use crate::support::peer::{Peer, answer};
use crate::wire::{AMPLE, send};

const PRESSED_MS: i64 = 1_764_000_000_123;

fn incident() -> Incident {
    serde_json::from_value(json!({
        "incident_id": "64f1", "num": "054D57", "title": "cpu.idle < 20% \"nj\" 队列", "incident_severity": "Critical",
        "incident_status": "Critical", "progress": "Triggered", "created_at": 1_763_990_001, "start_time": 1_763_990_000,
        "labels": {"cluster": "nj"}, "channel_key": "prod/lim_test", "source": "prod", "team_size": 4,
        "responders": [{"person_id": 7, "person_name": "Bob", "email": "bob@example.com", "assigned_at": 1_763_990_009}],
        "alerts": [{"alert_id": "a1", "title": "cpu", "alert_severity": "Critical", "start_time": 1_763_990_000}]
    }))
    .unwrap()
}

fn ada() -> Operator {
    Operator { name: "ada".to_owned(), email: "ada@example.com".to_owned(), id: 42, ..Operator::default() }
}

fn pressed(action: Action, operator: Operator, run_id: &str) -> Prepared {
    let (action, incident, operator) = (&Arc::new(action), &Arc::new(incident()), &Arc::new(operator));
    let (inputs, run_id, event_time_ms) = (Inputs::default(), run_id.to_owned(), PRESSED_MS);
    prepare(Press {
        action,
        incident,
        operator,
        inputs,
        run_id,
        event_time_ms,
        group: None,
        test: false,
        kept: serde_json::Map::new(),
    })
    .unwrap()
}

/// Sends a press of `action` and gives the head's lines and the body as they arrived.
async fn arrived(mut action: Action, operator: Operator) -> (Vec<String>, Value) {
    let peer = Peer::answering(answer("200 OK", "", "{}")).await;
    action.endpoint = peer.url("/hooks/restart?env=a%20b");
    let prepared = pressed(action, operator, "0199-run");
    let request = WireRequest {
        method: prepared.method,
        endpoint: &prepared.endpoint,
        headers: &prepared.headers,
        body: &prepared.body,
        reads_body: false,
    };
    let tried = send(&PressClient::new().unwrap(), &request, AMPLE).await;
    assert_eq!(tried.attempt.status, Some(200), "{tried:?}");
    assert_eq!(tried.attempt.address.as_deref(), Some(peer.address.to_string().as_str()));
    let requests = peer.seen.requests();
    let [request] = requests.as_slice() else { panic!("{requests:?}") };
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    assert_eq!(body, &*prepared.body, "what was shown is what was sent");
    let head = head.replace(&peer.address.to_string(), "PEER");
    (head.lines().map(str::to_owned).collect(), serde_json::from_str(body).unwrap())
}

#[tokio::test]
async fn the_request_is_the_contracts_to_the_letter() {
    let mut action = Action::new("Restart server", "");
    action.headers = vec![Header::new("X-Token", "s3cret"), Header::new("X-Env", "prod")];
    let (head, body) = arrived(action, ada()).await;
    let length = serde_json::to_string(&body).unwrap().len();
    assert_eq!(
        head,
        [
            "POST /hooks/restart?env=a%20b HTTP/1.1",
            "content-type: application/json",
            concat!("user-agent: andon/", env!("CARGO_PKG_VERSION")),
            "accept: application/json, text/plain;q=0.9, */*;q=0.8",
            "idempotency-key: 0199-run",
            "webhook-id: 0199-run",
            "webhook-timestamp: 1764000000",
            "x-token: s3cret",
            "x-env: prod",
            "accept-encoding: gzip",
            "host: PEER",
            &format!("content-length: {length}"),
        ]
    );
    assert_eq!(body["event_time"], json!(PRESSED_MS), "milliseconds");
    assert_eq!(body["event_type"], "i_custom");
    assert_eq!(body["event_id"], "0199-run");
    assert_eq!(body["person"], json!({"person_id": 42, "person_name": "ada", "email": "ada@example.com"}));
    assert_eq!(body["action"], json!({"id": "restart-server", "name": "Restart server"}));
    assert_eq!(body["source"], "prod");
}

#[tokio::test]
async fn every_field_of_the_incident_has_its_type_and_unit() {
    let (_, body) = arrived(Action::new("x", ""), ada()).await;
    let incident = body["incident"].as_object().unwrap();
    let texts = "incident_id num title description impact root_cause resolution incident_severity incident_status \
                 progress channel_name channel_key detail_url group_method";
    for name in texts.split_whitespace() {
        assert!(incident[name].is_string(), "{name}: {}", incident[name]);
    }
    let integers = "created_at updated_at start_time last_time end_time ack_time close_time snoozed_before alert_cnt \
                    channel_id";
    for name in integers.split_whitespace() {
        assert!(incident[name].is_i64(), "{name}: {}", incident[name]);
    }
    assert_eq!(incident["title"], "cpu.idle < 20% \"nj\" 队列");
    assert_eq!(incident["start_time"], 1_763_990_000, "seconds");
    assert_eq!(incident["labels"], json!({"cluster": "nj"}));
    assert_eq!(incident["fields"], json!({}));
    assert_eq!(incident["team_size"], 4, "unknown fields are passed through");
    assert_eq!(incident["responders"][0]["assigned_at"], 1_763_990_009);
    assert_eq!(incident["alerts"][0]["close_time"], 0);
    assert!(!incident.contains_key("source"));
}

#[tokio::test]
async fn an_unknown_person_is_left_out() {
    let (_, body) = arrived(Action::new("x", ""), Operator::default()).await;
    assert!(!body.as_object().unwrap().contains_key("person"));
}

#[tokio::test]
async fn custom_headers_replace_ours_once() {
    let mut action = Action::new("x", "");
    action.headers = vec![Header::new("content-TYPE", "application/cloudevents+json"), Header::new("Accept", "*/*")];
    let (head, _) = arrived(action, ada()).await;
    assert_eq!(head[1], "content-type: application/cloudevents+json");
    assert_eq!(head.iter().filter(|line| line.starts_with("accept: ")).collect::<Vec<_>>(), ["accept: */*"]);
    assert_eq!(head.iter().filter(|line| line.starts_with("content-type: ")).count(), 1);
}

#[test]
fn the_log_has_the_request_without_its_secrets() {
    let mut action = Action::new("x", "https://ada:pw@ci.example/x");
    action.headers = vec![Header::new("X-Token", "s3cret"), Header::new("X-Ref", "${secret:CI}")];
    let prepared = pressed(action, ada(), "id");
    let sent = sent_request(&prepared);
    let shown = |name: &str| sent.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str());
    assert_eq!(shown("X-Token"), Some(MASK));
    assert_eq!(shown("X-Ref"), Some("${secret:CI}"));
    assert_eq!(shown("webhook-id"), Some("id"), "what andon sets is no secret");
    assert_eq!((sent.method.as_str(), sent.body.as_str()), ("POST", &*prepared.body));
    assert!(!format!("{sent:?} {prepared:?}").contains("s3cret"));
    assert!(!sent.endpoint.contains("pw"), "{}", sent.endpoint);
}

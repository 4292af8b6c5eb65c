//! What an operation becomes where the answer to it is not the API's own: one table for every kind that writes over
//! HTTP. Only the API's own answer proves that it was done.

use std::sync::Arc;

use andon::domain::incident::Incident;
use andon::domain::operation::{Operation, OperationKind};
use andon::source::SourceErrorKind;
use serde_json::{Value, json};

use crate::source::contract::{list, operate, source};
use crate::support::peer::{Conn, Peer, answer};

/// A kind: the keys of its source beside `url`, and what its API answers to reads.
struct Api {
    keys: &'static str,
    /// The answer to a request that only reads; `None` where it writes.
    read: fn(&str) -> Option<Value>,
}

const APIS: [Api; 4] = [
    Api { keys: "kind = \"alertmanager\"", read: alertmanager },
    Api { keys: "kind = \"icinga\"\nuser = \"root\"\npassword = \"x\"", read: icinga },
    Api { keys: "kind = \"flashduty\"\napp_key = \"k\"", read: flashduty },
    Api { keys: "kind = \"pagerduty\"\ntoken = \"t\"", read: pagerduty },
];

/// Answers that prove nothing: a gateway's, a sign-in page's, another program's.
const NOT_KNOWN: [(&str, &str, &str); 17] = [
    ("200 OK", "Content-Type: text/html\r\n", "<!doctype html><title>Sign in</title>"),
    ("200 OK", "", "{\"signed\":\"out\"}"),
    ("200 OK", "", "[]"),
    ("200 OK", "", "welcome"),
    ("302 Found", "Location: /oauth2/sign_in\r\n", ""),
    ("303 See Other", "Location: /oauth2/sign_in\r\n", ""),
    ("307 Temporary Redirect", "Location: /oauth2/sign_in\r\n", ""),
    ("308 Permanent Redirect", "Location: https://elsewhere.invalid/x?token=s3cret\r\n", ""),
    ("408 Request Timeout", "", ""),
    ("500 Internal Server Error", "", "{\"message\":\"it broke in the middle\"}"),
    ("502 Bad Gateway", "", "<html>"),
    ("503 Service Unavailable", "", "<html>"),
    ("504 Gateway Time-out", "", "<html><title>504 Gateway Time-out</title>"),
    ("520 Unknown", "", ""),
    ("521 Down", "", ""),
    ("522 Late", "", ""),
    ("524 Late", "", "{\"error\":{\"message\":\"a timeout occurred\"}}"),
];

/// Answers by which it was not done.
const NOT_DONE: [(&str, &str, SourceErrorKind); 4] = [
    ("400 Bad Request", "{\"message\":\"the other side's own words\"}", SourceErrorKind::Refused),
    ("401 Unauthorized", "<html>", SourceErrorKind::Unauthorised),
    ("409 Conflict", "the other side's own words", SourceErrorKind::Refused),
    ("422 Unprocessable", "{\"error\":{\"message\":\"the other side's own words\"}}", SourceErrorKind::Refused),
];

fn path(request: &str) -> &str {
    request.split(' ').nth(1).unwrap_or_default().split('?').next().unwrap_or_default()
}

fn alertmanager(request: &str) -> Option<Value> {
    let alert = json!({"fingerprint": "f1", "labels": {"alertname": "cpu"}, "startsAt": "2026-11-23T10:00:00Z",
        "status": {"state": "active", "silencedBy": ["s1"]}});
    let silence = json!({"id": "s1", "status": {"state": "active"}, "createdBy": "bob", "comment": "x",
        "startsAt": "2026-11-23T10:00:00Z", "endsAt": "2036-11-23T10:00:00Z", "matchers": []});
    request.starts_with("GET").then(|| match path(request) {
        "/api/v2/alerts/groups" => {
            json!([{"labels": {"alertname": "cpu"}, "receiver": {"name": "platform"}, "alerts": [alert]}])
        }
        "/api/v2/silences" => json!([silence]),
        _ => json!([]),
    })
}

fn icinga(request: &str) -> Option<Value> {
    let service = json!({"type": "Service", "name": "web!http", "attrs": {"__name": "web!http", "state": 2,
        "state_type": 1, "last_state_change": 1_764_000_000.0, "downtime_depth": 1}});
    let downtime = json!({"attrs": {"__name": "web!http!d1", "host_name": "web", "service_name": "http",
        "author": "bob", "start_time": 1_764_000_000.0, "end_time": 2_000_000_000.0}});
    match path(request) {
        "/v1/objects/services" => Some(json!({"results": [service]})),
        "/v1/objects/downtimes" => Some(json!({"results": [downtime]})),
        path => (!path.starts_with("/v1/actions/")).then(|| json!({"results": []})),
    }
}

fn flashduty(request: &str) -> Option<Value> {
    let now_s = jiff::Timestamp::now().as_second();
    let incident = json!({"incident_id": "69da451ef77b1b51f40e83ee", "num": "0E83EE", "title": "cpu", "channel_id": 7,
        "channel_name": "Ops", "incident_severity": "Critical", "incident_status": "Critical", "progress": "Triggered",
        "created_at": now_s - 60, "updated_at": now_s, "start_time": now_s - 60});
    match path(request) {
        "/incident/list" => Some(json!({"request_id": "r", "data": {"items": [incident], "total": 1}})),
        "/channel/infos" | "/person/infos" => Some(json!({"request_id": "r", "data": {"items": []}})),
        _ => None,
    }
}

fn pagerduty(request: &str) -> Option<Value> {
    let incident = json!({"id": "P1", "incident_number": 7, "title": "cpu", "status": "triggered", "urgency": "high",
        "created_at": "2026-11-23T10:00:00Z", "service": {"id": "S1", "summary": "Web"}});
    request.starts_with("GET").then(|| json!({"incidents": [incident], "more": false}))
}

/// A peer whose reads are answered as the API does, and whose writes are answered with `say`.
async fn peer(read: fn(&str) -> Option<Value>, say: String) -> Peer {
    let say: Arc<str> = say.into();
    Peer::start(move |mut conn: Conn| {
        let say = Arc::clone(&say);
        async move {
            let request = conn.request().await;
            match read(&request) {
                Some(json) => conn.say(answer("200 OK", "Connection: close\r\n", &json.to_string())).await,
                None => conn.say(say.as_bytes()).await,
            };
        }
    })
    .await
}

fn operations() -> [Operation; 6] {
    let until_s = jiff::Timestamp::now().as_second() + 3_600;
    [
        Operation::Acknowledge,
        Operation::Unacknowledge,
        Operation::Close,
        Operation::snooze_until(until_s, String::new()),
        Operation::Wake,
        Operation::Comment { text: "hello".to_owned() },
    ]
}

/// What every operation of every kind becomes where its write is answered so: kind, operation, error, the peer.
async fn each(say: &str, mut judge: impl FnMut(&str, OperationKind, &andon::source::SourceError, &Peer)) {
    let folder = tempfile::tempdir().unwrap();
    for api in APIS {
        for operation in operations() {
            let peer = peer(api.read, say.to_owned()).await;
            let source = source(folder.path(), &format!("{}\nurl = \"{}\"\n", api.keys, peer.url("")));
            if *source.abilities().of(operation.kind()) != andon::domain::operation::Ability::Source {
                continue;
            }
            let incident: Incident = list(&*source).await.incidents().next().unwrap();
            let before = peer.seen.requests().len();
            let done = operate(&*source, &incident, &operation).await;
            let Err(error) = done else { panic!("{} {operation:?} by {say}: {done:?}", api.keys) };
            let written =
                || peer.seen.requests().into_iter().skip(before).filter(|request| (api.read)(request).is_none());
            assert_eq!(written().count(), 1, "{} {operation:?} by {say}: sent once", api.keys);
            assert!(peer.seen.requests().iter().all(|request| !request.contains("sign_in")), "{say}: it is followed");
            judge(api.keys, operation.kind(), &error, &peer);
        }
    }
}

#[tokio::test]
async fn what_is_no_answer_of_the_api_is_never_a_success_and_is_not_known() {
    for (status, headers, body) in NOT_KNOWN {
        let say = answer(status, &format!("{headers}Connection: close\r\n"), body);
        each(&say, |kind, operation, error, _| {
            assert_eq!(error.kind, SourceErrorKind::Unanswered, "{kind} {operation:?} by {status} {body}: {error}");
            assert!(error.message.contains(status.split(' ').next().unwrap()), "{error}");
            assert!(!error.message.contains("s3cret") && !error.message.contains("did nothing"), "{error}");
        })
        .await;
    }
    // A connection that is lost, or an answer that is cut.
    for say in ["", "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"silenceID\":\"x\""] {
        each(say, |kind, operation, error, _| {
            assert_eq!(error.kind, SourceErrorKind::Unanswered, "{kind} {operation:?} by {say}: {error}");
        })
        .await;
    }
}

#[tokio::test]
async fn what_was_refused_was_not_done_and_says_so_in_the_words_of_the_other_side() {
    for (status, body, expected) in NOT_DONE {
        let say = answer(status, "Connection: close\r\n", body);
        each(&say, |kind, operation, error, _| {
            assert_eq!(error.kind, expected, "{kind} {operation:?} by {status}: {error}");
            assert!(!body.contains("own words") || error.message.contains("own words"), "{kind}: {error}");
        })
        .await;
    }
}

/// The source and the incident of a kind whose writes are answered so.
async fn one(folder: &std::path::Path, kind: &str, say: &str) -> (Peer, Box<dyn andon::source::Source>, Incident) {
    let api = APIS.into_iter().find(|api| api.keys.contains(kind)).unwrap();
    let peer = peer(api.read, answer("200 OK", "Connection: close\r\n", say)).await;
    let source = source(folder, &format!("{}\nurl = \"{}\"\n", api.keys, peer.url("")));
    let incident = list(&*source).await.incidents().next().unwrap();
    (peer, source, incident)
}

#[tokio::test]
async fn a_result_of_icinga_is_about_the_only_object_that_was_named_and_no_result_is_about_none() {
    let folder = tempfile::tempdir().unwrap();
    for (results, expected) in [
        (json!([]), Some(SourceErrorKind::Refused)),
        (json!([{"code": 200.0, "status": "Successfully acknowledged problem."}]), None),
        (
            json!([{"code": 200.0, "status": "Successfully acknowledged problem for object 'other'."}]),
            Some(SourceErrorKind::Unanswered),
        ),
        (json!([{"code": 200.0, "status": "ok"}, {"code": 200.0, "status": "ok"}]), Some(SourceErrorKind::Unanswered)),
        (json!([{"status": "ok"}]), Some(SourceErrorKind::Unanswered)),
        (json!([{"code": 409.0, "status": "Already acknowledged."}]), Some(SourceErrorKind::Refused)),
    ] {
        let (_peer, source, incident) = one(folder.path(), "icinga", &json!({"results": results}).to_string()).await;
        let done = operate(&*source, &incident, &Operation::Acknowledge).await;
        let kind = done.as_ref().err().map(|error| error.kind);
        assert_eq!(kind, expected, "{results}: {done:?}");
        if results == json!([]) {
            assert!(done.unwrap_err().message.contains("no such object"));
        }
    }
}

#[tokio::test]
async fn a_snooze_is_as_long_as_was_said_however_late_it_is_written() {
    let folder = tempfile::tempdir().unwrap();
    // Half a minute ago, and not on the second.
    let from_ms = jiff::Timestamp::now().as_second() * 1_000 - 30_000 + 992;
    let operation = Operation::Snooze { until_ms: from_ms + 3_600_000, from_ms, reason: String::new() };
    for (kind, said) in [
        ("alertmanager", json!({"silenceID": "s1"})),
        ("icinga", json!({"results": [{"code": 200.0, "status": "Successfully scheduled downtime"}]})),
        ("flashduty", json!({"request_id": "r", "data": {}})),
        ("pagerduty", json!({"incident": {}})),
    ] {
        let (peer, source, incident) = one(folder.path(), kind, &said.to_string()).await;
        let _ = operate(&*source, &incident, &operation).await;
        let written = peer.seen.requests().into_iter().find_map(|request| {
            let body: serde_json::Value = serde_json::from_str(request.split("\r\n\r\n").nth(1)?).ok()?;
            let length = match kind {
                "alertmanager" => {
                    let at = |name: &str| body[name].as_str()?.parse::<jiff::Timestamp>().ok();
                    at("endsAt")?.as_millisecond() - at("startsAt")?.as_millisecond()
                }
                "icinga" => {
                    let at = |name: &str| Some((body[name].as_f64()? * 1_000.0).round());
                    format!("{}", at("end_time")? - at("start_time")?).parse().ok()?
                }
                "flashduty" => body["minutes"].as_i64()? * 60_000,
                _ => body["duration"].as_i64()? * 1_000,
            };
            Some(length)
        });
        assert_eq!(written, Some(3_600_000), "{kind}: {:?}", peer.seen.requests());
    }
}

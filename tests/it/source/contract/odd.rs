//! One odd value anywhere in an incident costs at most its own field, in every kind; and a page or nothing in place of a
//! list is a fault of the source, never an empty board.

use std::sync::{Arc, Mutex};

use andon::source::{Pages, SourceErrorKind};
use serde_json::{Value, json};

use crate::source::contract::source;
use crate::support::odd::everywhere;
use crate::support::peer::{Conn, Peer, answer};

/// A kind: the keys of its source beside `url`, an incident as its API gives it, and a list of several.
pub(super) struct Api {
    pub(super) keys: &'static str,
    pub(super) incident: fn(&str) -> Value,
    /// The field of a number of its own.
    pub(super) num: Option<&'static str>,
    /// The answer to a request, where these are open.
    pub(super) answers: fn(&str, &[Value]) -> Value,
    /// Places without which it is another incident, or none.
    identity: &'static [&'static str],
    asks_by_id: bool,
    /// Where its times stand, and what of the contract each fills.
    times: &'static [(&'static str, &'static str)],
}

pub(super) const APIS: [Api; 4] = [
    Api {
        keys: "kind = \"alertmanager\"",
        incident: group,
        num: None,
        answers: alertmanager,
        // A group without alerts is none.
        identity: &["/alerts", "/alerts/0"],
        asks_by_id: false,
        times: &[("/alerts/0/startsAt", "start_time"), ("/alerts/0/updatedAt", "last_time")],
    },
    Api {
        keys: "kind = \"icinga\"\nuser = \"root\"\npassword = \"x\"",
        incident: service,
        num: None,
        answers: icinga,
        identity: &["/attrs", "/attrs/__name"],
        asks_by_id: false,
        times: &[
            ("/attrs/last_state_change", "start_time"),
            ("/attrs/last_check", "last_time"),
            ("/attrs/acknowledgement_last_change", "ack_time"),
        ],
    },
    Api {
        keys: "kind = \"flashduty\"\napp_key = \"k\"",
        incident: duty,
        num: Some("num"),
        answers: flashduty,
        identity: &["/incident_id"],
        asks_by_id: true,
        times: &[("/start_time", "start_time"), ("/created_at", "created_at"), ("/updated_at", "updated_at")],
    },
    Api {
        keys: "kind = \"pagerduty\"\ntoken = \"t\"",
        incident: pager,
        num: Some("incident_number"),
        answers: pagerduty,
        identity: &["/id"],
        asks_by_id: true,
        times: &[
            ("/created_at", "created_at"),
            ("/updated_at", "updated_at"),
            ("/acknowledgements/0/at", "ack_time"),
            ("/assignments/0/at", "assigned_at"),
            ("/pending_actions/0/at", "snoozed_before"),
        ],
    },
];

pub(super) fn path(request: &str) -> &str {
    request.split(' ').nth(1).unwrap_or_default().split('?').next().unwrap_or_default()
}

fn group(name: &str) -> Value {
    json!({"labels": {"alertname": name}, "receiver": {"name": "platform"}, "alerts": [{
        "fingerprint": name, "labels": {"alertname": name, "severity": "critical", "host": "web-1"},
        "annotations": {"summary": name, "runbook_url": "https://rb.example/x"}, "startsAt": "2026-11-23T10:00:00.000Z",
        "endsAt": "2026-11-23T12:00:00.000Z", "updatedAt": "2026-11-23T10:01:00.000Z", "receivers": [{"name": "platform"}],
        "generatorURL": "https://prom.example/graph", "somethingNew": {"a": [1]},
        "status": {"state": "suppressed", "silencedBy": ["s1"], "inhibitedBy": ["f9"], "mutedBy": ["offhours"]}}]})
}

fn alertmanager(request: &str, open: &[Value]) -> Value {
    match path(request) {
        "/api/v2/alerts/groups" => json!(open),
        "/api/v2/silences" => json!([null, {"id": "s1", "status": null, "matchers": null, "endsAt": 7}]),
        "/api/v2/status" => json!({"cluster": null, "config": 7, "uptime": "2026-01-01T00:00:00Z"}),
        _ => Value::Null,
    }
}

fn service(name: &str) -> Value {
    json!({"type": "Service", "name": format!("web!{name}"), "meta": {}, "joins": {"host": {"name": "web",
        "display_name": "web", "groups": ["linux"], "vars": {"a": 1}, "address": "192.0.2.7", "state": 0}},
        "attrs": {"__name": format!("web!{name}"), "name": name, "display_name": name, "state": 2.0, "state_type": 1.0,
        "handled": false, "last_reachable": true, "last_state_change": 1_764_000_000.0, "last_check": 1_764_000_000.0,
        "last_state_ok": 1_763_000_000.0, "acknowledgement": 1.0, "acknowledgement_last_change": 1_764_000_001.0,
        "downtime_depth": 1.0, "groups": ["http"], "vars": {"team": "core", "deep": {"x": [1]}}, "notes": "call Bob",
        "notes_url": "https://n.example", "action_url": "https://a.example",
        "last_check_result": {"output": "HTTP CRITICAL", "state": 2.0}}})
}

fn icinga(request: &str, open: &[Value]) -> Value {
    match path(request) {
        "/v1/objects/services" => json!({"results": open}),
        "/v1/objects/comments" => {
            json!({"results": [null, {"attrs": null}, {"attrs": {"author": 7, "entry_type": "4"}}]})
        }
        "/v1/objects/downtimes" => json!({"results": [null, {"attrs": {"author": null, "end_time": "x"}}]}),
        _ => json!({"results": []}),
    }
}

fn duty(id: &str) -> Value {
    let now_s = jiff::Timestamp::now().as_second();
    json!({"incident_id": id, "num": id, "title": id, "description": "d", "channel_id": 7, "channel_name": "Ops",
        "incident_severity": "Critical", "incident_status": "Critical", "progress": "Triggered", "created_at": now_s - 60,
        "updated_at": now_s, "start_time": now_s - 60, "labels": {"host": "web"}, "fields": {"a": 1}, "alert_cnt": 1,
        "creator": {"person_id": 1, "person_name": "ada", "email": "a@example.com"}, "detail_url": "https://d.example",
        "responders": [{"person_id": 1, "person_name": "ada", "assigned_at": now_s, "acknowledged_at": 0}],
        "alerts": [{"alert_id": "a1", "title": "t", "alert_severity": "Critical", "labels": {"x": "y"}}]})
}

fn flashduty(request: &str, open: &[Value]) -> Value {
    match path(request) {
        "/incident/list" => json!({"request_id": "r", "data": {"items": open, "total": open.len()}}),
        "/incident/list-by-ids" => json!({"request_id": "r", "data": {"items": open}}),
        _ => json!({"request_id": "r", "data": {"items": []}}),
    }
}

fn pager(id: &str) -> Value {
    json!({"id": id, "incident_number": 7, "title": id, "status": "triggered", "urgency": "high", "html_url": "https://p.example",
        "created_at": "2026-11-23T10:00:00Z", "updated_at": "2026-11-23T10:00:00Z", "service": {"id": "S1", "summary": "Web"},
        "priority": {"summary": "P1"}, "alert_counts": {"all": 1, "triggered": 1}, "custom_fields": [{"name": "a", "value": 1}],
        "assignments": [{"at": "2026-11-23T10:00:00Z", "assignee": {"id": "U1", "summary": "ada"}}],
        "acknowledgements": [{"at": "2026-11-23T10:00:00Z", "acknowledger": {"id": "U1"}}],
        "pending_actions": [{"type": "unacknowledge", "at": "2026-11-23T10:00:00Z"}], "body": {"details": "more"}})
}

fn pagerduty(request: &str, open: &[Value]) -> Value {
    match path(request).strip_prefix("/incidents/") {
        Some(id) => json!({"incident": open.iter().find(|incident| incident["id"] == id)}),
        None => json!({"incidents": open, "more": false}),
    }
}

/// A peer that answers every request with what `say` makes of it.
pub(super) async fn peer(say: impl Fn(&str) -> String + Clone + Send + Sync + 'static) -> Peer {
    Peer::start(move |mut conn: Conn| {
        let say = say.clone();
        async move {
            let request = conn.request().await;
            conn.say(answer("200 OK", "Connection: close\r\n", &say(&request))).await;
        }
    })
    .await
}

#[tokio::test]
async fn one_odd_value_anywhere_costs_at_most_its_own_field() {
    let folder = tempfile::tempdir().unwrap();
    for api in APIS {
        let open: Arc<Mutex<Vec<Value>>> = Arc::default();
        let (now, answers) = (Arc::clone(&open), api.answers);
        let peer = peer(move |request| answers(request, &now.lock().unwrap()).to_string()).await;
        let source = source(folder.path(), &format!("{}\nurl = \"{}\"\n", api.keys, peer.url("")));
        let good = (api.incident)("good");
        for (place, odd) in everywhere(&(api.incident)("odd")) {
            *open.lock().unwrap() = vec![good.clone(), odd.clone()];
            let listing = source.list(&Pages::unwanted()).await.unwrap_or_else(|error| panic!("{place}: {error}"));
            let titles: Vec<String> = listing.incidents().map(|incident| incident.title).collect();
            let told = format!("{} with {place} in {odd}: {titles:?} {:?}", api.keys, listing.warnings);
            assert!(titles.iter().any(|title| title.contains("good")), "{told}");
            let is_whole = listing.rows.len() == 2;
            assert!(is_whole || api.identity.contains(&place.as_str()), "{told}");
        }
        // One that is nothing at all is left out, by a warning.
        *open.lock().unwrap() = vec![good.clone(), 7.into()];
        let listing = source.list(&Pages::unwanted()).await.unwrap();
        assert_eq!(listing.rows.len(), 1, "{}", api.keys);
        // Where what left the list is asked for by its id, nothing is closed by mistake.
        assert!(!listing.complete || api.asks_by_id, "{}", api.keys);
        assert!(!listing.warnings.is_empty(), "{}", api.keys);
    }
}

#[tokio::test]
async fn what_is_no_list_is_a_fault_of_the_source() {
    let folder = tempfile::tempdir().unwrap();
    for api in APIS {
        for body in
            ["<!doctype html><title>Sign in</title>", "", "null", "7", "{}", "{\"results\":null}", "\"signed out\""]
        {
            let peer = peer(move |_| body.to_owned()).await;
            let source = source(folder.path(), &format!("{}\nurl = \"{}\"\n", api.keys, peer.url("")));
            let error = source.list(&Pages::unwanted()).await.err();
            let kind = error.as_ref().map(|error| error.kind);
            assert_eq!(kind, Some(SourceErrorKind::Rubbish), "{} by {body}: {error:?}", api.keys);
            assert!(source.greet().await.is_err(), "{} by {body}: the test finds what the list does", api.keys);
        }
    }
}

#[tokio::test]
async fn a_time_that_nobody_can_read_is_kept_as_given_and_named_by_list_and_test() {
    let folder = tempfile::tempdir().unwrap();
    for api in APIS {
        let open: Arc<Mutex<Vec<Value>>> = Arc::default();
        let (now, answers) = (Arc::clone(&open), api.answers);
        let peer = peer(move |request| answers(request, &now.lock().unwrap()).to_string()).await;
        let source = source(folder.path(), &format!("{}\nurl = \"{}\"\n", api.keys, peer.url("")));
        *open.lock().unwrap() = vec![(api.incident)("good")];
        let sound = source.list(&Pages::unwanted()).await.unwrap().report;
        for (place, field) in api.times {
            for given in [json!("yesterday"), json!(["2026-11-23T10:00:00Z"]), json!(7), json!("1999-11-23T10:00:00Z")]
            {
                let mut odd = (api.incident)("odd");
                *odd.pointer_mut(place).unwrap() = given.clone();
                *open.lock().unwrap() = vec![odd];
                let listing = source.list(&Pages::unwanted()).await.unwrap();
                let told = format!("{}: {place}: {given}: {:?}", api.keys, listing.warnings);
                let shown = given.as_str().map_or_else(|| given.to_string(), str::to_owned);
                let sentence = format!("{field}: \"{shown}\" is not a time");
                for said in [&listing.warnings, &listing.report.sentences()] {
                    assert!(said.iter().any(|line| line.contains(&sentence)), "{sentence} in {told}");
                }
                assert_eq!(sound.sentences().iter().filter(|line| line.contains("is not a time")).count(), 0);
                let json = Value::Object(listing.rows[0].unpack().to_contract()).to_string();
                assert!(json.contains(&format!("\"{field}_as_given\":{given}")), "{told} {json}");
            }
        }
    }
}

#[tokio::test]
async fn an_end_of_quiet_that_nobody_can_read_is_told_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    for given in [json!("soon"), json!(7), json!(["2099-01-01T00:00:00Z"])] {
        for (api, place) in [(&APIS[0], "/api/v2/silences"), (&APIS[1], "/v1/objects/downtimes")] {
            let (answers, open, end) = (api.answers, [(api.incident)("web")], given.clone());
            let peer = peer(move |request| {
                let quiet = match path(request) {
                    at if at != place => answers(request, &open),
                    "/api/v2/silences" => json!([{"id": "s1", "status": {"state": "active"}, "createdBy": "bob",
                        "matchers": [], "endsAt": end}]),
                    _ => json!({"results": [{"attrs": {"__name": "d", "host_name": "web", "service_name": "web",
                        "author": "bob", "start_time": 1_764_000_000, "end_time": end}}]}),
                };
                quiet.to_string()
            })
            .await;
            let source = source(folder.path(), &format!("{}\nurl = \"{}\"\n", api.keys, peer.url("")));
            let listing = source.list(&Pages::unwanted()).await.unwrap();
            let shown = given.as_str().map_or_else(|| given.to_string(), str::to_owned);
            let sentence = format!("snoozed_before: \"{shown}\" is not a time");
            let told = format!("{}: {given}: {:?}", api.keys, listing.warnings);
            assert!(listing.warnings.iter().any(|line| line.contains(&sentence)), "{told}");
            let incident = listing.rows[0].unpack();
            let contract = Value::Object(incident.to_contract());
            assert_eq!(contract["snoozed_before_as_given"], given, "{contract}");
            assert_eq!(contract["snoozed_before"], 0, "{contract}");
            let full = source.full(&incident).await.unwrap();
            let said = format!("{:?}", full.timeline);
            assert!(!said.contains("1970"), "{said}");
        }
    }
}

#[tokio::test]
async fn a_word_that_is_guessed_or_unknown_is_told_as_it_was_given() {
    let folder = tempfile::tempdir().unwrap();
    let cases: [(&Api, &str, Option<Value>, &str, Value); 8] = [
        (&APIS[0], "/alerts/0/labels/severity", Some(json!("page")), "Critical", json!("page")),
        (&APIS[0], "/alerts/0/labels/severity", Some(json!("Page")), "Critical", json!("Page")),
        (&APIS[0], "/alerts/0/labels/severity", Some(json!("none")), "Info", json!("none")),
        (&APIS[0], "/alerts/0/labels/severity", Some(json!("purple")), "Warning", json!("purple")),
        (&APIS[1], "/attrs/state", Some(json!(9)), "Warning", json!("9")),
        (&APIS[1], "/attrs/state", Some(Value::Null), "Warning", Value::Null),
        (&APIS[1], "/attrs/state", None, "Warning", Value::Null),
        (&APIS[3], "/urgency", Some(json!("blazing")), "Warning", json!("blazing")),
    ];
    for (api, place, given, severity, as_given) in cases {
        let mut odd = (api.incident)("odd");
        match &given {
            Some(given) => *odd.pointer_mut(place).unwrap() = given.clone(),
            None => drop(odd["attrs"].as_object_mut().unwrap().remove("state")),
        }
        let (answers, open) = (api.answers, [odd]);
        let peer = peer(move |request| answers(request, &open).to_string()).await;
        let source = source(folder.path(), &format!("{}\nurl = \"{}\"\n", api.keys, peer.url("")));
        let listing = source.list(&Pages::unwanted()).await.unwrap();
        let incident = Value::Object(listing.rows[0].unpack().to_contract());
        let told = format!("{}: {given:?}: {incident}", api.keys);
        assert_eq!(incident["incident_severity"], severity, "{told}");
        assert_eq!(incident.get("incident_severity_as_given"), Some(&as_given), "{told}");
        assert!(!listing.report.sentences().is_empty(), "{told}");
        let title = incident["title"].as_str().unwrap();
        assert!(!title.contains("is OK") && !title.contains("is UP"), "{told}");
    }
}

#[tokio::test]
async fn a_group_whose_alerts_are_no_list_is_a_warning_and_closes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    for alerts in [Some(Value::Null), Some(json!({})), Some(json!("x")), None] {
        let mut odd = group("odd");
        match &alerts {
            Some(alerts) => odd["alerts"] = alerts.clone(),
            None => drop(odd.as_object_mut().unwrap().remove("alerts")),
        }
        let open = [group("good"), odd];
        let peer = peer(move |request| alertmanager(request, &open).to_string()).await;
        let source = source(folder.path(), &format!("kind = \"alertmanager\"\nurl = \"{}\"\n", peer.url("")));
        let listing = source.list(&Pages::unwanted()).await.unwrap();
        assert_eq!((listing.rows.len(), listing.complete), (1, false), "{alerts:?}");
        let warning = &listing.warnings[0];
        assert!(warning.contains("alertname=odd") && warning.contains("its alerts are no list"), "{warning}");
    }
}

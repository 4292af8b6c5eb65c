//! What a press sends has what the screen shows: alerts that a list does not have, and where the host is.

use serde_json::{Value, json};

use crate::support::peer::{Conn, Peer, answer};
use crate::support::receiver::{Receiver, Reply};
use crate::support::station::Station;

/// A peer that answers a path as told, and `{}` elsewhere.
async fn peer(answers: fn(&str) -> Option<Value>) -> Peer {
    Peer::start(move |mut conn: Conn| async move {
        let request = conn.request().await;
        let path = request.split(' ').nth(1).unwrap_or_default().split('?').next().unwrap_or_default().to_owned();
        let (status, json) = match answers(&path) {
            Some(json) => ("200 OK", json),
            None => ("500 Oops", json!({"error": {"code": "InternalError", "message": "no such page"}})),
        };
        conn.say(answer(status, "Connection: close\r\n", &json.to_string())).await;
    })
    .await
}

/// The incident that a receiver is sent from a source of these keys, by a press on it; and what andon warns of.
async fn pressed(keys: String, channel: &'static str, num: &'static str) -> (Value, String) {
    tokio::task::spawn_blocking(move || {
        let receiver = Receiver::start(Reply::Text("ok".to_owned()));
        let station = Station::configured(&format!("[[source]]\nname = \"prod\"\n{keys}"));
        station.done(&["incident", "list"]);
        let channel = format!("prod/{channel}");
        station.done(&["action", "add", "--name", "Go", "--channel", &channel, "--endpoint", &receiver.url("/go")]);
        let done = station.command(&["run", "Go", "--incident", num, "--yes"]);
        assert!(done.status.success(), "{done:?}");
        let request = receiver.requests().remove(0);
        let body: Value = serde_json::from_str(request.split("\r\n\r\n").nth(1).unwrap()).unwrap();
        (body["incident"].clone(), String::from_utf8(done.stderr).unwrap())
    })
    .await
    .unwrap()
}

#[allow(clippy::unnecessary_wraps, reason = "as every peer answers")]
fn duty(path: &str) -> Option<Value> {
    let now_s = jiff::Timestamp::now().as_second() - 600;
    let incident = json!({"incident_id": "69da451ef77b1b51f40e83ee", "num": "0E83EE", "title": "cpu", "channel_id": 7,
        "channel_name": "Ops", "incident_severity": "Critical", "incident_status": "Critical", "progress": "Triggered",
        "created_at": now_s, "updated_at": now_s, "start_time": now_s, "alert_cnt": 1});
    let alert = json!({"alert_id": "a1", "title": "cpu", "alert_severity": "Critical", "alert_status": "Ok",
        "start_time": now_s, "labels": {"host": "web-01"}, "somethingNew": 7});
    match path {
        "/incident/list" => Some(json!({"request_id": "r", "data": {"items": [incident], "total": 1}})),
        "/incident/alert/list" => Some(json!({"request_id": "r", "data": {"items": [alert], "total": 1}})),
        _ => Some(json!({"request_id": "r", "data": {"items": []}})),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_alerts_of_a_flashduty_incident_go_along() {
    let peer = peer(duty).await;
    let keys = format!("kind = \"flashduty\"\napp_key = \"k\"\nurl = \"{}\"\n", peer.url(""));
    let (incident, warned) = pressed(keys, "7", "0E83EE").await;
    let alert = &incident["alerts"][0];
    assert_eq!((&alert["labels"]["host"], &alert["progress"]), (&json!("web-01"), &json!("Closed")));
    assert_eq!((&alert["somethingNew"], incident["alerts"].as_array().unwrap().len()), (&json!(7), 1));
    assert!(incident["alerts_read_at"].as_i64().unwrap() > 0 && !warned.contains("alerts"), "{warned}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_press_goes_without_alerts_that_cannot_be_read_and_says_so() {
    let peer = peer(|path| duty(path).filter(|_| path != "/incident/alert/list")).await;
    let keys = format!("kind = \"flashduty\"\napp_key = \"k\"\nurl = \"{}\"\n", peer.url(""));
    let (incident, warned) = pressed(keys, "7", "0E83EE").await;
    assert_eq!(incident["alerts"], json!([]));
    assert!(warned.contains("its alerts could not be read") && warned.contains("no such page"), "{warned}");
}

fn pager(path: &str) -> Option<Value> {
    let incident = json!({"id": "P1", "incident_number": 7, "title": "cpu", "status": "triggered", "urgency": "blazing",
        "created_at": "2026-11-23T10:00:00Z", "service": {"id": "S1", "summary": "Web"}, "alert_counts": {"all": 1}});
    let alert = json!({"id": "A1", "summary": "cpu", "severity": "critical", "created_at": "2026-11-23T10:00:00Z",
        "body": {"details": {"host": "web-01"}, "contexts": [{"type": "link", "href": "https://g.example/d/1"}]}});
    match path {
        "/incidents" => Some(json!({"incidents": [incident], "more": false})),
        "/incidents/P1/alerts" => Some(json!({"alerts": [alert], "more": false})),
        _ => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_alerts_of_a_pagerduty_incident_go_along_with_their_contexts() {
    let peer = peer(pager).await;
    let keys = format!("kind = \"pagerduty\"\ntoken = \"t\"\nurl = \"{}\"\n", peer.url(""));
    let (incident, _) = pressed(keys, "S1", "7").await;
    let alert = &incident["alerts"][0];
    assert_eq!(alert["labels"]["host"], "web-01");
    assert_eq!(alert["body"]["contexts"][0]["href"], "https://g.example/d/1");
    // A word that nobody knows is no Info.
    let severity = (&incident["incident_severity"], &incident["incident_severity_as_given"]);
    assert_eq!(severity, (&json!("Warning"), &json!("blazing")));
}

#[allow(clippy::unnecessary_wraps, reason = "as every peer answers")]
fn icinga(path: &str) -> Option<Value> {
    let service = |name: &str, handled: bool, soft: bool| {
        json!({"type": "Service", "joins": {"host": {"name": "web", "display_name": "web", "groups": ["linux"],
            "state": 1, "problem": false, "address": "192.0.2.7", "notes": "call Bob", "action_url": "https://a.example/web"}},
            "attrs": {"__name": format!("web!{name}"), "display_name": name, "state": 2, "handled": handled,
            "state_type": u8::from(!soft), "last_reachable": !handled, "last_state_change": 1_764_000_000}})
    };
    let services = [service("aaa", false, false), service("bbb", true, false), service("ccc", false, true)];
    Some(json!({ "results": if path == "/v1/objects/services" { services.to_vec() } else { Vec::new() } }))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_button_reaches_the_host_of_an_icinga_problem_and_what_is_handled_is_marked() {
    let peer = peer(icinga).await;
    let keys = format!("kind = \"icinga\"\nuser = \"root\"\npassword = \"x\"\nurl = \"{}\"\n", peer.url(""));
    let source = super::source(std::path::Path::new("/nonexistent"), &keys);
    let listing = super::list(&*source).await;
    let marks = |name: &str| {
        let row = listing.rows.iter().find(|row| row.title.contains(name)).unwrap();
        (row.notes().marks, row.is_quiet())
    };
    assert_eq!(marks("aaa"), (String::new(), false));
    assert_eq!(marks("bbb"), ("host down".to_owned(), true));
    assert_eq!(marks("ccc"), ("soft".to_owned(), true));
    let aaa = listing.rows.iter().find(|row| row.title.contains("aaa")).unwrap();
    let num: &'static str = aaa.num.to_string().leak();
    let (incident, _) = pressed(keys, "linux", num).await;
    assert_eq!(
        (&incident["labels"]["address"], &incident["fields"]["notes"]),
        (&json!("192.0.2.7"), &json!("call Bob"))
    );
    assert_eq!(incident["detail_url"], "https://a.example/web");
}

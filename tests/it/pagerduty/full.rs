use andon::domain::timeline::Teller;
use andon::source::SourceErrorKind;
use serde_json::json;

use crate::pagerduty::account::{Account, Reply, incident};
use crate::pagerduty::answers::refusal;
use crate::pagerduty::{known, source};

#[tokio::test]
async fn alerts_notes_log_and_fields_are_read() {
    let account = Account::start(vec![incident("P1", 0)]);
    account.state().fields = vec![json!({"name": "environment", "value": "production"})];
    account.state().notes = vec![
        json!({"id": "N1", "user": {"summary": "Ada"}, "content": "on it\nsoon", "created_at": "2026-01-01T00:07:00Z"}),
    ];
    account.fault(|request| {
        let entry = |kind: &str, minute: i64| {
            json!({"id": format!("L{minute}"), "type": kind, "created_at": format!("2026-01-01T00:0{minute}:00Z"),
                "agent": {"summary": "Ada"}, "summary": "in its words", "assignees": [{"summary": "Bob"}],
                "changed_actions": [{"type": "unacknowledge", "at": "2026-01-01T04:00:00Z"}]})
        };
        if request.path.ends_with("/log_entries") {
            let kinds = ["fancy_new_log_entry", "annotate_log_entry", "snooze_log_entry", "assign_log_entry", "acknowledge_log_entry"];
            let entries: Vec<_> = kinds.iter().zip((1..9).rev()).map(|(kind, minute)| entry(kind, minute)).collect();
            return Some(Reply::Json(200, json!({"log_entries": entries, "more": false})));
        }
        if !request.path.ends_with("/alerts") {
            return None;
        }
        let first = request.one("offset") == Some("0");
        let alert = |n: usize| {
            json!({"id": format!("A{n}"), "summary": "disk", "severity": "critical", "status": "resolved", "alert_key": "k",
                "created_at": "2026-01-01T00:00:00Z", "resolved_at": "2026-01-01T00:09:00Z", "body": {"details": {"host": "srv01", "percent": 97}}})
        };
        let alerts: Vec<_> = if first { (0..100).map(alert).collect() } else { (100..130).map(alert).collect() };
        Some(Reply::Json(200, json!({"alerts": alerts, "more": first})))
    });
    let full = source(&account.url).full(&known("P1")).await.unwrap();
    assert_eq!(full.warnings, Vec::<String>::new());
    let read = full.incident.unwrap();
    assert_eq!((read.title.as_str(), read.alerts.len()), ("disk of P1 is full", 130));
    assert_eq!(read.fields["environment"], "production");
    assert_eq!((read.alerts[0].labels["host"].as_str(), read.alerts[0].labels["percent"].as_str()), ("srv01", "97"));
    assert_eq!((read.alerts[0].end_time, read.alerts[0].progress.as_str()), (1_767_226_140, "Closed"));
    let told: Vec<_> = full.timeline.iter().map(|moment| (moment.what.as_str(), moment.text.as_str())).collect();
    assert_eq!(
        told,
        [
            ("acknowledged", ""),
            ("assigned to Bob", ""),
            ("snoozed until 2026-01-01 04:00 UTC", ""),
            ("commented", "on it\nsoon"),
            ("fancy_new_log_entry", "in its words"),
        ]
    );
    assert!(full.timeline.iter().all(|moment| moment.who == "Ada" && moment.told_by == Teller::Source));
    assert_eq!(full.timeline[0].at_ms, 1_767_225_840_000);
}

#[tokio::test]
async fn what_cannot_be_read_beside_the_incident_is_told() {
    let account = Account::start(vec![incident("P1", 0)]);
    account.fault(|request| request.path.ends_with("/notes").then(|| refusal(500, "down")));
    let full = source(&account.url).full(&known("P1")).await.unwrap();
    assert!(full.incident.is_some());
    // The account knows neither alerts nor a log.
    assert_eq!(full.warnings.len(), 3, "{:?}", full.warnings);
    assert!(full.warnings[0].starts_with("its notes could not be read: "), "{:?}", full.warnings);
    let error = source(&account.url).full(&known("GONE")).await.unwrap_err();
    assert_eq!(error.kind, SourceErrorKind::Missing);
}

#[tokio::test]
async fn a_key_greets_by_name_and_a_key_of_the_account_without() {
    let account = Account::start(vec![incident("P1", 0)]);
    let source = source(&account.url);
    let greeting = source.greet().await.unwrap();
    assert_eq!(greeting.who, "Ada Lovelace <ada@example.com>");
    assert_eq!(greeting.limits[0], "949 of 960 calls a minute are left");
    account.fault(|request| (request.path == "/users/me").then(|| refusal(400, "needs a user token")));
    let greeting = source.greet().await.unwrap();
    assert_eq!((greeting.who.as_str(), greeting.what.as_str()), ("", "PagerDuty, by a key of the account"));
    account.fault(|_| Some(refusal(401, "Unauthorized")));
    assert_eq!(source.greet().await.unwrap_err().kind, SourceErrorKind::Unauthorised);
}

//! One incident in full: its alerts in pages, its timeline in milliseconds and in words.

use andon::domain::incident::{Incident, Progress};
use andon::domain::timeline::{Moment, Teller};
use andon::source::SourceErrorKind;
use serde_json::{Value, json};

use crate::flashduty::{now_s, source};
use crate::support::duty::{Account, Duty, Fault, data, error, id, incident};

fn account() -> Account {
    let now = now_s();
    Account {
        incidents: vec![incident(1, now - 60)],
        people: vec![
            json!({ "person_id": 11, "person_name": "Ada" }),
            json!({ "person_id": 12, "person_name": "Bob" }),
        ],
        ..Account::default()
    }
}

fn known() -> Incident {
    Incident { incident_id: id(1), source: "prod".to_owned(), ..Incident::default() }
}

fn entry(at_ms: i64, kind: &str, who: i64, detail: &Value) -> Value {
    json!({ "ref_id": id(1), "type": kind, "detail": detail, "creator_id": who, "created_at": at_ms })
}

/// What the entry says: who, what and text.
async fn told(kind: &str, detail: Value) -> (String, String, String) {
    let feed = vec![entry(1_775_912_222_661, kind, 11, &detail)];
    let duty = Duty::start(Account { feed, ..account() }).await;
    let full = source(&duty.url, "").full(&known()).await.unwrap();
    assert_eq!(full.warnings, Vec::<String>::new());
    let Moment { at_ms, who, what, text, told_by } = full.timeline.into_iter().next().unwrap();
    assert_eq!((at_ms, told_by), (1_775_912_222_661, Teller::Source));
    (who, what, text)
}

#[tokio::test]
async fn every_type_of_the_vendor_is_told_in_words() {
    let short = |title: &str| json!({ "incident_id": id(2), "title": title });
    let cases = [
        ("i_new", json!({ "severity": "Critical", "title": "cpu" }), "created as Critical", "cpu"),
        ("i_assign", json!({ "type": "assign", "to": [11, 12] }), "assigned to Ada, Bob", ""),
        (
            "i_assign",
            json!({ "type": "escalate", "person_ids": [12], "escalate_rule_name": "night", "layer_idx": 1 }),
            "escalated to Bob by the rule night, level 2",
            "",
        ),
        ("i_a_rspd", json!({ "to": [12] }), "added responders Bob", ""),
        (
            "i_notify",
            json!({ "layer_idx": 0, "by": "email", "persons": [{ "person_id": 11 },
                { "person_id": 12, "failed_reason": "no address" }], "robots": [{ "token": "t0ken", "alias": "ops" }] }),
            "notified Ada, ops by email, level 1",
            "not Bob: no address",
        ),
        ("i_storm", json!({ "threshold": 50 }), "alert storm of 50 alerts", ""),
        ("i_snooze", json!({ "minutes": 90 }), "snoozed for 90 min", ""),
        ("i_wake", json!({ "snoozedBefore": 1 }), "woken", ""),
        ("i_ack", json!({ "progress": "looking" }), "acknowledged", "looking"),
        ("i_unack", json!({ "progress": "" }), "unacknowledged", ""),
        ("i_comm", json!({ "comment": "two\nlines" }), "commented", "two\nlines"),
        ("i_rslv", json!({ "from": "console" }), "closed", ""),
        ("i_rslv", json!({ "from": "autorslv" }), "closed by itself", ""),
        ("i_reopen", json!({ "reason": "came back" }), "reopened", "came back"),
        (
            "i_merge",
            json!({ "comment": "same", "source_incidents": [short("a"), short("b")], "target_incident": short("c") }),
            "merged a, b into c",
            "same",
        ),
        ("i_r_title", json!({ "from": "cpu", "to": "disk" }), "changed the title", "cpu to disk"),
        ("i_r_desc", json!({}), "changed the description", ""),
        ("i_r_impact", json!({}), "changed the impact", ""),
        ("i_r_rc", json!({}), "changed the root cause", ""),
        ("i_r_rsltn", json!({}), "changed the resolution", ""),
        ("i_r_severity", json!({ "from": "Info", "to": "Critical" }), "changed the severity from Info to Critical", ""),
        ("i_r_field", json!({ "field_name": "team", "to": ["a"] }), "set the field team to [\"a\"]", ""),
        (
            "i_m_flapping",
            json!({ "max_changes": 4, "in_mins": 60, "mute_mins": 120 }),
            "muted for 120 min: flapping over 4 changes in 60 min",
            "",
        ),
        ("i_m_reply", json!({}), "muted replies to a comment", ""),
        ("i_custom", json!({ "integration_id": 9, "integration_name": "Restart" }), "ran the action Restart", ""),
        ("i_custom", json!({ "integration_id": 9 }), "ran the action 9", ""),
        (
            "i_wr_create",
            json!({ "chat_name": "war", "share_link": "https://chat.example/w" }),
            "opened the war room war",
            "https://chat.example/w",
        ),
        ("i_wr_delete", json!({ "chat_name": "war" }), "closed the war room war", ""),
        ("i_auto_refresh", json!({}), "refreshed its card by itself", ""),
        ("a_merge", json!({}), "merged an alert into it", ""),
        ("i_hologram", json!({ "beam": 1 }), "i_hologram", "{\"beam\":1}"),
    ];
    for (kind, detail, what, text) in cases {
        assert_eq!(told(kind, detail).await, ("Ada".to_owned(), what.to_owned(), text.to_owned()), "{kind}");
    }
}

#[tokio::test]
async fn alerts_and_timeline_come_in_pages_and_the_oldest_moment_stands_first() {
    let alert = |n: usize| {
        json!({ "alert_id": id(n), "title": format!("a{n}"), "alert_severity": "Warning", "alert_status": "Ok",
            "start_time": 1_775_912_222, "end_time": 1_775_912_300, "labels": null })
    };
    let alerts = (0..230).map(alert).collect();
    // The newest first, as it is asked for.
    let feed = (0..120).map(|n| entry(1_775_912_000_000 - n, "i_comm", 0, &json!({ "comment": n }))).collect();
    let duty = Duty::start(Account { alerts, feed, ..account() }).await;
    let full = source(&duty.url, "").full(&known()).await.unwrap();
    assert_eq!(full.warnings, Vec::<String>::new());
    let incident = full.incident.unwrap();
    assert_eq!((incident.alerts.len(), incident.title.as_str()), (230, "cpu 1"));
    // Seconds there, milliseconds in the timeline.
    assert_eq!((incident.alerts[0].start_time, incident.alerts[0].progress), (1_775_912_222, Progress::Closed));
    assert_eq!(full.timeline.len(), 120);
    assert!(full.timeline.windows(2).all(|pair| pair[0].at_ms <= pair[1].at_ms));
    assert_eq!(full.timeline[119].at_ms, 1_775_912_000_000);
    assert_eq!(full.timeline[0].who, "");
    assert_eq!(duty.bodies("/incident/alert/list")[2], json!({ "incident_id": id(1), "limit": 100, "p": 3 }));
    assert_eq!(duty.bodies("/incident/feed")[1], json!({ "incident_id": id(1), "limit": 100, "asc": false, "p": 2 }));
}

#[tokio::test]
async fn what_is_missing_is_a_warning_and_what_repeats_ends() {
    let again = json!({ "has_next_page": true, "items": [entry(5, "i_wake", 0, &json!({}))] });
    let duty = Duty::scripted(account(), move |asked, _| match asked.path.as_str() {
        "/incident/alert/list" => Some(Fault::Say(error("500 Oops", "", "InternalError", "Oops."))),
        "/incident/feed" => Some(Fault::Say(data(&again))),
        _ => None,
    });
    let duty = duty.await;
    let full = source(&duty.url, "").full(&known()).await.unwrap();
    assert!(full.incident.is_some());
    assert_eq!(full.timeline.len(), 1);
    assert!(full.warnings[0].contains("not all alerts came, 0 did") && full.warnings[0].contains("Oops"));
    assert!(full.warnings[1].contains("brought nothing new"), "{:?}", full.warnings);
    assert_eq!(duty.bodies("/incident/feed").len(), 2);
}

#[tokio::test]
async fn an_incident_that_is_gone_is_said_to_be_missing() {
    let duty = Duty::start(Account::default()).await;
    let error = source(&duty.url, "").full(&known()).await.unwrap_err();
    assert!(error.kind == SourceErrorKind::Missing && error.message.contains("does not exist"), "{error:?}");
}

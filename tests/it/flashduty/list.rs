//! The list: windows, pages, cursors, names.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use andon::domain::incident::{Incident, Progress, Severity, Status};
use andon::source::{Page, Pages};
use serde_json::{Value, json};

use crate::flashduty::{now_s, source};
use crate::support::duty::{Account, Duty, Fault, KEY, data, error, id, incident};

const DAY: i64 = 86_400;

fn many(count: usize) -> Account {
    let now = now_s();
    let age = |n: usize| i64::try_from(n).unwrap() * 60;
    Account { incidents: (0..count).map(|n| incident(n, now - 60 - age(n))).collect(), ..Account::default() }
}

/// Keeps the pages that are handed over.
fn noting() -> (Pages, Arc<Mutex<Vec<Page>>>) {
    let seen: Arc<Mutex<Vec<Page>>> = Arc::default();
    let into = Arc::clone(&seen);
    (Pages::new(move |page| into.lock().unwrap().push(page)), seen)
}

#[tokio::test]
async fn the_open_ones_come_in_pages_of_a_hundred() {
    let mut account = many(250);
    account.incidents[7]["progress"] = "Closed".into();
    let duty = Duty::start(account).await;
    let (pages, seen) = noting();
    let source = source(&duty.url, "");
    let listing = source.list(&pages).await.unwrap();
    assert!(listing.complete && listing.warnings.is_empty(), "{:?}", listing.warnings);
    assert_eq!(listing.rows.len(), 249);
    let told: Vec<_> = seen.lock().unwrap().iter().map(|page| (page.rows.len(), page.got, page.of)).collect();
    assert_eq!(told, [(100, 100, Some(249)), (100, 200, Some(249)), (49, 249, Some(249))]);
    let asked = duty.bodies("/incident/list");
    assert_eq!(
        asked.iter().map(|body| body.get("search_after_ctx")).collect::<Vec<_>>(),
        [None, Some(&json!("c100")), Some(&json!("c200"))]
    );
    for body in &asked {
        assert_eq!((&body["progress"], &body["limit"]), (&json!("Triggered,Processing"), &json!(100)));
        assert_eq!(body["end_time"].as_i64().unwrap() - body["start_time"].as_i64().unwrap(), 31 * DAY);
    }
    assert!(duty.asked().iter().all(|asked| asked.key == KEY));
    let first = listing.rows[0].unpack();
    assert_eq!((first.num.as_str(), first.source.as_str()), ("N0", "prod"));
    assert_eq!((first.incident_severity, first.incident_status), (Severity::Critical, Status::Warning));
    assert_eq!((first.channel_key.as_str(), first.channel_name.as_str()), ("prod/77", "Payments"));
    assert_eq!(first.detail_url, format!("https://console.example/incident/{}", id(0)));
    assert_eq!(listing.channels.len(), 1);
}

#[tokio::test]
async fn windows_of_at_most_31_days_join_and_each_incident_comes_once() {
    let now = now_s();
    let ages = [1, 30, 32, 60, 63, 89, 200];
    let incidents = ages.iter().enumerate().map(|(n, age)| incident(n, now - age * DAY)).collect();
    let duty = Duty::start(Account { incidents, ..Account::default() }).await;
    let (pages, seen) = noting();
    let listing = source(&duty.url, "since = \"90d\"").list(&pages).await.unwrap();
    assert!(listing.complete);
    let nums: Vec<String> = listing.incidents().map(|incident| incident.num).collect();
    assert_eq!(nums, ["N0", "N1", "N2", "N3", "N4", "N5"]);
    let windows: Vec<(i64, i64)> = duty
        .bodies("/incident/list")
        .iter()
        .map(|body| (body["start_time"].as_i64().unwrap(), body["end_time"].as_i64().unwrap()))
        .collect();
    assert_eq!(windows.len(), 3);
    assert!(windows.windows(2).all(|pair| pair[0].0 == pair[1].1), "{windows:?}");
    assert_eq!(windows[0].1 - windows[2].0, 90 * DAY);
    // How many there will be is known in the last window only.
    let told: Vec<_> = seen.lock().unwrap().iter().map(|page| (page.got, page.of)).collect();
    assert_eq!(told, [(2, None), (4, None), (6, Some(6))]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_page_is_handed_over_before_the_second_is_answered() {
    let (send, wait) = std::sync::mpsc::channel::<()>();
    let wait = Mutex::new(wait);
    let duty = Duty::scripted(many(150), move |asked, before| {
        if asked.path == "/incident/list" && before == 1 {
            // Answered only when the first page is there: else this test never ends.
            tokio::task::block_in_place(|| wait.lock().unwrap().recv_timeout(Duration::from_secs(20)).unwrap());
        }
        None
    });
    let duty = duty.await;
    let send = Mutex::new(send);
    let pages = Pages::new(move |page| {
        if page.got == 100 {
            send.lock().unwrap().send(()).unwrap();
        }
    });
    let url = duty.url.clone();
    let listing = source(&url, "").list(&pages).await.unwrap();
    assert_eq!(listing.rows.len(), 150);
}

#[tokio::test]
async fn a_lost_cursor_keeps_what_was_read() {
    let duty = Duty::scripted(many(250), |asked, before| {
        let lost = || error("400 Bad Request", "", "InvalidParameter", "search_after_ctx has expired.");
        (asked.path == "/incident/list" && before == 1).then(|| Fault::Say(lost()))
    });
    let duty = duty.await;
    let listing = source(&duty.url, "").list(&Pages::unwanted()).await.unwrap();
    assert_eq!((listing.rows.len(), listing.complete), (100, false));
    assert!(listing.warnings[0].contains("100 incidents came"), "{:?}", listing.warnings);
    assert!(listing.warnings[0].contains("search_after_ctx has expired"), "{:?}", listing.warnings);
}

#[tokio::test]
async fn a_cursor_that_repeats_ends_the_list() {
    let now = now_s();
    let duty = Duty::scripted(Account::default(), move |asked, before| {
        let page = json!({ "items": [incident(before, now)], "total": 900, "has_next_page": true,
            "search_after_ctx": "always" });
        (asked.path == "/incident/list").then(|| Fault::Say(data(&page)))
    });
    let duty = duty.await;
    let listing = source(&duty.url, "").list(&Pages::unwanted()).await.unwrap();
    assert_eq!((listing.rows.len(), listing.complete), (2, false));
    assert!(listing.warnings[0].contains("came back to a page"), "{:?}", listing.warnings);
    assert_eq!(duty.bodies("/incident/list").len(), 2);
}

#[tokio::test]
async fn a_page_without_anything_new_ends_the_list_and_it_is_whole_where_all_came() {
    for (total, whole) in [(1, true), (2, false)] {
        let now = now_s();
        let duty = Duty::scripted(Account::default(), move |asked, before| {
            let page = json!({ "items": [incident(1, now)], "total": total, "has_next_page": true,
                "search_after_ctx": format!("c{before}") });
            (asked.path == "/incident/list").then(|| Fault::Say(data(&page)))
        });
        let duty = duty.await;
        let listing = source(&duty.url, "").list(&Pages::unwanted()).await.unwrap();
        assert_eq!((listing.rows.len(), listing.complete), (1, whole), "{:?}", listing.warnings);
        assert_eq!(duty.bodies("/incident/list").len(), 2);
    }
}

#[tokio::test]
async fn people_and_channels_are_asked_for_by_id_once_and_stay_ids_where_nobody_knows_them() {
    let mut account = many(2);
    account.incidents[0]["responders"] = json!([{ "person_id": 11, "assigned_at": 1_764_000_005, "acknowledged_at": 0 },
        { "person_id": 12, "assigned_at": 1_764_000_006, "acknowledged_at": 1_764_000_007, "person_name": "Cyn" }]);
    account.incidents[0]["creator_id"] = json!(13);
    account.incidents[1]["channel_name"] = "".into();
    account.incidents[1]["responders"] = Value::Null;
    account.people = vec![json!({ "person_id": 11, "person_name": "Ada", "email": "ada@example.com" })];
    account.channels = vec![json!({ "channel_id": 77, "channel_name": "Payments" })];
    let duty = Duty::start(account).await;
    let source = source(&duty.url, "");
    for _ in 0..2 {
        let listing = source.list(&Pages::unwanted()).await.unwrap();
        assert!(listing.warnings.is_empty(), "{:?}", listing.warnings);
        let first = listing.rows[0].unpack();
        let people: Vec<_> = first.responders.iter().map(|person| person.person_name.as_str()).collect();
        assert_eq!(people, ["Ada", "Cyn"]);
        assert_eq!(
            (first.responders[0].email.as_str(), first.responders[0].assigned_at),
            ("ada@example.com", 1_764_000_005)
        );
        assert_eq!(first.creator.unwrap().person_name, "13");
        assert_eq!(listing.rows[1].unpack().channel_name, "Payments");
    }
    assert_eq!(duty.bodies("/person/infos"), [json!({ "person_ids": [11, 13] })]);
    assert_eq!(duty.bodies("/channel/infos"), [json!({ "channel_ids": [77] })]);
}

#[tokio::test]
async fn names_that_cannot_be_had_are_a_warning_and_not_the_end() {
    let mut account = many(1);
    account.incidents[0]["creator_id"] = json!(13);
    let duty = Duty::scripted(account, |asked, _| {
        let oops = || error("500 Internal Server Error", "", "InternalError", "Oops.");
        (asked.path == "/person/infos").then(|| Fault::Say(oops()))
    });
    let duty = duty.await;
    let listing = source(&duty.url, "").list(&Pages::unwanted()).await.unwrap();
    assert!(listing.complete);
    assert_eq!(listing.rows[0].unpack().creator.unwrap().person_name, "13");
    assert!(listing.warnings[0].contains("names are missing"), "{:?}", listing.warnings);
    assert!(listing.warnings[0].contains("Oops (InternalError), request 01R"), "{:?}", listing.warnings);
}

#[tokio::test]
async fn what_a_vendor_adds_is_kept_and_null_is_absent() {
    let mut account = many(1);
    let one = &mut account.incidents[0];
    one["incident_severity"] = "Ok".into();
    one["labels"] = Value::Null;
    one["mood"] = "dreadful".into();
    one["alerts"] = json!([{ "alert_id": "a", "alert_severity": "Critical", "alert_status": "Ok", "images": null },
        "nonsense"]);
    account.incidents.push(json!({ "title": "no id", "progress": "Triggered", "start_time": now_s() - 5 }));
    let duty = Duty::start(account).await;
    let listing = source(&duty.url, "").list(&Pages::unwanted()).await.unwrap();
    assert_eq!(listing.rows.len(), 1);
    assert!(listing.warnings[0].contains("it has no incident_id"), "{:?}", listing.warnings);
    let read: Incident = listing.rows[0].unpack();
    assert_eq!((&read.extra["mood"], &read.extra["incident_severity_as_given"]), (&json!("dreadful"), &json!("Ok")));
    assert!(read.labels.is_empty());
}

#[tokio::test]
async fn what_left_the_list_is_asked_for_by_id() {
    let mut account = many(3);
    account.incidents[1]["progress"] = "Closed".into();
    let duty = Duty::start(account).await;
    let wanted = [id(1), id(2), id(99)];
    let found = source(&duty.url, "").by_id(&wanted).await.unwrap();
    assert_eq!(found.iter().map(|one| one.progress).collect::<Vec<_>>(), [Progress::Closed, Progress::Triggered]);
    assert_eq!(duty.bodies("/incident/list-by-ids"), [json!({ "incident_ids": wanted })]);
}

#[tokio::test]
async fn a_greeting_is_one_cheap_read_and_names_the_account() {
    let duty = Duty::start(many(3)).await;
    let source = source(&duty.url, "");
    let greeting = source.greet().await.unwrap();
    assert_eq!(greeting.who, "Acme");
    assert!(greeting.what.contains("3 open incidents") && !greeting.what.contains(KEY), "{}", greeting.what);
    assert!(greeting.limits.iter().any(|limit| limit.contains("1,000 times a minute")), "{:?}", greeting.limits);
    let asked = duty.asked();
    assert_eq!((asked.len(), &asked[0].body["limit"]), (1, &json!(1)));
    assert_eq!(
        (source.kind(), source.config().badge.as_str(), source.config().refresh),
        ("flashduty", "P", Duration::from_secs(5))
    );
    assert!(source.comments_on_runs());
    assert!(!crate::flashduty::source(&duty.url, "comment_runs = false").comments_on_runs());
}

use std::sync::{Arc, Mutex};

use andon::domain::incident::{Incident, Progress, Severity, Status};
use andon::source::{Page, Pages, SourceErrorKind};
use serde_json::json;

use crate::pagerduty::account::{Account, Reply, incident};
use crate::pagerduty::answers::refusal;
use crate::pagerduty::{source, source_with};

fn many(count: i64) -> Vec<serde_json::Value> {
    (0..count).map(|n| incident(&format!("P{n:05}"), n)).collect()
}

#[tokio::test]
async fn pages_are_read_to_the_end_and_handed_over_as_they_come() {
    let account = Account::start(many(250));
    let handed: Arc<Mutex<Vec<Page>>> = Arc::default();
    let taken = Arc::clone(&handed);
    let pages = Pages::new(move |page| taken.lock().unwrap().push(page));
    let listing = source(&account.url).list(&pages).await.unwrap();
    assert!(listing.complete && listing.warnings.is_empty(), "{:?}", listing.warnings);
    assert_eq!(listing.rows.len(), 250);
    let told: Vec<_> = handed.lock().unwrap().iter().map(|page| (page.rows.len(), page.got, page.of)).collect();
    assert_eq!(told, [(100, 100, Some(250)), (100, 200, Some(250)), (50, 250, Some(250))]);
    let requests = account.requests();
    let offsets: Vec<_> = requests.iter().map(|request| request.one("offset").unwrap().to_owned()).collect();
    assert_eq!(offsets, ["0", "100", "200"]);
    for request in requests {
        assert_eq!(request.line(), "GET /incidents");
        assert_eq!(request.header("authorization"), "Token token=pd-key-1");
        assert_eq!(request.header("accept"), "application/vnd.pagerduty+json;version=2");
        assert_eq!(request.header("content-type"), "application/json");
        assert_eq!(request.header("from"), "");
        assert_eq!(request.all("statuses[]"), ["triggered", "acknowledged"]);
        assert_eq!((request.one("limit"), request.one("date_range")), (Some("100"), Some("all")));
        assert_eq!(request.one("sort_by"), Some("created_at:desc"));
    }
}

#[tokio::test]
async fn beyond_ten_thousand_the_list_goes_on_by_time() {
    // The last ones more than half a year before the others.
    let mut all = many(10_130);
    all.extend((0..3).map(|n| incident(&format!("OLD{n}"), -600_000 - n)));
    let account = Account::start(all);
    let listing = source(&account.url).list(&Pages::unwanted()).await.unwrap();
    assert!(listing.complete && listing.warnings.is_empty(), "{:?}", listing.warnings);
    assert_eq!(listing.rows.len(), 10_133);
    let mut ids: Vec<String> = listing.incidents().map(|incident| incident.incident_id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 10_133, "none is there twice");
    let by_time: Vec<_> = account.requests().into_iter().filter(|request| request.one("until").is_some()).collect();
    assert!(by_time.iter().all(|request| request.one("date_range").is_none() && request.one("since").is_some()));
    assert_eq!(by_time[0].one("until"), Some("2026-01-01T02:10:01Z"), "from the oldest that was seen");
}

#[tokio::test]
async fn filters_go_out_as_they_are_set() {
    let mut low = incident("PLOW", 1);
    low["urgency"] = "low".into();
    let account = Account::start(vec![incident("PHIGH", 2), low]);
    let more = "services = [\"PSVC1\", \"PSVC2\"]\nteams = [\"PTEAM\"]\nurgencies = [\"low\"]\n";
    let listing = source_with(&account.url, crate::pagerduty::KEY, more).list(&Pages::unwanted()).await.unwrap();
    assert_eq!(listing.incidents().map(|incident| incident.incident_id).collect::<Vec<_>>(), ["PLOW"]);
    let request = &account.requests()[0];
    assert_eq!(request.all("service_ids[]"), ["PSVC1", "PSVC2"]);
    assert_eq!((request.all("team_ids[]"), request.all("urgencies[]")), (vec!["PTEAM"], vec!["low"]));
}

#[tokio::test]
async fn a_server_that_says_more_for_ever_is_left() {
    let account = Account::start(Vec::new());
    account.fault(|_| Some(Reply::Json(200, json!({"incidents": [incident("P1", 0)], "more": true}))));
    let listing = source(&account.url).list(&Pages::unwanted()).await.unwrap();
    assert_eq!((listing.rows.len(), account.requests().len()), (1, 2));
    assert_eq!(listing.warnings, ["it says that there is more, and gives the same again"]);
    account.fault(|_| Some(Reply::Json(200, json!({"incidents": [], "more": true}))));
    let listing = source(&account.url).list(&Pages::unwanted()).await.unwrap();
    assert!(listing.complete && listing.rows.is_empty());
}

#[tokio::test]
async fn an_error_in_the_middle_keeps_what_was_read() {
    let account = Account::start(many(250));
    account.fault(|request| (request.one("offset") == Some("100")).then(|| refusal(500, "Internal")));
    let listing = source(&account.url).list(&Pages::unwanted()).await.unwrap();
    assert_eq!((listing.rows.len(), listing.complete), (100, false));
    let warning = &listing.warnings[0];
    assert!(warning.starts_with("only 100 incidents could be read: ") && warning.contains("HTTP 500"), "{warning}");
}

#[tokio::test]
async fn everything_of_an_incident_is_read() {
    let mut item = incident("P1", 0);
    let more = json!({
        "status": "acknowledged", "urgency": "high", "updated_at": "2026-01-01T01:00:00+01:00",
        "priority": {"id": "PR", "summary": "P2"}, "alert_counts": {"all": 7},
        "assignments": [{"at": "2026-01-01T00:05:00Z", "assignee": {"id": "PU1", "summary": "Ada Lovelace"}}],
        "acknowledgements": [{"at": "2026-01-01T00:06:00Z", "acknowledger": {"id": "PU1", "summary": "Ada Lovelace"}}],
        "pending_actions": [{"type": "unacknowledge", "at": "2026-01-01T04:00:00Z"}, {"type": "resolve", "at": "2026-01-02T00:00:00Z"}],
        "custom_fields": [{"name": "environment", "value": ["production", "staging"]}], "labels": "not ours",
        "incident_key": "srv01/disk", "a_new_thing": {"is": ["kept"]}
    });
    item.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let mut strange = incident("P2", 1);
    strange["status"] = "hibernating".into();
    strange["urgency"] = "extreme".into();
    strange["service"] = json!(null);
    strange["incident_number"] = json!(null);
    let account = Account::start(Vec::new());
    let answer = json!({"incidents": [item, strange, {"title": "no id"}, 7], "more": false});
    account.fault(move |_| Some(Reply::Json(200, answer.clone())));
    let listing = source(&account.url).list(&Pages::unwanted()).await.unwrap();
    assert_eq!(listing.warnings, ["2 of its incidents have no id and are left out"]);
    let read: Vec<Incident> = listing.incidents().collect();
    let first = &read[0];
    assert_eq!((first.num.as_str(), first.title.as_str()), ("4711", "disk of P1 is full"));
    assert_eq!((first.incident_severity, first.progress), (Severity::Critical, Progress::Processing));
    assert_eq!((first.created_at, first.updated_at, first.ack_time), (1_767_225_600, 1_767_225_600, 1_767_225_960));
    assert_eq!((first.snoozed_before, first.alert_cnt), (1_767_240_000, 7));
    assert_eq!((first.channel_key.as_str(), first.channel_name.as_str()), ("pd/PSVC1", "Mail"));
    assert_eq!(first.detail_url, "https://example.pagerduty.com/incidents/P1");
    let ada = &first.responders[0];
    assert_eq!((ada.person_name.as_str(), ada.extra["id"].as_str()), ("Ada Lovelace", Some("PU1")));
    assert_eq!((ada.assigned_at, ada.acknowledged_at), (1_767_225_900, 1_767_225_960));
    assert_eq!(first.fields["priority"], "P2");
    assert_eq!(first.fields["environment"], json!(["production", "staging"]));
    assert_eq!((&first.extra["incident_key"], &first.extra["urgency"]), (&json!("srv01/disk"), &json!("high")));
    assert_eq!(first.extra["a_new_thing"], json!({"is": ["kept"]}));
    assert!(first.labels.is_empty() && !first.extra.contains_key("labels"));
    let second = &read[1];
    assert_eq!((second.incident_severity, second.progress), (Severity::Warning, Progress::Triggered));
    assert_eq!((&second.extra["status"], &second.extra["urgency"]), (&json!("hibernating"), &json!("extreme")));
    assert_eq!((second.channel_key.as_str(), second.num.as_str()), ("pd/default", "P2"));
}

#[tokio::test]
async fn what_left_the_list_is_asked_for_by_its_id() {
    let mut over = incident("P1", 0);
    over["status"] = "resolved".into();
    over["resolved_at"] = "2026-01-01T00:10:00Z".into();
    over["last_status_change_by"] = json!({"id": "PU1", "summary": "Ada Lovelace"});
    let account = Account::start(vec![over]);
    let source = source(&account.url);
    let found = source.by_id(&["P1".to_owned(), "GONE".to_owned()]).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].progress, found[0].incident_status), (Progress::Closed, Status::Ok));
    assert_eq!((found[0].close_time, found[0].end_time), (1_767_226_200, 1_767_226_200));
    assert_eq!(found[0].closer.as_ref().unwrap().person_name, "Ada Lovelace");
    let mut asked: Vec<String> = account.requests().iter().map(crate::pagerduty::account::Request::line).collect();
    asked.sort();
    assert_eq!(asked, ["GET /incidents/GONE", "GET /incidents/P1"]);
    account.fault(|_| Some(refusal(500, "x")));
    assert_eq!(source.by_id(&["P1".to_owned()]).await.unwrap_err().kind, SourceErrorKind::Unreachable);
}

#[tokio::test]
async fn what_the_configuration_says_of_a_word_comes_first() {
    let account = Account::start(vec![incident("P1", 0)]);
    let source = source_with(&account.url, crate::pagerduty::KEY, "severity = { high = \"Info\" }\n");
    let listing = source.list(&Pages::unwanted()).await.unwrap();
    assert_eq!(listing.rows[0].severity, Severity::Info);
}

use andon::domain::enrichment::Enrichment;
use andon::domain::incident::{Incident, Progress};
use andon::domain::operation::{Ability, IncidentText, Operation, OperationKind};
use andon::domain::operator::Operator;
use andon::source::{Operated, SourceError, SourceErrorKind};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::pagerduty::account::{Account, incident};
use crate::pagerduty::{ada, known, source};

async fn operate(account: &Account, ids: &[&str], operation: Operation) -> Vec<Result<Operated, SourceError>> {
    let incidents: Vec<Incident> = ids.iter().map(|id| known(id)).collect();
    source(&account.url).operate(&incidents, &operation, &ada()).await
}

/// The lines and bodies of every change, each of which names who did it.
fn sent(account: &Account) -> Vec<(String, Value)> {
    let changes = account.changes();
    for change in &changes {
        assert_eq!(change.header("from"), "ada@example.com");
        assert_eq!(change.header("authorization"), "Token token=pd-key-1");
        assert_eq!(change.header("accept"), "application/vnd.pagerduty+json;version=2");
        assert_eq!(change.header("content-type"), "application/json");
    }
    changes.into_iter().map(|change| (change.line(), change.body)).collect()
}

fn one(fields: Value) -> (String, Value) {
    let mut change = fields;
    change["id"] = "P1".into();
    change["type"] = "incident_reference".into();
    ("PUT /incidents".to_owned(), json!({"incidents": [change]}))
}

#[tokio::test]
async fn the_states_are_sent_as_the_vendor_names_them() {
    for (operation, status, progress) in [
        (Operation::Acknowledge, "acknowledged", Progress::Processing),
        (Operation::Close, "resolved", Progress::Closed),
        (Operation::Unacknowledge, "triggered", Progress::Triggered),
        (Operation::Wake, "triggered", Progress::Triggered),
        (Operation::Reopen { reason: String::new() }, "triggered", Progress::Triggered),
    ] {
        let account = Account::start(vec![incident("P1", 0)]);
        let done = operate(&account, &["P1"], operation).await.remove(0).unwrap();
        assert_eq!(sent(&account), [one(json!({"status": status}))]);
        assert_eq!(done.incident.unwrap().progress, progress);
    }
}

#[tokio::test]
async fn a_reason_is_left_as_a_note() {
    let account = Account::start(vec![incident("P1", 0)]);
    operate(&account, &["P1"], Operation::Reopen { reason: "it is back".to_owned() }).await.remove(0).unwrap();
    let note = ("POST /incidents/P1/notes".to_owned(), json!({"note": {"content": "Reopened: it is back"}}));
    assert_eq!(sent(&account), [one(json!({"status": "triggered"})), note]);
}

#[tokio::test]
async fn what_the_vendor_left_as_it_was_is_no_success() {
    let account = Account::start(vec![incident("P1", 0)]);
    account.fault(|request| {
        let stays = json!({"incidents": [{"id": "P1", "status": "acknowledged"}]});
        (request.method == "PUT").then(|| crate::pagerduty::account::Reply::Json(200, stays))
    });
    let error = operate(&account, &["P1"], Operation::Wake).await.remove(0).unwrap_err();
    assert_eq!(error.kind, SourceErrorKind::Refused);
    assert!(error.message.contains("left the incident acknowledged instead of triggered"), "{error}");
}

#[tokio::test]
async fn without_an_address_nothing_is_sent() {
    let account = Account::start(vec![incident("P1", 0)]);
    let by = Operator { name: "ada".to_owned(), ..Operator::default() };
    let done = source(&account.url).operate(&[known("P1"), known("P2")], &Operation::Close, &by).await;
    assert_eq!(done.len(), 2);
    let error = done[1].as_ref().unwrap_err();
    assert!(error.kind == SourceErrorKind::Refused && error.message.contains("`email` under [operator]"), "{error}");
    assert!(account.requests().is_empty());
}

#[tokio::test]
async fn many_go_in_batches_and_a_refused_batch_one_by_one() {
    let mut all: Vec<Value> = (0..260).map(|n| incident(&format!("P{n}"), n)).collect();
    all[255]["title"] = "locked".into();
    let account = Account::start(all);
    let ids: Vec<String> = (0..260).map(|n| format!("P{n}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let done = operate(&account, &ids, Operation::Acknowledge).await;
    let failed: Vec<usize> = (0..260).filter(|at| done[*at].is_err()).collect();
    assert_eq!(failed, [255]);
    assert_eq!(done[3].as_ref().unwrap().incident.as_ref().unwrap().incident_id, "P3");
    let error = done[255].as_ref().unwrap_err();
    assert!(error.kind == SourceErrorKind::Refused && error.message.contains("Invalid Input Provided"), "{error}");
    let sizes: Vec<usize> =
        sent(&account).iter().map(|(_, body)| body["incidents"].as_array().unwrap().len()).collect();
    assert_eq!(sizes, [vec![250, 10], vec![1; 10]].concat());
}

#[tokio::test]
async fn a_snooze_says_how_many_seconds_and_has_an_end() {
    let account = Account::start(vec![incident("P1", 0)]);
    let now_s = Timestamp::now().as_second();
    let snooze = |until_s| Operation::snooze_until(until_s, String::new());
    let done = operate(&account, &["P1"], snooze(now_s + 3_600)).await.remove(0).unwrap();
    let wakes_s = done.incident.unwrap().snoozed_before;
    assert!((wakes_s - now_s - 3_600).abs() <= 10, "{wakes_s}");
    let (line, body) = sent(&account).remove(0);
    let duration = body["duration"].as_i64().unwrap();
    assert!(line == "POST /incidents/P1/snooze" && (3_590..=3_600).contains(&duration), "{body}");
    for (until_s, why) in [(now_s - 1, "passed already"), (now_s + 604_900, "a week at most")] {
        let error = operate(&account, &["P1"], snooze(until_s)).await.remove(0).unwrap_err();
        assert!(error.kind == SourceErrorKind::Refused && error.message.contains(why), "{error}");
    }
    assert_eq!(account.changes().len(), 1);
    assert_eq!(source(&account.url).abilities().snooze_max_s, Some(604_800));
}

#[tokio::test]
async fn people_are_found_by_their_address_and_near_ones_named() {
    let account = Account::start(vec![incident("P1", 0)]);
    let user = |id: &str, name: &str, email: &str| json!({"id": id, "name": name, "email": email});
    account.state().users = vec![user("PU1", "Bob", "bob@example.com"), user("PU2", "Bobby", "bob.jr@example.com")];
    let assign = |to: &str| Operation::Assign { to: to.to_owned() };
    operate(&account, &["P1"], assign("bob@example.com")).await.remove(0).unwrap();
    let assignee = json!({"assignee": {"id": "PU1", "type": "user_reference"}});
    assert_eq!(sent(&account), [one(json!({"assignments": [assignee]}))]);
    let error = operate(&account, &["P1"], assign("bob@other.org")).await.remove(0).unwrap_err();
    let near = "Bob <bob@example.com>, Bobby <bob.jr@example.com>";
    assert_eq!(error.message, format!("PagerDuty knows nobody called bob@other.org; near it are {near}"));
    assert_eq!(account.changes().len(), 1);
}

#[tokio::test]
async fn notes_fields_and_titles_are_written() {
    let account = Account::start(vec![incident("P1", 0)]);
    operate(&account, &["P1"], Operation::Comment { text: "on it\nsoon".to_owned() }).await.remove(0).unwrap();
    let field = |name: &str, value: &str| Operation::SetField { name: name.to_owned(), value: value.into() };
    let done = operate(&account, &["P1"], field("environment", "staging")).await.remove(0).unwrap();
    assert_eq!(done.incident.unwrap().fields["environment"], "staging");
    operate(&account, &["P1"], field("priority", "P1")).await.remove(0).unwrap();
    let text = |text| Operation::SetText { text, value: "db".to_owned() };
    operate(&account, &["P1"], text(IncidentText::Title)).await.remove(0).unwrap();
    let error = operate(&account, &["P1"], text(IncidentText::RootCause)).await.remove(0).unwrap_err();
    assert!(error.kind == SourceErrorKind::Refused && error.message.contains("root cause cannot be edited"), "{error}");
    let fields = json!({"custom_fields": [{"name": "environment", "value": "staging"}]});
    assert_eq!(
        sent(&account),
        [
            ("POST /incidents/P1/notes".to_owned(), json!({"note": {"content": "on it\nsoon"}})),
            ("PUT /incidents/P1/custom_fields/values".to_owned(), fields),
            one(json!({"priority": "P1"})),
            one(json!({"title": "db"})),
        ]
    );
}

#[tokio::test]
async fn what_an_action_added_is_written_as_fields_and_a_note() {
    let account = Account::start(vec![incident("P1", 0)]);
    account.state().fields = vec![json!({"name": "environment", "value": null})];
    let answer = json!({"andon": {"labels": {"host": "srv01"}, "fields": {"environment": "production", "owner": "core"},
        "links": {"graph": "https://graphs.example.com/1"}, "note": "see the graph"}});
    let added = Box::new(Enrichment::from_answer(&answer));
    operate(&account, &["P1"], Operation::Enrich { action: "Look up".to_owned(), added }).await.remove(0).unwrap();
    let note = "Look up added:\nhost: srv01\nowner: core\ngraph: https://graphs.example.com/1\nsee the graph";
    let fields = json!({"custom_fields": [{"name": "environment", "value": "production"}]});
    assert_eq!(
        sent(&account),
        [
            ("PUT /incidents/P1/custom_fields/values".to_owned(), fields),
            ("POST /incidents/P1/notes".to_owned(), json!({"note": {"content": note}})),
        ]
    );
}

#[tokio::test]
async fn the_source_does_everything_itself() {
    let account = Account::start(Vec::new());
    let abilities = source(&account.url).abilities();
    assert!(OperationKind::ALL.iter().all(|kind| *abilities.of(*kind) == Ability::Source));
    assert_eq!(abilities.batch, 250);
}

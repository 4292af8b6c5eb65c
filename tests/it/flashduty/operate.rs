//! Operations: each call as it goes over the wire, and one true result for each incident.

use andon::domain::enrichment::Enrichment;
use andon::domain::incident::Incident;
use andon::domain::operation::{Abilities, Ability, IncidentText, Operation, OperationKind};
use andon::domain::operator::Operator;
use andon::source::{Operated, SourceError, SourceErrorKind};
use serde_json::{Value, json};

use crate::flashduty::{now_s, source};
use crate::support::duty::{Account, Asked, Duty, Fault, error, id, incident};

type Results = Vec<Result<Operated, SourceError>>;

fn account(count: usize) -> Account {
    let now = now_s();
    let member = |id: i64, name: &str, email: &str| json!({ "member_id": id, "member_name": name, "email": email, "status": "enabled" });
    Account {
        incidents: (0..count).map(|n| incident(n, now - 60)).collect(),
        members: vec![
            member(5, "Ada", "ada@example.com"),
            member(6, "Adam", "adam@example.com"),
            member(7, "Bob", "bob@example.com"),
            json!({ "member_id": 8, "member_name": "Gone", "email": "gone@example.com", "status": "deleted" }),
        ],
        ..Account::default()
    }
}

fn known(n: usize) -> Incident {
    Incident { incident_id: id(n), source: "prod".to_owned(), ..Incident::default() }
}

async fn operate(duty: &Duty, ids: &[usize], operation: &Operation) -> Results {
    let incidents: Vec<Incident> = ids.iter().map(|n| known(*n)).collect();
    source(&duty.url, "").operate(&incidents, operation, &Operator::default()).await
}

fn asked(path: &str, body: Value) -> Asked {
    Asked { path: path.to_owned(), body, key: crate::support::duty::KEY.to_owned() }
}

fn text(text: &str) -> String {
    text.to_owned()
}

#[tokio::test]
async fn each_operation_is_the_call_that_the_vendor_describes() {
    let both = json!([id(1), id(2)]);
    let cases = [
        (Operation::Acknowledge, "/incident/ack", json!({ "incident_ids": both })),
        (Operation::Unacknowledge, "/incident/unack", json!({ "incident_ids": both })),
        (Operation::Close, "/incident/resolve", json!({ "incident_ids": both })),
        (
            Operation::Reopen { reason: text("came back ") },
            "/incident/reopen",
            json!({ "reason": "came back", "incident_ids": both }),
        ),
        (Operation::Reopen { reason: text("") }, "/incident/reopen", json!({ "incident_ids": both })),
        (
            Operation::snooze_until(now_s() + 5_390, text("")),
            "/incident/snooze",
            json!({ "minutes": 90, "incident_ids": both }),
        ),
        (Operation::Wake, "/incident/wake", json!({ "incident_ids": both })),
        (
            Operation::Comment { text: text("two\nlines") },
            "/incident/comment",
            json!({ "comment": "two\nlines", "incident_ids": both }),
        ),
    ];
    for (operation, path, body) in cases {
        let duty = Duty::start(account(3)).await;
        let results = operate(&duty, &[1, 2], &operation).await;
        assert_eq!(results, [Ok(Operated::default()), Ok(Operated::default())], "{operation:?}");
        assert_eq!(duty.asked(), [asked(path, body)]);
    }
}

#[tokio::test]
async fn texts_and_fields_are_written_one_by_one() {
    let duty = Duty::start(account(3)).await;
    let value = json!(["a", 9_007_199_254_740_993_i64]);
    let field = Operation::SetField { name: text("teams"), value: value.clone() };
    assert!(operate(&duty, &[1, 2], &field).await.iter().all(Result::is_ok));
    let body = |n: usize| json!({ "field_name": "teams", "field_value": value, "incident_id": id(n) });
    assert_eq!(duty.asked(), [asked("/incident/field/reset", body(1)), asked("/incident/field/reset", body(2))]);
    assert_eq!(duty.incident(&id(2))["fields"]["teams"], value);
    for (which, name) in [
        (IncidentText::Title, "title"),
        (IncidentText::Impact, "impact"),
        (IncidentText::RootCause, "root_cause"),
        (IncidentText::Resolution, "resolution"),
    ] {
        let duty = Duty::start(account(3)).await;
        let operation = Operation::SetText { text: which, value: text("a disk was full") };
        assert!(operate(&duty, &[1], &operation).await[0].is_ok());
        let mut body = json!({ "incident_id": id(1) });
        body[name] = "a disk was full".into();
        assert_eq!(duty.asked(), [asked("/incident/reset", body)]);
    }
}

#[tokio::test]
async fn what_is_past_a_limit_is_refused_in_words_and_not_sent() {
    let duty = Duty::start(account(2)).await;
    let cases = [
        (Operation::snooze_until(now_s() + 86_500, text("")), "24 h at most"),
        (Operation::snooze_until(now_s() - 5, text("")), "that time is over"),
        (Operation::Comment { text: "x".repeat(1_025) }, "1 to 1024 characters in Flashduty; this one has 1025"),
        (Operation::Comment { text: text(" \n") }, "a comment cannot be empty"),
        (Operation::Reopen { reason: "x".repeat(1_025) }, "a reason has 1 to 1024"),
        (Operation::SetText { text: IncidentText::Title, value: text("ab") }, "the title has 3 to 200"),
        (
            Operation::SetText { text: IncidentText::RootCause, value: "x".repeat(6_145) },
            "the root cause has 3 to 6144",
        ),
        (Operation::Assign { to: text(" ") }, "nobody was named"),
    ];
    for (operation, why) in cases {
        for result in operate(&duty, &[0, 1], &operation).await {
            let error = result.unwrap_err();
            assert!(error.kind == SourceErrorKind::Refused && error.message.contains(why), "{error:?}");
        }
    }
    assert_eq!(duty.asked(), []);
    let most = Operation::Comment { text: "ü".repeat(1_024) };
    assert!(operate(&duty, &[0], &most).await[0].is_ok());
}

#[tokio::test]
async fn an_address_is_looked_up_and_an_unknown_one_lists_near_ones() {
    let duty = Duty::start(account(2)).await;
    let results = operate(&duty, &[0, 1], &Operation::Assign { to: text("ADA@example.com") }).await;
    assert_eq!(results[1].as_ref().unwrap().note, "Ada <ada@example.com>");
    assert_eq!(
        duty.asked(),
        [
            asked("/member/list", json!({ "p": 1, "limit": 100, "query": "ADA@example.com" })),
            asked(
                "/incident/assign",
                json!({ "assigned_to": { "type": "assign", "person_ids": [5] }, "incident_ids": [id(0), id(1)] })
            ),
        ]
    );
    assert!(operate(&duty, &[0], &Operation::Assign { to: text("bob") }).await[0].is_ok());
    for (to, near) in [("adm@example.com", "Adam <adam@example.com>"), ("ada@elsewhere.org", "Ada <ada@example.com>")] {
        let error = operate(&duty, &[0], &Operation::Assign { to: text(to) }).await.remove(0).unwrap_err();
        assert!(error.message.starts_with(&format!("nobody in Flashduty is called {to}; near: ")), "{error}");
        assert!(error.kind == SourceErrorKind::Refused && error.message.contains(near), "{error}");
    }
    let error = operate(&duty, &[0], &Operation::Assign { to: text("gone@example.com") }).await.remove(0).unwrap_err();
    assert!(!error.message.contains("Gone"), "{error}");
    assert_eq!(duty.bodies("/incident/assign").len(), 2);
}

#[tokio::test]
async fn a_batch_has_at_most_a_hundred() {
    let duty = Duty::start(account(250)).await;
    let all: Vec<usize> = (0..250).collect();
    let results = operate(&duty, &all, &Operation::Acknowledge).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 250);
    let sizes: Vec<_> =
        duty.bodies("/incident/ack").iter().map(|body| body["incident_ids"].as_array().unwrap().len()).collect();
    assert_eq!(sizes, [100, 100, 50]);
    assert_eq!(duty.incident(&id(249))["progress"], "Processing");
}

#[tokio::test]
async fn one_that_is_not_there_stops_only_itself() {
    let duty = Duty::start(account(3)).await;
    let results = operate(&duty, &[0, 77, 2], &Operation::Close).await;
    assert!(results[0].is_ok() && results[2].is_ok());
    let error = results[1].as_ref().unwrap_err();
    assert_eq!(error.kind, SourceErrorKind::Missing);
    assert!(error.message.contains("The incident does not exist (ResourceNotFound)"), "{error}");
    assert_eq!(duty.bodies("/incident/resolve").len(), 4);
    assert_eq!(
        (&duty.incident(&id(0))["progress"], &duty.incident(&id(2))["progress"]),
        (&json!("Closed"), &json!("Closed"))
    );
}

#[tokio::test]
async fn a_lost_answer_is_unknown_and_nothing_is_sent_again() {
    let comment = Operation::Comment { text: text("hello") };
    for fault in [|| Fault::DropAfter, || Fault::Say(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{".to_vec())] {
        let duty = Duty::scripted(account(2), move |_, _| Some(fault())).await;
        for result in operate(&duty, &[0, 1], &comment).await {
            assert_eq!(result.unwrap_err().kind, SourceErrorKind::Unanswered);
        }
        assert_eq!(duty.bodies("/incident/comment").len(), 1);
    }
    for bytes in
        [error("504 Gateway Timeout", "", "", "late"), crate::support::peer::answer("200 OK", "", "ok").into_bytes()]
    {
        let duty = Duty::scripted(account(1), move |_, _| Some(Fault::Say(bytes.clone()))).await;
        assert_eq!(operate(&duty, &[0], &comment).await[0].as_ref().unwrap_err().kind, SourceErrorKind::Unanswered);
    }
}

#[tokio::test]
async fn nothing_is_unknown_where_nothing_was_sent() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let results = source(&url, "").operate(&[known(0)], &Operation::Acknowledge, &Operator::default()).await;
    assert_eq!(results[0].as_ref().unwrap_err().kind, SourceErrorKind::Unreachable);
}

#[tokio::test]
async fn a_limit_ends_the_rest_without_asking() {
    let duty = Duty::scripted(account(250), |_, before| {
        let slow = || error("429 Too Many Requests", "", "RequestTooFrequently", "Request too frequently.");
        (before > 0).then(|| Fault::Say(slow()))
    });
    let duty = duty.await;
    let all: Vec<usize> = (0..250).collect();
    let results = operate(&duty, &all, &Operation::Acknowledge).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 100);
    let kind = results[249].as_ref().unwrap_err().kind;
    assert_eq!(kind, SourceErrorKind::RateLimited { retry_after: None });
    assert_eq!(duty.asked().len(), 2);
}

#[tokio::test]
async fn the_reason_of_a_snooze_is_written_beside_it() {
    let duty = Duty::start(account(1)).await;
    let snooze = Operation::snooze_until(now_s() + 600, text("deploy"));
    assert_eq!(operate(&duty, &[0], &snooze).await, [Ok(Operated::default())]);
    assert_eq!(duty.account.lock().unwrap().comments, [(id(0), text("Snoozed: deploy"))]);
    let duty = Duty::scripted(account(1), |asked, _| {
        let no = || error("400 Bad Request", "", "BadRequest", "No.");
        (asked.path == "/incident/comment").then(|| Fault::Say(no()))
    });
    let duty = duty.await;
    let done = operate(&duty, &[0], &snooze).await.remove(0).unwrap();
    assert!(done.note.contains("the reason was not written there"), "{}", done.note);
}

#[tokio::test]
async fn what_an_answer_added_goes_into_fields_that_exist_and_one_comment() {
    let mut account = account(1);
    account.incidents[0]["fields"] = json!({ "owner": "" });
    let duty = Duty::start(account).await;
    let added = json!({ "fields": { "owner": "Ada", "shard": 4 }, "labels": { "host": "web" }, "note": "restarted",
        "links": { "Runbook": "https://wiki.example/r" } });
    let added = Box::new(Enrichment::from_answer(&json!({ "andon": added })));
    let enrich = Operation::Enrich { action: text("Restart"), added };
    assert_eq!(operate(&duty, &[0], &enrich).await, [Ok(Operated::default())]);
    assert_eq!(duty.incident(&id(0))["fields"], json!({ "owner": "Ada" }));
    let comment = "Restart added:\nrestarted\nhost: web\nshard: 4\nRunbook: https://wiki.example/r";
    assert_eq!(duty.account.lock().unwrap().comments, [(id(0), text(comment))]);
}

#[tokio::test]
async fn it_says_what_it_can_do() {
    let abilities: Abilities = source("http://127.0.0.1:1", "").abilities();
    assert!(OperationKind::ALL.iter().all(|kind| *abilities.of(*kind) == Ability::Source));
    assert_eq!((abilities.snooze_max_s, abilities.comment_max, abilities.batch), (Some(86_400), Some(1_024), 100));
}

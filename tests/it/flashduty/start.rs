//! A custom action that is configured there, started by a press.

use andon::domain::action::ActionKind;
use andon::domain::incident::Incident;
use andon::domain::run::{Failure, Outcome, Run};
use serde_json::json;

use crate::flashduty::conformance::Prism;
use crate::flashduty::source;
use crate::support::duty::{Account, Duty, Fault, KEY};
use crate::support::peer::answer;
use crate::support::presser::Presser;

const PATH: &str = "/incident/custom-action/do";
const ID: &str = "69da451ef77b1b51f40e83ee";

fn incident() -> Incident {
    Incident { source: "prod".to_owned(), incident_id: ID.to_owned(), num: "0E83EE".to_owned(), ..Incident::default() }
}

/// Presses for an account that answers so.
async fn press(status: &'static str, body: &'static str) -> (Duty, Presser, Run) {
    let duty = Duty::scripted(Account::default(), move |asked, _| {
        (asked.path == PATH)
            .then(|| Fault::Say(answer(status, "Content-Type: application/json\r\n", body).into_bytes()))
    })
    .await;
    let presser = Presser::new(source(&duty.url, ""), incident()).await;
    let (run, _) = presser.press(&presser.action(ActionKind::Flashduty, "2490562293131").await).await;
    (duty, presser, run)
}

#[tokio::test]
async fn it_is_started_there_and_the_key_is_seen_nowhere() {
    for body in
        [r#"{"request_id": "01", "data": {"message": ""}}"#, r#"{"request_id": "01", "data": null, "error": null}"#]
    {
        let (duty, presser, run) = press("200 OK", body).await;
        assert_eq!((run.outcome, run.failure), (Some(Outcome::Succeeded), None), "{}", run.message);
        assert_eq!(duty.bodies(PATH), [json!({"incident_id": ID, "integration_id": 2_490_562_293_131_i64})]);
        let asked = duty.asked();
        assert_eq!(asked.iter().find(|asked| asked.path == PATH).unwrap().key, KEY);
        let written = presser.written().await;
        assert!(written.contains("app_key=••••••") && !written.contains(KEY), "{written}");
    }
}

#[tokio::test]
async fn where_its_call_failed_the_press_failed() {
    let (_, _, run) = press("200 OK", r#"{"request_id": "01", "data": {"message": "receiver answered 500"}}"#).await;
    assert_eq!((run.outcome, run.failure), (Some(Outcome::Failed), Some(Failure::Rule)), "{}", run.message);
    assert!(run.message.contains("receiver answered 500"), "{}", run.message);

    let refused = r#"{"request_id": "01", "error": {"code": "ResourceNotFound", "message": "no such integration"}}"#;
    for status in ["200 OK", "400 Bad Request"] {
        let (_, _, run) = press(status, refused).await;
        assert_eq!(run.outcome, Some(Outcome::Failed), "{}", run.message);
        assert!(run.message.contains("no such integration"), "{}", run.message);
    }
}

#[tokio::test]
async fn an_answer_that_is_lost_is_unknown_and_no_answer_shows_the_key() {
    let duty = Duty::scripted(Account::default(), |asked, _| (asked.path == PATH).then_some(Fault::DropAfter)).await;
    let presser = Presser::new(source(&duty.url, ""), incident()).await;
    let (run, _) = presser.press(&presser.action(ActionKind::Flashduty, "7").await).await;
    assert_eq!(run.outcome, Some(Outcome::Unknown), "{}", run.message);
    assert_eq!(duty.bodies(PATH).len(), 1);
    assert!(!presser.written().await.contains(KEY));

    // Nobody listens there.
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let presser = Presser::new(source(&format!("http://{closed}"), ""), incident()).await;
    let (run, _) = presser.press(&presser.action(ActionKind::Flashduty, "7").await).await;
    assert_eq!((run.outcome, run.failure), (Some(Outcome::Failed), Some(Failure::Connect)), "{}", run.message);
    let written = presser.written().await;
    assert!(!written.contains(KEY), "{written}");
}

#[tokio::test]
async fn it_is_as_the_vendor_describes_it() {
    let Some(prism) = Prism::start() else { return };
    let presser = Presser::new(source(&prism.url, ""), incident()).await;
    let (run, detail) = presser.press(&presser.action(ActionKind::Flashduty, "2490562293131").await).await;
    assert_eq!(run.outcome, Some(Outcome::Succeeded), "{} {detail:?}", run.message);
}

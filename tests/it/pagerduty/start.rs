//! Incident workflows and automation actions, started by a press and followed to their ends.

use std::sync::Arc;

use andon::domain::action::ActionKind;
use andon::domain::incident::Incident;
use andon::domain::refusal::Refusal;
use andon::domain::run::{Failure, Outcome};
use andon::runner::{Finish, PressOptions, Step};
use andon::store::{Place, Process, Store};
use serde_json::{Value, json};

use crate::pagerduty::account::{Account, Reply, Request};
use crate::pagerduty::conformance::Prism;
use crate::pagerduty::{KEY, known, source, source_with};
use crate::support::presser::Presser;

const INVOKE: &str = "/automation_actions/actions/01ACTION/invocations";
const INVOCATION: &str = "/automation_actions/invocations/01INV";

/// Answers invocations: one state for each question, the last again and again.
fn automation(account: &Account, states: &'static [&'static str]) {
    let mut next = 0;
    account.fault(move |request: &Request| {
        if request.header("authorization") != format!("Token token={KEY}") {
            return Some(Reply::Json(401, json!({"error": {"message": "no"}})));
        }
        match (request.method.as_str(), request.path.as_str()) {
            ("POST", INVOKE) => {
                Some(Reply::Plain(201, "Retry-After: 1\r\n", r#"{"invocation": {"id": "01INV", "state": "sent"}}"#))
            }
            ("GET", INVOCATION) => {
                let state = states[next.min(states.len() - 1)];
                next += 1;
                Some(Reply::Json(200, json!({"invocation": {"id": "01INV", "state": state}})))
            }
            _ => None,
        }
    });
}

async fn presser(account: &Account) -> Presser {
    Presser::new(source(&account.url), known("P1")).await
}

fn lines(account: &Account) -> Vec<String> {
    account.requests().iter().map(Request::line).collect()
}

#[tokio::test]
async fn an_automation_action_is_invoked_and_followed_to_its_end() {
    let account = Account::start(Vec::new());
    automation(&account, &["unknown", "completed"]);
    let presser = presser(&account).await;
    let action = presser.action(ActionKind::PagerdutyAutomation, "01ACTION").await;

    let shown = presser.prepare(&action).unwrap();
    assert_eq!(shown.endpoint, format!("{}{INVOKE}", account.url));
    let header = shown.headers.iter().find(|header| header.name == "Authorization").unwrap();
    assert_eq!(header.shown(), "••••••");
    assert_eq!(
        serde_json::from_str::<Value>(&shown.body).unwrap(),
        json!({"invocation": {"metadata": {"incident_id": "P1"}}})
    );

    let (run, _) = presser.press(&action).await;
    assert_eq!((run.outcome, run.failure, run.status), (Some(Outcome::Succeeded), None, Some(200)), "{}", run.message);
    let poll = format!("GET {INVOCATION}");
    assert_eq!(lines(&account), [format!("POST {INVOKE}"), poll.clone(), poll]);
    let requests = account.requests();
    assert_eq!(requests[0].body, json!({"invocation": {"metadata": {"incident_id": "P1"}}}));
    assert_eq!(requests[0].header("content-type"), "application/json");
    assert_eq!(requests[0].header("accept"), "application/vnd.pagerduty+json;version=2");
    let written = presser.written().await;
    assert!(written.contains("01INV") && !written.contains(KEY), "{written}");
}

#[tokio::test]
async fn an_invocation_that_ends_in_error_failed() {
    let account = Account::start(Vec::new());
    automation(&account, &["error"]);
    let presser = presser(&account).await;
    let (run, _) = presser.press(&presser.action(ActionKind::PagerdutyAutomation, "01ACTION").await).await;
    assert_eq!((run.outcome, run.failure), (Some(Outcome::Failed), Some(Failure::JobFailed)), "{}", run.message);
}

#[tokio::test]
async fn whoever_comes_next_follows_with_credentials_of_its_own() {
    let account = Account::start(Vec::new());
    automation(&account, &["running", "completed"]);
    let locks = tempfile::tempdir().unwrap();
    let store = Store::open(Place::Memory).await.unwrap();
    let place = || Some(locks.path().to_owned());
    let gone = Process::detached();
    let first = Presser::on(store.clone(), source(&account.url), known("P1"), gone.id(), place()).await;
    let action = first.action(ActionKind::PagerdutyAutomation, "01ACTION").await;
    let prepared = first.prepare(&action).unwrap();
    let id = prepared.run_id.clone();
    let leaving = first.runner.clone();
    let finish = first
        .run(prepared, move |_, step| {
            if let Step::Following(_) = step {
                leaving.let_go();
            }
        })
        .await;
    assert!(matches!(finish, Finish::LetGo(_)), "{finish:?}");

    let next = Process::detached();
    let second = Presser::on(store, source(&account.url), known("P1"), next.id(), place()).await;
    let ended = second.runner.resume(|_, _| (), &tokio_util::sync::CancellationToken::new()).await;
    assert_eq!(ended.len(), 1);
    let (run, _) = second.record(&id).await;
    assert_eq!(run.outcome, Some(Outcome::Succeeded), "{}", run.message);
    assert_eq!(account.requests().last().unwrap().header("authorization"), format!("Token token={KEY}"));
    assert!(!second.written().await.contains(KEY));
}

#[tokio::test]
async fn a_workflow_is_started_for_the_incident() {
    let account = Account::start(Vec::new());
    account.fault(|request| {
        (request.path == "/incident_workflows/PIJ90N7/instances")
            .then(|| Reply::Json(201, json!({"incident_workflow_instance": {"id": "W1"}})))
    });
    let presser = presser(&account).await;
    let action = presser.action(ActionKind::PagerdutyWorkflow, "PIJ90N7").await;
    let (run, _) = presser.press(&action).await;
    assert_eq!((run.outcome, run.status), (Some(Outcome::Succeeded), Some(201)), "{}", run.message);
    let body = json!({"incident_workflow_instance": {
        "type": "incident_workflow_instance", "incident": {"id": "P1", "type": "incident_reference"},
    }});
    assert_eq!(account.changes()[0].body, body);

    // The same press once more: the same body, with credentials again.
    let again = presser.runner.prepare_again(&run.id, &Arc::default(), PressOptions::default()).await.unwrap();
    presser.run(again, |_, _| ()).await;
    let changes = account.changes();
    assert_eq!((changes.len(), &changes[1].body), (2, &body));
    assert_eq!(changes[1].header("authorization"), format!("Token token={KEY}"));
    assert_eq!(changes[0].header("idempotency-key"), changes[1].header("idempotency-key"));
}

#[tokio::test]
async fn what_the_account_refuses_failed_in_its_words() {
    let account = Account::start(Vec::new());
    account.fault(|_| Some(Reply::Json(403, json!({"error": {"message": "Action is not allowed", "code": 2010}}))));
    let presser = presser(&account).await;
    let (run, _) = presser.press(&presser.action(ActionKind::PagerdutyWorkflow, "PIJ90N7").await).await;
    assert_eq!((run.outcome, run.status), (Some(Outcome::Failed), Some(403)));
    assert!(run.message.contains("Action is not allowed"), "{}", run.message);
}

#[tokio::test]
async fn an_incident_of_another_source_is_refused_in_words() {
    let account = Account::start(Vec::new());
    let presser = presser(&account).await;
    let refused = |kind, starts: &'static str| {
        let presser = &presser;
        async move { presser.prepare(&presser.action(kind, starts).await).unwrap_err() }
    };
    let Refusal { class: failure, why: words } = refused(ActionKind::Flashduty, "7").await;
    assert_eq!(failure, Failure::Input);
    assert_eq!(
        words,
        "a custom action of Flashduty is started for incidents of flashduty; this one is of pd (pagerduty)"
    );
    let stranger = Presser::new(source(&account.url), Incident { source: "lab".to_owned(), ..known("P1") }).await;
    let action = stranger.action(ActionKind::PagerdutyWorkflow, "PIJ90N7").await;
    let words = stranger.prepare(&action).unwrap_err().why;
    assert!(words.starts_with("the incident's source lab is not configured here"), "{words}");
    assert_eq!(account.requests().len(), 0);
}

#[tokio::test]
async fn both_are_as_the_vendor_describes_them() {
    let Some(prism) = Prism::start() else { return };
    for (kind, starts) in
        [(ActionKind::PagerdutyWorkflow, "PIJ90N7"), (ActionKind::PagerdutyAutomation, "01DAW70HK24JZORNE0P9C2V1L9")]
    {
        let presser = Presser::new(source_with(&prism.url, KEY, ""), known("PT4KHLK")).await;
        let (run, detail) = presser.press(&presser.action(kind, starts).await).await;
        assert_eq!(run.outcome, Some(Outcome::Succeeded), "{} {detail:?}", run.message);
    }
}

use std::time::Duration;

use andon::domain::operation::Operation;
use andon::source::{Pages, SourceErrorKind};

use crate::pagerduty::account::{Account, Reply, incident};
use crate::pagerduty::answers::refusal;
use crate::pagerduty::{ada, known, source, source_with};

async fn list_error(url: &str) -> (SourceErrorKind, String) {
    let error = source(url).list(&Pages::unwanted()).await.unwrap_err();
    assert!(!error.message.contains(crate::pagerduty::KEY), "{error}");
    (error.kind, error.message)
}

#[tokio::test]
async fn a_key_that_is_not_known_is_said_and_never_shown() {
    let account = Account::start(vec![incident("P1", 0)]);
    let error = source_with(&account.url, "wrong-key", "").list(&Pages::unwanted()).await.unwrap_err();
    assert_eq!(error.kind, SourceErrorKind::Unauthorised);
    assert_eq!(error.message, format!("{}/incidents answered HTTP 401: Unauthorized", account.url));
    account.fault(|_| Some(Reply::Plain(401, "", "{\"error\":{\"message\":\"no pd-key-1 here\\u001b[31m\"}}")));
    let (_, message) = list_error(&account.url).await;
    assert!(message.contains("no •••••• here") && !message.contains('\u{1b}'), "{message}");
}

#[tokio::test]
async fn too_many_requests_are_waited_for_or_told() {
    let account = Account::start(vec![incident("P1", 0)]);
    let mut first = true;
    account.fault(move |_| std::mem::take(&mut first).then_some(Reply::Plain(429, "ratelimit-reset: 0\r\n", "{}")));
    let listing = source(&account.url).list(&Pages::unwanted()).await.unwrap();
    assert!(listing.complete, "a short wait is waited");
    account.fault(|_| Some(Reply::Plain(429, "Retry-After: 30\r\n", "{}")));
    let (kind, message) = list_error(&account.url).await;
    assert_eq!(kind, SourceErrorKind::RateLimited { retry_after: Some(Duration::from_secs(30)) }, "{message}");
    account.fault(|_| Some(Reply::Plain(429, "ratelimit-reset: 40\r\n", "{}")));
    let (kind, message) = list_error(&account.url).await;
    assert_eq!(kind, SourceErrorKind::RateLimited { retry_after: Some(Duration::from_secs(40)) }, "{message}");
}

#[tokio::test]
async fn rubbish_and_faults_of_the_server_are_told_apart() {
    let account = Account::start(Vec::new());
    for (reply, kind) in [
        (Reply::Plain(200, "", "<html>login</html>"), SourceErrorKind::Rubbish),
        (Reply::Plain(200, "", "[]"), SourceErrorKind::Rubbish),
        (Reply::Plain(200, "", "{\"incidents\": null}"), SourceErrorKind::Rubbish),
        (Reply::Plain(503, "", "busy"), SourceErrorKind::Unreachable),
        (Reply::Cut, SourceErrorKind::Unreachable),
        (Reply::Closed, SourceErrorKind::Unreachable),
    ] {
        let mut reply = Some(reply);
        account.fault(move |_| reply.take());
        let (found, message) = list_error(&account.url).await;
        assert_eq!(found, kind, "{message}");
    }
}

#[tokio::test]
async fn a_change_whose_answer_is_lost_may_have_been_done() {
    let account = Account::start(vec![incident("P1", 0)]);
    let source = source(&account.url);
    for (reply, kind) in [
        (Reply::Cut, SourceErrorKind::Unanswered),
        (Reply::Closed, SourceErrorKind::Unanswered),
        (Reply::Plain(200, "", "<html>"), SourceErrorKind::Unanswered),
        (Reply::Plain(200, "", "{\"incidents\": []}"), SourceErrorKind::Unanswered),
        (refusal(502, "Bad Gateway"), SourceErrorKind::Unanswered),
        (refusal(503, "busy"), SourceErrorKind::Unanswered),
        (refusal(403, "Forbidden"), SourceErrorKind::Refused),
        (refusal(401, "Unauthorized"), SourceErrorKind::Unauthorised),
    ] {
        let before = account.changes().len();
        let mut reply = Some(reply);
        account.fault(move |_| reply.take());
        let done = source.operate(&[known("P1")], &Operation::Acknowledge, &ada()).await;
        assert_eq!(done[0].as_ref().unwrap_err().kind, kind, "{done:?}");
        assert_eq!(account.changes().len(), before + 1, "sent once");
    }
}

#[tokio::test]
async fn nothing_was_sent_where_no_connection_stood() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", closed.local_addr().unwrap());
    drop(closed);
    let done = source(&url).operate(&[known("P1")], &Operation::Close, &ada()).await;
    assert_eq!(done[0].as_ref().unwrap_err().kind, SourceErrorKind::Unreachable, "{done:?}");
}

#[tokio::test]
async fn silence_ends_in_time() {
    let account = Account::start(Vec::new());
    account.fault(|_| Some(Reply::Silence));
    let source = source(&account.url);
    let (incidents, operation, by) = ([known("P1")], Operation::Close, ada());
    let pages = Pages::unwanted();
    let (listed, done) = tokio::join!(source.list(&pages), source.operate(&incidents, &operation, &by));
    assert_eq!(listed.unwrap_err().kind, SourceErrorKind::Unreachable);
    assert_eq!(done[0].as_ref().unwrap_err().kind, SourceErrorKind::Unanswered);
}

//! What an answer comes to where the action has no success rule of its own, and which successes say only that it was taken.

use andon::domain::action::{Ends, Method, Success};

use crate::runs::bench::{Bench, answers};
use crate::support::peer::answer;

async fn told(reply: String, set: impl FnOnce(&mut andon::domain::action::Action)) -> (Told, String) {
    let bench = Bench::new().await;
    let peer = answers(vec![reply]).await;
    let told = bench.press(&bench.action(peer.url("/"), set).await).await;
    assert_eq!(peer.seen.requests().len(), 1);
    let (outcome, failure, status, _) = told.facts();
    ((outcome, failure, status), told.run.message)
}

type Told = (&'static str, &'static str, u16);

#[tokio::test]
async fn an_answer_that_reports_an_error_is_failed_with_its_words_and_2xx_written_out_looks_at_the_status_alone() {
    for (headers, body, words) in [
        (
            "",
            r#"{"jsonrpc":"2.0","error":{"code":-32602,"message":"Invalid params.","data":"re-login"},"id":1}"#,
            "re-login",
        ),
        ("", r#"{"ok":false,"error":"channel_not_found"}"#, "channel_not_found"),
        ("", r#"{"success":false,"message":"no such job"}"#, "no such job"),
        ("", r#"{"status":"error","message":"denied"}"#, "denied"),
        ("", r#"{"status":"FAILED","error":"States.TaskFailed","cause":"no quota"}"#, "no quota"),
        ("", r#"{"FailedEntryCount":1,"Entries":[{"ErrorMessage":"try again"}]}"#, "try again"),
        ("X-Amz-Function-Error: Unhandled\r\n", r#"{"errorMessage":"boom"}"#, "boom"),
        ("", "<methodResponse><fault><value><string>BAD_NAME</string></value></fault></methodResponse>", "BAD_NAME"),
        ("Content-Type: text/html\r\n", "<!doctype html><title>Internal error</title>", "Internal error"),
    ] {
        let (facts, message) = told(answer("200 OK", headers, body), |_| {}).await;
        assert_eq!(facts, ("failed", "rule", 200), "{body}: {message}");
        assert!(message.contains(words) && message.contains("reports an error"), "{body}: {message}");
        let written = |action: &mut andon::domain::action::Action| action.success = Success::new("2xx");
        assert_eq!(told(answer("200 OK", headers, body), written).await.0, ("succeeded", "", 200), "{body}");
    }
}

#[tokio::test]
async fn what_says_that_nothing_has_ended_is_accepted() {
    for (status, body, words) in [
        ("201 Created", r#"{"id":9,"status":"pending"}"#, "pending"),
        ("200 OK", r#"{"Id":"ServerTasks-1","State":"Queued"}"#, "Queued"),
        ("202 Accepted", "", "accepted; nothing to follow"),
        ("202 Accepted", r#"{"message":"in line"}"#, "in line"),
        ("200 OK", r#"{"status":"zorp"}"#, "zorp"),
    ] {
        let (facts, message) = told(answer(status, "", body), |_| {}).await;
        assert_eq!((facts.0, facts.1, message.as_str()), ("accepted", "", words), "{body}");
    }
    let taken = |action: &mut andon::domain::action::Action| action.ends = Ends::Accepted;
    assert_eq!(told(answer("200 OK", "", "done"), taken).await.0, ("accepted", "", 200));
    assert_eq!(told(answer("500 Oops", "", "no"), taken).await.0, ("failed", "http_status", 500));
    let by_rule = |action: &mut andon::domain::action::Action| action.success = Success::new("status == 201");
    let said = answer("201 Created", "", r#"{"status":"pending"}"#);
    assert_eq!(told(said, by_rule).await.0, ("succeeded", "", 201), "a rule of its own has the word");
}

#[tokio::test]
async fn a_redirect_and_a_gateway_do_not_say_what_became_of_it() {
    for status in [301, 302, 303, 307, 308, 408, 502, 504, 520, 524] {
        let reply = || answer(&format!("{status} X"), "Location: /web?token=s3cret\r\n", "");
        let (facts, message) = told(reply(), |_| {}).await;
        assert_eq!(facts, ("unknown", "http_status", status), "{message}");
        assert!(message.contains("may have run") && !message.contains("s3cret"), "{message}");
        if status < 400 {
            assert!(message.contains("redirected to /web"), "{message}");
            let read = |action: &mut andon::domain::action::Action| action.method = Method::Get;
            assert_eq!(told(reply(), read).await.0.0, "failed", "a GET did nothing");
            let rule = |action: &mut andon::domain::action::Action| action.success = Success::new(&status.to_string());
            assert_eq!(told(reply(), rule).await.0.0, "succeeded");
        }
    }
    for status in [300, 304, 404, 409, 500, 503] {
        let (facts, message) = told(answer(&format!("{status} X"), "", ""), |_| {}).await;
        assert_eq!(facts, ("failed", "http_status", status), "{message}");
    }
    let page = answer("200 OK", "Content-Type: text/html\r\n", "<html><title>Sign in</title></html>");
    let (facts, message) = told(page, |_| {}).await;
    assert_eq!(facts, ("unknown", "invalid_response", 200), "{message}");
}

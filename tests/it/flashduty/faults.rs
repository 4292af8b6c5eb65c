//! Servers that refuse, fail, cut and talk rubbish.

use std::time::Duration;

use andon::source::{Pages, SourceErrorKind};
use serde_json::json;

use crate::flashduty::{now_s, source, source_in};
use crate::support::duty::{Account, Duty, Fault, KEY, data, error, incident};
use crate::support::peer::answer;

/// The error of a list whose every answer is `bytes`.
async fn fails(bytes: Vec<u8>) -> (SourceErrorKind, String) {
    let duty = Duty::scripted(Account::default(), move |_, _| Some(Fault::Say(bytes.clone()))).await;
    let error = source(&duty.url, "").list(&Pages::unwanted()).await.unwrap_err();
    assert!(!error.message.contains(KEY), "{}", error.message);
    (error.kind, error.message)
}

#[tokio::test]
async fn a_refusal_is_told_by_its_code_in_the_words_of_the_vendor() {
    let (kind, message) = fails(error("401 Unauthorized", "", "Unauthorized", "app_key duty-s3cret expired.")).await;
    assert!(kind == SourceErrorKind::Unauthorised && message.contains("app_key •••••• expired"), "{message}");
    let (kind, message) = fails(error("403 Forbidden", "", "AccessDenied", "No permission.")).await;
    assert!(kind == SourceErrorKind::Unauthorised && message.contains("No permission (AccessDenied)"), "{message}");
    let (kind, _) = fails(error("400 Bad Request", "", "InvalidParameter", "Wrong.")).await;
    assert_eq!(kind, SourceErrorKind::Refused);
    let (kind, _) = fails(error("500 Oops", "", "InternalError", "Oops.")).await;
    assert_eq!(kind, SourceErrorKind::Unreachable);
    // The status is for information: the code counts.
    let (kind, message) = fails(error("200 OK", "", "Unauthorized", "\u{1b}]0;x\u{7}expired")).await;
    assert!(kind == SourceErrorKind::Unauthorised && !message.contains('\u{1b}'), "{message}");
    let (kind, _) = fails(error("400 Bad Request", "", "SomethingNew", "")).await;
    assert_eq!(kind, SourceErrorKind::Refused);
    let (kind, _) = fails(answer("502 Bad Gateway", "", "<html>").into_bytes()).await;
    assert_eq!(kind, SourceErrorKind::Unreachable);
}

#[tokio::test]
async fn rubbish_and_cut_answers_are_told_apart() {
    let (kind, message) = fails(answer("200 OK", "", "<html>s3cret</html>").into_bytes()).await;
    assert!(kind == SourceErrorKind::Rubbish && message.contains("is this Flashduty"), "{message}");
    let (kind, _) = fails(answer("200 OK", "", "[1]").into_bytes()).await;
    assert_eq!(kind, SourceErrorKind::Rubbish);
    let (kind, message) = fails(data(&json!({ "incidents": [] }))).await;
    assert!(kind == SourceErrorKind::Rubbish && message.contains("no `items`"), "{message}");
    let (kind, message) = fails(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{\"data\"".to_vec()).await;
    assert!(kind == SourceErrorKind::Unreachable && message.contains("cut"), "{message}");
}

#[tokio::test]
async fn it_is_left_alone_for_as_long_as_it_asks() {
    let duty = Duty::scripted(Account::default(), |_, _| {
        Some(Fault::Say(error("429 Too Many Requests", "Retry-After: 70\r\n", "RequestTooFrequently", "Slow down.")))
    });
    let duty = duty.await;
    let source = source(&duty.url, "");
    let first = source.list(&Pages::unwanted()).await.unwrap_err();
    assert_eq!(first.kind, SourceErrorKind::RateLimited { retry_after: Some(Duration::from_secs(70)) });
    let second = source.list(&Pages::unwanted()).await.unwrap_err();
    let SourceErrorKind::RateLimited { retry_after: Some(left) } = second.kind else { panic!("{second:?}") };
    assert!(left > Duration::from_secs(30) && left <= Duration::from_secs(70), "{left:?}");
    assert_eq!(duty.asked().len(), 1, "the second was not sent");
}

#[tokio::test]
async fn an_error_in_the_middle_keeps_what_was_read() {
    let now = now_s();
    let incidents = (0..150).map(|n| incident(n, now - 60)).collect();
    let duty = Duty::scripted(Account { incidents, ..Account::default() }, |asked, before| {
        (asked.path == "/incident/list" && before == 1).then_some(Fault::DropBefore)
    });
    let duty = duty.await;
    let source = source(&duty.url, "");
    let listing = source.list(&Pages::unwanted()).await.unwrap();
    assert_eq!((listing.rows.len(), listing.complete), (100, false));
    // The next time it comes as a whole again.
    let listing = source.list(&Pages::unwanted()).await.unwrap();
    assert_eq!((listing.rows.len(), listing.complete), (150, true));
}

#[tokio::test]
async fn a_key_that_was_refused_is_read_again() {
    let dir = tempfile::tempdir().unwrap();
    let key = dir.path().join("key");
    std::fs::write(&key, "old\n").unwrap();
    let duty = Duty::start(Account::default()).await;
    let source = source_in(dir.path(), &duty.url, &format!("app_key = \"${{file:{}}}\"", key.display()));
    let error = source.list(&Pages::unwanted()).await.unwrap_err();
    assert_eq!(error.kind, SourceErrorKind::Unauthorised);
    std::fs::write(&key, format!("{KEY}\n")).unwrap();
    assert!(source.list(&Pages::unwanted()).await.unwrap().complete);
}

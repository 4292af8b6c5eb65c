//! Answers from anywhere: kept as far as they can be, bounded, and never a panic.

use std::time::Duration;

use andon::domain::run::{Answer, Failure, Outcome};
use andon::domain::verdict::judge;
use andon::net::{PressClient, Reach, ReadClient, ReadLimits, Tried};
use andon::webhook::{Known, describe, message};
use proptest::prelude::*;

use crate::support::peer::{Peer, answer};
use crate::wire::{AMPLE, press, press_with};

/// A deadline that a test waits for.
const SHORT: Duration = Duration::from_millis(400);

async fn answered_with(bytes: impl Into<Vec<u8>>) -> Tried {
    let peer = Peer::answering(bytes).await;
    let tried = press(&peer.url("/"), AMPLE).await;
    assert_eq!((peer.seen.connections(), peer.seen.requests().len()), (1, 1), "sent once");
    tried
}

fn whole(tried: &Tried) -> &Answer {
    assert_eq!(tried.attempt.failure, None, "{tried:?}");
    tried.answer.as_ref().unwrap()
}

fn row(tried: &Tried) -> String {
    describe(&Known::new(std::slice::from_ref(&tried.attempt), tried.answer.as_ref(), "0199-run", 10_000))
}

#[tokio::test]
async fn a_plain_answer_is_kept_whole_without_its_cookies() {
    let headers = "Content-Type: text/html\r\nSet-Cookie: sid=s3cret\r\nX-Job: 7\r\nset-cookie: b=s3cret\r\n";
    let tried = answered_with(answer("200 OK", headers, r#"{"message":"es.nj.01 restarting"}"#)).await;
    let kept = whole(&tried);
    assert_eq!((kept.size, kept.size_known, &kept.note), (33, true, &None));
    let names: Vec<&str> = kept.headers.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["content-type", "x-job", "content-length"]);
    assert!(!format!("{tried:?}").contains("s3cret"));
    assert_eq!(row(&tried), "es.nj.01 restarting");
}

#[tokio::test]
async fn statuses_are_told_as_they_are() {
    for (status, headers, body, outcome, words) in [
        ("500 Oops", "", r#"{"message":"all good!"}"#, Outcome::Failed, "HTTP 500: all good!"),
        ("503 Busy", "", "", Outcome::Failed, "HTTP 503: Service Unavailable"),
        ("502 Bad", "", "<html><h1>Bad</h1>", Outcome::Unknown, "HTTP 502: the gateway gave up; it may have run; look"),
        ("408 Slow", "", "", Outcome::Unknown, "HTTP 408: the receiver gave up waiting; it may have run"),
        ("204 No Content", "", "", Outcome::Succeeded, "HTTP 204; the answer says nothing"),
        ("202 Accepted", "", "", Outcome::Succeeded, "accepted; nothing to follow"),
        ("200 OK", "", r#"{"error":"bad token"}"#, Outcome::Succeeded, "bad token"),
        (
            "302 Found",
            "Location: http://127.0.0.1:1/in?t=s3cret\r\n",
            "",
            Outcome::Failed,
            "HTTP 302: redirected to \
          http://127.0.0.1:1/in, which is not followed",
        ),
    ] {
        let tried = answered_with(answer(status, headers, body)).await;
        assert_eq!(judge(std::slice::from_ref(&tried.attempt), None).0, outcome, "{status}");
        assert!(row(&tried).starts_with(words), "{}", row(&tried));
        assert!(tried.attempt.may_have_been_received);
    }
}

#[tokio::test]
async fn retry_after_is_told_for_429_and_503_only() {
    for (status, headers, wait) in [
        ("429 Slow", "Retry-After: 3\r\n", Some(3_000)),
        ("429 Slow", "Retry-After: 99999999999999999999\r\n", None),
        ("429 Slow", "Retry-After: Sun, 06 Nov 1994 08:49:37 GMT\r\n", Some(0)),
        ("429 Slow", "", None),
        ("503 Busy", "Retry-After: 3\r\n", Some(3_000)),
        ("500 Oops", "Retry-After: 3\r\n", None),
    ] {
        assert_eq!(answered_with(answer(status, headers, "")).await.retry_after_ms, wait, "{status} {headers}");
    }
    let year = answered_with(answer("429 Slow", "Retry-After: Fri, 01 Jan 2100 00:00:00 GMT\r\n", "")).await;
    assert!(year.retry_after_ms > Some(1_000_000_000_000), "{:?}", year.retry_after_ms);
}

#[tokio::test]
async fn what_is_not_http_may_still_have_been_received() {
    let big = format!("HTTP/1.1 200 OK\r\nX-Big: {}\r\n\r\n", "b".repeat(1 << 20));
    for (bytes, class) in [
        (&b"SSH-2.0-OpenSSH_9.2\r\n\r\n"[..], Failure::InvalidResponse),
        (b"HTTP/1.1 200 OK\r\nContent-", Failure::ConnectionLost),
        (b"HTTP/1.1 2x0 OK\r\n\r\n", Failure::InvalidResponse),
        (big.as_bytes(), Failure::InvalidResponse),
    ] {
        let tried = answered_with(bytes).await;
        assert_eq!(tried.attempt.failure, Some(class), "{:?}", tried.attempt);
        assert!(tried.attempt.may_have_been_received && tried.answer.is_none());
        assert!(row(&tried).contains("it may have run"), "{}", row(&tried));
    }
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_says_that_it_came_and_many_headers_are_none() {
    let with = |count: usize| {
        let headers = (0..count).map(|at| format!("X-Trace-{at}: {at}\r\n")).collect::<Vec<_>>().concat();
        format!("HTTP/1.1 200 OK\r\n{headers}Content-Length: 2\r\n\r\nok")
    };
    let tried = answered_with(with(990)).await;
    assert_eq!((whole(&tried).status, whole(&tried).body.as_str()), (200, "ok"));
    let nul = "HTTP/1.1 200 OK\r\nX-A: a\0b\r\nContent-Length: 2\r\n\r\nok".to_owned();
    for (bytes, why) in [(with(1_100), "its headers are over the limit"), (nul, "invalid HTTP header parsed")] {
        let tried = answered_with(bytes).await;
        assert_eq!(tried.attempt.failure, Some(Failure::InvalidResponse), "{:?}", tried.attempt);
        assert!(
            row(&tried).contains("an answer came that cannot be read") && row(&tried).contains(why),
            "{}",
            row(&tried)
        );
    }
}

#[tokio::test]
async fn a_body_that_breaks_off_leaves_the_status_standing() {
    for bytes in [
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
    ] {
        let tried = answered_with(bytes).await;
        let kept = whole(&tried);
        assert_eq!((kept.status, kept.body.as_str()), (200, "abc"));
        assert_eq!(kept.note.as_deref(), Some("the rest of the answer was lost"));
        assert_eq!(row(&tried), "abc; the rest of the answer was lost");
    }
}

#[tokio::test]
async fn hostile_bytes_become_a_readable_line() {
    let mut bytes = b"HTTP/1.1 200 OK\r\nX-Odd: \xff\r\nContent-Length: 7\r\n\r\n".to_vec();
    bytes.extend_from_slice(b"a\xffb\0c\x1b\n");
    let tried = answered_with(bytes).await;
    let kept = whole(&tried);
    assert_eq!(kept.body, "a\u{fffd}b\0c\u{1b}\n", "kept as data");
    assert!(kept.headers.contains(&("x-odd".to_owned(), "\u{fffd}".to_owned())));
    assert_eq!(row(&tried), "a\u{fffd}b␀c␛");
}

#[tokio::test]
async fn a_packed_answer_is_unpacked() {
    let packed = [
        31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 171, 86, 202, 77, 45, 46, 78, 76, 79, 85, 178, 82, 42, 205, 43, 72, 76, 206,
        78, 77, 81, 170, 5, 0, 34, 175, 253, 114, 22, 0, 0, 0,
    ];
    let mut bytes =
        format!("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n", packed.len()).into_bytes();
    bytes.extend_from_slice(&packed);
    let tried = answered_with(bytes.clone()).await;
    assert_eq!((whole(&tried).size, row(&tried).as_str()), (22, "unpacked"));
    bytes.truncate(bytes.len() - 30);
    let torn = answered_with(bytes).await;
    assert_eq!(whole(&torn).note.as_deref(), Some("the rest of the answer was lost"));
}

/// The whole body of an answer, as a source reads it.
async fn read_with(bytes: Vec<u8>) -> Vec<u8> {
    let peer = Peer::answering(bytes).await;
    let limits = ReadLimits { head: AMPLE, body: AMPLE, bytes: 1_000 };
    let client = ReadClient::with(&Reach::default()).unwrap();
    client.get(&peer.url("/").parse().unwrap(), &[], limits).await.unwrap()
}

#[tokio::test]
async fn a_header_that_breaks_the_rules_costs_that_header() {
    for odd in [
        "Set-Cookie: g=1; domain=\u{7f}x.example",
        "Bad Header: x",
        "X-\u{e4}: x",
        "no colon here",
        "X-A: a\u{1}b",
        "X-Space : x",
        ": nameless",
    ] {
        let bytes = format!("HTTP/1.1 200 OK\r\n{odd}\r\nX-Job: 7\r\nContent-Length: 2\r\n\r\nok").into_bytes();
        assert_eq!(read_with(bytes.clone()).await, b"ok", "{odd:?}");
        let tried = answered_with(bytes).await;
        let kept = whole(&tried);
        assert_eq!((kept.status, kept.body.as_str()), (200, "ok"), "{odd:?}");
        assert!(kept.headers.contains(&("x-job".to_owned(), "7".to_owned())), "{odd:?}");
    }
}

#[tokio::test]
async fn a_body_is_read_as_it_is_whatever_its_labels_say() {
    let said = r#"{"message":"done it"}"#;
    let packed: Vec<u8> = vec![
        31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 171, 86, 202, 77, 45, 46, 78, 76, 79, 85, 178, 82, 74, 201, 207, 75, 85, 200,
        44, 81, 170, 5, 0, 7, 163, 138, 219, 21, 0, 0, 0,
    ];
    let utf16: Vec<u8> = said.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (headers, body) in [
        ("Content-Encoding: gzip", packed.clone()),
        ("Content-Encoding: x-gzip", packed),
        ("Content-Encoding: gzip", said.as_bytes().to_vec()),
        ("Content-Encoding: deflate", said.as_bytes().to_vec()),
        ("Content-Encoding: utf-8", said.as_bytes().to_vec()),
        ("Content-Type: application/json; charset=utf-16le", utf16),
        ("Content-Type: ;;/broken", said.as_bytes().to_vec()),
        ("Content-Type: application/json", format!("\u{feff}{said}").into_bytes()),
    ] {
        let head = format!("HTTP/1.1 200 OK\r\n{headers}\r\nContent-Length: {}\r\n\r\n", body.len());
        let bytes = [head.as_bytes(), &body].concat();
        assert_eq!(String::from_utf8_lossy(&read_with(bytes.clone()).await), said, "{headers}");
        let tried = answered_with(bytes).await;
        assert_eq!((row(&tried).as_str(), whole(&tried).note.as_deref()), ("done it", None), "{headers}");
    }
    let latin = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Length: 5\r\n\r\nl\xe4uft";
    assert_eq!(row(&answered_with(latin.to_vec()).await), "läuft");
}

#[tokio::test]
async fn a_large_answer_is_cut_and_its_size_told() {
    let large = format!("{}é{}", "a".repeat(64 * 1024 - 1), "b".repeat(136_000));
    let tried = answered_with(answer("200 OK", "", &large)).await;
    let kept = whole(&tried);
    assert_eq!(kept.body, "a".repeat(64 * 1024 - 1), "half a character is not kept");
    assert_eq!((kept.size, kept.size_known), (large.len() as u64, true));
    assert_eq!(kept.note.as_deref(), Some("answer cut at 64 KiB of 201.5 KB"));
}

#[tokio::test]
async fn an_announced_two_gigabytes_end_at_the_deadline_with_their_status() {
    let peer = Peer::start(|mut conn| async move {
        conn.request().await;
        conn.say(format!("HTTP/1.1 200 OK\r\nContent-Length: 2000000000\r\n\r\n{}", "x".repeat(100_000))).await;
        conn.hang().await;
    })
    .await;
    let tried = press(&peer.url("/"), SHORT).await;
    let kept = whole(&tried);
    assert_eq!((kept.body.len(), kept.size, kept.size_known), (64 * 1024, 2_000_000_000, true));
    let note = "answer cut at 64 KiB of 2.0 GB; answer still coming at the deadline";
    assert_eq!(kept.note.as_deref(), Some(note));
}

#[tokio::test]
async fn an_endless_answer_ends_at_the_deadline_with_its_status() {
    let peer = Peer::start(|mut conn| async move {
        conn.request().await;
        conn.say("HTTP/1.1 201 Created\r\n\r\n").await;
        let flood = vec![b'y'; 8192];
        while conn.say(&flood).await {}
    })
    .await;
    let tried = press(&peer.url("/"), SHORT).await;
    let kept = whole(&tried);
    assert_eq!((tried.attempt.status, kept.body.len(), kept.size_known), (Some(201), 64 * 1024, false));
    let note = kept.note.as_deref().unwrap();
    assert!(note.starts_with("answer cut at 64 KiB of at least "), "{note}");
    assert!(note.ends_with("; answer still coming at the deadline"), "{note}");
    assert!((400..2_000).contains(&tried.attempt.duration_ms), "{}", tried.attempt.duration_ms);
}

fn hostile_answer() -> impl Strategy<Value = Vec<u8>> {
    let any = prop::collection::vec(any::<u8>(), 0..300);
    (prop::sample::select(vec!["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n"]), any)
        .prop_map(|(head, tail)| [head.as_bytes(), &tail].concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn random_bytes_end_in_an_allowed_class_and_a_clean_line(bytes in hostile_answer()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let tried = runtime.block_on(async {
            let peer = Peer::answering(bytes).await;
            press_with(client(), &peer.url("/"), AMPLE).await
        });
        prop_assert!(tried.attempt.may_have_been_received);
        match tried.attempt.failure {
            None => prop_assert!(tried.attempt.status.is_some() && tried.answer.is_some()),
            Some(Failure::ConnectionLost | Failure::InvalidResponse) => prop_assert!(tried.answer.is_none()),
            Some(other) => prop_assert!(false, "{other:?}"),
        }
        let line = row(&tried);
        prop_assert!(!line.is_empty() && !line.chars().any(char::is_control), "{line:?}");
    }

    #[test]
    fn any_text_has_a_bounded_clean_message(body in any::<String>()) {
        let line = message(&Answer { status: 200, body, ..Answer::default() });
        prop_assert!(line.chars().count() <= 500 && !line.chars().any(char::is_control), "{line:?}");
    }
}

/// One client for all cases: a client without a pool is bound to no runtime.
fn client() -> &'static PressClient {
    static CLIENT: std::sync::OnceLock<PressClient> = std::sync::OnceLock::new();
    CLIENT.get_or_init(|| PressClient::new().unwrap())
}

//! Bodies while they come: what a rule may read, what is told line by line, and that neither has no bound.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use andon::net::{BodyRead, Limits, PressClient, Reach, ReadClass, ReadClient, Tried, WireRequest};
use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::support::peer::{Peer, answer};
use crate::wire::{AMPLE, post, press, send};

/// A deadline that a test waits for.
const SHORT: Duration = Duration::from_millis(400);

const MIB: usize = 1024 * 1024;

/// An answer that has no length of its own: it ends with the connection.
fn streamed(kind: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let mut bytes = format!("HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n\r\n").into_bytes();
    bytes.extend_from_slice(body.as_ref());
    bytes
}

/// Presses, and gives what was told line by line.
async fn heard(bytes: impl Into<Vec<u8>>) -> (Tried, Vec<String>) {
    let peer = Peer::answering(bytes).await;
    let lines = Mutex::new(Vec::new());
    let on_line = |line: &str| lines.lock().unwrap().push(line.to_owned());
    let stop = CancellationToken::new();
    let limits = Limits { deadline: Instant::now() + AMPLE, attempt: AMPLE, stop: &stop, on_line: &on_line };
    let endpoint = peer.url("/");
    let tried = PressClient::new().unwrap().attempt(&post(&endpoint), 1, &limits).await;
    (tried, lines.into_inner().unwrap())
}

async fn with_rule(bytes: impl Into<Vec<u8>>, within: Duration) -> Tried {
    let peer = Peer::answering(bytes).await;
    let endpoint = peer.url("/");
    send(&PressClient::new().unwrap(), &WireRequest { reads_body: true, ..post(&endpoint) }, within).await
}

#[tokio::test]
async fn lines_are_told_while_the_answer_still_comes() {
    let told = Arc::new(Notify::new());
    let heard = told.clone();
    let peer = Peer::start(move |mut conn| {
        let heard = heard.clone();
        async move {
            conn.request().await;
            conn.say(streamed("text/plain; charset=utf-8", "draining es.nj.01\n")).await;
            heard.notified().await;
            conn.say("restarted\n").await;
        }
    })
    .await;
    let lines = Mutex::new(Vec::new());
    let on_line = |line: &str| {
        lines.lock().unwrap().push(line.to_owned());
        told.notify_one();
    };
    let stop = CancellationToken::new();
    let limits = Limits { deadline: Instant::now() + AMPLE, attempt: AMPLE, stop: &stop, on_line: &on_line };
    let tried = PressClient::new().unwrap().attempt(&post(&peer.url("/")), 1, &limits).await;
    assert_eq!(*lines.lock().unwrap(), ["draining es.nj.01", "restarted"]);
    assert_eq!(tried.answer.unwrap().body, "draining es.nj.01\nrestarted\n");
}

#[tokio::test]
async fn a_line_is_bounded_and_any_bytes_are_text() {
    let long = format!("{}é{}\n", "a".repeat(4 * 1024 - 1), "b".repeat(100_000));
    let body = [long.as_bytes(), b"10 %\r20 %\rdone\r\n\r\n \nbad \xff byte\nthe end"].concat();
    let (_, lines) = heard(streamed("Text/Plain", body)).await;
    assert_eq!(lines[0], "a".repeat(4 * 1024 - 1), "half a character is not told");
    assert_eq!(lines[1..], ["10 %", "20 %", "done", "bad \u{fffd} byte", "the end"]);
}

#[tokio::test]
async fn of_server_sent_events_the_data_is_told() {
    let events = "\u{feff}data: one\r\n\r\n: a comment\nevent: progress\nid: 7\nretry: 9\ndata:two\ndata\ndata:  three\n\n\
                  database: no\ndata:four";
    let (_, lines) = heard(streamed("text/event-stream", events)).await;
    assert_eq!(lines, ["one", "two", " three", "four"]);
}

#[tokio::test]
async fn what_does_not_stream_is_not_told() {
    for bytes in [
        answer("200 OK", "Content-Type: text/plain\r\n", "a\nb\n").into_bytes(),
        streamed("application/json", "{\n}\n"),
        b"HTTP/1.1 200 OK\r\n\r\na\nb\n".to_vec(),
    ] {
        let (tried, lines) = heard(bytes).await;
        assert!(lines.is_empty() && tried.attempt.status == Some(200), "{lines:?}");
    }
}

#[tokio::test]
async fn a_flood_of_lines_is_thinned_out_but_for_the_last() {
    let mut flood = String::new();
    for line in 0..200_000 {
        writeln!(flood, "{line}").unwrap();
    }
    let (_, lines) = heard(streamed("text/plain", flood)).await;
    assert_eq!(lines[..256], (0..256).map(|line| line.to_string()).collect::<Vec<_>>(), "a burst is told whole");
    assert!(lines.len() < 20_000, "{} lines", lines.len());
    assert_eq!(lines.last().unwrap(), "199999");
}

#[tokio::test]
async fn a_rule_reads_up_to_a_mebibyte() {
    let whole = "x".repeat(MIB);
    let tried = with_rule(answer("200 OK", "", &whole), AMPLE).await;
    assert!(tried.body == BodyRead::Whole(whole.clone()));
    assert_eq!(tried.answer.unwrap().body.len(), 64 * 1024, "the log keeps less");
    for bytes in [answer("200 OK", "", &format!("{whole}x")).into_bytes(), streamed("text/html", format!("{whole}x"))] {
        let tried = with_rule(bytes, AMPLE).await;
        assert!(tried.body == BodyRead::TooLarge);
        let answer = tried.answer.unwrap();
        assert_eq!((answer.status, answer.size, answer.body.len()), (200, MIB as u64 + 1, 64 * 1024));
    }
    let torn = with_rule(*b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{\"a\xc3", AMPLE).await;
    assert_eq!(torn.body, BodyRead::Cut("{\"a".to_owned()));
    let odd = with_rule(streamed("text/html", b"{\"a\": \"\xff\"}"), AMPLE).await;
    assert_eq!(odd.body, BodyRead::Whole("{\"a\": \"\u{fffd}\"}".to_owned()));
    // Nobody asked for it: the log's part is all there is.
    let peer = Peer::answering(answer("200 OK", "", &"y".repeat(100_000))).await;
    assert_eq!(press(&peer.url("/"), AMPLE).await.body, BodyRead::Cut("y".repeat(64 * 1024)));
    let none = press("http://nosuch.invalid/", AMPLE).await;
    assert_eq!((none.body, none.answer), (BodyRead::Cut(String::new()), None));
}

#[tokio::test]
async fn a_slow_body_is_cut_at_the_end_of_the_attempt() {
    let peer = Peer::start(|mut conn| async move {
        conn.request().await;
        conn.say("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{\"n\":").await;
        // One byte at a time, for as long as anybody reads.
        while conn.say(" ").await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
    let endpoint = peer.url("/");
    let request = WireRequest { reads_body: true, ..post(&endpoint) };
    let stop = CancellationToken::new();
    let limits = Limits { deadline: Instant::now() + AMPLE, attempt: SHORT, stop: &stop, on_line: &|_| {} };
    let tried = PressClient::new().unwrap().attempt(&request, 1, &limits).await;
    assert_eq!((tried.attempt.failure, tried.attempt.status), (None, Some(200)));
    assert!(matches!(&tried.body, BodyRead::Cut(text) if text.starts_with("{\"n\": ")), "{:?}", tried.body);
    assert_eq!(tried.answer.unwrap().note.as_deref(), Some("answer still coming at the deadline"));
    assert!(tried.attempt.duration_ms < 5_000, "{}", tried.attempt.duration_ms);
}

/// Endless zeros, packed 158 to 1: after the head, 13 bytes are 2,064.
fn bomb() -> (Vec<u8>, Vec<u8>) {
    let mut bits = Vec::new();
    let mut code = |value: u16, length: u32| bits.extend((0..length).rev().map(|at| value >> at & 1 == 1));
    // The last block, fixed codes; the byte 0 once.
    code(0b110, 3);
    code(0b0011_0000, 8);
    for _ in 0..8 * 6_000 {
        // 258 bytes more of what was one byte before.
        code(0b1100_0101, 8);
        code(0, 5);
    }
    let bytes = |bits: &[bool]| {
        bits.chunks_exact(8)
            .map(|bits| bits.iter().rev().fold(0, |sum, bit| sum << 1 | u8::from(*bit)))
            .collect::<Vec<_>>()
    };
    let packed = bytes(&bits);
    let (head, body) = packed.split_at(13);
    let mut start = vec![31, 139, 8, 0, 0, 0, 0, 0, 2, 3];
    start.extend_from_slice(head);
    (start, body[..13 * 5_990].to_vec())
}

/// The most memory this process has had at once, in KiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap().trim().trim_end_matches(" kB").parse().unwrap()
}

#[tokio::test]
async fn a_bomb_an_endless_body_and_a_flood_of_lines_stay_small() {
    const CHILD: &str = "wire::streams::a_bomb_an_endless_body_and_a_flood_of_lines_stay_small";
    if std::env::var_os("WIRE_CHILD").is_none() {
        return tokio::task::spawn_blocking(|| super::tls::child(CHILD, &[("WIRE_CHILD", "1")])).await.unwrap();
    }
    let client = PressClient::new().unwrap();
    let small = Peer::answering(answer("200 OK", "", "")).await;
    send(&client, &post(&small.url("/")), AMPLE).await;
    let (start, more) = bomb();
    let idle = peak();
    for (kind, packing, start, more) in [
        ("application/json", "Content-Encoding: gzip\r\n", start, more),
        ("application/json", "", Vec::new(), vec![b'y'; 64 * 1024]),
        ("text/plain", "", Vec::new(), vec![b'\n'; 64 * 1024]),
        ("text/plain", "", Vec::new(), vec![b'z'; 64 * 1024]),
        ("text/event-stream", "", Vec::new(), b"data: x\n".repeat(8 * 1024)),
    ] {
        let peer = Peer::start(move |mut conn| {
            let (start, more) = (start.clone(), more.clone());
            async move {
                conn.request().await;
                conn.say(format!("HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n{packing}\r\n")).await;
                conn.say(start).await;
                while conn.say(&more).await {}
            }
        })
        .await;
        let endpoint = peer.url("/");
        // The body never ends, and on a busy machine the status takes its time: the deadline is far from both.
        let deadline = Duration::from_secs(3);
        let tried = send(&client, &WireRequest { reads_body: true, ..post(&endpoint) }, deadline).await;
        assert_eq!((tried.attempt.failure, tried.attempt.status), (None, Some(200)), "{kind} {packing}");
        assert!(tried.body == BodyRead::TooLarge, "{kind} {packing}");
        let answer = tried.answer.unwrap();
        assert!(answer.size > 2 * MIB as u64 && answer.body.len() == 64 * 1024, "{kind} {packing}: {}", answer.size);
        assert!(answer.note.unwrap().contains("answer still coming at the deadline"), "{kind} {packing}");
    }
    assert!(peak() - idle < 30 * 1024, "{} KiB above idle", peak() - idle);
}

#[tokio::test]
async fn a_poll_is_told_any_status_with_its_body_and_follows_nothing() {
    let client = ReadClient::for_polls(&Reach::default()).unwrap();
    for (bytes, status, location, wait, body) in [
        (
            answer("200 OK", "", r#"{"state":"running"}"#),
            200,
            None,
            None,
            BodyRead::Whole(r#"{"state":"running"}"#.to_owned()),
        ),
        (answer("202 Accepted", "Retry-After: 2\r\n", ""), 202, None, Some(2_000), BodyRead::Whole(String::new())),
        (answer("303 See Other", "Location: /done\r\n", ""), 303, Some("/done"), None, BodyRead::Whole(String::new())),
        (answer("404 Gone", "", "no"), 404, None, None, BodyRead::Whole("no".to_owned())),
        (answer("200 OK", "", &"x".repeat(MIB + 1)), 200, None, None, BodyRead::TooLarge),
    ] {
        let peer = Peer::answering(bytes).await;
        let url = peer.url("/job/7").parse().unwrap();
        let reply = client.ask(&url, &[], Instant::now() + AMPLE).await.unwrap();
        let header = reply.answer.headers.iter().find(|(name, _)| name == "location").map(|(_, value)| value.as_str());
        assert_eq!((reply.answer.status, header, reply.retry_after_ms), (status, location, wait));
        assert!(reply.body == body, "{status}");
        assert_eq!(peer.seen.requests().len(), 1, "{status}");
    }
    let silent = Peer::start(crate::support::peer::Conn::hang).await;
    let error =
        client.ask(&silent.url("/job?t=s3cret").parse().unwrap(), &[], Instant::now() + SHORT).await.unwrap_err();
    assert!(error.class == ReadClass::Timeout && !error.to_string().contains("s3cret"), "{error}");
    let slow = Peer::start(|mut conn| async move {
        conn.request().await;
        conn.say("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{").await;
        conn.hang().await;
    })
    .await;
    let reply = client.ask(&slow.url("/").parse().unwrap(), &[], Instant::now() + SHORT).await.unwrap();
    assert_eq!(reply.body, BodyRead::Cut("{".to_owned()));
}

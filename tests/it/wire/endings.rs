//! Every way a request can end without an answer, and what is said of it.

use std::sync::Arc;
use std::time::Duration;

use andon::domain::action::Header;
use andon::domain::run::{Attempt, Failure, Outcome};
use andon::domain::verdict::judge;
use andon::net::{PressClient, ProxyChoice, Reach, ReadClass, ReadClient, ReadLimits, WireRequest};
use andon::webhook::{Known, describe};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::support::peer::{Peer, answer};
use crate::wire::{AMPLE, post, press, press_with, send};

/// A deadline that a test waits for.
const SHORT: Duration = Duration::from_millis(300);

async fn closed_port() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("127.0.0.1:{}", listener.local_addr().unwrap().port())
}

fn said(attempts: &[Attempt]) -> String {
    describe(&Known::new(attempts, None, "0199-run", 10_000))
}

#[tokio::test]
async fn a_refused_port_means_nothing_was_sent() {
    let place = closed_port().await;
    let tried = press(&format!("http://{place}/x?token=s3cret"), AMPLE).await;
    assert_eq!(tried.attempt.failure, Some(Failure::Connect));
    assert!(!tried.attempt.may_have_been_received && !tried.is_permanent);
    let attempts = [tried.attempt.clone(), tried.attempt.clone(), tried.attempt];
    assert_eq!(said(&attempts), format!("nothing was sent: connection refused at {place} (3 tries)"));
}

#[tokio::test]
async fn an_unknown_name_means_nothing_was_sent() {
    let tried = press("http://nosuch.invalid/x?token=s3cret", AMPLE).await;
    assert_eq!(tried.attempt.failure, Some(Failure::Dns));
    assert!(!tried.attempt.may_have_been_received);
    let said = said(&[tried.attempt]);
    assert!(said.starts_with("nothing was sent: the name nosuch.invalid was not found"), "{said}");
    assert!(!said.contains("s3cret"), "{said}");
}

#[tokio::test]
async fn what_cannot_be_put_together_is_not_sent_and_not_shown() {
    let client = PressClient::new().unwrap();
    let headers = [Header::new("X-Token", "s3cret\r\nX: y")];
    let peer = Peer::answering(answer("200 OK", "", "")).await;
    for (endpoint, headers) in [
        (peer.url("/"), &headers[..]),
        ("ftp://x/".to_owned(), &[]),
        ("nowhere".to_owned(), &[]),
        (peer.url("/").replacen("//", "///", 1), &[]),
        (peer.url("/").replacen("//", "", 1), &[]),
        (peer.url("/").replacen("//", "/\\", 1), &[]),
    ] {
        let attempt = send(&client, &WireRequest { headers, ..post(&endpoint) }, AMPLE).await.attempt;
        assert_eq!(attempt.failure, Some(Failure::Connect), "{endpoint}");
        assert!(!attempt.may_have_been_received && !attempt.error.is_empty());
        assert!(!attempt.error.contains("s3cret"), "{}", attempt.error);
    }
    assert_eq!(peer.seen.connections(), 0);
}

#[tokio::test]
async fn silence_is_a_timeout_and_it_may_have_run() {
    let peer = Peer::start(|mut conn| async move {
        conn.request().await;
        conn.hang().await;
    })
    .await;
    let tried = press(&peer.url("/"), SHORT).await;
    assert_eq!(tried.attempt.failure, Some(Failure::Timeout));
    assert!(tried.attempt.may_have_been_received);
    assert_eq!(tried.attempt.address, Some(peer.address.to_string()));
    assert!((300..2_000).contains(&tried.attempt.duration_ms), "{}", tried.attempt.duration_ms);
    let said = said(&[tried.attempt]);
    assert_eq!(said, "sent, no answer in 10 s: it may have run; look at the receiver for id 0199-run");
}

#[tokio::test]
async fn a_connection_closed_after_the_request_is_lost_and_never_sent_again() {
    let peer = Peer::start(|mut conn| async move {
        conn.request().await;
    })
    .await;
    let tried = press(&peer.url("/"), AMPLE).await;
    assert_eq!(tried.attempt.failure, Some(Failure::ConnectionLost));
    assert!(tried.attempt.may_have_been_received);
    assert_eq!((peer.seen.connections(), peer.seen.requests().len()), (1, 1));
    let said = said(&[tried.attempt]);
    assert!(said.starts_with("sent, but the connection was lost before the answer: it may have run"), "{said}");
}

#[tokio::test]
async fn a_connection_closed_at_once_is_one_attempt_that_tells_no_lie() {
    let peer = Peer::start(|conn| async move { drop(conn) }).await;
    let client = PressClient::new().unwrap();
    for _ in 0..20 {
        let attempt = press_with(&client, &peer.url("/"), AMPLE).await.attempt;
        // Whether the request was written before the end was seen is a race; that the two agree is not.
        match attempt.failure {
            Some(Failure::Connect) => assert!(!attempt.may_have_been_received),
            Some(Failure::ConnectionLost) => assert!(attempt.may_have_been_received),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(peer.seen.connections(), 20);
}

#[tokio::test]
async fn once_received_a_later_refusal_does_not_make_it_unsent() {
    let lost = Peer::start(|mut conn| async move {
        conn.request().await;
    })
    .await;
    let attempts = [press(&lost.url("/"), AMPLE).await.attempt, press(&closed_port().await, AMPLE).await.attempt];
    assert_eq!(judge(&attempts, None).0, Outcome::Unknown);
    let said = said(&attempts);
    assert!(said.contains("it may have run") && !said.contains("nothing was sent"), "{said}");
}

#[tokio::test]
async fn a_deadline_that_is_already_over_sends_nothing() {
    let peer = Peer::answering(answer("200 OK", "", "")).await;
    let tried = press(&peer.url("/"), Duration::ZERO).await;
    assert_eq!((tried.attempt.failure, tried.attempt.may_have_been_received), (Some(Failure::Connect), false));
    assert!(peer.seen.requests().is_empty());
}

/// The process is stopped (here: its only thread sleeps) while the answer arrives and the deadline passes.
#[test]
fn an_answer_that_waited_through_a_stop_is_read_before_the_deadline_is_judged() {
    let (told, mut peers_news) = mpsc::unbounded_channel();
    let (address, ready) = std::sync::mpsc::channel();
    let (answered, was_answered) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let peer = Peer::start(move |mut conn| {
                let (told, answered) = (told.clone(), answered.clone());
                async move {
                    conn.request().await;
                    told.send(()).unwrap();
                    conn.say(answer("200 OK", "", "done")).await;
                    answered.send(()).unwrap();
                }
            })
            .await;
            address.send(peer.url("/")).unwrap();
            std::future::pending::<()>().await;
        });
    });
    let endpoint = ready.recv().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let tried = runtime.block_on(async {
        let client = PressClient::new().unwrap();
        let begun = Instant::now();
        let pressed = tokio::spawn(async move { press_with(&client, &endpoint, Duration::from_secs(1)).await });
        peers_news.recv().await.unwrap();
        was_answered.recv().unwrap();
        std::thread::sleep(Duration::from_millis(1_100).saturating_sub(begun.elapsed()));
        pressed.await.unwrap()
    });
    assert_eq!(tried.attempt.status, Some(200), "{tried:?}");
    assert_eq!(tried.answer.unwrap().body, "done");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_at_once_each_keep_their_own_ending() {
    let silent = Peer::start(|mut conn| async move {
        conn.request().await;
        conn.hang().await;
    })
    .await;
    let closing = Peer::start(|mut conn| async move {
        conn.request().await;
    })
    .await;
    let good = Peer::answering(answer("200 OK", "", "{}")).await;
    let deaf = Peer::start(crate::support::peer::Conn::hang).await;
    let endings = [
        (silent.url("/"), Some(Failure::Timeout), true),
        (closing.url("/"), Some(Failure::ConnectionLost), true),
        (good.url("/"), None, true),
        (format!("http://{}/", closed_port().await), Some(Failure::Connect), false),
        (format!("https://{}/", deaf.address), Some(Failure::Connect), false),
        ("http://nosuch.invalid/".to_owned(), Some(Failure::Dns), false),
    ];
    let client = Arc::new(PressClient::new().unwrap());
    let presses: Vec<_> = endings
        .iter()
        .cycle()
        .take(50)
        .cloned()
        .map(|(endpoint, failure, received)| {
            let client = client.clone();
            tokio::spawn(async move {
                let attempt = press_with(&client, &endpoint, Duration::from_millis(2_500)).await.attempt;
                assert_eq!((attempt.failure, attempt.may_have_been_received), (failure, received), "{endpoint}");
            })
        })
        .collect();
    for press in presses {
        press.await.unwrap();
    }
    for (peer, sent) in [(&silent, 9), (&closing, 9), (&good, 8)] {
        assert_eq!((peer.seen.connections(), peer.seen.requests().len()), (sent, sent));
    }
}

#[tokio::test]
async fn loopback_is_never_proxied_and_the_rest_is() {
    let proxy = Peer::answering(answer("200 OK", "", "from the proxy")).await;
    let peer = Peer::answering(answer("200 OK", "", "direct")).await;
    let reach = Reach { proxy: ProxyChoice::Outside(proxy.url("")), ..Reach::default() };
    let client = PressClient::with(&reach).unwrap();
    for host in ["127.0.0.1", "localhost", "2130706433"] {
        let endpoint = format!("http://{host}:{}/", peer.address.port());
        assert_eq!(press_with(&client, &endpoint, AMPLE).await.answer.unwrap().body, "direct", "{endpoint}");
    }
    assert_eq!(proxy.seen.connections(), 0);
    let outside = press_with(&client, "http://outside.invalid/x", AMPLE).await;
    assert_eq!(outside.answer.unwrap().body, "from the proxy");
    assert!(proxy.seen.requests()[0].starts_with("POST http://outside.invalid/x HTTP/1.1\r\n"));
}

#[tokio::test]
async fn the_environments_proxy_is_not_for_loopback() {
    const CHILD: &str = "wire::endings::the_environments_proxy_is_not_for_loopback";
    if std::env::var_os("WIRE_CHILD").is_some() {
        let peer = Peer::answering(answer("200 OK", "", "direct")).await;
        assert_eq!(press(&peer.url("/"), AMPLE).await.answer.unwrap().body, "direct");
        assert_eq!(press("http://outside.invalid/", AMPLE).await.answer.unwrap().body, "from the proxy");
        return;
    }
    let proxy = Peer::answering(answer("200 OK", "", "from the proxy")).await;
    let child = tokio::task::spawn_blocking({
        let proxy = proxy.url("");
        move || super::tls::child(CHILD, &[("WIRE_CHILD", "1"), ("http_proxy", &proxy), ("no_proxy", "")])
    });
    child.await.unwrap();
    assert_eq!(proxy.seen.connections(), 1);
}

#[tokio::test]
async fn reads_say_what_is_wrong_without_the_query() {
    let client = ReadClient::with(&Reach::default()).unwrap();
    let token = [Header::new("Authorization", "Bearer s3cret")];
    let get = |url: String, bytes| {
        let (client, token) = (client.clone(), token.clone());
        let limits = ReadLimits { head: SHORT, body: SHORT, bytes };
        async move { client.get(&url.parse().unwrap(), &token, limits).await }
    };
    let good = Peer::answering(answer("200 OK", "", "[1]")).await;
    assert_eq!(get(good.url("/api?q=1"), 10).await.unwrap(), b"[1]");
    assert!(good.seen.requests()[0].contains("authorization: Bearer s3cret\r\n"));

    let silent = Peer::start(crate::support::peer::Conn::hang).await;
    let busy = Peer::answering(answer("429 Slow Down", "Retry-After: 7\r\n", "")).await;
    let cut = Peer::answering("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n[").await;
    let away = Peer::answering(answer("302 Found", "Location: http://localhost:1/\r\n", "")).await;
    let garbage = Peer::answering("nonsense\r\n\r\n").await;
    let endless = Peer::start(|mut conn| async move {
        conn.request().await;
        conn.say("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n[").await;
        conn.hang().await;
    })
    .await;
    let cases = [
        (format!("http://{}/api?q=s3cret", closed_port().await), 10, ReadClass::Connect, "connection refused"),
        ("http://nosuch.invalid/api?q=s3cret".to_owned(), 10, ReadClass::Dns, "nosuch.invalid was not found"),
        (silent.url("/api?q=s3cret"), 10, ReadClass::Timeout, "/api did not answer within 300 ms"),
        (endless.url("/api?q=s3cret"), 10, ReadClass::Timeout, "did not send its whole answer within 300 ms"),
        (
            garbage.url("/api?q=s3cret"),
            10,
            ReadClass::Lost,
            "/api: an answer came that cannot be read as HTTP: invalid HTTP version parsed",
        ),
        (busy.url("/api?q=s3cret"), 10, ReadClass::Status(429), "/api answered HTTP 429; too many requests"),
        (good.url("/api?q=s3cret"), 2, ReadClass::TooLarge, "over 2 bytes"),
        (cut.url("/api?q=s3cret"), 10, ReadClass::Lost, "broke off"),
        (away.url("/api?q=s3cret"), 10, ReadClass::Status(302), "redirected elsewhere"),
    ];
    for (url, max, class, words) in cases {
        let error = get(url.clone(), max).await.unwrap_err();
        assert_eq!(error.class, class, "{url}: {error}");
        assert!(error.to_string().contains(words), "{error}");
        assert!(!format!("{error} {error:?}").contains("s3cret"), "{error}");
        assert_eq!(error.retry_after_ms, (class == ReadClass::Status(429)).then_some(7_000));
    }
}

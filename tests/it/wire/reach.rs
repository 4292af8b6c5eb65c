//! How a press reaches the outside: limits, proxies of an action's own, certificates, and the clients that are kept.

use std::time::Duration;

use andon::domain::run::Failure;
use andon::net::{HostPolicy, Identity, Limits, NetError, PressClient, PressClients, ProxyChoice, Reach};
use tokio::io::{AsyncReadExt as _, copy_bidirectional};
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::support::peer::{Conn, Peer, answer};
use crate::wire::tls::{Authority, child, https, one_answer};
use crate::wire::{AMPLE, post, press, press_with, send};

/// A limit that a test waits for.
const SHORT: Duration = Duration::from_millis(300);

fn through(proxy: impl Into<String>) -> Reach {
    Reach { proxy: ProxyChoice::Url(proxy.into()), ..Reach::default() }
}

#[tokio::test]
async fn an_attempt_ends_before_the_run_does() {
    let silent = Peer::start(|mut conn| async move {
        conn.request().await;
        conn.hang().await;
    })
    .await;
    let stop = CancellationToken::new();
    let limits = Limits { deadline: Instant::now() + AMPLE, attempt: SHORT, stop: &stop, on_line: &|_| {} };
    let client = PressClient::new().unwrap();
    let attempt = client.attempt(&post(&silent.url("/")), 3, &limits).await.attempt;
    assert_eq!((attempt.failure, attempt.may_have_been_received), (Some(Failure::Timeout), true));
    assert!((300..5_000).contains(&attempt.duration_ms) && attempt.number == 3, "{attempt:?}");
    // However long an attempt may take, the run ends first.
    let limits = Limits { deadline: Instant::now() + SHORT, attempt: Duration::MAX, ..limits };
    assert_eq!(client.attempt(&post(&silent.url("/")), 1, &limits).await.attempt.failure, Some(Failure::Timeout));
    stop.cancel();
    let limits = Limits { deadline: Instant::now() + AMPLE, ..limits };
    let stopped = client.attempt(&post(&silent.url("/")), 1, &limits).await.attempt;
    assert_eq!(stopped.failure, Some(Failure::Cancelled));
}

#[tokio::test]
async fn a_connection_has_its_own_limit() {
    let deaf = Peer::start(Conn::hang).await;
    let reach = Reach { connect_timeout: SHORT, ..Reach::default() };
    let attempt = press_with(&PressClient::with(&reach).unwrap(), &https(&deaf), AMPLE).await.attempt;
    assert_eq!((attempt.failure, attempt.may_have_been_received), (Some(Failure::Connect), false));
    assert!(attempt.error.contains("within 300 ms") && attempt.duration_ms < 2_900, "{attempt:?}");
}

#[tokio::test]
async fn an_actions_own_proxy_is_used_for_loopback_too() {
    let proxy = Peer::answering(answer("200 OK", "", "from the proxy")).await;
    let authority = Authority::new();
    let secure = Peer::tls(authority.acceptor_until("127.0.0.1", (4096, 1, 1), b"http/1.1"), |mut conn| async move {
        conn.request().await;
        conn.say(answer("200 OK", "", "from the secure proxy")).await;
    })
    .await;
    let secure_reach =
        Reach { proxy: ProxyChoice::Url(format!("https://{}", secure.address)), ..authority.reach.clone() };
    for (peer, reach, words) in [
        (&proxy, through(proxy.url("")), "from the proxy"),
        (&proxy, through(proxy.address.to_string()), "from the proxy"),
        (&secure, secure_reach, "from the secure proxy"),
    ] {
        let tried = press_with(&PressClient::with(&reach).unwrap(), "http://127.0.0.1:9/x", AMPLE).await;
        assert_eq!(tried.answer.unwrap().body, words);
        assert!(peer.seen.requests()[0].starts_with("POST http://127.0.0.1:9/x HTTP/1.1\r\n"));
    }
}

/// Passes on what comes after the head of a `CONNECT` to where it says.
async fn tunnel(mut conn: Conn) {
    let request = conn.request().await;
    let to = request.strip_prefix("CONNECT ").unwrap().split(' ').next().unwrap().to_owned();
    conn.say("HTTP/1.1 200 Connection established\r\n\r\n").await;
    let mut target = TcpStream::connect(to).await.unwrap();
    let _ = copy_bidirectional(&mut conn.stream, &mut target).await;
}

#[tokio::test]
async fn https_goes_through_a_tunnel_that_sees_nothing() {
    let authority = Authority::new();
    let peer = Peer::tls(authority.acceptor_until("127.0.0.1", (4096, 1, 1), b"http/1.1"), one_answer).await;
    let proxy = Peer::start(tunnel).await;
    let with_password = format!("http://ada:pw@{}", proxy.address);
    let reach = Reach { proxy: ProxyChoice::Url(with_password), ..authority.reach.clone() };
    let tried = press_with(&PressClient::with(&reach).unwrap(), &https(&peer), AMPLE).await;
    assert_eq!(tried.answer.unwrap().body, "over tls");
    let seen = proxy.seen.requests();
    assert!(seen[0].starts_with(&format!("CONNECT {} HTTP/1.1\r\n", peer.address)) && !seen[0].contains("s3cret"));
    assert!(seen[0].to_ascii_lowercase().contains("proxy-authorization: basic ywrhonb3"), "{}", seen[0]);

    let refusing = Peer::answering(answer("407 Proxy Authentication Required", "", "")).await;
    let reach = Reach { proxy: ProxyChoice::Url(refusing.url("")), ..authority.reach.clone() };
    let attempt = press_with(&PressClient::with(&reach).unwrap(), &https(&peer), AMPLE).await.attempt;
    assert_eq!((attempt.failure, attempt.may_have_been_received), (Some(Failure::Connect), false), "{attempt:?}");
    assert_eq!(peer.seen.requests().len(), 1, "nothing was sent past it");
}

/// Takes any client, and answers in the place of whatever address it wants.
async fn socks(mut conn: Conn) {
    let mut greeting = [0; 3];
    conn.stream.read_exact(&mut greeting).await.unwrap();
    conn.say([5, 0]).await;
    let mut wanted = [0; 4];
    conn.stream.read_exact(&mut wanted).await.unwrap();
    let length = match wanted[3] {
        1 => 4,
        3 => usize::from(conn.stream.read_u8().await.unwrap()),
        _ => 16,
    };
    let mut address = vec![0; length + 2];
    conn.stream.read_exact(&mut address).await.unwrap();
    conn.seen.request(format!("{} {}", wanted[3], String::from_utf8_lossy(&address[..length])));
    conn.say([5, 0, 0, 1, 127, 0, 0, 1, 0, 9]).await;
    conn.request().await;
    conn.say(answer("200 OK", "", "through socks")).await;
}

#[tokio::test]
async fn socks_is_spoken_with_the_name_found_here_or_there() {
    let proxy = Peer::start(socks).await;
    for (scheme, endpoint, wanted) in [
        ("socks5", "http://127.0.0.1:9/", "1 \u{7f}\0\0\u{1}"),
        ("socks5", "http://localhost:9/", "1 \u{7f}\0\0\u{1}"),
        ("socks5h", "http://ci.invalid/", "3 ci.invalid"),
    ] {
        let client = PressClient::with(&through(format!("{scheme}://{}", proxy.address))).unwrap();
        let tried = press_with(&client, endpoint, AMPLE).await;
        assert_eq!(tried.answer.map(|answer| answer.body).as_deref(), Some("through socks"), "{:?}", tried.attempt);
        let seen = proxy.seen.requests();
        assert_eq!(seen[seen.len() - 2], wanted, "{scheme}");
    }
    // A name that is found here is judged by where it leads.
    let policy = HostPolicy::new(&[], &["::1".to_owned(), "127.0.0.1".to_owned()]);
    let reach = Reach { policy, ..through(format!("socks5://proxy.invalid:{}", proxy.address.port())) };
    let attempt = press_with(&PressClient::with(&reach).unwrap(), "http://localhost:9/", AMPLE).await.attempt;
    assert_eq!((attempt.failure, attempt.may_have_been_received), (Some(Failure::Policy), false), "{attempt:?}");
}

#[tokio::test]
async fn an_action_can_refuse_the_environments_proxy() {
    const CHILD: &str = "wire::reach::an_action_can_refuse_the_environments_proxy";
    if std::env::var_os("WIRE_CHILD").is_some() {
        let outside: Url = "http://outside.invalid/".parse().unwrap();
        let direct = Reach { proxy: ProxyChoice::of_action(" none "), ..Reach::default() };
        assert!(Reach::default().proxy_for(&outside).is_some() && direct.proxy_for(&outside).is_none());
        let client = PressClient::with(&direct).unwrap();
        assert_eq!(press_with(&client, outside.as_str(), AMPLE).await.attempt.failure, Some(Failure::Dns));
        assert_eq!(press(outside.as_str(), AMPLE).await.attempt.status, Some(200));
        return;
    }
    let proxy = Peer::answering(answer("200 OK", "", "from the proxy")).await;
    let url = proxy.url("");
    let child = tokio::task::spawn_blocking(move || child(CHILD, &[("WIRE_CHILD", "1"), ("http_proxy", &url)]));
    child.await.unwrap();
    assert_eq!(proxy.seen.connections(), 1);
}

/// An address that nobody has (TEST-NET-1), so that only a proxy could answer for it.
const NOWHERE: &str = "http://192.0.2.1:9/";

#[tokio::test]
async fn what_no_proxy_covers_never_reaches_the_proxy() {
    const CHILD: &str = "wire::reach::what_no_proxy_covers_never_reaches_the_proxy";
    if std::env::var_os("WIRE_CHILD").is_some() {
        let reach = Reach { connect_timeout: Duration::from_millis(300), ..Reach::default() };
        let tried = press_with(&PressClient::with(&reach).unwrap(), NOWHERE, AMPLE).await;
        assert!(reach.proxy_for(&NOWHERE.parse().unwrap()).is_none());
        assert_eq!((tried.attempt.failure, tried.attempt.status), (Some(Failure::Connect), None), "{tried:?}");
        return;
    }
    let proxy = Peer::answering(answer("200 OK", "", "from the proxy")).await;
    for rows in ["*", "192.0.2.1", "192.0.2.0/24", "a.example, 192.0.2.1:9"] {
        let (url, rows) = (proxy.url(""), rows.to_owned());
        let run = move || child(CHILD, &[("WIRE_CHILD", "1"), ("http_proxy", &url), ("NO_PROXY", &rows)]);
        tokio::task::spawn_blocking(run).await.unwrap();
    }
    assert_eq!(proxy.seen.connections(), 0);
}

#[tokio::test]
async fn the_policy_holds_for_the_environments_proxy() {
    const CHILD: &str = "wire::reach::the_policy_holds_for_the_environments_proxy";
    if std::env::var_os("WIRE_CHILD").is_some() {
        let policy = HostPolicy::new(&[], &["127.0.0.0/8".to_owned()]);
        let client = PressClient::with(&Reach { policy, ..Reach::default() }).unwrap();
        let attempt = press_with(&client, NOWHERE, AMPLE).await.attempt;
        assert_eq!((attempt.failure, attempt.may_have_been_received), (Some(Failure::Policy), false), "{attempt:?}");
        assert!(attempt.error.contains("the environment's proxy: 127.0.0.1 is in policy.deny_hosts"), "{attempt:?}");
        return;
    }
    let proxy = Peer::answering(answer("200 OK", "", "from the proxy")).await;
    let url = proxy.url("");
    let run = move || child(CHILD, &[("WIRE_CHILD", "1"), ("http_proxy", &url)]);
    tokio::task::spawn_blocking(run).await.unwrap();
    assert_eq!(proxy.seen.connections(), 0);
}

#[test]
fn a_proxys_setting_says_what_it_is() {
    assert!(
        ProxyChoice::of_action("") == ProxyChoice::Environment && ProxyChoice::of_action("none") == ProxyChoice::None
    );
    for (text, known) in [
        ("http://proxy.example:3128", true),
        ("proxy.example:3128", true),
        ("socks5h://127.0.0.1:1080", true),
        ("ftp://proxy.example", false),
        ("http://", false),
        ("http://a b", false),
    ] {
        let made = PressClient::with(&Reach { proxy: ProxyChoice::of_action(text), ..Reach::default() });
        assert_eq!(made.is_ok(), known, "{text}");
        assert!(made.is_ok() || matches!(made, Err(NetError::Proxy)), "{text}");
    }
    let local = Url::parse("http://localhost/").unwrap();
    let outside = |text: &str| Reach { proxy: ProxyChoice::Outside(text.to_owned()), ..Reach::default() };
    assert!(through("http://p:1").proxy_for(&local).is_some() && outside("http://p:1").proxy_for(&local).is_none());
}

#[test]
fn a_client_certificate_is_never_half() {
    for (cert, key, words) in [
        (Some(b"x".to_vec()), None, "tls.cert is set without tls.key; a client certificate needs both"),
        (None, Some(b"x".to_vec()), "tls.key is set without tls.cert; a client certificate needs both"),
    ] {
        assert_eq!(Identity::pair(cert, key.map(Into::into)).unwrap_err().to_string(), words);
    }
    assert!(Identity::pair(None, None).unwrap().is_none());
}

#[tokio::test]
async fn each_way_out_has_a_client_of_its_own() {
    let authority = Authority::new();
    let peer = Peer::tls(authority.acceptor_until("127.0.0.1", (4096, 1, 1), b"http/1.1"), one_answer).await;
    let clients = PressClients::new(HostPolicy::default());
    let unchecked = Reach { verify: false, ..Reach::default() };
    // Asked for in turn, more than once: none is taken for another.
    for _ in 0..2 {
        for (reach, failure) in [
            (Reach::default(), Some(Failure::Tls)),
            (authority.reach.clone(), None),
            (unchecked.clone(), None),
            (through("http://127.0.0.1:9"), Some(Failure::Connect)),
        ] {
            let client = clients.get(reach.clone()).await.unwrap();
            let attempt = send(&client, &post(&https(&peer)), AMPLE).await.attempt;
            assert_eq!(attempt.failure, failure, "{reach:?}: {attempt:?}");
        }
    }
    let broken = Reach { ca_pem: Some(b"none".to_vec()), ..Reach::default() };
    assert!(clients.get(broken).await.unwrap_err().to_string().contains("must hold PEM certificates"));
}

//! Addresses that are never called, in whatever way they are spelled, and the host lists.

use std::net::IpAddr;

use andon::domain::run::{Failure, Outcome};
use andon::domain::verdict::judge;
use andon::net::{
    HostPolicy, NetError, PressClient, PressClients, ProxyChoice, Reach, ReadClass, ReadClient, ReadLimits,
};
use proptest::prelude::*;
use tokio::time::Instant;
use url::Url;

use crate::support::peer::{Peer, answer};
use crate::wire::AMPLE;
use crate::wire::press_with;

fn lists(allow: &[&str], deny: &[&str]) -> HostPolicy {
    let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    HostPolicy::new(&owned(allow), &owned(deny))
}

fn verdict(policy: &HostPolicy, host: &str) -> Result<(), String> {
    policy.judge(&Url::parse(&format!("http://{host}/latest/")).unwrap())
}

fn is_forbidden(host: &str) -> bool {
    verdict(&HostPolicy::default(), host).is_err()
}

#[test]
fn forbidden_addresses_are_known_in_every_spelling() {
    let spellings = "
        169.254.169.254 169.254.0.1 169.254.255.255 2852039166 0xa9fea9fe 0xa9.0xfe.1 0251.0376.0251.0376
        169.254.43518 169.0xfea9fe 169.254.169.254. ①⑥⑨.②⑤④.①⑥⑨.②⑤④ %31%36%39.254.169.254 169。254。169。254
        [::ffff:169.254.169.254] [::ffff:a9fe:a9fe] [0:0:0:0:0:ffff:a9fe:a9fe] [::169.254.169.254]
        [::ffff:0:169.254.169.254] [64:ff9b::169.254.169.254] [64:ff9b:1::169.254.169.254]
        [64:ff9b:1:a9fe:a9:fe00::] [64:ff9b:1:a9:fe:a9fe::] [64:ff9b:1:0:a9:fea9:fe00:0]
        [2002:a9fe:a9fe::1] [2001:0:4136:e378:8000:63bf:5601:5601] [2001:0:a9fe:a9fe::1] [fd00::5efe:a9fe:a9fe]
        [fe80::1] [febf::1] 0.0.0.0 0 0.1.2.3 [::] [::ffff:0.0.0.0] [64:ff9b::0.0.0.0] [64:ff9b:1::]
        [fd00:ec2::254] [fd20:ce::254] 100.100.100.200 192.0.0.192 [::ffff:100.100.100.200] [2002:c000:c0::]
        metadata.google.internal METADATA.google.INTERNAL metadata.google.internal. metadata.google.internal..
        x.metadata.google.internal metadata%2egoogle.internal metadata。google。internal";
    for host in spellings.split_whitespace() {
        let Ok(url) = Url::parse(&format!("http://{host}/")) else { continue };
        assert!(HostPolicy::default().judge(&url).is_err(), "{host} is {url}");
    }
    let read = spellings.split_whitespace().filter(|host| Url::parse(&format!("http://{host}/")).is_ok()).count();
    assert!(read > 40, "only {read} of them are addresses at all");
}

#[test]
fn what_only_looks_like_them_is_called() {
    let hosts = "ci.example localhost 127.0.0.1 10.0.0.1 192.168.1.1 [::1] [fd00::1] [64:ff9b::10.0.0.1]
        [64:ff9b:1::10.0.0.1] [64:ff9b:1:a00:0:100::] [2002:a00:1::1] [2001:4860::8888] 169.253.255.255 100.100.100.201
        notmetadata.google.internal google.internal metadata.google.internal.example 192.0.0.191 [fd00:ec2::253]";
    for host in hosts.split_whitespace() {
        assert_eq!(verdict(&HostPolicy::default(), host), Ok(()), "{host}");
    }
}

#[test]
fn the_words_name_the_address_and_the_setting() {
    let said = |policy: &HostPolicy, host: &str| verdict(policy, host).unwrap_err();
    let default = HostPolicy::default();
    assert!(said(&default, "0xa9fea9fe").starts_with("169.254.169.254 is link-local"));
    assert!(said(&default, "[::ffff:a9fe:1]").contains("another spelling of an address"));
    assert_eq!(
        said(&lists(&["ci.example"], &[]), "x.example").split(" in ").last(),
        Some("policy.allow_hosts; only hosts of that list are called")
    );
    assert_eq!(said(&lists(&[], &["x.example"]), "x.example"), "x.example is in policy.deny_hosts");
}

#[test]
fn the_lists_hold_and_the_stricter_wins() {
    let policy = lists(&["ci.example", "*.prod.example", "10.0.0.1", "[fd00::1]"], &["bad.prod.example", "0x0a000002"]);
    for (host, passes) in [
        ("ci.example", true),
        ("CI.example.", true),
        ("x.ci.example", false),
        ("a.prod.example", true),
        ("a.b.prod.example", true),
        ("prod.example", false),
        ("xprod.example", false),
        ("bad.prod.example", false),
        ("BAD.prod.example.", false),
        ("10.0.0.1", true),
        ("167772161", true),
        ("[::ffff:10.0.0.1]", true),
        ("10.0.0.3", false),
        ("[fd00:0::1]", true),
        ("other.example", false),
    ] {
        assert_eq!(verdict(&policy, host).is_ok(), passes, "{host}");
    }
    let denied: IpAddr = "::ffff:10.0.0.2".parse().unwrap();
    assert_eq!(policy.judge_address(denied).unwrap_err(), "::ffff:10.0.0.2 is in policy.deny_hosts");
    assert!(policy.judge_address("10.0.0.9".parse().unwrap()).is_ok(), "where an allowed name leads");
    // No list lets through what is never called, and of two policies both hold.
    assert!(verdict(&lists(&["169.254.169.254", "metadata.google.internal"], &[]), "169.254.169.254").is_err());
    assert!(verdict(&lists(&["metadata.google.internal"], &[]), "metadata.google.internal").is_err());
    let both = lists(&["*.example"], &[]).and(&lists(&[], &["b.example"]));
    assert!(
        verdict(&both, "a.example").is_ok() && verdict(&both, "b.example").is_err() && verdict(&both, "c").is_err()
    );
    let open = HostPolicy::open();
    assert!(verdict(&open, "169.254.169.254").is_ok() && verdict(&open.and(&HostPolicy::default()), "0").is_err());
}

#[test]
fn networks_are_rows_too_and_a_row_that_cannot_be_read_closes_everything() {
    let policy = lists(&[], &["10.0.0.0/8", "fd00::/8", "::ffff:172.16.0.0/108"]);
    for (host, passes) in [
        ("10.255.0.1", false),
        ("11.0.0.1", true),
        ("[64:ff9b::10.1.2.3]", false),
        ("[2002:a01:203::]", false),
        ("[fd12::1]", false),
        ("[fc00::1]", true),
        ("172.31.0.1", false),
        ("172.32.0.1", true),
    ] {
        assert_eq!(verdict(&policy, host).is_ok(), passes, "{host}");
    }
    let allowed = lists(&["10.0.0.0/8", "0.0.0.0/0"], &[]);
    assert!(verdict(&allowed, "1.2.3.4").is_ok() && verdict(&allowed, "[2001:db8::1]").is_err());
    // What may lead there, and may lead elsewhere, is denied by a network but not allowed by one.
    let teredo = "[2001:0:a00:1:8000:63bf:5601:5601]";
    assert!(
        verdict(&lists(&["10.0.0.1"], &[]), teredo).is_err() && verdict(&lists(&[], &["10.0.0.1"]), teredo).is_err()
    );
    for row in ["ci.example:8080", "https://ci.example", "10.0.0.0/33", "a b", "", "*.", "*.*.example", "c*.example"] {
        for policy in [lists(&[row], &[]), lists(&["*.example"], &[row])] {
            let error = verdict(&policy, "ci.example").unwrap_err();
            assert!(error.contains("_hosts holds \"") && error.contains(row), "{row}: {error}");
            assert!(policy.judge_address("192.0.2.1".parse().unwrap()).is_err(), "{row}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn no_number_hides_a_link_local_address(low in any::<u16>(), way in 0..8) {
        let bits = 0xa9fe_0000_u32 | u32::from(low);
        let [a, b, c, d] = bits.to_be_bytes();
        let host = match way {
            0 => format!("{bits}"),
            1 => format!("{bits:#x}"),
            2 => format!("0{bits:o}"),
            3 => format!("{a}.{:#x}", bits & 0xff_ffff),
            4 => format!("{a:#o}.{b}.{low}").replace("0o", "0"),
            5 => format!("[::ffff:{:x}:{:x}]", bits >> 16, low),
            6 => format!("[2002:{:x}:{:x}::{:x}]", bits >> 16, low, low),
            _ => format!("[64:ff9b::{a}.{b}.{c}.{d}]"),
        };
        prop_assert!(is_forbidden(&host), "{host}");
    }
}

#[tokio::test]
async fn a_forbidden_endpoint_is_refused_and_never_connected() {
    let peer = Peer::answering(answer("200 OK", "", "")).await;
    let port = peer.address.port();
    let here = Reach { policy: lists(&[], &["127.0.0.1"]), ..Reach::default() };
    for (reach, endpoint, words) in [
        (&Reach::default(), "http://2852039166/x?token=s3cret".to_owned(), "169.254.169.254 is link-local"),
        (&Reach::default(), "http://metadata.google.internal./".to_owned(), "machine's own credentials"),
        (&here, format!("http://2130706433:{port}/"), "127.0.0.1 is in policy.deny_hosts"),
        // The name is allowed; where it leads to is not.
        (
            &here,
            format!("http://localhost:{port}/x?token=s3cret"),
            "localhost leads to 127.0.0.1 is in policy.deny_hosts",
        ),
    ] {
        let tried = press_with(&PressClient::with(reach).unwrap(), &endpoint, AMPLE).await;
        assert_eq!(tried.attempt.failure, Some(Failure::Policy), "{:?}", tried.attempt);
        assert!(!tried.attempt.may_have_been_received && tried.is_permanent && tried.answer.is_none());
        assert!(
            tried.attempt.error.contains(words) && !tried.attempt.error.contains("s3cret"),
            "{}",
            tried.attempt.error
        );
        assert_eq!(judge(&[tried.attempt], None), (Outcome::Refused, Some(Failure::Policy), None));
    }
    assert_eq!(peer.seen.connections(), 0);
    let open = Reach { policy: HostPolicy::open(), ..Reach::default() };
    let tried = press_with(&PressClient::with(&open).unwrap(), &format!("http://localhost:{port}/"), AMPLE).await;
    assert_eq!(tried.attempt.status, Some(200));
}

#[tokio::test]
async fn through_a_proxy_the_lists_and_the_literals_hold() {
    let proxy = Peer::answering(answer("200 OK", "", "from the proxy")).await;
    let reach =
        Reach { proxy: ProxyChoice::Url(proxy.url("")), policy: lists(&[], &["bad.invalid"]), ..Reach::default() };
    let client = PressClient::with(&reach).unwrap();
    for endpoint in ["http://bad.invalid/", "http://[::ffff:169.254.169.254]/", "http://metadata.google.internal/"] {
        let tried = press_with(&client, endpoint, AMPLE).await;
        assert_eq!(tried.attempt.failure, Some(Failure::Policy), "{endpoint}");
    }
    assert_eq!(proxy.seen.connections(), 0);
    assert_eq!(press_with(&client, "http://good.invalid/", AMPLE).await.attempt.status, Some(200));
}

#[tokio::test]
async fn a_proxy_is_no_way_around_the_policy() {
    let proxied = |url: &str| Reach { proxy: ProxyChoice::Url(url.to_owned()), ..Reach::default() };
    for url in ["http://169.254.169.254", "0xa9fea9fe:80", "socks5://u:s3cret@[fe80::1]:1080"] {
        let error = PressClient::with(&proxied(url)).unwrap_err();
        assert!(matches!(&error, NetError::Policy(why) if !why.contains("s3cret")), "{url}: {error}");
    }
    // A name is judged by where it leads, when it is asked for.
    let proxy = Peer::answering(answer("200 OK", "", "")).await;
    let policy = lists(&["ci.invalid"], &["127.0.0.1"]);
    let reach = Reach { policy, ..proxied(&format!("localhost:{}", proxy.address.port())) };
    let tried = press_with(&PressClient::with(&reach).unwrap(), "http://ci.invalid/", AMPLE).await;
    assert_eq!(tried.attempt.failure, Some(Failure::Policy), "{:?}", tried.attempt);
    assert_eq!(proxy.seen.connections(), 0);
}

#[tokio::test]
async fn reads_and_polls_obey_it_too() {
    let peer = Peer::answering(answer("200 OK", "", "[]")).await;
    let reach = Reach { policy: lists(&[], &["127.0.0.1"]), ..Reach::default() };
    let limits = ReadLimits { head: AMPLE, body: AMPLE, bytes: 10 };
    let client = ReadClient::with(&reach).unwrap();
    for host in ["127.0.0.1", "localhost"] {
        let url = Url::parse(&format!("http://{host}:{}/", peer.address.port())).unwrap();
        assert_eq!(client.get(&url, &[], limits).await.unwrap_err().class, ReadClass::Policy, "{host}");
        let error = client.ask(&url, &[], Instant::now() + AMPLE).await.unwrap_err();
        assert!(error.class == ReadClass::Policy && error.to_string().contains("policy.deny_hosts"), "{error}");
    }
    assert_eq!(peer.seen.connections(), 0);
}

#[tokio::test]
async fn the_clients_of_a_process_are_all_under_its_policy() {
    let peer = Peer::answering(answer("200 OK", "", "[]")).await;
    let clients = PressClients::new(lists(&[], &["127.0.0.1"]));
    for policy in [HostPolicy::default(), HostPolicy::open()] {
        let reach = Reach { policy, ..Reach::default() };
        let client = clients.get(reach.clone()).await.unwrap();
        let tried = press_with(&client, &peer.url("/"), AMPLE).await;
        assert_eq!(tried.attempt.failure, Some(Failure::Policy));
        let polls = clients.polls(reach).await.unwrap();
        let error = polls.ask(&peer.url("/").parse().unwrap(), &[], Instant::now() + AMPLE).await.unwrap_err();
        assert_eq!(error.class, ReadClass::Policy);
    }
    assert_eq!(peer.seen.connections(), 0);
}

//! Every source against one contract, Alertmanager as it really is, and servers that misbehave.

mod alertmanager;
mod contract;
mod files;
mod lists;
mod tls;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use andon::config;
use andon::domain::board::Listing;
use andon::domain::incident::{Incident, IncidentRow, Progress, Severity};
use andon::source::{Pages, Source, SourceErrorKind, build};
use serde_json::{Value, json};

use crate::support::alertmanager::Alertmanager;

/// The first source of a configuration that stands in `dir`.
fn source(dir: &Path, text: &str) -> Box<dyn Source> {
    let file = dir.join("config.toml");
    let config =
        config::parse(&file, &format!("[[source]]\nname = \"prod\"\n{text}")).unwrap_or_else(|e| panic!("{e}"));
    build(&config.sources[0], &config.resolver(&file, true))
}

fn alertmanager(dir: &Path, url: &str, more: &str) -> Box<dyn Source> {
    source(dir, &format!("kind = \"alertmanager\"\nurl = \"{url}\"\nbadge = \"P\"\nrefresh = \"5s\"\n{more}"))
}

/// What holds for a source of any kind that has incidents.
async fn keeps_the_contract(source: &dyn Source, kind: &str) {
    assert_eq!((source.name(), source.kind(), source.config().badge.as_str()), ("prod", kind, "P"));
    assert_eq!(source.config().refresh, Duration::from_secs(5));
    let listing = source.list(&Pages::unwanted()).await.unwrap();
    assert!(listing.complete && !listing.rows.is_empty(), "{listing:?}");
    for incident in &listing.incidents().collect::<Vec<_>>() {
        assert_eq!(incident.source, "prod");
        assert!(incident.channel_key.starts_with("prod/") && !incident.channel_name.is_empty(), "{incident:?}");
        assert!(!incident.incident_id.is_empty() && !incident.num.is_empty() && !incident.title.is_empty());
        assert!(listing.channels.iter().any(|channel| channel.key == incident.channel()));
        assert_eq!(IncidentRow::pack(incident).unpack(), *incident);
    }
    assert_eq!(source.list(&Pages::unwanted()).await.unwrap(), listing);
}

// --- Scripted servers ---

/// Answers each connection by what `script` says of its request; gives the address and the requests.
fn serve(script: impl Fn(&str) -> Vec<u8> + Send + 'static) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let requests = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&requests);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let request = head(&mut stream);
            seen.lock().unwrap().push(request.clone());
            let answer = script(&request);
            if answer.is_empty() {
                // Silence: the connection is kept open until the process ends.
                std::mem::forget(stream);
            } else {
                let _ = stream.write_all(&answer);
            }
        }
    });
    (url, requests)
}

fn head(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut byte = [0];
    while !bytes.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap_or(0) == 1 {
        bytes.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&bytes).into_owned();
    let length = crate::support::peer::header(&head, "content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    let _ = stream.read_exact(&mut body);
    head + &String::from_utf8_lossy(&body)
}

fn answer(status: &str, headers: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n{headers}\r\n{body}", body.len())
        .into_bytes()
}

fn groups(alerts: &Value) -> String {
    json!([{"labels": {"alertname": "cpu"}, "receiver": {"name": "platform"}, "alerts": alerts}]).to_string()
}

fn one_alert() -> Value {
    json!([{"fingerprint": "f1", "labels": {"alertname": "cpu", "severity": "page"}, "annotations": {},
        "startsAt": "2026-11-23T10:00:00.500Z", "updatedAt": "2026-11-23T10:01:00Z", "generatorURL": "javascript:x",
        "status": {"state": "suppressed", "silencedBy": ["s1"], "inhibitedBy": []}}])
}

async fn fails(url: &str, more: &str) -> (SourceErrorKind, String) {
    let dir = tempfile::tempdir().unwrap();
    let error = alertmanager(dir.path(), url, more).list(&Pages::unwanted()).await.unwrap_err();
    (error.kind, error.message)
}

#[tokio::test]
async fn a_server_that_refuses_is_told_apart() {
    let refuse = |status: &'static str, headers: &'static str| serve(move |_| answer(status, headers, "s3cret")).0;
    let (kind, message) = fails(&refuse("401 Unauthorized", ""), "token = \"s3cret\"").await;
    assert!(kind == SourceErrorKind::Unauthorised && message.contains("check the token"), "{message}");
    let (kind, _) = fails(&refuse("429 Too Many Requests", "Retry-After: 7\r\n"), "").await;
    assert_eq!(kind, SourceErrorKind::RateLimited { retry_after: Some(Duration::from_secs(7)) });
    let (kind, _) = fails(&refuse("429 Too Many Requests", "Retry-After: Wed, 21 Oct 2015 07:28:00 GMT\r\n"), "").await;
    assert_eq!(kind, SourceErrorKind::RateLimited { retry_after: Some(Duration::ZERO) });
    let (kind, message) = fails(&refuse("500 Oops", ""), "").await;
    assert!(kind == SourceErrorKind::Unreachable && message.contains("500"), "{message}");
    let (kind, message) = fails(&refuse("404 Not Found", ""), "").await;
    assert!(kind == SourceErrorKind::Missing && message.contains("/api/v2/alerts/groups"), "{message}");
    let (kind, message) = fails(&refuse("302 Found", "Location: http://127.0.0.1:1/s3cret\r\n"), "").await;
    assert!(kind == SourceErrorKind::Other && !message.contains("s3cret"), "{message}");
}

#[tokio::test]
async fn a_server_that_talks_rubbish_is_told_apart() {
    let (kind, message) = fails(&serve(|_| answer("200 OK", "", "<html>s3cret</html>")).0, "").await;
    assert!(kind == SourceErrorKind::Rubbish && message.contains("is this an Alertmanager"), "{message}");
    assert!(!message.contains("s3cret"), "{message}");
    let cut = |_: &str| b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n[{\"labels\"".to_vec();
    let (kind, message) = fails(&serve(cut).0, "").await;
    assert!(kind == SourceErrorKind::Unreachable && message.contains("cut"), "{message}");
    let (kind, _) = fails(&serve(|_| b"\x00\x01nonsense\r\n\r\n".to_vec()).0, "").await;
    assert_eq!(kind, SourceErrorKind::Unreachable);
}

#[tokio::test]
async fn a_server_that_is_not_there_or_silent_is_told_in_time() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let (kind, message) = fails(&format!("http://ada:s3cret@127.0.0.1:{port}/?token=s3cret"), "").await;
    assert_eq!(kind, SourceErrorKind::Unreachable);
    assert!(message.contains(&format!("connection refused at 127.0.0.1:{port}; is it running")), "{message}");
    assert!(!message.contains("s3cret"), "{message}");
    let began = Instant::now();
    let (kind, message) = fails(&serve(|_| Vec::new()).0, "").await;
    assert!(kind == SourceErrorKind::Unreachable && message.contains("did not answer within"), "{message}");
    assert!(began.elapsed() < Duration::from_secs(8));
}

#[tokio::test]
async fn a_missing_secret_is_named_and_nothing_is_sent() {
    let (url, requests) = serve(|_| answer("200 OK", "", "[]"));
    let (kind, message) = fails(&url, "token = \"${env:ANDON_SURELY_UNSET}\"").await;
    assert!(kind == SourceErrorKind::Unauthorised && message.contains("${env:ANDON_SURELY_UNSET}"), "{message}");
    assert!(requests.lock().unwrap().is_empty());
}

#[tokio::test]
async fn credentials_and_headers_go_out_and_are_read_again_after_a_refusal() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("token"), "old\n").unwrap();
    let (url, requests) = serve(|request| {
        let known = request.contains("authorization: Bearer new");
        answer(if known { "200 OK" } else { "401 Unauthorized" }, "", "[]")
    });
    let more = "token = \"${file:token}\"\nheaders = { X-Scope-OrgID = \"team-a\" }";
    let source = alertmanager(dir.path(), &format!("{url}/prefix/"), more);
    assert_eq!(source.list(&Pages::unwanted()).await.unwrap_err().kind, SourceErrorKind::Unauthorised);
    std::fs::write(dir.path().join("token"), "new\n").unwrap();
    assert_eq!(source.list(&Pages::unwanted()).await.unwrap().rows, []);
    let requests = requests.lock().unwrap();
    let last = requests.iter().rfind(|request| request.contains("/groups")).unwrap();
    assert!(last.starts_with("GET /prefix/api/v2/alerts/groups HTTP/1.1"), "{last}");
    assert!(last.contains("x-scope-orgid: team-a") && last.contains("user-agent: andon/"), "{last}");
}

#[tokio::test]
async fn basic_credentials_are_encoded() {
    let dir = tempfile::tempdir().unwrap();
    let (url, requests) = serve(|_| answer("200 OK", "", "[]"));
    alertmanager(dir.path(), &url, "user = \"ada\"\npassword = \"pw\"").list(&Pages::unwanted()).await.unwrap();
    alertmanager(dir.path(), &url.replace("http://", "http://ada:pw@"), "").list(&Pages::unwanted()).await.unwrap();
    for request in &*requests.lock().unwrap() {
        assert!(request.contains("authorization: Basic YWRhOnB3\r\n"), "{request}");
    }
}

#[tokio::test]
async fn a_sources_own_proxy_is_not_for_loopback() {
    let dir = tempfile::tempdir().unwrap();
    let (proxy, through) = serve(|_| answer("200 OK", "", "[]"));
    let (url, requests) = serve(|_| answer("200 OK", "", "[]"));
    for (url, more) in [(url.as_str(), "headers = { Accept = \"text/x-own\" }"), ("http://outside.invalid", "")] {
        let source = alertmanager(dir.path(), url, &format!("proxy = \"{proxy}\"\n{more}"));
        source.list(&Pages::unwanted()).await.unwrap();
    }
    assert!(requests.lock().unwrap()[0].contains("accept: text/x-own\r\n"));
    let through = through.lock().unwrap();
    assert!(through.iter().all(|request| request.starts_with("GET http://outside.invalid/api/v2/")), "{through:?}");
    assert!(through.iter().all(|request| request.contains("accept: application/json\r\n")), "{through:?}");
    assert!(!through.is_empty());
}

#[tokio::test]
async fn headers_never_reach_another_origin() {
    let dir = tempfile::tempdir().unwrap();
    let (other, stolen) = serve(|_| answer("200 OK", "", "[]"));
    let (url, _) = serve(move |_| answer("307 Moved", &format!("Location: {other}/\r\n"), ""));
    let source = alertmanager(dir.path(), &url, "headers = { X-Token = \"s3cret\" }");
    assert_eq!(source.list(&Pages::unwanted()).await.unwrap_err().kind, SourceErrorKind::Other);
    assert!(stolen.lock().unwrap().is_empty());
}

#[tokio::test]
async fn of_a_cluster_one_that_answers_is_enough() {
    let dir = tempfile::tempdir().unwrap();
    let (broken, asked) = serve(|_| answer("503 Down", "", ""));
    let (good, _) = serve(|_| answer("200 OK", "", &groups(&one_alert())));
    let source = source(dir.path(), &format!("kind = \"alertmanager\"\nurls = [\"{broken}\", \"{good}\"]"));
    assert_eq!(source.list(&Pages::unwanted()).await.unwrap().rows.len(), 1);
    assert!(asked.lock().unwrap().iter().any(|request| request.contains("/alerts/groups")), "each of them is asked");
}

#[tokio::test]
async fn a_group_becomes_an_incident() {
    let dir = tempfile::tempdir().unwrap();
    let (url, _) = serve(|_| answer("200 OK", "", &groups(&one_alert())));
    let source = alertmanager(dir.path(), &url.replace("http://", "http://ada:pw@"), "");
    keeps_the_contract(&*source, "alertmanager").await;
    let incident = source.list(&Pages::unwanted()).await.unwrap().rows.remove(0).unpack();
    assert_eq!((incident.title.as_str(), incident.incident_severity), ("cpu", Severity::Critical));
    assert_eq!((incident.start_time, incident.last_time), (1_795_428_000, 1_795_428_060));
    assert_eq!(incident.fields["alertmanager"]["state"], "suppressed");
    assert_eq!(incident.fields["alertmanager"]["silenced_by"], json!(["s1"]));
    assert_eq!(incident.detail_url, format!("{url}/#/alerts?receiver=platform"));
    assert_eq!(incident.incident_id[18..].to_uppercase(), incident.num);
}

#[tokio::test]
async fn a_label_may_name_the_channel_and_the_map_the_severity() {
    let dir = tempfile::tempdir().unwrap();
    let alerts = json!([{"fingerprint": "f", "labels": {"team": "db", "severity": "Ticket"}, "startsAt": "2026-11-23T10:00:00Z"}]);
    let (url, _) = serve(move |_| answer("200 OK", "", &groups(&alerts)));
    let source = alertmanager(dir.path(), &url, "channel_label = \"team\"\nseverity = { ticket = \"Warning\" }");
    let incident = source.list(&Pages::unwanted()).await.unwrap().rows.remove(0).unpack();
    assert_eq!((incident.channel_key.as_str(), incident.incident_severity), ("prod/db", Severity::Warning));
}

// --- The real one ---

const ROUTES: &str = "route:\n  receiver: platform\n  group_by: [alertname]\n  group_wait: 1s\nreceivers:\n- name: platform\n- name: quiet\n";

fn fire(server: &Alertmanager, name: &str, host: &str) {
    let labels = json!({"alertname": name, "host": host, "severity": "warning", "cluster": "nj"});
    let annotations = json!({"summary": format!("{name} is high"), "description": "long"});
    let alerts = json!([{"labels": labels, "annotations": annotations, "generatorURL": "http://prom.example/graph"}]);
    server.post("alerts", &alerts);
}

fn resolve(server: &Alertmanager, name: &str, host: &str) {
    let labels = json!({"alertname": name, "host": host, "severity": "warning", "cluster": "nj"});
    server.post("alerts", &json!([{"labels": labels, "endsAt": jiff::Timestamp::now().to_string()}]));
}

/// Asks until it is as wanted: Alertmanager takes alerts in behind its answer.
async fn until(source: &dyn Source, wanted: impl Fn(&Listing) -> bool) -> Listing {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let listing = source.list(&Pages::unwanted()).await.unwrap();
        if wanted(&listing) {
            return listing;
        }
        assert!(Instant::now() < deadline, "not as wanted after 20 s: {listing:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn only(listing: &Listing) -> Incident {
    assert_eq!(listing.rows.len(), 1, "{listing:?}");
    listing.rows[0].unpack()
}

#[tokio::test]
async fn alertmanager_as_it_really_is() {
    let Some(server) = Alertmanager::start(ROUTES) else { return };
    let dir = tempfile::tempdir().unwrap();
    let source = alertmanager(dir.path(), &server.url(), "");
    let empty = source.list(&Pages::unwanted()).await.unwrap();
    assert!(empty.rows.is_empty() && empty.complete);
    let names: Vec<_> = empty.channels.iter().map(|channel| channel.name.as_str()).collect();
    assert_eq!(names, ["platform", "quiet"], "channels without an incident are known too");

    fire(&server, "cpu", "web-1");
    let listing = until(&*source, |listing| listing.rows.len() == 1).await;
    keeps_the_contract(&*source, "alertmanager").await;
    let first = only(&listing).clone();
    assert_eq!((first.title.as_str(), first.description.as_str()), ("cpu is high", "long"));
    assert_eq!((first.channel_key.as_str(), first.incident_severity), ("prod/platform", Severity::Warning));
    assert_eq!((&*first.labels["host"], &*first.labels["cluster"]), ("web-1", "nj"));
    assert_eq!((first.progress, first.alert_cnt), (Progress::Triggered, 1));
    assert_eq!(first.detail_url, "http://prom.example/graph");

    // The oldest alert resolves while another burns: the same incident, begun when it began, also after a restart.
    fire(&server, "cpu", "web-2");
    let both = until(&*source, |listing| only(listing).alert_cnt == 2).await;
    assert!(!only(&both).labels.contains_key("host"), "only what all alerts share");
    let stored = IncidentRow::pack(&only(&both));
    resolve(&server, "cpu", "web-1");
    let rest = until(&*source, |listing| only(listing).alert_cnt == 1).await;
    assert_eq!((&only(&rest).incident_id, only(&rest).start_time), (&first.incident_id, first.start_time));
    let restarted = alertmanager(dir.path(), &server.url(), "");
    restarted.seed(&[stored]);
    assert_eq!(only(&restarted.list(&Pages::unwanted()).await.unwrap()).incident_id, first.incident_id);

    // Gone from a complete list; firing again is a new incident, also for one who did not look in between.
    resolve(&server, "cpu", "web-2");
    assert!(until(&*source, |listing| listing.rows.is_empty()).await.complete);
    fire(&server, "cpu", "web-2");
    let again = until(&*source, |listing| listing.rows.len() == 1).await;
    assert_ne!(only(&again).incident_id, first.incident_id);
    assert_eq!(only(&restarted.list(&Pages::unwanted()).await.unwrap()).incident_id, only(&again).incident_id);
}

// --- Commands ---

fn command(dir: &Path, script: &str, more: &str) -> Box<dyn Source> {
    let program = dir.join("export");
    std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    let text = format!(
        "kind = \"command\"\nbadge = \"P\"\nrefresh = \"5s\"\ncommand = [\"{}\", \"--open\", \"a b\"]\n{more}",
        program.display()
    );
    source(dir, &text)
}

#[tokio::test]
async fn a_program_prints_incidents_in_the_contracts_shape_or_with_a_mapping() {
    let dir = tempfile::tempdir().unwrap();
    let item = r#"{"incident_id": "a1b2c3", "title": "queue lag", "channel_id": "core"}"#;
    let plain = command(dir.path(), &format!("[ \"$1$2\" = \"--opena b\" ] && echo '[{item}]'"), "");
    keeps_the_contract(&*plain, "command").await;
    // A tracker that andon has no kind for: a mapping alone makes its tickets incidents.
    let ticket = r#"{"data": {"tickets": [{"id": 4711, "fields": {"summary": "disk full", "team": "core", "since":
        "2026-11-23T10:00:00Z"}, "prio": "Critical", "who": {"mail": "ada@x.example"}}]}}"#;
    let map = "[source.map]\nlist = \"data.tickets\"\nincident_id = \"$.id\"\ntitle = \"fields.summary\"\n\
        incident_severity = \"prio\"\nstart_time = \"fields.since\"\nchannel_key = \"fields.team\"\n\
        \"labels.owner\" = \"who.mail\"\n";
    let mapped = command(dir.path(), &format!("cat <<'END'\n{ticket}\nEND"), map);
    keeps_the_contract(&*mapped, "command").await;
    let incident = only(&mapped.list(&Pages::unwanted()).await.unwrap());
    assert_eq!((incident.incident_id.as_str(), incident.title.as_str()), ("4711", "disk full"));
    assert_eq!((incident.incident_severity, incident.start_time), (Severity::Critical, 1_795_428_000));
    assert_eq!((incident.channel_key.as_str(), incident.labels["owner"].as_str()), ("prod/core", "ada@x.example"));
}

#[tokio::test]
async fn a_program_that_fails_hangs_or_is_not_there_says_why() {
    let dir = tempfile::tempdir().unwrap();
    let error = command(dir.path(), "echo 'token \u{1b}[31mexpired' >&2; exit 3", "")
        .list(&Pages::unwanted())
        .await
        .unwrap_err();
    assert!(error.message.contains("ended with 3: token ␛[31mexpired"), "{error}");
    let error =
        command(dir.path(), "sleep 60 & sleep 60", "timeout = \"1s\"").list(&Pages::unwanted()).await.unwrap_err();
    assert!(error.message.contains("did not end within 1 s"), "{error}");
    let error = command(dir.path(), "echo no json", "").list(&Pages::unwanted()).await.unwrap_err();
    assert!(error.kind == SourceErrorKind::Rubbish && error.message.contains("printed"), "{error}");
    let error =
        source(dir.path(), "kind = \"command\"\ncommand = [\"/no/such\"]").list(&Pages::unwanted()).await.unwrap_err();
    assert!(error.kind == SourceErrorKind::Missing && error.message.contains("no such program"), "{error}");
    let file = dir.path().join("config.toml");
    let text = "[[source]]\nname = \"prod\"\nkind = \"command\"\ncommand = [\"true\"]";
    let config = config::parse(&file, text).unwrap_or_else(|e| panic!("{e}"));
    let restricted =
        build(&config.sources[0], &config.resolver(&file, false)).list(&Pages::unwanted()).await.unwrap_err();
    assert!(restricted.message.contains("restricted"), "{restricted}");
}

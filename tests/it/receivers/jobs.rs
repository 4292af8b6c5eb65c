//! The receivers that sign in and answer with a job: Go, and shell behind `webhook`.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::thread::sleep;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};

use crate::receivers::{press, runs};
use crate::support::servers;

const KEY: &str = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/receivers");

/// What the receivers run: it counts itself, fails where the title says so, else ends once the file `go` is there.
const PROGRAM: &str = r#"#!/bin/sh
cd "$(dirname "$0")" || exit
echo ran >> runs
! grep -q '"title":"broken"' || { echo 'no such "host"' >&2; exit 3; }
while [ ! -e go ]; do sleep 0.05; done
echo working on it
echo 'rolled back'
"#;

enum Kind {
    Go,
    Shell,
}

struct Receiver {
    child: Child,
    address: String,
    path: &'static str,
}

impl Drop for Receiver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Answer {
    status: u16,
    location: Option<String>,
    body: Value,
}

/// The Go receiver, built once for all tests.
fn built(go: &Path) -> &'static Path {
    static BUILT: OnceLock<(tempfile::TempDir, PathBuf)> = OnceLock::new();
    let built = BUILT.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("receiver");
        let mut build = Command::new(go);
        build.arg("build").arg("-o").arg(&program).arg("receiver.go").current_dir(FOLDER);
        let output = build.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        (folder, program)
    });
    &built.1
}

impl Receiver {
    /// `None` where what it needs is not installed.
    fn start(kind: &Kind, folder: &Path) -> Option<Self> {
        let program = folder.join("program.sh");
        std::fs::write(&program, PROGRAM).unwrap();
        std::fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
        match kind {
            Kind::Go => Some(Self::go(&servers::program("go")?, folder, &program)),
            Kind::Shell => Some(Self::shell(&servers::program("webhook")?, folder, &program)),
        }
    }

    fn go(go: &Path, folder: &Path, program: &Path) -> Self {
        let mut command = Command::new(built(go));
        command.args(["-port", "0", "-state"]).arg(folder.join("state.jsonl")).arg("--").arg(program);
        command.env("RECEIVER_SECRET", format!("whsec_{KEY}")).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on http://").and_then(|rest| rest.strip_suffix("/hook"));
        Self { address: address.expect(&line).to_owned(), path: "/hook", child }
    }

    fn shell(webhook: &Path, folder: &Path, program: &Path) -> Self {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let mut command = Command::new(webhook);
        command.args(["-hooks", "hooks.json", "-template", "-ip", "127.0.0.1", "-port", &address.port().to_string()]);
        command.current_dir(FOLDER).env("RECEIVER", format!("{FOLDER}/receiver.sh"));
        command.env("RECEIVER_STATE", folder.join("state")).env("RECEIVER_PROGRAM", program);
        command.env("RECEIVER_TOKEN", "right").env("RECEIVER_SECRET", format!("whsec_{KEY}"));
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let receiver = Self { address: address.to_string(), path: "/hooks/press", child };
        until("webhook listens", || TcpStream::connect(&receiver.address).is_ok());
        receiver
    }

    fn send(&self, method: &str, path: &str, headers: &str, body: &str) -> Answer {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let head = format!("{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}");
        write!(stream, "{head}Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").expect(&answer);
        let location = head.lines().find_map(|line| line.strip_prefix("Location: "));
        Answer {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            location: location.map(str::to_owned),
            body: serde_json::from_str(body.trim()).unwrap_or_else(|_| body.into()),
        }
    }

    fn press(&self, id: &str, title: &str) -> Answer {
        let body = press(id, title);
        let headers = format!("{}{}", common(id), signed(id, now(), KEY, &body));
        self.send("POST", self.path, &headers, &body)
    }

    /// What andon does after a 202: asks at Location, with the action's headers.
    fn poll(&self, id: &str, job: &Answer) -> Answer {
        self.send("GET", job.location.as_ref().unwrap(), &common(id), "")
    }

    /// Polls until the job is not running any more.
    fn end(&self, id: &str, job: &Answer) -> Value {
        let mut last = Value::Null;
        until("the job ends", || {
            last = self.poll(id, job).body;
            last["status"] != "running"
        });
        last
    }
}

/// The headers of the action: the token and the name of the press.
fn common(id: &str) -> String {
    format!("Content-Type: application/json\r\nX-Token: right\r\nX-Press: {id}\r\n")
}

fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

fn signed(id: &str, at: i64, key: &str, body: &str) -> String {
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&STANDARD.decode(key).unwrap()).unwrap();
    mac.update(format!("{id}.{at}.{body}").as_bytes());
    let signature = STANDARD.encode(mac.finalize().into_bytes());
    format!("webhook-id: {id}\r\nwebhook-timestamp: {at}\r\nwebhook-signature: v1,AAAA v1,{signature}\r\n")
}

fn until(what: &str, mut done: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !done() {
        assert!(Instant::now() < deadline, "never: {what}");
        sleep(Duration::from_millis(20));
    }
}

fn a_press_is_a_job_that_ends_and_runs_once(kind: &Kind) {
    let folder = tempfile::tempdir().unwrap();
    let Some(receiver) = Receiver::start(kind, folder.path()) else { return };
    let job = receiver.press("one", "队列 lag");
    assert_eq!((job.status, &job.body), (202, &json!({"message": "taken"})));
    assert_eq!(receiver.poll("one", &job).body["status"], "running");
    let again = receiver.press("one", "队列 lag");
    assert_eq!((again.status, &again.body), (202, &json!({"message": "taken", "duplicate": true})));
    assert_eq!(again.location, job.location);
    std::fs::write(folder.path().join("go"), "").unwrap();
    assert_eq!(receiver.end("one", &job), json!({"status": "succeeded", "message": "rolled back"}));
    assert_eq!(receiver.press("one", "队列 lag").body["duplicate"], true);
    let bad = receiver.press("bad", "broken");
    assert_eq!(receiver.end("bad", &bad), json!({"status": "failed", "message": "no such \"host\""}));
    assert_eq!(runs(folder.path()), 2);
}

fn what_is_not_signed_by_the_secret_runs_nothing(kind: &Kind) {
    let folder = tempfile::tempdir().unwrap();
    let Some(receiver) = Receiver::start(kind, folder.path()) else { return };
    let body = press("one", "x");
    // `webhook` has one status for every script that says no.
    let refused = match kind {
        Kind::Go => 401,
        Kind::Shell => 500,
    };
    for headers in [
        String::new(),
        signed("one", now(), "AAAA", &body),
        signed("one", now(), KEY, &press("one", "y")),
        signed("one", now() - 400, KEY, &body),
        signed("one", now() + 400, KEY, &body),
        signed("../one", now(), KEY, &body),
        signed("one", now(), KEY, &body).replace("webhook-id: one", "webhook-id: two"),
        signed("one", now(), KEY, &body).replace("v1,", "v2,"),
    ] {
        let answer = receiver.send("POST", receiver.path, &format!("{}{headers}", common("one")), &body);
        assert_eq!(answer.status, refused, "{headers}: {}", answer.body);
        assert!(answer.body["message"].as_str().is_some_and(|message| !message.is_empty()), "{}", answer.body);
    }
    assert_eq!(runs(folder.path()), 0);
}

fn after_a_crash_nothing_runs_again(kind: &Kind) {
    let folder = tempfile::tempdir().unwrap();
    let Some(receiver) = Receiver::start(kind, folder.path()) else { return };
    let cut = receiver.press("cut", "x");
    until("the program runs", || runs(folder.path()) == 1);
    drop(receiver);
    let Some(receiver) = Receiver::start(kind, folder.path()) else { return };
    let again = receiver.press("cut", "x");
    assert_eq!((again.status, &again.body["duplicate"]), (202, &json!(true)));
    assert_eq!(again.location, cut.location);
    let job = receiver.poll("cut", &again);
    match kind {
        // The program died with who started it, or nobody waits for it: andon calls it unknown.
        Kind::Go => assert_eq!(job.status, 410, "{}", job.body),
        // Here it goes on by itself.
        Kind::Shell => assert_eq!(job.body["status"], "running"),
    }
    std::fs::write(folder.path().join("go"), "").unwrap();
    let new = receiver.press("new", "x");
    assert_eq!(receiver.end("new", &new)["status"], "succeeded");
    assert_eq!(runs(folder.path()), 2);
}

#[test]
fn go_a_press_is_a_job_that_ends_and_runs_once() {
    a_press_is_a_job_that_ends_and_runs_once(&Kind::Go);
}

#[test]
fn go_what_is_not_signed_by_the_secret_runs_nothing() {
    what_is_not_signed_by_the_secret_runs_nothing(&Kind::Go);
}

#[test]
fn go_after_a_crash_nothing_runs_again() {
    after_a_crash_nothing_runs_again(&Kind::Go);
}

#[test]
fn shell_a_press_is_a_job_that_ends_and_runs_once() {
    a_press_is_a_job_that_ends_and_runs_once(&Kind::Shell);
}

#[test]
fn shell_what_is_not_signed_by_the_secret_runs_nothing() {
    what_is_not_signed_by_the_secret_runs_nothing(&Kind::Shell);
}

#[test]
fn shell_after_a_crash_nothing_runs_again() {
    after_a_crash_nothing_runs_again(&Kind::Shell);
}

#[test]
fn a_job_is_told_to_nobody_who_was_not_told_where_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let Some(receiver) = Receiver::start(&Kind::Go, folder.path()) else { return };
    let job = receiver.press("one", "x").location.unwrap();
    for path in ["/jobs/one", "/jobs/one.", "/jobs/", &format!("{job}0"), &job.replace("one", "two")] {
        assert_eq!(receiver.send("GET", path, "", "").status, 404, "{path}");
    }
    let Some(receiver) = Receiver::start(&Kind::Shell, folder.path()) else { return };
    let job = receiver.press("one", "x");
    assert_eq!(receiver.send("GET", "/hooks/job", "X-Press: one\r\n", "").status, 403);
    for id in ["two", "", "../state/one", "."] {
        assert_eq!(receiver.poll(id, &job).status, 500, "{id}");
    }
    std::fs::write(folder.path().join("go"), "").unwrap();
}

/// A press by andon itself: signed, followed to the job's end, and told as that ended.
fn andon_follows_the_job_to_its_end(kind: &Kind) {
    let folder = tempfile::tempdir().unwrap();
    let Some(receiver) = Receiver::start(kind, folder.path()) else { return };
    let incident = |id: &str, title: &str| json!({"incident_id": id, "num": id, "title": title, "start_time": 1_763_990_000, "channel_key": "web"});
    let incidents = json!([incident("A1", "queue lag"), incident("A2", "broken")]);
    std::fs::write(folder.path().join("incidents.json"), incidents.to_string()).unwrap();
    let config = "[[source]]\nname = \"lab\"\nkind = \"file\"\npath = \"incidents.json\"\n";
    std::fs::write(folder.path().join("config.toml"), config).unwrap();
    let andon = |args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_andon"));
        command.args(args).env("ANDON_CONFIG", folder.path().join("config.toml"));
        command.env("ANDON_DATA_DIR", folder.path().join("data")).env("WHSEC", format!("whsec_{KEY}"));
        let output = command.stdin(Stdio::null()).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
        (output.status.code(), text)
    };
    let endpoint = format!("http://{}{}", receiver.address, receiver.path);
    let add = ["action", "add", "--name", "Roll back", "--channel", "lab/web", "--endpoint", &endpoint];
    let more =
        ["--header", "X-Token: right", "--plain-header", "X-Press: {{ event_id }}", "--sign-key", "${env:WHSEC}"];
    let added = andon(&[&add[..], &more].concat());
    assert_eq!(added.0, Some(0), "{}", added.1);
    std::fs::write(folder.path().join("go"), "").unwrap();
    for (id, code, outcome, message) in [("A1", 0, "succeeded", "rolled back"), ("A2", 1, "failed", "no such \"host\"")]
    {
        let (ended, text) = andon(&["run", "Roll back", "--incident", id, "--yes", "--json"]);
        let run: Value = serde_json::from_str(text.lines().next().unwrap_or_default()).expect(&text);
        assert_eq!((ended, &run["outcome"], &run["message"]), (Some(code), &json!(outcome), &json!(message)), "{run}");
    }
    assert_eq!(runs(folder.path()), 2);
}

#[test]
fn go_andon_follows_the_job_to_its_end() {
    andon_follows_the_job_to_its_end(&Kind::Go);
}

#[test]
fn shell_andon_follows_the_job_to_its_end() {
    andon_follows_the_job_to_its_end(&Kind::Shell);
}

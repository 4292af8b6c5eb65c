//! The example receivers run as their documentation says.

mod jobs;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use crate::support::servers;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/receivers/receiver.py");

/// What the receiver runs: one line into a file for each run, then the message.
const PROGRAM: &str = "import sys, json
press = json.load(sys.stdin)
open(sys.argv[1], 'a').write('ran\\n')
if press['incident']['title'] == 'broken': sys.exit('no such host')
print('working on it')
print('restarted ' + press['incident']['num'])";

struct Receiver {
    child: Child,
    address: String,
}

impl Drop for Receiver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Receiver {
    fn start(folder: &Path, token: &str) -> Self {
        let mut child = Command::new("python3")
            .args([SCRIPT, "--port", "0", "--state"])
            .arg(folder.join("state.sqlite"))
            .args(["--", "python3", "-c", PROGRAM])
            .arg(folder.join("runs"))
            .env("RECEIVER_TOKEN", token)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on http://").and_then(|rest| rest.strip_suffix("/hook"));
        Self { address: address.expect(&line).to_owned(), child }
    }

    /// Posts to a path; the status and the answer's JSON.
    fn post(&self, path: &str, headers: &str, body: &str) -> (u16, Value) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let head = format!("POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}");
        write!(stream, "{head}Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").expect(&answer);
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, serde_json::from_str(body).expect(&answer))
    }

    fn press(&self, event: &str, title: &str) -> (u16, Value) {
        self.post("/hook", &format!("{JSON}X-Token: right\r\n"), &press(event, title))
    }
}

const JSON: &str = "Content-Type: application/json\r\n";

/// A press as the contract has it.
fn press(event: &str, title: &str) -> String {
    json!({
        "event_time": 1_764_000_000_100_i64,
        "event_type": "i_custom",
        "event_id": event,
        "person": {"person_id": 7, "person_name": "ada", "email": "ada@example.org"},
        "incident": {
            "incident_id": "69242a00", "num": "054D57", "title": title,
            "incident_severity": "Critical", "incident_status": "Critical", "progress": "Triggered",
            "created_at": 1_764_000_000, "updated_at": 1_764_000_000, "start_time": 1_764_000_000,
            "labels": {"resource": "es.nj.01"}, "channel_id": 0, "channel_key": "prod/platform",
            "detail_url": "https://alerts.example/69242a00"
        },
        "action": {"id": "restart-server", "name": "Restart server"},
        "source": "prod"
    })
    .to_string()
}

fn runs(folder: &Path) -> usize {
    std::fs::read_to_string(folder.join("runs")).unwrap_or_default().lines().count()
}

fn without_python() -> bool {
    servers::program("python3").is_none()
}

#[test]
fn a_press_runs_once_also_after_a_restart() {
    if without_python() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let receiver = Receiver::start(folder.path(), "right");
    assert_eq!(receiver.press("one", "队列 lag"), (200, json!({"message": "restarted 054D57"})));
    let again = (200, json!({"message": "restarted 054D57", "duplicate": true}));
    assert_eq!(receiver.press("one", "队列 lag"), again);
    assert_eq!(receiver.press("bad", "broken"), (500, json!({"message": "no such host"})));
    drop(receiver);
    let receiver = Receiver::start(folder.path(), "right");
    assert_eq!(receiver.press("one", "队列 lag"), again);
    assert_eq!(receiver.press("bad", "broken").0, 500);
    assert_eq!(runs(folder.path()), 2);
    assert_eq!(receiver.press("two", "x").0, 200);
    assert_eq!(runs(folder.path()), 3);
}

#[test]
fn the_same_press_many_times_at_once_runs_once() {
    if without_python() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let receiver = Receiver::start(folder.path(), "right");
    let answers: Vec<_> = std::thread::scope(|scope| {
        let posts: Vec<_> = (0..8).map(|_| scope.spawn(|| receiver.press("one", "x"))).collect();
        posts.into_iter().map(|post| post.join().unwrap()).collect()
    });
    assert!(
        answers.iter().all(|(status, body)| *status == 200 && body["message"] == "restarted 054D57"),
        "{answers:?}"
    );
    assert_eq!(answers.iter().filter(|(_, body)| body["duplicate"].is_null()).count(), 1);
    assert_eq!(runs(folder.path()), 1);
}

#[test]
fn what_is_no_press_is_refused_and_runs_nothing() {
    if without_python() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let receiver = Receiver::start(folder.path(), "right");
    let good = press("one", "x");
    let token = "X-Token: right\r\n";
    let headers = format!("{JSON}{token}");
    for (path, headers, body, status) in [
        ("/hook", JSON, good.as_str(), 403),
        ("/hook", "Content-Type: application/json\r\nX-Token: wrong\r\n", &good, 403),
        ("/other", &headers, &good, 404),
        ("/hook", token, &good, 415),
        ("/hook", &headers, "garbage", 400),
        ("/hook", &headers, "[]", 400),
        ("/hook", &headers, r#"{"event_type":"i_custom","event_id":7,"incident":{}}"#, 400),
        ("/hook", &headers, r#"{"event_type":"i_custom","event_id":"x"}"#, 400),
        ("/hook", &headers, r#"{"event_type":"other","event_id":"x","incident":{}}"#, 400),
    ] {
        let (got, answer) = receiver.post(path, headers, body);
        assert_eq!(got, status, "{path} {headers} {body}: {answer}");
        assert!(answer["message"].as_str().is_some_and(|message| !message.is_empty()));
    }
    assert_eq!(runs(folder.path()), 0);
}

#[test]
fn it_binds_beyond_loopback_only_with_a_token() {
    if without_python() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new("python3");
    command.args([SCRIPT, "--bind", "0.0.0.0", "--port", "0"]).current_dir(folder.path()).env_remove("RECEIVER_TOKEN");
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("set RECEIVER_TOKEN"));
}

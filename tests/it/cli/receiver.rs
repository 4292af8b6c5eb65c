//! `receiver`: what it prints of what arrives, what it answers, whom it believes.

use std::io::{BufRead, BufReader, Lines, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStderr, ChildStdout};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::cli::support::{Home, assert_clean, finish, send_signal};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

struct Listening {
    child: Child,
    address: String,
    out: Option<Lines<BufReader<ChildStdout>>>,
    err: Lines<BufReader<ChildStderr>>,
}

impl Drop for Listening {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Listening {
    fn start(home: &Home, more: &[&str]) -> Self {
        let mut args = vec!["receiver", "--port", "0"];
        args.extend(more);
        let mut child = home.command(&args).env("WHSEC", SECRET).spawn().unwrap();
        let mut err = BufReader::new(child.stderr.take().unwrap()).lines();
        let line = err.next().unwrap().unwrap();
        let address = line.strip_prefix("listening on http://").and_then(|rest| rest.strip_suffix('/')).unwrap();
        assert!(address.starts_with("127.0.0.1:"), "{address}");
        Self {
            address: address.to_owned(),
            out: Some(BufReader::new(child.stdout.take().unwrap()).lines()),
            err,
            child,
        }
    }

    fn send(&self, head: &str, headers: &str, body: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let length = body.len();
        write!(stream, "{head} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}Content-Length: {length}\r\n\r\n")
            .unwrap();
        stream.write_all(body.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
    }

    fn line(&mut self) -> String {
        self.out.as_mut().unwrap().next().unwrap().unwrap()
    }

    fn object(&mut self) -> Value {
        serde_json::from_str(&self.line()).unwrap()
    }
}

fn signed(id: &str, secret: &str, body: &str) -> String {
    let time = jiff::Timestamp::now().as_second();
    let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&key).unwrap();
    mac.update(format!("{id}.{time}.{body}").as_bytes());
    let signature = STANDARD.encode(mac.finalize().into_bytes());
    format!("webhook-id: {id}\r\nwebhook-timestamp: {time}\r\nwebhook-signature: v1,{signature}\r\n")
}

#[test]
fn a_request_is_printed_cleaned_with_its_secrets_hidden() {
    let home = Home::new();
    let mut receiver = Listening::start(&home, &[]);
    let headers = "Authorization: Bearer s3cret\r\nX-Env: prod\r\n";
    let (status, answer) =
        receiver.send("POST /hook?token=s3cret&a=b", headers, "{\"title\":\"cpu \\u001b]52;c;aGk=\\u0007\",\"n\":[1]}");
    assert_eq!((status, answer.as_str()), (200, r#"{"message":"received"}"#));
    let mut lines: Vec<String> = Vec::new();
    while !lines.iter().any(|line| line == "-> 200") {
        lines.push(receiver.line());
    }
    let text = lines.join("\n");
    assert_clean(&text);
    assert!(lines[0].starts_with("POST /hook?token=••••••&a=b  from 127.0.0.1:"), "{text}");
    assert!(text.contains("authorization: Bearer ••••••\nx-env: prod"), "{text}");
    assert!(text.contains("\n  \"n\": [\n    1\n  ]\n}") && !text.contains("s3cret"), "{text}");
}

#[test]
fn json_is_one_object_a_line_and_secrets_are_shown_only_where_asked() {
    let home = Home::new();
    let mut receiver = Listening::start(&home, &["--json", "--show-secrets", "--status", "202"]);
    let (status, answer) = receiver.send("PUT /a", "X-Token: s3cret\r\nwebhook-id: one\r\n", "no \u{202e}json");
    assert_eq!((status, answer.as_str()), (202, r#"{"message":"received"}"#));
    let line = receiver.line();
    assert_clean(&line);
    let object: Value = serde_json::from_str(&line).unwrap();
    assert_eq!((&object["method"], &object["path"], &object["status"]), (&json!("PUT"), &json!("/a"), &json!(202)));
    assert_eq!((&object["headers"]["x-token"], &object["body"]), (&json!("s3cret"), &json!("no \u{202e}json")));
    assert_eq!((&object["verified"], &object["duplicate"]), (&Value::Null, &json!(false)));
    let (_, answer) = receiver.send("PUT /a", "webhook-id: one\r\n", "{}");
    assert_eq!(serde_json::from_str::<Value>(&answer).unwrap(), json!({"message": "received", "duplicate": true}));
    assert_eq!(receiver.object()["duplicate"], true);
}

#[test]
fn only_what_is_signed_by_the_secret_is_accepted_and_the_same_id_once() {
    let home = Home::new();
    let mut receiver = Listening::start(&home, &["--json", "--secret", "${env:WHSEC}"]);
    let body = r#"{"event_id":"one"}"#;
    assert_eq!(receiver.send("POST /", "webhook-id: one\r\n", body).0, 401);
    let object = receiver.object();
    assert_eq!((&object["verified"], &object["status"]), (&json!(false), &json!(401)));
    assert!(object["reason"].as_str().unwrap().contains("webhook-timestamp"), "{object}");
    assert_eq!(receiver.send("POST /", &signed("one", "whsec_AAAA", body), body).0, 401);
    assert_eq!(receiver.send("POST /", &signed("one", SECRET, body), "{}").0, 401);
    // What was refused is not remembered: the first good one is new.
    let (status, answer) = receiver.send("POST /", &signed("one", SECRET, body), body);
    assert_eq!((status, answer.as_str()), (200, r#"{"message":"received"}"#));
    let (status, answer) = receiver.send("POST /", &signed("one", SECRET, body), body);
    assert_eq!((status, answer.contains("duplicate")), (200, true));
    let rest: Vec<Value> = (0..4).map(|_| receiver.object()).collect();
    let facts: Vec<_> = rest.iter().map(|one| (one["verified"] == true, one["duplicate"] == true)).collect();
    assert_eq!(facts, [(false, false), (false, false), (true, false), (true, true)]);
}

#[test]
fn a_press_by_andon_arrives_whole() {
    let home = Home::new();
    let mut receiver = Listening::start(&home, &["--json"]);
    home.add_go(&format!("http://{}/hook", receiver.address), &["--header", "X-Token: s3cret"]);
    let run = home.go(&["--yes", "--json"]).object();
    assert_eq!((&run["outcome"], &run["message"]), (&json!("succeeded"), &json!("received")));
    let object = receiver.object();
    assert_eq!((&object["body"]["event_id"], &object["headers"]["webhook-id"]), (&run["event_id"], &run["event_id"]));
    assert_eq!(object["headers"]["x-token"], "••••••");
}

#[test]
fn bad_flags_are_usage_and_a_taken_port_fails() {
    let home = Home::new();
    for (args, said) in [
        (&["--secret", "whsec_s3cret!"][..], "whsec_ and base64"),
        (&["--secret", "${env:ANDON_SURELY_UNSET}"], "is not set"),
        (&["--secret", "${cmd:echo whsec_AAAA}", "--restricted"], "restricted"),
        (&["--status", "99"], "--status"),
        (&["--status", "199"], "--status"),
        (&["--delay", "x"], "--delay"),
    ] {
        let mut all = vec!["receiver", "--port", "0"];
        all.extend(args);
        let ran = home.andon(&all);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{args:?}: {ran:?}");
        assert!(ran.err.contains(said) && !ran.err.contains("s3cret"), "{}", ran.err);
    }
    let receiver = Listening::start(&home, &[]);
    let port = receiver.address.rsplit(':').next().unwrap();
    let ran = home.andon(&["receiver", "--port", port]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains(&format!("cannot listen on 127.0.0.1:{port}")), "{}", ran.err);
}

#[test]
fn too_much_is_refused_and_a_reader_that_leaves_ends_it() {
    let home = Home::new();
    let mut receiver = Listening::start(&home, &[]);
    let mut stream = TcpStream::connect(&receiver.address).unwrap();
    write!(stream, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n").unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 413");
    assert!(receiver.err.next().unwrap().unwrap().contains("was not read"));
    // The reader of its output leaves.
    drop(receiver.out.take());
    let mut stream = TcpStream::connect(&receiver.address).unwrap();
    write!(stream, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{{}}").unwrap();
    assert!(receiver.child.wait().unwrap().success());
}

#[test]
fn an_interrupt_ends_it() {
    let home = Home::new();
    let mut receiver = Listening::start(&home, &[]);
    send_signal(&receiver.child, Signal::INT);
    assert_eq!(receiver.child.wait().unwrap().code(), Some(130));
    let ended = finish(home.command(&["receiver", "--port", "0", "--host", "nowhere"]).spawn().unwrap());
    assert_eq!(ended.code, 2);
}

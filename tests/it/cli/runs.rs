//! `run`: what is sent, how it ends, what is refused.

use std::process::Stdio;

use crate::cli::support::{HOSTILE, Home, Receiver, assert_clean, closed_port, finish};

#[test]
fn a_success_is_sent_once_and_printed_as_one_object() {
    let home = Home::new();
    let receiver = Receiver::answering("200 OK", r#"{"message":"es restarting"}"#);
    home.add_go(&receiver.url, &[]);
    let ran = home.go(&["--yes", "--json", "--operator", "Ada"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let run = ran.object();
    for (name, value) in [
        ("action", "Go"),
        ("action_id", "go"),
        ("incident", "64f1"),
        ("incident_num", "054D57"),
        ("source", "lab"),
        ("operator", "Ada"),
        ("state", "done"),
        ("outcome", "succeeded"),
        ("message", "es restarting"),
    ] {
        assert_eq!(run[name], value, "{name}");
    }
    assert_eq!((run["status"].as_u64(), run["attempts"].as_u64()), (Some(200), Some(1)));
    assert!(run["failure"].is_null() && run["duration_ms"].is_number());
    assert!(run["started_at"].as_str().unwrap().ends_with('Z'));
    let requests = receiver.requests();
    assert_eq!(requests.len(), 1);
    let (head, body) = requests[0].split_once("\r\n\r\n").unwrap();
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    assert!(head.starts_with("POST /hook ") && body["event_id"] == run["event_id"]);
    assert_eq!(body["incident"]["title"], HOSTILE);
    assert_eq!(body["person"]["person_name"], "Ada");
    assert_eq!(home.runs()[0]["run"], run["run"]);
}

#[test]
fn a_failure_and_a_refused_connection_are_failed() {
    let home = Home::new();
    let receiver = Receiver::answering("500 Internal Server Error", "all is \u{1b}[2Jwell\n");
    home.add_go(&receiver.url, &["--confirm", "none", "--cooldown", "0s"]);
    let ran = home.go(&[]);
    assert_eq!(ran.code, 1);
    assert_clean(&ran.out);
    assert!(ran.out.contains("✖ Go on 054D57: failed 500") && ran.out.contains("all is ␛[2Jwell"), "{}", ran.out);
    home.done(&["action", "edit", "Go", "--endpoint", &closed_port()]);
    let run = home.go(&["--json"]).object();
    assert_eq!((run["outcome"].as_str(), run["failure"].as_str()), (Some("failed"), Some("connect")));
    assert!(run["message"].as_str().unwrap().contains("nothing was sent"));
    assert!(run["status"].is_null());
}

#[test]
fn no_answer_is_unknown() {
    let home = Home::new();
    let receiver = Receiver::silent();
    home.add_go(&receiver.url, &["--timeout", "1s"]);
    let ran = home.go(&["--yes", "--json"]);
    assert_eq!(ran.code, 3);
    let run = ran.object();
    assert_eq!((run["outcome"].as_str(), run["failure"].as_str()), (Some("unknown"), Some("timeout")));
    assert!(run["message"].as_str().unwrap().contains("it may have run"));
    assert_eq!(receiver.requests().len(), 1);
}

#[test]
fn without_its_confirmation_nothing_is_sent_and_a_row_says_so() {
    let home = Home::new();
    let receiver = Receiver::answering("200 OK", "");
    home.add_go(&receiver.url, &[]);
    let mut refused = 0;
    let mut refuse = |more: &[&str]| {
        let ran = home.go(more);
        assert_eq!(ran.code, 4, "{more:?}");
        assert_eq!((&ran.object()["failure"], &ran.object()["outcome"]), (&"unconfirmed".into(), &"refused".into()));
        refused += 1;
    };
    refuse(&["--json"]);
    refuse(&["--json", "--yes", "--confirm", "0E83EE"]);
    home.done(&["action", "edit", "Go", "--confirm", "type"]);
    refuse(&["--json", "--yes"]);
    assert_eq!(home.runs().len(), refused);
    assert_eq!(receiver.requests().len(), 0);
    assert_eq!(home.go(&["--confirm", "054d57"]).code, 0);
    assert_eq!(receiver.requests().len(), 1);
}

#[test]
fn a_second_press_is_refused_while_the_first_runs_and_shortly_after() {
    let home = Home::new();
    let (go, wait) = std::sync::mpsc::channel();
    let receiver = Receiver::answering_after(wait, "done");
    home.add_go(&receiver.url, &["--cooldown", "1h"]);
    let first = home.start_go(&["--yes", "--operator", "Ada"]);
    receiver.wait();
    let second = home.go(&["--yes", "--json"]);
    assert_eq!(second.code, 4);
    let run = second.object();
    assert_eq!(run["failure"], "in_flight");
    assert!(run["message"].as_str().unwrap().contains("pressed by Ada"), "{run}");
    go.send(()).unwrap();
    assert_eq!(finish(first).code, 0);
    let third = home.go(&["--yes", "--json"]);
    assert_eq!((third.code, third.object()["failure"].as_str()), (4, Some("cooldown")));
    assert_eq!(receiver.requests().len(), 1);
    assert_eq!(home.runs().len(), 3);
}

#[test]
fn what_is_switched_off_or_read_only_is_refused() {
    let home = Home::new();
    home.add_go("https://ci.example/x", &["--disabled"]);
    let ran = home.go(&["--yes", "--json"]);
    assert_eq!((ran.code, ran.object()["failure"].as_str()), (4, Some("disabled")));
    let ran = home.go(&["--yes", "--json", "--read-only"]);
    assert_eq!((ran.code, ran.object()["failure"].as_str()), (4, Some("read_only")));
    home.done(&["action", "edit", "Go", "--enable", "--header", "X: ${secret:NOPE}"]);
    let ran = home.go(&["--yes", "--json"]);
    assert_eq!((ran.code, ran.object()["failure"].as_str()), (4, Some("secret")));
    assert!(ran.object()["message"].as_str().unwrap().contains("${secret:NOPE}"));
}

#[test]
fn a_name_that_is_not_there_says_what_is() {
    let home = Home::new();
    home.add_go("https://ci.example/x", &[]);
    for (args, said) in [
        (&["run", "Goo", "--incident", "054D57"][..], "did you mean `Go`?"),
        (&["run", "Wipe everything", "--incident", "054D57"], "lab/platform has: Go"),
        (&["run", "Go", "--incident", "0E83EE"], "belongs to lab/platform, not to the incident's channel"),
        (&["run", "Go", "--incident", "nope"], "there is no incident \"nope\""),
        (&["run", "Go", "--incident", "0E83EE", "--incident", "64f2"], "belongs to lab/platform"),
        (&["run", "Go", "--incident", "054D57", "--input", "s3cret"], "input 1: write it as 'name=value'"),
        (&["run", "Go"], "--incident"),
        (&["run", "--resume", "Go"], "--resume"),
        (&["run", "Go", "--incident", "054D57", "--parallel", "65"], "65 is not in 1..=64"),
    ] {
        let ran = home.andon(args);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{args:?}");
        assert!(ran.err.contains(said), "{}", ran.err);
    }
    assert_eq!(home.runs().len(), 0);
}

#[test]
fn a_dry_run_shows_the_request_and_sends_nothing() {
    let home = Home::new();
    let receiver = Receiver::answering("200 OK", "");
    home.add_go(&receiver.url, &["--header", "X-A: s3cret"]);
    let ran = home.go(&["--dry-run"]);
    assert_eq!(ran.code, 0);
    assert_clean(&ran.out);
    assert!(ran.out.starts_with(&format!("POST {}\n", receiver.url)) && ran.out.contains("X-A: ••••••"), "{}", ran.out);
    let json = home.go(&["--dry-run", "--json"]).object();
    assert_eq!(json["body"]["incident"]["num"], "054D57");
    assert_eq!((receiver.requests().len(), home.runs().len()), (0, 0));
}

#[test]
fn a_closed_stdout_does_not_stop_a_run() {
    let home = Home::new();
    let receiver = Receiver::answering("200 OK", "fine");
    home.add_go(&receiver.url, &[]);
    let mut child =
        home.command(&["run", "Go", "--incident", "054D57", "--yes"]).stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(finish(child).code, 0);
    assert_eq!(home.runs()[0]["outcome"], "succeeded");
}

#[test]
fn a_store_that_cannot_be_opened_refuses_the_press() {
    let home = Home::new();
    home.add_go("https://ci.example/x", &[]);
    for beside in ["data/andon.db-wal", "data/andon.db-shm"] {
        let _ = std::fs::remove_file(home.path(beside));
    }
    std::fs::write(home.path("data/andon.db"), "this is no database, whatever its name says").unwrap();
    let ran = home.go(&["--yes", "--json"]);
    assert_eq!(ran.code, 4, "{ran:?}");
    let run = ran.object();
    assert_eq!((run["outcome"].as_str(), run["failure"].as_str()), (Some("refused"), Some("store")));
    assert!(run["message"].as_str().unwrap().contains("andon.db"), "{run}");
    assert_eq!(home.andon(&["log"]).code, 1);
}

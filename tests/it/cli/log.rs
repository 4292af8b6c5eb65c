//! `log`: oldest first, limited, followed.

use std::io::{BufRead, BufReader};

use rustix::process::Signal;

use crate::cli::support::{Home, Receiver, finish, send_signal};

#[test]
fn the_log_is_printed_oldest_first_and_limited_to_the_newest() {
    let home = Home::new();
    let receiver = Receiver::answering("200 OK", "fine");
    home.add_go(&receiver.url, &["--cooldown", "0s"]);
    home.go(&["--yes"]);
    home.go(&[]);
    let all = home.done(&["log", "--json"]).json();
    let kinds: Vec<_> = all.iter().map(|line| line["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["action", "run", "run"]);
    assert!(all.windows(2).all(|pair| pair[0]["id"].as_i64() < pair[1]["id"].as_i64()));
    assert!(all[0]["summary"].as_str().unwrap().contains("added Go (lab/platform 1)"));
    assert_eq!((all[1]["outcome"].as_str(), all[2]["outcome"].as_str()), (Some("succeeded"), Some("refused")));
    let newest = home.done(&["log", "--json", "--limit", "2"]).json();
    assert_eq!(newest, all[1..]);
    assert_eq!(home.done(&["log", "--json", "--incident", "054d57"]).json(), all[1..]);
    assert_eq!(home.done(&["log", "--json", "--since", "1h"]).json(), all);
    assert_eq!(home.andon(&["log", "--since", "yesterday"]).code, 2);
    let text = home.done(&["log"]).out;
    assert!(text.lines().nth(1).unwrap().contains("✔ Go on 054D57: succeeded 200 \"fine\""), "{text}");
}

#[test]
fn a_followed_log_prints_what_comes_until_it_is_ended() {
    let home = Home::new();
    let receiver = Receiver::answering("200 OK", "fine");
    home.add_go(&receiver.url, &[]);
    let mut child = home.command(&["log", "--follow", "--json"]).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut next = || serde_json::from_str::<serde_json::Value>(&lines.next().unwrap().unwrap()).unwrap();
    assert_eq!(next()["kind"], "action");
    home.go(&["--yes"]);
    let mut run = next();
    while run["state"] != "done" {
        run = next();
    }
    assert_eq!(run["outcome"], "succeeded");
    send_signal(&child, Signal::INT);
    assert_eq!(finish(child).code, 130);
}

#[test]
fn a_followed_log_ends_when_nobody_reads_it() {
    let home = Home::new();
    home.add_go("https://ci.example/x", &[]);
    let mut child = home.command(&["log", "--follow"]).spawn().unwrap();
    let mut line = String::new();
    let mut reader = BufReader::new(child.stdout.take().unwrap());
    reader.read_line(&mut line).unwrap();
    drop(reader);
    let ran = finish(child);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
}

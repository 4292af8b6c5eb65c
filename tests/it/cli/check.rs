//! `action check` and `action test`.

use serde_json::json;

use crate::cli::support::{Home, Receiver, closed_port};

#[test]
fn a_test_is_a_press_that_says_so() {
    let home = Home::new();
    let receiver = Receiver::answering("200 OK", "fine");
    home.add_go(&receiver.url, &[]);
    let test = ["action", "test", "Go", "--incident", "054D57", "--json"];
    let ran = home.andon(&test);
    assert_eq!((ran.code, &ran.object()["failure"]), (4, &json!("unconfirmed")));
    let ran = home.andon(&[&test[..], &["--yes"]].concat());
    assert_eq!((ran.code, &ran.object()["outcome"]), (0, &json!("succeeded")));
    let requests = receiver.requests();
    assert_eq!(requests.len(), 1);
    let body: serde_json::Value = serde_json::from_str(requests[0].split_once("\r\n\r\n").unwrap().1).unwrap();
    assert_eq!(body["test"], true);
}

#[test]
fn what_would_fail_is_found_without_a_request() {
    let home = Home::new();
    let receiver = Receiver::answering("200 OK", "");
    home.add_go(&receiver.url, &[]);
    let fine = home.andon(&["action", "check", "--json"]);
    assert_eq!(fine.code, 0, "{fine:?}");
    assert!(fine.json().iter().all(|one| one["action_id"] == "go" && one["grade"] != "fault"), "{fine:?}");
    home.done(&["action", "edit", "Go", "--follow-url", "/jobs/{{ answer.body.id }}"]);
    let warned = home.andon(&["action", "check", "--json"]);
    let of_done = |one: &serde_json::Value| one["subject"] == "follow.done" && one["grade"] == "warning";
    assert!(warned.code == 0 && warned.json().iter().any(of_done), "{warned:?}");
    home.done(&["action", "edit", "Go", "--endpoint", &closed_port(), "--header", "X-Token: ${secret:NOPE}"]);
    let ran = home.andon(&["action", "check", "Go", "--json", "--incident", "054D57"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    let faults: Vec<_> = ran.json().into_iter().filter(|one| one["grade"] == "fault").collect();
    assert!(faults.iter().any(|one| one["message"].as_str().unwrap().contains("NOPE")), "{faults:?}");
    assert!(faults.len() >= 2, "{faults:?}");
    assert_eq!(home.andon(&["action", "check", "Goo"]).code, 2);
    // The way was looked at, and nothing was asked on it.
    assert!(receiver.requests().iter().all(String::is_empty), "{:?}", receiver.requests());
    assert_eq!(home.runs().len(), 0);
}

#[test]
fn a_file_is_checked_without_a_store() {
    let home = Home::new();
    let receiver = Receiver::answering("200 OK", "");
    let action = |endpoint: &str| {
        format!("[[action]]\nname = \"Go\"\nchannels = [\"lab/platform\"]\nendpoint = \"{endpoint}\"\n")
    };
    home.write("good.toml", &action(&receiver.url));
    home.write("bad.toml", &action(&closed_port()));
    home.write("wrong.toml", "[[action]]\nnane = \"Go\"\n");
    let check = |file: &str| home.andon(&["action", "check", "--json", "--file", home.path(file).to_str().unwrap()]);
    let good = check("good.toml");
    assert_eq!(good.code, 0, "{good:?}");
    let bad = check("bad.toml");
    assert_eq!((bad.code, bad.json().iter().any(|one| one["grade"] == "fault")), (1, true), "{bad:?}");
    let wrong = check("wrong.toml");
    assert_eq!(wrong.code, 1, "{wrong:?}");
    assert!(wrong.out.contains("wrong.toml:2:1") && wrong.out.contains("`name`"), "{wrong:?}");
    assert_eq!(wrong.json()[0]["subject"], "file");
    assert_eq!(check("none.toml").code, 2);
    assert!(!home.path("data").exists(), "a store was made");
    let text = std::fs::read_to_string(home.path("good.toml")).unwrap();
    assert_eq!(home.with_input(&["action", "check", "--file", "-"], &text).code, 0);
    assert!(receiver.requests().iter().all(String::is_empty), "{:?}", receiver.requests());
}

//! `action`: adding, changing, removing, exporting; and no secret anywhere.

use crate::cli::support::{Home, closed_port};

const ADD: [&str; 5] = ["action", "add", "--channel", "lab/platform", "--endpoint"];

fn add<'a>(name: &'a str, endpoint: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let mut args = ADD.to_vec();
    args.extend([endpoint, "--name", name]);
    args.extend(more);
    args
}

#[test]
fn an_action_is_added_shown_changed_and_removed() {
    let home = Home::new();
    home.done(&["incident", "list"]);
    let more = ["--timeout", "1m30s", "--confirm", "type", "--slot", "2", "--description", "careful"];
    let ran = home.done(&add("Roll back", "https://ci.example/x", &more));
    assert_eq!((ran.out.as_str(), ran.err.as_str()), ("added Roll back (lab/platform 2)\n", ""));
    let shown = home.done(&["action", "show", "Roll back", "--json"]).object();
    assert_eq!(shown["id"], "roll-back");
    assert_eq!(shown["channels"], serde_json::json!(["lab/platform"]));
    assert_eq!(shown["slots"], serde_json::json!({"lab/platform": 2}));
    assert_eq!((shown["timeout"].as_str(), shown["confirm"].as_str()), (Some("1m30s"), Some("type")));
    assert_eq!(shown["enabled"], true);
    let edit = ["action", "edit", "roll-back", "--rename", "Back", "--disable", "--add-channel", "lab/web", "--json"];
    let changed = home.done(&edit).object();
    assert_eq!((changed["name"].as_str(), changed["enabled"].as_bool()), (Some("Back"), Some(false)));
    assert_eq!(changed["slots"], serde_json::json!({"lab/platform": 2, "lab/web": 1}));
    assert_eq!(changed["timeout"], "1m30s");
    assert!(home.done(&["action", "list"]).out.contains("Back (off)"));
    let ran = home.andon(&["action", "remove", "Back"]);
    assert_eq!(ran.code, 4);
    assert!(ran.err.contains("--yes"), "{}", ran.err);
    home.done(&["action", "remove", "Back", "--yes"]);
    assert_eq!(home.done(&["action", "list", "--json"]).out, "");
}

#[test]
fn every_bad_field_has_its_own_sentence_and_nothing_is_saved() {
    let home = Home::new();
    for (name, endpoint, more, said) in [
        ("x", "ftp://x/y", &[][..], "error: endpoint: an endpoint begins with http"),
        ("x", "https://ada:s3cret@x/y", &[], "error: endpoint: a user or password"),
        (" ", "https://x/y", &[], "error: name: a name is needed"),
        ("x", "https://x/y", &["--header", "Host: a"], "error: header 1: andon sets Host itself"),
        ("x", "https://x/y", &["--header", "s3cret"], "error: header 1: write it as 'Name: value'"),
        ("x", "https://x/y", &["--header", "X: a", "--header", "x: s3cret"], "error: header 2: x is there twice"),
        ("x", "https://x/y", &["--header", "X: ${nope:s3cret}${env:A}"], "error: header 1:"),
        ("x", "https://x/y", &["--header", "X: ${cmd:id}"], "error: header 1: ${cmd:...} is not allowed in an action"),
        ("x", "https://x/y", &["--header", "X: @/no/such"], "error: header 1: /no/such cannot be read"),
        ("x", "https://x/y", &["--header", "X: •••"], "error: header 1: this is the mask"),
        ("x", "https://x/y", &["--timeout", "soon"], "error: timeout:"),
        ("x", "https://x/y", &["--timeout", "11m"], "error: timeout: a timeout is from 1s to 10m"),
        ("x", "https://x/y", &["--channel", "nowhere"], "error: channels: \"nowhere\" is not"),
        ("x", "https://x/y", &["--slot", "7"], "has no slot 7: choose 1 to 3"),
    ] {
        let ran = home.andon(&add(name, endpoint, more));
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{more:?} {}", ran.err);
        assert!(ran.err.contains(said) && !ran.err.contains("s3cret"), "{said}: {}", ran.err);
    }
    assert_eq!(home.done(&["action", "list"]).out, "");
    assert_eq!(home.done(&["log"]).out, "");
}

#[test]
fn a_full_channel_names_who_holds_the_places() {
    let home = Home::new();
    for name in ["One", "Two", "Three"] {
        home.done(&add(name, "https://x/y", &[]));
    }
    let ran = home.andon(&add("Four", "https://x/y", &[]));
    assert_eq!(ran.code, 4);
    assert!(ran.err.contains("lab/platform is full (3/3): 1 One, 2 Two, 3 Three"), "{}", ran.err);
    let ran = home.andon(&["action", "edit", "Two", "--name", "One"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("error: name: lab/platform already has an action named"), "{}", ran.err);
}

#[test]
fn an_action_may_come_before_its_channel_with_a_warning() {
    let home = Home::new();
    let ran = home.done(&add("x", "https://x/y", &["--channel", "prod/api"]));
    assert!(ran.err.contains("warning: prod/api: no source named prod is configured"), "{}", ran.err);
    assert!(ran.err.contains("warning: lab/platform: no incident of this channel was seen yet"), "{}", ran.err);
}

#[test]
fn header_values_come_from_stdin_and_files_and_a_literal_warns() {
    let home = Home::new();
    home.write("token", "file-s3cret\n");
    let from_file = format!("X-File: @{}", home.path("token").display());
    let args = add("x", "https://x/y", &["--header", "Authorization: @-", "--header", &from_file]);
    let ran = home.with_input(&args, "Bearer stdin-s3cret\n");
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(!ran.err.contains("header"), "{}", ran.err);
    let ran = home.done(&["action", "edit", "x", "--header", "x-api-key: literal-s3cret"]);
    assert!(ran.err.contains("warning: header x-api-key:") && ran.err.contains("${secret:NAME}"), "{}", ran.err);
    assert!(!ran.err.contains("s3cret"), "{}", ran.err);
    let headers = &home.done(&["action", "show", "x", "--json"]).object()["headers"];
    assert_eq!(headers["Authorization"], "••••••");
    assert_eq!(headers.as_object().unwrap().len(), 3);
}

#[test]
fn no_secret_is_in_any_output() {
    let home = Home::new();
    let secrets = ["--header", "Authorization: Bearer s3cret", "--header", "X-A: s3cret", "--confirm", "none"];
    let mut outputs = vec![home.done(&add("Go", &closed_port(), &secrets))];
    home.done(&["action", "edit", "Go", "--header", "X-B: ${secret:CI}s3cret"]);
    outputs.push(home.andon(&["run", "Go", "--incident", "054D57", "--dry-run"]));
    outputs.push(home.andon(&["run", "Go", "--incident", "054D57", "--dry-run", "--json"]));
    home.done(&["action", "edit", "Go", "--remove-header", "x-b"]);
    for args in [
        &["run", "Go", "--incident", "054D57"][..],
        &["action", "list"],
        &["action", "show", "Go"],
        &["action", "list", "--json"],
        &["action", "export"],
        &["log"],
        &["log", "--json"],
    ] {
        outputs.push(home.andon(args));
    }
    for ran in &outputs {
        assert!(!ran.out.contains("s3cret") && !ran.err.contains("s3cret"), "{ran:?}");
    }
    let log = home.path("data/andon.log");
    assert!(!log.exists() || !std::fs::read_to_string(log).unwrap().contains("s3cret"));
}

#[test]
fn export_reads_back_and_keeps_secrets_where_they_are() {
    let home = Home::new();
    let more = ["--header", "Authorization: ${secret:CI}", "--header", "X-A: s3cret", "--timeout", "3s"];
    home.done(&add("Roll \"back\" 队列", "https://ci.example/x", &more));
    home.done(&add("Plain", "https://ci.example/y", &[]));
    let text = home.done(&["action", "export"]).out;
    let table: toml::Table = text.parse().unwrap();
    let actions = table["action"].as_array().unwrap();
    assert_eq!(actions.len(), 2);
    assert_eq!(actions[1]["name"].as_str(), Some("Roll \"back\" 队列"));
    assert_eq!(actions[1]["headers"]["X-A"].as_str(), Some("${kept:X-A}"));
    assert_eq!(actions[1]["headers"]["Authorization"].as_str(), Some("${secret:CI}"));
    assert_eq!(actions[1]["timeout"].as_str(), Some("3s"));
    assert_eq!(actions[1]["channels"][0]["channel"].as_str(), Some("lab/platform"));
    let keys: Vec<_> = actions[0].as_table().unwrap().keys().cloned().collect();
    assert_eq!(keys, ["channels", "endpoint", "id", "name"]);
    assert_eq!(home.done(&["action", "export", "Plain"]).out.matches("[[action]]").count(), 1);
    assert_eq!(home.andon(&["action", "export", "Plan"]).code, 2);
}

#[test]
fn read_only_changes_nothing() {
    let home = Home::new();
    let ran = home.andon(&add("x", "https://x/y", &["--read-only"]));
    assert_eq!(ran.code, 4);
    assert!(ran.err.contains("read-only"), "{}", ran.err);
    assert_eq!(home.done(&["action", "list"]).out, "");
}

//! `incident`, `config`, and what holds for every command.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use crate::cli::support::{HOSTILE, Home, assert_clean, finish};

#[test]
fn incidents_are_listed_in_columns_and_hostile_text_never_reaches_the_terminal() {
    let home = Home::new();
    for args in [&["incident", "list"][..], &["incident", "show", "054d57"], &["incident", "show", "64f1"]] {
        let ran = home.done(args);
        assert_clean(&ran.out);
        assert!(ran.out.contains("cpu ␛]52;c;aGk=␇") && ran.out.contains("lab/platform"), "{}", ran.out);
    }
    let lines = home.done(&["incident", "list"]).out;
    let starts: Vec<_> = lines.lines().map(|line| line.find("lab/").unwrap()).collect();
    assert_eq!(starts[0], starts[1], "{lines}");
}

#[test]
fn json_is_the_contract_and_says_where_it_came_from() {
    let home = Home::new();
    let ran = home.done(&["incident", "list", "--json"]);
    assert_clean(&ran.out);
    let all = ran.json();
    assert_eq!(all.len(), 2);
    let first = home.done(&["--json", "incident", "show", "64f1"]).object();
    assert_eq!((first["title"].as_str(), first["source"].as_str()), (Some(HOSTILE), Some("lab")));
    assert_eq!(first["channel_key"], "lab/platform");
    assert_eq!(first["stale"], false);
    assert!(first["labels"].is_object() && first["end_time"] == 0);
}

#[test]
fn what_was_known_is_used_when_the_source_is_silent_and_told() {
    let home = Home::new();
    home.done(&["incident", "list"]);
    std::fs::rename(home.path("incidents.json"), home.path("away")).unwrap();
    let ran = home.done(&["incident", "list", "--json"]);
    assert!(ran.err.contains("warning: lab:") && ran.err.contains("no such file"), "{}", ran.err);
    assert!(ran.json().iter().all(|incident| incident["stale"] == true), "{}", ran.out);
    let cached = home.done(&["incident", "list", "--cached"]);
    assert_eq!((cached.err.as_str(), cached.out.lines().count()), ("", 2));
}

#[test]
fn nothing_from_the_sources_and_nothing_known_is_a_failure() {
    let home = Home::new();
    std::fs::remove_file(home.path("incidents.json")).unwrap();
    let ran = home.andon(&["incident", "list"]);
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    assert!(ran.err.contains("error: no incidents are known, and lab did not answer"), "{}", ran.err);
}

#[test]
fn closed_incidents_are_listed_only_on_demand() {
    let home = Home::new();
    home.done(&["incident", "list"]);
    home.write("incidents.json", "[]");
    assert_eq!(home.done(&["incident", "list"]).out, "");
    assert_eq!(home.done(&["incident", "list", "--all"]).out.matches("Closed").count(), 2);
}

#[test]
fn an_unknown_id_names_the_near_one_and_an_ambiguous_one_lists_all() {
    let home = Home::new();
    let ran = home.andon(&["incident", "show", "054D75"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("did you mean `054D57`?"), "{}", ran.err);
    home.write("incidents.json", r#"[{"incident_id":"a","num":"7","title":"x"}]"#);
    home.write("others.json", r#"[{"incident_id":"b","num":"7","title":"y"}]"#);
    let config = std::fs::read_to_string(home.path("config.toml")).unwrap();
    home.write(
        "config.toml",
        &format!("{config}[[source]]\nname = \"two\"\nkind = \"file\"\npath = \"others.json\"\n"),
    );
    let ran = home.andon(&["incident", "show", "7"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("lab/a") && ran.err.contains("two/b"), "{}", ran.err);
    home.done(&["incident", "show", "lab/a"]);
}

#[test]
fn a_reader_that_leaves_early_is_no_fault() {
    let home = Home::new();
    let many: Vec<_> = (0..5_000)
        .map(|at| serde_json::json!({"incident_id": at.to_string(), "num": at.to_string(), "title": "t".repeat(90)}))
        .collect();
    home.write("incidents.json", &serde_json::to_string(&many).unwrap());
    for args in [&["incident", "list"][..], &["incident", "list", "--json"]] {
        let mut child = home.command(args).spawn().unwrap();
        let mut line = String::new();
        BufReader::with_capacity(16, child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let ran = finish(child);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{args:?}");
    }
}

#[test]
fn a_full_disk_behind_stdout_is_told() {
    let home = Home::new();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let ran = finish(home.command(&["incident", "list"]).stdout(full).spawn().unwrap());
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("the output could not be written"), "{}", ran.err);
}

#[test]
fn files_are_for_this_user_alone_whatever_the_umask() {
    let home = Home::new();
    std::fs::remove_file(home.path("config.toml")).unwrap();
    for args in [&["config", "init"][..], &["action", "list"], &["log"]] {
        let inner = home.command(args);
        let mut shell = Command::new("sh");
        shell.args(["-c", "umask 0; exec \"$@\"", "sh"]).arg(inner.get_program()).args(args);
        shell.envs(inner.get_envs().filter_map(|(name, value)| Some((name, value?))));
        assert!(shell.status().unwrap().success(), "{args:?}");
    }
    let mode = |name: &str| std::fs::metadata(home.path(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("data"), mode("data/locks")), (0o700, 0o700));
    for entry in std::fs::read_dir(home.path("data")).unwrap().map(Result::unwrap) {
        let meta = entry.metadata().unwrap();
        assert!(meta.is_dir() || meta.permissions().mode() & 0o777 == 0o600, "{entry:?}");
    }
    assert_eq!(mode("config.toml"), 0o600);
}

#[test]
fn the_configuration_is_made_checked_and_found() {
    let home = Home::new();
    let ran = home.andon(&["config", "init"]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("was not changed"), "{}", ran.err);
    assert_eq!(home.done(&["config", "check"]).out, "no faults found\n");
    let paths = home.done(&["config", "path", "--json"]).object();
    assert_eq!(paths["config"].as_str(), home.path("config.toml").to_str());
    assert_eq!(paths["database"].as_str(), home.path("data/andon.db").to_str());
    let elsewhere = home.path("other");
    let ran = home.done(&["config", "path", "--data-dir", elsewhere.to_str().unwrap()]);
    assert!(ran.out.contains(elsewhere.join("andon.db").to_str().unwrap()), "{}", ran.out);
}

#[test]
fn a_broken_configuration_is_told_with_its_place_and_nothing_is_touched() {
    let home = Home::new();
    home.write("config.toml", "[operator]\nnam = \"s3cret\"\n");
    let ran = home.andon(&["incident", "list"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains(":2:1") && ran.err.contains("did you mean `name`?"), "{}", ran.err);
    assert!(!ran.err.contains("s3cret"), "{}", ran.err);
    assert!(!home.path("data").exists());
    let ran = home.andon(&["config", "check", "--json"]);
    assert_eq!((ran.code, ran.object()["level"].as_str()), (1, Some("error")));
    assert_eq!(home.andon(&["incident", "lst"]).code, 2);
    assert_eq!(home.done(&["--help"]).err, "");
}

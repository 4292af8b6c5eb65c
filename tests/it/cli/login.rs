//! `andon login` and `andon source`: a key is tested before anything is written, and never shown.

use std::os::unix::fs::PermissionsExt;

use crate::cli::support::{Home, Receiver};
use crate::cli::terminal::answering;

const KEY: &str = "pd-key-77";

/// An account that knows one key.
fn account() -> Receiver {
    Receiver::replying(|request| {
        if request.contains(&format!("Token token={KEY}")) && request.starts_with("GET /hook/users/me ") {
            let me = r#"{"user": {"name": "Ada Lovelace", "email": "ada@example.com"}}"#;
            ("200 OK\r\nratelimit-limit: 960\r\nratelimit-remaining: 959".to_owned(), me.to_owned())
        } else if request.contains(&format!("Token token={KEY}")) && request.starts_with("GET /hook/incidents?") {
            ("200 OK".to_owned(), r#"{"incidents": [], "more": false}"#.to_owned())
        } else {
            ("401 Unauthorized".to_owned(), r#"{"error": {"message": "bad key"}}"#.to_owned())
        }
    })
}

fn mode(home: &Home, name: &str) -> u32 {
    std::fs::metadata(home.path(name)).unwrap().permissions().mode() & 0o777
}

fn text(home: &Home, name: &str) -> String {
    std::fs::read_to_string(home.path(name)).unwrap()
}

#[test]
fn a_key_from_stdin_is_tested_and_kept_in_a_file_of_its_own() {
    let (home, account) = (Home::new(), account());
    let before = format!("# mine: keep this\n{}# and this\n", text(&home, "config.toml"));
    home.write("config.toml", &before);
    let ran = home.with_input(&["login", "pagerduty", "--name", "pd", "--url", &account.url], &format!("{KEY}\n"));
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.out.starts_with("hello Ada Lovelace <ada@example.com>: PagerDuty"), "{ran:?}");
    assert!(ran.out.contains("959 of 960 calls a minute are left"), "{ran:?}");
    let block = format!(
        "\n[[source]]\nname = \"pd\"\nkind = \"pagerduty\"\nurl = \"{}\"\ntoken = \"${{file:secrets/pd}}\"\n",
        account.url
    );
    assert_eq!(text(&home, "config.toml"), format!("{before}{block}"));
    assert_eq!(text(&home, "secrets/pd"), KEY);
    assert_eq!((mode(&home, "config.toml"), mode(&home, "secrets/pd"), mode(&home, "secrets")), (0o600, 0o600, 0o700));
    assert!(!ran.out.contains(KEY) && !ran.err.contains(KEY), "{ran:?}");
    // What was written is what answers.
    let tested = home.done(&["source", "test", "pd", "--json"]).object();
    assert_eq!((&tested["ok"], &tested["who"]), (&true.into(), &"Ada Lovelace <ada@example.com>".into()));
    let again = home.with_input(&["login", "pagerduty", "--name", "pd", "--url", &account.url], KEY);
    assert!(again.code == 2 && again.err.contains("a source named pd already"), "{again:?}");
}

#[test]
fn where_the_test_fails_nothing_is_written() {
    let (home, account) = (Home::new(), account());
    let before = text(&home, "config.toml");
    let ran = home.with_input(&["login", "pagerduty", "--url", &account.url], "wrong-key\n");
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.err.contains("HTTP 401: bad key; nothing was written"), "{ran:?}");
    assert_eq!(text(&home, "config.toml"), before);
    assert!(!home.path("secrets").exists());
    let ran = home.with_input(&["--read-only", "login", "pagerduty", "--url", &account.url], KEY);
    assert_eq!((ran.code, text(&home, "config.toml")), (4, before), "{ran:?}");
    for (args, why) in [
        (vec!["login", "pagerdty"], "pagerduty"),
        (vec!["login", "pagerduty"], "there is no key of the REST API"),
        (vec!["login", "pagerduty", "--key-from", "somewhere"], "--key-from expects"),
        (vec!["login", "alertmanager"], "--url URL is missing"),
    ] {
        let ran = home.andon(&args);
        assert!(ran.code == 2 && ran.err.contains(why), "{args:?}: {ran:?}");
    }
}

#[test]
fn a_key_that_is_kept_elsewhere_stays_there() {
    let (home, account) = (Home::new(), account());
    let args = ["login", "pagerduty", "--url", &account.url, "--key-from", "env:PD_KEY_OF_MINE", "--json"];
    let output = home.command(&args).env("PD_KEY_OF_MINE", KEY).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let said: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&said["source"], &said["kind"]), (&"pagerduty".into(), &"pagerduty".into()));
    assert!(text(&home, "config.toml").ends_with("token = \"${env:PD_KEY_OF_MINE}\"\n"));
    home.write("key", &format!("{KEY}\n"));
    let file = format!("file:{}", home.path("key").display());
    home.done(&["login", "pagerduty", "--name", "two", "--url", &account.url, "--key-from", &file]);
    assert!(text(&home, "config.toml").ends_with(&format!("token = \"${{{file}}}\"\n")));
    assert!(!home.path("secrets").exists());
}

#[test]
fn on_a_terminal_the_key_is_asked_for_and_not_shown() {
    let (home, account) = (Home::new(), account());
    let args = ["login", "pagerduty", "--name", "pd", "--url", &account.url];
    let (code, seen) = answering(&home, &args, &[("key of the REST API: ", &format!("{KEY}\r"))]);
    assert_eq!(code, 0, "{seen}");
    assert!(seen.contains("hello Ada Lovelace") && !seen.contains(KEY), "{seen}");
    assert_eq!(text(&home, "secrets/pd"), KEY);
}

#[test]
fn without_a_configuration_it_begins_as_the_annotated_example() {
    let (home, account) = (Home::new(), account());
    std::fs::remove_file(home.path("config.toml")).unwrap();
    let ran = home.with_input(&["login", "pagerduty", "--url", &account.url, "--key-from", "-"], KEY);
    assert_eq!(ran.code, 0, "{ran:?}");
    let written = text(&home, "config.toml");
    assert!(
        written.starts_with("# andon: the configuration.") && written.contains("\n[[source]]\nname = \"pagerduty\"")
    );
    // A key that is there already is not replaced.
    home.write("config.toml", "");
    let ran = home.with_input(&["login", "pagerduty", "--url", &account.url], KEY);
    assert!(ran.code == 1 && ran.err.contains("secrets/pagerduty is there already"), "{ran:?}");
    assert_eq!(text(&home, "config.toml"), "");
    let tested = home.with_input(&["login", "pagerduty", "--name", "pd", "--url", &account.url], KEY);
    assert_eq!(tested.code, 0, "{tested:?}");
    assert!(home.done(&["source", "test"]).out.contains("snoozes for at most 168h"));
}

#[test]
fn sources_written_inline_get_another_one_inline() {
    let (home, account) = (Home::new(), account());
    let before = "# mine\nsource = [\n  { name = \"lab\", kind = \"file\", path = \"incidents.json\" }, # here\n]\n";
    home.write("config.toml", before);
    let ran = home.with_input(&["login", "pagerduty", "--name", "pd", "--url", &account.url], KEY);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(text(&home, "config.toml").contains("# here") && text(&home, "config.toml").contains("# mine"));
    assert_eq!(home.done(&["source", "test", "pd", "--json"]).object()["ok"], true);
}

#[test]
fn sources_are_listed_with_what_they_can_do_and_tested() {
    let (home, account) = (Home::new(), account());
    let listed = home.done(&["source", "list"]).out;
    assert!(listed.starts_with("lab  file  never answered  kept here only: acknowledge, unacknowledge"), "{listed}");
    home.done(&["incident", "list"]);
    let listed = home.done(&["source", "list", "--json"]).object();
    assert_eq!((&listed["source"], &listed["kind"], &listed["open"]), (&"lab".into(), &"file".into(), &2.into()));
    assert!(listed["answered_at"].as_i64().is_some() && listed["cannot"]["close"].is_string(), "{listed}");
    let tested = home.done(&["source", "test"]).out;
    assert!(tested.starts_with("✔ lab: a file with 2 incidents\n"), "{tested}");
    let broken = format!(
        "{}\n[[source]]\nname = \"pd\"\nkind = \"pagerduty\"\ntoken = \"wrong\"\nurl = \"{}\"\n",
        text(&home, "config.toml"),
        account.url
    );
    home.write("config.toml", &broken);
    let ran = home.andon(&["source", "test"]);
    assert!(ran.code == 1 && ran.out.contains("✔ lab: ") && ran.out.contains("✖ pd: "), "{ran:?}");
    assert!(ran.out.contains("HTTP 401: bad key") && !ran.out.contains("wrong"), "{ran:?}");
    assert!(home.andon(&["source", "test", "lba"]).err.contains("no source is named lba"));
}

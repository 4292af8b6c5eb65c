//! What an action asks at the press: given, read from elsewhere, refused, and kept from every eye.

use serde_json::Value;

use crate::cli::support::{Home, Ran, Receiver};

const VERSION: &str = r#"{ name = "version", type = "choice", choices = ["v41", "@v42"], default = "v41" }"#;
const PASSWORD: &str = r#"{ name = "password", type = "secret", required = true }"#;

fn asking(receiver: &Receiver) -> Home {
    let home = Home::new();
    home.add_go(&receiver.url, &["--input", VERSION, "--input", PASSWORD, "--cooldown", "0s"]);
    home
}

fn inputs(request: &str) -> Value {
    let body: Value = serde_json::from_str(request.split_once("\r\n\r\n").unwrap().1).unwrap();
    body["inputs"].clone()
}

fn everything_kept(home: &Home) -> String {
    let log = home.done(&["log", "--json"]).out;
    let files = std::fs::read_dir(home.path("data")).unwrap().flatten().filter(|entry| entry.path().is_file());
    files.fold(log, |all, entry| all + &String::from_utf8_lossy(&std::fs::read(entry.path()).unwrap()))
}

#[test]
fn values_reach_the_receiver_and_a_secret_nobody_else() {
    let receiver = Receiver::answering("200 OK", "");
    let home = asking(&receiver);
    home.write("pw", "s3cret-of-file\n");
    let from_file = format!("password=@{}", home.path("pw").display());
    assert_eq!(home.go(&["--yes", "--input", &from_file]).code, 0);
    let args = ["run", "Go", "--incident", "054D57", "--yes", "--input", "password=@-", "--input", "version=@@v42"];
    assert_eq!(home.with_input(&args, "s3cret-of-stdin\n").code, 0);
    let given = home.go(&["--yes", "--input", "password=s3cret-typed"]);
    assert!(given.code == 0 && given.err.contains("is visible in the process list"), "{given:?}");
    assert!(!given.err.contains("s3cret"), "{given:?}");
    let all: Vec<Value> = receiver.requests().iter().map(|request| inputs(request)).collect();
    assert_eq!(all[0], serde_json::json!({"version": "v41", "password": "s3cret-of-file"}));
    assert_eq!(all[1], serde_json::json!({"version": "@v42", "password": "s3cret-of-stdin"}));
    assert!(!everything_kept(&home).contains("s3cret"));
    let dry = home.go(&["--dry-run", "--input", &from_file]);
    assert!(dry.code == 0 && dry.out.contains("••••••") && !dry.out.contains("s3cret"), "{dry:?}");
}

#[test]
fn a_bad_input_refuses_the_press_and_a_row_says_so() {
    let receiver = Receiver::answering("200 OK", "");
    let home = asking(&receiver);
    let refused = |more: &[&str], said: &str| {
        let ran: Ran = home.go(&[&["--yes", "--json"], more].concat());
        let run = ran.object();
        assert_eq!((ran.code, &run["failure"]), (4, &"input".into()), "{more:?}: {ran:?}");
        assert!(run["message"].as_str().unwrap().contains(said), "{run}");
        assert!(!ran.out.contains("s3cret") && !ran.err.contains("s3cret"), "{ran:?}");
    };
    refused(&[], "input password: a value is needed: '--input password=@-'");
    refused(&["--input", "pasword=s3cret"], "did you mean `password`?");
    refused(&["--input", "password=@/does/not/exist"], "cannot be read");
    refused(&["--input", "password=s3cret", "--input", "version=v40"], "input version: choose one of v41");
    refused(&["--input", "password=s3cret", "--input", "password=s3cret2"], "given twice");
    refused(&["--input", "password=@-", "--input", "version=@-"], "stdin can be read for one input only");
    assert_eq!((receiver.requests().len(), home.runs().len()), (0, 6));
    assert!(!everything_kept(&home).contains("s3cret"));
    let dry = home.go(&["--dry-run", "--json"]);
    assert_eq!((dry.code, &dry.object()["failure"]), (4, &"input".into()));
    // What refuses it anyway comes first: nobody types a password for nothing.
    let ran = home.go(&["--yes", "--json", "--read-only"]);
    assert_eq!((ran.code, &ran.object()["failure"]), (4, &"read_only".into()));
}

#[test]
fn the_same_inputs_go_to_every_incident() {
    let receiver = Receiver::answering("200 OK", "");
    let home = Home::new();
    home.add_go(&receiver.url, &["--channel", "lab/web", "--input", VERSION, "--input", PASSWORD]);
    let ran = home.go(&["--incident", "0E83EE", "--yes", "--json", "--input", "nope=1"]);
    assert_eq!((ran.code, ran.json().len()), (4, 2));
    assert!(ran.json().iter().all(|run| run["failure"] == "input"), "{ran:?}");
    let ran = home.go(&["--incident", "0E83EE", "--yes", "--json", "--input", "password=s3cret"]);
    assert_eq!((ran.code, ran.json().len()), (0, 2), "{ran:?}");
    let groups: Vec<Value> = ran.json().iter().map(|run| run["group"].clone()).collect();
    assert!(groups[0].is_string() && groups[0] == groups[1], "{groups:?}");
    assert!(receiver.requests().iter().all(|request| inputs(request)["password"] == "s3cret"));
}

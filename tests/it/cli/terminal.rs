//! Asking on a terminal: a press is confirmed by a person there.

use std::io::{Read, Write};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};

use crate::cli::support::{Home, Receiver};

/// Runs in a terminal, waits for `prompt`, types, and gives the exit code and what was on the screen.
fn typing(home: &Home, args: &[&str], prompt: &str, keys: &str) -> (u32, String) {
    answering(home, args, &[(prompt, keys)])
}

/// As [`typing`], one prompt after the other.
pub(crate) fn answering(home: &Home, args: &[&str], answers: &[(&str, &str)]) -> (u32, String) {
    let pair = native_pty_system().openpty(PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 }).unwrap();
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_andon"));
    command.args(args);
    command.env("ANDON_CONFIG", home.path("config.toml"));
    command.env("ANDON_DATA_DIR", home.path("data"));
    let mut child = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    let mut reader = pair.master.try_clone_reader().unwrap();
    let mut writer = pair.master.take_writer().unwrap();
    let mut seen = String::new();
    let mut chunk = [0; 4096];
    let mut answers = answers.iter();
    let mut next = answers.next();
    // A terminal whose other side has gone reads as an error.
    while let Ok(read) = reader.read(&mut chunk) {
        if read == 0 {
            break;
        }
        seen.push_str(&String::from_utf8_lossy(&chunk[..read]));
        if let Some((_, keys)) = next.filter(|(prompt, _)| seen.contains(prompt)) {
            writer.write_all(keys.as_bytes()).unwrap();
            next = answers.next();
        }
    }
    (child.wait().unwrap().exit_code(), seen)
}

const RUN: [&str; 4] = ["run", "Go", "--incident", "054D57"];

#[test]
fn enter_sends_and_anything_else_does_not() {
    let home = Home::new();
    let receiver = Receiver::answering("200 OK", "fine");
    home.add_go(&receiver.url, &[]);
    let (code, seen) = typing(&home, &RUN, "Enter sends", "y\r");
    assert_eq!(code, 4, "{seen}");
    assert!(seen.contains(&format!("POST {}", receiver.url)) && seen.contains("054D57"), "{seen}");
    assert_eq!(home.runs()[0]["failure"], "unconfirmed");
    assert_eq!(receiver.requests().len(), 0);
    let (code, seen) = typing(&home, &RUN, "Enter sends", "\r");
    assert_eq!((code, receiver.requests().len()), (0, 1), "{seen}");
}

#[test]
fn a_number_is_typed_where_it_is_wanted() {
    let home = Home::new();
    let receiver = Receiver::answering("200 OK", "fine");
    home.add_go(&receiver.url, &["--confirm", "type"]);
    assert_eq!(typing(&home, &RUN, "to send: ", "\r").0, 4);
    assert_eq!(typing(&home, &RUN, "to send: ", "054D57\r").0, 0);
    assert_eq!(receiver.requests().len(), 1);
}

#[test]
fn an_interrupted_question_sends_nothing_and_leaves_no_row() {
    let home = Home::new();
    let receiver = Receiver::answering("200 OK", "fine");
    home.add_go(&receiver.url, &[]);
    let (code, seen) = typing(&home, &RUN, "Enter sends", "\u{3}");
    assert_eq!(code, 130, "{seen}");
    assert!(seen.contains("nothing was sent"), "{seen}");
    assert_eq!((receiver.requests().len(), home.runs().len()), (0, 0));
}

#[test]
fn a_removal_is_asked_for() {
    let home = Home::new();
    home.add_go("https://ci.example/x", &[]);
    assert_eq!(typing(&home, &["action", "remove", "Go"], "y removes", "\r").0, 4);
    assert_eq!(typing(&home, &["action", "remove", "Go"], "y removes", "y\r").0, 0);
    assert_eq!(home.done(&["action", "list"]).out, "");
}

#[test]
fn several_are_confirmed_by_typing_their_count() {
    let home = Home::new();
    let receiver = Receiver::answering("200 OK", "fine");
    home.add_go(&receiver.url, &["--channel", "lab/web", "--header", "X-Token: ${secret:CI}"]);
    home.write("token", "s3cret");
    let config = std::fs::read_to_string(home.path("config.toml")).unwrap();
    home.write("config.toml", &format!("{config}[secrets]\nCI = \"${{file:token}}\"\n"));
    let both = [&RUN[..], &["--incident", "0E83EE"]].concat();
    for keys in ["\r", "y\r", "054D57\r"] {
        let (code, seen) = typing(&home, &both, "type 2 to send: ", keys);
        assert_eq!(code, 4, "{seen}");
    }
    assert_eq!(receiver.requests().len(), 0);
    let (code, seen) = typing(&home, &both, "type 2 to send: ", "2\r");
    assert_eq!((code, receiver.requests().len()), (0, 2), "{seen}");
    assert!(seen.contains("Go  on 2 incidents") && seen.contains("reads ${secret:CI}"), "{seen}");
    assert!(seen.contains("054D57") && seen.contains("0E83EE") && !seen.contains("s3cret"), "{seen}");
}

#[test]
fn a_secret_is_typed_without_being_shown() {
    let home = Home::new();
    let receiver = Receiver::answering("200 OK", "fine");
    home.add_go(&receiver.url, &["--input", "{ name = \"password\", type = \"secret\", required = true }"]);
    let answers = [("password, not shown: ", "s3cret\r"), ("Enter sends", "\r")];
    let (code, seen) = answering(&home, &RUN, &answers);
    assert_eq!(code, 0, "{seen}");
    assert!(seen.contains("password = ••••••") && !seen.contains("s3cret"), "{seen}");
    assert!(receiver.requests()[0].contains("s3cret"));
    // Interrupted there, nothing was sent, and what is typed is shown again.
    let (code, seen) = typing(&home, &RUN, "password, not shown: ", "\u{3}");
    assert_eq!((code, receiver.requests().len()), (130, 1), "{seen}");
    assert!(home.runs().iter().all(|run| !run.to_string().contains("s3cret")));
}

#[test]
fn a_held_press_is_taken_back() {
    let home = Home::new();
    let receiver = Receiver::answering("200 OK", "fine");
    home.add_go(&receiver.url, &["--confirm", "none", "--hold", "60s"]);
    let (code, seen) = typing(&home, &RUN, "sends in 60 s; Ctrl-C takes it back", "\u{3}");
    assert_eq!(code, 130, "{seen}");
    assert_eq!((receiver.requests().len(), home.runs()[0]["outcome"].as_str()), (0, Some("cancelled")));
}

#[test]
fn lines_and_the_progress_of_a_job_are_shown_as_they_come() {
    let home = Home::new();
    let receiver = Receiver::replying(|request| {
        if request.starts_with("GET /jobs/1") {
            return ("200 OK".to_owned(), r#"{"status":"running","percent":40,"message":"half \u001b[2J"}"#.to_owned());
        }
        ("202 Accepted\r\nLocation: /jobs/1".to_owned(), String::new())
    });
    home.add_go(&receiver.url, &[]);
    let yes = [&RUN[..], &["--yes"]].concat();
    let (code, seen) = typing(&home, &yes, "note: job 40 %", "\u{3}");
    assert_eq!(code, 3, "{seen}");
    assert!(seen.contains("note: accepted; following its job") && !seen.contains("\u{1b}[2J"), "{seen}");
    assert_eq!(home.runs()[0]["outcome"], "unknown");
}

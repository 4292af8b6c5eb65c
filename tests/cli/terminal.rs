//! Asking on a terminal: a press is confirmed by a person there.

use std::io::{Read, Write};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};

use crate::support::{Home, Receiver};

/// Runs in a terminal, waits for `prompt`, types, and gives the exit code and what was on the screen.
fn typing(home: &Home, args: &[&str], prompt: &str, keys: &str) -> (u32, String) {
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
    let mut typed = false;
    // A terminal whose other side has gone reads as an error.
    while let Ok(read) = reader.read(&mut chunk) {
        if read == 0 {
            break;
        }
        seen.push_str(&String::from_utf8_lossy(&chunk[..read]));
        if !typed && seen.contains(prompt) {
            writer.write_all(keys.as_bytes()).unwrap();
            typed = true;
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

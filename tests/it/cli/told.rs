//! What the command line says where it cannot do as it was told: clean, and with the exit code of what was done.

use std::fs::OpenOptions;

use crate::cli::support::{Home, Receiver, finish};

/// An argument as a script hands it on: a title for the terminal, a bidirectional override, an invisible character.
const BAD: &str = "--x\u{1b}]0;pwn\u{7}\u{202e}\u{200b}\u{9b}31m";

#[test]
fn a_usage_error_repeats_no_argument_as_it_came() {
    let home = Home::new();
    for args in [
        vec!["incident", "show", BAD],
        vec![BAD],
        vec!["incident", BAD],
        vec!["log", "--limit", BAD],
        vec!["run", "Go", "--parallel", BAD],
        vec!["run", "Go", "--incident", "x", BAD],
        vec!["incident", "snooze", "054D57", "--for", BAD],
        vec!["action", "show", &BAD[3..]],
        vec!["source", "test", &BAD[3..]],
    ] {
        let ran = home.andon(&args);
        assert_eq!(ran.code, 2, "{args:?}: {ran:?}");
        let said = format!("{}{}", ran.out, ran.err);
        let is_raw = |ch: char| "\u{1b}\u{7}\u{202e}\u{200b}\u{9b}".contains(ch);
        assert!(!said.contains(is_raw) && ran.err.contains("‹U+202E›"), "{args:?}: {said:?}");
    }
}

#[test]
fn help_is_no_error() {
    let ran = Home::new().done(&["--help"]);
    assert!(ran.out.contains("Usage:") && ran.err.is_empty(), "{ran:?}");
}

#[test]
fn an_output_that_cannot_be_written_is_said_and_does_not_change_how_the_run_ended() {
    for (status, outcome, code) in [("200 OK", "succeeded", 0), ("500 No", "failed", 1), ("504 Late", "unknown", 3)] {
        let home = Home::new();
        let receiver = Receiver::answering(status, "said");
        home.add_go(&receiver.url, &[]);
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let child =
            home.command(&["run", "Go", "--incident", "054D57", "--yes", "--json"]).stdout(full).spawn().unwrap();
        let ran = finish(child);
        assert_eq!(ran.code, code, "{ran:?}");
        assert!(ran.err.contains("the output could not be written"), "{ran:?}");
        assert_eq!((home.runs().len(), home.runs()[0]["outcome"].as_str()), (1, Some(outcome)));
    }
    // Where nothing was done, it is the fault itself.
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let ran = finish(Home::new().command(&["incident", "list"]).stdout(full).spawn().unwrap());
    assert!(ran.code == 1 && ran.err.contains("the output could not be written"), "{ran:?}");
}

//! Runs that are ended from outside: killed, interrupted, asked to end.

use rustix::process::Signal;

use crate::cli::support::{Home, Receiver, finish, send_signal};

#[test]
fn killed_while_waiting_is_unknown_at_the_next_command_and_never_sent_again() {
    let home = Home::new();
    let receiver = Receiver::silent();
    home.add_go(&receiver.url, &["--timeout", "10m"]);
    let mut child = home.start_go(&["--yes"]);
    receiver.wait();
    child.kill().unwrap();
    child.wait().unwrap();
    let runs = home.runs();
    assert_eq!(runs.len(), 1);
    assert_eq!((runs[0]["outcome"].as_str(), runs[0]["failure"].as_str()), (Some("unknown"), Some("interrupted")));
    let event = runs[0]["event_id"].as_str().unwrap();
    assert!(runs[0]["message"].as_str().unwrap().contains(event));
    assert_eq!(receiver.requests().len(), 1);
}

#[test]
fn an_interrupt_after_the_request_left_is_unknown() {
    let home = Home::new();
    let receiver = Receiver::silent();
    home.add_go(&receiver.url, &["--timeout", "10m"]);
    let child = home.start_go(&["--yes", "--json"]);
    receiver.wait();
    send_signal(&child, Signal::INT);
    let ran = finish(child);
    assert_eq!(ran.code, 3, "{ran:?}");
    let run = ran.object();
    assert_eq!((run["outcome"].as_str(), run["failure"].as_str()), (Some("unknown"), Some("cancelled")));
    assert!(run["message"].as_str().unwrap().contains("it may have run"), "{run}");
    assert_eq!(home.runs()[0]["outcome"], "unknown");
}

#[test]
fn an_interrupt_before_anything_can_have_been_received_is_cancelled() {
    let home = Home::new();
    let receiver = Receiver::silent();
    // The TLS handshake never ends, so that no request can have left.
    home.add_go(&receiver.url.replace("http:", "https:"), &["--timeout", "10m"]);
    let child = home.start_go(&["--yes", "--json"]);
    receiver.wait();
    send_signal(&child, Signal::INT);
    let ran = finish(child);
    assert_eq!(ran.code, 130, "{ran:?}");
    let run = ran.object();
    assert_eq!((run["outcome"].as_str(), run["failure"].as_str()), (Some("cancelled"), Some("cancelled")));
    assert!(run["message"].as_str().unwrap().contains("nothing was sent"), "{run}");
    assert_eq!(home.runs()[0]["outcome"], "cancelled");
}

#[test]
fn asked_to_end_the_run_is_finished_and_recorded_first() {
    for (signal, code) in [(Signal::TERM, 143), (Signal::HUP, 129)] {
        let home = Home::new();
        let (go, wait) = std::sync::mpsc::channel();
        let receiver = Receiver::answering_after(wait, "done");
        home.add_go(&receiver.url, &["--timeout", "10m"]);
        let child = home.start_go(&["--yes", "--json"]);
        receiver.wait();
        send_signal(&child, signal);
        go.send(()).unwrap();
        let ran = finish(child);
        assert_eq!((ran.code, ran.object()["outcome"].as_str()), (code, Some("succeeded")));
        assert_eq!(home.runs()[0]["outcome"], "succeeded");
    }
}

#[test]
fn an_ending_that_cannot_be_written_is_told_and_fails() {
    let home = Home::new();
    let (go, wait) = std::sync::mpsc::channel();
    let receiver = Receiver::answering_after(wait, "fine");
    home.add_go(&receiver.url, &[]);
    let child = home.start_go(&["--yes", "--json"]);
    receiver.wait();
    break_store(&home);
    go.send(()).unwrap();
    let ran = finish(child);
    assert_eq!((ran.code, ran.object()["outcome"].as_str()), (1, Some("succeeded")), "{ran:?}");
    let said = ran.err.lines().find(|line| line.starts_with("error: not recorded")).unwrap();
    assert!(said.contains("Go on 054D57: succeeded") && said.contains(ran.object()["run"].as_str().unwrap()), "{said}");
}

/// Takes away a table that the end of a run is written to.
fn break_store(home: &Home) {
    sqlx::any::install_default_drivers();
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let url = format!("sqlite://{}", home.path("data/andon.db").display());
        let mut connection = <sqlx::AnyConnection as sqlx::Connection>::connect(&url).await.unwrap();
        sqlx::query("DROP TABLE run_detail").execute(&mut connection).await.unwrap();
    });
}

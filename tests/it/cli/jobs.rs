//! Followed jobs: to their end, let go, and taken over by the next.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::process::Signal;
use serde_json::json;

use crate::cli::support::{Home, Receiver, finish, send_signal};

/// A receiver whose one job ends once it is told so.
struct Working {
    receiver: Receiver,
    over: Arc<AtomicBool>,
    home: Home,
}

impl Working {
    fn start() -> Self {
        let over = Arc::<AtomicBool>::default();
        let is_over = over.clone();
        let receiver = Receiver::replying(move |request| {
            if request.starts_with("POST") {
                return ("202 Accepted\r\nLocation: /jobs/1".to_owned(), String::new());
            }
            let body = if is_over.load(Ordering::SeqCst) {
                json!({"status": "succeeded", "message": "rolled back"})
            } else {
                json!({"status": "running"})
            };
            ("200 OK\r\nRetry-After: 1".to_owned(), body.to_string())
        });
        let home = Home::new();
        home.add_go(&receiver.url, &[]);
        Self { receiver, over, home }
    }

    fn end(&self) {
        self.over.store(true, Ordering::SeqCst);
    }

    /// Waits for the press and for the first poll of its job.
    fn wait(&self) {
        self.receiver.wait();
        self.receiver.wait();
    }

    fn presses(&self) -> usize {
        self.receiver.requests().iter().filter(|request| request.starts_with("POST")).count()
    }
}

#[test]
fn a_job_is_followed_to_its_end() {
    let working = Working::start();
    let child = working.home.start_go(&["--yes", "--json"]);
    working.wait();
    working.end();
    let ran = finish(child);
    let run = ran.object();
    assert_eq!((ran.code, &run["outcome"], &run["message"]), (0, &json!("succeeded"), &json!("rolled back")), "{run}");
    assert_eq!(working.presses(), 1);
}

#[test]
fn asked_to_end_the_job_is_let_go_and_the_next_takes_it_over() {
    for (signal, code) in [(Signal::TERM, Some(143)), (Signal::HUP, Some(129)), (Signal::KILL, None)] {
        let working = Working::start();
        let child = working.home.start_go(&["--yes", "--json"]);
        working.wait();
        send_signal(&child, signal);
        let ran = finish(child);
        if let Some(code) = code {
            let run = ran.object();
            assert_eq!((ran.code, &run["state"], &run["outcome"]), (code, &json!("running"), &json!(null)), "{run}");
        }
        assert_eq!(working.home.runs()[0]["state"], "running");
        working.end();
        let resumed = working.home.andon(&["run", "--resume", "--json"]);
        let run = resumed.object();
        assert_eq!((resumed.code, &run["outcome"]), (0, &json!("succeeded")), "{resumed:?}");
        assert_eq!(run["run"], working.home.runs()[0]["run"]);
        assert_eq!(working.home.done(&["run", "--resume"]).out, "no job waits to be followed\n");
        assert_eq!((working.presses(), working.home.runs().len()), (1, 1));
    }
}

#[test]
fn interrupted_it_is_unknown() {
    let working = Working::start();
    let child = working.home.start_go(&["--yes", "--json"]);
    working.wait();
    send_signal(&child, Signal::INT);
    let ran = finish(child);
    assert_eq!((ran.code, &ran.object()["outcome"]), (3, &json!("unknown")), "{ran:?}");
    assert_eq!(working.home.done(&["run", "--resume"]).out, "no job waits to be followed\n");
}

#[test]
fn an_interrupted_resume_lets_the_job_go_again() {
    let working = Working::start();
    let child = working.home.start_go(&["--yes"]);
    working.wait();
    send_signal(&child, Signal::TERM);
    finish(child);
    let resume = working.home.command(&["run", "--resume", "--json"]).spawn().unwrap();
    working.receiver.wait();
    send_signal(&resume, Signal::INT);
    let ran = finish(resume);
    assert_eq!((ran.code, &ran.object()["state"]), (3, &json!("running")), "{ran:?}");
    working.end();
    let resumed = working.home.andon(&["run", "--resume"]);
    assert_eq!(resumed.code, 0, "{resumed:?}");
    assert!(resumed.out.starts_with("✔ Go on 054D57: succeeded"), "{resumed:?}");
}

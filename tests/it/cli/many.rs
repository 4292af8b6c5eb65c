//! `run` on several incidents: one row and one object each, confirmed by their count, the worst exit code.

use rustix::process::Signal;
use serde_json::Value;

use crate::cli::support::{Home, Ran, Receiver, finish, send_signal};

const BOTH: [&str; 6] = ["run", "Go", "--incident", "054D57", "--incident", "0E83EE"];

/// A home whose `Go` belongs to the channels of both incidents.
fn home(endpoint: &str, more: &[&str]) -> Home {
    let home = Home::new();
    let mut all = vec!["--channel", "lab/web"];
    all.extend(more);
    home.add_go(endpoint, &all);
    home
}

fn both(home: &Home, more: &[&str]) -> Ran {
    home.andon(&[&BOTH, more].concat())
}

/// Of each object, in the order of the incidents: the number, the outcome, the failure.
fn facts(ran: &Ran) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let one = |run: &Value| (text(&run["incident_num"]), text(&run["outcome"]), text(&run["failure"]));
    let mut all: Vec<_> = ran.json().iter().map(one).collect();
    all.sort();
    all
}

fn fact(num: &str, outcome: &str, failure: &str) -> (String, String, String) {
    (num.to_owned(), outcome.to_owned(), failure.to_owned())
}

#[test]
fn each_incident_has_its_own_run_and_the_worst_counts() {
    let receiver =
        Receiver::judging(|request| if request.contains("0E83EE") { "500 Internal Server Error" } else { "200 OK" });
    let home = home(&receiver.url, &[]);
    let ran = both(&home, &["--yes", "--json"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert_eq!(facts(&ran), [fact("054D57", "succeeded", "-"), fact("0E83EE", "failed", "http_status")]);
    assert_eq!((receiver.requests().len(), home.runs().len()), (2, 2));
    let events: Vec<Value> = ran.json().into_iter().map(|run| run["event_id"].clone()).collect();
    assert_ne!(events[0], events[1]);
}

#[test]
fn several_are_confirmed_by_their_count_and_else_nothing_is_sent() {
    let receiver = Receiver::answering("200 OK", "");
    let home = home(&receiver.url, &["--confirm", "none", "--cooldown", "0s"]);
    let refused = [fact("054D57", "refused", "unconfirmed"), fact("0E83EE", "refused", "unconfirmed")];
    let refuse = |more: &[&str], said: &str| {
        let ran = both(&home, &[more, &["--json"]].concat());
        assert_eq!((ran.code, facts(&ran)), (4, refused.to_vec()), "{more:?}: {ran:?}");
        assert!(ran.json()[0]["message"].as_str().unwrap().contains(said), "{ran:?}");
    };
    // Not even what asks for nothing is sent to several unasked.
    refuse(&[], "pass --yes");
    refuse(&["--confirm", "3"], "which is 2");
    refuse(&["--yes", "--confirm", "054D57"], "which is 2");
    home.done(&["action", "edit", "Go", "--confirm", "type"]);
    refuse(&["--yes"], "pass --confirm 2");
    assert_eq!((receiver.requests().len(), home.runs().len()), (0, 8));
    assert_eq!(both(&home, &["--confirm", "2"]).code, 0);
    assert_eq!(receiver.requests().len(), 2);
}

#[test]
fn what_is_refused_is_refused_for_itself() {
    let receiver = Receiver::answering("200 OK", "");
    let home = home(&receiver.url, &["--cooldown", "1h"]);
    assert_eq!(home.go(&["--yes"]).code, 0);
    let ran = both(&home, &["--yes", "--json"]);
    assert_eq!(ran.code, 4, "{ran:?}");
    assert_eq!(facts(&ran), [fact("054D57", "refused", "cooldown"), fact("0E83EE", "succeeded", "-")]);
    assert_eq!((receiver.requests().len(), home.runs().len()), (2, 3));
    let ran = both(&home, &["--yes", "--json", "--read-only"]);
    assert_eq!((ran.code, facts(&ran)[1].clone()), (4, fact("0E83EE", "refused", "read_only")));
    assert_eq!(receiver.requests().len(), 2);
}

#[test]
fn an_incident_whose_channel_lacks_it_is_named_and_left_out() {
    let home = Home::new();
    let receiver = Receiver::answering("200 OK", "");
    home.add_go(&receiver.url, &[]);
    let ran = both(&home, &["--yes", "--json"]);
    assert!(ran.err.contains("skipped: 0E83EE 队列 lag: lab/web does not have Go"), "{}", ran.err);
    assert_eq!((ran.code, facts(&ran)), (4, vec![fact("054D57", "succeeded", "-")]));
    assert_eq!((receiver.requests().len(), home.runs().len()), (1, 1));
}

#[test]
fn the_same_incident_given_twice_is_pressed_once() {
    let receiver = Receiver::answering("200 OK", "");
    let home = home(&receiver.url, &[]);
    let ran = home.go(&["--incident", "64f1", "--yes", "--json"]);
    assert_eq!((ran.code, facts(&ran)), (0, vec![fact("054D57", "succeeded", "-")]));
    assert!(ran.err.contains("64f1: given before"), "{}", ran.err);
    assert_eq!(receiver.requests().len(), 1);
}

#[test]
fn actions_of_the_same_name_in_two_channels_are_not_mixed_up() {
    let home = Home::new();
    home.add_go("https://ci.example/x", &[]);
    home.done(&["action", "add", "--name", "Go", "--channel", "lab/web", "--endpoint", "https://ci.example/y"]);
    let ran = both(&home, &["--yes", "--json"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("more than one action is \"Go\"") && ran.err.contains("lab/web 1"), "{}", ran.err);
}

#[test]
fn a_dry_run_shows_each_request_and_sends_none() {
    let receiver = Receiver::answering("200 OK", "");
    let home = home(&receiver.url, &[]);
    let ran = both(&home, &["--dry-run", "--json"]);
    assert_eq!(ran.code, 0);
    let all = ran.json();
    let nums: Vec<_> = all.iter().map(|one| one["body"]["incident"]["num"].as_str().unwrap()).collect();
    assert_eq!(nums, ["054D57", "0E83EE"]);
    assert!(all.iter().all(|one| one["dry_run"] == true && one["action_id"] == "go"));
    let text = both(&home, &["--dry-run"]).out;
    assert!(text.starts_with("# 054D57  cpu") && text.contains("\n\n# 0E83EE  队列 lag\nPOST "), "{text}");
    assert_eq!((receiver.requests().len(), home.runs().len()), (0, 0));
}

#[test]
fn one_at_a_time_stops_at_the_first_failure_where_asked() {
    let receiver = Receiver::answering("500 Internal Server Error", "");
    let home = home(&receiver.url, &[]);
    let ran = both(&home, &["--yes", "--json", "--parallel", "1", "--stop-on-failure"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert_eq!(facts(&ran), [fact("054D57", "failed", "http_status"), fact("0E83EE", "cancelled", "cancelled")]);
    assert_eq!((receiver.requests().len(), home.runs().len()), (1, 2));
}

#[test]
fn an_interrupt_stops_what_is_sent_as_unknown_and_what_waits_as_cancelled() {
    let receiver = Receiver::silent();
    let home = home(&receiver.url, &["--timeout", "10m"]);
    let args = [&BOTH[..], &["--yes", "--json", "--parallel", "1"]].concat();
    let child = home.command(&args).spawn().unwrap();
    receiver.wait();
    send_signal(&child, Signal::INT);
    let ran = finish(child);
    assert_eq!(ran.code, 3, "{ran:?}");
    assert_eq!(facts(&ran), [fact("054D57", "unknown", "cancelled"), fact("0E83EE", "cancelled", "cancelled")]);
    assert_eq!((receiver.requests().len(), home.runs().len()), (1, 2));
}

#[test]
fn without_a_store_each_is_refused() {
    let home = home("https://ci.example/x", &[]);
    for beside in ["data/andon.db-wal", "data/andon.db-shm"] {
        let _ = std::fs::remove_file(home.path(beside));
    }
    std::fs::write(home.path("data/andon.db"), "this is no database, whatever its name says").unwrap();
    let ran = both(&home, &["--yes", "--json"]);
    assert_eq!(ran.code, 4, "{ran:?}");
    let all = ran.json();
    assert_eq!((all.len(), &all[1]["failure"], &all[1]["incident"]), (2, &"store".into(), &"0E83EE".into()));
}

#[test]
fn with_no_job_to_take_over_resuming_is_done() {
    let home = Home::new();
    assert_eq!(home.done(&["run", "--resume"]).out, "no job waits to be followed\n");
    assert_eq!(home.done(&["run", "--resume", "--json"]).out, "");
}

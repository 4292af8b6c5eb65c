//! A walk through real work: several andons on one machine, actions and incidents that change under the hand.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::pty::{APART, Ended, LIMIT, Pty};
use crate::support::receiver::{Receiver, Reply};
use crate::support::station::{Station, incident};

/// What another andon must show within this.
const SOON: Duration = Duration::from_secs(2);

fn board(station: &Station, operator: &str) -> Pty {
    let andon = station.screen().arg("--operator").arg(operator).spawn();
    andon.wait_for("● prod");
    andon
}

fn open_confirm(andon: &mut Pty) {
    andon.press("1");
    andon.wait_for("Send this?");
}

/// Enter stays down, then is let go.
fn hold_enter(andon: &mut Pty) {
    thread::sleep(Duration::from_millis(400));
    for _ in 0..10 {
        andon.send("\r");
        thread::sleep(Duration::from_millis(45));
    }
    thread::sleep(APART);
}

#[test]
fn two_presses_in_two_processes_are_one_request() {
    let station = Station::plain();
    let receiver = Receiver::start(Reply::Later(Duration::from_secs(1), "restarted".to_owned()));
    station.add("Restart", &receiver.url("/"), &[]);
    let (mut ada, mut linus) = (board(&station, "ada"), board(&station, "linus"));
    open_confirm(&mut ada);
    open_confirm(&mut linus);
    ada.press("\r");
    ada.wait_for("1 running");
    linus.press("\r");
    let refused = linus.wait_for("refused");
    let line = refused.lines().find(|line| line.contains("refused")).unwrap();
    assert!(refused.contains("ada"), "it does not say who was first: {line}\n{refused}");
    ada.wait_for("✔ Restart");
    // The end of another's run is seen, too, and then the cooldown holds for both.
    linus.wait_for("✔ Restart");
    open_confirm(&mut linus);
    linus.press("\r");
    linus.wait_until("a second refusal", |screen| screen.matches("refused").count() >= 2);
    let runs = station.runs();
    let outcomes: Vec<_> =
        runs.iter().map(|run| (run["operator"].clone(), run["outcome"].clone(), run["failure"].clone())).collect();
    assert_eq!(
        json!(outcomes),
        json!([["ada", "succeeded", null], ["linus", "refused", "in_flight"], ["linus", "refused", "cooldown"]])
    );
    assert_eq!(receiver.requests().len(), 1);
}

#[test]
fn leaving_with_a_run_in_flight_asks_and_records_it() {
    let station = Station::plain();
    let receiver = Receiver::start(Reply::Later(Duration::from_secs(1), "restarted".to_owned()));
    station.add("Restart", &receiver.url("/"), &[]);
    let mut andon = board(&station, "ada");
    open_confirm(&mut andon);
    andon.press("\r");
    receiver.wait_for(1);
    andon.press("\x03");
    andon.wait_for("Leave andon?");
    andon.press("y");
    assert_eq!(andon.wait_end(LIMIT), Ended::Code(0));
    andon.assert_restored();
    assert_eq!(station.runs()[0]["outcome"], "succeeded");
}

#[test]
fn an_action_that_changed_while_it_was_asked_is_asked_again() {
    let station = Station::plain();
    let (old, new) = (Receiver::start(Reply::Text("old".into())), Receiver::start(Reply::Text("restarted".into())));
    station.add("Restart", &old.url("/old"), &[]);
    let mut andon = board(&station, "ada");
    open_confirm(&mut andon);
    station.done(&["action", "edit", "Restart", "--endpoint", &new.url("/new")]);
    andon.press("\r");
    let again = andon.wait_for("Changed since it was shown");
    assert!(again.contains("endpoint"), "{again}");
    andon.wait_for("/new");
    hold_enter(&mut andon);
    assert!(old.requests().is_empty() && new.requests().is_empty(), "the changed request was read by nobody");
    andon.press("\r");
    andon.wait_for("✔ Restart");
    assert_eq!((old.requests().len(), new.requests().len()), (0, 1));
}

#[test]
fn an_incident_that_changed_while_it_was_asked_is_asked_again() {
    let station = Station::plain();
    let receiver = Receiver::start(Reply::Text("done so".into()));
    station.add("Restart", &receiver.url("/"), &[]);
    let mut andon = board(&station, "ada");
    open_confirm(&mut andon);
    let mut changed = incident("a1", "queue lag on another host");
    changed["labels"] = json!({ "resource": "db-07" });
    station.incidents(&json!([changed]));
    andon.wait_for("queue lag on anoth");
    andon.press("\r");
    let again = andon.wait_for("Changed since it was shown");
    assert!(again.contains("title") && again.contains("labels"), "{again}");
    hold_enter(&mut andon);
    assert!(receiver.requests().is_empty());
    andon.press("\r");
    andon.wait_for("✔ Restart");
    assert!(receiver.requests()[0].contains("db-07"));
}

#[test]
fn an_action_that_went_while_it_was_asked_is_not_sent() {
    let station = Station::plain();
    let receiver = Receiver::start(Reply::Text("done so".into()));
    station.add("Restart", &receiver.url("/"), &[]);
    let mut andon = board(&station, "ada");
    open_confirm(&mut andon);
    station.done(&["action", "remove", "Restart", "--yes"]);
    andon.press("\r");
    andon.wait_for("nothing was sent");
    assert!(receiver.requests().is_empty());
}

#[test]
fn what_one_andon_does_another_shows_within_two_seconds() {
    let station = Station::plain();
    let receiver = Receiver::start(Reply::Text("restarted by hand".into()));
    let (mut ada, linus) = (board(&station, "ada"), board(&station, "linus"));
    station.add("Restart", &receiver.url("/"), &[]);
    let since = Instant::now();
    linus.wait_for("│ Restart");
    assert!(since.elapsed() < SOON, "the new action took {:?}", since.elapsed());
    ada.wait_for("│ Restart");
    open_confirm(&mut ada);
    ada.press("\r");
    ada.wait_for("✔ Restart");
    let since = Instant::now();
    let shown = linus.wait_for("✔ Restart");
    assert!(since.elapsed() < SOON, "the run took {:?}", since.elapsed());
    let line = shown.lines().rfind(|line| line.contains("✔ Restart")).unwrap();
    assert!(line.contains("ada") && line.contains("restarted by hand"), "{line}");
}

#[test]
fn the_first_frame_shows_what_was_last_known_and_how_old_it_is() {
    let station = Station::plain();
    let mut andon = board(&station, "ada");
    andon.wait_for("0000A1");
    andon.press("q");
    assert_eq!(andon.wait_end(LIMIT), Ended::Code(0));
    fs::remove_file(station.incidents_file()).unwrap();
    let andon = station.screen().spawn();
    let first = andon.wait_for("andon");
    assert!(first.contains("─ 0000A1 ·") && first.contains("■ 1 crit"), "{first}");
    assert!(first.contains("old"), "the first frame does not say that it is old\n{first}");
    let failing = andon.wait_for("✖ prod");
    assert!(failing.contains("─ 0000A1 ·") && failing.contains("old"), "{failing}");
}

#[test]
fn a_secret_is_shown_for_seconds_by_a_deliberate_key_and_the_log_says_so() {
    let station = Station::plain();
    station.add("Restart", "http://127.0.0.1:9/", &["--header", "X-Token: hunter2-of-ours"]);
    let mut andon = board(&station, "ada");
    andon.press("m");
    andon.wait_for("Restart");
    andon.press("e");
    andon.wait_for("X-Token");
    for _ in 0..3 {
        andon.press("\t");
    }
    andon.wait_for("▌ Headers");
    andon.press("\x1b[C");
    andon.press("\x0f");
    andon.wait_for("hunter2-of-ours");
    andon.wait_gone("hunter2-of-ours");
    let shown: Vec<_> =
        station.log().into_iter().filter(|line| line["summary"].to_string().contains("showed")).collect();
    assert_eq!(shown.len(), 1, "{shown:?}");
    assert!(shown[0]["summary"].as_str().unwrap().contains("X-Token"), "{shown:?}");
}

#[test]
fn what_it_keeps_is_for_its_user_alone() {
    let station = Station::plain();
    let _open = board(&station, "ada");
    let mut folders = vec![station.path().join("data")];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700, "{}", folder.display());
        for entry in fs::read_dir(&folder).unwrap().flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
                continue;
            }
            files += 1;
            assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{}", entry.path().display());
        }
    }
    assert!(files >= 3, "database, log and lock are looked for; {files} found");
}

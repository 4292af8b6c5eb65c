//! Finding and handling several incidents in few keys, on the real screen.

use std::thread;

use serde_json::{Value, json};

use crate::support::pty::{APART, Pty};
use crate::support::receiver::{Receiver, Reply};
use crate::support::station::{Station, incident};

/// Nine incidents, of which seven are on one host.
fn nine() -> Station {
    let of_host = |at: usize| {
        let mut one = incident(&format!("a{at}"), &format!("queue {at} lags"));
        let host = if at < 7 { "web-01" } else { "db-07" };
        one["labels"] = json!({ "host": host, "env": "prod" });
        one["incident_severity"] = "Critical".into();
        one
    };
    Station::with(&json!((0..9).map(of_host).collect::<Vec<Value>>()))
}

fn board(station: &Station) -> Pty {
    let andon = station.screen().size(120, 36).spawn();
    andon.wait_for("● prod 9");
    andon
}

#[test]
fn all_incidents_of_a_host_are_restarted_in_six_keys() {
    let station = nine();
    let receiver = Receiver::start(Reply::Text("restarted".into()));
    station.add("Restart", &receiver.url("/"), &[]);
    let mut andon = board(&station);
    andon.press("=");
    andon.wait_for("h  host  web-01");
    andon.press("h");
    andon.wait_for("7 of 9");
    andon.press("*");
    andon.wait_for("7 marked");
    andon.press("1");
    andon.wait_for("7");
    andon.wait_until("the confirm of seven", |screen| screen.contains("Send"));
    andon.press("7");
    andon.press("\r");
    receiver.wait_for(7);
    andon.wait_until("the end of all", |_| {
        station.runs().iter().filter(|run| run["outcome"] == "succeeded").count() == 7
    });
    let incidents: Vec<String> = station.runs().iter().map(|run| run["incident_id"].to_string()).collect();
    assert!(!incidents.iter().any(|id| id.contains("a7") || id.contains("a8")), "{incidents:?}");
    assert_eq!(receiver.requests().len(), 7, "nothing else was sent");
}

#[test]
fn an_incident_is_found_by_a_label_in_five_letters_and_a_group_is_acknowledged_on_its_header() {
    let station = nine();
    let mut andon = board(&station);
    andon.press("/");
    andon.type_text("db-07");
    let found = andon.wait_for("2 of 9");
    assert!(found.contains("queue 7 lags") && !found.contains("queue 6 lags"), "{found}");
    andon.press("\x1b");
    andon.wait_gone("2 of 9");
    // Half a second long an O behind an ESC may be the rest of an arrow key.
    thread::sleep(APART);
    andon.press("O");
    andon.wait_for("group: channel");
    andon.press("O");
    andon.wait_for("▾ db-07");
    andon.press("G");
    andon.press("k");
    andon.press("k");
    andon.wait_for("─ db-07 ─");
    andon.press("a");
    andon.wait_for("◐ ada");
    andon.wait_until("both in the log", |_| {
        station.log().iter().filter(|line| line.to_string().contains("acknowledged")).count() == 2
    });
    let acknowledged = andon.wait_for("Mine 2");
    assert!(acknowledged.contains("7 incidents, 7 unowned") && acknowledged.contains("Unowned 7"), "{acknowledged}");
}

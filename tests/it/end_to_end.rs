//! The main job on real programs: Prometheus' Alertmanager on one side, Debian's webhook receiver on the other, a
//! person at the keyboard in between.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::alertmanager::Alertmanager;
use crate::support::pty::{Ended, LIMIT, Pty, contains, private_folder};
use crate::support::servers::{Server, free_port, http, wait_http};
use crate::support::station::Station;

const SECRET: &str = "s3cret-t0ken-of-the-hook";

/// An Alertmanager with two firing alerts of one group.
fn alertmanager() -> Option<Alertmanager> {
    let server = Alertmanager::start(
        "route: { receiver: web-team, group_by: [alertname], group_wait: 1s }\nreceivers: [{ name: web-team }]\n",
    )?;
    let alerts = json!(["web-01", "web-02"].map(|host| json!({
        "labels": { "alertname": "CheckoutDown", "severity": "critical", "resource": "web-fleet", "instance": host },
        "annotations": { "summary": "checkout answers 503" }
    })));
    server.post("alerts", &alerts);
    Some(server)
}

/// Debian's webhook with a script that says what it was given; it wants the secret in a header.
fn webhook(folder: &Path) -> Option<(Server, u16)> {
    let port = free_port();
    let script = folder.join("restart.sh");
    fs::write(&script, "#!/bin/sh\necho \"fleet $1 restarted by the script\"\necho called >> called\n").unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o700)).unwrap();
    let hooks = json!([{
        "id": "restart", "execute-command": script, "command-working-directory": folder,
        "include-command-output-in-response": true,
        "pass-arguments-to-command": [{ "source": "payload", "name": "incident.labels.resource" }],
        "trigger-rule": { "match": {
            "type": "value", "value": SECRET, "parameter": { "source": "header", "name": "X-Token" }
        } },
        "trigger-rule-mismatch-http-response-code": 403
    }]);
    fs::write(folder.join("hooks.json"), hooks.to_string()).unwrap();
    let listen = port.to_string();
    let server = Server::start("webhook", &["-hooks", "hooks.json", "-ip", "127.0.0.1", "-port", &listen], folder)?;
    wait_http(port, "/");
    Some((server, port))
}

#[test]
fn an_alert_becomes_an_incident_an_action_a_button_and_a_script_that_ran() {
    let folder = private_folder();
    let Some(alertmanager) = alertmanager() else { return };
    let alerts_port = alertmanager.port;
    let Some((_webhook, hook_port)) = webhook(folder.path()) else { return };
    let station = Station::configured(&format!(
        "[[source]]\nname = \"prod\"\nkind = \"alertmanager\"\nurl = \"http://127.0.0.1:{alerts_port}\"\nrefresh = \"1s\"\n"
    ));
    let mut andon = station.screen().spawn();
    andon.wait_for("checkout answers 503");
    andon.press("n");
    andon.wait_for("New action");
    fill_form(&mut andon, &format!("http://127.0.0.1:{hook_port}/hooks/restart"));
    andon.press("\x13");
    andon.wait_for("Restart fleet");
    andon.press("1");
    let asked = andon.wait_for("Send this?");
    assert!(asked.contains(&format!("POST http://127.0.0.1:{hook_port}/hooks/restart")), "{asked}");
    andon.press("p");
    andon.wait_for("X-Token: ");
    andon.press("\r");
    let done = andon.wait_for("fleet web-fleet restarted by the script");
    let line = done.lines().find(|line| line.contains("restarted by the script")).unwrap();
    assert!(line.contains("✔ Restart fleet") && line.contains("200"), "{line}");
    andon.press("l");
    andon.wait_until("the log", |screen| screen.contains("✔ Restart fleet") && !screen.contains("More Actions"));
    andon.press("\r");
    andon.wait_for("X-Token");
    andon.press("q");
    assert_eq!(andon.wait_end(LIMIT), Ended::Code(0));
    andon.assert_restored();

    assert_eq!(fs::read_to_string(folder.path().join("called")).unwrap(), "called\n");
    let runs = station.runs();
    assert_eq!((runs.len(), &runs[0]["outcome"], &runs[0]["status"]), (1, &json!("succeeded"), &json!(200)));
    assert_eq!(runs[0]["message"], "fleet web-fleet restarted by the script");
    assert_secret_is_nowhere(&station, &andon);
}

/// Fills the form as a person does: typed, pasted, stepped through.
fn fill_form(andon: &mut Pty, endpoint: &str) {
    andon.type_text("Restart fleet");
    andon.press("\t");
    andon.wait_for("▌ Channels");
    andon.press("\t");
    andon.wait_for("▌ Endpoint");
    andon.press(&format!("\x1b[200~{endpoint}\x1b[201~"));
    andon.wait_for(endpoint);
    andon.press("\x0e");
    andon.type_text("X-Token");
    andon.press("\t");
    andon.press(&format!("\x1b[200~{SECRET}\x1b[201~"));
    andon.wait_until("a masked value", |screen| screen.contains("X-Token") && screen.contains("••"));
}

/// The screen, every byte to the terminal, what andon wrote for diagnosis, and what its commands print.
fn assert_secret_is_nowhere(station: &Station, andon: &Pty) {
    assert!(!contains(&andon.raw(), SECRET.as_bytes()), "the secret went to the terminal");
    let diagnostics = fs::read(station.path().join("data/andon.log")).unwrap();
    assert!(!contains(&diagnostics, SECRET.as_bytes()), "the secret is in andon.log");
    for args in [&["log", "--json"][..], &["log"], &["action", "list", "--json"], &["action", "export"]] {
        assert!(!station.done(args).contains(SECRET), "{args:?} shows the secret");
    }
}

/// Waits until the Alertmanager has so many active silences: the screen shows what is asked for before it is done.
fn wait_for_active_silences(port: u16, wanted: usize) {
    let deadline = std::time::Instant::now() + LIMIT;
    let count = || http(port, "GET", "/api/v2/silences", "").unwrap().matches("\"state\":\"active\"").count();
    while count() != wanted {
        assert!(std::time::Instant::now() < deadline, "{} active silences instead of {wanted}", count());
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

#[test]
fn a_snooze_on_the_screen_is_a_silence_there_and_ends_with_it() {
    let Some(alertmanager) = alertmanager() else { return };
    let port = alertmanager.port;
    let station = Station::configured(&format!(
        "[[source]]\nname = \"prod\"\nkind = \"alertmanager\"\nurl = \"http://127.0.0.1:{port}\"\nrefresh = \"1s\"\n"
    ));
    let mut andon = station.screen().spawn();
    andon.wait_for("checkout answers 503");
    andon.press("a");
    andon.wait_for("Alertmanager cannot acknowledge");
    andon.wait_for("acknowledged by ada, kept here only");
    andon.press("z");
    andon.wait_for("quiet until");
    andon.press("\r");
    andon.wait_for("z snoozed until");
    wait_for_active_silences(port, 1);
    andon.press("x");
    andon.wait_for("Alertmanager cannot close");
    andon.press("u");
    andon.wait_gone("z snoozed until");
    wait_for_active_silences(port, 0);
    andon.press("q");
    assert_eq!(andon.wait_end(LIMIT), Ended::Code(0));

    let list = station.done(&["incident", "list", "--json"]);
    let incident: serde_json::Value = serde_json::from_str(list.trim()).unwrap();
    assert_eq!((&incident["progress"], &incident["local"]["acknowledged_by"]), (&json!("Processing"), &json!("ada")));
    let log = station.done(&["log"]);
    for words in ["acknowledged (Alertmanager cannot acknowledge; kept here only)", "snoozed until", "woken"] {
        assert!(log.contains(words), "{words:?} is not in\n{log}");
    }

    let ended = json!(["web-01", "web-02"].map(|host| json!({
        "labels": { "alertname": "CheckoutDown", "severity": "critical", "resource": "web-fleet", "instance": host },
        "startsAt": "2020-01-01T00:00:00Z", "endsAt": "2020-01-01T00:01:00Z"
    })));
    http(port, "POST", "/api/v2/alerts", &ended.to_string()).unwrap();
    let until = Instant::now() + LIMIT;
    while !station.done(&["incident", "list"]).is_empty() {
        assert!(Instant::now() < until, "the incident never closed");
        thread::sleep(Duration::from_millis(200));
    }
    assert!(station.done(&["incident", "list", "--all"]).contains("Closed"));
}

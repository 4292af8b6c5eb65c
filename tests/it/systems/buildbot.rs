//! Buildbot: a build is started by JSON-RPC and followed to its end: one that succeeds, one that fails, one that is let
//! go, and one whose andon dies and which the next takes over.

use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use crate::support::pty::ANDON;
use crate::support::pty::places;
use crate::support::station::Station;
use crate::systems::system::{System, as_told, free_ports, outcome, press, station, told};

fn action(name: &str, scheduler: &str, port: u16) -> String {
    format!(
        r#"
[[action]]
name = "{name}"
channels = ["prod/web"]
endpoint = "http://127.0.0.1:{port}/api/v2/forceschedulers/{scheduler}"
cooldown = "0s"
success = "status == 200 and body.result"
[action.headers]
Cookie = "${{secret:CI}}"
[action.body]
json = {{ jsonrpc = "2.0", id = "{{{{ event_id }}}}", method = "force", params = {{ service = "{{{{ incident.labels.resource }}}}", version = "{{{{ inputs.version }}}}", incident = "{{{{ incident.num }}}}" }} }}
[[action.input]]
name = "version"
type = "choice"
choices = ["previous", "v41"]
default = "previous"
required = true
[action.follow]
url = "http://127.0.0.1:{port}/api/v2/buildsets/{{{{ answer.body.result[0] }}}}"
every = "1s"
done = "body.buildsets[0].complete"
failed = "body.buildsets[0].results > 1"
limit = "2m"
"#
    )
}

fn ci() -> Option<(System, Station)> {
    let port = free_ports(2);
    let args = [port.to_string(), (port + 1).to_string()];
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let ci = System::start("buildbot.sh", &args, &["buildbot", "buildbot-worker", "curl"])?;
    let actions = action("Roll back", "force-rollback", port)
        + &action("Fails", "force-rollback-fails", port)
        + &action("Slow", "force-rollback-slow", port);
    let config = format!("[secrets]\nCI = \"${{file:{}}}\"\n", ci.path("cookie").display());
    Some((ci, station(&config, &actions)))
}

#[test]
fn builds_are_followed_to_their_end() {
    let Some((_ci, station)) = ci() else { return };
    let (code, run) = press(&station, "Roll back", &["--input", "version=v41"]);
    assert_eq!((code, told(&run).0.as_str()), (0, "succeeded"), "{run}");
    assert!(run["duration_ms"].as_i64().unwrap() > 3_000, "followed to its end: {run}");

    let (code, run) = press(&station, "Fails", &[]);
    let (result, failure, ..) = told(&run);
    assert_eq!((code, result.as_str(), failure.as_str()), (1, "failed", "job_failed"), "{run}");

    let (code, run) = press(&station, "Roll back", &["--input", "version=v99"]);
    assert_eq!((code, told(&run)), (4, as_told("refused", "input", 0, 0)), "{run}");

    take_over(&station);
    stop(&station);
}

/// Killed while it follows: the next andon takes the build over and tells how it ended.
fn take_over(station: &Station) {
    let mut child = andon(station, &["run", "Roll back", "--incident", "0000A1", "--yes"]);
    wait_until_followed(station);
    child.kill().unwrap();
    child.wait().unwrap();
    let output = station.command(&["run", "--resume", "--json"]);
    let (code, run) = outcome(&output);
    assert_eq!((code, told(&run).0.as_str()), (0, "succeeded"), "{run}");
    let all = station.runs();
    assert!(all.iter().all(|run| run["state"] == "done"), "{all:?}");
}

/// Stopped by the operator: the build may go on, and the row says so.
fn stop(station: &Station) {
    let child = andon(station, &["run", "Slow", "--incident", "0000A1", "--yes", "--json"]);
    wait_until_followed(station);
    let id = rustix::process::Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    rustix::process::kill_process(id, rustix::process::Signal::INT).unwrap();
    let (code, run) = outcome(&child.wait_with_output().unwrap());
    assert_eq!((code, told(&run).0.as_str()), (3, "unknown"), "{run}");
}

fn andon(station: &Station, args: &[&str]) -> std::process::Child {
    let mut command = std::process::Command::new(ANDON);
    command
        .args(places(station.path()))
        .args(args)
        .env_clear()
        .env("HOME", station.path())
        .env("PATH", "/usr/bin:/bin");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap()
}

fn wait_until_followed(station: &Station) {
    let until = Instant::now() + Duration::from_secs(30);
    while !station.runs().iter().any(|run| run["state"] == "running" && run["following"] == true) {
        assert!(Instant::now() < until, "no job is followed: {:?}", station.runs());
        thread::sleep(Duration::from_millis(100));
    }
}

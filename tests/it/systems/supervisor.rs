//! supervisord restarts a real process by XML over HTTP, and answers 200 also where it refuses.

use std::process::Command;

use crate::systems::system::{System, as_told, free_ports, press, station, told};

/// `ops:s3cret`.
const BASIC: &str = "Basic b3BzOnMzY3JldA==";

fn call(name: &str, method: &str, port: u16) -> String {
    format!(
        r#"
[[action]]
name = "{name}"
channels = ["prod/web"]
endpoint = "http://127.0.0.1:{port}/RPC2"
success = "status == 200 and '<fault>' not in text"
cooldown = "0s"
[action.headers]
Authorization = "{BASIC}"
Content-Type = "text/xml"
[action.body]
text = "<?xml version='1.0'?><methodCall><methodName>supervisor.{method}</methodName><params><param><value><string>{{{{ incident.labels.program | xml }}}}</string></value></param></params></methodCall>"
"#
    )
}

/// The process's number, once it is known to run.
fn pid_of_web(port: u16) -> String {
    let until = std::time::Instant::now() + std::time::Duration::from_secs(10);
    loop {
        let text = info_of_web(port);
        if text.contains("<string>RUNNING</string>") {
            let after = text.split("<name>pid</name>").nth(1).unwrap();
            return after.split("<int>").nth(1).unwrap().split('<').next().unwrap().to_owned();
        }
        assert!(std::time::Instant::now() < until, "web does not run: {text}");
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
}

fn info_of_web(port: u16) -> String {
    let body = "<?xml version='1.0'?><methodCall><methodName>supervisor.getProcessInfo</methodName><params><param><value><string>web</string></value></param></params></methodCall>";
    let answer = Command::new("curl")
        .args(["-fsS", "-u", "ops:s3cret", "-H", "Content-Type: text/xml", "-d", body])
        .arg(format!("http://127.0.0.1:{port}/RPC2"))
        .output()
        .unwrap();
    String::from_utf8(answer.stdout).unwrap()
}

#[test]
fn a_process_is_stopped_and_started_and_a_fault_inside_a_200_is_a_failure() {
    let port = free_ports(1);
    let Some(_supervisor) = System::start("supervisor.sh", &[&port.to_string()], &["supervisord", "curl"]) else {
        return;
    };
    let actions = call("Stop", "stopProcess", port) + &call("Start", "startProcess", port);
    let station = station("", &actions);
    let before = pid_of_web(port);
    let (code, run) = press(&station, "Stop", &[]);
    assert_eq!((code, told(&run)), (0, as_told("succeeded", "", 200, 1)), "{run}");
    let (code, run) = press(&station, "Start", &[]);
    assert_eq!((code, told(&run)), (0, as_told("succeeded", "", 200, 1)), "{run}");
    let after = pid_of_web(port);
    assert_ne!(before, after, "another process runs");

    // Started already: supervisord says so by a fault inside a 200.
    let (code, run) = press(&station, "Start", &[]);
    assert_eq!((code, told(&run)), (1, as_told("failed", "rule", 200, 1)), "{run}");
    assert!(run["message"].as_str().unwrap().contains("ALREADY_STARTED"), "{run}");
    assert_eq!(pid_of_web(port), after);
}

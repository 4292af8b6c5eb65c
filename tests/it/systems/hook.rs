//! Debian's webhook: a script behind a header rule and behind an HMAC of the body, its output as the answer.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::pty::{LIMIT, private_folder};
use crate::support::servers::program;
use crate::systems::system::{as_told, free_ports, press, station, told};

struct Hook(Child);

impl Drop for Hook {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_script_runs_once_for_a_press_with_the_right_header_and_not_at_all_without() {
    let Some(webhook) = program("webhook") else { return };
    let (folder, port) = (private_folder(), free_ports(1));
    let script = folder.path().join("restart.sh");
    fs::write(&script, "#!/bin/sh\necho \"$1 restarted\"\necho \"$1\" >> called\n").unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o700)).unwrap();
    let hooks = json!([{
        "id": "restart", "execute-command": script, "command-working-directory": folder.path(),
        "include-command-output-in-response": true,
        "pass-arguments-to-command": [{ "source": "payload", "name": "host" }],
        "trigger-rule": { "match": {
            "type": "value", "value": "s3cret", "parameter": { "source": "header", "name": "X-Token" }
        } },
        "trigger-rule-mismatch-http-response-code": 403
    }]);
    fs::write(folder.path().join("hooks.json"), hooks.to_string()).unwrap();
    let child = Command::new(webhook)
        .args(["-hooks", "hooks.json", "-ip", "127.0.0.1", "-port", &port.to_string()])
        .current_dir(folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let _hook = Hook(child);
    let until = Instant::now() + LIMIT;
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(Instant::now() < until, "webhook does not listen");
        std::thread::sleep(Duration::from_millis(20));
    }
    let action = |name: &str, token: &str| {
        format!(
            "[[action]]\nname = \"{name}\"\nchannels = [\"prod/web\"]\ncooldown = \"0s\"\n\
             endpoint = \"http://127.0.0.1:{port}/hooks/restart\"\n[action.headers]\nX-Token = \"{token}\"\n\
             [action.body]\njson = {{ host = \"{{{{ incident.labels.resource }}}}\" }}\n"
        )
    };
    let station = station(
        "[secrets]\nTOKEN = \"${cmd:printf s3cret}\"\n",
        &(action("Restart", "${secret:TOKEN}") + &action("Stranger", "wrong")),
    );
    let (code, run) = press(&station, "Restart", &[]);
    assert_eq!((code, told(&run)), (0, as_told("succeeded", "", 200, 1)), "{run}");
    assert_eq!(run["message"], "web-01 restarted");
    let (code, run) = press(&station, "Stranger", &[]);
    assert_eq!((code, told(&run)), (1, as_told("failed", "http_status", 403, 1)), "{run}");
    assert_eq!(fs::read_to_string(folder.path().join("called")).unwrap(), "web-01\n");

    // Restricted: the command behind the secret is not run, and nothing is sent.
    let (code, run) = press(&station, "Restart", &["--restricted"]);
    assert_eq!((code, told(&run)), (4, as_told("refused", "secret", 0, 0)), "{run}");
    assert_eq!(fs::read_to_string(folder.path().join("called")).unwrap(), "web-01\n");
}

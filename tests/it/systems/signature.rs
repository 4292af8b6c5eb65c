//! What we sign is what the published library of Standard Webhooks accepts.

use std::process::{Command, Stdio};

use crate::support::servers;
use crate::systems::system::{System, as_told, free_ports, press, station, told};

const KEY: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OTHER: &str = "whsec_b3RoZXItc2VjcmV0LW9mLXRoZS1yb3RhdGlvbg==";

fn has_library() -> bool {
    let python = std::env::var_os("ANDON_TESTS_PYTHON").unwrap_or_else(|| "python3".into());
    let found = Command::new(python).args(["-c", "import standardwebhooks"]).stderr(Stdio::null()).status();
    let found = found.is_ok_and(|status| status.success());
    if !found {
        servers::skip("standardwebhooks");
    }
    found
}

#[test]
fn the_published_library_verifies_each_signature_also_during_a_rotation() {
    if !has_library() {
        return;
    }
    let port = free_ports(1);
    let receiver = System::start("signed_receiver.py", &[&port.to_string()], &["python3"]).unwrap();
    let action = |name: &str, sign: &str| {
        format!(
            "[[action]]\nname = \"{name}\"\nchannels = [\"prod/web\"]\nendpoint = \"http://127.0.0.1:{port}/\"\n\
             cooldown = \"0s\"\n{sign}\n"
        )
    };
    let actions = action("Signed", "[action.sign]\nkey = \"${secret:KEY}\"")
        + &action("Rotating", "[action.sign]\nkey = \"${secret:OTHER}\"\nprevious_key = \"${secret:KEY}\"")
        + &action("Wrong", "[action.sign]\nkey = \"${secret:OTHER}\"");
    let station = station("[secrets]\nKEY = \"${file:key}\"\nOTHER = \"${file:other}\"\n", &actions);
    std::fs::write(station.path().join("key"), KEY).unwrap();
    std::fs::write(station.path().join("other"), OTHER).unwrap();
    for name in ["Signed", "Rotating"] {
        let (code, run) = press(&station, name, &[]);
        assert_eq!((code, told(&run)), (0, as_told("succeeded", "", 200, 1)), "{name}: {run}");
        assert_eq!(run["message"], "verified");
        assert!(receiver.text("log").contains(run["event_id"].as_str().unwrap()));
    }
    let (code, run) = press(&station, "Wrong", &[]);
    assert_eq!((code, told(&run)), (1, as_told("failed", "http_status", 401, 1)), "{run}");
    assert_key_is_nowhere(&station);
}

fn assert_key_is_nowhere(station: &crate::support::station::Station) {
    for args in [&["log", "--json"][..], &["action", "list", "--json"], &["action", "export"]] {
        let text = station.done(args);
        assert!(!text.contains("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), "{args:?} shows the key");
    }
}

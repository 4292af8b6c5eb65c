//! A proxy between andon and a receiver makes the faults of a bad night: nothing is sent twice, and no success is told
//! that was none.

use std::fs;

use serde_json::Value;

use crate::systems::system::{Echo, System, as_told, free_ports, press, station, told};

const ACTION: &str = "[[action]]\nname = \"NAME\"\nchannels = [\"prod/web\"]\nendpoint = \"http://127.0.0.1:PORT/x\"\n\
    timeout = \"3s\"\ncooldown = \"0s\"\n";

fn action(name: &str, port: u16, more: &str) -> String {
    let text = ACTION.replace("NAME", name).replace("PORT", &port.to_string());
    format!("{text}{more}")
}

/// What passed the proxy, by kind of event.
fn passed(proxy: &System, event: &str) -> Vec<Value> {
    let lines = proxy.text("log");
    let all = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    all.filter(|line| line["event"] == event).collect()
}

#[test]
fn no_fault_on_the_way_sends_twice_or_is_told_as_a_success() {
    let receiver = Echo::start();
    let port = free_ports(1);
    let args = [port.to_string(), receiver.url()];
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let Some(proxy) = System::start("faults.sh", &args, &["mitmdump"]) else { return };
    let actions = action("Plain", port, "")
        + &action("Again", port, "retries = 2\n")
        + &action("Same", port, "redirects = \"same-origin\"\n")
        + &action("Strict", port, "success = \"status == 200 and body.ok\"\n");
    let station = station("", &actions);
    let fault = |word: &str| fs::write(proxy.path("fault"), word).unwrap();

    // The receiver did it, the answer was lost: unknown, and never a second request.
    fault("drop-after");
    let (code, run) = press(&station, "Plain", &[]);
    assert_eq!((code, told(&run)), (3, as_told("unknown", "connection_lost", 0, 1)), "{run}");
    assert!(run["message"].as_str().unwrap().contains("may have run"), "{run}");
    assert_eq!(receiver.count(), 1);

    // Lost before it reached the receiver: nobody here can know that either.
    fault("drop-before");
    let (code, run) = press(&station, "Plain", &[]);
    assert_eq!((code, told(&run).0.as_str()), (3, "unknown"), "{run}");
    assert_eq!(receiver.count(), 1);

    // A receiver that deduplicates may be asked again, always with the same id.
    fault("drop-after");
    let before = passed(&proxy, "request").len();
    let (code, run) = press(&station, "Again", &[]);
    assert_eq!((code, told(&run)), (3, as_told("unknown", "connection_lost", 0, 3)), "{run}");
    let requests = passed(&proxy, "request");
    let keys: Vec<&Value> = requests[before..].iter().map(|request| &request["key"]).collect();
    assert_eq!(keys, [&run["event_id"], &run["event_id"], &run["event_id"]]);

    fault("status 503 1");
    let (code, run) = press(&station, "Plain", &[]);
    assert_eq!((code, told(&run)), (1, as_told("failed", "http_status", 503, 1)), "{run}");
    fault("status 504");
    let (code, run) = press(&station, "Plain", &[]);
    assert_eq!((code, told(&run)), (3, as_told("unknown", "http_status", 504, 1)), "{run}");

    // A cut body does not take back a status; a rule that reads the body cannot judge a cut one.
    fault("truncate");
    let (code, run) = press(&station, "Plain", &[]);
    assert_eq!((code, told(&run)), (0, as_told("succeeded", "", 200, 1)), "{run}");
    let (code, run) = press(&station, "Strict", &[]);
    assert_eq!((code, told(&run)), (3, as_told("unknown", "invalid_response", 200, 1)), "{run}");

    fault("slow 30");
    let (code, run) = press(&station, "Plain", &[]);
    assert_eq!((code, told(&run)), (3, as_told("unknown", "timeout", 0, 1)), "{run}");

    // Not to another origin, whatever the action allows; the receiver may have done it before it said so.
    let elsewhere = Echo::start();
    fault(&format!("redirect {}", elsewhere.url()));
    for name in ["Plain", "Same"] {
        let (code, run) = press(&station, name, &[]);
        assert_eq!((code, told(&run)), (3, as_told("unknown", "http_status", 307, 1)), "{name}: {run}");
    }
    assert_eq!(elsewhere.count(), 0, "nothing went to the other origin");
}

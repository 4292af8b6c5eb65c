//! A system of somebody else, started for one test.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::pty::private_folder;
use crate::support::servers;
use crate::support::station::{Station, incident};

/// A running system and its folder.
pub(crate) struct System {
    child: Child,
    folder: TempDir,
}

impl System {
    /// Starts the script `name` with its folder and these arguments, once it says that it is ready.
    ///
    /// `needs` are the programs without which it cannot run: `None`, with the reason printed, where one is missing.
    pub(crate) fn start(name: &str, args: &[&str], needs: &[&str]) -> Option<Self> {
        for program in needs {
            servers::program(program)?;
        }
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/systems/servers").join(name);
        let folder = private_folder();
        let mut command = match python_of(name) {
            Some(python) => Command::new(python),
            None => Command::new("bash"),
        };
        command.arg(script).arg(folder.path()).args(args);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let mut first = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
        assert!(first.starts_with("READY"), "{name} did not start: {first}");
        Some(Self { child, folder })
    }

    /// Its folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The text of one of its files.
    pub(crate) fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }
}

impl Drop for System {
    fn drop(&mut self) {
        let stopped = i32::try_from(self.child.id()).ok().and_then(rustix::process::Pid::from_raw).map(|id| {
            // The script stops what it started and ends.
            rustix::process::kill_process(id, rustix::process::Signal::TERM)
        });
        if stopped.is_some_and(|stopped| stopped.is_ok()) {
            let _ = self.child.wait();
        }
    }
}

/// The interpreter that has the published signature library, for the one script that wants it.
fn python_of(script: &str) -> Option<PathBuf> {
    let is_python = Path::new(script).extension().is_some_and(|end| end == "py");
    is_python.then(|| env::var_os("ANDON_TESTS_PYTHON").map_or_else(|| "python3".into(), PathBuf::from))
}

/// So many free ports in a row.
pub(crate) fn free_ports(count: u16) -> u16 {
    loop {
        let first = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let all =
            (0..count).all(|n| first.checked_add(n).is_some_and(|port| TcpListener::bind(("127.0.0.1", port)).is_ok()));
        if all {
            return first;
        }
    }
}

/// A station with the incident 0000A1 (label `resource` = `web`) and the actions of this file.
pub(crate) fn station(config: &str, actions: &str) -> Station {
    let source = "[[source]]\nname = \"prod\"\nkind = \"file\"\npath = \"incidents.json\"\n";
    let station = Station::configured(&format!("{source}[actions]\nmax_per_channel = 9\n{config}"));
    let mut one = incident("a1", "checkout answers 503");
    one["labels"] = json!({ "resource": "web-01", "program": "web" });
    station.incidents(&json!([one]));
    let file = station.path().join("actions.toml");
    fs::write(&file, actions).unwrap();
    station.done(&["action", "apply", file.to_str().unwrap()]);
    station
}

/// Runs the action on the one incident and gives exit code and run.
pub(crate) fn press(station: &Station, action: &str, more: &[&str]) -> (i32, Value) {
    let mut args = vec!["run", action, "--incident", "0000A1", "--yes", "--json"];
    args.extend(more);
    outcome(&station.command(&args))
}

/// Exit code and run of a finished `andon run --json`.
pub(crate) fn outcome(output: &Output) -> (i32, Value) {
    let text = String::from_utf8_lossy(&output.stdout);
    let run = serde_json::from_str(text.trim())
        .unwrap_or_else(|_| panic!("no run: {text}{}", String::from_utf8_lossy(&output.stderr)));
    (output.status.code().unwrap_or(-1), run)
}

/// The whole detail is not printed; these are the fields that tell how it went.
pub(crate) fn told(run: &Value) -> (String, String, i64, i64) {
    let text = |name: &str| run[name].as_str().unwrap_or_default().to_owned();
    let number = |name: &str| run[name].as_i64().unwrap_or_default();
    (text("outcome"), text("failure"), number("status"), number("attempts"))
}

/// The same, as expected.
pub(crate) fn as_told(outcome: &str, failure: &str, status: i64, attempts: i64) -> (String, String, i64, i64) {
    (outcome.to_owned(), failure.to_owned(), status, attempts)
}

/// A receiver on loopback that answers every request with `{"message":"done","ok":true}` and counts them.
pub(crate) struct Echo {
    address: std::net::SocketAddr,
    count: std::sync::Arc<std::sync::atomic::AtomicUsize>,
}

impl Echo {
    /// Starts one; it ends with the test.
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let count = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let seen = std::sync::Arc::clone(&count);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let seen = std::sync::Arc::clone(&seen);
                std::thread::spawn(move || echo(stream, &seen));
            }
        });
        Self { address, count }
    }

    /// Where it listens.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How many whole requests came.
    pub(crate) fn count(&self) -> usize {
        self.count.load(std::sync::atomic::Ordering::SeqCst)
    }
}

fn echo(stream: std::net::TcpStream, seen: &std::sync::atomic::AtomicUsize) {
    use std::io::{Read, Write};
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().unwrap();
        }
        if line == "\r\n" {
            break;
        }
    }
    let mut body = vec![0; length];
    if reader.read_exact(&mut body).is_err() {
        return;
    }
    seen.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
    let text = r#"{"message":"done","ok":true}"#;
    let mut stream = stream;
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n";
    let _ = write!(stream, "{head}Content-Length: {}\r\n\r\n{text}", text.len());
}

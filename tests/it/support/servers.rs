//! Programs of other projects that tests start for themselves, and what is said where one is missing.

use std::env;
use std::fs;
use std::io::{self, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Set, and not empty, where everything is installed: a test then fails instead of being skipped.
const REQUIRED: &str = "ANDON_TESTS_REQUIRE_SERVERS";

/// Where a program is, by its name or its whole path. `None`, with the test that is skipped said, where it is missing.
pub(crate) fn program(name: &str) -> Option<PathBuf> {
    let found = if name.contains('/') {
        Some(PathBuf::from(name)).filter(|path| path.is_file())
    } else {
        let path = env::var_os("PATH").unwrap_or_default();
        env::split_paths(&path)
            .chain([PathBuf::from("/usr/sbin")])
            .map(|dir| dir.join(name))
            .find(|path| path.is_file())
    };
    if found.is_none() {
        skip(name);
    }
    found
}

/// Says which test is skipped because `what` is not installed, or fails it where nothing may be skipped.
///
/// It is written past the test harness, which shows nothing that a passing test prints; `.ci/run` counts these lines.
pub(crate) fn skip(what: &str) {
    let required = env::var_os(REQUIRED).is_some_and(|value| !value.is_empty());
    assert!(!required, "{what} is not installed, and {REQUIRED} is set");
    let thread = thread::current();
    let test = thread.name().unwrap_or("a test");
    let _ = io::stderr().write_all(format!("skipped: {test}: {what} is not installed\n").as_bytes());
}

/// How long a server may take until it answers.
const READY: Duration = Duration::from_secs(30);

/// A program of another project; stopped by its own process id.
pub(crate) struct Server(Child);

impl Server {
    /// Starts it; `None` where the machine does not have it.
    pub(crate) fn start(program: &str, args: &[&str], folder: &Path) -> Option<Self> {
        let log = fs::File::create(folder.join(format!("{program}.log"))).unwrap();
        let path = self::program(program)?;
        let mut command = Command::new(path);
        command.args(args).current_dir(folder).stdin(Stdio::null()).stderr(log.try_clone().unwrap()).stdout(log);
        Some(Self(command.spawn().unwrap()))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// One plain HTTP exchange; `None` where nobody listens yet.
pub(crate) fn http(port: u16, method: &str, path: &str, body: &str) -> Option<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    let head = format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n");
    write!(stream, "{head}Content-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    Some(answer)
}

pub(crate) fn wait_http(port: u16, path: &str) {
    let until = Instant::now() + READY;
    while !http(port, "GET", path, "").is_some_and(|answer| answer.starts_with("HTTP/1.1 200")) {
        assert!(Instant::now() < until, "nobody answers on port {port}");
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_missing_server_is_seen() {
    const TEST: &str = "flashduty::conformance::every_call_is_accepted_and_every_answer_read";
    let without_path = |required: &str| {
        let mut test = Command::new(env::current_exe().unwrap());
        test.args(["--exact", TEST]).env("PATH", "").env(REQUIRED, required).output().unwrap()
    };
    let skipped = without_path("");
    let said = String::from_utf8_lossy(&skipped.stderr);
    assert!(skipped.status.success() && said.contains(&format!("skipped: {TEST}: prism is not installed\n")), "{said}");
    let failed = without_path("1");
    let said = String::from_utf8_lossy(&failed.stdout);
    assert!(!failed.status.success() && said.contains("prism is not installed, and ANDON_TESTS_REQUIRE"), "{said}");
}

//! A home of its own for each test, and receivers that do what they are told.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver as Inbox, channel};
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tempfile::TempDir;

/// A title that tries everything: a clipboard, colours, a bidirectional override, an invisible character.
pub(crate) const HOSTILE: &str = "cpu \u{1b}]52;c;aGk=\u{7} \u{9b}31m \u{202e}evil\u{200b} idle";

/// Configuration, data and incidents of one test.
pub(crate) struct Home {
    dir: TempDir,
}

/// What a finished command left.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    /// Stdout as JSON, one object a line.
    pub(crate) fn json(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"))).collect()
    }

    /// The one object on stdout.
    pub(crate) fn object(&self) -> Value {
        let mut all = self.json();
        assert_eq!(all.len(), 1, "{self:?}");
        all.remove(0)
    }
}

impl Home {
    /// Two open incidents in the channels `lab/platform` and `lab/web`.
    pub(crate) fn new() -> Self {
        let home = Self { dir: tempfile::tempdir().unwrap() };
        home.write("config.toml", "[[source]]\nname = \"lab\"\nkind = \"file\"\npath = \"incidents.json\"\n");
        let incident = |id: &str, num: &str, title: &str, channel: &str| {
            serde_json::json!({"incident_id": id, "num": num, "title": title, "incident_severity": "Critical",
                "start_time": 1_763_990_000, "channel_key": channel})
        };
        let all = [incident("64f1", "054D57", HOSTILE, "platform"), incident("64f2", "0E83EE", "队列 lag", "web")];
        home.write("incidents.json", &serde_json::to_string(&all).unwrap());
        home
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_andon"));
        command.args(args).env("ANDON_CONFIG", self.path("config.toml")).env("ANDON_DATA_DIR", self.path("data"));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub(crate) fn andon(&self, args: &[&str]) -> Ran {
        finish(self.command(args).spawn().unwrap())
    }

    /// A command that has to end with 0.
    pub(crate) fn done(&self, args: &[&str]) -> Ran {
        let ran = self.andon(args);
        assert_eq!(ran.code, 0, "{args:?}: {ran:?}");
        ran
    }

    pub(crate) fn with_input(&self, args: &[&str], input: &str) -> Ran {
        let mut child = self.command(args).stdin(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        finish(child)
    }

    /// An action named `Go` in `lab/platform`, with these flags beside.
    pub(crate) fn add_go(&self, endpoint: &str, more: &[&str]) {
        let mut args = vec!["action", "add", "--name", "Go", "--channel", "lab/platform", "--endpoint", endpoint];
        args.extend(more);
        self.done(&args);
    }

    /// `andon run Go` on the first incident.
    pub(crate) fn go(&self, more: &[&str]) -> Ran {
        self.andon(&go_args(more))
    }

    pub(crate) fn start_go(&self, more: &[&str]) -> Child {
        self.command(&go_args(more)).spawn().unwrap()
    }

    /// The runs of the log.
    pub(crate) fn runs(&self) -> Vec<Value> {
        self.done(&["log", "--json"]).json().into_iter().filter(|line| line["kind"] == "run").collect()
    }
}

fn go_args<'a>(more: &[&'a str]) -> Vec<&'a str> {
    let mut args = vec!["run", "Go", "--incident", "054D57"];
    args.extend(more);
    args
}

pub(crate) fn finish(child: Child) -> Ran {
    let output = child.wait_with_output().unwrap();
    Ran {
        // Killed by a signal counts as the shell counts it.
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A receiver on loopback.
pub(crate) struct Receiver {
    pub(crate) url: String,
    requests: Arc<Mutex<Vec<String>>>,
    arrived: Inbox<()>,
    /// Connections that were never answered stay open.
    _held: Arc<Mutex<Vec<TcpStream>>>,
}

impl Receiver {
    /// Answers every request with this.
    pub(crate) fn answering(status: &str, body: &str) -> Self {
        let answer = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
        Self::start(move |stream, _| stream.write_all(answer.as_bytes()).is_ok())
    }

    /// Answers each request with the status that `judge` gives it.
    pub(crate) fn judging(judge: impl Fn(&str) -> &'static str + Send + Sync + 'static) -> Self {
        Self::replying(move |request| (judge(request).to_owned(), String::new()))
    }

    /// Answers each request with the status (headers may stand behind it) and the body that `reply` gives it.
    pub(crate) fn replying(reply: impl Fn(&str) -> (String, String) + Send + Sync + 'static) -> Self {
        Self::start(move |stream, request| {
            let (status, body) = reply(request);
            let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
            stream.write_all((head + &body).as_bytes()).is_ok()
        })
    }

    /// Reads every request and never answers.
    pub(crate) fn silent() -> Self {
        Self::start(|_, _| true)
    }

    /// Answers once `go` is sent.
    pub(crate) fn answering_after(go: Inbox<()>, body: &'static str) -> Self {
        let go = Mutex::new(go);
        Self::start(move |stream, _| {
            let _ = go.lock().unwrap().recv();
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
            stream.write_all((head + body).as_bytes()).is_ok()
        })
    }

    fn start(answer: impl Fn(&mut TcpStream, &str) -> bool + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let (requests, held) = (Arc::<Mutex<Vec<String>>>::default(), Arc::<Mutex<Vec<TcpStream>>>::default());
        let (tell, arrived) = channel();
        let (seen, kept) = (requests.clone(), held.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { return };
                let request = request(&mut stream);
                seen.lock().unwrap().push(request.clone());
                let _ = tell.send(());
                answer(&mut stream, &request);
                kept.lock().unwrap().push(stream);
                // A receiver that answers closes; one that is silent keeps what it holds.
            }
        });
        Self { url, requests, arrived, _held: held }
    }

    /// Waits until a request has come whole.
    pub(crate) fn wait(&self) {
        self.arrived.recv().unwrap();
    }

    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

/// One request, or as much of it as comes: a TLS handshake ends nowhere.
fn request(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length =
                head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                return text;
            }
        }
        // The first byte of a TLS handshake.
        if bytes.first() == Some(&0x16) {
            return "TLS".to_owned();
        }
        match stream.read(&mut chunk) {
            Ok(read) if read > 0 => bytes.extend_from_slice(&chunk[..read]),
            _ => return text,
        }
    }
}

/// Nobody listens there.
pub(crate) fn closed_port() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}/hook", listener.local_addr().unwrap())
}

pub(crate) fn send_signal(child: &Child, signal: rustix::process::Signal) {
    let pid = rustix::process::Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    rustix::process::kill_process(pid, signal).unwrap();
}

/// No byte that moves a cursor and no character that misleads an eye.
pub(crate) fn assert_clean(text: &str) {
    let bad = text.chars().find(|ch| {
        (ch.is_control() && *ch != '\n')
            || ('\u{200b}'..='\u{200f}').contains(ch)
            || ('\u{202a}'..='\u{202e}').contains(ch)
    });
    assert_eq!(bad, None, "{text:?}");
}

//! An account on loopback that keeps what it is told, and does what a test wants instead.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::{Value, json};

use crate::pagerduty::answers;

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    pub(crate) body: Value,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value)
    }

    /// Every value of a parameter.
    pub(crate) fn all(&self, name: &str) -> Vec<&str> {
        self.query.iter().filter(|(own, _)| own == name).map(|(_, value)| value.as_str()).collect()
    }

    pub(crate) fn one(&self, name: &str) -> Option<&str> {
        self.all(name).first().copied()
    }

    /// `GET /incidents`.
    pub(crate) fn line(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

/// What goes back.
pub(crate) enum Reply {
    Json(u16, Value),
    /// Status, headers (each with its line end), body.
    Plain(u16, &'static str, &'static str),
    /// The whole is announced, a part is sent.
    Cut,
    /// The connection is closed without a word.
    Closed,
    /// Nothing, for as long as the test runs.
    Silence,
}

type Fault = Box<dyn FnMut(&Request) -> Option<Reply> + Send>;

/// What it keeps.
#[derive(Default)]
pub(crate) struct State {
    pub(crate) incidents: Vec<Value>,
    pub(crate) users: Vec<Value>,
    pub(crate) fields: Vec<Value>,
    pub(crate) notes: Vec<Value>,
    requests: Vec<Request>,
    fault: Option<Fault>,
    /// Connections that are never answered.
    held: Vec<TcpStream>,
}

/// A running account.
pub(crate) struct Account {
    pub(crate) url: String,
    state: Arc<Mutex<State>>,
}

impl Account {
    pub(crate) fn start(incidents: Vec<Value>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(State { incidents, ..State::default() }));
        let own = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let own = Arc::clone(&own);
                std::thread::spawn(move || serve(stream.unwrap(), &own));
            }
        });
        Self { url, state }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// From now on `fault` answers what it wants to.
    pub(crate) fn fault(&self, fault: impl FnMut(&Request) -> Option<Reply> + Send + 'static) {
        self.state().fault = Some(Box::new(fault));
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.state().requests.clone()
    }

    /// Every request that changes something.
    pub(crate) fn changes(&self) -> Vec<Request> {
        self.requests().into_iter().filter(|request| request.method != "GET").collect()
    }
}

fn serve(mut stream: TcpStream, state: &Mutex<State>) {
    let Some(request) = read(&mut stream) else { return };
    let mut state = state.lock().unwrap();
    state.requests.push(request.clone());
    let mut fault = state.fault.take();
    let wanted = fault.as_mut().and_then(|fault| fault(&request));
    state.fault = fault;
    let reply = wanted.unwrap_or_else(|| answers::answer(&mut state, &request));
    let (status, headers, body, length) = match reply {
        Reply::Closed => return,
        Reply::Silence => return state.held.push(stream),
        Reply::Json(status, body) => {
            (status, "ratelimit-limit: 960\r\nratelimit-remaining: 949\r\n", body.to_string(), None)
        }
        Reply::Plain(status, headers, body) => (status, headers, body.to_owned(), None),
        Reply::Cut => (200, "", "{\"incidents\": [".to_owned(), Some(4_000)),
    };
    drop(state);
    let length = length.unwrap_or(body.len());
    let head = format!("HTTP/1.1 {status} X\r\n{headers}Connection: close\r\nContent-Length: {length}\r\n\r\n");
    // Whoever asked may be gone.
    let _ = stream.write_all(format!("{head}{body}").as_bytes());
}

fn read(stream: &mut TcpStream) -> Option<Request> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 16_384];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let request = parse(head, body);
            if body.len() >= request.header("content-length").parse().unwrap_or(0) {
                return Some(request);
            }
        }
        match stream.read(&mut chunk) {
            Ok(0) | Err(_) => return None,
            Ok(read) => bytes.extend_from_slice(&chunk[..read]),
        }
    }
}

fn parse(head: &str, body: &str) -> Request {
    let mut lines = head.lines();
    let mut words = lines.next().unwrap().split(' ');
    let method = words.next().unwrap().to_owned();
    let url = url::Url::parse(&format!("http://x{}", words.next().unwrap())).unwrap();
    let headers = lines.filter_map(|line| line.split_once(": "));
    Request {
        method,
        path: url.path().to_owned(),
        query: url.query_pairs().into_owned().collect(),
        headers: headers.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect(),
        body: serde_json::from_str(body).unwrap_or(Value::Null),
    }
}

/// An incident that was made at this minute of the year 2026.
pub(crate) fn incident(id: &str, minute: i64) -> Value {
    let at = jiff::Timestamp::from_second(1_767_225_600 + minute * 60).unwrap().to_string();
    // Each its own: two of an account share none.
    let digits = id.trim_start_matches(|ch: char| !ch.is_ascii_digit());
    let number = digits.parse().unwrap_or(0) + if id.starts_with('P') { 4_710 } else { 1_000_000 };
    json!({
        "id": id, "type": "incident", "incident_number": number, "title": format!("disk of {id} is full"), "status": "triggered",
        "urgency": "high", "created_at": at, "updated_at": at,
        "service": {"id": "PSVC1", "type": "service_reference", "summary": "Mail"},
        "html_url": format!("https://example.pagerduty.com/incidents/{id}")
    })
}

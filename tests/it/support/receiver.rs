//! A receiver on loopback that counts what reaches it and answers as it is told.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// What a receiver does with a request.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// Answers 200 with this body.
    Text(String),
    /// Answers so after a while.
    Later(Duration, String),
    /// Keeps the connection and says nothing.
    Silence,
}

type Requests = Arc<(Mutex<Vec<String>>, Condvar)>;

/// A receiver; ends with the test.
pub(crate) struct Receiver {
    address: SocketAddr,
    requests: Requests,
}

impl Receiver {
    /// Answers every request like this.
    pub(crate) fn start(reply: Reply) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Requests::default();
        let seen = Arc::clone(&requests);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (seen, reply) = (Arc::clone(&seen), reply.clone());
                thread::spawn(move || serve(stream, &seen, &reply));
            }
        });
        Self { address, requests }
    }

    /// Where it listens.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Every whole request so far.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.0.lock().unwrap().clone()
    }

    /// Waits for so many whole requests.
    pub(crate) fn wait_for(&self, count: usize) {
        let until = Instant::now() + Duration::from_secs(10);
        let mut requests = self.requests.0.lock().unwrap();
        while requests.len() < count {
            let left = until.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "{} of {count} requests came", requests.len());
            requests = self.requests.1.wait_timeout(requests, left).unwrap().0;
        }
    }
}

fn serve(mut stream: TcpStream, seen: &Requests, reply: &Reply) {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    while !is_whole(&bytes) {
        match stream.read(&mut chunk) {
            Ok(read @ 1..) => bytes.extend_from_slice(&chunk[..read]),
            _ => return,
        }
    }
    seen.0.lock().unwrap().push(String::from_utf8_lossy(&bytes).into_owned());
    seen.1.notify_all();
    let text = match reply {
        Reply::Text(text) => text,
        Reply::Later(pause, text) => {
            thread::sleep(*pause);
            text
        }
        Reply::Silence => {
            let _ = stream.read(&mut chunk);
            return;
        }
    };
    let _ = write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{text}", text.len());
}

fn is_whole(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().filter_map(|line| line.split_once(": "));
    let length = length.into_iter().find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    body.len() >= length.map_or(0, |(_, value)| value.parse().unwrap())
}

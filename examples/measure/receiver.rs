//! A receiver on loopback that tells when it has a whole request.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver as Told, Sender, channel};
use std::thread;
use std::time::Instant;

use super::Result;

/// A receiver that listens.
pub(super) struct Receiver {
    /// Its address.
    pub(super) url: String,
    /// When each request was there whole.
    pub(super) requests: Told<Instant>,
}

/// Starts a receiver; it answers 200 until the program ends.
pub(super) fn start() -> Result<Receiver> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let url = format!("http://{}/hook", listener.local_addr()?);
    let (told, requests) = channel();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let told = told.clone();
            thread::spawn(move || answer(stream, &told));
        }
    });
    Ok(Receiver { url, requests })
}

/// Answers one request after the other until the sender closes.
fn answer(mut stream: TcpStream, told: &Sender<Instant>) -> Option<()> {
    let (mut bytes, mut chunk) = (Vec::new(), [0; 16 * 1024]);
    loop {
        let count = stream.read(&mut chunk).ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&chunk[..count]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
        if body.len() >= length.unwrap_or(0) {
            told.send(Instant::now()).ok()?;
            bytes.clear();
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").ok()?;
        }
    }
}

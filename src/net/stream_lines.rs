//! The lines of an answer that streams, passed on while it comes: of a text, and the `data` of server-sent events.
//!
//! Bounded whatever is sent: each line to 4 KiB, and in how many are passed on a second.

use http::HeaderMap;
use http::header::CONTENT_TYPE;
use tokio::time::Instant;

use super::text::Charset;

/// The most of a line that is passed on, in bytes.
const LINE: usize = 4 * 1024;
/// How many lines are passed on however fast they come.
const BURST: u32 = 256;
/// How many more a second, on the long run.
const PER_SECOND: u32 = 100;

/// Takes the lines of an answer.
type OnLine<'a> = &'a (dyn Fn(&str) + Send + Sync);

/// The lines of one answer.
pub(super) struct StreamLines<'a> {
    /// `None`: nobody, or an answer that does not stream.
    on_line: Option<OnLine<'a>>,
    events: bool,
    charset: Charset,
    line: Vec<u8>,
    /// Whether the line is longer than what is kept of it.
    long: bool,
    /// Whether the last byte was a carriage return: a line feed after it ends no further line.
    returned: bool,
    left: u32,
    filled: Instant,
    /// The latest line that came too fast to be passed on.
    held: Option<String>,
}

impl<'a> StreamLines<'a> {
    /// The lines of an answer with these headers. One whose length is known does not stream.
    pub(super) fn new(headers: &HeaderMap, length: Option<u64>, on_line: OnLine<'a>) -> Self {
        let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let streams = length.is_none() && kind.starts_with("text/");
        let (events, charset) = (kind == "text/event-stream", Charset::of(headers));
        Self { on_line: streams.then_some(on_line), events, charset, ..Self::none() }
    }

    /// Nobody listens.
    pub(super) fn none() -> Self {
        Self {
            on_line: None,
            events: false,
            charset: Charset::of(&HeaderMap::new()),
            line: Vec::new(),
            long: false,
            returned: false,
            left: BURST,
            filled: Instant::now(),
            held: None,
        }
    }

    /// Takes the next bytes of the body.
    pub(super) fn take(&mut self, bytes: &[u8]) {
        if self.on_line.is_none() {
            return;
        }
        for &byte in bytes {
            match byte {
                b'\n' if self.returned => {}
                // A progress bar returns to the beginning of its line instead of beginning another.
                b'\n' | b'\r' => self.line_ends(),
                _ if self.line.len() < LINE => self.line.push(byte),
                _ => self.long = true,
            }
            self.returned = byte == b'\r';
        }
    }

    /// The body is over: what is left is passed on.
    pub(super) fn end(&mut self) {
        self.line_ends();
        if let (Some(on_line), Some(line)) = (self.on_line, self.held.take()) {
            on_line(&line);
        }
    }

    fn line_ends(&mut self) {
        let line = self.charset.text(&self.line, self.long);
        self.line.clear();
        self.long = false;
        let told = if self.events { data(&line) } else { Some(line.as_str()) };
        if let Some(told) = told.filter(|told| !told.trim().is_empty()) {
            self.tell(told);
        }
    }

    fn tell(&mut self, line: &str) {
        let Some(on_line) = self.on_line else { return };
        let earned = self.filled.elapsed().as_millis() * u128::from(PER_SECOND) / 1_000;
        if earned > 0 {
            self.left = self.left.saturating_add(u32::try_from(earned).unwrap_or(BURST)).min(BURST);
            self.filled = Instant::now();
        }
        self.held = None;
        match self.left.checked_sub(1) {
            Some(left) => {
                self.left = left;
                on_line(line);
            }
            None => self.held = Some(line.to_owned()),
        }
    }
}

/// The value of a line of server-sent events, where it is one of `data`. Other fields and comments say nothing.
fn data(line: &str) -> Option<&str> {
    let line = line.strip_prefix('\u{feff}').unwrap_or(line);
    let value = line.strip_prefix("data:")?;
    Some(value.strip_prefix(' ').unwrap_or(value))
}

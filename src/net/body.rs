//! The body of an answer: what of it is kept, for the log and for a rule, whatever the receiver sends.

use std::pin::pin;
use std::time::Duration;

use reqwest::Response;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use super::stream_lines::StreamLines;
use super::text::Charset;
use super::unpack::Unpack;

/// How much of an answer's body is kept for the log, and of its headers together, in bytes.
pub(super) const KEPT: usize = 64 * 1024;

/// How much of a body a rule may read, in bytes.
pub(super) const FOR_RULES: usize = 1024 * 1024;

/// How long, after the deadline, an answer that is already on this machine has to be read.
///
/// After a stop or a sleep of the process the timer and the answer are due together, and the connection's own task
/// has yet to hand the answer over.
const GRACE: Duration = Duration::from_millis(25);

/// A body as rules read it, invalid UTF-8 replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BodyRead {
    Whole(String),
    /// Its beginning: the rest was lost, late, stopped, or not asked for.
    Cut(String),
    /// It is over 1 MiB.
    TooLarge,
}

impl Default for BodyRead {
    /// Nothing came.
    fn default() -> Self {
        Self::Cut(String::new())
    }
}

/// Waits for `work` until `deadline`; ready work wins over a deadline that has passed, and where `worth_grace` says
/// so, what is on this machine already gets the time to be read.
pub(super) async fn ready_before<F: Future>(
    deadline: Instant,
    worth_grace: impl Fn() -> bool,
    work: F,
) -> Option<F::Output> {
    let mut work = pin!(work);
    tokio::select! {
        biased;
        done = &mut work => return Some(done),
        () = sleep_until(deadline) => {}
    }
    if worth_grace() { timeout(GRACE, work).await.ok() } else { None }
}

/// How the reading of a body ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Whole,
    Lost,
    Late,
    Stopped,
}

/// A body: its beginning, and how much there was.
pub(super) struct Body {
    kept: Vec<u8>,
    /// The most that is kept.
    room: usize,
    seen: u64,
    expected: Option<u64>,
    charset: Charset,
    end: End,
}

impl Body {
    /// Reads to the end or to the deadline; what is over `room` is counted and thrown away.
    pub(super) async fn read(
        response: &mut Response,
        room: usize,
        deadline: Instant,
        stop: &CancellationToken,
        mut lines: StreamLines<'_>,
    ) -> Self {
        // Asked before anything is read: afterwards it is what is left.
        let announced = response.content_length();
        let (charset, mut unpack) = (Charset::of(response.headers()), Unpack::of(response.headers()));
        let mut body = Self { kept: Vec::new(), room, seen: 0, expected: None, charset, end: End::Late };
        let mut over = None;
        loop {
            let chunk = tokio::select! {
                biased;
                () = stop.cancelled() => {
                    body.end = End::Stopped;
                    break;
                }
                chunk = ready_before(deadline, || true, response.chunk()) => chunk,
            };
            match chunk {
                Some(Ok(chunk)) => {
                    let mut give = |bytes: &[u8]| {
                        body.take(bytes);
                        lines.take(bytes);
                    };
                    let unpacked = match &chunk {
                        Some(chunk) => unpack.take(chunk, &mut give),
                        None => unpack.end(&mut give),
                    };
                    match unpacked {
                        Ok(()) if chunk.is_none() => body.end = End::Whole,
                        Ok(()) => {}
                        Err(_) => body.end = End::Lost,
                    }
                }
                Some(Err(_)) => body.end = End::Lost,
                None => break,
            }
            // Judged here too: a body that is always ready would never let the timer have its turn. From the moment
            // that the deadline is first seen to be over, however late that is, there is the time to read the rest.
            let now = Instant::now();
            let is_over = now >= deadline && now >= *over.get_or_insert(now + GRACE);
            if body.end != End::Late || is_over {
                break;
            }
            tokio::task::yield_now().await;
        }
        lines.end();
        body.expected = announced.filter(|_| !unpack.is_packed());
        body
    }

    fn take(&mut self, chunk: &[u8]) {
        let room = self.room - self.kept.len();
        self.kept.extend_from_slice(&chunk[..chunk.len().min(room)]);
        self.seen = self.seen.saturating_add(chunk.len() as u64);
    }

    /// How large it is, as far as known.
    pub(super) fn size(&self) -> u64 {
        self.expected.unwrap_or(self.seen).max(self.seen)
    }

    /// Whether [`Body::size`] is the whole.
    pub(super) fn size_known(&self) -> bool {
        self.expected.is_some() || self.end == End::Whole
    }

    /// What the log keeps.
    pub(super) fn text(&self) -> String {
        let kept = &self.kept[..self.kept.len().min(KEPT)];
        self.charset.text(kept, self.end != End::Whole || self.seen > kept.len() as u64)
    }

    /// What a rule reads.
    pub(super) fn for_rule(&self) -> BodyRead {
        let is_cut = self.end != End::Whole || self.seen > self.kept.len() as u64;
        if self.size() > FOR_RULES as u64 {
            return BodyRead::TooLarge;
        }
        let text = self.charset.text(&self.kept, is_cut);
        if is_cut { BodyRead::Cut(text) } else { BodyRead::Whole(text) }
    }

    /// What is to be said of it.
    pub(super) fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.seen > KEPT as u64 {
            let at_least = if self.size_known() { "" } else { "at least " };
            notes.push(format!("answer cut at 64 KiB of {at_least}{}", size_in_words(self.size())));
        }
        match self.end {
            End::Whole => {}
            End::Lost => notes.push("the rest of the answer was lost".to_owned()),
            End::Late => notes.push("answer still coming at the deadline".to_owned()),
            End::Stopped => notes.push("answer still coming when the operator stopped it".to_owned()),
        }
        notes
    }
}

/// A size for people: `812 B`, `2.0 GB`.
fn size_in_words(bytes: u64) -> String {
    for (unit, word) in [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "KB")] {
        if bytes >= unit {
            return format!("{}.{} {word}", bytes / unit, bytes % unit / (unit / 10));
        }
    }
    format!("{bytes} B")
}

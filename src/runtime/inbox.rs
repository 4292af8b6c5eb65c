//! The one inbox of the loop, and the clock that stamps what arrives.

use std::time::Instant;

use jiff::Timestamp;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::reader::Heard;
use crate::app::event::{Event, Now};

/// The clocks of this run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock(Instant);

impl Clock {
    pub(super) fn start() -> Self {
        Self(Instant::now())
    }

    /// Milliseconds since the start, never backwards.
    pub(super) fn mono_ms(self) -> u64 {
        u64::try_from(self.0.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    pub(super) fn now(self) -> Now {
        Now { wall_ms: Timestamp::now().as_millisecond(), mono_ms: self.mono_ms() }
    }

    /// The moment of a reading of [`Clock::mono_ms`].
    pub(super) fn instant(self, mono_ms: u64) -> tokio::time::Instant {
        tokio::time::Instant::from_std(self.0 + std::time::Duration::from_millis(mono_ms))
    }
}

pub(super) enum Message {
    /// From the terminal, readable at this time.
    Terminal(Heard, u64),
    Event(Event),
    /// The writer has written a frame, at this time.
    Written(u64),
    /// A signal that ends the program, with the exit code it asks for.
    End(i32),
    /// The editor has ended: the text, or why there is none.
    Edited(Result<String, String>),
    /// The process goes on after a stop.
    Continued,
}

/// The sending side. Sending to a loop that has ended is nothing: the program is leaving.
#[derive(Clone)]
pub(super) struct Inbox {
    sender: UnboundedSender<Message>,
    clock: Clock,
}

impl Inbox {
    pub(super) fn new(clock: Clock) -> (Self, UnboundedReceiver<Message>) {
        let (sender, receiver) = unbounded_channel();
        (Self { sender, clock }, receiver)
    }

    pub(super) fn event(&self, event: Event) {
        let _ = self.sender.send(Message::Event(event));
    }

    /// Puts anything in. Whether anybody still reads.
    pub(super) fn send(&self, message: Message) -> bool {
        self.sender.send(message).is_ok()
    }

    pub(super) fn clock(&self) -> Clock {
        self.clock
    }
}

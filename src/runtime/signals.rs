//! Signals that end the program, change its size, or wake it.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::inbox::{Inbox, Message};
use crate::app::event::Event;

/// Listens for signals until the program ends.
pub(super) fn listen(inbox: &Inbox) -> io::Result<()> {
    for (kind, code) in [(SignalKind::hangup(), 129), (SignalKind::interrupt(), 130), (SignalKind::terminate(), 143)] {
        each(signal(kind)?, inbox.clone(), move |inbox| inbox.send(Message::End(code)));
    }
    each(signal(SignalKind::window_change())?, inbox.clone(), |inbox| {
        crossterm::terminal::size()
            .map_or(true, |(columns, rows)| inbox.send(Message::Event(Event::Resized(columns, rows))))
    });
    let cont = SignalKind::from_raw(rustix::process::Signal::CONT.as_raw());
    each(signal(cont)?, inbox.clone(), |inbox| inbox.send(Message::Continued));
    Ok(())
}

fn each(mut signals: Signal, inbox: Inbox, mut tell: impl FnMut(&Inbox) -> bool + Send + 'static) {
    tokio::spawn(async move { while signals.recv().await.is_some() && tell(&inbox) {} });
}

//! The thread that reads the terminal.
//!
//! crossterm 0.29 spins for ever when its terminal is gone (crossterm-rs/crossterm#793), so each read is preceded by
//! a look at the descriptor. A plain thread: an async runtime would wait for it at exit.

use std::io;
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use crossterm::event::{Event as Raw, poll, read};
use rustix::event::{PollFd, PollFlags};

/// What the reader tells.
pub(super) enum Heard {
    /// An event that was readable at this moment.
    Raw(Raw),
    /// The terminal is gone; nothing follows.
    Gone,
}

/// Whether another program has the terminal, and what tells of a change.
static RESTS: (Mutex<bool>, Condvar) = (Mutex::new(false), Condvar::new());

/// From now on no key is read: another program has the terminal.
pub(super) fn rest() {
    set_rest(true);
}

/// Keys are read again.
pub(super) fn go_on() {
    set_rest(false);
}

fn set_rest(rests: bool) {
    *RESTS.0.lock().unwrap_or_else(PoisonError::into_inner) = rests;
    RESTS.1.notify_all();
}

/// Waits while another program has the terminal. Whether it had it.
fn wait_for_terminal() -> bool {
    let mut rests = RESTS.0.lock().unwrap_or_else(PoisonError::into_inner);
    let rested = *rests;
    while *rests {
        rests = RESTS.1.wait(rests).unwrap_or_else(PoisonError::into_inner);
    }
    rested
}

/// Starts the thread. `tell` returns whether anybody still listens.
pub(super) fn start(tell: impl Fn(Heard) -> bool + Send + 'static) -> io::Result<()> {
    thread::Builder::new().name("keys".to_owned()).spawn(move || {
        if let Err(error) = listen(&tell) {
            tracing::warn!(%error, "reading the terminal failed");
        }
        tell(Heard::Gone);
    })?;
    Ok(())
}

/// Whether the terminal is gone: why an operation on it failed.
pub(super) fn is_gone() -> bool {
    let stdin = io::stdin();
    let mut fds = [PollFd::new(&stdin, PollFlags::IN)];
    let now = rustix::event::Timespec { tv_sec: 0, tv_nsec: 0 };
    rustix::event::poll(&mut fds, Some(&now)).is_ok() && is_dead(fds[0].revents())
}

fn is_dead(seen: PollFlags) -> bool {
    seen.intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL)
}

fn listen(tell: &impl Fn(Heard) -> bool) -> io::Result<()> {
    let stdin = io::stdin();
    loop {
        let mut fds = [PollFd::new(&stdin, PollFlags::IN)];
        match rustix::event::poll(&mut fds, None) {
            Err(rustix::io::Errno::INTR) => continue,
            other => other?,
        };
        let seen = fds[0].revents();
        if is_dead(seen) {
            return Ok(());
        }
        // What woke us was for the other program, and it has read it.
        if wait_for_terminal() {
            continue;
        }
        let mut heard_any = false;
        while poll(Duration::ZERO)? {
            heard_any = true;
            if !tell(Heard::Raw(read()?)) {
                return Ok(());
            }
        }
        // Readable without an event: an unfinished sequence, or the end of the input, which stays readable.
        if !heard_any && seen.contains(PollFlags::IN) && at_end(&stdin) {
            return Ok(());
        }
    }
}

/// Whether stdin is at its end: readable, and nothing to read.
fn at_end(stdin: &io::Stdin) -> bool {
    let mut fds = [PollFd::new(stdin, PollFlags::IN)];
    let still = rustix::event::poll(&mut fds, Some(&rustix::event::Timespec { tv_sec: 0, tv_nsec: 0 }));
    matches!(still, Ok(1..)) && rustix::io::ioctl_fionread(stdin).is_ok_and(|waiting| waiting == 0)
}

//! The thread that reads the terminal.
//!
//! Each read is preceded by a look at the descriptor, because it may be another program's turn. A plain thread: an
//! async runtime would wait for it at exit.

use std::io;
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;

use rustix::event::{PollFd, PollFlags};

/// What the reader tells.
pub(super) enum Heard {
    /// Bytes that were readable together.
    Bytes(Vec<u8>),
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
    let mut buffer = [0; 4096];
    loop {
        let mut fds = [PollFd::new(&stdin, PollFlags::IN)];
        match rustix::event::poll(&mut fds, None) {
            Err(rustix::io::Errno::INTR) => continue,
            other => other?,
        };
        if is_dead(fds[0].revents()) {
            return Ok(());
        }
        // What woke us was for the other program, and it has read it.
        if wait_for_terminal() {
            continue;
        }
        match rustix::io::read(&stdin, &mut buffer) {
            Err(rustix::io::Errno::INTR | rustix::io::Errno::AGAIN) => {}
            Err(error) => return Err(error.into()),
            // The end of the input.
            Ok(0) => return Ok(()),
            Ok(read) if tell(Heard::Bytes(buffer[..read].to_vec())) => {}
            // Nobody listens any more.
            Ok(_) => return Ok(()),
        }
    }
}

//! The terminal: its modes, and the thread of its own that writes to it.
//!
//! A blocked line (slow SSH) blocks that thread and nothing else: deadlines, recording, signals and exit go on. There
//! is one frame on its way at a time; what changes meanwhile is in the next one.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use crossterm::event::{
    DisableBracketedPaste, DisableFocusChange, DisableMouseCapture, EnableBracketedPaste, EnableFocusChange,
};
use crossterm::style::ResetColor;
use crossterm::terminal::{
    DisableLineWrap, EnableLineWrap, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use crossterm::{Command, cursor};
use ratatui::Terminal;

use super::backend::SlimBackend;
use super::calls::Call;
use crate::app::model::Model;
use crate::app::state::notifications::Notifications;
use crate::view::view;

/// How long leaving waits for a blocked line before it goes without.
const LEAVE: Duration = Duration::from_millis(500);
/// Asks for the background colour (OSC 11). The answer comes as keys and is folded out of them.
const ASK_BACKGROUND: &[u8] = b"\x1b]11;?\x1b\\";

/// What crossterm does not reset: the keypad types digits and arrows are `ESC [`, Enter is a CR alone, characters are not
/// inserted, rows count from the top and all of them scroll; the mouse's oldest and its pixel reports are off.
const KEYS_AS_USUAL: &[u8] = b"\x1b>\x1b[?1l\x1b[?66l\x1b[20l\x1b[4l\x1b[?6l\x1b[?9l\x1b[?1005l\x1b[?1016l";

/// Whether the modes are set: what a panic has to reset.
static TAKEN: AtomicBool = AtomicBool::new(false);
/// Whether the window had a title that is kept for it.
static TITLE_KEPT: AtomicBool = AtomicBool::new(false);

/// Bytes of a frame on their way to the writer.
#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl Sink {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The screen: draws into memory, hands whole frames to the writer.
pub(super) struct Screen {
    terminal: Terminal<SlimBackend<Sink>>,
    sink: Sink,
    frames: SyncSender<Vec<u8>>,
    done: Receiver<()>,
    busy: bool,
    calls: Notifications,
}

impl Screen {
    /// Takes the terminal. `written` is told after each frame from the writer's thread; `calls` says what the terminal
    /// has to tell and to keep for calling a person back.
    pub(super) fn take(calls: Notifications, written: impl Fn() + Send + 'static) -> io::Result<Self> {
        let sink = Sink::default();
        let (frames, waiting) = sync_channel::<Vec<u8>>(1);
        let (finished, done) = sync_channel(1);
        thread::Builder::new().name("terminal".to_owned()).spawn(move || {
            for frame in waiting {
                let mut out = io::stdout().lock();
                // A terminal that is gone is noticed by the reader, which ends the program.
                let _ = out.write_all(&frame).and_then(|()| out.flush());
                drop(out);
                written();
            }
            let _ = finished.send(());
        })?;
        enter(io::stdout(), calls)?;
        let terminal = Terminal::new(SlimBackend::new(sink.clone()))?;
        Ok(Self { terminal, sink, frames, done, busy: false, calls })
    }

    /// Whether a frame is still on its way.
    pub(super) fn is_busy(&self) -> bool {
        self.busy
    }

    /// The writer has written the frame. What waited meanwhile and belongs to no frame goes now.
    pub(super) fn frame_written(&mut self) {
        self.busy = false;
        self.send_waiting();
    }

    /// Draws the model and sends what differs from the frame before. Whether anything did.
    pub(super) fn draw(&mut self, model: &Model) -> io::Result<bool> {
        self.terminal.draw(|frame| view(model, frame))?;
        Ok(self.send_waiting())
    }

    /// Forgets what the terminal shows: the next frame is drawn whole.
    ///
    /// Not ratatui's `clear`: it asks the terminal where the cursor is and waits two seconds for the answer, which the
    /// thread that reads the keys takes away.
    pub(super) fn redraw(&mut self) -> io::Result<()> {
        let area = self.terminal.get_frame().area();
        self.terminal.resize(area)
    }

    /// Asks the terminal for its background, behind whatever was drawn.
    pub(super) fn ask_background(&mut self) {
        let _ = self.sink.write_all(ASK_BACKGROUND);
        self.send_waiting();
    }

    /// Sends bytes that are no part of a frame (clipboard) with the next one, or alone.
    pub(super) fn command(&mut self, command: impl Command) {
        let mut text = String::new();
        if command.write_ansi(&mut text).is_ok() {
            let _ = self.sink.write_all(text.as_bytes());
            self.send_waiting();
        }
    }

    /// Sends what waits, if no frame is on its way: one that found the line taken would be lost, and the screen with
    /// it. Whether anything waited.
    fn send_waiting(&mut self) -> bool {
        if self.busy {
            return true;
        }
        let bytes = self.sink.take();
        if bytes.is_empty() {
            return false;
        }
        self.busy = self.frames.try_send(bytes).is_ok();
        true
    }

    /// Gives the terminal back for a while (`Ctrl-Z`). Not while a frame is on its way: a blocked line would be waited
    /// for.
    pub(super) fn lend() {
        let _ = leave();
    }

    /// Takes it again. The modes go with the next frame: the line may be blocked.
    pub(super) fn take_again(&mut self) -> io::Result<()> {
        enter(self.sink.clone(), self.calls)?;
        self.redraw()
    }

    /// Gives the terminal back for good. A blocked line is waited for only briefly.
    pub(super) fn release(self) {
        let Self { frames, done, .. } = self;
        drop(frames);
        if matches!(done.recv_timeout(LEAVE), Err(RecvTimeoutError::Timeout)) {
            // The writer holds the lock of stdout and the line is blocked: the modes of the device can be reset
            // without a byte, the rest goes with the line.
            let _ = disable_raw_mode();
            TAKEN.store(false, Ordering::SeqCst);
            return;
        }
        let _ = leave();
    }
}

fn enter(mut out: impl Write, calls: Notifications) -> io::Result<()> {
    // A shell may have changed the modes of the device while the program was stopped, which crossterm does not know.
    disable_raw_mode()?;
    enable_raw_mode()?;
    TAKEN.store(true, Ordering::SeqCst);
    // Reset before they are set: whoever had the terminal before may have left some on.
    crossterm::execute!(out, DisableMouseCapture, DisableFocusChange, DisableBracketedPaste, EnterAlternateScreen)?;
    // There, because one of them moves the cursor, and that of the shell is to stay where it was.
    out.write_all(KEYS_AS_USUAL)?;
    crossterm::execute!(out, DisableLineWrap, EnableBracketedPaste, cursor::Hide)?;
    if calls.bell || calls.notify {
        crossterm::execute!(out, EnableFocusChange)?;
    }
    if calls.title && !TITLE_KEPT.swap(true, Ordering::SeqCst) {
        crossterm::execute!(out, Call::KeepTitle)?;
    }
    Ok(())
}

fn leave() -> io::Result<()> {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return Ok(());
    }
    if TITLE_KEPT.swap(false, Ordering::SeqCst) {
        // Whether it is written is seen by what follows.
        let _ = crossterm::execute!(io::stdout(), Call::GiveTitleBack);
    }
    let usual = io::stdout().write_all(KEYS_AS_USUAL);
    let written = crossterm::execute!(
        io::stdout(),
        DisableMouseCapture,
        DisableFocusChange,
        DisableBracketedPaste,
        EnableLineWrap,
        ResetColor,
        LeaveAlternateScreen,
        cursor::Show
    );
    disable_raw_mode()?;
    usual.and(written)
}

/// Gives the terminal back from wherever a panic happens, so that its message can be read.
pub fn restore_after_panic() {
    let _ = leave();
}

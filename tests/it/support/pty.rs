//! A real terminal around the real program: its screen, its bytes, its modes, its end.
//!
//! What a test waits for is text on the screen, never time. Only a person's pace is kept: a key that must come alone
//! is pressed a moment after whatever was before it.

use std::ffi::OsString;
use std::fs;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::fs::{Mode, OFlags};
use rustix::process::{Pid, Signal, kill_process};
use rustix::termios::{LocalModes, tcgetattr};
use tempfile::TempDir;

use crate::support::heard::Heard;

/// The program under test.
pub(crate) const ANDON: &str = env!("CARGO_BIN_EXE_andon");
/// How long anything may take that a test waits for.
pub(crate) const LIMIT: Duration = Duration::from_secs(10);
/// A person's pace: longer than what the program takes for a machine's.
pub(crate) const HUMAN: Duration = Duration::from_millis(60);
/// Longer than a key that may be held down stays deaf, and than any sequence is waited for.
pub(crate) const APART: Duration = Duration::from_millis(720);
/// After this much silence a frame is whole.
const FRAME: Duration = Duration::from_millis(25);
/// A folder that only this user can read.
pub(crate) fn private_folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
    folder
}

/// How the program ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// By itself, with this code.
    Code(u32),
    /// By a signal.
    Signal(String),
}

struct State {
    parser: vt100::Parser<Heard>,
    raw: Vec<u8>,
    paused: bool,
    stop: bool,
}

#[derive(Clone)]
struct Shared(Arc<(Mutex<State>, Condvar)>);

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What to start, and how.
pub(crate) struct Setup {
    program: OsString,
    args: Vec<OsString>,
    size: (u16, u16),
    env: Vec<(String, String)>,
}

impl Setup {
    /// A program with arguments, on 120x36.
    pub(crate) fn new<A: Into<OsString>>(program: &str, args: impl IntoIterator<Item = A>) -> Self {
        Self {
            program: program.into(),
            args: args.into_iter().map(Into::into).collect(),
            size: (120, 36),
            env: Vec::new(),
        }
    }

    /// The demo.
    pub(crate) fn demo() -> Self {
        Self::new(ANDON, ["demo"])
    }

    /// The screen, with its configuration and data in a folder.
    pub(crate) fn screen(folder: &Path) -> Self {
        Self::new(ANDON, places(folder))
    }

    /// One more argument.
    pub(crate) fn arg(mut self, arg: &str) -> Self {
        self.args.push(arg.into());
        self
    }

    /// Columns and rows.
    pub(crate) fn size(mut self, columns: u16, rows: u16) -> Self {
        self.size = (columns, rows);
        self
    }

    /// One more variable of the environment.
    pub(crate) fn env(mut self, name: &str, value: impl Into<String>) -> Self {
        self.env.push((name.to_owned(), value.into()));
        self
    }

    /// Starts it.
    pub(crate) fn spawn(self) -> Pty {
        let home = private_folder();
        let pair = native_pty_system().openpty(pty_size(self.size)).unwrap();
        let mut command = CommandBuilder::new(&self.program);
        command.args(&self.args);
        command.env_clear();
        command.cwd(home.path());
        for (name, value) in [
            ("HOME", home.path().to_str().unwrap()),
            ("TERM", "xterm-256color"),
            ("LANG", "C.UTF-8"),
            ("PATH", "/usr/bin:/bin"),
            ("USER", "ada"),
            ("TZ", "UTC"),
        ] {
            command.env(name, value);
        }
        self.env.iter().for_each(|(name, value)| command.env(name, value));
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let state = State { parser: parser(self.size), raw: Vec::new(), paused: false, stop: false };
        let shared = Shared(Arc::new((Mutex::new(state), Condvar::new())));
        let reader = read_all(pair.master.try_clone_reader().unwrap(), shared.clone());
        let writer = pair.master.take_writer().unwrap();
        Pty { master: Some(pair.master), writer: Some(writer), child, shared, reader: Some(reader), home }
    }
}

/// The arguments that put configuration and data into a folder.
pub(crate) fn places(folder: &Path) -> Vec<OsString> {
    vec!["--config".into(), folder.join("config.toml").into(), "--data-dir".into(), folder.join("data").into()]
}

fn pty_size((cols, rows): (u16, u16)) -> PtySize {
    PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }
}

fn non_zero(number: u16) -> NonZeroU16 {
    NonZeroU16::new(number).unwrap()
}

fn parser((columns, rows): (u16, u16)) -> vt100::Parser<Heard> {
    vt100::Parser::new_with_callbacks(non_zero(rows), non_zero(columns), 0, Heard::default())
}

fn read_all(mut from: Box<dyn Read + Send>, shared: Shared) -> JoinHandle<()> {
    thread::spawn(move || {
        let mut chunk = [0; 4096];
        loop {
            let read = from.read(&mut chunk).unwrap_or(0);
            let mut state = shared.lock();
            state.raw.extend_from_slice(&chunk[..read]);
            state.parser.process(&chunk[..read]);
            shared.0.1.notify_all();
            while state.paused && !state.stop {
                state = shared.0.1.wait(state).unwrap();
            }
            if read == 0 || state.stop {
                return;
            }
        }
    })
}

/// A running program and its terminal. Dropped, it is killed.
pub(crate) struct Pty {
    master: Option<Box<dyn MasterPty + Send>>,
    writer: Option<Box<dyn Write + Send>>,
    child: Box<dyn Child + Send + Sync>,
    shared: Shared,
    reader: Option<JoinHandle<()>>,
    home: TempDir,
}

impl Pty {
    /// Its home.
    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// The process id.
    pub(crate) fn pid(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    /// Every row of the screen.
    pub(crate) fn screen(&self) -> String {
        text(&self.shared.lock().parser)
    }

    /// What stands in a cell, and whether in reverse video.
    pub(crate) fn cell(&self, column: u16, row: u16) -> (String, bool) {
        let state = self.shared.lock();
        let cell = state.parser.screen().cell(row, column).unwrap();
        (cell.contents().to_owned(), cell.inverse())
    }

    /// Every byte that came so far.
    pub(crate) fn raw(&self) -> Vec<u8> {
        self.shared.lock().raw.clone()
    }

    /// What the terminal was told that neither text nor the program's own modes are.
    pub(crate) fn strange(&self) -> Vec<String> {
        self.shared.lock().parser.callbacks().strange()
    }

    /// Waits until the screen is so, and a frame is whole: nothing more came for a moment.
    pub(crate) fn wait_until(&self, what: &str, is_so: impl Fn(&str) -> bool) -> String {
        let until = Instant::now() + LIMIT;
        let mut state = self.shared.lock();
        loop {
            let shown = text(&state.parser);
            let (right, seen) = (is_so(&shown), state.raw.len());
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                drop(state);
                assert!(right, "waited for {what}; the screen is\n{shown}");
                return shown;
            }
            let pause = if right { left.min(FRAME) } else { left };
            let (next, waited) = self.shared.0.1.wait_timeout(state, pause).unwrap_or_else(PoisonError::into_inner);
            state = next;
            if right && waited.timed_out() && state.raw.len() == seen {
                return shown;
            }
        }
    }

    /// Waits for text on the screen.
    pub(crate) fn wait_for(&self, wanted: &str) -> String {
        self.wait_until(&format!("{wanted:?}"), |screen| screen.contains(wanted))
    }

    /// Waits until text has left the screen.
    pub(crate) fn wait_gone(&self, unwanted: &str) -> String {
        self.wait_until(&format!("{unwanted:?} to go"), |screen| !screen.contains(unwanted))
    }

    /// Waits for the bytes.
    pub(crate) fn wait_raw(&self, wanted: &[u8]) {
        let until = Instant::now() + LIMIT;
        let mut state = self.shared.lock();
        while !contains(&state.raw, wanted) {
            let left = until.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "waited for bytes {:?}", String::from_utf8_lossy(wanted));
            state = self.shared.0.1.wait_timeout(state, left).unwrap().0;
        }
    }

    /// Sends bytes at once.
    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) {
        let writer = self.writer.as_mut().unwrap();
        writer.write_all(bytes.as_ref()).unwrap();
        writer.flush().unwrap();
    }

    /// Sends bytes as a person would: alone.
    pub(crate) fn press(&mut self, key: &str) {
        thread::sleep(HUMAN);
        self.send(key);
    }

    /// Types text as a person would, key by key.
    pub(crate) fn type_text(&mut self, text: &str) {
        for ch in text.chars() {
            self.press(ch.encode_utf8(&mut [0; 4]));
        }
    }

    /// Changes the size.
    pub(crate) fn resize(&self, columns: u16, rows: u16) {
        self.shared.lock().parser.set_size(non_zero(rows), non_zero(columns));
        self.master.as_ref().unwrap().resize(pty_size((columns, rows))).unwrap();
    }

    /// Stops or goes on reading what the program writes.
    pub(crate) fn pause(&self, paused: bool) {
        self.shared.lock().paused = paused;
        self.shared.0.1.notify_all();
    }

    /// Sends a signal to the program.
    pub(crate) fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(i32::try_from(self.pid()).unwrap()).unwrap();
        kill_process(pid, signal).unwrap();
    }

    /// Closes the terminal's own side, as a lost line does.
    pub(crate) fn hang_up(&mut self) {
        self.shared.lock().stop = true;
        // Whatever is drawn next ends the thread that holds the last descriptor.
        self.send("\x0c");
        self.reader.take().unwrap().join().unwrap();
        self.writer = None;
        self.master = None;
    }

    /// Waits for its end.
    pub(crate) fn wait_end(&mut self, limit: Duration) -> Ended {
        let until = Instant::now() + limit;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status
                    .signal()
                    .map_or(Ended::Code(status.exit_code()), |signal| Ended::Signal(signal.to_owned()));
            }
            assert!(Instant::now() < until, "it did not end in {limit:?}; the screen is\n{}", self.screen());
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Whether it has ended.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Waits until everything that an ended program wrote was read.
    pub(crate) fn drain(&mut self) {
        if let Some(reader) = self.reader.take() {
            reader.join().unwrap();
        }
    }

    /// Whether the terminal gives keys as they come.
    pub(crate) fn is_raw_mode(&self) -> bool {
        let name = self.master.as_ref().unwrap().tty_name().unwrap();
        let tty = rustix::fs::open(name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap();
        !tcgetattr(tty).unwrap().local_modes.contains(LocalModes::ICANON)
    }

    /// Asserts that the ended program left the terminal as it was.
    pub(crate) fn assert_restored(&mut self) {
        assert!(!self.is_raw_mode(), "the terminal is still in raw mode");
        self.drain();
        let state = self.shared.lock();
        let screen = state.parser.screen();
        assert!(!screen.alternate_screen(), "still on the alternate screen");
        assert!(!screen.hide_cursor(), "the cursor is still hidden");
        assert!(!screen.bracketed_paste(), "pastes are still bracketed");
        let tail = String::from_utf8_lossy(&state.raw).into_owned();
        assert!(tail.rfind("\x1b[?7h") > tail.rfind("\x1b[?7l"), "lines no longer wrap");
    }

    /// Processor time used so far, in milliseconds.
    pub(crate) fn cpu_ms(&self) -> u64 {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.pid())).unwrap_or_default();
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        // utime and stime, in hundredths of a second.
        fields.get(11..13).unwrap_or_default().iter().filter_map(|ticks| ticks.parse::<u64>().ok()).sum::<u64>() * 10
    }

    /// Resident memory in KiB.
    pub(crate) fn resident_kib(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        if !self.has_ended() {
            self.signal(Signal::KILL);
            let _ = self.child.wait();
        }
        self.shared.lock().stop = true;
        self.shared.0.1.notify_all();
    }
}

fn text(parser: &vt100::Parser<Heard>) -> String {
    let screen = parser.screen();
    screen.rows(0, screen.size().1.get()).collect::<Vec<_>>().join("\n")
}

/// Whether bytes hold other bytes.
pub(crate) fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

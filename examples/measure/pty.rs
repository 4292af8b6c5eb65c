//! A program in a terminal of its own: keys in, bytes out, each with the time it came.

use std::io::{Read, Write};
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use super::Result;

/// The terminal's size, as the budgets have it.
pub(super) const COLUMNS: u16 = 120;
pub(super) const ROWS: u16 = 36;

/// The longest wait for anything.
const PATIENCE: Duration = Duration::from_secs(60);

/// A program and its arguments.
pub(super) struct Program {
    pub(super) path: String,
    pub(super) arguments: Vec<String>,
}

impl Program {
    pub(super) fn new(path: &Path, arguments: &[&str]) -> Self {
        Self {
            path: path.display().to_string(),
            arguments: arguments.iter().map(|argument| (*argument).to_owned()).collect(),
        }
    }
}

/// What a key led to.
pub(super) struct Reaction {
    /// From the key's byte to the last byte of what it led to.
    pub(super) took: Duration,
    /// How many bytes that was.
    pub(super) bytes: usize,
}

/// A program that runs.
pub(super) struct Session {
    began: Instant,
    child: Box<dyn Child + Send + Sync>,
    keys: Box<dyn Write + Send>,
    output: Receiver<(Instant, Vec<u8>)>,
    _terminal: Box<dyn MasterPty + Send>,
}

impl Session {
    /// Starts a program; the clock runs from right before it.
    pub(super) fn start(program: &Program) -> Result<Self> {
        let size = PtySize { rows: ROWS, cols: COLUMNS, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size)?;
        let mut reader = pair.master.try_clone_reader()?;
        let keys = pair.master.take_writer()?;
        let (told, output) = channel();
        thread::spawn(move || {
            let mut chunk = vec![0; 64 * 1024];
            while let Ok(count @ 1..) = reader.read(&mut chunk) {
                if told.send((Instant::now(), chunk[..count].to_vec())).is_err() {
                    return;
                }
            }
        });
        let mut command = CommandBuilder::new(&program.path);
        command.args(&program.arguments);
        command.env("TERM", "xterm-256color");
        for name in ["SSH_CONNECTION", "SSH_TTY", "NO_COLOR", "TMUX", "STY", "FZF_DEFAULT_OPTS"] {
            command.env_remove(name);
        }
        let began = Instant::now();
        let child = pair.slave.spawn_command(command)?;
        Ok(Self { began, child, keys, output, _terminal: pair.master })
    }

    /// Waits until `text` was written; gives the time since the start.
    pub(super) fn until(&mut self, text: &str) -> Result<Duration> {
        let mut seen = Vec::new();
        loop {
            let (at, bytes) = self.output.recv_timeout(PATIENCE).map_err(|_| {
                let shown: String = String::from_utf8_lossy(&seen).chars().take(2_000).collect();
                format!("{text:?} never came: {shown:?}")
            })?;
            seen.extend(bytes);
            if seen.windows(text.len()).any(|window| window == text.as_bytes()) {
                return Ok(at - self.began);
            }
        }
    }

    /// Waits until nothing was written for `gap`; how many bytes came before.
    pub(super) fn quiet(&mut self, gap: Duration) -> usize {
        let mut count = 0;
        while let Ok((_, bytes)) = self.output.recv_timeout(gap) {
            count += bytes.len();
        }
        count
    }

    /// Presses keys and waits for what they lead to, which ends when nothing comes for `gap`.
    pub(super) fn press(&mut self, keys: &str, gap: Duration) -> Result<Reaction> {
        let at = Instant::now();
        self.send(keys)?;
        let (mut last, bytes) = self.output.recv_timeout(PATIENCE)?;
        let mut count = bytes.len();
        loop {
            match self.output.recv_timeout(gap) {
                Ok((at, bytes)) => {
                    last = at;
                    count += bytes.len();
                }
                Err(RecvTimeoutError::Timeout) => return Ok(Reaction { took: last - at, bytes: count }),
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Presses keys and waits for nothing.
    pub(super) fn send(&mut self, keys: &str) -> Result<()> {
        self.keys.write_all(keys.as_bytes())?;
        Ok(self.keys.flush()?)
    }

    /// Resident memory now and at its highest, MiB.
    pub(super) fn memory(&self) -> Result<(f64, f64)> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid()?))?;
        let field = |name: &str| -> Result<f64> {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).ok_or("no such line in /proc")?;
            let kib: f64 = line.trim().trim_end_matches(" kB").parse()?;
            Ok(kib / 1024.0)
        };
        Ok((field("VmRSS:")?, field("VmHWM:")?))
    }

    /// Time on a processor so far, all threads.
    pub(super) fn cpu(&self) -> Result<Duration> {
        let mut total = 0;
        for thread in std::fs::read_dir(format!("/proc/{}/task", self.pid()?))? {
            let line = std::fs::read_to_string(thread?.path().join("schedstat"))?;
            total += line.split(' ').next().ok_or("schedstat is empty")?.parse::<u64>()?;
        }
        Ok(Duration::from_nanos(total))
    }

    fn pid(&self) -> Result<u32> {
        Ok(self.child.process_id().ok_or("the program has ended")?)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

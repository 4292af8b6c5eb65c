//! Everything that is printed: cleaned of what could move a cursor or mislead an eye, wherever it goes.

use std::io::{self, BufWriter, ErrorKind, IsTerminal, Stdout, Write};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use serde_json::Value;

use super::exit::Exit;
use crate::domain::text::{clean, clean_lines, escape_json};
use crate::domain::width::{cut, width};

/// Stdout and stderr of a command.
pub(super) struct Output {
    json: bool,
    out: BufWriter<Stdout>,
    state: State,
    /// Whether the exit code tells what was done, which no output can undo.
    has_acted: bool,
}

enum State {
    Open,
    /// Who reads has had enough: `| head`.
    Closed,
    /// It cannot be written.
    Broken(String),
}

impl Output {
    pub(super) fn new(json: bool) -> Self {
        Self { json, out: BufWriter::new(io::stdout()), state: State::Open, has_acted: false }
    }

    pub(super) fn is_json(&self) -> bool {
        self.json
    }

    /// From here on the exit code tells what was done: it stays, also where its output cannot be written.
    pub(super) fn acts(&mut self) {
        self.has_acted = true;
    }

    pub(super) fn line(&mut self, text: &str) {
        let text = clean(text);
        self.write(&text);
    }

    /// One object, on one line.
    pub(super) fn object(&mut self, object: impl Into<Value>) {
        self.write(&escape_json(&object.into().to_string()));
    }

    /// Rows in aligned columns. On a terminal lines end at its edge.
    pub(super) fn table(&mut self, rows: &[Vec<String>]) {
        let edge = terminal_width();
        for line in aligned(rows) {
            match edge {
                Some(edge) => self.write(&cut(&line, edge)),
                None => self.write(&line),
            }
        }
    }

    /// Hands on what was printed so far.
    pub(super) fn flush(&mut self) {
        let flushed = self.out.flush();
        self.note(flushed);
    }

    /// Whether nobody reads any more.
    pub(super) fn is_gone(&self) -> bool {
        if !matches!(self.state, State::Open) {
            return true;
        }
        let stdout = io::stdout();
        let mut fds = [PollFd::new(&stdout, PollFlags::empty())];
        let polled = poll(&mut fds, Some(&Timespec::default()));
        polled.is_ok() && fds[0].revents().intersects(PollFlags::ERR | PollFlags::HUP)
    }

    /// The end: what was printed must have arrived. A reader that left early is no fault.
    pub(super) fn finish(mut self, exit: Exit) -> Exit {
        self.flush();
        match &self.state {
            State::Open | State::Closed => exit,
            State::Broken(why) => {
                error(&format!("the output could not be written: {why}"));
                if self.has_acted { exit } else { exit.worst(Exit::Failed) }
            }
        }
    }

    fn write(&mut self, line: &str) {
        if matches!(self.state, State::Open) {
            let written = self.out.write_all(line.as_bytes()).and_then(|()| self.out.write_all(b"\n"));
            self.note(written);
        }
    }

    fn note(&mut self, result: io::Result<()>) {
        if let (Err(error), State::Open) = (result, &self.state) {
            self.state = match error.kind() {
                ErrorKind::BrokenPipe => State::Closed,
                kind => State::Broken(kind.to_string()),
            };
        }
    }
}

/// Text on stderr, which may be gone: then there is nobody to tell.
pub(super) fn say(text: &str) {
    let mut stderr = io::stderr().lock();
    for line in clean_lines(text) {
        let _ = writeln!(stderr, "{line}");
    }
}

/// A question on stderr; the cursor stays behind it.
pub(super) fn prompt(text: &str) {
    let mut stderr = io::stderr().lock();
    let _ = write!(stderr, "{}", clean(text));
    let _ = stderr.flush();
}

/// A line on stderr that stops nothing.
pub(super) fn warn(text: &str) {
    tell("warning", text);
}

/// A line on stderr about what failed.
pub(super) fn error(text: &str) {
    tell("error", text);
}

fn tell(word: &str, text: &str) {
    say(&format!("{word}: {text}"));
}

fn terminal_width() -> Option<usize> {
    let stdout = io::stdout();
    if !stdout.is_terminal() {
        return None;
    }
    let size = rustix::termios::tcgetwinsize(&stdout).ok()?;
    (size.ws_col > 0).then_some(usize::from(size.ws_col))
}

/// The widest a column may be but for the last one.
const COLUMN_MAX: usize = 32;

fn aligned(rows: &[Vec<String>]) -> Vec<String> {
    let cleaned: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            let last = row.len().saturating_sub(1);
            let cell = |(at, cell): (usize, &String)| {
                if at < last { cut(&clean(cell), COLUMN_MAX).into_owned() } else { clean(cell).into_owned() }
            };
            row.iter().enumerate().map(cell).collect()
        })
        .collect();
    let columns = cleaned.iter().map(Vec::len).max().unwrap_or(0);
    let widest = |at: usize| cleaned.iter().filter_map(|row| row.get(at)).map(|cell| width(cell)).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(widest).collect();
    cleaned.iter().map(|row| join(row, &widths)).collect()
}

fn join(row: &[String], widths: &[usize]) -> String {
    let mut out = String::new();
    for (cell, columns) in row.iter().zip(widths) {
        out.push_str(cell);
        out.push_str(&" ".repeat(columns.saturating_sub(width(cell)) + 2));
    }
    out.truncate(out.trim_end().len());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stay_aligned_with_wide_and_hostile_text() {
        let row = |cells: [&str; 2]| cells.map(str::to_owned).to_vec();
        let lines = aligned(&[row(["队列", "x"]), row(["a\u{1b}[2J", "y"]), row([&"n".repeat(40), "z"])]);
        let column = |line: &str| width(&line[..line.len() - 1]);
        assert!(lines.iter().all(|line| column(line) == COLUMN_MAX + 2), "{lines:?}");
        assert!(lines[1].starts_with("a␛[2J "));
    }
}

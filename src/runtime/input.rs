//! Only a person presses: the stage between the terminal's events and the key table.
//!
//! A terminal's own bytes arrive as keys. A late answer to a question types `1`, an arrow split after ESC on a slow
//! line types `[A`, a paste split there presses a button and confirms it. This is a pure machine over (event, time):
//! it reads no clock and owns no terminal, so each such stream can be tested split at every byte.

use std::collections::HashMap;

use crossterm::event::{Event as Raw, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::sequence::{self, Step};
use crate::app::event::Background;
use crate::app::model::InputMode;

/// No key may come this long before a digit that presses or an Enter that sends, milliseconds.
const ALONE_BEFORE: u64 = 40;
/// No key may come this long after it, milliseconds: the only delay a person's press has.
const ALONE_AFTER: u64 = 15;
/// The same digit is deaf until it was silent for this long, milliseconds.
const DEAF: u64 = 700;
/// Four printable keys within this are a paste, milliseconds.
const BURST: u64 = 40;
/// A paste without brackets ends after this much silence, milliseconds.
const SILENCE: u64 = 200;
/// What a terminal says of itself is swallowed for at most this long, milliseconds.
const SWALLOW: u64 = 500;

/// What came through: done by a person, or known to be none.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// A key that a person pressed.
    Key(KeyEvent),
    /// A paste, in one piece, where a text field has the keys.
    Paste(String),
    /// The terminal told its background.
    Background(Background),
    /// New size: columns, rows.
    Resized(u16, u16),
    /// The terminal told whether its window has the focus.
    Focus(bool),
}

/// What is being put together from keys that are no keys.
#[derive(Debug)]
enum Partial {
    /// Nothing.
    None,
    /// An ESC that may begin a sequence.
    Escape { at: u64 },
    /// `ESC [` and what followed.
    Csi { at: u64, text: String },
    /// `ESC O`.
    Ss3 { at: u64 },
    /// `ESC ]`, `ESC P`, `ESC _`, `ESC ^`: swallowed to its end.
    Swallow { at: u64, text: String, escape: bool },
    /// A paste that the terminal does not bracket, or whose bracket was split.
    Paste { last: u64, text: String },
}

/// A key that acts only if it stays alone.
#[derive(Debug)]
struct Held {
    key: KeyEvent,
    at: u64,
    mode: InputMode,
}

/// The stage. Times are milliseconds of one monotonic clock.
#[derive(Debug)]
pub struct Gate {
    escape_ms: u64,
    partial: Partial,
    held: Option<Held>,
    last_key: Option<u64>,
    printable: Vec<(char, u64)>,
    deaf: HashMap<char, u64>,
    deaf_until_frame: bool,
    frame_written: Option<u64>,
    /// When an ESC came out as a key of its own; what it began may come later still on a slow line.
    escaped: Option<u64>,
}

impl Gate {
    /// A stage that waits `escape_ms` for the rest of a sequence after a lone ESC (50; 100 over SSH).
    pub fn new(escape_ms: u64) -> Self {
        Self {
            escape_ms,
            partial: Partial::None,
            held: None,
            last_key: None,
            printable: Vec::new(),
            deaf: HashMap::new(),
            deaf_until_frame: false,
            frame_written: None,
            escaped: None,
        }
    }

    /// A confirm has opened: keys are dropped until its frame was written.
    pub fn confirm_opened(&mut self) {
        self.deaf_until_frame = true;
        self.held = None;
    }

    /// The frame that shows the confirm was written at `at`: keys that were readable before are dropped.
    pub fn frame_written(&mut self, at: u64) {
        if std::mem::take(&mut self.deaf_until_frame) {
            self.frame_written = Some(at);
        }
    }

    /// When [`Gate::poll`] has something to do, if nothing comes before.
    pub fn deadline(&self) -> Option<u64> {
        let partial = match &self.partial {
            Partial::None => None,
            Partial::Escape { at } | Partial::Ss3 { at } => Some(at + self.escape_ms),
            Partial::Csi { at, .. } | Partial::Swallow { at, .. } => Some(at + SWALLOW),
            Partial::Paste { last, .. } => Some(last + SILENCE),
        };
        partial.into_iter().chain(self.held.as_ref().map(|held| held.at + ALONE_AFTER)).min()
    }

    /// Lets time pass: what waited long enough comes out.
    pub fn poll(&mut self, now: u64, mode: InputMode) -> Vec<Input> {
        let mut out = Vec::new();
        if let Some(held) = self.held.take_if(|held| now >= held.at + ALONE_AFTER)
            && held.mode == mode
        {
            out.push(Input::Key(held.key));
        }
        if self.partial_is_over(now) {
            match std::mem::replace(&mut self.partial, Partial::None) {
                Partial::Escape { at } => {
                    self.escaped = Some(at);
                    self.key(KeyCode::Esc.into(), at, mode, &mut out);
                }
                Partial::Paste { text, .. } => paste(text, mode, &mut out),
                Partial::None | Partial::Ss3 { .. } | Partial::Csi { .. } | Partial::Swallow { .. } => {}
            }
        }
        out
    }

    fn partial_is_over(&self, now: u64) -> bool {
        match &self.partial {
            Partial::None => false,
            Partial::Escape { at } | Partial::Ss3 { at } => now >= at + self.escape_ms,
            Partial::Csi { at, .. } | Partial::Swallow { at, .. } => now >= at + SWALLOW,
            Partial::Paste { last, .. } => now >= last + SILENCE,
        }
    }

    /// Takes an event of the terminal that was readable at `at`.
    pub fn feed(&mut self, raw: Raw, at: u64, mode: InputMode) -> Vec<Input> {
        let mut out = self.poll(at, mode);
        match raw {
            Raw::Resize(columns, rows) => out.push(Input::Resized(columns, rows)),
            Raw::Paste(text) => {
                self.held = None;
                self.last_key = Some(at);
                paste(text, mode, &mut out);
            }
            Raw::Key(key) if key.kind != KeyEventKind::Release => self.raw_key(key, at, mode, &mut out),
            Raw::FocusGained => out.push(Input::Focus(true)),
            Raw::FocusLost => out.push(Input::Focus(false)),
            Raw::Key(_) | Raw::Mouse(_) => {}
        }
        out
    }

    fn raw_key(&mut self, key: KeyEvent, at: u64, mode: InputMode, out: &mut Vec<Input>) {
        match std::mem::replace(&mut self.partial, Partial::None) {
            Partial::None => self.begin(key, at, mode, out),
            Partial::Escape { at: since } => self.after_escape(key, since, at, mode, out),
            Partial::Ss3 { .. } => match sequence::ss3(key) {
                Some(meant) => self.key(meant, at, mode, out),
                None => self.begin(key, at, mode, out),
            },
            Partial::Csi { at: since, text } => self.in_csi(key, since, text, at, mode, out),
            Partial::Swallow { at: since, text, escape } => self.in_swallow(key, (since, text, escape), at, out),
            Partial::Paste { mut text, .. } => {
                text.extend(sequence::typed(key));
                self.touch(at);
                self.partial = Partial::Paste { last: at, text };
            }
        }
    }

    /// A key outside any sequence.
    fn begin(&mut self, key: KeyEvent, at: u64, mode: InputMode, out: &mut Vec<Input>) {
        if key.code == KeyCode::Esc && key.modifiers.is_empty() {
            self.touch(at);
            self.partial = Partial::Escape { at };
        } else if let Some(partial) = self.late_rest(key, at, mode) {
            self.touch(at);
            self.partial = partial;
        } else if sequence::opens_string(key) {
            self.touch(at);
            self.partial = Partial::Swallow { at, text: String::new(), escape: false };
        } else {
            self.key(key, at, mode, out);
        }
    }

    /// What goes on with a sequence whose ESC was taken for a key, where digits are buttons.
    fn late_rest(&mut self, key: KeyEvent, at: u64, mode: InputMode) -> Option<Partial> {
        let since = self.escaped.take()?;
        if mode != InputMode::Buttons || at.saturating_sub(since) > SWALLOW {
            return None;
        }
        match key.code {
            KeyCode::Char('[') => Some(Partial::Csi { at, text: String::new() }),
            KeyCode::Char(']' | '_' | '^') => Some(Partial::Swallow { at, text: String::new(), escape: false }),
            _ => None,
        }
    }

    fn after_escape(&mut self, key: KeyEvent, since: u64, at: u64, mode: InputMode, out: &mut Vec<Input>) {
        self.touch(at);
        match key.code {
            KeyCode::Char('[') => self.partial = Partial::Csi { at, text: String::new() },
            KeyCode::Char('O') => self.partial = Partial::Ss3 { at },
            KeyCode::Char(']' | 'P' | '_' | '^' | 'X') => {
                self.partial = Partial::Swallow { at, text: String::new(), escape: false };
            }
            KeyCode::Char(ch) => {
                // ESC and a letter in one breath is Alt and that letter, split on its way.
                self.key(KeyEvent::new(KeyCode::Char(ch), key.modifiers | KeyModifiers::ALT), at, mode, out);
            }
            _ => {
                self.key(KeyCode::Esc.into(), since, mode, out);
                self.begin(key, at, mode, out);
            }
        }
    }

    fn in_csi(&mut self, key: KeyEvent, since: u64, text: String, at: u64, mode: InputMode, out: &mut Vec<Input>) {
        self.touch(at);
        match sequence::csi(text, key) {
            Step::More(text) => self.partial = Partial::Csi { at: since, text },
            Step::Key(meant) => self.key(meant, at, mode, out),
            Step::Focus(focus) => out.push(Input::Focus(focus)),
            Step::PasteBegins => self.partial = Partial::Paste { last: at, text: String::new() },
            Step::Nothing => {}
            Step::NotPart => self.begin(key, at, mode, out),
        }
    }

    fn in_swallow(&mut self, key: KeyEvent, partial: (u64, String, bool), at: u64, out: &mut Vec<Input>) {
        let (since, mut text, escape) = partial;
        self.touch(at);
        if sequence::ends_string(key, escape) {
            out.extend(sequence::background(&text).map(Input::Background));
        } else {
            if text.len() < 256 {
                text.extend(sequence::typed(key));
            }
            self.partial = Partial::Swallow { at: since, text, escape: key.code == KeyCode::Esc };
        }
    }

    /// Any byte of the terminal's ends the aloneness of what waits.
    fn touch(&mut self, at: u64) {
        self.held = None;
        self.last_key = Some(at);
    }

    /// A whole key: judged by where it would act.
    fn key(&mut self, key: KeyEvent, at: u64, mode: InputMode, out: &mut Vec<Input>) {
        let alone = self.last_key.is_none_or(|last| at.saturating_sub(last) >= ALONE_BEFORE);
        self.touch(at);
        let deaf = self.is_deaf_digit(key, at);
        if self.begins_paste(key, at) {
            // In a field the rest of the paste follows as one piece; the letters before it are there already.
            self.partial = Partial::Paste { last: at, text: sequence::typed(key).into_iter().collect() };
            return;
        }
        if self.deaf_until_frame || self.frame_written.is_some_and(|written| at <= written) {
            return;
        }
        if !must_come_alone(key, mode) {
            out.push(Input::Key(key));
        } else if alone && !deaf {
            self.held = Some(Held { key, at, mode });
        }
    }

    fn is_deaf_digit(&mut self, key: KeyEvent, at: u64) -> bool {
        let KeyCode::Char(digit @ '0'..='9') = key.code else { return false };
        self.deaf.insert(digit, at).is_some_and(|last| at.saturating_sub(last) < DEAF)
    }

    fn begins_paste(&mut self, key: KeyEvent, at: u64) -> bool {
        let KeyCode::Char(ch) = key.code else { return false };
        if key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) {
            return false;
        }
        self.printable.retain(|(_, then)| at.saturating_sub(*then) <= BURST);
        self.printable.push((ch, at));
        // A moving key that is held down repeats fast where the line delivers several repeats at once.
        let repeat = matches!(ch, 'j' | 'k') && self.printable.iter().all(|(other, _)| *other == ch);
        self.printable.len() >= 4 && !repeat
    }
}

/// Whether this key presses or sends here, or marks what the next press is for.
fn must_come_alone(key: KeyEvent, mode: InputMode) -> bool {
    match mode {
        InputMode::Buttons => matches!(key.code, KeyCode::Char('0'..='9' | '~' | '*' | 'V' | 'a' | 'u')),
        InputMode::Confirm { .. } => key.code == KeyCode::Enter,
        InputMode::Text => false,
    }
}

fn paste(text: String, mode: InputMode, out: &mut Vec<Input>) {
    if mode == InputMode::Text && !text.is_empty() {
        out.push(Input::Paste(text));
    }
}

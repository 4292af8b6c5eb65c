//! Only a person presses: the stage between the terminal's keys and the key table.
//!
//! A terminal's own bytes arrive as keys. A late answer to a question types `1`, an arrow split after ESC on a slow
//! line types `[A`, a paste split there presses a button and confirms it. This is a pure machine over (key, time):
//! it reads no clock and owns no terminal, so each such stream can be tested split at every byte. What a key may do it
//! asks of the key table, through the user's own keys.

use std::collections::HashMap;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

pub use super::bytes::Decoder;
use super::dialog_frame::DialogFrame;
use super::sequence::{self, Step};
use crate::app::input_rules::{Focus, InputRules};
use crate::app::keymap::{KeyClass, Typing};
use crate::domain::theme::Background;

/// No key may come this long before one that acts, milliseconds.
const ALONE_BEFORE: u64 = 40;
/// No key may come this long after it, milliseconds: the only delay a person's press has.
const ALONE_AFTER: u64 = 15;
/// A key that repeats does not act until it was silent for this long, milliseconds.
const DEAF: u64 = 700;
/// Four printable keys within this are a paste, milliseconds.
const BURST: u64 = 40;
/// A paste without brackets ends after this much silence, milliseconds.
const SILENCE: u64 = 200;
/// A paste whose closing bracket is lost ends after this much silence, milliseconds.
const LOST: u64 = 2_000;
/// What a terminal says of itself is at an end after this much silence, milliseconds.
const SWALLOW: u64 = 500;

/// That a key which repeats does nothing is told again after this long, milliseconds.
const TOLD_AGAIN: u64 = 3_000;

const PASTE_ENDS: &str = "\u{1b}[201~";

/// What came through: done by a person, or known to be none.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// A key that a person pressed.
    Key(KeyEvent),
    /// A paste, in one piece, where a field has the keys. Of four keys at once the first ones came as keys before.
    Paste(String),
    /// The terminal told its background.
    Background(Background),
    /// The terminal told whether its window has the focus.
    Focus(bool),
}

/// What is being put together from keys that are no keys. `last` is when its last key came.
#[derive(Debug)]
enum Partial {
    /// Nothing.
    None,
    /// An ESC that may begin a sequence.
    Escape { last: u64 },
    /// `ESC [` and what followed.
    Csi { last: u64, text: String },
    /// `ESC O`.
    Ss3 { last: u64 },
    /// The rest of an old report of the mouse: this many bytes.
    Mouse { last: u64, left: u8 },
    /// `ESC ]`, `ESC P`, `ESC _`, `ESC ^`: swallowed to its end.
    Swallow { last: u64, text: String, escape: bool },
    /// A paste that the terminal brackets, or four keys at once.
    Paste { last: u64, text: String, bracketed: bool },
}

/// A key that acts only if it stays alone.
#[derive(Debug)]
struct Held {
    key: KeyEvent,
    at: u64,
    focus: Focus,
}

/// The stage. Times are milliseconds of one monotonic clock.
#[derive(Debug)]
pub struct Gate {
    escape_ms: u64,
    partial: Partial,
    /// Whether nothing came right before the ESC of `partial`.
    partial_alone: bool,
    held: Option<Held>,
    last_key: Option<u64>,
    printable: Vec<(char, u64)>,
    pressed: HashMap<(KeyCode, KeyModifiers), u64>,
    dialog: DialogFrame,
    /// When a key that repeats was last told to do nothing, and whether that waits to be told.
    ignored: Option<(u64, bool)>,
    /// When an ESC came out as a key of its own; what it began may come later still on a slow line.
    escaped: Option<u64>,
}

impl Gate {
    /// A stage that waits `escape_ms` for the rest of a sequence after a lone ESC (50; 100 over SSH).
    pub fn new(escape_ms: u64) -> Self {
        Self {
            escape_ms,
            partial: Partial::None,
            partial_alone: false,
            held: None,
            last_key: None,
            printable: Vec::new(),
            pressed: HashMap::new(),
            dialog: DialogFrame::default(),
            ignored: None,
            escaped: None,
        }
    }

    /// The dialog that has the keys now. Where it is another than before, keys are dropped until its frame was written.
    pub fn dialog(&mut self, id: Option<String>) {
        if self.dialog.replace(id) {
            self.held = None;
        }
    }

    /// A frame that shows the dialog was drawn, and is on its way.
    pub fn frame_drawn(&mut self) {
        self.dialog.drawn();
    }

    /// A frame was written at `at`. Where it shows the dialog, keys that were readable before are dropped.
    pub fn frame_written(&mut self, at: u64) {
        self.dialog.written(at);
    }

    /// When [`Gate::poll`] has something to do, if nothing comes before.
    pub fn deadline(&self) -> Option<u64> {
        let held = self.held.as_ref().map(|held| held.at + ALONE_AFTER);
        self.partial_ends().into_iter().chain(held).min()
    }

    fn partial_ends(&self) -> Option<u64> {
        match &self.partial {
            Partial::None => None,
            Partial::Escape { last } => Some(last + self.escape_ms),
            // On a slow line the rest may take its time; alone it would act.
            Partial::Csi { last, .. }
            | Partial::Ss3 { last }
            | Partial::Swallow { last, .. }
            | Partial::Mouse { last, .. } => Some(last + SWALLOW),
            Partial::Paste { last, bracketed: true, .. } => Some(last + LOST),
            Partial::Paste { last, bracketed: false, .. } => Some(last + SILENCE),
        }
    }

    /// Lets time pass: what waited long enough comes out.
    pub fn poll(&mut self, now: u64, rules: &InputRules<'_>) -> Option<Input> {
        if let Some(held) = self.held.take_if(|held| now >= held.at + ALONE_AFTER) {
            return (held.focus == rules.focus()).then_some(Input::Key(held.key));
        }
        self.partial_ends().filter(|ends| now >= *ends)?;
        match std::mem::replace(&mut self.partial, Partial::None) {
            Partial::Escape { last } => {
                self.escaped = Some(last);
                self.key(KeyCode::Esc.into(), last, self.partial_alone, rules)
            }
            Partial::Paste { text, .. } => paste(&text, rules),
            Partial::None
            | Partial::Ss3 { .. }
            | Partial::Csi { .. }
            | Partial::Mouse { .. }
            | Partial::Swallow { .. } => None,
        }
    }

    /// Takes a key that was readable at `at`, after [`Gate::poll`] with the same time.
    pub fn feed(&mut self, key: KeyEvent, at: u64, rules: &InputRules<'_>) -> Option<Input> {
        match std::mem::replace(&mut self.partial, Partial::None) {
            Partial::None => self.begin(key, at, rules),
            Partial::Escape { .. } => self.after_escape(key, at, rules),
            Partial::Ss3 { .. } => self.in_ss3(key, at, rules),
            Partial::Csi { text, .. } => self.in_csi(key, text, at, rules),
            Partial::Mouse { left, .. } => {
                self.touch(at);
                let left = left.saturating_sub(sequence::bytes(key));
                self.partial = if left > 0 { Partial::Mouse { last: at, left } } else { Partial::None };
                None
            }
            Partial::Swallow { text, escape, .. } => self.in_swallow(key, text, escape, at, rules),
            Partial::Paste { text, bracketed, .. } => self.in_paste(key, text, bracketed, at, rules),
        }
    }

    /// A key outside any sequence.
    fn begin(&mut self, key: KeyEvent, at: u64, rules: &InputRules<'_>) -> Option<Input> {
        let alone = self.last_key.is_none_or(|last| at.saturating_sub(last) >= ALONE_BEFORE);
        if key.code == KeyCode::Esc && key.modifiers.is_empty() {
            self.partial_alone = alone;
            self.touch(at);
            self.partial = Partial::Escape { last: at };
        } else if let Some(partial) = self.late_rest(key, at, rules) {
            self.partial_alone = false;
            self.touch(at);
            self.partial = partial;
        } else {
            return self.key(key, at, alone, rules);
        }
        None
    }

    /// What goes on with a sequence whose ESC was taken for a key, where a character is a command.
    fn late_rest(&mut self, key: KeyEvent, at: u64, rules: &InputRules<'_>) -> Option<Partial> {
        let since = self.escaped.take()?;
        if rules.typing() != Typing::Nothing || at.saturating_sub(since) > SWALLOW {
            return None;
        }
        match key.code {
            KeyCode::Char('[') => Some(Partial::Csi { last: at, text: String::new() }),
            KeyCode::Char('O') => Some(Partial::Ss3 { last: at }),
            KeyCode::Char(']' | 'P' | '_' | '^' | 'X') => {
                Some(Partial::Swallow { last: at, text: String::new(), escape: false })
            }
            _ => None,
        }
    }

    fn after_escape(&mut self, key: KeyEvent, at: u64, rules: &InputRules<'_>) -> Option<Input> {
        self.touch(at);
        match key.code {
            KeyCode::Char('[') => self.partial = Partial::Csi { last: at, text: String::new() },
            KeyCode::Char('O') => self.partial = Partial::Ss3 { last: at },
            KeyCode::Char(']' | 'P' | '_' | '^' | 'X') => {
                self.partial = Partial::Swallow { last: at, text: String::new(), escape: false };
            }
            KeyCode::Esc => {
                let first = self.key(key, at, false, rules);
                self.partial_alone = false;
                self.partial = Partial::Escape { last: at };
                return first;
            }
            // ESC and a key in one breath is Alt and that key.
            code => {
                let meant = KeyEvent::new(code, key.modifiers | KeyModifiers::ALT);
                return self.key(meant, at, self.partial_alone, rules);
            }
        }
        None
    }

    fn in_ss3(&mut self, key: KeyEvent, at: u64, rules: &InputRules<'_>) -> Option<Input> {
        self.touch(at);
        match sequence::ss3(key) {
            Step::More(_) => self.partial = Partial::Ss3 { last: at },
            Step::Key(meant) => return self.key(meant, at, self.partial_alone, rules),
            Step::NotPart => return self.begin(key, at, rules),
            Step::Focus(_) | Step::PasteBegins | Step::Mouse | Step::Nothing => {}
        }
        None
    }

    fn in_csi(&mut self, key: KeyEvent, text: String, at: u64, rules: &InputRules<'_>) -> Option<Input> {
        self.touch(at);
        match sequence::csi(text, key) {
            Step::More(text) => self.partial = Partial::Csi { last: at, text },
            Step::Key(meant) => return self.key(meant, at, self.partial_alone, rules),
            Step::Focus(focus) => return Some(Input::Focus(focus)),
            Step::PasteBegins => self.partial = Partial::Paste { last: at, text: String::new(), bracketed: true },
            Step::Mouse => self.partial = Partial::Mouse { last: at, left: 3 },
            Step::Nothing => {}
            Step::NotPart => return self.begin(key, at, rules),
        }
        None
    }

    fn in_swallow(
        &mut self,
        key: KeyEvent,
        mut text: String,
        escape: bool,
        at: u64,
        rules: &InputRules<'_>,
    ) -> Option<Input> {
        self.touch(at);
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Char('\\') if escape => return sequence::background(&text).map(Input::Background),
            KeyCode::Char('g') if control => return sequence::background(&text).map(Input::Background),
            // Whatever else follows an ESC begins something new, and a control key is none of the terminal's.
            _ if escape => return self.after_escape(key, at, rules),
            _ if control => return self.begin(key, at, rules),
            _ => {}
        }
        if text.len() < 256 {
            text.extend(sequence::typed(key));
        }
        self.partial = Partial::Swallow { last: at, text, escape: key.code == KeyCode::Esc };
        None
    }

    fn in_paste(
        &mut self,
        key: KeyEvent,
        mut text: String,
        bracketed: bool,
        at: u64,
        rules: &InputRules<'_>,
    ) -> Option<Input> {
        self.touch(at);
        text.extend(match key.code {
            KeyCode::Esc if bracketed => Some('\u{1b}'),
            // A line's end may be CR, LF or both, which is told only when both are there.
            KeyCode::Enter => Some('\r'),
            _ => sequence::typed(key),
        });
        if bracketed && text.ends_with(PASTE_ENDS) {
            text.truncate(text.len() - PASTE_ENDS.len());
            return paste(&text, rules);
        }
        self.partial = Partial::Paste { last: at, text, bracketed };
        None
    }

    /// Any byte of the terminal's ends the aloneness of what waits.
    fn touch(&mut self, at: u64) {
        self.held = None;
        self.last_key = Some(at);
    }

    /// A whole key: judged by what it would do where it would act. `alone`: nothing came right before it.
    fn key(&mut self, key: KeyEvent, at: u64, alone: bool, rules: &InputRules<'_>) -> Option<Input> {
        self.touch(at);
        if key.code == KeyCode::Null {
            return None;
        }
        let class = rules.class(key);
        let repeats = self.is_repeat(key, at);
        if self.begins_paste(key, class, at) {
            // In a field the rest of the paste follows as one piece; the letters before it are there already.
            let text = sequence::typed(key).into_iter().collect();
            self.partial = Partial::Paste { last: at, text, bracketed: false };
            return None;
        }
        let acts = match class {
            KeyClass::AtOnce | KeyClass::Repeats => false,
            KeyClass::Alone | KeyClass::Acts | KeyClass::ActsOnButton => true,
        };
        // Text that is typed ahead of its field is text all the same.
        if self.dialog.is_unseen(at) && (acts || rules.typing() != Typing::Text) {
            return None;
        }
        if !acts {
            return Some(Input::Key(key));
        }
        let is_ignored = repeats && class != KeyClass::Alone;
        if alone && !is_ignored {
            self.held = Some(Held { key, at, focus: rules.focus() });
        } else if is_ignored && self.ignored.is_none_or(|(told, _)| at.saturating_sub(told) > TOLD_AGAIN) {
            self.ignored = Some((at, true));
        }
        None
    }

    /// Whether a key that would have acted was left out because it came again and again: to be told, once in a while.
    pub fn has_ignored(&mut self) -> bool {
        self.ignored.as_mut().is_some_and(|(_, waits)| std::mem::take(waits))
    }

    /// Whether the key may only be held down. Another key in between tells that it is not, but for a digit, which a
    /// terminal types of itself.
    fn is_repeat(&mut self, key: KeyEvent, at: u64) -> bool {
        self.pressed.retain(|(code, _), _| *code == key.code || matches!(code, KeyCode::Char('0'..='9')));
        let before = self.pressed.insert((key.code, key.modifiers), at);
        before.is_some_and(|before| at.saturating_sub(before) < DEAF)
    }

    fn begins_paste(&mut self, key: KeyEvent, class: KeyClass, at: u64) -> bool {
        let KeyCode::Char(ch) = key.code else { return false };
        if key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) {
            return false;
        }
        self.printable.retain(|(_, then)| at.saturating_sub(*then) <= BURST);
        self.printable.push((ch, at));
        // A moving key that is held down repeats fast where the line delivers several repeats at once.
        let repeat = class == KeyClass::Repeats && self.printable.iter().all(|(other, _)| *other == ch);
        self.printable.len() >= 4 && !repeat
    }
}

/// A paste for a field. Where an answer is wanted typed it is let through as one, too, so that it is refused in words there
/// and what of it came as letters is taken back.
fn paste(text: &str, rules: &InputRules<'_>) -> Option<Input> {
    let is_taken = rules.typing() != Typing::Nothing && !text.is_empty();
    is_taken.then(|| Input::Paste(text.replace("\r\n", "\n").replace('\r', "\n")))
}

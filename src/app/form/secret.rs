//! A secret of one line: bullets, shown only for seconds by a deliberate key.

use std::fmt;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::before_cursor;
use crate::app::line::Line;
use crate::domain::action::{MASK, mask_around_references};

/// How long a revealed value is shown, milliseconds.
pub const REVEAL_MS: u64 = 5_000;

/// The secret as it stands, and as the store has it.
#[derive(Clone, Default, PartialEq)]
pub struct Secret {
    line: Line,
    stored: String,
    revealed: Option<u64>,
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

impl Secret {
    pub(super) fn new(stored: String) -> Self {
        Self { line: Line::new(stored.as_str()), stored, revealed: None }
    }

    /// The line. Whoever draws it asks [`Self::is_hidden`] first.
    pub fn line(&self) -> &Line {
        &self.line
    }

    /// Whether bullets stand for it now. A reference is no secret.
    pub fn is_hidden(&self) -> bool {
        self.revealed.is_none() && self.is_secret()
    }

    pub fn is_revealed(&self) -> bool {
        self.revealed.is_some() && self.is_secret()
    }

    fn is_secret(&self) -> bool {
        is_secret(self.line.value())
    }

    /// Whether the hidden value is the stored one: even its length is not shown, and typing replaces it.
    pub fn is_untouched(&self) -> bool {
        self.is_secret() && self.stored == self.line.value()
    }

    /// What stands for the hidden value, and the cursor's column in it.
    pub fn mask(&self) -> (String, usize) {
        mask(&self.line, self.is_untouched())
    }

    pub(super) fn key(&mut self, key: KeyEvent) {
        if self.is_hidden() && self.is_untouched() {
            type_over(&mut self.line, key);
        } else {
            self.line.key(key);
        }
    }

    pub(super) fn paste(&mut self, text: &str) {
        if self.is_hidden() && self.is_untouched() {
            self.line.clear();
        }
        self.line.paste(text);
    }

    pub(super) fn undo(&mut self) {
        self.line.undo();
    }

    pub(super) fn hide(&mut self) {
        self.revealed = None;
    }

    pub(super) fn revealed_until(&self) -> Option<u64> {
        self.revealed
    }

    /// Shows it until [`REVEAL_MS`] from `now_ms`, or hides it again. Whether this shows a stored secret.
    pub(super) fn reveal(&mut self, now_ms: u64) -> bool {
        if self.revealed.take().is_some() || !self.is_secret() {
            return false;
        }
        self.revealed = Some(now_ms.saturating_add(REVEAL_MS));
        is_secret(&self.stored)
    }
}

fn is_secret(text: &str) -> bool {
    !text.is_empty() && mask_around_references(text, true) != text
}

/// What stands for a hidden line, and the cursor's column in it: not even the length of an untouched one.
pub(super) fn mask(line: &Line, untouched: bool) -> (String, usize) {
    if untouched {
        return (MASK.to_owned(), MASK.chars().count());
    }
    ("\u{2022}".repeat(line.value().chars().count()), before_cursor(line).chars().count())
}

/// A key on what cannot be seen: typing replaces it as a whole. Whether it changed.
pub(super) fn type_over(line: &mut Line, key: KeyEvent) -> bool {
    let mut tried = line.clone();
    // A move in what cannot be seen means nothing.
    if !tried.key(key) || tried.value() == line.value() {
        return false;
    }
    line.clear();
    let typed =
        matches!(key.code, KeyCode::Char(_)) && !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
    if typed {
        line.key(key);
    }
    true
}

//! Text of several lines that a person edits: graphemes, words, paste, undo.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// How many earlier states are kept, and how many bytes they may take together.
const STATES: usize = 200;
const STATES_BYTES: usize = 4 << 20;

/// A text with a cursor and its earlier states.
#[derive(Clone, Default, PartialEq)]
pub struct Text {
    value: String,
    /// In bytes, always between graphemes.
    at: usize,
    undo: Vec<(String, usize)>,
}

impl Text {
    /// A text, the cursor at its beginning.
    pub fn new(value: String) -> Self {
        Self { value, ..Self::default() }
    }

    pub fn value(&self) -> &str {
        &self.value
    }

    /// Its lines; there is one at least.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.value.split('\n')
    }

    /// The cursor's line, from 0, and the text before it in that line.
    pub fn cursor(&self) -> (usize, &str) {
        let before = self.before();
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        (before.matches('\n').count(), &before[start..])
    }

    pub(in crate::app) fn key(&mut self, key: KeyEvent) {
        let far = key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
        let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Left => self.at = self.back(far),
            KeyCode::Right => self.at = self.forth(far),
            KeyCode::Home => self.at = self.line_start(),
            KeyCode::End => self.at = self.line_end(),
            KeyCode::Backspace => self.cut(self.back(far), self.at),
            KeyCode::Delete => self.cut(self.at, self.forth(far)),
            KeyCode::Char(ch) if far => self.command(ch, ctrl),
            KeyCode::Char(ch) => self.insert(ch.encode_utf8(&mut [0; 4])),
            _ => {}
        }
    }

    fn command(&mut self, ch: char, ctrl: bool) {
        match (ch, ctrl) {
            ('a', true) => self.at = self.line_start(),
            ('e', true) => self.at = self.line_end(),
            ('b', _) => self.at = self.back(!ctrl),
            ('f', _) => self.at = self.forth(!ctrl),
            ('h', true) => self.cut(self.back(false), self.at),
            ('w', true) => self.cut(self.back(true), self.at),
            ('d', false) => self.cut(self.at, self.forth(true)),
            ('u', true) => self.cut(self.line_start(), self.line_end()),
            ('k', true) => self.cut(self.at, self.line_end()),
            _ => {}
        }
    }

    /// Inserts a text; undo takes it back as a whole.
    pub(in crate::app) fn insert(&mut self, text: &str) {
        self.remember();
        self.value.insert_str(self.at, text);
        self.at = self.between_graphemes(self.at + text.len());
    }

    /// Inserts pasted text in one piece.
    pub(in crate::app) fn paste(&mut self, text: &str) {
        self.insert(&text.replace("\r\n", "\n").replace('\r', "\n"));
    }

    /// Moves by a line. False where the text ends.
    pub(in crate::app) fn step(&mut self, down: bool) -> bool {
        let (start, end) = (self.line_start(), self.line_end());
        let to = if down { (end < self.value.len()).then_some(end + 1) } else { start.checked_sub(1) };
        let Some(to) = to else {
            return false;
        };
        let column = self.value[start..self.at].width();
        self.at = to;
        let line = self.line_start();
        self.at = line + bytes_in(&self.value[line..self.line_end()], column);
        true
    }

    pub(in crate::app) fn undo(&mut self) {
        if let Some((value, at)) = self.undo.pop() {
            (self.value, self.at) = (value, at);
        }
    }

    fn before(&self) -> &str {
        self.value.get(..self.at).unwrap_or_default()
    }

    fn line_start(&self) -> usize {
        self.before().rfind('\n').map_or(0, |end| end + 1)
    }

    fn line_end(&self) -> usize {
        self.value[self.at..].find('\n').map_or(self.value.len(), |end| self.at + end)
    }

    /// The place one grapheme, or one word, before the cursor.
    fn back(&self, word: bool) -> usize {
        let mut at = self.at;
        for piece in pieces(self.before(), word).rev() {
            at -= piece.len();
            if !word || !piece.trim().is_empty() {
                break;
            }
        }
        at
    }

    /// The place one grapheme, or one word, behind the cursor.
    fn forth(&self, word: bool) -> usize {
        let mut at = self.at;
        for piece in pieces(&self.value[self.at..], word) {
            at += piece.len();
            if !word || !piece.trim().is_empty() {
                break;
            }
        }
        at
    }

    fn cut(&mut self, from: usize, to: usize) {
        if from < to {
            self.remember();
            self.value.replace_range(from..to, "");
            self.at = self.between_graphemes(from);
        }
    }

    /// What was typed may have joined what stands behind it: the cursor goes behind that.
    fn between_graphemes(&self, at: usize) -> usize {
        let line = self.value[..at].rfind('\n').map_or(0, |end| end + 1);
        let mut end = line;
        for grapheme in self.value[line..].graphemes(true) {
            if end >= at {
                break;
            }
            end += grapheme.len();
        }
        end
    }

    fn remember(&mut self) {
        self.undo.push((self.value.clone(), self.at));
        let most = (STATES_BYTES / self.value.len().max(1)).clamp(1, STATES);
        if self.undo.len() > most {
            self.undo.drain(..self.undo.len() - most);
        }
    }
}

fn pieces(text: &str, word: bool) -> Box<dyn DoubleEndedIterator<Item = &str> + '_> {
    if word { Box::new(text.split_word_bounds()) } else { Box::new(text.graphemes(true)) }
}

/// How many bytes of a line stand before this display column.
fn bytes_in(line: &str, column: usize) -> usize {
    let (mut columns, mut bytes) = (0, 0);
    for grapheme in line.graphemes(true) {
        columns += grapheme.width();
        if columns > column {
            break;
        }
        bytes += grapheme.len();
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(text: &mut Text, code: KeyCode, modifiers: KeyModifiers) {
        text.key(KeyEvent::new(code, modifiers));
    }

    #[test]
    fn a_backspace_takes_what_people_see_as_one_letter() {
        let mut text = Text::default();
        text.paste("a\r\n👨‍👩‍👧e\u{301}");
        press(&mut text, KeyCode::Backspace, KeyModifiers::NONE);
        assert_eq!(text.value(), "a\n👨‍👩‍👧");
        press(&mut text, KeyCode::Backspace, KeyModifiers::NONE);
        press(&mut text, KeyCode::Backspace, KeyModifiers::NONE);
        assert_eq!(text.value(), "a");
        text.undo();
        text.undo();
        assert_eq!((text.value(), text.cursor()), ("a\n👨‍👩‍👧", (1, "👨‍👩‍👧")));
    }

    #[test]
    fn lines_are_left_by_columns_and_the_ends_are_told() {
        let mut text = Text::new("队列积压\nab\nlong line".to_owned());
        for _ in 0..3 {
            press(&mut text, KeyCode::Right, KeyModifiers::NONE);
        }
        assert!(!text.step(false) && text.step(true));
        assert_eq!(text.cursor(), (1, "ab"));
        assert!(text.step(true));
        assert_eq!(text.cursor(), (2, "lo"));
        assert!(!text.step(true));
        press(&mut text, KeyCode::Char('u'), KeyModifiers::CONTROL);
        press(&mut text, KeyCode::Char('w'), KeyModifiers::CONTROL);
        assert_eq!(text.value(), "队列积压\n");
    }

    #[test]
    fn a_mark_that_joins_the_letter_before_it_is_one_with_it() {
        let mut text = Text::default();
        for ch in "e\u{301}x".chars() {
            press(&mut text, KeyCode::Char(ch), KeyModifiers::NONE);
        }
        press(&mut text, KeyCode::Left, KeyModifiers::NONE);
        press(&mut text, KeyCode::Backspace, KeyModifiers::NONE);
        assert_eq!(text.value(), "x");
    }
}

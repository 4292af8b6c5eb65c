//! One line of text that a person edits: graphemes, words, paste, undo.

use std::ops::Range;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use tui_input::{Input, InputRequest};

/// A line of text with a cursor and its earlier states.
#[derive(Clone, Debug, Default)]
pub struct Line {
    input: Input,
    undo: Vec<Input>,
}

impl Line {
    /// A line that holds `text`, the cursor at its end.
    pub fn new(text: impl Into<String>) -> Self {
        Self { input: Input::new(text.into()), undo: Vec::new() }
    }

    pub fn value(&self) -> &str {
        self.input.value()
    }

    /// The cursor's place in display columns.
    pub fn cursor(&self) -> usize {
        self.input.visual_cursor()
    }

    /// How many display columns are scrolled off at the left where `width` are to be seen.
    pub fn scroll(&self, width: usize) -> usize {
        self.input.visual_scroll(width)
    }

    /// What stands before the cursor.
    pub fn before_cursor(&self) -> &str {
        let value = self.value();
        let end = value.char_indices().nth(self.input.cursor()).map_or(value.len(), |(at, _)| at);
        value.get(..end).unwrap_or(value)
    }

    /// Puts other text in place of a part (in bytes), the cursor behind it; undo takes it back.
    pub fn replace(&mut self, part: Range<usize>, text: &str) {
        let before = self.input.clone();
        let value = before.value();
        let (Some(head), Some(tail)) = (value.get(..part.start), value.get(part.end..)) else {
            return;
        };
        let cursor = head.chars().count() + text.chars().count();
        self.input = before.clone().with_value(format!("{head}{text}{tail}")).with_cursor(cursor);
        self.remember(before);
    }

    /// Puts other text in place of all; undo takes it back.
    pub fn set(&mut self, text: &str) {
        self.replace(0..self.value().len(), text);
    }

    /// Handles an editing key. Whether the key meant anything here.
    pub fn key(&mut self, key: KeyEvent) -> bool {
        request(key).is_some_and(|request| {
            self.apply(request);
            true
        })
    }

    /// Inserts pasted text in one piece. Line ends become spaces; undo takes it back as a whole.
    pub fn paste(&mut self, text: &str) {
        let before = self.input.clone();
        let pasted = text.trim_end_matches(['\r', '\n']).chars().filter(|ch| *ch != '\r');
        let pasted: String = pasted.map(|ch| if ch == '\n' || ch == '\t' { ' ' } else { ch }).collect();
        // All at once: character by character a large paste would take minutes.
        let (value, cursor) = (before.value(), before.cursor());
        let (head, tail): (String, String) =
            (value.chars().take(cursor).collect(), value.chars().skip(cursor).collect());
        let after = cursor + pasted.chars().count();
        self.input = before.clone().with_value(format!("{head}{pasted}{tail}")).with_cursor(after);
        self.remember(before);
    }

    /// Empties the line; undo brings it back.
    pub fn clear(&mut self) {
        let before = std::mem::take(&mut self.input);
        self.remember(before);
    }

    /// Takes back the last change. Whether there was one.
    pub fn undo(&mut self) -> bool {
        self.undo.pop().map(|before| self.input = before).is_some()
    }

    fn apply(&mut self, request: InputRequest) {
        let before = self.input.clone();
        self.input.handle(request);
        self.remember(before);
    }

    fn remember(&mut self, before: Input) {
        if before.value() != self.input.value() {
            self.undo.push(before);
            if self.undo.len() > 200 {
                self.undo.remove(0);
            }
        }
    }
}

impl PartialEq for Line {
    fn eq(&self, other: &Self) -> bool {
        self.value() == other.value() && self.input.cursor() == other.input.cursor()
    }
}

fn request(key: KeyEvent) -> Option<InputRequest> {
    let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
    let alt = key.modifiers.contains(KeyModifiers::ALT);
    Some(match key.code {
        KeyCode::Left if ctrl || alt => InputRequest::GoToPrevWord,
        KeyCode::Right if ctrl || alt => InputRequest::GoToNextWord,
        KeyCode::Left => InputRequest::GoToPrevChar,
        KeyCode::Right => InputRequest::GoToNextChar,
        KeyCode::Home => InputRequest::GoToStart,
        KeyCode::End => InputRequest::GoToEnd,
        KeyCode::Backspace if ctrl || alt => InputRequest::DeletePrevWord,
        KeyCode::Backspace => InputRequest::DeletePrevChar,
        KeyCode::Delete if ctrl || alt => InputRequest::DeleteNextWord,
        KeyCode::Delete => InputRequest::DeleteNextChar,
        KeyCode::Char(ch) if ctrl => match ch {
            'a' => InputRequest::GoToStart,
            'e' => InputRequest::GoToEnd,
            'b' => InputRequest::GoToPrevChar,
            'f' => InputRequest::GoToNextChar,
            'h' => InputRequest::DeletePrevChar,
            'w' => InputRequest::DeletePrevWord,
            'u' => InputRequest::DeleteLine,
            'k' => InputRequest::DeleteTillEnd,
            'y' => InputRequest::Yank,
            _ => return None,
        },
        KeyCode::Char(ch) if alt => match ch {
            'b' => InputRequest::GoToPrevWord,
            'f' => InputRequest::GoToNextWord,
            'd' => InputRequest::DeleteNextWord,
            _ => return None,
        },
        KeyCode::Char(ch) => InputRequest::InsertChar(ch),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(line: &mut Line, code: KeyCode, modifiers: KeyModifiers) {
        line.key(KeyEvent::new(code, modifiers));
    }

    #[test]
    fn a_cleared_field_comes_back() {
        let mut line = Line::new("https://ci.example");
        press(&mut line, KeyCode::Char('u'), KeyModifiers::CONTROL);
        assert_eq!(line.value(), "");
        assert!(line.undo());
        assert_eq!(line.value(), "https://ci.example");
    }

    #[test]
    fn words_and_graphemes_move_as_people_see_them() {
        let mut line = Line::new("队列 e\u{301}");
        press(&mut line, KeyCode::Backspace, KeyModifiers::NONE);
        assert_eq!(line.value(), "队列 ");
        press(&mut line, KeyCode::Home, KeyModifiers::NONE);
        press(&mut line, KeyCode::Right, KeyModifiers::NONE);
        assert_eq!(line.cursor(), 2);
        press(&mut line, KeyCode::Char('f'), KeyModifiers::ALT);
        assert_eq!(line.value(), "队列 ");
    }

    #[test]
    fn a_paste_is_one_piece_without_line_ends() {
        let mut line = Line::new("a");
        line.paste("b\nc\r\n");
        assert_eq!(line.value(), "ab c");
        line.undo();
        assert_eq!(line.value(), "a");
    }
}

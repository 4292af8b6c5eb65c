//! The terminal's bytes as keys, one by one: what belongs together is put together by the gate.
//!
//! Not crossterm's reader: it keeps an unfinished paste for ever, and where a resize and a key come together it leaves
//! the key lying until the next one.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// Takes bytes, gives keys. Holds the beginning of a character that was read in two pieces.
#[derive(Debug, Default)]
pub struct Decoder {
    begun: Vec<u8>,
}

impl Decoder {
    /// The keys of what was read together. Bytes that are no character are `KeyCode::Null`, for they were no silence.
    pub fn keys(&mut self, bytes: &[u8]) -> Vec<KeyEvent> {
        let mut out = Vec::with_capacity(bytes.len());
        for byte in bytes {
            self.take(*byte, &mut out);
        }
        out
    }

    fn take(&mut self, byte: u8, out: &mut Vec<KeyEvent>) {
        let goes_on = byte & 0b1100_0000 == 0b1000_0000;
        if !goes_on && !self.begun.is_empty() {
            self.begun.clear();
            out.push(KeyCode::Null.into());
        }
        if byte.is_ascii() {
            out.push(ascii(byte));
            return;
        }
        if goes_on && self.begun.is_empty() {
            // A control of eight bits, of a terminal that speaks so: ESC and a letter in one.
            match byte {
                0x80..=0x9f => out.extend([KeyCode::Esc.into(), typed(char::from(byte - 0x40))]),
                _ => out.push(KeyCode::Null.into()),
            }
            return;
        }
        self.begun.push(byte);
        match std::str::from_utf8(&self.begun) {
            Ok(text) => out.extend(text.chars().flat_map(|ch| match ch {
                '\u{80}'..='\u{9f}' => vec![KeyCode::Esc.into(), typed(seven_bits(ch))],
                ch => vec![typed(ch)],
            })),
            Err(error) if error.error_len().is_none() => return,
            Err(_) => out.push(KeyCode::Null.into()),
        }
        self.begun.clear();
    }
}

/// The letter that stands behind ESC for a control of eight bits.
fn seven_bits(ch: char) -> char {
    char::from_u32(u32::from(ch) - 0x40).unwrap_or(ch)
}

fn ascii(byte: u8) -> KeyEvent {
    let control = |ch: u8| KeyEvent::new(KeyCode::Char(char::from(ch)), KeyModifiers::CONTROL);
    match byte {
        0 => control(b' '),
        b'\t' => KeyCode::Tab.into(),
        b'\r' => KeyCode::Enter.into(),
        0x1b => KeyCode::Esc.into(),
        0x7f => KeyCode::Backspace.into(),
        0x01..=0x1a => control(byte - 1 + b'a'),
        0x1c..=0x1f => control(byte - 0x1c + b'4'),
        _ => typed(char::from(byte)),
    }
}

/// The key that types a character.
pub(super) fn typed(ch: char) -> KeyEvent {
    let shift = if ch.is_uppercase() { KeyModifiers::SHIFT } else { KeyModifiers::NONE };
    KeyEvent::new(KeyCode::Char(ch), shift)
}

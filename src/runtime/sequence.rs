//! Escape sequences that arrive as keys, put together again.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::app::event::Background;

/// What one more key makes of a control sequence.
#[derive(Debug, PartialEq)]
pub(super) enum Step {
    /// It goes on.
    More(String),
    /// It meant this key.
    Key(KeyEvent),
    /// The terminal told whether its window has the focus.
    Focus(bool),
    /// It opens a bracketed paste.
    PasteBegins,
    /// It is complete and means nothing to us.
    Nothing,
    /// The key is no part of it.
    NotPart,
}

/// The character that a key types, line ends and tabs included.
pub(super) fn typed(key: KeyEvent) -> Option<char> {
    match key.code {
        KeyCode::Char(_) if key.modifiers.contains(KeyModifiers::CONTROL) => None,
        KeyCode::Char(ch) => Some(ch),
        KeyCode::Enter => Some('\n'),
        KeyCode::Tab => Some('\t'),
        _ => None,
    }
}

/// One more key of `ESC [ …`.
pub(super) fn csi(mut text: String, key: KeyEvent) -> Step {
    let KeyCode::Char(ch) = key.code else { return Step::NotPart };
    if key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) {
        return Step::NotPart;
    }
    match ch {
        '\u{20}'..='\u{3f}' if text.len() < 32 => {
            text.push(ch);
            Step::More(text)
        }
        '\u{40}'..='\u{7e}' => final_byte(&text, ch),
        _ => Step::Nothing,
    }
}

fn final_byte(parameters: &str, last: char) -> Step {
    let mut numbers = parameters.split(';');
    let first = numbers.next().unwrap_or_default();
    let modifiers = numbers.next().and_then(|number| number.parse().ok()).map_or(KeyModifiers::NONE, modifiers);
    let code = match (last, first) {
        ('A', _) => KeyCode::Up,
        ('B', _) => KeyCode::Down,
        ('C', _) => KeyCode::Right,
        ('D', _) => KeyCode::Left,
        ('H', _) | ('~', "1" | "7") => KeyCode::Home,
        ('F', _) | ('~', "4" | "8") => KeyCode::End,
        ('Z', _) => KeyCode::BackTab,
        ('~', "2") => KeyCode::Insert,
        ('~', "3") => KeyCode::Delete,
        ('~', "5") => KeyCode::PageUp,
        ('~', "6") => KeyCode::PageDown,
        ('I' | 'O', "") => return Step::Focus(last == 'I'),
        ('~', "200") => return Step::PasteBegins,
        _ => return Step::Nothing,
    };
    Step::Key(KeyEvent::new(code, modifiers))
}

/// xterm's modifier parameter: 1 + shift 1, alt 2, control 4.
fn modifiers(parameter: u8) -> KeyModifiers {
    let bits = parameter.saturating_sub(1);
    [(1, KeyModifiers::SHIFT), (2, KeyModifiers::ALT), (4, KeyModifiers::CONTROL)]
        .into_iter()
        .filter(|(bit, _)| bits & bit != 0)
        .fold(KeyModifiers::NONE, |all, (_, modifier)| all | modifier)
}

/// The key after `ESC O`.
pub(super) fn ss3(key: KeyEvent) -> Option<KeyEvent> {
    let KeyCode::Char(ch) = key.code else { return None };
    let code = match ch {
        'A' => KeyCode::Up,
        'B' => KeyCode::Down,
        'C' => KeyCode::Right,
        'D' => KeyCode::Left,
        'H' => KeyCode::Home,
        'F' => KeyCode::End,
        'P' => KeyCode::F(1),
        'Q' => KeyCode::F(2),
        'R' => KeyCode::F(3),
        'S' => KeyCode::F(4),
        _ => return None,
    };
    Some(code.into())
}

/// Whether the key is `ESC ]`, `ESC P`, `ESC _`, `ESC ^` or `ESC X`, read together: what follows is a string of the terminal's.
pub(super) fn opens_string(key: KeyEvent) -> bool {
    key.modifiers.contains(KeyModifiers::ALT) && matches!(key.code, KeyCode::Char(']' | 'P' | '_' | '^' | 'X'))
}

/// Whether the key ends such a string: BEL, or `ESC \` read together or (after an ESC) apart.
pub(super) fn ends_string(key: KeyEvent, after_escape: bool) -> bool {
    match key.code {
        KeyCode::Char('g') => key.modifiers.contains(KeyModifiers::CONTROL),
        KeyCode::Char('\\') => after_escape || key.modifiers.contains(KeyModifiers::ALT),
        _ => false,
    }
}

/// The background of an answer to OSC 11, `11;rgb:ffff/ffff/ffff`.
pub(super) fn background(text: &str) -> Option<Background> {
    let colours = text.strip_prefix("11;rgb:").or_else(|| text.strip_prefix("11;rgba:"))?;
    let mut parts = colours.split('/').map(|part| {
        let digits = part.get(..part.len().min(2))?;
        let scale = if digits.len() == 1 { 17 } else { 1 };
        u32::from_str_radix(digits, 16).ok().map(|value| value * scale)
    });
    let (red, green, blue) = (parts.next()??, parts.next()??, parts.next()??);
    // ITU-R BT.601 luma, in thousandths.
    let luma = (299 * red + 587 * green + 114 * blue) / 1_000;
    Some(if luma > 127 { Background::Light } else { Background::Dark })
}

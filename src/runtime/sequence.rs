//! Escape sequences that arrive as keys, put together again.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::domain::theme::Background;

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
    /// It is an old report of the mouse: three more bytes belong to it.
    Mouse,
    /// It is complete and means nothing to us.
    Nothing,
    /// The key is no part of it.
    NotPart,
}

/// The character that a key types, line ends and tabs included.
pub(super) fn typed(key: KeyEvent) -> Option<char> {
    match key.code {
        KeyCode::Char('j') if key.modifiers == KeyModifiers::CONTROL => Some('\n'),
        KeyCode::Char(_) if key.modifiers.contains(KeyModifiers::CONTROL) => None,
        KeyCode::Char(ch) => Some(ch),
        KeyCode::Enter => Some('\n'),
        KeyCode::Tab => Some('\t'),
        _ => None,
    }
}

/// How many bytes a key was on the line.
pub(super) fn bytes(key: KeyEvent) -> u8 {
    let KeyCode::Char(ch) = key.code else { return 1 };
    u8::try_from(ch.len_utf8()).unwrap_or(1)
}

/// One more key of `ESC [ …`.
pub(super) fn csi(mut text: String, key: KeyEvent) -> Step {
    let KeyCode::Char(ch) = key.code else { return Step::NotPart };
    if key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) {
        return Step::NotPart;
    }
    match ch {
        // The Linux console's F1 to F5 are `ESC [ [ A` to `E`.
        '[' if text.is_empty() => Step::More("[".to_owned()),
        // rxvt's way to tell Shift, Ctrl or both with Delete and its like. Behind digits alone no answer has a `$`.
        '$' | '^' | '@' if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) => {
            let held = if ch == '$' { 2 } else { 4 + u8::from(ch == '^') + 2 * u8::from(ch == '@') };
            final_byte(&format!("{text};{held}"), '~')
        }
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
    // Behind a colon stands whether the key was pressed (1), repeats (2) or was released (3).
    let (held, kind) = numbers.next().map_or(("", ""), |text| text.split_once(':').unwrap_or((text, "")));
    let Some(modifiers) = modifiers(held.parse().unwrap_or(1)) else { return Step::Nothing };
    let code = match (last, first) {
        _ if kind == "3" => return Step::Nothing,
        ('I' | 'O', "") => return Step::Focus(last == 'I'),
        ('M', "") => return Step::Mouse,
        ('~', "200") => return Step::PasteBegins,
        ('u', number) => {
            return number.parse().ok().and_then(char::from_u32).map_or(Step::Nothing, |ch| coded(ch, modifiers));
        }
        ('A'..='E', "[") => KeyCode::F(function_number(last, 'A')),
        ('A', _) => KeyCode::Up,
        ('B', _) => KeyCode::Down,
        ('C', _) => KeyCode::Right,
        ('D', _) => KeyCode::Left,
        ('H', _) | ('~', "1" | "7") => KeyCode::Home,
        ('F', _) | ('~', "4" | "8") => KeyCode::End,
        ('Z', _) => return Step::Key(KeyEvent::new(KeyCode::BackTab, KeyModifiers::SHIFT)),
        // `R` is also where the cursor is: an answer, and no key.
        ('P' | 'Q' | 'S', _) => KeyCode::F(function_number(last, 'P')),
        ('~', "2") => KeyCode::Insert,
        ('~', "3") => KeyCode::Delete,
        ('~', "5") => KeyCode::PageUp,
        ('~', "6") => KeyCode::PageDown,
        ('~', number) => match number.parse() {
            Ok(number @ 11..=15) => KeyCode::F(number - 10),
            Ok(number @ 17..=21) => KeyCode::F(number - 11),
            Ok(number @ 23..=24) => KeyCode::F(number - 12),
            _ => return Step::Nothing,
        },
        _ => return Step::Nothing,
    };
    Step::Key(KeyEvent::new(code, modifiers))
}

/// Which function key a letter is, where `first` is F1.
fn function_number(letter: char, first: char) -> u8 {
    u8::try_from(u32::from(letter) - u32::from(first) + 1).unwrap_or(1)
}

/// A key that is told by its character's number, as terminals do when they were asked to by another program.
fn coded(ch: char, modifiers: KeyModifiers) -> Step {
    let code = match ch {
        '\r' => KeyCode::Enter,
        '\t' => KeyCode::Tab,
        '\u{1b}' => KeyCode::Esc,
        '\u{7f}' => KeyCode::Backspace,
        ch if ch.is_control() || ('\u{e000}'..='\u{f8ff}').contains(&ch) => return Step::Nothing,
        ch => KeyCode::Char(ch),
    };
    Step::Key(KeyEvent::new(code, modifiers))
}

/// xterm's modifier parameter: 1 + shift 1, alt 2, control 4. `None` with super, hyper or meta (8, 16, 32), which mean no
/// command; the locks of letters and digits (64, 128) change nothing.
fn modifiers(parameter: u16) -> Option<KeyModifiers> {
    let bits = parameter.saturating_sub(1);
    let known = [(1, KeyModifiers::SHIFT), (2, KeyModifiers::ALT), (4, KeyModifiers::CONTROL)];
    let held = known.into_iter().filter(|(bit, _)| bits & bit != 0);
    (bits & (8 | 16 | 32) == 0).then(|| held.fold(KeyModifiers::NONE, |all, (_, modifier)| all | modifier))
}

/// One more key of `ESC O`: a function key, or one of a keypad that another program left in its application mode.
pub(super) fn ss3(key: KeyEvent) -> Step {
    let KeyCode::Char(ch) = key.code else { return Step::NotPart };
    if key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) {
        return Step::NotPart;
    }
    let code = match ch {
        '0'..='9' | ';' => return Step::More(String::new()),
        'A' => KeyCode::Up,
        'B' => KeyCode::Down,
        'C' => KeyCode::Right,
        'D' => KeyCode::Left,
        'H' => KeyCode::Home,
        'F' => KeyCode::End,
        'P'..='S' => KeyCode::F(function_number(ch, 'P')),
        'M' => KeyCode::Enter,
        'X' => KeyCode::Char('='),
        // `*` to `9` of the keypad, in the order of their characters.
        'j'..='y' => {
            char::from_u32(u32::from(ch) - u32::from('j') + u32::from('*')).map_or(KeyCode::Null, KeyCode::Char)
        }
        _ => return Step::Nothing,
    };
    Step::Key(code.into())
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

//! Cleaning of foreign text: the one function for every way out.
//!
//! Titles, labels, names and answers are written by whoever can send an alert. Nothing of theirs may move a
//! cursor, write a clipboard, or make one button look like another. What is taken out is shown as a mark, never
//! dropped in silence.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Makes foreign text safe for one line of a terminal.
///
/// C0 controls become their control pictures (`␛`), C1 controls, bidirectional controls and invisible
/// characters become `‹U+202E›`, the joiner of emoji becomes `‿`, and of many marks on one letter some are counted
/// (`‹+97 marks›`). Clean text is returned as it is, without a copy.
pub fn clean(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| (0x20..0x7f).contains(&byte)) || !needs_cleaning(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut before = None;
    let mut marks = 0;
    for ch in text.chars() {
        if is_combining(ch) {
            marks += 1;
            if marks > MOST_MARKS {
                continue;
            }
        } else {
            push_left_out(&mut out, std::mem::take(&mut marks));
        }
        push_clean(&mut out, ch, before);
        before = Some(ch);
    }
    push_left_out(&mut out, marks);
    Cow::Owned(out)
}

/// So many marks on one letter go to the terminal, more than any writing has: each is sent again whenever the letter is
/// drawn, and a line is not to be blocked by a title of one letter.
const MOST_MARKS: usize = 4;

fn push_left_out(out: &mut String, marks: usize) {
    if marks > MOST_MARKS {
        // Writing to a String cannot fail.
        let _ = write!(out, "\u{2039}+{} marks\u{203a}", marks - MOST_MARKS);
    }
}

/// Whether a character is blank without being the space: no eye tells it from one.
pub fn is_odd_blank(ch: char) -> bool {
    (ch.is_whitespace() && ch != ' ') || matches!(ch, '\u{2800}' | '\u{1d159}' | '\u{16fe4}')
}

/// `1 incident`, `2 incidents`.
pub fn counted(count: impl TryInto<u64>, one: &str) -> String {
    let count = count.try_into().unwrap_or(u64::MAX);
    format!("{count} {one}{}", if count == 1 { "" } else { "s" })
}

/// How much of a title a confirm or a line in full shows, in characters: three lines of a usual screen.
pub const TITLE_SHOWN: usize = 240;

/// At most `limit` characters of a text, with `…` where there are more: a title of 10,000 characters must not push
/// what matters off the screen.
pub fn shorten(text: &str, limit: usize) -> Cow<'_, str> {
    match text.char_indices().nth(limit) {
        Some((at, _)) => Cow::Owned(format!("{}…", &text[..at])),
        None => Cow::Borrowed(text),
    }
}

/// Like [`clean`] for text of several lines: split at line ends, tabs become four spaces.
pub fn clean_lines(text: &str) -> Vec<String> {
    text.split('\n').map(|line| clean(&line.trim_end_matches('\r').replace('\t', "    ")).into_owned()).collect()
}

/// Escapes, in text that is already JSON, what a terminal or an eye could be misled by.
///
/// U+007F to U+009F, bidirectional and invisible characters become `\uXXXX`; they can only stand inside
/// strings there, where that means the same. (U+0000 to U+001F are escaped by the JSON writer already.)
pub fn escape_json(json: &str) -> Cow<'_, str> {
    if !json.chars().any(is_hidden) {
        return Cow::Borrowed(json);
    }
    let mut out = String::with_capacity(json.len() + 32);
    for ch in json.chars() {
        if is_hidden(ch) && ch != '\n' {
            let mut units = [0_u16; 2];
            for unit in ch.encode_utf16(&mut units) {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(ch);
        }
    }
    Cow::Owned(out)
}

fn needs_cleaning(text: &str) -> bool {
    let mut before = None;
    let mut marks = 0;
    text.chars().any(|ch| {
        let combines = is_combining(ch);
        marks = if combines { marks + 1 } else { 0 };
        let dirty = is_hidden(ch) || marks > MOST_MARKS || (combines && before.is_none_or(|base: char| base == ' '));
        before = Some(ch);
        dirty
    })
}

fn push_clean(out: &mut String, ch: char, before: Option<char>) {
    match ch {
        '\u{0}'..='\u{1f}' => out.push(char::from_u32(0x2400 + u32::from(ch)).unwrap_or('\u{fffd}')),
        '\u{7f}' => out.push('\u{2421}'),
        '\u{200d}' => out.push('\u{203f}'),
        // Asks for the coloured form of the sign before it, in which terminals disagree on the width.
        '\u{fe0f}' if before.is_some_and(|base| !base.is_ascii_alphabetic() && !is_hidden(base)) => {}
        _ if is_hidden(ch) => {
            // Writing to a String cannot fail.
            let _ = write!(out, "\u{2039}U+{:04X}\u{203a}", u32::from(ch));
        }
        // A mark with nothing to stand on would land on the cell before, which may be a border.
        _ if is_combining(ch) && before.is_none_or(|base| base == ' ') => {
            out.push('\u{25cc}');
            out.push(ch);
        }
        _ => out.push(ch),
    }
}

fn is_combining(ch: char) -> bool {
    !is_hidden(ch) && unicode_width::UnicodeWidthChar::width(ch) == Some(0)
}

/// Controls, bidirectional controls, and characters that are there but not seen.
fn is_hidden(ch: char) -> bool {
    matches!(ch,
        '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}'
        | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// A number with its thousands apart: `12,000`.
pub fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_become_visible_marks() {
        assert_eq!(clean("a\u{1b}]52;c;aGk=\u{7}b"), "a␛]52;c;aGk=␇b");
        assert_eq!(clean("\u{9b}31m"), "‹U+009B›31m");
        assert_eq!(clean("two\nlines\u{7f}"), "two␊lines␡");
    }

    #[test]
    fn bidirectional_and_invisible_characters_cannot_hide() {
        assert_eq!(clean("Roll\u{200b}back \u{202e}x"), "Roll‹U+200B›back ‹U+202E›x");
        assert_eq!(clean("👨\u{200d}👩"), "👨‿👩");
        assert_eq!(clean("⚠\u{fe0f} ok"), "⚠ ok");
        assert_ne!(clean("Restart\u{fe0f}"), "Restart");
    }

    #[test]
    fn ordinary_text_is_not_copied() {
        assert!(matches!(clean("队列 lag é e\u{301} 🔥"), Cow::Borrowed(_)));
        assert_eq!(clean("\u{301}x"), "◌\u{301}x");
    }

    #[test]
    fn of_many_marks_on_one_letter_the_rest_is_counted() {
        let four = format!("a{}", "\u{301}".repeat(4));
        assert!(matches!(clean(&four), Cow::Borrowed(_)));
        assert_eq!(clean(&format!("{four}\u{302}\u{303} z")), format!("{four}‹+2 marks› z"));
        assert_eq!(clean(&format!("{four}\u{302}")), format!("{four}‹+1 marks›"));
        let million = format!("x{}", "\u{301}".repeat(1_000_000));
        assert!(clean(&million).len() < 64);
        let each = format!("a{}", "\u{301}".repeat(100)).repeat(50);
        assert_eq!(clean(&each).matches("‹+96 marks›").count(), 50);
    }

    #[test]
    fn long_text_is_cut_between_characters() {
        assert_eq!(shorten("队列积压", 2), "队列…");
        assert_eq!(shorten("队列", 2), "队列");
    }

    #[test]
    fn json_stays_json_and_means_the_same() {
        let text = "a\u{1b}\u{202e}\u{9b}\u{e0001}é";
        let json = serde_json::to_string(text).unwrap();
        let escaped = escape_json(&json);
        assert!(escaped.contains("\\u202e") && !escaped.contains('\u{202e}'), "{escaped}");
        assert_eq!(serde_json::from_str::<String>(&escaped).unwrap(), text);
    }
}

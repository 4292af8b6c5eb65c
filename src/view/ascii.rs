//! The screen's own marks and lines in ASCII, for terminals and locales that have nothing else.

use ratatui::buffer::Buffer;

/// What stands for what. Foreign text is not looked up: only single cells of these.
const TABLE: &[(char, char)] = &[
    // Severities.
    ('■', '!'),
    ('▲', '+'),
    ('·', '.'),
    // Owners.
    ('–', '-'),
    ('◐', '@'),
    ('○', 'o'),
    ('✓', 'v'),
    ('°', '*'),
    ('…', '~'),
    ('▸', '>'),
    ('▾', 'v'),
    // Outcomes.
    ('✔', 'v'),
    ('✖', 'X'),
    ('»', '>'),
    ('⊘', '0'),
    ('✗', 'x'),
    // The cursor, marks, what scrolls.
    ('‹', '<'),
    ('›', '>'),
    ('▌', '>'),
    ('█', '#'),
    ('▐', '|'),
    ('•', '*'),
    ('●', '*'),
    ('↑', '^'),
    ('↓', 'v'),
    // Lines and boxes.
    ('─', '-'),
    ('│', '|'),
    ('┬', '+'),
    ('├', '+'),
    ('┤', '+'),
    ('╭', '+'),
    ('╮', '+'),
    ('╰', '+'),
    ('╯', '+'),
    // Bars and the spinner.
    ('▓', '#'),
    ('░', '.'),
    ('▰', '#'),
    ('▱', '.'),
    ('⠋', '|'),
    ('⠙', '/'),
    ('⠹', '-'),
    ('⠸', '\\'),
    ('⠼', '|'),
    ('⠴', '/'),
    ('⠦', '-'),
    ('⠧', '\\'),
    ('⠇', '|'),
    ('⠏', '/'),
    // Heights.
    ('▁', '_'),
    ('▂', '.'),
    ('▃', ':'),
    ('▄', '-'),
    ('▅', '='),
    ('▆', '+'),
    ('▇', '*'),
    // Quotes.
    ('“', '"'),
    ('”', '"'),
];

/// Puts the ASCII marks in place of the others; with `all` also a `?` for every other letter that is none.
pub(super) fn put_ascii(buffer: &mut Buffer, all: bool) {
    for cell in &mut buffer.content {
        let mut letters = cell.symbol().chars();
        let (Some(first), only) = (letters.next(), letters.next().is_none()) else {
            continue;
        };
        if first.is_ascii() && only {
            continue;
        }
        let known = TABLE.iter().find(|(from, _)| only && *from == first).map(|(_, to)| *to);
        match known {
            Some(to) => {
                cell.set_char(to);
            }
            None if all => {
                cell.set_char('?');
            }
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    #[test]
    fn marks_become_ascii_and_foreign_letters_only_where_nothing_else_can_be_shown() {
        let shown = |all: bool| {
            let mut buffer = Buffer::empty(Rect::new(0, 0, 12, 1));
            buffer.set_string(0, 0, "■CRIT é队 ⠹─", Style::new());
            put_ascii(&mut buffer, all);
            buffer.content.iter().map(|cell| cell.symbol().to_owned()).collect::<String>()
        };
        assert_eq!(shown(false), "!CRIT é队  --");
        assert_eq!(shown(true), "!CRIT ??  --");
    }

    #[test]
    fn each_mark_stands_once_in_the_table() {
        let mut marks: Vec<char> = TABLE.iter().map(|(from, _)| *from).collect();
        marks.sort_unstable();
        marks.dedup();
        assert_eq!(marks.len(), TABLE.len());
        assert!(TABLE.iter().all(|(from, to)| !from.is_ascii() && to.is_ascii_graphic()));
    }
}

//! How a frame becomes bytes: as few as a slow line wants. What the terminal shows already is not said again.
//!
//! Beside ratatui's own backend this one keeps the style from cell to cell and from frame to frame, moves the cursor by
//! the shortest way, erases runs of blanks instead of writing them, says nothing where nothing changed, and puts each
//! frame between the marks of a synchronized update, so that no half of one is shown.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};
use ratatui::style::{Color, Modifier};

use crate::domain::width::width;

/// From so many blanks on they are erased (ECH) instead of written.
const ERASED: usize = 8;
/// Up to so many cells that do not change are said again rather than passed.
const BRIDGED: usize = 4;
const BEGIN: &str = "\x1b[?2026h";
const END: &str = "\x1b[?2026l";

/// What letters look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Look {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

const PLAIN: Look = Look { fg: Color::Reset, bg: Color::Reset, modifier: Modifier::empty() };

/// The modifiers and what sets and resets each. Bold and faint are reset together.
const MODIFIERS: [(Modifier, &str, &str); 6] = [
    (Modifier::BOLD, "1", "22"),
    (Modifier::DIM, "2", "22"),
    (Modifier::ITALIC, "3", "23"),
    (Modifier::UNDERLINED, "4", "24"),
    (Modifier::REVERSED, "7", "27"),
    (Modifier::CROSSED_OUT, "9", "29"),
];

impl Look {
    fn of(cell: &Cell) -> Self {
        Self { fg: cell.fg, bg: cell.bg, modifier: cell.modifier }
    }

    /// Whether a blank of it is nothing but the terminal's ground.
    fn is_blank(self) -> bool {
        self.bg == Color::Reset
            && !self.modifier.intersects(Modifier::REVERSED | Modifier::UNDERLINED | Modifier::CROSSED_OUT)
    }

    /// The parameters that lead from another look to this one.
    fn after(self, before: Self) -> String {
        let mut out = Vec::new();
        let gone = before.modifier - self.modifier;
        let mut kept = before.modifier;
        for (modifier, _, reset) in MODIFIERS {
            if gone.contains(modifier) && !out.iter().any(|part: &String| part == reset) {
                out.push(reset.to_owned());
                kept -= modifier;
                if reset == "22" {
                    kept -= Modifier::BOLD | Modifier::DIM;
                }
            }
        }
        for (modifier, set, _) in MODIFIERS {
            if self.modifier.contains(modifier) && !kept.contains(modifier) {
                out.push(set.to_owned());
            }
        }
        if self.fg != before.fg {
            out.push(colour(self.fg, 30));
        }
        if self.bg != before.bg {
            out.push(colour(self.bg, 40));
        }
        out.join(";")
    }
}

/// The parameters of a colour; `base` is 30 for letters, 40 for the ground.
fn colour(colour: Color, base: u8) -> String {
    let sixteen = |index: u8| (if index < 8 { base + index } else { base + 52 + index }).to_string();
    match colour {
        Color::Reset => (base + 9).to_string(),
        Color::Black => sixteen(0),
        Color::Red => sixteen(1),
        Color::Green => sixteen(2),
        Color::Yellow => sixteen(3),
        Color::Blue => sixteen(4),
        Color::Magenta => sixteen(5),
        Color::Cyan => sixteen(6),
        Color::Gray => sixteen(7),
        Color::DarkGray => sixteen(8),
        Color::LightRed => sixteen(9),
        Color::LightGreen => sixteen(10),
        Color::LightYellow => sixteen(11),
        Color::LightBlue => sixteen(12),
        Color::LightMagenta => sixteen(13),
        Color::LightCyan => sixteen(14),
        Color::White => sixteen(15),
        Color::Indexed(index) => format!("{};5;{index}", base + 8),
        Color::Rgb(red, green, blue) => format!("{};2;{red};{green};{blue}", base + 8),
    }
}

/// The backend over what takes a frame's bytes.
pub(super) struct SlimBackend<W> {
    out: W,
    /// Of this frame so far.
    frame: String,
    look: Look,
    /// Where the cursor is, as far as is known.
    at: Option<(u16, u16)>,
    hidden: Option<bool>,
    /// What the terminal shows, as far as it was drawn.
    shown: HashMap<(u16, u16), Cell>,
}

impl<W: Write> SlimBackend<W> {
    pub(super) fn new(out: W) -> Self {
        Self { out, frame: String::new(), look: PLAIN, at: None, hidden: None, shown: HashMap::new() }
    }

    fn go_to(&mut self, x: u16, y: u16) {
        if self.at == Some((x, y)) {
            return;
        }
        match self.at {
            Some((from, row)) if row == y && x > from => match x - from {
                1 => self.frame.push_str("\x1b[C"),
                by => self.put(format_args!("\x1b[{by}C")),
            },
            _ if x == 0 => self.put(format_args!("\x1b[{}H", y + 1)),
            _ => self.put(format_args!("\x1b[{};{}H", y + 1, x + 1)),
        }
        self.at = Some((x, y));
    }

    fn put(&mut self, what: std::fmt::Arguments<'_>) {
        // A string takes whatever is written.
        let _ = self.frame.write_fmt(what);
    }

    fn look(&mut self, wanted: Look) {
        if wanted == self.look {
            return;
        }
        if wanted == PLAIN {
            self.frame.push_str("\x1b[m");
        } else {
            let parameters = wanted.after(self.look);
            self.put(format_args!("\x1b[{parameters}m"));
        }
        self.look = wanted;
    }

    fn run(&mut self, run: &Run) {
        let Some(first) = run.cells.first() else {
            return;
        };
        if is_blank(first) {
            // Of a blank only the ground is seen.
            if !self.look.is_blank() {
                self.look(Look { fg: self.look.fg, ..PLAIN });
            }
            self.go_to(run.x, run.y);
            if run.cells.len() >= ERASED {
                self.put(format_args!("\x1b[{}X", run.cells.len()));
                return;
            }
        } else {
            self.go_to(run.x, run.y);
            self.look(Look::of(first));
        }
        for cell in &run.cells {
            self.frame.push_str(cell.symbol());
        }
        self.at = run.cells.iter().all(is_sure).then(|| (run.end(), run.y));
    }
}

/// Cells that follow each other in a row and look alike.
#[derive(Default)]
struct Run {
    x: u16,
    y: u16,
    cells: Vec<Cell>,
}

impl Run {
    /// Where its next cell would be.
    fn end(&self) -> u16 {
        self.x.saturating_add(u16::try_from(self.cells.len()).unwrap_or(u16::MAX))
    }

    /// Whether a cell can stand behind its last one without another word.
    fn takes(&self, cell: &Cell) -> bool {
        self.cells.last().is_none_or(|last| {
            let alike =
                if is_blank(last) { is_blank(cell) } else { !is_blank(cell) && Look::of(last) == Look::of(cell) };
            alike && is_sure(last)
        })
    }
}

/// Whether nothing but the terminal's ground is seen of it.
fn is_blank(cell: &Cell) -> bool {
    cell.symbol() == " " && Look::of(cell).is_blank()
}

/// Whether every terminal shows it in one column.
fn is_sure(cell: &Cell) -> bool {
    cell.symbol().chars().count() == 1 && width(cell.symbol()) == 1
}

impl<W: Write> Backend for SlimBackend<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let mut run = Run::default();
        for (x, y, cell) in content {
            // A few cells that stay as they are cost less than a move over them.
            if run.y == y && run.end() < x && usize::from(x - run.end()) <= BRIDGED && !run.cells.is_empty() {
                // What was never drawn is blank.
                let shown = |at| self.shown.get(&(at, y)).cloned().unwrap_or_default();
                let between: Vec<Cell> = (run.end()..x).map(shown).collect();
                if between.iter().all(|cell| run.takes(cell) && is_sure(cell)) {
                    run.cells.extend(between);
                }
            }
            if run.y != y || run.end() != x || !run.takes(cell) {
                self.run(&run);
                run = Run { x, y, cells: Vec::new() };
            }
            run.cells.push(cell.clone());
            self.shown.insert((x, y), cell.clone());
        }
        self.run(&run);
        Ok(())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        if self.hidden != Some(true) {
            self.frame.push_str("\x1b[?25l");
            self.hidden = Some(true);
        }
        Ok(())
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        if self.hidden != Some(false) {
            self.frame.push_str("\x1b[?25h");
            self.hidden = Some(false);
        }
        Ok(())
    }

    /// As far as is known: the terminal is never asked, its answer would come as keys.
    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(self.at.unwrap_or_default().into())
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        let Position { x, y } = position.into();
        self.go_to(x, y);
        Ok(())
    }

    fn clear(&mut self) -> io::Result<()> {
        // Nothing is known of the terminal any more: somebody else may have had it.
        (self.look, self.at, self.hidden) = (PLAIN, None, None);
        self.shown.clear();
        self.frame.push_str("\x1b[m\x1b[2J");
        Ok(())
    }

    fn clear_region(&mut self, _: ClearType) -> io::Result<()> {
        self.clear()
    }

    fn size(&self) -> io::Result<Size> {
        crossterm::terminal::size().map(Size::from)
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize { columns_rows: self.size()?, pixels: Size::default() })
    }

    /// Hands the frame over, where there is anything in it.
    fn flush(&mut self) -> io::Result<()> {
        if self.frame.is_empty() {
            return Ok(());
        }
        let frame = std::mem::take(&mut self.frame);
        write!(self.out, "{BEGIN}{frame}{END}")?;
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    /// The bytes that lead from one picture to the next.
    fn between(backend: &mut SlimBackend<Vec<u8>>, before: &Buffer, after: &Buffer) -> String {
        backend.draw(before.diff(after).into_iter()).unwrap();
        backend.flush().unwrap();
        String::from_utf8(std::mem::take(&mut backend.out)).unwrap()
    }

    fn picture(lines: &[(&str, Style)]) -> Buffer {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 20, 3));
        for (y, (text, style)) in (0..).zip(lines) {
            buffer.set_string(0, y, text, *style);
        }
        buffer
    }

    #[test]
    fn only_what_differs_is_said_and_nothing_where_nothing_does() {
        let mut backend = SlimBackend::new(Vec::new());
        let empty = picture(&[]);
        let bold = Style::new().fg(Color::Indexed(210)).add_modifier(Modifier::BOLD);
        let one = picture(&[("CRIT", bold), ("a long line of text", Style::new())]);
        assert_eq!(
            between(&mut backend, &empty, &one),
            "\x1b[?2026h\x1b[1H\x1b[1;38;5;210mCRIT\x1b[2H\x1b[ma\x1b[Clong\x1b[Cline\x1b[Cof\x1b[Ctext\x1b[?2026l"
        );
        assert_eq!(between(&mut backend, &one, &one), "");
        let two = picture(&[("CRIT", bold)]);
        assert_eq!(between(&mut backend, &one, &two), "\x1b[?2026h\x1b[2H\x1b[19X\x1b[?2026l");
        let full = picture(&[("", Style::new()), ("xxxxxxxxxxxxxxxxxxxx", Style::new())]);
        between(&mut backend, &two, &full);
        assert_eq!(between(&mut backend, &full, &empty), "\x1b[?2026h\x1b[2H\x1b[20X\x1b[?2026l");
    }

    /// Whatever is drawn, a terminal shows it as ratatui's own backend would have it shown.
    #[test]
    fn a_terminal_shows_the_same_picture() {
        let looks = [
            Style::new(),
            Style::new().fg(Color::LightRed).add_modifier(Modifier::BOLD),
            Style::new().bg(Color::Indexed(236)),
            Style::new().add_modifier(Modifier::REVERSED),
            Style::new().fg(Color::Rgb(1, 2, 3)).add_modifier(Modifier::DIM | Modifier::UNDERLINED),
        ];
        let texts = ["队列 a", "", "es.nj.01 down", "e\u{301}x 🔥 y", "          .         ", "──┬──│ ■CRIT"];
        let mut terminal = vt100::Parser::new(3.try_into().unwrap(), 20.try_into().unwrap(), 0);
        let mut backend = SlimBackend::new(Vec::new());
        let mut before = picture(&[]);
        for round in 0..texts.len() * looks.len() * 3 {
            let line = |at: usize| (texts[(round / at + at) % texts.len()], looks[(round + at) % looks.len()]);
            let after = picture(&[line(1), line(2), line(3)]);
            terminal.process(between(&mut backend, &before, &after).as_bytes());
            for (at, cell) in after.content.iter().enumerate() {
                let (x, y) = after.pos_of(at);
                let shown = terminal.screen().cell(y, x).unwrap();
                if shown.is_wide_continuation() {
                    continue;
                }
                let text = if shown.contents().is_empty() { " " } else { shown.contents() };
                assert_eq!(text, cell.symbol(), "round {round} at {x},{y}");
                assert_eq!(shown.inverse(), cell.modifier.contains(Modifier::REVERSED), "round {round} at {x},{y}");
                if text != " " {
                    assert_eq!(shown.bold(), cell.modifier.contains(Modifier::BOLD), "round {round} at {x},{y}");
                    assert_eq!(
                        shown.fgcolor() == vt100::Color::Default,
                        cell.fg == Color::Reset,
                        "round {round} at {x},{y}"
                    );
                }
                let plain = shown.bgcolor() == vt100::Color::Default;
                assert_eq!(plain, cell.bg == Color::Reset, "round {round} at {x},{y}");
            }
            before = after;
        }
    }
}

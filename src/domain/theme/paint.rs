//! Looks: a colour or two and how letters stand, as a theme writes them.

use crate::domain::near::did_you_mean;

/// A colour as a theme names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// By its number: the terminal's sixteen, then xterm's cube and greys.
    Indexed(u8),
    Rgb(u8, u8, u8),
}

/// How a role looks. No colour is the terminal's own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
// Each is one attribute of a terminal's cell.
#[allow(clippy::struct_excessive_bools)]
pub struct Paint {
    pub fg: Option<Colour>,
    pub bg: Option<Colour>,
    pub bold: bool,
    pub faint: bool,
    pub underlined: bool,
    pub reversed: bool,
}

/// The names of the sixteen, as ratatui has them.
const SIXTEEN: [&str; 16] = [
    "black",
    "red",
    "green",
    "yellow",
    "blue",
    "magenta",
    "cyan",
    "gray",
    "darkgray",
    "lightred",
    "lightgreen",
    "lightyellow",
    "lightblue",
    "lightmagenta",
    "lightcyan",
    "white",
];

impl Colour {
    /// `#ff8787`, a number up to 255, or one of the sixteen by its name. The error says what was expected.
    fn parse(word: &str) -> Result<Self, String> {
        if let Some(hex) = word.strip_prefix('#') {
            let number = u32::from_str_radix(hex, 16).ok().filter(|_| hex.len() == 6 && !hex.starts_with('+'));
            let [_, red, green, blue] = number.ok_or_else(|| format!("{word} is not #rrggbb"))?.to_be_bytes();
            return Ok(Self::Rgb(red, green, blue));
        }
        if let Ok(number) = word.parse() {
            return Ok(Self::Indexed(number));
        }
        let plain =
            word.to_ascii_lowercase().replace(['-', '_'], "").replace("bright", "light").replace("grey", "gray");
        if let Some(at) = SIXTEEN.iter().position(|name| *name == plain) {
            return Ok(Self::Indexed(u8::try_from(at).unwrap_or_default()));
        }
        let words = SIXTEEN.iter().copied().chain(["on", "bold", "faint", "underlined", "reversed"]);
        let hint = did_you_mean(word, words).map_or_else(String::new, |hint| format!("; {hint}"));
        Err(format!("{word} is no colour: write #rrggbb, a number up to 255, or a name such as red or lightblue{hint}"))
    }

    /// The number of this colour among xterm's 256; for a terminal that knows no others.
    pub fn index(self) -> u8 {
        let (red, green, blue) = match self {
            Self::Indexed(index) => return index,
            Self::Rgb(red, green, blue) => (red, green, blue),
        };
        let far = |index: u8| {
            let (r, g, b) = rgb(index);
            let square = |a: u8, b: u8| i32::from(a.abs_diff(b)).pow(2);
            square(r, red) + square(g, green) + square(b, blue)
        };
        (16..=255).min_by_key(|index| far(*index)).unwrap_or(15)
    }
}

/// The colour with this number in xterm's cube and greys; the terminal's sixteen as xterm has them.
pub fn rgb(index: u8) -> (u8, u8, u8) {
    const BASE: [(u8, u8, u8); 16] = [
        (0, 0, 0),
        (205, 0, 0),
        (0, 205, 0),
        (205, 205, 0),
        (0, 0, 238),
        (205, 0, 205),
        (0, 205, 205),
        (229, 229, 229),
        (127, 127, 127),
        (255, 0, 0),
        (0, 255, 0),
        (255, 255, 0),
        (92, 92, 255),
        (255, 0, 255),
        (0, 255, 255),
        (255, 255, 255),
    ];
    let step = |at: u8| if at == 0 { 0 } else { 55 + at * 40 };
    match index {
        0..16 => BASE[usize::from(index)],
        16..232 => {
            let at = index - 16;
            (step(at / 36), step(at / 6 % 6), step(at % 6))
        }
        232.. => {
            let grey = 8 + (index - 232) * 10;
            (grey, grey, grey)
        }
    }
}

impl Paint {
    /// Words as `#ff8787 bold`, `on 236`, `reversed`. The error says which word, and what was expected.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut out = Self::default();
        let mut ground = false;
        for word in text.split_whitespace() {
            match word {
                "on" => {
                    ground = true;
                    continue;
                }
                "bold" => out.bold = true,
                "faint" | "dim" => out.faint = true,
                "underlined" => out.underlined = true,
                "reversed" => out.reversed = true,
                _ if ground => out.bg = Some(Colour::parse(word)?),
                _ => out.fg = Some(Colour::parse(word)?),
            }
            ground = false;
        }
        if ground { Err("a colour has to follow \"on\"".to_owned()) } else { Ok(out) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_says_which_word_is_wrong() {
        let paint = Paint::parse("#ff8787 on 236 bold").unwrap();
        assert_eq!(
            (paint.fg, paint.bg, paint.bold),
            (Some(Colour::Rgb(255, 135, 135)), Some(Colour::Indexed(236)), true)
        );
        assert_eq!(paint.fg.unwrap().index(), 210);
        assert_eq!(Paint::parse("bright-red").unwrap().fg, Some(Colour::Indexed(9)));
        for (look, word) in [("#ff87", "#rrggbb"), ("256", "up to 255"), ("bolt", "bold"), ("on", "has to follow")] {
            assert!(Paint::parse(look).unwrap_err().contains(word), "{look}");
        }
    }
}

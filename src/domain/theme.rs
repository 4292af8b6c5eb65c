//! The themes of the screen: what each role looks like. One table of roles, one row for each theme; a file of the
//! operator's own is written in the same words.

mod paint;

pub use paint::{Colour, Paint, rgb};

/// What a thing on the screen is; a theme says how it looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Text,
    /// There, but not what is looked for.
    Dim,
    /// Lines between areas, and boxes.
    Rule,
    /// The one accent: keys, what is busy, what has the focus.
    Accent,
    /// The row under the cursor.
    Selection,
    Critical,
    Warning,
    Info,
    Link,
    Good,
    Bad,
    /// Cannot be known.
    Doubt,
    /// What the filter found.
    Match,
}

/// Every role with its name in a theme's file.
pub const ROLES: [(Role, &str); 13] = [
    (Role::Text, "text"),
    (Role::Dim, "dim"),
    (Role::Rule, "rule"),
    (Role::Accent, "accent"),
    (Role::Selection, "selection"),
    (Role::Critical, "critical"),
    (Role::Warning, "warning"),
    (Role::Info, "info"),
    (Role::Link, "link"),
    (Role::Good, "good"),
    (Role::Bad, "bad"),
    (Role::Doubt, "doubt"),
    (Role::Match, "match"),
];

/// How many colours are used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Colours {
    /// `NO_COLOR`, or a theme without colour.
    None,
    /// The sixteen of every terminal.
    Sixteen,
    /// The 256 of xterm.
    #[default]
    Many,
    /// Any.
    True,
}

/// Which letters the terminal shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Letters {
    #[default]
    All,
    /// All of text, but few marks: the Linux console.
    AsciiMarks,
    /// The locale is not UTF-8.
    Ascii,
}

/// The terminal's background.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Background {
    #[default]
    Dark,
    Light,
}

/// How every role looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Palette([Paint; ROLES.len()]);

/// A theme that andon brings.
#[derive(Debug)]
pub struct ThemeRow {
    pub name: &'static str,
    /// The background that it is for; `None`: any.
    pub background: Option<Background>,
    /// At most so many colours are needed for it.
    pub colours: Colours,
    /// How each role looks, in the order of [`ROLES`], as a theme's file would say it.
    looks: [&'static str; ROLES.len()],
}

/// As the terminal is: dark or light, with as many colours as it has.
pub const AUTO: &str = "auto";

/// Every theme that is built in. The colours of the first two are xterm's cube, so that they are the same with 256
/// colours and with all; 4 and 8 of the sixteen are never used, for many palettes have them too dark to read.
pub const THEMES: [ThemeRow; 6] = [
    ThemeRow {
        name: "dark",
        background: Some(Background::Dark),
        colours: Colours::Many,
        looks: [
            "",
            "248",
            "240",
            "80",
            "on 236 bold",
            "210 bold",
            "215",
            "75",
            "75 underlined",
            "114",
            "210",
            "177",
            "bold underlined",
        ],
    },
    ThemeRow {
        name: "light",
        background: Some(Background::Light),
        colours: Colours::Many,
        looks: [
            "",
            "240",
            "250",
            "24",
            "on 254 bold",
            "124 bold",
            "94",
            "25",
            "25 underlined",
            "22",
            "124",
            "90",
            "bold underlined",
        ],
    },
    // For eyes that do not tell red from green.
    ThemeRow {
        name: "blue-orange",
        background: Some(Background::Dark),
        colours: Colours::Many,
        looks: [
            "",
            "248",
            "240",
            "80",
            "on 236 bold",
            "214 bold",
            "222",
            "75",
            "75 underlined",
            "117",
            "214",
            "183",
            "bold underlined",
        ],
    },
    ThemeRow {
        name: "16-dark",
        background: Some(Background::Dark),
        colours: Colours::Sixteen,
        looks: [
            "",
            "7",
            "7 faint",
            "6",
            "reversed",
            "9 bold",
            "3",
            "14",
            "14 underlined",
            "2",
            "9",
            "13",
            "bold underlined",
        ],
    },
    ThemeRow {
        name: "16-light",
        background: Some(Background::Light),
        colours: Colours::Sixteen,
        looks: [
            "",
            "faint",
            "faint",
            "bold",
            "reversed",
            "1 bold",
            "bold",
            "",
            "underlined",
            "",
            "1",
            "5",
            "bold underlined",
        ],
    },
    ThemeRow {
        name: "mono",
        background: None,
        colours: Colours::None,
        looks: [
            "",
            "faint",
            "faint",
            "bold",
            "reversed",
            "bold",
            "",
            "",
            "underlined",
            "",
            "bold",
            "bold",
            "bold underlined",
        ],
    },
];

/// The theme of the configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ThemeChoice {
    /// As the terminal is.
    #[default]
    Auto,
    BuiltIn(&'static str),
    /// A file of the operator's own.
    Own {
        background: Option<Background>,
        palette: Box<Palette>,
    },
}

impl ThemeChoice {
    /// The choice with this name, where it is no file's.
    pub fn named(name: &str) -> Option<Self> {
        if name == AUTO {
            return Some(Self::Auto);
        }
        THEMES.iter().find(|row| row.name == name).map(|row| Self::BuiltIn(row.name))
    }

    /// The names of all that are built in, `auto` first.
    pub fn names() -> impl Iterator<Item = &'static str> {
        std::iter::once(AUTO).chain(THEMES.iter().map(|row| row.name))
    }

    /// The background that it decides; `None`: the terminal is asked.
    pub fn background(&self) -> Option<Background> {
        match self {
            Self::Auto => None,
            Self::BuiltIn(name) => theme(name).background,
            Self::Own { background, .. } => *background,
        }
    }

    /// How many colours it needs at most; `None`: as many as there are.
    pub fn colours(&self) -> Option<Colours> {
        match self {
            Self::BuiltIn(name) => Some(theme(name).colours),
            Self::Auto | Self::Own { .. } => None,
        }
    }

    /// How the roles look on a terminal with so many colours and this background.
    pub fn palette(&self, colours: Colours, background: Background) -> Palette {
        let wanted = match (self, colours, background) {
            (_, Colours::None, _) => "mono",
            (Self::Own { palette, .. }, Colours::Many | Colours::True, _) => return Palette::clone(palette),
            (Self::BuiltIn(name), Colours::Many | Colours::True, _) => name,
            (_, Colours::Sixteen, Background::Dark) => "16-dark",
            (_, Colours::Sixteen, Background::Light) => "16-light",
            (Self::Auto, _, Background::Dark) => "dark",
            (Self::Auto, _, Background::Light) => "light",
        };
        Palette::of_theme(theme(wanted))
    }
}

fn theme(name: &str) -> &'static ThemeRow {
    THEMES.iter().find(|row| row.name == name).unwrap_or(&THEMES[0])
}

impl Palette {
    /// What a built-in theme looks like. A test holds that each look reads.
    pub fn of_theme(row: &ThemeRow) -> Self {
        Self(row.looks.map(|look| Paint::parse(look).unwrap_or_default()))
    }

    pub fn of(&self, role: Role) -> Paint {
        let at = ROLES.iter().position(|(known, _)| *known == role);
        at.and_then(|at| self.0.get(at)).copied().unwrap_or_default()
    }

    pub fn set(&mut self, role: Role, paint: Paint) {
        if let Some(at) = ROLES.iter().position(|(known, _)| *known == role) {
            self.0[at] = paint;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How bright a colour is to the eye, by WCAG 2.
    fn luminance((red, green, blue): (u8, u8, u8)) -> f64 {
        let part = |value: u8| {
            let value = f64::from(value) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(red) + 0.7152 * part(green) + 0.0722 * part(blue)
    }

    fn contrast(a: (u8, u8, u8), b: (u8, u8, u8)) -> f64 {
        let (a, b) = (luminance(a) + 0.05, luminance(b) + 0.05);
        a.max(b) / a.min(b)
    }

    #[test]
    fn every_look_of_every_theme_reads() {
        for row in &THEMES {
            for (look, (_, role)) in row.looks.iter().zip(ROLES) {
                let paint = Paint::parse(look).unwrap_or_else(|error| panic!("{} {role}: {error}", row.name));
                for colour in [paint.fg, paint.bg].into_iter().flatten() {
                    assert!(!matches!(colour, Colour::Indexed(4 | 8)), "{} {role}", row.name);
                }
            }
        }
    }

    #[test]
    fn every_role_can_be_read_on_every_ground() {
        let grounds = |background| match background {
            Background::Dark => [(0, 0, 0), (30, 30, 30)],
            Background::Light => [(255, 255, 255), (250, 250, 245)],
        };
        for row in THEMES.iter().filter(|row| row.colours == Colours::Many) {
            let palette = Palette::of_theme(row);
            let background = row.background.unwrap();
            let own = palette.of(Role::Selection).bg.map(|ground| rgb(ground.index()));
            let text = if background == Background::Dark { (229, 229, 229) } else { (0, 0, 0) };
            for (role, name) in ROLES.into_iter().filter(|(role, _)| *role != Role::Rule) {
                let colour = palette.of(role).fg.map_or(text, |colour| rgb(colour.index()));
                for ground in grounds(background).into_iter().chain(own) {
                    let found = contrast(colour, ground);
                    assert!(found >= 4.5, "{} {name} on {ground:?}: {found:.2}", row.name);
                }
            }
        }
    }
}

//! The themes of the screen: their names in the configuration, and what each decides instead of the terminal.
//! How they look is the screen's.

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ThemeName {
    /// As the terminal is.
    #[default]
    Auto,
    Dark,
    Light,
    Mono,
}

/// How many colours are used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Colours {
    /// `NO_COLOR`, or a theme without colour.
    None,
    /// The sixteen of every terminal.
    Sixteen,
    /// 256 or more.
    #[default]
    Many,
}

/// The terminal's background.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Background {
    #[default]
    Dark,
    Light,
}

/// A theme's name, and what it decides.
#[derive(Clone, Copy, Debug)]
pub struct ThemeRow {
    pub theme: ThemeName,
    pub name: &'static str,
    pub colours: Option<Colours>,
    pub background: Option<Background>,
}

/// Every theme.
pub const THEMES: [ThemeRow; 4] = [
    ThemeRow { theme: ThemeName::Auto, name: "auto", colours: None, background: None },
    ThemeRow { theme: ThemeName::Dark, name: "dark", colours: None, background: Some(Background::Dark) },
    ThemeRow { theme: ThemeName::Light, name: "light", colours: None, background: Some(Background::Light) },
    ThemeRow { theme: ThemeName::Mono, name: "mono", colours: Some(Colours::None), background: None },
];

impl ThemeName {
    pub fn row(self) -> &'static ThemeRow {
        THEMES.iter().find(|row| row.theme == self).unwrap_or(&THEMES[0])
    }
}

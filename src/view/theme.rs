//! Styles by what they mean. Colours come from the terminal's own sixteen, so that they fit its palette.
//!
//! No colour carries meaning alone: every style stands beside a word or a mark.

use ratatui::style::{Color, Modifier, Style};

use crate::domain::theme::{Background, Colours, ThemeName};

/// One style for each thing that is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Theme {
    pub text: Style,
    /// What is there but not needed now.
    pub dim: Style,
    pub border: Style,
    /// The border of the pane that has the keys.
    pub border_active: Style,
    pub title: Style,
    pub selection: Style,
    /// The program's name and counts in the header.
    pub header: Style,
    /// A key in footer, buttons and help.
    pub key: Style,
    pub button: Style,
    pub critical: Style,
    pub warning: Style,
    pub info: Style,
    pub good: Style,
    pub bad: Style,
    /// Cannot be known.
    pub doubt: Style,
    pub busy: Style,
    /// Closed or gone, kept until the cursor moves.
    pub struck: Style,
    /// The text field that has the keys.
    pub field_active: Style,
    pub field: Style,
    /// What is wrong with a field.
    pub fault: Style,
}

impl Theme {
    /// The styles of a theme on a terminal.
    pub fn new(theme: ThemeName, colours: Colours, background: Background) -> Self {
        match (theme, colours) {
            (_, Colours::None) | (ThemeName::Mono, _) => Self::mono(),
            (ThemeName::Auto | ThemeName::Dark | ThemeName::Light, Colours::Sixteen) => Self::sixteen(),
            (ThemeName::Auto | ThemeName::Dark | ThemeName::Light, Colours::Many) => Self::colours(background),
        }
    }

    /// The sixteen colours alone: they fit any palette, and the row under the cursor is reversed.
    pub fn sixteen() -> Self {
        let plain = Style::new();
        Self {
            warning: plain.fg(Color::Yellow),
            selection: plain.add_modifier(Modifier::REVERSED),
            border_active: plain.fg(Color::Cyan),
            key: plain.fg(Color::Cyan).add_modifier(Modifier::BOLD),
            busy: plain.fg(Color::Cyan),
            ..Self::colours(Background::Dark)
        }
    }

    pub fn colours(background: Background) -> Self {
        let plain = Style::new();
        let (dim, selection) = match background {
            Background::Dark => (plain.fg(Color::DarkGray), plain.bg(Color::Indexed(237)).add_modifier(Modifier::BOLD)),
            Background::Light => {
                (plain.fg(Color::Indexed(243)), plain.bg(Color::Indexed(253)).add_modifier(Modifier::BOLD))
            }
        };
        let (yellow, cyan) = match background {
            Background::Dark => (Color::Yellow, Color::Cyan),
            Background::Light => (Color::Indexed(130), Color::Indexed(24)),
        };
        Self {
            text: plain,
            dim,
            border: dim,
            border_active: plain.fg(cyan),
            title: plain.add_modifier(Modifier::BOLD),
            selection,
            header: plain.add_modifier(Modifier::BOLD),
            key: plain.fg(cyan).add_modifier(Modifier::BOLD),
            button: plain.add_modifier(Modifier::BOLD),
            critical: plain.fg(Color::Red).add_modifier(Modifier::BOLD),
            warning: plain.fg(yellow),
            info: plain.fg(Color::Blue),
            good: plain.fg(Color::Green),
            bad: plain.fg(Color::Red),
            doubt: plain.fg(Color::Magenta).add_modifier(Modifier::BOLD),
            busy: plain.fg(cyan),
            struck: dim.add_modifier(Modifier::CROSSED_OUT),
            field_active: plain.add_modifier(Modifier::UNDERLINED),
            field: plain,
            fault: plain.fg(Color::Red),
        }
    }

    /// No colour at all: bold, dim, reverse and underline only (`NO_COLOR`, a terminal without colours).
    pub fn mono() -> Self {
        let plain = Style::new();
        let bold = plain.add_modifier(Modifier::BOLD);
        let dim = plain.add_modifier(Modifier::DIM);
        Self {
            text: plain,
            dim,
            border: dim,
            border_active: bold,
            title: bold,
            selection: plain.add_modifier(Modifier::REVERSED),
            header: bold,
            key: bold,
            button: bold,
            critical: bold,
            warning: plain,
            info: plain,
            good: plain,
            bad: bold,
            doubt: bold,
            busy: plain,
            struck: plain.add_modifier(Modifier::CROSSED_OUT | Modifier::DIM),
            field_active: plain.add_modifier(Modifier::UNDERLINED),
            field: plain,
            fault: bold,
        }
    }
}

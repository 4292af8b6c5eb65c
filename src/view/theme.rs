//! Styles by what they mean, made of a palette's roles.
//!
//! No colour carries meaning alone: every style stands beside a word or a mark.

use ratatui::style::{Color, Modifier, Style};

use crate::domain::theme::{Background, Colour, Colours, Paint, Palette, Role, ThemeChoice};

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
    pub link: Style,
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
    /// What has to be seen wherever it stands: `DEMO`, a source's badge.
    pub badge: Style,
    /// What the filter found.
    pub found: Style,
}

impl Theme {
    /// The styles of a theme on a terminal.
    pub fn new(choice: &ThemeChoice, colours: Colours, background: Background) -> Self {
        Self::of(&choice.palette(colours, background), colours)
    }

    /// No colour at all: bold, faint, reverse and underline only.
    pub fn mono() -> Self {
        Self::new(&ThemeChoice::Auto, Colours::None, Background::Dark)
    }

    fn of(palette: &Palette, colours: Colours) -> Self {
        let role = |role: Role| {
            let style = style(palette.of(role), colours);
            // Over what is there already a text has its own colour, a ground and a mark of the filter have none.
            let over = matches!(role, Role::Selection | Role::Match);
            if over || style.fg.is_some() { style } else { style.fg(Color::Reset) }
        };
        let (text, dim, accent) = (role(Role::Text), role(Role::Dim), role(Role::Accent));
        let bold = text.add_modifier(Modifier::BOLD);
        Self {
            text,
            dim,
            border: role(Role::Rule),
            border_active: accent,
            title: bold,
            selection: role(Role::Selection),
            header: bold,
            key: accent.add_modifier(Modifier::BOLD),
            button: bold,
            critical: role(Role::Critical),
            warning: role(Role::Warning),
            info: role(Role::Info),
            link: role(Role::Link),
            good: role(Role::Good),
            bad: role(Role::Bad),
            doubt: role(Role::Doubt),
            busy: accent,
            struck: dim.add_modifier(Modifier::CROSSED_OUT),
            field_active: text.add_modifier(Modifier::UNDERLINED),
            field: text,
            fault: role(Role::Bad),
            badge: bold.add_modifier(Modifier::REVERSED),
            found: role(Role::Match),
        }
    }
}

fn style(paint: Paint, colours: Colours) -> Style {
    let colour = |colour: Colour| match colour {
        Colour::Rgb(red, green, blue) if colours == Colours::True => Color::Rgb(red, green, blue),
        colour => sixteen(colour.index()),
    };
    let set = [
        (paint.bold, Modifier::BOLD),
        (paint.faint, Modifier::DIM),
        (paint.underlined, Modifier::UNDERLINED),
        (paint.reversed, Modifier::REVERSED),
    ];
    let style = Style { fg: paint.fg.map(colour), bg: paint.bg.map(colour), ..Style::new() };
    set.into_iter().filter(|(on, _)| *on).fold(style, |style, (_, modifier)| style.add_modifier(modifier))
}

/// A terminal of sixteen colours knows these by name only.
fn sixteen(index: u8) -> Color {
    const NAMED: [Color; 16] = [
        Color::Black,
        Color::Red,
        Color::Green,
        Color::Yellow,
        Color::Blue,
        Color::Magenta,
        Color::Cyan,
        Color::Gray,
        Color::DarkGray,
        Color::LightRed,
        Color::LightGreen,
        Color::LightYellow,
        Color::LightBlue,
        Color::LightMagenta,
        Color::LightCyan,
        Color::White,
    ];
    NAMED.get(usize::from(index)).copied().unwrap_or(Color::Indexed(index))
}

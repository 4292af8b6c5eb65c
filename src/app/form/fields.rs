//! What a field of the form is, and what the form holds for it.
//!
//! The fields themselves are rows of [`FIELDS`]; reading, writing, drawing, checking and "has it changed" follow from
//! a row's kind.

use super::channels::Ticks;
use super::headers::Headers;
use super::inputs::Asked;
use super::secret::Secret;
pub use super::table::FIELDS;
use super::text::Text;
use crate::app::line::Line;
use crate::domain::action::{Action, Header, mask_around_references};
use crate::domain::text::clean;
use crate::domain::validate::Field;

/// One field of the form.
pub struct FieldSpec {
    /// Its name beside it.
    pub label: &'static str,
    /// One line of help, shown while it is active.
    pub help: &'static str,
    /// Under which heading it stands.
    pub section: Section,
    /// How the validation names it; rows of a list by the first.
    pub field: Option<Field>,
    /// The label of the choice that brings it: it is there unless that one's first option is chosen.
    pub needs: Option<&'static str>,
    /// What kind it is, and how it reads and writes an action.
    pub kind: Kind,
}

/// The parts of the form, in order. Those between the first and the last are folded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// What every action has.
    First,
    /// Method and body.
    Request,
    /// What is asked at the press.
    Inputs,
    /// The signing keys.
    Signing,
    /// Certificates and the proxy.
    Reach,
    /// What an answer means, and what happens without one.
    Outcome,
    /// How a press goes.
    Press,
    /// The buttons.
    End,
}

impl Section {
    /// What stands over it; empty: nothing.
    pub fn title(self) -> &'static str {
        match self {
            Self::First | Self::End => "",
            Self::Request => "Request",
            Self::Inputs => "Inputs",
            Self::Signing => "Signing",
            Self::Reach => "TLS and proxy",
            Self::Outcome => "Outcome",
            Self::Press => "Press",
        }
    }

    /// Whether its fields are folded away while they are as by default.
    pub fn folds(self) -> bool {
        !matches!(self, Self::First | Self::End)
    }
}

/// Puts a text into an action; what is wrong with it where it cannot be read.
pub type Write = fn(&mut Action, &str) -> Option<String>;

/// The kinds of field.
pub enum Kind {
    /// A line of text.
    Line {
        /// The text for an action.
        read: fn(&Action) -> String,
        /// Puts the text into the action.
        write: Write,
    },
    /// Text of several lines.
    Text {
        /// The text for an action.
        read: fn(&Action) -> String,
        /// Puts the text into the action.
        write: Write,
    },
    /// A secret of one line.
    Secret {
        /// The secret of an action.
        read: fn(&Action) -> String,
        /// Puts the secret into the action.
        write: Write,
    },
    /// The channels, a list to tick.
    Channels,
    /// The headers, rows of name and value.
    Headers,
    /// What is asked at the press.
    Inputs,
    /// Yes or no.
    Switch {
        /// What each state means: on, off.
        words: [&'static str; 2],
        /// The state of an action.
        read: fn(&Action) -> bool,
        /// Puts the state into the action.
        write: fn(&mut Action, bool),
    },
    /// One of a few.
    Choice {
        /// What each is called, in order.
        options: &'static [&'static str],
        /// The option of an action.
        read: fn(&Action) -> usize,
        /// Puts the option into the action.
        write: fn(&mut Action, usize),
    },
    /// Opens and folds what is below it.
    More,
    /// Something to press.
    Button(Button),
}

/// What the buttons at the end do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Button {
    /// Saves.
    Save,
    /// Leaves.
    Cancel,
}

impl Kind {
    /// What an action has here, in words: for "it is now ...". Clean, and secrets are masked.
    pub(super) fn describe(&self, action: &Action) -> String {
        let listed = |items: Vec<String>| if items.is_empty() { "none".to_owned() } else { items.join(", ") };
        match self {
            Self::Line { read, .. } | Self::Text { read, .. } => format!("\"{}\"", clean(&read(action))),
            Self::Secret { read, .. } => match read(action) {
                secret if secret.is_empty() => "none".to_owned(),
                secret => clean(&mask_around_references(&secret, true)).into_owned(),
            },
            Self::Channels => listed(action.slots.keys().map(|key| clean(key.as_str()).into_owned()).collect()),
            Self::Headers => {
                let shown = |header: &Header| format!("{}: {}", clean(&header.name), clean(&header.shown()));
                listed(action.headers.iter().map(shown).collect())
            }
            Self::Inputs => listed(action.inputs.iter().map(|input| clean(&input.name).into_owned()).collect()),
            Self::Switch { read, .. } => if read(action) { "on" } else { "off" }.to_owned(),
            Self::Choice { options, read, .. } => options.get(read(action)).copied().unwrap_or_default().to_owned(),
            Self::More | Self::Button(_) => String::new(),
        }
    }
}

/// What the form holds for a field.
#[derive(Clone, PartialEq)]
pub enum Value {
    /// The text of a line.
    Line(Line),
    /// The text of several lines.
    Text(Text),
    /// A secret.
    Secret(Secret),
    /// The ticked channels.
    Channels(Ticks),
    /// The header rows.
    Headers(Headers),
    /// The rows of what is asked.
    Inputs(Asked),
    /// The state of a switch.
    Switch(bool),
    /// The chosen option.
    Choice(usize),
    /// The fold holds nothing: whether it is open is the form's.
    More,
    /// Buttons hold nothing.
    Button(Button),
}

impl Value {
    pub(super) fn read(kind: &Kind, action: &Action) -> Self {
        match kind {
            Kind::Line { read, .. } => Self::Line(Line::new(read(action))),
            Kind::Text { read, .. } => Self::Text(Text::new(read(action))),
            Kind::Secret { read, .. } => Self::Secret(Secret::new(read(action))),
            Kind::Channels => Self::Channels(Ticks::read(action)),
            Kind::Headers => Self::Headers(Headers::read(action)),
            Kind::Inputs => Self::Inputs(Asked::read(action)),
            Kind::Switch { read, .. } => Self::Switch(read(action)),
            Kind::Choice { read, .. } => Self::Choice(read(action)),
            Kind::More => Self::More,
            Kind::Button(button) => Self::Button(*button),
        }
    }

    /// Puts the value into the action; what is wrong where it cannot.
    pub(super) fn write(&self, kind: &Kind, action: &mut Action) -> Option<String> {
        match (self, kind) {
            (Self::Line(line), Kind::Line { write, .. }) => return write(action, line.value()),
            (Self::Text(text), Kind::Text { write, .. }) => return write(action, text.value()),
            (Self::Secret(secret), Kind::Secret { write, .. }) => return write(action, secret.line().value()),
            (Self::Channels(ticks), _) => action.slots = ticks.slots(),
            (Self::Headers(headers), _) => action.headers = headers.headers(),
            (Self::Inputs(asked), _) => action.inputs = asked.inputs(),
            (Self::Switch(on), Kind::Switch { write, .. }) => write(action, *on),
            (Self::Choice(at), Kind::Choice { write, .. }) => write(action, *at),
            _ => {}
        }
        None
    }

    /// Whether both would write the same; where the cursor is does not count.
    pub(super) fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Line(a), Self::Line(b)) => a.value() == b.value(),
            (Self::Text(a), Self::Text(b)) => a.value() == b.value(),
            (Self::Secret(a), Self::Secret(b)) => a.line().value() == b.line().value(),
            (Self::Channels(a), Self::Channels(b)) => a.ticked() == b.ticked(),
            (Self::Headers(a), Self::Headers(b)) => a.headers() == b.headers(),
            (Self::Inputs(a), Self::Inputs(b)) => a.inputs() == b.inputs(),
            (a, b) => a == b,
        }
    }

    /// Until when a secret is shown here, monotonic milliseconds.
    pub(super) fn revealed_until(&self) -> Option<u64> {
        match self {
            Self::Headers(headers) => headers.revealed_until(),
            Self::Secret(secret) => secret.revealed_until(),
            _ => None,
        }
    }

    /// Hides what is shown of a secret.
    pub(super) fn hide(&mut self) {
        match self {
            Self::Headers(headers) => headers.hide(),
            Self::Secret(secret) => secret.hide(),
            _ => {}
        }
    }

    /// The cursor leaves the field.
    pub(super) fn leave(&mut self) {
        match self {
            Self::Headers(headers) => headers.leave(),
            Self::Inputs(asked) => asked.leave(),
            Self::Secret(secret) => secret.hide(),
            Self::Channels(ticks) => ticks.edit_filter(Line::clear),
            _ => {}
        }
    }

    /// The cursor comes into the field, from above or from below.
    pub(super) fn enter(&mut self, from_below: bool) {
        match self {
            Self::Headers(headers) => headers.enter(from_below),
            Self::Inputs(asked) => asked.enter(from_below),
            _ => {}
        }
    }

    /// Takes back the last change.
    pub(super) fn undo(&mut self) {
        match self {
            Self::Line(line) => {
                line.undo();
            }
            Self::Text(text) => text.undo(),
            Self::Secret(secret) => secret.undo(),
            Self::Channels(ticks) => ticks.undo(),
            Self::Headers(headers) => headers.undo(),
            Self::Inputs(asked) => asked.undo(),
            Self::Switch(_) | Self::Choice(_) | Self::More | Self::Button(_) => {}
        }
    }

    /// Takes pasted text, in one piece.
    pub(super) fn paste(&mut self, text: &str) {
        match self {
            Self::Line(line) => line.paste(text),
            Self::Text(area) => area.paste(text),
            Self::Secret(secret) => secret.paste(text),
            Self::Channels(ticks) => ticks.edit_filter(|line| line.paste(text)),
            Self::Headers(headers) => headers.paste(text),
            Self::Inputs(asked) => asked.paste(text),
            Self::Switch(_) | Self::Choice(_) | Self::More | Self::Button(_) => {}
        }
    }
}

//! The field table: one row for each field of the form, and what the form holds for it.
//!
//! To add a field, add a row; reading, writing, drawing, checking and "has it changed" follow from its kind.

use super::channels::Ticks;
use super::headers::Headers;
use crate::app::line::Line;
use crate::domain::action::{Action, Confirm};
use crate::domain::text::clean;
use crate::domain::time::{format_duration, parse_duration};
use crate::domain::validate::Field;

/// One field of the form.
pub struct FieldSpec {
    /// Its name beside it.
    pub label: &'static str,
    /// One line of help, shown while it is active.
    pub help: &'static str,
    /// What kind it is, and how it reads and writes an action.
    pub kind: Kind,
}

/// The kinds of field.
pub enum Kind {
    /// A line of text.
    Line {
        /// How the validation names it.
        field: Field,
        /// The text for an action.
        read: fn(&Action) -> String,
        /// Puts the text into the action; what is wrong with it where it cannot be read.
        write: fn(&mut Action, &str) -> Option<String>,
    },
    /// The channels, a list to tick.
    Channels,
    /// The headers, rows of name and value.
    Headers,
    /// Yes or no.
    Switch {
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

const CONFIRMS: [Confirm; 3] = [Confirm::None, Confirm::Enter, Confirm::Type];

/// The table, in the order of the screen.
pub const FIELDS: &[FieldSpec] = &[
    FieldSpec {
        label: "Name",
        help: "What the button says: 1 to 64 characters, unique in each of its channels.",
        kind: Kind::Line {
            field: Field::Name,
            read: |action| action.name.clone(),
            write: |action, text| {
                text.trim().clone_into(&mut action.name);
                None
            },
        },
    },
    FieldSpec {
        label: "Channels",
        help: "Where the button appears. Type to filter, arrows move, space ticks.",
        kind: Kind::Channels,
    },
    FieldSpec {
        label: "Endpoint",
        help: "Where the incident is sent by POST, such as https://ci.example/hooks/restart",
        kind: Kind::Line {
            field: Field::Endpoint,
            // A password in it (from an older file) is never shown; the validation refuses it, masked or not.
            read: Action::shown_endpoint,
            write: |action, text| {
                text.trim().clone_into(&mut action.endpoint);
                None
            },
        },
    },
    FieldSpec { label: "Headers", help: "Sent with every request. Ctrl+N adds one.", kind: Kind::Headers },
    FieldSpec {
        label: "Timeout",
        help: "Of the whole run, from 1s to 10m: 10s, 1m30s.",
        kind: Kind::Line {
            field: Field::Timeout,
            read: |action| format_duration(action.timeout_ms),
            write: |action, text| match parse_duration(text) {
                Ok(ms) => {
                    action.timeout_ms = ms;
                    None
                }
                Err(fault) => Some(fault),
            },
        },
    },
    FieldSpec {
        label: "Description",
        help: "What it does, for whoever is about to press it.",
        kind: Kind::Line {
            field: Field::Description,
            read: |action| action.description.clone(),
            write: |action, text| {
                text.clone_into(&mut action.description);
                None
            },
        },
    },
    FieldSpec {
        label: "Enabled",
        help: "Whether it can be pressed. Space switches.",
        kind: Kind::Switch { read: |action| action.enabled, write: |action, on| action.enabled = on },
    },
    FieldSpec {
        label: "Confirm",
        help: "What a press asks for before anything is sent. Space or the arrows choose.",
        kind: Kind::Choice {
            options: &["none", "enter", "type the number"],
            read: |action| CONFIRMS.iter().position(|confirm| *confirm == action.confirm).unwrap_or(1),
            write: |action, at| action.confirm = CONFIRMS.get(at).copied().unwrap_or_default(),
        },
    },
    FieldSpec {
        label: "Save",
        help: "Saves the action. Ctrl+S does so from every field.",
        kind: Kind::Button(Button::Save),
    },
    FieldSpec {
        label: "Cancel",
        help: "Leaves the form; asks if something changed.",
        kind: Kind::Button(Button::Cancel),
    },
];

impl Kind {
    /// What an action has here, in words: for "it is now ...". Clean, and secrets are masked.
    pub(super) fn describe(&self, action: &Action) -> String {
        let listed = |items: Vec<String>| if items.is_empty() { "none".to_owned() } else { items.join(", ") };
        match self {
            Self::Line { read, .. } => format!("\"{}\"", clean(&read(action))),
            Self::Channels => listed(action.slots.keys().map(|key| clean(key.as_str()).into_owned()).collect()),
            Self::Headers => {
                let shown = |header: &crate::domain::action::Header| {
                    format!("{}: {}", clean(&header.name), clean(&header.shown()))
                };
                listed(action.headers.iter().map(shown).collect())
            }
            Self::Switch { read, .. } => if read(action) { "on" } else { "off" }.to_owned(),
            Self::Choice { options, read, .. } => options.get(read(action)).copied().unwrap_or_default().to_owned(),
            Self::Button(_) => String::new(),
        }
    }
}

/// What the form holds for a field.
#[derive(Clone, PartialEq)]
pub enum Value {
    /// The text of a line.
    Line(Line),
    /// The ticked channels.
    Channels(Ticks),
    /// The header rows.
    Headers(Headers),
    /// The state of a switch.
    Switch(bool),
    /// The chosen option.
    Choice(usize),
    /// Buttons hold nothing.
    Button(Button),
}

impl Value {
    pub(super) fn read(kind: &Kind, action: &Action) -> Self {
        match kind {
            Kind::Line { read, .. } => Self::Line(Line::new(read(action))),
            Kind::Channels => Self::Channels(Ticks::read(action)),
            Kind::Headers => Self::Headers(Headers::read(action)),
            Kind::Switch { read, .. } => Self::Switch(read(action)),
            Kind::Choice { read, .. } => Self::Choice(read(action)),
            Kind::Button(button) => Self::Button(*button),
        }
    }

    /// Puts the value into the action; what is wrong where it cannot.
    pub(super) fn write(&self, kind: &Kind, action: &mut Action) -> Option<String> {
        match (self, kind) {
            (Self::Line(line), Kind::Line { write, .. }) => return write(action, line.value()),
            (Self::Channels(ticks), _) => action.slots = ticks.slots(),
            (Self::Headers(headers), _) => action.headers = headers.headers(),
            (Self::Switch(on), Kind::Switch { write, .. }) => write(action, *on),
            (Self::Choice(at), Kind::Choice { write, .. }) => write(action, *at),
            (Self::Line(_) | Self::Switch(_) | Self::Choice(_) | Self::Button(_), _) => {}
        }
        None
    }

    /// Whether both would write the same; where the cursor is does not count.
    pub(super) fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Line(a), Self::Line(b)) => a.value() == b.value(),
            (Self::Channels(a), Self::Channels(b)) => a.ticked() == b.ticked(),
            (Self::Headers(a), Self::Headers(b)) => a.headers() == b.headers(),
            (a, b) => a == b,
        }
    }
}

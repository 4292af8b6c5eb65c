//! What the form holds for a row, and how that is read from an action and written into one.

use super::body;
use super::channels::Ticks;
use super::headers::Headers;
use super::inputs::InputRows;
use super::secret::Secret;
pub use super::table::{Button, FIELDS, FormRow, RowKind, Section};
use super::text::Text;
use crate::app::line::Line;
use crate::domain::action::{Action, Header, Kind, mask_around_references};
use crate::domain::text::clean;

/// What an action has in a row, in words: for "it is now ...". Clean, and secrets are masked.
pub(super) fn describe(row: &FormRow, action: &Action) -> String {
    let listed = |items: Vec<String>| if items.is_empty() { "none".to_owned() } else { items.join(", ") };
    let spec = match &row.kind {
        RowKind::Field(spec) => spec,
        RowKind::Content => return format!("\"{}\"", clean(&body::text(action))),
        RowKind::More | RowKind::Button(_) => return String::new(),
    };
    match &spec.kind {
        Kind::Secret { get, .. } => match get(action) {
            "" => "none".to_owned(),
            secret => clean(&mask_around_references(secret, true)).into_owned(),
        },
        Kind::Channels => listed(action.slots.keys().map(|key| clean(key.as_str()).into_owned()).collect()),
        Kind::Headers => {
            let shown = |header: &Header| format!("{}: {}", clean(&header.name), clean(&header.shown()));
            listed(action.headers.iter().map(shown).collect())
        }
        Kind::Inputs => listed(action.inputs.iter().map(|input| clean(&input.name).into_owned()).collect()),
        Kind::Switch { get, .. } => if get(action) { "on" } else { "off" }.to_owned(),
        Kind::Choice { .. } | Kind::Table { .. } | Kind::Body => match Value::read(&row.kind, action) {
            Value::Choice(at) => row.options().get(at).copied().unwrap_or_default().to_owned(),
            _ => String::new(),
        },
        Kind::Text { .. }
        | Kind::Prose { .. }
        | Kind::Whole { .. }
        | Kind::Time { .. }
        | Kind::OptionalTime { .. }
        | Kind::Pairs { .. }
        | Kind::List { .. } => format!("\"{}\"", clean(&spec.text(action))),
    }
}

/// What the form holds for a field.
#[derive(Clone, PartialEq)]
pub enum Value {
    Line(Line),
    Text(Text),
    Secret(Secret),
    Channels(Ticks),
    Headers(Headers),
    Inputs(InputRows),
    Switch(bool),
    /// The chosen option.
    Choice(usize),
    /// The fold holds nothing: whether it is open is the form's.
    More,
    /// Buttons hold nothing.
    Button(Button),
}

impl Value {
    pub(super) fn read(row: &RowKind, action: &Action) -> Self {
        let spec = match row {
            RowKind::Content => return Self::Text(Text::new(body::text(action))),
            RowKind::More => return Self::More,
            RowKind::Button(button) => return Self::Button(*button),
            RowKind::Field(spec) => spec,
        };
        match &spec.kind {
            Kind::Secret { get, .. } => Self::Secret(Secret::new(get(action).to_owned())),
            Kind::Channels => Self::Channels(Ticks::read(action)),
            Kind::Headers => Self::Headers(Headers::read(action)),
            Kind::Inputs => Self::Inputs(InputRows::read(action)),
            Kind::Switch { get, .. } => Self::Switch(get(action)),
            Kind::Choice { get, .. } => Self::Choice(get(action)),
            Kind::Table { get, .. } => Self::Choice(usize::from(get(action))),
            Kind::Body => Self::Choice(body::kind(action)),
            Kind::Text { .. }
            | Kind::Prose { .. }
            | Kind::Whole { .. }
            | Kind::Time { .. }
            | Kind::OptionalTime { .. }
            | Kind::Pairs { .. }
            | Kind::List { .. } => Self::Line(Line::new(spec.text(action))),
        }
    }

    /// Puts the value into the action; what is wrong where it cannot.
    pub(super) fn write(&self, row: &RowKind, action: &mut Action) -> Option<String> {
        let spec = match (row, self) {
            (RowKind::Field(spec), _) => spec,
            (RowKind::Content, Self::Text(text)) => return body::set_text(action, text.value()),
            _ => return None,
        };
        match (self, &spec.kind) {
            (Self::Line(line), _) => return spec.set_text(action, line.value()).err(),
            (Self::Secret(secret), _) => return spec.set_text(action, secret.line().value()).err(),
            (Self::Channels(ticks), _) => action.slots = ticks.slots(),
            (Self::Headers(headers), _) => action.headers = headers.headers(),
            (Self::Inputs(rows), _) => action.inputs = rows.inputs(),
            (Self::Switch(on), Kind::Switch { set, .. }) => set(action, *on),
            (Self::Choice(at), Kind::Choice { set, .. }) => set(action, *at),
            (Self::Choice(at), Kind::Table { set, .. }) => set(action, *at == 1),
            (Self::Choice(at), Kind::Body) => body::set_kind(action, *at),
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
            Self::Inputs(rows) => rows.leave(),
            Self::Secret(secret) => secret.hide(),
            Self::Channels(ticks) => ticks.edit_filter(Line::clear),
            _ => {}
        }
    }

    /// The cursor comes into the field, from above or from below.
    pub(super) fn enter(&mut self, from_below: bool) {
        match self {
            Self::Headers(headers) => headers.enter(from_below),
            Self::Inputs(rows) => rows.enter(from_below),
            _ => {}
        }
    }

    pub(super) fn undo(&mut self) {
        match self {
            Self::Line(line) => {
                line.undo();
            }
            Self::Text(text) => text.undo(),
            Self::Secret(secret) => secret.undo(),
            Self::Channels(ticks) => ticks.undo(),
            Self::Headers(headers) => headers.undo(),
            Self::Inputs(rows) => rows.undo(),
            Self::Switch(_) | Self::Choice(_) | Self::More | Self::Button(_) => {}
        }
    }

    pub(super) fn paste(&mut self, text: &str) {
        match self {
            Self::Line(line) => line.paste(text),
            Self::Text(area) => area.paste(text),
            Self::Secret(secret) => secret.paste(text),
            Self::Channels(ticks) => ticks.edit_filter(|line| line.paste(text)),
            Self::Headers(headers) => headers.paste(text),
            Self::Inputs(rows) => rows.paste(text),
            Self::Switch(_) | Self::Choice(_) | Self::More | Self::Button(_) => {}
        }
    }
}

//! The form for an action: what was typed so far, what is wrong with it, and what saving it means.
//!
//! The field table is in `fields`; what is wrong and what saving does in `check`; what keys do in `keys`;
//! the two lists in `channels` and `headers`. The form never sends or stores: it gives effects, and hears of a refusal through [`Form::refused`].

use std::fmt;
use std::sync::Arc;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::effect::Effect;
use super::event::Now;
use super::line::Line;
use crate::domain::action::{Action, names_a_secret};
use crate::domain::channel::{Channel, ChannelKey};
use crate::domain::text::clean;
use crate::domain::validate::{Fault, NAME_MAX};

pub mod channels;
mod check;
pub mod fields;
pub mod headers;
mod keys;

pub use check::endpoint_note;
use fields::{FIELDS, Kind, Value};
use headers::Headers;

/// What the form has to know of the world around it.
#[derive(Clone, Copy)]
pub struct FormContext<'a> {
    /// All actions.
    pub actions: &'a [Arc<Action>],
    /// All channels known.
    pub channels: &'a [Channel],
    /// How many actions a channel holds at most, 1 to 9.
    pub max_per_channel: u8,
    /// The names of the configured sources.
    pub sources: &'a [String],
}

/// What the form asks of its caller.
#[derive(Clone, Debug, PartialEq)]
pub enum FormStep {
    /// Nothing; it stays open.
    Stay,
    /// Carry these out; it stays open.
    Effects(Vec<Effect>),
    /// Close it; nothing is lost.
    Close,
    /// Ask whether to leave; something would be lost.
    AskLeave,
}

/// Why the form is open.
#[derive(Clone, Debug, PartialEq)]
enum Purpose {
    Create,
    Edit,
    /// With the name of the action it is like.
    Duplicate(String),
}

/// The form. Its `Debug` shows no text that was typed.
#[derive(Clone, PartialEq)]
pub struct Form {
    purpose: Purpose,
    /// The action as it was opened: what no field shows is kept from here.
    base: Action,
    /// One for each row of the field table.
    values: Vec<Value>,
    initial: Vec<Value>,
    touched: Vec<bool>,
    active: usize,
    /// The action whose stored secrets the header rows hold.
    secrets_of: String,
    /// Whether a save was tried: from then on every fault is told.
    tried: bool,
    saving: bool,
    /// What the last save came to, in clean lines.
    notice: Vec<String>,
    /// What the store refused, and the field's value that it refused.
    refused: Option<(Fault, Value)>,
    /// Whether somebody else's change is shown and not yet saved over.
    conflict: bool,
    saved_at_ms: u64,
}

impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Form")
            .field("title", &self.title())
            .field("field", &self.active)
            .field("changed", &self.changed())
            .field("saving", &self.saving)
            .finish_non_exhaustive()
    }
}

impl Form {
    /// A form for a new action, with a channel ticked where it has room.
    pub fn create(context: &FormContext, ticked: Option<ChannelKey>) -> Self {
        let mut action = Action::new("", "");
        let room = ticked.clone().filter(|key| channels::has_room(context, key));
        action.slots.extend(room.map(|key| (key, 0)));
        let mut form = Self::open(Purpose::Create, action, String::new());
        if let (Some(key), Some(Value::Channels(ticks))) = (ticked, form.find(&Kind::Channels)) {
            ticks.point(key);
        }
        form
    }

    /// A form for an action that exists.
    pub fn edit(_context: &FormContext, action: &Action) -> Self {
        Self::open(Purpose::Edit, action.clone(), action.id.clone())
    }

    /// A form for a new action like this one. Full channels are not ticked.
    pub fn duplicate(context: &FormContext, action: &Action) -> Self {
        let mut copy = Action { id: String::new(), revision: 0, ..action.clone() };
        copy.name = copy_name(context, &action.name);
        copy.slots =
            action.slots.keys().filter(|key| channels::has_room(context, key)).map(|k| (k.clone(), 0)).collect();
        Self::open(Purpose::Duplicate(action.name.clone()), copy, action.id.clone())
    }

    fn open(purpose: Purpose, mut base: Action, secrets_of: String) -> Self {
        if purpose == Purpose::Create {
            base.id.clear();
        }
        let values: Vec<_> = FIELDS.iter().map(|field| Value::read(&field.kind, &base)).collect();
        Self {
            purpose,
            base,
            initial: values.clone(),
            values,
            touched: vec![false; FIELDS.len()],
            active: 0,
            secrets_of,
            tried: false,
            saving: false,
            notice: Vec::new(),
            refused: None,
            conflict: false,
            saved_at_ms: 0,
        }
    }

    /// What stands over the form. Clean.
    pub fn title(&self) -> String {
        match &self.purpose {
            Purpose::Create => "New action".to_owned(),
            Purpose::Edit => format!("Edit {}", clean(&self.base.name)),
            Purpose::Duplicate(name) => format!("New action like {}", clean(name)),
        }
    }

    /// Whether leaving would lose something.
    pub fn changed(&self) -> bool {
        (0..self.values.len()).any(|at| self.differs(at))
    }

    /// What the fields hold, one for each row of [`FIELDS`].
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// The active field's place in [`FIELDS`].
    pub fn active(&self) -> usize {
        self.active
    }

    /// Whether a save is under way.
    pub fn saving(&self) -> bool {
        self.saving
    }

    /// What the last save came to, in clean lines; empty while all is well.
    pub fn notice(&self) -> &[String] {
        &self.notice
    }

    /// One line of help for where the cursor is.
    pub fn help(&self) -> &'static str {
        let Some(Value::Headers(headers)) = self.values.get(self.active) else {
            return FIELDS.get(self.active).map_or("", |field| field.help);
        };
        let (row, column) = headers.cursor();
        match (headers.rows().get(row), column) {
            (None, _) => "Headers are sent with every request. Enter adds one.",
            (Some(_), 0) => "The header's name, such as Authorization. Ctrl+X removes it, Ctrl+N adds another.",
            (Some(row), _) if row.is_untouched() => {
                "A stored secret: typing replaces it, Ctrl+O shows it for 5 seconds."
            }
            (Some(row), _) if names_a_secret(row.name().value()) => {
                "A secret: kept in andon's own store, masked wherever it is shown. Ctrl+O shows it for 5 seconds."
            }
            (Some(_), _) => "The header's value, masked wherever it is shown. Ctrl+O shows it for 5 seconds.",
        }
    }

    /// Hides a revealed value whose time is over.
    pub fn tick(&mut self, now: Now) {
        if self.wakes_at().is_some_and(|until| now.mono_ms >= until)
            && let Some(headers) = self.headers_mut()
        {
            headers.hide();
        }
    }

    /// When the form looks different by itself, monotonic milliseconds.
    pub fn wakes_at(&self) -> Option<u64> {
        self.values.iter().find_map(|value| match value {
            Value::Headers(headers) => headers.revealed_until(),
            _ => None,
        })
    }

    fn headers_mut(&mut self) -> Option<&mut Headers> {
        self.values.iter_mut().find_map(|value| match value {
            Value::Headers(headers) => Some(headers),
            _ => None,
        })
    }

    fn find(&mut self, kind: &Kind) -> Option<&mut Value> {
        let same = |field: &fields::FieldSpec| std::mem::discriminant(&field.kind) == std::mem::discriminant(kind);
        self.values.get_mut(FIELDS.iter().position(same)?)
    }

    fn differs(&self, at: usize) -> bool {
        match (self.values.get(at), self.initial.get(at)) {
            (Some(value), Some(initial)) => !value.same(initial),
            _ => false,
        }
    }
}

/// The text of a line before its cursor.
pub fn before_cursor(line: &Line) -> &str {
    let (mut columns, mut bytes) = (0, 0);
    // Asked once: it measures the whole line.
    let cursor = line.cursor();
    for grapheme in line.value().graphemes(true) {
        columns += grapheme.width();
        if columns > cursor {
            break;
        }
        bytes += grapheme.len();
    }
    line.value().get(..bytes).unwrap_or_default()
}

/// A name for a copy that no action has yet, within the limit of a name.
fn copy_name(context: &FormContext, name: &str) -> String {
    let taken = |name: &str| context.actions.iter().any(|action| action.name == name);
    let with = |end: String| {
        let stem: String = name.chars().take(NAME_MAX - end.chars().count()).collect();
        format!("{}{end}", stem.trim_end())
    };
    let numbered = (2..=99).map(|n| with(format!(" copy {n}")));
    std::iter::once(with(" copy".to_owned())).chain(numbered).find(|name| !taken(name)).unwrap_or_default()
}

//! The form for an action: what was typed so far, what is wrong with it, and what saving it means.
//!
//! Its rows are made of the field table in `table`, what they hold is in `fields`; what is wrong and what saving does in
//! `check`; what keys do in `keys`; the lists in `channels`, `headers` and `inputs`; the other values in `text`, `secret` and `body`; what
//! expressions come to in `preview`; what to begin from in `presets`. The form never sends or stores: it gives effects,
//! and hears of a refusal through [`Form::refused`].

use std::fmt;
use std::sync::Arc;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::effect::Effect;
use super::event::Now;
use super::keymap::Context;
use super::keys::Keys;
use super::line::Line;
use crate::domain::action::Action;
use crate::domain::channel::{Channel, ChannelKey};
use crate::domain::preset::Preset;
use crate::domain::text::clean;
use crate::domain::validate::{Field, FieldFault, NAME_MAX};

mod body;
pub mod channels;
mod check;
pub mod fields;
pub mod headers;
mod help;
pub mod inputs;
mod keys;
pub mod presets;
pub mod preview;
pub mod secret;
mod table;
pub mod text;

pub use check::endpoint_note;
use fields::{FIELDS, FormRow, Value};
use headers::Headers;
use presets::{Filled, Picker};
use preview::Preview;

/// What the form has to know of the world around it.
#[derive(Clone, Copy)]
pub struct FormContext<'a> {
    pub actions: &'a [Arc<Action>],
    pub channels: &'a [Channel],
    /// How many actions a channel holds at most, 1 to 9.
    pub max_per_channel: u8,
    /// The names of the configured sources.
    pub sources: &'a [String],
    pub presets: &'a [Preset],
    /// The keys as the configuration has them.
    pub keys: &'a Keys,
}

impl FormContext<'_> {
    /// A text with its keys.
    pub fn hint(&self, text: &str) -> String {
        self.keys.hint(Context::Form, text)
    }
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
// Independent facts of what was typed so far, not a state in disguise.
#[allow(clippy::struct_excessive_bools)]
pub struct Form {
    purpose: Purpose,
    /// The action as it was opened: what no field shows is kept from here.
    base: Action,
    /// One for each row of the field table.
    values: Vec<Value>,
    initial: Vec<Value>,
    /// What an action has where nobody said anything: what is like it may be folded away.
    plain: Vec<Value>,
    touched: Vec<bool>,
    active: usize,
    /// Whether everything below the fold is shown.
    more: bool,
    preview: Preview,
    /// The list of presets, where it is open.
    picker: Option<Picker>,
    /// What the form held before and after a preset filled it.
    filled: Option<Filled>,
    /// What the last key did, where that is not seen by itself; until the next.
    said: Option<String>,
    /// The action whose stored secrets the header rows hold.
    secrets_of: String,
    /// Whether a save was tried: from then on every fault is told.
    tried: bool,
    saving: bool,
    /// What the last save came to, in clean lines.
    notice: Vec<String>,
    /// What the store refused, and the field's value that it refused.
    refused: Option<(FieldFault, Value)>,
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
        if let (Some(key), Some(Value::Channels(ticks))) = (ticked, form.find(Field::CHANNELS)) {
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
        let values = values_of(&base);
        Self {
            purpose,
            base,
            initial: values.clone(),
            values,
            plain: values_of(&Action::new("", "")),
            touched: vec![false; FIELDS.len()],
            active: 0,
            more: false,
            preview: Preview::default(),
            picker: None,
            filled: None,
            said: None,
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

    /// Whether a button under the fields has the keys.
    pub fn on_button(&self) -> bool {
        self.picker.is_none() && matches!(self.values.get(self.active), Some(Value::Button(_)))
    }

    pub fn saving(&self) -> bool {
        self.saving
    }

    /// What the last save came to, in clean lines; empty while all is well.
    pub fn notice(&self) -> &[String] {
        &self.notice
    }

    /// What the last key did, where that is not seen by itself. Clean.
    pub fn said(&self) -> Option<&str> {
        self.said.as_deref()
    }

    /// Whether everything below the fold is shown.
    pub fn shows_more(&self) -> bool {
        self.more
    }

    /// The list of presets, where it is open.
    pub fn picker(&self) -> Option<&Picker> {
        self.picker.as_ref()
    }

    /// Whether the field at this place of the table is there now: folded fields are while they differ from what an
    /// action has by default, while the cursor is in them, and while the fold is open.
    pub fn shows(&self, at: usize) -> bool {
        let Some(spec) = FIELDS.get(at) else {
            return false;
        };
        self.is_brought(spec)
            && (!spec.section.folds() || self.more || at == self.active || spec.needs.is_some() || self.says_more(at))
    }

    pub fn folded(&self) -> usize {
        (0..FIELDS.len())
            .filter(|at| FIELDS.get(*at).is_some_and(|spec| spec.needs.is_none()) && !self.shows(*at))
            .count()
    }

    fn says_more(&self, at: usize) -> bool {
        self.values.get(at).zip(self.plain.get(at)).is_some_and(|(value, plain)| !value.same(plain))
    }

    /// Whether the choice that brings the row does.
    fn is_brought(&self, row: &FormRow) -> bool {
        let Some(needs) = row.needs else { return true };
        let chosen = FIELDS.iter().position(|row| row.is(needs)).and_then(|at| self.values.get(at));
        !matches!(chosen, Some(Value::Choice(0)))
    }

    /// Hides revealed values whose time is over.
    pub fn tick(&mut self, now: Now) {
        for value in &mut self.values {
            if value.revealed_until().is_some_and(|until| now.mono_ms >= until) {
                value.hide();
            }
        }
    }

    /// When the form looks different by itself, monotonic milliseconds.
    pub fn wakes_at(&self) -> Option<u64> {
        self.values.iter().filter_map(Value::revealed_until).min()
    }

    fn headers_mut(&mut self) -> Option<&mut Headers> {
        self.values.iter_mut().find_map(|value| match value {
            Value::Headers(headers) => Some(headers),
            _ => None,
        })
    }

    fn find(&mut self, field: Field) -> Option<&mut Value> {
        self.values.get_mut(FIELDS.iter().position(|row| row.is(field))?)
    }

    fn differs(&self, at: usize) -> bool {
        match (self.values.get(at), self.initial.get(at)) {
            (Some(value), Some(initial)) => !value.same(initial),
            _ => false,
        }
    }
}

fn values_of(action: &Action) -> Vec<Value> {
    FIELDS.iter().map(|field| Value::read(&field.kind, action)).collect()
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

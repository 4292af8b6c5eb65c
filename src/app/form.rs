//! The form for an action.

use std::sync::Arc;

use crossterm::event::KeyEvent;

use super::effect::Effect;
use super::event::{Now, SaveRefusal};
use super::keymap::Command;
use crate::domain::action::Action;
use crate::domain::channel::{Channel, ChannelKey};

/// What the form needs to know of the rest.
pub struct FormContext<'a> {
    /// All actions.
    pub actions: &'a [Arc<Action>],
    /// All channels known, by key.
    pub channels: &'a [Channel],
    /// How many actions a channel holds.
    pub max_per_channel: u8,
    /// The configured sources' names.
    pub sources: &'a [String],
}

/// What a key in the form leads to.
pub enum FormStep {
    /// Nothing outside.
    Stay,
    /// These effects.
    Effects(Vec<Effect>),
    /// The form closes.
    Close,
    /// Something changed: ask before it closes.
    AskLeave,
}

/// An action being written.
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    action: Action,
    changed: bool,
    refusal: Option<String>,
}

impl Form {
    /// A new action, one channel ticked.
    pub fn create(_context: &FormContext<'_>, ticked: Option<ChannelKey>) -> Self {
        let mut action = Action::new("", "");
        action.slots.extend(ticked.map(|key| (key, 0)));
        Self { action, changed: false, refusal: None }
    }

    /// An action that is there.
    pub fn edit(_context: &FormContext<'_>, action: &Action) -> Self {
        Self { action: action.clone(), changed: false, refusal: None }
    }

    /// A new action like this one.
    pub fn duplicate(_context: &FormContext<'_>, action: &Action) -> Self {
        let action = Action { id: String::new(), revision: 0, name: format!("{} copy", action.name), ..action.clone() };
        Self { action, changed: true, refusal: None }
    }

    /// Does what a key means.
    pub fn command(&mut self, _context: &FormContext<'_>, _now: Now, command: Command) -> FormStep {
        match command {
            Command::Save => FormStep::Effects(vec![Effect::Save(Box::new(self.action.clone()))]),
            Command::Back if self.changed => FormStep::AskLeave,
            Command::Back => FormStep::Close,
            _ => FormStep::Stay,
        }
    }

    /// Takes a key that is text.
    pub fn key(&mut self, _context: &FormContext<'_>, _now: Now, key: KeyEvent) -> FormStep {
        if let crossterm::event::KeyCode::Char(ch) = key.code {
            self.action.name.push(ch);
            self.changed = true;
        }
        FormStep::Stay
    }

    /// Takes pasted text.
    pub fn paste(&mut self, _context: &FormContext<'_>, text: &str) -> FormStep {
        self.action.name.push_str(text);
        self.changed = true;
        FormStep::Stay
    }

    /// Lets time pass.
    pub fn tick(&mut self, _now: Now) {}

    /// When it wants to be drawn again, monotonic milliseconds.
    pub fn wakes_at(&self) -> Option<u64> {
        None
    }

    /// Shows why it was not saved.
    pub fn refused(&mut self, _context: &FormContext<'_>, refusal: SaveRefusal) {
        self.refusal = Some(refusal.message);
    }

    /// Whether something changed.
    pub fn changed(&self) -> bool {
        self.changed
    }

    /// What the form is for.
    pub fn title(&self) -> String {
        let what = if self.action.revision == 0 { "New action" } else { "Edit" };
        format!("{what} {} {}", self.action.name, self.refusal.as_deref().unwrap_or_default())
    }
}

//! How the input stage has to take keys now: a function of the model, never stored.

use crossterm::event::KeyEvent;

use super::keymap::{Context, KeyClass, Typing};
use super::keys::Keys;
use super::model::Model;

/// Where a key would act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Focus {
    pub context: Context,
    /// Whether a button of a dialog has them, not one of its fields.
    pub on_button: bool,
}

/// The rules of a moment.
#[derive(Clone, Copy, Debug)]
pub struct InputRules<'a> {
    keys: &'a Keys,
    focus: Focus,
}

impl<'a> InputRules<'a> {
    /// The rules for keys that act there.
    pub fn new(keys: &'a Keys, focus: Focus) -> Self {
        Self { keys, focus }
    }

    pub fn focus(&self) -> Focus {
        self.focus
    }

    /// What a character is that means nothing else.
    pub fn typing(&self) -> Typing {
        if self.focus.on_button { Typing::Nothing } else { self.focus.context.typing() }
    }

    /// How this key is taken: never `ActsOnButton`, which depends on where the keys are.
    pub fn class(&self, key: KeyEvent) -> KeyClass {
        match self.keys.find(self.focus.context, key).map(|row| row.binding.class) {
            Some(KeyClass::ActsOnButton) if !self.focus.on_button => KeyClass::AtOnce,
            // The space bar presses a button, too.
            Some(KeyClass::ActsOnButton) => KeyClass::Acts,
            None if self.focus.on_button => KeyClass::Acts,
            Some(class) => class,
            None => KeyClass::AtOnce,
        }
    }
}

impl Model {
    /// How the input stage has to take keys now.
    pub fn input_rules(&self) -> InputRules<'_> {
        InputRules::new(&self.settings.keys, Focus { context: self.context(), on_button: self.modes.top().on_button() })
    }
}

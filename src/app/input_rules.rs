//! How the input stage has to take keys now: a function of the model, never stored.

use crossterm::event::KeyEvent;

use super::activity::run_id;
use super::keymap::{Context, KeyClass, Typing};
use super::keys::Keys;
use super::model::Model;
use super::modes::Mode;
use super::operation::dialog::Dialog;

/// Where a key would act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Focus {
    /// What has the keys.
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

    /// Where a key would act.
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
        InputRules::new(&self.settings.keys, Focus { context: self.context(), on_button: self.on_button() })
    }

    fn on_button(&self) -> bool {
        match self.modes.top() {
            Mode::Asking(asking) => asking.on_button(),
            Mode::Form(form) => form.on_button(),
            Mode::Handle(handle) => matches!(handle.dialog, Dialog::Comment { button: true, .. }),
            Mode::Browse
            | Mode::Detail(_)
            | Mode::Filter(_)
            | Mode::PickButton
            | Mode::Confirm(_)
            | Mode::LogDetail(_)
            | Mode::Again(_)
            | Mode::Findings(_)
            | Mode::Help(_)
            | Mode::Ask(_) => false,
        }
    }

    /// What tells the dialog that has the keys from any other: another one must be seen before keys count in it.
    pub fn dialog_id(&self) -> Option<String> {
        match self.modes.top() {
            Mode::Browse | Mode::Detail(_) | Mode::Filter(_) | Mode::Help(_) => None,
            Mode::PickButton => Some("pick a button".to_owned()),
            Mode::Asking(asking) => Some(format!("asking {} {}", asking.action.id, asking.target)),
            Mode::Confirm(confirm) => Some(format!("confirm {}", confirm.id())),
            Mode::Form(form) => Some(format!("form {}", form.title())),
            Mode::LogDetail(open) => Some(format!("line {} {:?}", open.activity.at_ms, run_id(&open.activity))),
            Mode::Again(again) => Some(format!("again {}", again.run.id)),
            Mode::Findings(findings) => Some(format!("findings {}", findings.action)),
            Mode::Handle(handle) => Some(handle.id().to_owned()),
            Mode::Ask(ask) => Some(ask.id()),
        }
    }
}

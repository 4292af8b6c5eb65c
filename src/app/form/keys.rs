//! What commands, keys and pastes do to the form.

use crossterm::event::{KeyCode, KeyEvent};

use super::fields::{Button, FIELDS, Value};
use super::{Effect, Form, FormContext, FormStep};
use crate::app::command::Command::{Answer, Copy, Edit, Move, Open};
use crate::app::command::{Command, FieldCommand, Motion};
use crate::app::event::Now;
use crate::app::keymap::Context;
use crate::app::layer::Layer;
use crate::app::state::place::Place;

impl Form {
    /// Carries out a command of the key table.
    pub fn command(&mut self, context: &FormContext, now: Now, command: Command) -> FormStep {
        self.tick(now);
        // Whoever asks to leave finds it as it was where the answer is no.
        if command != Command::Back {
            self.said = None;
        }
        if self.picker.is_some() {
            self.in_picker(context, command);
            return FormStep::Stay;
        }
        match command {
            Command::Back => return self.leave(),
            Edit(FieldCommand::Save) => return self.save(context, now),
            _ if self.saving => {}
            Edit(FieldCommand::NextField) => self.step(context, true, false),
            Edit(FieldCommand::PrevField) => self.step(context, false, false),
            Move(Motion::Down) => self.step(context, true, true),
            Move(Motion::Up) => self.step(context, false, true),
            Open => return self.open_active(context, now),
            Edit(FieldCommand::Toggle) => self.toggle(context, true),
            Edit(FieldCommand::AddHeader) => self.add_row(),
            Edit(FieldCommand::RemoveHeader) => self.remove_row(),
            Edit(FieldCommand::Presets) => self.pick(context),
            Edit(FieldCommand::Undo) => self.undo(),
            Edit(FieldCommand::Reveal) => return self.reveal(now),
            // The other commands belong to other screens.
            // The last belong to a comment and to the filter.
            Move(_)
            | Command::Place(_)
            | Copy(_)
            | Answer(_)
            | Edit(
                FieldCommand::Editor
                | FieldCommand::Complete
                | FieldCommand::CompleteBack
                | FieldCommand::Older
                | FieldCommand::Newer,
            ) => {}
        }
        FormStep::Stay
    }

    /// A command while the list of presets is open.
    fn in_picker(&mut self, context: &FormContext, command: Command) {
        let Some(picker) = &mut self.picker else {
            return;
        };
        match command {
            Move(Motion::Down) | Edit(FieldCommand::NextField) => picker.step(context, true),
            Move(Motion::Up) | Edit(FieldCommand::PrevField) => picker.step(context, false),
            Open => self.choose(context),
            Command::Back | Edit(FieldCommand::Presets) => self.picker = None,
            Edit(FieldCommand::Undo) => picker.edit(|line| {
                line.undo();
            }),
            Move(_) | Command::Place(_) | Copy(_) | Edit(_) | Answer(_) => {}
        }
    }

    /// Handles a key that the table does not know here: text and the keys of a line.
    pub fn key(&mut self, context: &FormContext, now: Now, key: KeyEvent) -> FormStep {
        self.tick(now);
        self.said = None;
        if self.saving {
            return FormStep::Stay;
        }
        if let Some(picker) = &mut self.picker {
            picker.key(key);
            return FormStep::Stay;
        }
        let space = key.code == KeyCode::Char(' ');
        match self.values.get_mut(self.active) {
            Some(Value::Line(line)) => {
                line.key(key);
            }
            Some(Value::Text(text)) => text.key(key),
            Some(Value::Secret(secret)) => secret.key(key),
            Some(Value::Channels(_)) if space => self.toggle(context, true),
            Some(Value::Channels(ticks)) => ticks.edit_filter(|line| {
                line.key(key);
            }),
            Some(Value::Headers(headers)) => {
                if space && headers.cursor().0 == headers.rows().len() {
                    headers.add();
                } else {
                    headers.key(key);
                }
            }
            Some(Value::Inputs(asked)) => asked.key(key),
            Some(Value::Switch(_) | Value::Choice(_)) => match key.code {
                KeyCode::Char(' ') | KeyCode::Right => self.toggle(context, true),
                KeyCode::Left => self.toggle(context, false),
                _ => {}
            },
            Some(Value::More | Value::Button(_)) => match key.code {
                KeyCode::Char(' ') => return self.open_active(context, now),
                KeyCode::Right => self.step(context, true, false),
                KeyCode::Left => self.step(context, false, false),
                _ => {}
            },
            None => {}
        }
        self.note_change();
        FormStep::Stay
    }

    pub fn paste(&mut self, _context: &FormContext, text: &str) -> FormStep {
        if self.saving {
            return FormStep::Stay;
        }
        if let Some(picker) = &mut self.picker {
            picker.edit(|line| line.paste(text));
            return FormStep::Stay;
        }
        if let Some(value) = self.values.get_mut(self.active) {
            value.paste(text);
        }
        self.note_change();
        FormStep::Stay
    }

    fn leave(&self) -> FormStep {
        if self.saving || self.changed() { FormStep::AskLeave } else { FormStep::Close }
    }

    /// Enter: what it means depends on the field.
    fn open_active(&mut self, context: &FormContext, now: Now) -> FormStep {
        match self.values.get_mut(self.active) {
            Some(Value::Button(Button::Save)) => return self.save(context, now),
            Some(Value::Button(Button::Cancel)) => return self.leave(),
            Some(Value::More) => self.more = !self.more,
            Some(Value::Channels(_) | Value::Switch(_) | Value::Choice(_)) => self.toggle(context, true),
            Some(Value::Headers(headers)) if headers.cursor().0 == headers.rows().len() => headers.add(),
            Some(Value::Inputs(asked)) if asked.cursor().is_none() => asked.add(),
            Some(Value::Text(text)) => text.insert("\n"),
            Some(Value::Headers(_) | Value::Inputs(_) | Value::Line(_) | Value::Secret(_)) | None => {
                self.step(context, true, false);
            }
        }
        self.note_change();
        FormStep::Stay
    }

    fn toggle(&mut self, context: &FormContext, forward: bool) {
        let options = FIELDS.get(self.active).map_or(0, |row| row.options().len()).max(1);
        match self.values.get_mut(self.active) {
            Some(Value::Channels(ticks)) => ticks.toggle(context),
            Some(Value::Inputs(asked)) => {
                asked.toggle(forward);
            }
            Some(Value::Switch(on)) => *on = !*on,
            Some(Value::Choice(at)) => *at = (*at + if forward { 1 } else { options - 1 }) % options,
            Some(Value::More) => self.more = !self.more,
            Some(Value::Line(_) | Value::Text(_) | Value::Secret(_) | Value::Headers(_) | Value::Button(_)) | None => {}
        }
        self.note_change();
    }

    fn undo(&mut self) {
        if self.unfill() {
            return;
        }
        if let Some(value) = self.values.get_mut(self.active) {
            value.undo();
        }
        self.note_change();
    }

    /// To the next stop or the one before; `row` moves inside lists by row until their end.
    fn step(&mut self, context: &FormContext, forward: bool, row: bool) {
        let inside = match self.values.get_mut(self.active) {
            Some(Value::Channels(ticks)) => row && ticks.step(context, forward),
            Some(Value::Text(text)) => row && text.step(forward),
            Some(Value::Headers(headers)) => headers.step(forward, row),
            Some(Value::Inputs(asked)) => asked.step(forward, row),
            _ => false,
        };
        if inside {
            return;
        }
        let fields = self.values.len();
        let beside = |at: usize| (at + if forward { 1 } else { fields - 1 }) % fields;
        let mut to = beside(self.active);
        while !self.shows(to) {
            to = beside(to);
        }
        self.go(to, !forward);
    }

    /// To a field; into its last stop where it is entered from below. A field that was left is touched.
    pub(super) fn go(&mut self, field: usize, from_below: bool) {
        if let Some(value) = self.values.get_mut(self.active) {
            value.leave();
        }
        if let Some(touched) = self.touched.get_mut(self.active) {
            *touched = true;
        }
        self.active = field;
        if let Some(value) = self.values.get_mut(field) {
            value.enter(from_below);
        }
    }

    /// Adds an input where the cursor is among them, else a header.
    fn add_row(&mut self) {
        if let Some(Value::Inputs(asked)) = self.values.get_mut(self.active) {
            asked.add();
            return;
        }
        if let Some(at) = self.values.iter().position(|value| matches!(value, Value::Headers(_))) {
            if at != self.active {
                self.go(at, false);
            }
            if let Some(headers) = self.headers_mut() {
                headers.add();
            }
        }
    }

    fn remove_row(&mut self) {
        match self.values.get_mut(self.active) {
            Some(Value::Headers(headers)) => headers.remove(),
            Some(Value::Inputs(asked)) => asked.remove(),
            _ => {}
        }
        self.note_change();
    }

    fn reveal(&mut self, now: Now) -> FormStep {
        let shown = match self.values.get_mut(self.active) {
            Some(Value::Headers(headers)) => headers.reveal(now.mono_ms),
            Some(Value::Secret(secret)) => {
                let label = FIELDS.get(self.active).map_or("", |field| field.label);
                secret.reveal(now.mono_ms).then(|| format!("({})", label.to_lowercase()))
            }
            _ => None,
        };
        match shown {
            Some(header) => FormStep::Effects(vec![Effect::NoteShown { action: self.secrets_of.clone(), header }]),
            None => FormStep::Stay,
        }
    }

    /// After a key: a field that says something else than at the start is touched.
    fn note_change(&mut self) {
        let differs = self.differs(self.active);
        if let Some(touched) = self.touched.get_mut(self.active) {
            *touched |= differs;
        }
    }
}

/// Keys and pastes need a [`FormContext`]: they come by [`Form::key`] and [`Form::paste`].
impl Layer for Form {
    fn context(&self, _: Place) -> Context {
        Context::Form
    }

    fn id(&self) -> Option<String> {
        Some(format!("form {}", self.title()))
    }

    fn on_button(&self) -> bool {
        Self::on_button(self)
    }

    fn covers(&self) -> bool {
        true
    }
}

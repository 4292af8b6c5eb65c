//! What commands, keys and pastes do to the form.

use crossterm::event::{KeyCode, KeyEvent};

use super::fields::{Button, FIELDS, Kind, Value};
use super::headers::Headers;
use super::{Effect, Form, FormContext, FormStep, Line};
use crate::app::event::Now;
use crate::app::keymap::Command;

impl Form {
    /// Carries out a command of the key table.
    pub fn command(&mut self, context: &FormContext, now: Now, command: Command) -> FormStep {
        self.tick(now);
        match command {
            Command::Back => return self.leave(),
            Command::Save => return self.save(context, now),
            _ if self.saving => {}
            Command::NextField => self.step(context, true, false),
            Command::PrevField => self.step(context, false, false),
            Command::Down => self.step(context, true, true),
            Command::Up => self.step(context, false, true),
            Command::Open => return self.open_active(context, now),
            Command::Toggle => self.toggle(context, true),
            Command::AddHeader => self.add_header(),
            Command::RemoveHeader => self.edit_headers(Headers::remove),
            Command::Undo => self.undo(),
            Command::Reveal => return self.reveal(now),
            // The other commands belong to other screens.
            _ => {}
        }
        FormStep::Stay
    }

    /// Handles a key that the table does not know here: text and the keys of a line.
    pub fn key(&mut self, context: &FormContext, now: Now, key: KeyEvent) -> FormStep {
        self.tick(now);
        if self.saving {
            return FormStep::Stay;
        }
        let space = key.code == KeyCode::Char(' ');
        match self.values.get_mut(self.active) {
            Some(Value::Line(line)) => {
                line.key(key);
            }
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
            Some(Value::Switch(_) | Value::Choice(_)) => match key.code {
                KeyCode::Char(' ') | KeyCode::Right => self.toggle(context, true),
                KeyCode::Left => self.toggle(context, false),
                _ => {}
            },
            Some(Value::Button(_)) => match key.code {
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

    /// Takes pasted text, in one piece.
    pub fn paste(&mut self, _context: &FormContext, text: &str) -> FormStep {
        if !self.saving {
            match self.values.get_mut(self.active) {
                Some(Value::Line(line)) => line.paste(text),
                Some(Value::Channels(ticks)) => ticks.edit_filter(|line| line.paste(text)),
                Some(Value::Headers(headers)) => headers.paste(text),
                Some(Value::Switch(_) | Value::Choice(_) | Value::Button(_)) | None => {}
            }
            self.note_change();
        }
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
            Some(Value::Channels(_) | Value::Switch(_) | Value::Choice(_)) => self.toggle(context, true),
            Some(Value::Headers(headers)) if headers.cursor().0 == headers.rows().len() => headers.add(),
            Some(Value::Headers(_) | Value::Line(_)) | None => self.step(context, true, false),
        }
        FormStep::Stay
    }

    fn toggle(&mut self, context: &FormContext, forward: bool) {
        let options = match FIELDS.get(self.active).map(|field| &field.kind) {
            Some(Kind::Choice { options, .. }) => options.len(),
            _ => 1,
        };
        match self.values.get_mut(self.active) {
            Some(Value::Channels(ticks)) => ticks.toggle(context),
            Some(Value::Switch(on)) => *on = !*on,
            Some(Value::Choice(at)) => *at = (*at + if forward { 1 } else { options - 1 }) % options,
            Some(Value::Line(_) | Value::Headers(_) | Value::Button(_)) | None => {}
        }
        self.note_change();
    }

    fn undo(&mut self) {
        match self.values.get_mut(self.active) {
            Some(Value::Line(line)) => {
                line.undo();
            }
            Some(Value::Channels(ticks)) => ticks.undo(),
            Some(Value::Headers(headers)) => headers.undo(),
            Some(Value::Switch(_) | Value::Choice(_) | Value::Button(_)) | None => {}
        }
        self.note_change();
    }

    /// To the next stop or the one before; `row` moves inside lists by row until their end.
    fn step(&mut self, context: &FormContext, forward: bool, row: bool) {
        let inside = match self.values.get_mut(self.active) {
            Some(Value::Channels(ticks)) => row && ticks.step(context, forward),
            Some(Value::Headers(headers)) => headers.step(forward, row),
            _ => false,
        };
        if !inside {
            let fields = self.values.len();
            self.go((self.active + if forward { 1 } else { fields - 1 }) % fields, !forward);
        }
    }

    /// To a field; into its last stop where it is entered from below. A field that was left is touched.
    pub(super) fn go(&mut self, field: usize, from_below: bool) {
        match self.values.get_mut(self.active) {
            Some(Value::Headers(headers)) => headers.leave(),
            Some(Value::Channels(ticks)) => ticks.edit_filter(Line::clear),
            _ => {}
        }
        if let Some(touched) = self.touched.get_mut(self.active) {
            *touched = true;
        }
        self.active = field;
        if let Some(Value::Headers(headers)) = self.values.get_mut(field) {
            headers.enter(from_below);
        }
    }

    fn add_header(&mut self) {
        if let Some(at) = self.values.iter().position(|value| matches!(value, Value::Headers(_))) {
            if at != self.active {
                self.go(at, false);
            }
            self.edit_headers(Headers::add);
        }
    }

    fn edit_headers(&mut self, edit: fn(&mut Headers)) {
        if let Some(Value::Headers(headers)) = self.values.get_mut(self.active) {
            edit(headers);
            self.note_change();
        }
    }

    fn reveal(&mut self, now: Now) -> FormStep {
        let Some(Value::Headers(headers)) = self.values.get_mut(self.active) else {
            return FormStep::Stay;
        };
        match headers.reveal(now.mono_ms) {
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

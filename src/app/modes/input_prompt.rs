//! What an action asks at the press: a dialog of a few fields, before anything is shown or sent.

use std::fmt;
use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use serde_json::{Map, Value};

use crate::app::command::{Command, FieldCommand, Motion};
use crate::app::incidents::Selection;
use crate::app::keymap::Context;
use crate::app::layer::{Layer, Step};
use crate::app::line::Line;
use crate::app::state::place::Place;
use crate::domain::action::{Action, Input, InputKind};
use crate::domain::request::Inputs;

/// What becomes of the answers.
#[derive(Clone, Debug, PartialEq)]
pub enum Purpose {
    Press {
        /// Which incidents it is for.
        on: Selection,
        /// Whether the request says that it is a test.
        test: bool,
    },
    /// The same press again: only secret values are asked.
    Resend {
        /// The run that is sent again.
        run: String,
    },
}

/// What is typed or chosen in a field.
#[derive(Clone, PartialEq)]
pub enum Answer {
    Text(Line),
    /// One of these words, or none.
    Pick {
        /// What can be chosen.
        options: Vec<String>,
        /// What is chosen.
        at: Option<usize>,
    },
}

/// Where an answer that nobody has touched comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offered {
    /// It is the action's default.
    Default,
    /// It was answered so another time.
    Before,
}

impl Offered {
    /// The word beside it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Before => "as before",
        }
    }
}

#[derive(Clone, PartialEq)]
pub struct Field {
    pub input: Input,
    pub answer: Answer,
    /// Where the answer comes from, until somebody types or chooses: the first letter then takes its place.
    pub offered: Option<Offered>,
    left: bool,
}

impl fmt::Debug for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Field({})", self.input.name)
    }
}

impl Field {
    fn new(input: &Input, before: Option<&Value>) -> Self {
        let (text, offered) = match before {
            Some(Value::String(text)) => (text.clone(), Offered::Before),
            Some(Value::Null) | None => (input.default_text(), Offered::Default),
            Some(value) => (value.to_string(), Offered::Before),
        };
        let pick = |options: Vec<String>, chosen: &str| {
            let at = options.iter().position(|option| option == chosen);
            Answer::Pick { options, at }
        };
        let answer = match input.kind {
            InputKind::Boolean => {
                let word = match text.as_str() {
                    "true" => "yes",
                    "false" => "no",
                    other => other,
                };
                pick(vec!["yes".to_owned(), "no".to_owned()], word)
            }
            InputKind::Choice => pick(input.choices.clone(), &text),
            // A secret's default would be a secret in the action's text: it is asked.
            InputKind::Secret => Answer::Text(Line::new("")),
            InputKind::String | InputKind::Number => Answer::Text(Line::new(text)),
        };
        let mut field = Self { input: input.clone(), answer, offered: None, left: false };
        field.offered = (!field.text().is_empty()).then_some(offered);
        field
    }

    fn text(&self) -> &str {
        match &self.answer {
            Answer::Text(line) => line.value(),
            Answer::Pick { options, at } => at.and_then(|at| options.get(at)).map_or("", String::as_str),
        }
    }

    /// A key in a line: what was only offered makes way for the first letter, and stays for a key that edits it.
    fn key(&mut self, key: KeyEvent) {
        let offered = self.offered.take().is_some();
        if let Answer::Text(line) = &mut self.answer {
            match key.code {
                KeyCode::Char(ch)
                    if offered && !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) =>
                {
                    line.set(&ch.to_string());
                }
                _ => {
                    line.key(key);
                }
            }
        }
    }

    fn paste(&mut self, text: &str) {
        let offered = self.offered.take().is_some();
        if let Answer::Text(line) = &mut self.answer {
            if offered {
                line.clear();
            }
            line.paste(text);
        }
    }

    fn turn(&mut self, forward: bool) {
        self.offered = None;
        let required = self.input.required;
        if let Answer::Pick { options, at } = &mut self.answer {
            let last = options.len().checked_sub(1);
            *at = match (*at, forward) {
                (None, true) => last.map(|_| 0),
                (None, false) => last,
                (Some(now), true) if Some(now) < last => Some(now + 1),
                (Some(_), true) => last.filter(|_| required).map(|_| 0),
                (Some(0), false) => last.filter(|_| required),
                (Some(now), false) => Some(now - 1),
            };
        }
    }
}

/// Every field is answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Answered {
    pub purpose: Purpose,
    /// The action that asked, as it was then.
    pub action: Arc<Action>,
    pub inputs: Inputs,
}

/// The dialog.
#[derive(Clone, Debug, PartialEq)]
pub struct InputPrompt {
    pub purpose: Purpose,
    /// The action that asks, as it was when the dialog opened.
    pub action: Arc<Action>,
    /// Whom it is for, in words; clean.
    pub target: String,
    /// Whether going on sends, because no confirm follows.
    pub sends: bool,
    fields: Vec<Field>,
    active: usize,
    tried: bool,
}

impl InputPrompt {
    /// Asks what the action asks, for `purpose`; `before` holds what was answered another time.
    pub fn new(purpose: Purpose, action: Arc<Action>, target: String, before: &Map<String, Value>) -> Self {
        let again = matches!(purpose, Purpose::Resend { .. });
        let asked = action.inputs.iter().filter(|input| !again || input.is_secret());
        let fields = asked.map(|input| Field::new(input, before.get(&input.name))).collect();
        Self { purpose, action, target, sends: false, fields, active: 0, tried: false }
    }

    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The place of the field that has the keys; the number of fields for the button under them.
    pub fn active(&self) -> usize {
        self.active
    }

    /// What is wrong with a field, where that is to be shown: after it was left, or after going on was tried.
    pub fn fault(&self, at: usize) -> Option<String> {
        let field = self.fields.get(at)?;
        let shown = self.tried || field.left;
        field.input.accept(field.text()).err().filter(|_| shown)
    }

    pub fn command(&mut self, command: Command) -> Step<Answered> {
        match command {
            Command::Back => return Step::Close,
            Command::Edit(FieldCommand::NextField) | Command::Move(Motion::Down) => {
                self.go((self.active + 1) % (self.fields.len() + 1));
            }
            Command::Edit(FieldCommand::PrevField) | Command::Move(Motion::Up) => {
                self.go(self.active.checked_sub(1).unwrap_or(self.fields.len()));
            }
            Command::Edit(FieldCommand::Toggle) => self.turn(true),
            Command::Edit(FieldCommand::Undo) => {
                if let Some(Answer::Text(line)) = self.answer() {
                    line.undo();
                }
            }
            // Where going on sends, Enter in a field never does: it must be pressed alone, on the button.
            Command::Open if self.on_button() || (!self.sends && self.active + 1 == self.fields.len()) => {
                return self.go_on();
            }
            Command::Open => self.go(self.active + 1),
            Command::Move(_) | Command::Place(_) | Command::Copy(_) | Command::Edit(_) | Command::Answer(_) => {}
        }
        Step::Stay
    }

    fn answer(&mut self) -> Option<&mut Answer> {
        self.fields.get_mut(self.active).map(|field| &mut field.answer)
    }

    fn turn(&mut self, forward: bool) {
        if let Some(field) = self.fields.get_mut(self.active) {
            field.turn(forward);
        }
    }

    fn go(&mut self, to: usize) {
        if let Some(field) = self.fields.get_mut(self.active) {
            field.left = true;
        }
        self.active = to.min(self.fields.len());
    }

    fn go_on(&mut self) -> Step<Answered> {
        self.tried = true;
        let mut inputs = Inputs::default();
        for (at, field) in self.fields.iter().enumerate() {
            match field.input.accept(field.text()) {
                Ok(Some(Value::String(text))) if field.input.is_secret() => {
                    inputs.secret.insert(field.input.name.clone(), text.into());
                }
                Ok(Some(value)) => {
                    inputs.plain.insert(field.input.name.clone(), value);
                }
                Ok(None) => {}
                Err(_) => {
                    self.active = at;
                    return Step::Stay;
                }
            }
        }
        Step::Want(Answered { purpose: self.purpose.clone(), action: Arc::clone(&self.action), inputs })
    }
}

impl Layer for InputPrompt {
    fn context(&self, _: Place) -> Context {
        Context::InputPrompt
    }

    fn id(&self) -> Option<String> {
        Some(format!("asking {} {}", self.action.id, self.target))
    }

    /// There Enter goes on, and may send.
    fn on_button(&self) -> bool {
        self.active >= self.fields.len()
    }

    fn on_key(&mut self, key: KeyEvent) {
        let Some(field) = self.fields.get_mut(self.active) else {
            return;
        };
        match (&field.answer, key.code) {
            (Answer::Text(_), _) => {
                field.key(key);
            }
            (Answer::Pick { .. }, KeyCode::Char(' ') | KeyCode::Right) => field.turn(true),
            (Answer::Pick { .. }, KeyCode::Left) => field.turn(false),
            (Answer::Pick { .. }, _) => {}
        }
    }

    fn on_paste(&mut self, text: &str) {
        if let Some(field) = self.fields.get_mut(self.active).filter(|field| matches!(field.answer, Answer::Text(_))) {
            field.paste(text);
        }
    }
}

/// What was answered another time, where it still fits what the action asks; `None` where it has to be asked anew.
pub fn still_fits(action: &Action, before: &Map<String, Value>) -> Option<Inputs> {
    let mut inputs = Inputs::default();
    for input in &action.inputs {
        if input.is_secret() {
            return None;
        }
        let Some(value) = before.get(&input.name) else {
            if input.required && input.default.is_none() {
                return None;
            }
            continue;
        };
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        inputs.plain.insert(input.name.clone(), input.accept(&text).ok()??);
    }
    before.keys().all(|name| inputs.plain.contains_key(name)).then_some(inputs)
}

//! The question how an ended run is run again.

use crate::app::command::Command::{Copy, Edit, Move, Open};
use crate::app::command::{AnswerCommand, Command};
use crate::app::keymap::Context;
use crate::app::layer::{Layer, Step};
use crate::app::state::place::Place;
use crate::domain::run::Run;

/// The question: the same press, or a new one?
#[derive(Clone, Debug, PartialEq)]
pub struct ResendQuestion {
    pub run: Box<Run>,
}

/// What was answered, with the run.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    SamePress(Box<Run>),
    NewPress(Box<Run>),
}

impl ResendQuestion {
    pub fn command(&self, command: Command) -> Step<Answer> {
        match command {
            Command::Answer(AnswerCommand::SamePress) => Step::Want(Answer::SamePress(self.run.clone())),
            Command::Answer(AnswerCommand::NewPress) => Step::Want(Answer::NewPress(self.run.clone())),
            Command::Back => Step::Close,
            Move(_) | Open | Command::Place(_) | Copy(_) | Edit(_) | Command::Answer(_) => Step::Stay,
        }
    }
}

impl Layer for ResendQuestion {
    fn context(&self, _: Place) -> Context {
        Context::Resend
    }

    fn id(&self) -> Option<String> {
        Some(format!("again {}", self.run.id))
    }
}

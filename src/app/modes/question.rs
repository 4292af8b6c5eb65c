//! Questions that want yes or no.

use crate::app::activity::{Recent, Unended};
use crate::app::command::Command::{Answer, Copy, Edit, Move, Open, Place};
use crate::app::command::{AnswerCommand, Command, Motion};
use crate::app::keymap::Context;
use crate::app::layer::{Layer, Step};
use crate::app::state::operations::Chosen;
use crate::app::state::place;
use crate::domain::activity::Seq;
use crate::domain::incident::IncidentKey;
use crate::domain::operation::Operation;

/// A question that wants yes or no.
#[derive(Clone, Debug, PartialEq)]
pub enum Question {
    /// Leave the form although something changed?
    LeaveForm,
    /// Delete this action, at this revision?
    Delete {
        /// The action's id.
        id: String,
        name: String,
        revision: i64,
        /// The channels that lose the button, in words.
        channels: String,
    },
    /// Stop this run?
    Cancel {
        run: Box<Unended>,
        /// Whether nothing of it was sent yet.
        unsent: bool,
        /// Whether others of the same press on many have not ended either.
        many: bool,
        /// The call that asks the receiver to stop its job, where there is one.
        stops: Option<String>,
    },
    /// Remove what an action added to an incident?
    RemoveAdded {
        incident: IncidentKey,
        /// What can be removed, newest first: its place in the store, and what it is in words.
        items: Vec<(Seq, String)>,
        /// Which of them is asked about.
        at: usize,
    },
    /// Do this to an incident?
    Operate { operation: Operation, chosen: Box<Chosen> },
    /// Leave although this many runs are in flight? (They end first.)
    Leave { runs: usize },
}

/// Yes, to this question.
#[derive(Clone, Debug, PartialEq)]
pub struct Yes {
    /// What was asked.
    pub to: Question,
    /// Whether it holds for all runs of the press on many.
    pub all: bool,
}

impl Question {
    pub fn command(&mut self, command: Command, recent: &Recent) -> Step<Yes> {
        match (command, &mut *self) {
            (Command::Back, _) => return Step::Close,
            (Answer(AnswerCommand::Yes), _)
            | (Answer(AnswerCommand::YesAll | AnswerCommand::YesOne), Self::Cancel { many: true, .. }) => {}
            (Move(Motion::Down), Self::RemoveAdded { items, at, .. }) => {
                *at = (*at + 1).min(items.len().saturating_sub(1));
                return Step::Stay;
            }
            (Move(Motion::Up), Self::RemoveAdded { at, .. }) => {
                *at = at.saturating_sub(1);
                return Step::Stay;
            }
            (Move(_) | Open | Place(_) | Copy(_) | Edit(_) | Answer(_), _) => return Step::Stay,
        }
        // What is said of a press on many is counted anew in every frame.
        let all = matches!(self, Self::Cancel { many: true, .. }) && command != Answer(AnswerCommand::YesOne);
        // The question may have been open while the run was sent: then it is another question.
        if let Self::Cancel { run, unsent: unsent @ true, .. } = self
            && !all
            && !recent.is_unsent(&run.run)
            && recent.find_unended(&run.run).is_some()
        {
            *unsent = false;
            return Step::Say("it was sent meanwhile: look again");
        }
        Step::Want(Yes { to: self.clone(), all })
    }
}

impl Layer for Question {
    fn context(&self, _: place::Place) -> Context {
        if matches!(self, Self::Cancel { .. }) { Context::Stop } else { Context::Question }
    }

    fn id(&self) -> Option<String> {
        Some(match self {
            Self::LeaveForm => "leave the form".to_owned(),
            Self::Delete { id, revision, .. } => format!("delete {id} {revision}"),
            Self::Cancel { run, unsent, .. } => format!("cancel {} {unsent}", run.run),
            Self::RemoveAdded { items, at, .. } => format!("remove {:?}", items.get(*at).map(|(id, _)| id)),
            Self::Operate { operation, chosen } => {
                let first = chosen.targets.first().map(|target| &target.key);
                format!("{} {first:?} {}", operation.kind().as_str(), chosen.targets.len())
            }
            Self::Leave { .. } => "leave".to_owned(),
        })
    }
}

//! Questions that want yes or no.

use super::activity::Unended;
use super::cancel;
use super::effect::Effect;
use super::handle::{self, Chosen};
use super::keymap::Command;
use super::model::Model;
use super::modes::Mode;
use crate::domain::activity::Seq;
use crate::domain::incident::IncidentKey;
use crate::domain::operation::Operation;

/// A question that wants yes or no.
#[derive(Clone, Debug, PartialEq)]
pub enum Ask {
    /// Leave the form although something changed?
    LeaveForm,
    /// Delete this action, at this revision?
    Delete {
        /// The action's id.
        id: String,
        /// The name shown.
        name: String,
        /// The revision shown.
        revision: i64,
        /// The channels that lose the button, in words.
        channels: String,
    },
    /// Stop this run?
    Cancel {
        /// The run.
        run: Box<Unended>,
        /// Whether nothing of it was sent yet.
        unsent: bool,
        /// How many others of the same press on many have not ended.
        others: usize,
    },
    /// Remove what an action added to an incident?
    RemoveAdded {
        /// The incident.
        incident: IncidentKey,
        /// What can be removed, newest first: its place in the store, and what it is in words.
        items: Vec<(Seq, String)>,
        /// Which of them is asked about.
        at: usize,
    },
    /// Do this to an incident?
    Handle {
        /// What is done.
        operation: Operation,
        /// To which.
        chosen: Box<Chosen>,
    },
    /// Leave although this many runs are in flight? (They end first.)
    Leave {
        /// How many.
        runs: usize,
    },
}

/// The answer to a question.
pub(super) fn answer(model: &mut Model, command: Command) -> Vec<Effect> {
    let Mode::Ask(ask) = model.modes.top_mut() else {
        return Vec::new();
    };
    match (command, ask) {
        (Command::Yes | Command::Back, _) | (Command::YesAll, Ask::Cancel { others: 1.., .. }) => {}
        (Command::Down, Ask::RemoveAdded { items, at, .. }) => {
            *at = (*at + 1).min(items.len().saturating_sub(1));
            return Vec::new();
        }
        (Command::Up, Ask::RemoveAdded { at, .. }) => {
            *at = at.saturating_sub(1);
            return Vec::new();
        }
        _ => return Vec::new(),
    }
    // The question may have been open while the run was sent: then it is another question.
    if let Mode::Ask(Ask::Cancel { run, unsent: unsent @ true, .. }) = model.modes.top_mut()
        && command != Command::Back
        && !model.recent.is_unsent(&run.run)
        && model.recent.find_unended(&run.run).is_some()
    {
        *unsent = false;
        model.said = Some("it was sent meanwhile: look again".to_owned());
        return Vec::new();
    }
    let Some(Mode::Ask(ask)) = model.modes.pop() else {
        return Vec::new();
    };
    if command == Command::Back {
        return Vec::new();
    }
    match ask {
        Ask::LeaveForm => {
            model.modes.pop();
            Vec::new()
        }
        Ask::Delete { id, revision, .. } => vec![Effect::Remove { id, revision }],
        Ask::Cancel { run, .. } => cancel::answer(*run, command == Command::YesAll),
        Ask::RemoveAdded { incident, items, at } => {
            items.get(at).map(|(id, _)| Effect::RemoveEnriched { incident, id: *id }).into_iter().collect()
        }
        Ask::Handle { operation, chosen } => handle::start(model, operation, *chosen, false),
        Ask::Leave { .. } => {
            model.modes.clear();
            model.leaving = true;
            vec![Effect::Quit]
        }
    }
}

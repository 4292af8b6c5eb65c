//! Questions that want yes or no.

use super::cancel;
use super::effect::Effect;
use super::keymap::Command;
use super::model::{Ask, Mode, Model};

/// Puts a question over what is there.
pub(super) fn put_question(model: &mut Model, ask: Ask) {
    let under = Box::new(std::mem::replace(&mut model.mode, Mode::Browse));
    model.mode = Mode::Ask { ask, under };
}

/// The answer to a question.
pub(super) fn answer(model: &mut Model, command: Command) -> Vec<Effect> {
    let Mode::Ask { ask, .. } = &mut model.mode else {
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
    let Mode::Ask { ask, under } = std::mem::replace(&mut model.mode, Mode::Browse) else {
        return Vec::new();
    };
    if command == Command::Back {
        model.mode = *under;
        return Vec::new();
    }
    match ask {
        Ask::LeaveForm => Vec::new(),
        Ask::Delete { id, revision, .. } => vec![Effect::Remove { id, revision }],
        Ask::Cancel { run, .. } => {
            model.mode = *under;
            cancel::answer(*run, command == Command::YesAll)
        }
        Ask::RemoveAdded { incident, items, at } => {
            model.mode = *under;
            items.get(at).map(|(id, _)| Effect::RemoveEnriched { incident, id: *id }).into_iter().collect()
        }
        Ask::Leave { .. } => {
            model.leaving = true;
            vec![Effect::Quit]
        }
    }
}

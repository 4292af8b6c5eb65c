//! The keys that matter now: those of the key table that the state of the screen makes worth a place in the footer.

use super::cancel;
use super::command::{Command, GlobalCommand, PlaceCommand, RunCommand};
use super::keymap::Context;
use super::model::Model;
use crate::domain::text::clean;
use crate::domain::width::cut;

/// So many buttons are named.
const BUTTONS: usize = 3;
/// Columns of a button's name.
const NAME: usize = 16;

/// Keys and what they do, the most wanted first; the last two are help and the way out. Clean.
pub fn keys(model: &Model) -> Vec<(String, String)> {
    let context = model.context();
    let rows = model.settings.keys.rows(context).filter(|row| !row.binding.footer.is_empty());
    let mut pairs: Vec<(String, String)> =
        rows.map(|row| (row.names[0].clone(), row.binding.footer.to_owned())).collect();
    if matches!(context, Context::Incidents | Context::Detail) {
        let at = usize::from(context == Context::Incidents);
        pairs.splice(at.min(pairs.len())..at.min(pairs.len()), buttons(model));
        if let (Some(key), Some(run)) = (key_of(model, context, RunCommand::CancelRun), cancel::nearest(model)) {
            pairs.insert(0, (key, format!("stop {}", cut(&clean(&run.action), NAME))));
        }
        if let (Some(key), Some(_)) = (key_of(model, context, RunCommand::NextUnseen), model.recent.unseen()) {
            pairs.insert(0, (key, "the failed run".to_owned()));
        }
    }
    let back = Command::Place(PlaceCommand::Global(GlobalCommand::TakeBack));
    let back = model.settings.keys.rows(context).find(|row| row.binding.command == back);
    if let (Some(row), Some(_)) = (back, model.recent.held(model.now)) {
        pairs.insert(0, (row.names[0].clone(), "take back".to_owned()));
    }
    pairs
}

fn key_of(model: &Model, context: Context, command: RunCommand) -> Option<String> {
    let wanted = Command::Place(PlaceCommand::Run(command));
    let row = model.settings.keys.rows(context).find(|row| row.binding.command == wanted)?;
    row.names.first().cloned()
}

/// The first buttons by their names; for the marked ones in one word.
fn buttons(model: &Model) -> Vec<(String, String)> {
    let Some(entry) = model.board.subject() else {
        return Vec::new();
    };
    if model.board.marked() > 0 {
        return vec![("1-9".to_owned(), format!("run for {} marked", model.board.marked()))];
    }
    let all = model.buttons(&entry.row.channel);
    let first = all.iter().take(BUTTONS);
    first.map(|(slot, action)| (slot.to_string(), cut(&clean(&action.name), NAME).into_owned())).collect()
}

//! The keys that matter now: those of the key table that the state of the screen makes worth a place in the footer.

use super::cancel;
use super::command::{Command, GlobalCommand, PlaceCommand, RunCommand};
use super::keymap::Context;
use super::model::Model;
use crate::domain::text::clean;
use crate::domain::width::cut;

/// Columns of an action's name.
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

/// The buttons themselves stand on the screen with their numbers.
fn buttons(model: &Model) -> Option<(String, String)> {
    model.board.subject()?;
    Some(match model.board.marked() {
        0 => ("1-9".to_owned(), "run".to_owned()),
        marked => ("1-9".to_owned(), format!("run for {marked} marked")),
    })
}

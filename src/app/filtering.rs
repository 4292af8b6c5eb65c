//! The filter of a list while it has the keys: what is typed, completed and recalled.

use super::command::{Command, FieldCommand};
use super::commands;
use super::effect::Effect;
use super::incidents::around::around;
use super::model::Model;
use super::modes::Mode;
use super::state::place::Place;

/// A command while the filter has the keys.
pub(super) fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let place = model.place;
    match command {
        Command::Open => {
            if let Some(Mode::Filter(open)) = model.modes.pop() {
                model.filtered.remember(place, open.line.value());
            }
            say_doubts(model);
        }
        Command::Back => {
            if let Some(Mode::Filter(open)) = model.modes.pop() {
                model.filtered.remember(place, open.line.value());
            }
            return commands::set_filter(model, "");
        }
        Command::Edit(edit) => {
            edit_filter(model, edit);
            return filtered(model);
        }
        Command::Move(motion) => return commands::go(model, motion),
        Command::Place(_) | Command::Copy(_) | Command::Answer(_) => {}
    }
    Vec::new()
}

fn edit_filter(model: &mut Model, edit: FieldCommand) {
    let place = model.place;
    let Mode::Filter(open) = model.modes.top_mut() else {
        return;
    };
    match edit {
        FieldCommand::Undo => {
            open.completion = None;
            open.line.undo();
        }
        FieldCommand::Older | FieldCommand::Newer => {
            open.recall(model.filtered.of(place), edit == FieldCommand::Older);
        }
        FieldCommand::Complete | FieldCommand::CompleteBack
            if place == Place::Incidents && !open.turn_completion(edit == FieldCommand::Complete) =>
        {
            let (value, before) = (open.line.value().to_owned(), open.line.before_cursor().len());
            let (before, rest) = value.split_at(before);
            open.complete(model.board.complete(before, rest, &around!(model)));
        }
        _ => {}
    }
}

/// Filters the list by what is typed, where its filter has the keys.
pub(super) fn filtered(model: &mut Model) -> Vec<Effect> {
    let Mode::Filter(open) = model.modes.top() else {
        return Vec::new();
    };
    let text = open.line.value().to_owned();
    let effects = commands::set_filter(model, &text);
    if model.place == Place::Incidents {
        say_doubts(model);
    }
    effects
}

/// Says what of the filter looks like a term and is none.
fn say_doubts(model: &mut Model) {
    if model.place == Place::Incidents && !model.board.query().doubts.is_empty() {
        model.said = Some(model.board.query().doubts.join("; "));
    }
}

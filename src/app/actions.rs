//! What is done with actions from the board and from their own list: make, edit, delete, test, check.

use super::command::ActionCommand;
use super::effect::Effect;
use super::form::Form;
use super::incidents::{Selection, channel_name};
use super::keymap::Context;
use super::layout::text_area;
use super::model::Model;
use super::modes::Mode;
use super::modes::findings::Findings;
use super::modes::question::Question;
use super::press;
use super::state::place::Place;
use crate::domain::action::Action;
use crate::domain::text::clean;

/// Opens the form for the button of a slot.
pub(super) fn edit_button(model: &mut Model, slot: u8) -> Vec<Effect> {
    let channel = model.board.selected().map(|entry| entry.row.channel.clone());
    let buttons = channel.map(|channel| model.buttons(&channel)).unwrap_or_default();
    let action = buttons.into_iter().find(|(at, _)| *at == slot).map(|(_, action)| action.clone());
    if let Some(action) = action {
        model.modes.replace(Mode::Form(Box::new(Form::edit(&model.form_context(), &action))));
    } else {
        let words = format!("slot {slot} is empty: <new-action> adds an action");
        model.said = Some(model.settings.keys.hint(Context::Incidents, &words));
    }
    Vec::new()
}

fn new_action(model: &mut Model) -> Vec<Effect> {
    let channel = match model.place {
        Place::Incidents => model.board.selected().map(|entry| entry.row.channel.clone()),
        Place::Actions | Place::Log => model.action_list.channel(),
    };
    model.modes.replace(Mode::Form(Box::new(Form::create(&model.form_context(), channel))));
    Vec::new()
}

fn edit_action(model: &mut Model) -> Vec<Effect> {
    if model.place != Place::Actions {
        let channel = model.board.selected().map(|entry| entry.row.channel.clone());
        if channel.is_some_and(|channel| !model.buttons(&channel).is_empty()) {
            model.modes.replace(Mode::PickButton);
        } else {
            model.said =
                Some(model.settings.keys.hint(Context::Incidents, "there is no action to edit: <new-action> adds one"));
        }
        return Vec::new();
    }
    match model.action_list.action().cloned() {
        Some(action) => model.modes.replace(Mode::Form(Box::new(Form::edit(&model.form_context(), &action)))),
        None => return new_action(model),
    }
    Vec::new()
}

fn duplicate_action(model: &mut Model) -> Vec<Effect> {
    if let Some(action) = model.action_list.action().cloned() {
        model.modes.replace(Mode::Form(Box::new(Form::duplicate(&model.form_context(), &action))));
    }
    Vec::new()
}

fn ask_delete(model: &mut Model) -> Vec<Effect> {
    let Some(action) = model.action_list.action().cloned() else {
        return Vec::new();
    };
    let names: Vec<String> =
        action.slots.keys().map(|key| clean(channel_name(&model.channels, key)).into_owned()).collect();
    let ask = Question::Delete {
        id: action.id.clone(),
        name: action.name.clone(),
        revision: action.revision,
        channels: names.join(", "),
    };
    model.modes.push(Mode::Question(ask));
    Vec::new()
}

pub(super) fn command(model: &mut Model, command: ActionCommand) -> Vec<Effect> {
    match command {
        ActionCommand::NewAction => new_action(model),
        ActionCommand::EditAction => edit_action(model),
        ActionCommand::DuplicateAction => duplicate_action(model),
        ActionCommand::DeleteAction => ask_delete(model),
        ActionCommand::TestAction => test_action(model),
        ActionCommand::CheckAction => check_action(model),
    }
}

/// Presses the action under the cursor as a test, for the incident selected on the board.
fn test_action(model: &mut Model) -> Vec<Effect> {
    let Some(action) = model.action_list.action().cloned() else {
        return Vec::new();
    };
    let Some(key) = model.board.selected().map(|entry| entry.row.key.clone()) else {
        model.said = Some(
            model
                .settings
                .keys
                .hint(Context::Actions, "a test needs an incident: select one on the board first (<go-incidents>)"),
        );
        return Vec::new();
    };
    press::start(model, &action, Selection::One(key), true)
}

/// Looks at everything that the action under the cursor needs on its way, without calling it.
fn check_action(model: &mut Model) -> Vec<Effect> {
    let Some(action) = model.action_list.action().cloned() else {
        return Vec::new();
    };
    let findings = Findings::new(&action, text_area(model.size));
    model.modes.push(Mode::Findings(Box::new(findings)));
    vec![Effect::Check(Box::new(Action::clone(&action)))]
}

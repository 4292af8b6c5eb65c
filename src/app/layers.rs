//! Takes commands, keys and pasted text to the layer on top, and does what it wants.

use std::convert::Infallible;
use std::sync::Arc;

use crossterm::event::KeyEvent;

use super::command::{Command, FieldCommand, GlobalCommand, PlaceCommand};
use super::effect::Effect;
use super::form::{Form, FormContext, FormStep};
use super::layer::{Layer, Step};
use super::layout::text_area;
use super::model::Model;
use super::modes::Mode;
use super::modes::question::{Question, Yes};
use super::{cancel, commands, filtering, finding, operation, palette, press, resend, send};
use crate::domain::validate::Field;

/// A command of the key table.
pub(super) fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    match model.modes.top_mut() {
        Mode::Browse => commands::browse(model, command),
        Mode::PickButton => commands::pick_button(model, command),
        Mode::Detail(open) => {
            let scroll = open.scroll;
            commands::in_detail(model, scroll, command)
        }
        Mode::Filter(_) => filtering::command(model, command),
        Mode::InputPrompt(open) => take(open.command(command), model, press::answered),
        Mode::Confirm(open) => take(open.command(command), model, send::confirmed),
        Mode::Form(_) => {
            let now = model.now;
            if let Command::Place(command) = command {
                return commands::in_place(model, command);
            }
            in_form(model, |context, form| form.command(context, now, command))
        }
        Mode::LogDetail(open) => take(open.command(command), model, commands::in_place),
        Mode::Resend(open) => take(open.command(command), model, resend::answered),
        Mode::Findings(open) => take(open.command(command), model, nothing),
        Mode::Operation(open) => {
            take(open.command(command, model.now.wall_ms, &model.settings), model, operation::wanted)
        }
        Mode::Shared(open) if command == Command::Open => {
            let filter = open.items.get(open.at).map(|item| item.filter.clone());
            finding::show(model, filter)
        }
        Mode::Shared(open) => take(open.command(command), model, nothing),
        Mode::Palette(open) => match open.command(command) {
            Step::Want(item) => {
                let (wanted, effects) = palette::chosen(model, &item);
                wanted.map_or(effects, |wanted| self::command(model, wanted))
            }
            step => {
                if command == Command::Edit(FieldCommand::Undo) {
                    palette::typed(model);
                }
                take(step, model, |_, _| Vec::new())
            }
        },
        Mode::Help(open) if command == Command::Place(PlaceCommand::Global(GlobalCommand::Palette)) => {
            // The keys of a form act in its fields alone.
            if open.context.list().is_some() {
                model.modes.pop();
                palette::open(model);
            }
            Vec::new()
        }
        Mode::Help(open) => take(open.command(command, &model.settings.keys, text_area(model.size).1), model, nothing),
        Mode::Question(open) => take(open.command(command, &model.recent), model, answered),
    }
}

/// A key that the table does not know: text where text is typed, else nothing.
pub(super) fn key(model: &mut Model, key: KeyEvent) -> Vec<Effect> {
    if let Mode::Form(_) = model.modes.top() {
        let now = model.now;
        return in_form(model, |context, form| form.key(context, now, key));
    }
    if let Mode::Shared(open) = model.modes.top() {
        let filter = open.picked(key).map(|item| item.filter.clone());
        return if filter.is_some() { finding::show(model, filter) } else { Vec::new() };
    }
    if let Mode::Question(open) = model.modes.top() {
        let context = open.context(model.place);
        let answers = if key.modifiers.is_empty() { "<yes> is yes here, <back> is no; nothing was done" } else { "" };
        model.said = Some(model.settings.keys.hint(context, answers)).filter(|words| !words.is_empty());
        return Vec::new();
    }
    if *model.modes.top() == Mode::PickButton {
        model.modes.pop();
    } else {
        model.modes.top_mut().on_key(key);
    }
    palette::typed(model);
    filtering::filtered(model)
}

/// A paste is one piece of text where text is typed; anywhere else it is dropped, in a confirm above all.
pub(super) fn paste(model: &mut Model, text: &str) -> Vec<Effect> {
    if let Mode::Form(_) = model.modes.top() {
        return in_form(model, |context, form| form.paste(context, text));
    }
    model.modes.top_mut().on_paste(text);
    palette::typed(model);
    filtering::filtered(model)
}

/// Does what a layer answered; `wanted` carries out what is beyond it.
fn take<W>(step: Step<W>, model: &mut Model, wanted: impl FnOnce(&mut Model, W) -> Vec<Effect>) -> Vec<Effect> {
    match step {
        Step::Stay => Vec::new(),
        Step::Say(words) => {
            model.said = Some(words.to_owned());
            Vec::new()
        }
        Step::Do(effect) => vec![effect],
        Step::Close => {
            model.modes.pop();
            Vec::new()
        }
        Step::Want(wish) => wanted(model, wish),
    }
}

fn nothing(_: &mut Model, wish: Infallible) -> Vec<Effect> {
    match wish {}
}

/// Does what was answered with yes.
fn answered(model: &mut Model, Yes { to, all }: Yes) -> Vec<Effect> {
    model.modes.pop();
    match to {
        Question::LeaveForm => {
            model.modes.pop();
            Vec::new()
        }
        Question::Delete { id, revision, .. } => vec![Effect::Remove { id, revision }],
        Question::Cancel { run, .. } => cancel::answer(*run, all),
        Question::RemoveAdded { incident, items, at } => {
            items.get(at).map(|(id, _)| Effect::RemoveEnriched { incident, id: *id }).into_iter().collect()
        }
        Question::Operate { operation, chosen } => operation::start(model, operation, *chosen, false),
        Question::Leave { .. } => {
            model.modes.clear();
            model.leaving = true;
            vec![Effect::Quit]
        }
    }
}

fn in_form(model: &mut Model, step: impl FnOnce(&FormContext<'_>, &mut Form) -> FormStep) -> Vec<Effect> {
    let Some((context, form)) = model.form() else {
        return Vec::new();
    };
    match step(&context, form) {
        FormStep::Stay => preview(model),
        FormStep::Effects(effects) => effects,
        FormStep::Close => {
            model.modes.pop();
            Vec::new()
        }
        FormStep::AskLeave => {
            model.modes.push(Mode::Question(Question::LeaveForm));
            Vec::new()
        }
    }
}

/// Asks what the open form comes to for the selected incident, where that is not known yet.
fn preview(model: &mut Model) -> Vec<Effect> {
    let Some(action) = model.form().and_then(|(_, form)| form.question()) else {
        return Vec::new();
    };
    let ticket = model.next_ticket();
    let body = model.board.selected().map(|entry| Arc::from(entry.row.text()));
    if let Some((_, form)) = model.form() {
        form.previews(ticket, action.clone());
    }
    vec![Effect::Preview { ticket, action, body }]
}

/// Takes an answer, and asks again where the form has gone on.
pub(super) fn previewed(model: &mut Model, ticket: u64, filled: Vec<(Field, Result<String, String>)>) -> Vec<Effect> {
    let last = model.form().is_some_and(|(_, form)| form.heard(ticket, filled));
    if last { preview(model) } else { Vec::new() }
}

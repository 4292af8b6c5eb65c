//! Makes the lines of the palette, and does what a line says.

use super::command::{Command, GlobalCommand, IncidentCommand, PlaceCommand};
use super::effect::Effect;
use super::form::Form;
use super::incidents::around::around;
use super::keymap::Context;
use super::model::Model;
use super::modes::Mode;
use super::modes::palette::{Deed, Item, Palette};
use super::state::place::Place;
use crate::domain::query::Query;
use crate::domain::saved_view::{Group, Sort};
use crate::domain::text::clean;

/// So many lines that were used last stand on top.
const LAST: usize = 5;
/// At most so many incidents are found.
const INCIDENTS: usize = 20;
/// From so many letters on incidents are looked for.
const LETTERS: usize = 2;

/// Opens it over what is there.
pub(super) fn open(model: &mut Model) {
    let items = items(model);
    model.modes.push(Mode::Palette(Box::new(Palette::new(items))));
}

/// Looks for what is typed, where it has the keys.
pub(super) fn typed(model: &mut Model) {
    let Mode::Palette(open) = model.modes.top() else {
        return;
    };
    let text = open.line.value().trim().to_owned();
    let incidents = if text.chars().count() < LETTERS { Vec::new() } else { incidents(model, &text) };
    if let Mode::Palette(open) = model.modes.top_mut() {
        open.search(incidents);
    }
}

/// Closes it and does what was chosen; what is still to be done as if its key had been pressed comes back.
pub(super) fn chosen(model: &mut Model, item: &Item) -> (Option<Command>, Vec<Effect>) {
    model.modes.pop();
    let last = &mut model.palette_last;
    last.retain(|name| *name != item.name);
    last.insert(0, item.name.clone());
    last.truncate(LAST);
    match &item.deed {
        Deed::Command(command) => return (Some(*command), Vec::new()),
        Deed::Edit(id) => {
            if let Some(action) = model.action(id).cloned() {
                model.modes.push(Mode::Form(Box::new(Form::edit(&model.form_context(), &action))));
            }
        }
        Deed::Incident(key) => {
            to_the_list(model);
            model.board.jump(key, &around!(model));
        }
        Deed::View(at) => {
            to_the_list(model);
            model.board.set_view(*at, &around!(model));
        }
        Deed::Sort(sort) => {
            to_the_list(model);
            model.board.sort_by(*sort, &around!(model));
        }
        Deed::Group(group) => {
            to_the_list(model);
            model.board.group_by(group.clone(), &around!(model));
        }
    }
    (None, Vec::new())
}

fn to_the_list(model: &mut Model) {
    model.modes.clear();
    model.place = Place::Incidents;
}

fn items(model: &Model) -> Vec<Item> {
    let context = model.context();
    let mut items = Vec::new();
    if matches!(context, Context::Incidents | Context::Detail) {
        items.extend(buttons(model));
    }
    items.extend(keys(model, context));
    items.extend(model.board.views().iter().enumerate().map(|(at, view)| Item {
        kind: "view",
        name: format!("{} ({})", clean(&view.saved.name), view.count),
        key: String::new(),
        deed: Deed::View(at),
    }));
    let item = |kind, name: String, deed| Item { kind, name, key: String::new(), deed };
    items.extend(Sort::ALL.map(|sort| item("sort", format!("by {}", sort.as_str()), Deed::Sort(sort))));
    let groups = [Group::None].into_iter().chain(model.settings.groups.iter().cloned());
    items
        .extend(groups.map(|group| item("group", format!("by {}", clean(group.as_str())), Deed::Group(group.clone()))));
    items.extend(
        model
            .actions
            .iter()
            .map(|action| item("edit", clean(&action.name).into_owned(), Deed::Edit(action.id.clone()))),
    );
    // What was used last is most likely meant again.
    items.sort_by_key(|item| model.palette_last.iter().position(|name| *name == item.name).unwrap_or(LAST));
    items
}

/// The buttons of the channel that is looked at: number and name.
pub(super) fn buttons_here(model: &Model) -> Vec<(u8, String)> {
    let channel = model.board.subject().map(|entry| &entry.row.channel);
    let buttons = channel.map(|channel| model.buttons(channel)).unwrap_or_default();
    buttons.into_iter().map(|(slot, action)| (slot, clean(&action.name).into_owned())).collect()
}

/// The buttons of the incident, by their numbers.
fn buttons(model: &Model) -> Vec<Item> {
    let Some(entry) = model.board.subject() else {
        return Vec::new();
    };
    let button = |(slot, action): (u8, &std::sync::Arc<crate::domain::action::Action>)| Item {
        kind: "button",
        name: clean(&action.name).into_owned(),
        key: slot.to_string(),
        deed: Deed::Command(Command::Place(PlaceCommand::Incident(IncidentCommand::Press(slot)))),
    };
    model.buttons(&entry.row.channel).into_iter().map(button).collect()
}

/// What the keys here mean.
fn keys(model: &Model, context: Context) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    for bound in model.settings.keys.rows(context) {
        let command = bound.binding.command;
        // Buttons have lines of their own; what is open is no news.
        let left_out = matches!(
            command,
            Command::Move(_)
                | Command::Place(
                    PlaceCommand::Incident(IncidentCommand::Press(_)) | PlaceCommand::Global(GlobalCommand::Palette)
                )
        );
        if !left_out {
            items.push(Item {
                kind: "key",
                name: bound.binding.help.to_owned(),
                key: bound.names.join(" "),
                deed: Deed::Command(command),
            });
        }
    }
    items
}

/// The incidents that what is typed finds.
fn incidents(model: &mut Model, text: &str) -> Vec<Item> {
    let found = model.board.search(&Query::parse(text), INCIDENTS, &around!(model));
    let item = |entry: &super::incidents::Entry| Item {
        kind: "incident",
        name: format!("{} {}", clean(&entry.row.num), clean(&entry.row.title)),
        key: String::new(),
        deed: Deed::Incident(entry.row.key.clone()),
    };
    found.into_iter().map(item).collect()
}

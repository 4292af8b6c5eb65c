//! What a wish of the operator does in the places that are lists and texts.

use super::buttons::{buttons, rows_of};
use super::effect::Effect;
use super::keymap::{Command, Context};
use super::layout::{inside, layout};
use super::line::Line;
use super::manage::{ask_delete, check_action, duplicate_action, edit_action, edit_button, new_action, test_action};
use super::model::{Model, Place};
use super::modes::Mode;
use super::pages::sheet::scrolled;
use super::pages::tabs;
use super::state::help::Help;
use super::state::question::Ask;
use super::{cancel, enrichments, incident_detail, log_lines, operation, press, resend};
use crate::domain::text::clean;

/// A wish in the board, the actions or the log.
pub(super) fn browse(model: &mut Model, command: Command) -> Vec<Effect> {
    match command {
        Command::Filter => open_filter(model),
        Command::Back => back(model),
        Command::Open => open(model),
        Command::NewAction => new_action(model),
        Command::EditAction => edit_action(model),
        Command::DuplicateAction => duplicate_action(model),
        Command::DeleteAction => ask_delete(model),
        Command::TestAction => test_action(model),
        Command::CheckAction => check_action(model),
        Command::CancelRun => cancel::ask(model),
        Command::RunAgain => resend::open(model, false),
        Command::RunWith => resend::open(model, true),
        _ => match model.place {
            Place::Incidents => on_board(model, command),
            Place::Actions => {
                model.manage.command(command);
                Vec::new()
            }
            Place::Log => in_log(model, command),
        },
    }
}

/// The digit after `e`: edits the button of that slot. Any other key means what it always does.
pub(super) fn pick_button(model: &mut Model, command: Command) -> Vec<Effect> {
    model.modes.pop();
    match command {
        Command::Press(slot) => edit_button(model, slot),
        Command::Back => Vec::new(),
        _ => browse(model, command),
    }
}

/// A wish that holds wherever an incident is shown.
pub(super) fn on_board(model: &mut Model, command: Command) -> Vec<Effect> {
    if let Some(effects) = operation::command(model, command) {
        return effects;
    }
    match command {
        Command::Press(slot) => return press::press(model, slot),
        Command::NextUnseen => return log_lines::next_unseen(model),
        Command::NewestCritical if !model.board.newest_critical(&model.channels) => {
            model.said = Some("no critical incident is open".to_owned());
        }
        Command::JumpBack if !model.board.jump_back(&model.channels) => {
            model.said = Some("nowhere to go back to".to_owned());
        }
        Command::CopyNumber => return copy_number(model),
        Command::CopyLink => return copy_link(model),
        Command::NewestCritical | Command::JumpBack => {}
        _ if model.board.mark_command(command) => {}
        _ => {
            model.board.command(command, &model.channels);
        }
    }
    Vec::new()
}

/// A wish in the detail over the list.
pub(super) fn in_detail(model: &mut Model, command: Command) -> Vec<Effect> {
    let Mode::Detail(scroll) = *model.modes.top() else {
        return Vec::new();
    };
    let (columns, height) = detail_area(model);
    let rows = tabs::rows(model, columns).len();
    if let Some(effects) = incident_detail::command(model, command) {
        return effects;
    }
    match (command, scrolled(usize::from(scroll), height, rows, command)) {
        (_, Some(to)) => model.modes.replace(Mode::Detail(u16::try_from(to).unwrap_or(u16::MAX))),
        (Command::Back, _) => {
            model.modes.pop();
        }
        (Command::NewAction, _) => return new_action(model),
        (Command::EditAction, _) => return edit_action(model),
        (Command::CancelRun, _) => return cancel::ask(model),
        (Command::CopyLinks, _) => return enrichments::copy_links(model),
        (Command::RemoveAdded, _) => return enrichments::ask_remove(model),
        (Command::NewestCritical | Command::JumpBack, _) => {
            model.modes.replace(Mode::Detail(0));
            return on_board(model, command);
        }
        _ => return on_board(model, command),
    }
    Vec::new()
}

/// Columns and rows of the text in the detail over the list.
fn detail_area(model: &Model) -> (usize, usize) {
    layout(model.size).map_or((0, 0), |all| {
        let area = inside(all.upper);
        let (columns, height) = (usize::from(area.width), usize::from(area.height));
        let buttons = rows_of(&buttons(model, columns, height));
        (columns, height.saturating_sub(buttons + 1))
    })
}

fn in_log(model: &mut Model, command: Command) -> Vec<Effect> {
    if command == Command::NextUnseen {
        return log_lines::next_unseen(model);
    }
    let ticket = model.next_ticket();
    match model.log.command(command, ticket) {
        Some(Some(request)) => vec![Effect::LoadLog { ticket, request }],
        Some(None) | None => Vec::new(),
    }
}

/// Goes to a place.
pub(super) fn go(model: &mut Model, place: Place) -> Vec<Effect> {
    model.modes.clear();
    model.place = place;
    if place != Place::Log || model.log.is_open() {
        return Vec::new();
    }
    let ticket = model.next_ticket();
    let request = model.log.open("", ticket);
    vec![Effect::LoadLog { ticket, request }]
}

fn open_filter(model: &mut Model) -> Vec<Effect> {
    let text = match model.place {
        Place::Incidents => {
            model.board.prepare_filter(&model.channels);
            model.board.filter()
        }
        Place::Actions => model.manage.filter(),
        Place::Log => model.log.text(),
    };
    let line = Line::new(text);
    model.modes.replace(Mode::Filter(line));
    Vec::new()
}

/// Filters the list of the place by `text`.
pub(super) fn set_filter(model: &mut Model, text: &str) -> Vec<Effect> {
    match model.place {
        Place::Incidents => model.board.set_filter(text, &model.channels),
        Place::Actions => model.manage.set_filter(text, &model.actions, &model.channels),
        Place::Log if model.log.text() != text => {
            let ticket = model.next_ticket();
            let request = model.log.open(text, ticket);
            return vec![Effect::LoadLog { ticket, request }];
        }
        Place::Log => {}
    }
    Vec::new()
}

fn back(model: &mut Model) -> Vec<Effect> {
    if model.place == Place::Incidents && model.board.unmark_all() {
        return Vec::new();
    }
    let filtered = match model.place {
        Place::Incidents => !model.board.filter().is_empty(),
        Place::Actions => !model.manage.filter().is_empty(),
        Place::Log => !model.log.text().is_empty(),
    };
    if filtered {
        return set_filter(model, "");
    }
    if model.place == Place::Incidents { Vec::new() } else { go(model, Place::Incidents) }
}

fn open(model: &mut Model) -> Vec<Effect> {
    match model.place {
        Place::Incidents if model.board.selected().is_some() => {
            model.modes.replace(Mode::Detail(0));
            Vec::new()
        }
        Place::Log => match model.log.selected().cloned() {
            Some(line) => log_lines::open(model, line),
            None => Vec::new(),
        },
        Place::Incidents | Place::Actions => Vec::new(),
    }
}

/// Opens the help for what has the keys now.
pub(super) fn open_help(model: &mut Model) -> Vec<Effect> {
    let context = model.context();
    model.modes.push(Mode::Help(Help { context, scroll: 0 }));
    Vec::new()
}

fn copy_number(model: &mut Model) -> Vec<Effect> {
    match model.board.selected() {
        Some(entry) => vec![Effect::Copy { text: clean(&entry.row.num).into_owned(), what: "number" }],
        None => Vec::new(),
    }
}

fn copy_link(model: &mut Model) -> Vec<Effect> {
    match model.board.opened() {
        Some(incident) if !incident.detail_url.is_empty() => {
            vec![Effect::Copy { text: clean(&incident.detail_url).into_owned(), what: "link" }]
        }
        Some(_) => {
            model.said = Some("this incident has no link".to_owned());
            Vec::new()
        }
        None => Vec::new(),
    }
}

/// A wish that holds in every place; `None` where the command is none of these.
pub(super) fn anywhere(model: &mut Model, context: Context, command: Command) -> Option<Vec<Effect>> {
    if !matches!(context, Context::Incidents | Context::Detail | Context::Actions | Context::Log | Context::LogDetail) {
        return None;
    }
    Some(match command {
        Command::GoIncidents => go(model, Place::Incidents),
        Command::GoActions => go(model, Place::Actions),
        Command::GoLog => go(model, Place::Log),
        Command::Refresh => vec![Effect::Refresh],
        Command::Redraw => vec![Effect::Redraw],
        Command::Help => open_help(model),
        Command::Quit => quit(model),
        Command::Suspend => suspend(model),
        Command::TakeBack => cancel::take_back(model),
        _ => return None,
    })
}

fn quit(model: &mut Model) -> Vec<Effect> {
    let runs = model.recent.ours();
    if runs == 0 {
        model.leaving = true;
        return vec![Effect::Quit];
    }
    model.modes.push(Mode::Ask(Ask::Leave { runs }));
    Vec::new()
}

fn suspend(model: &mut Model) -> Vec<Effect> {
    let runs = model.recent.ours();
    if runs == 0 {
        return vec![Effect::Suspend];
    }
    let what = if runs == 1 { "1 run is".to_owned() } else { format!("{runs} runs are") };
    model.said = Some(format!("{what} in flight and would stand still: Ctrl-Z works when they have ended"));
    Vec::new()
}

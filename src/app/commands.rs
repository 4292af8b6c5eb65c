//! What a wish of the operator does in the places that are lists and texts.

use super::buttons::buttons;
use super::command::{Command, CopyCommand, GlobalCommand, IncidentCommand, Motion, PlaceCommand, RunCommand};
use super::effect::Effect;
use super::incidents::around::around;
use super::layout::inside;
use super::model::Model;
use super::modes::Mode;
use super::modes::help::Help;
use super::modes::lists::Detail;
use super::modes::question::Question;
use super::pages::sheet::scrolled;
use super::pages::tabs;
use super::state::place::Place;
use super::{actions, cancel, enrichments, finding, incident_detail, log_lines, operation, palette, press, resend};
use crate::domain::text::clean;

/// A wish in the list of the place.
pub(super) fn browse(model: &mut Model, command: Command) -> Vec<Effect> {
    match command {
        Command::Move(motion) => go(model, motion),
        Command::Open => open(model),
        Command::Back => back(model),
        Command::Place(command) => in_place(model, command),
        Command::Copy(command) => copy(model, command),
        // Belong to dialogs.
        Command::Edit(_) | Command::Answer(_) => Vec::new(),
    }
}

/// A wish that is meant for a place.
pub(super) fn in_place(model: &mut Model, command: PlaceCommand) -> Vec<Effect> {
    match command {
        PlaceCommand::Filter => {
            finding::open(model);
            Vec::new()
        }
        PlaceCommand::List(command) => {
            finding::list(model, command);
            Vec::new()
        }
        PlaceCommand::Global(command) => global(model, command),
        PlaceCommand::Operate(command) => operation::command(model, command),
        PlaceCommand::Marks(command) => {
            if !model.board.mark_command(command) {
                model.said = Some(press::by_chance(model));
            }
            Vec::new()
        }
        PlaceCommand::Incident(command) => incident(model, command),
        PlaceCommand::Action(command) => actions::command(model, command),
        PlaceCommand::Run(command) => run(model, command),
    }
}

/// The digit after `e`: edits the button of that slot. Any other key means what it always does.
pub(super) fn pick_button(model: &mut Model, command: Command) -> Vec<Effect> {
    model.modes.pop();
    if let Command::Place(PlaceCommand::Incident(IncidentCommand::Press(slot))) = command {
        return actions::edit_button(model, slot);
    }
    if command == Command::Back { Vec::new() } else { browse(model, command) }
}

/// A wish in the detail over the list.
pub(super) fn in_detail(model: &mut Model, scroll: u16, command: Command) -> Vec<Effect> {
    match command {
        Command::Move(motion) => {
            let (columns, height) = detail_area(model);
            let rows = tabs::rows(model, columns).len();
            let to = scrolled(usize::from(scroll), height, rows, motion);
            model.modes.replace(Mode::Detail(Detail { scroll: u16::try_from(to).unwrap_or(u16::MAX) }));
            Vec::new()
        }
        Command::Back => {
            model.modes.pop();
            Vec::new()
        }
        Command::Open | Command::Place(_) | Command::Copy(_) | Command::Edit(_) | Command::Answer(_) => {
            browse(model, command)
        }
    }
}

fn incident(model: &mut Model, command: IncidentCommand) -> Vec<Effect> {
    match command {
        IncidentCommand::Press(slot) => return press::press(model, slot),
        IncidentCommand::NewestCritical => {
            from_the_first_row(model);
            if !model.board.newest_critical(&around!(model)) {
                model.said = Some("no critical incident is open".to_owned());
            }
        }
        IncidentCommand::JumpBack => {
            from_the_first_row(model);
            if !model.board.jump_back(&around!(model)) {
                model.said = Some("nowhere to go back to".to_owned());
            }
        }
        IncidentCommand::NextTab => incident_detail::turn(model, true),
        IncidentCommand::PrevTab => incident_detail::turn(model, false),
        IncidentCommand::PickLink => incident_detail::pick(model),
        IncidentCommand::RemoveAdded => return enrichments::ask_remove(model),
    }
    Vec::new()
}

/// Another incident is read from its first row.
fn from_the_first_row(model: &mut Model) {
    if let Mode::Detail(open) = model.modes.top_mut() {
        open.scroll = 0;
    }
}

/// A wish about runs: the one of the line that is open or under the cursor, else those of the selected incident.
fn run(model: &mut Model, command: RunCommand) -> Vec<Effect> {
    match command {
        RunCommand::NextUnseen => log_lines::next_unseen(model),
        RunCommand::CancelRun => cancel::ask(model),
        RunCommand::RunAgain => resend::open(model, false),
        RunCommand::RunWith => resend::open(model, true),
    }
}

fn copy(model: &mut Model, command: CopyCommand) -> Vec<Effect> {
    match command {
        CopyCommand::CopyNumber => copy_number(model),
        CopyCommand::CopyLink => copy_link(model),
        CopyCommand::CopyLinks => enrichments::copy_links(model),
        // Stand where a request is shown.
        CopyCommand::CopyRequest | CopyCommand::CopyCurl => Vec::new(),
    }
}

/// Columns and rows of the text in the detail over the list.
fn detail_area(model: &Model) -> (usize, usize) {
    model.layout().map_or((0, 0), |all| {
        let area = inside(all.upper);
        let (columns, height) = (usize::from(area.width), usize::from(area.height));
        let buttons = buttons(model, columns, height / 2).rows().min(height / 2);
        (columns, height.saturating_sub(buttons + 1))
    })
}

/// Moves the cursor of the place's list.
pub(super) fn go(model: &mut Model, motion: Motion) -> Vec<Effect> {
    match model.place {
        Place::Incidents => model.board.go(motion, &around!(model)),
        Place::Actions => model.action_list.go(motion),
        Place::Log => {
            let ticket = model.next_ticket();
            let request = model.log.go(motion, ticket);
            return request.map(|request| Effect::LoadLog { ticket, request }).into_iter().collect();
        }
    }
    Vec::new()
}

fn go_to(model: &mut Model, place: Place) -> Vec<Effect> {
    model.modes.clear();
    model.place = place;
    if place != Place::Log || model.log.is_open() {
        return Vec::new();
    }
    let ticket = model.next_ticket();
    let request = model.log.open("", ticket);
    vec![Effect::LoadLog { ticket, request }]
}

/// Filters the list of the place by `text`.
pub(super) fn set_filter(model: &mut Model, text: &str) -> Vec<Effect> {
    match model.place {
        Place::Incidents => model.board.set_filter(text, &around!(model)),
        Place::Actions => model.action_list.set_filter(text, &model.actions, &model.channels),
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
    if model.place == Place::Incidents && model.board.filter().is_empty() && model.board.view_at() != 0 {
        model.board.show_all(&around!(model));
        return Vec::new();
    }
    let filtered = match model.place {
        Place::Incidents => !model.board.filter().is_empty(),
        Place::Actions => !model.action_list.filter().is_empty(),
        Place::Log => !model.log.text().is_empty(),
    };
    if filtered {
        return set_filter(model, "");
    }
    if model.place == Place::Incidents { Vec::new() } else { go_to(model, Place::Incidents) }
}

fn open(model: &mut Model) -> Vec<Effect> {
    match model.place {
        Place::Incidents if model.board.fold(&around!(model)) => Vec::new(),
        Place::Incidents if model.board.selected().is_some() => {
            model.modes.replace(Mode::Detail(Detail::default()));
            Vec::new()
        }
        Place::Log => match model.log.selected().cloned() {
            Some(line) => log_lines::open(model, line),
            None => Vec::new(),
        },
        Place::Incidents | Place::Actions => Vec::new(),
    }
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

/// A wish that holds wherever nothing is asked.
fn global(model: &mut Model, command: GlobalCommand) -> Vec<Effect> {
    match command {
        GlobalCommand::GoIncidents => go_to(model, Place::Incidents),
        GlobalCommand::GoActions => go_to(model, Place::Actions),
        GlobalCommand::GoLog => go_to(model, Place::Log),
        GlobalCommand::Refresh => vec![Effect::Refresh],
        GlobalCommand::Redraw => vec![Effect::Redraw],
        GlobalCommand::Help => {
            let context = model.context();
            let buttons = palette::buttons_here(model);
            model.modes.push(Mode::Help(Help { context, scroll: 0, buttons }));
            Vec::new()
        }
        GlobalCommand::Palette => {
            palette::open(model);
            Vec::new()
        }
        GlobalCommand::Quit => quit(model),
        GlobalCommand::Suspend => suspend(model),
        GlobalCommand::TakeBack => cancel::take_back(model),
    }
}

fn quit(model: &mut Model) -> Vec<Effect> {
    let runs = model.recent.ours();
    if runs == 0 {
        model.leaving = true;
        return vec![Effect::Quit];
    }
    model.modes.push(Mode::Question(Question::Leave { runs }));
    Vec::new()
}

fn suspend(model: &mut Model) -> Vec<Effect> {
    let runs = model.recent.ours();
    if runs == 0 {
        return vec![Effect::Suspend];
    }
    let what = if runs == 1 { "1 run is".to_owned() } else { format!("{runs} runs are") };
    let words = format!("{what} in flight and would stand still: <suspend> works when they have ended");
    model.said = Some(model.settings.keys.hint(model.context(), &words));
    Vec::new()
}

//! Every key of a screen, made from the key table.

use std::convert::Infallible;

use crate::app::command::{Command, GlobalCommand, IncidentCommand, PlaceCommand, RunCommand};
use crate::app::keymap::Context;
use crate::app::keys::Keys;
use crate::app::layer::{Layer, Step};
use crate::app::pages::sheet::{Row, Tone, scrolled};
use crate::app::state::place::Place;
use crate::domain::run::Outcome;

#[derive(Clone, Debug, PartialEq)]
pub struct Help {
    /// What it explains.
    pub context: Context,
    /// Lines scrolled.
    pub scroll: usize,
    /// The buttons of the channel that is looked at: number and name, clean.
    pub buttons: Vec<(u8, String)>,
}

impl Help {
    /// Scrolls where `height` rows are seen at once, or closes.
    pub fn command(&mut self, command: Command, keys: &Keys, height: usize) -> Step<Infallible> {
        match command {
            Command::Back => return Step::Close,
            Command::Move(motion) => {
                let rows = help_rows(keys, self).len();
                self.scroll = scrolled(self.scroll, height, rows, motion);
            }
            Command::Open | Command::Place(_) | Command::Copy(_) | Command::Edit(_) | Command::Answer(_) => {}
        }
        Step::Stay
    }
}

impl Layer for Help {
    fn context(&self, _: Place) -> Context {
        Context::Help
    }

    fn covers(&self) -> bool {
        true
    }
}

/// What the keys of a place are for, in the order of the help.
const GROUPS: [&str; 7] = ["Do", "Find", "Mark", "Move", "Actions", "Copy", "andon"];

/// The rows of the help.
pub fn help_rows(keys: &Keys, help: &Help) -> Vec<Row> {
    let all: Vec<(&'static str, Row)> = keys
        .rows(help.context)
        // Nine rows that differ in a digit say no more than one.
        .filter(|bound| !is_press(bound.binding.command))
        .map(|bound| (group(bound.binding.command), row(&bound.names.join(" "), bound.binding.help)))
        .collect();
    if help.context.list().is_none() {
        return all.into_iter().map(|(_, row)| row).collect();
    }
    let presses = keys.rows(help.context).any(|bound| is_press(bound.binding.command));
    let mut rows = Vec::new();
    for name in GROUPS {
        rows.push(Row::new(Tone::Head, name));
        if name == "Do" && presses {
            rows.push(row(
                "1..9",
                "press the button of that slot: for the marked incidents, else the one in the detail",
            ));
            rows.extend(help.buttons.iter().map(|(slot, button)| row(&format!("  {slot}"), button)));
        }
        rows.extend(all.iter().filter(|(group, _)| *group == name).map(|(_, row)| row.clone()));
        if rows.last().is_some_and(|last| last.text() == name) {
            rows.pop();
        }
    }
    rows.push(Row::new(Tone::Head, "Marks"));
    let owners = [
        ("–", "nobody has it"),
        ("◐", "acknowledged, by whom"),
        ("z", "snoozed, until when"),
        ("m", "muted or inhibited at its source"),
        ("✓", "closed"),
    ];
    let outcomes = [
        (Outcome::Succeeded, "succeeded"),
        (Outcome::Accepted, "accepted: taken, its end is not known here"),
        (Outcome::Failed, "failed"),
        (Outcome::Unknown, "unknown: it may have run"),
        (Outcome::Cancelled, "cancelled before it was sent"),
        (Outcome::Refused, "refused: nothing was sent"),
    ];
    rows.extend(owners.map(|(mark, words)| row(mark, words)));
    rows.extend(outcomes.map(|(outcome, words)| row(outcome.mark(), words)));
    rows
}

fn is_press(command: Command) -> bool {
    matches!(command, Command::Place(PlaceCommand::Incident(IncidentCommand::Press(_))))
}

fn group(command: Command) -> &'static str {
    match command {
        Command::Move(_) | Command::Open | Command::Back => "Move",
        Command::Copy(_) => "Copy",
        Command::Edit(_) | Command::Answer(_) => "Do",
        Command::Place(command) => match command {
            PlaceCommand::Filter
            | PlaceCommand::List(_)
            | PlaceCommand::Global(GlobalCommand::Palette)
            | PlaceCommand::Incident(IncidentCommand::NewestCritical)
            | PlaceCommand::Run(RunCommand::NextUnseen) => "Find",
            PlaceCommand::Global(GlobalCommand::TakeBack)
            | PlaceCommand::Incident(IncidentCommand::RemoveAdded)
            | PlaceCommand::Operate(_)
            | PlaceCommand::Run(_) => "Do",
            PlaceCommand::Global(_) => "andon",
            PlaceCommand::Marks(_) => "Mark",
            PlaceCommand::Incident(_) => "Move",
            PlaceCommand::Action(_) => "Actions",
        },
    }
}

fn row(keys: &str, help: &str) -> Row {
    Row::new(Tone::Key, &format!("{keys:<16} ")).and(Tone::Plain, help)
}

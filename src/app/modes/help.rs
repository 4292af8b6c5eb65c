//! Every key of a screen, made from the key table.

use std::convert::Infallible;

use crate::app::command::{Command, IncidentCommand, PlaceCommand};
use crate::app::keymap::Context;
use crate::app::keys::Keys;
use crate::app::layer::{Layer, Step};
use crate::app::pages::sheet::{Row, Tone, scrolled};
use crate::app::state::place::Place;

#[derive(Clone, Debug, PartialEq)]
pub struct Help {
    /// What it explains.
    pub context: Context,
    /// Lines scrolled.
    pub scroll: usize,
}

impl Help {
    /// Scrolls where `height` rows are seen at once, or closes.
    pub fn command(&mut self, command: Command, keys: &Keys, height: usize) -> Step<Infallible> {
        match command {
            Command::Back => return Step::Close,
            Command::Move(motion) => {
                let rows = help_rows(keys, self.context).len();
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

/// The rows of the help for a context.
pub fn help_rows(keys: &Keys, context: Context) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut digits = false;
    for bound in keys.rows(context) {
        let binding = bound.binding;
        // Nine rows that differ in a digit say no more than one.
        if matches!(binding.command, Command::Place(PlaceCommand::Incident(IncidentCommand::Press(_)))) {
            if !std::mem::replace(&mut digits, true) {
                rows.push(row(
                    "1..9",
                    "press the button of that slot: for the marked incidents, else the one in the detail",
                ));
            }
            continue;
        }
        rows.push(row(&bound.names.join(" "), binding.help));
    }
    rows
}

fn row(keys: &str, help: &str) -> Row {
    Row::new(Tone::Key, &format!("{keys:<16} ")).and(Tone::Plain, help)
}

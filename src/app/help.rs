//! Every key of a screen, made from the key table.

use super::keymap::Context;
use super::keys::Keys;
use super::sheet::{Row, Tone};

/// The help, opened.
#[derive(Clone, Debug, PartialEq)]
pub struct Help {
    /// What it explains.
    pub context: Context,
    /// Lines scrolled.
    pub scroll: usize,
}

/// The rows of the help for a context.
pub fn help_rows(keys: &Keys, context: Context) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut digits = false;
    for bound in keys.rows(context) {
        let binding = bound.binding;
        // Nine rows that differ in a digit say no more than one.
        if matches!(binding.command, super::keymap::Command::Press(_)) {
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

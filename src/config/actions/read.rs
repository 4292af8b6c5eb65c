//! The file as a whole: its head, then its actions.

use std::path::Path;

use super::super::error::ConfigError;
use super::super::table::{Table, read_toml};
use super::{action, preset};
use crate::domain::action::Action;
use crate::domain::text::clean;

/// A file of actions, as read. `${kept:NAME}` stands as written until [`keep`](super::keep) has put in what is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct ActionFile {
    /// Whose actions these are: what `--prune` may remove. Empty where the file does not say.
    pub origin: String,
    /// The actions in the order written, each with this `origin`. A slot 0 stands where the file names none.
    pub actions: Vec<Action>,
    /// The line that each action begins at.
    pub lines: Vec<usize>,
}

/// Reads a file of actions; `file` is what faults name.
/// The error has all faults of the file, each with its place; none shows a value that may be secret.
pub fn read(text: &str, file: &str) -> Result<ActionFile, ConfigError> {
    read_toml(Path::new(file), text, |root, reading| {
        let table = Table::new(reading, root, 0..0);
        let mut out = ActionFile { origin: origin(&table), actions: Vec::new(), lines: Vec::new() };
        for table in table.tables("action", "[[action]]") {
            let base = preset::base(&table);
            let mut action = action::read(&table, &out.actions, base);
            action.origin.clone_from(&out.origin);
            out.lines.push(line_of(text, table.span.start));
            out.actions.push(action);
        }
        table.finish();
        out
    })
}

fn origin(table: &Table<'_>) -> String {
    let Some(entry) = table.entry("origin") else { return String::new() };
    let text = table.text_of(&entry, true).unwrap_or("-");
    if text.is_empty() || text.trim() != text || text.chars().count() > 64 || clean(text) != text {
        let expected = "expected 1 to 64 visible characters, such as \"platform\"";
        table.reading.fault(entry.fault(true, "not an origin", expected));
    }
    text.to_owned()
}

fn line_of(text: &str, at: usize) -> usize {
    text.get(..at).map_or(1, |before| before.matches('\n').count() + 1)
}

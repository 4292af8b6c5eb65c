//! The file as a whole: its head, then its actions.

use std::path::Path;

use toml::de::DeTable;

use super::super::error::{ConfigError, FileFault};
use super::super::table::{Reading, Table};
use super::action;
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
///
/// # Errors
/// All faults of the file at once, each with its place. None shows a value that may be secret.
pub fn read(text: &str, file: &str) -> Result<ActionFile, ConfigError> {
    let path = Path::new(file);
    let (root, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        let faults = errors
            .iter()
            .map(|error| FileFault::new(error.span().unwrap_or(0..0), "this is not TOML", error.message()));
        return Err(ConfigError::in_file(path, text, faults.collect()));
    }
    let reading = Reading::default();
    let table = Table::new(&reading, root.get_ref(), 0..0);
    let mut out = ActionFile { origin: origin(&table), actions: Vec::new(), lines: Vec::new() };
    for table in table.tables("action", "[[action]]") {
        let mut action = action::read(&table, &out.actions);
        action.origin.clone_from(&out.origin);
        out.lines.push(line_of(text, table.span.start));
        out.actions.push(action);
    }
    table.finish();
    let faults = reading.faults.into_inner();
    if faults.is_empty() { Ok(out) } else { Err(ConfigError::in_file(path, text, faults)) }
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

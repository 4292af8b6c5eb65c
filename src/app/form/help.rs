//! One line of help for where the cursor is.

use super::Form;
use super::fields::{FIELDS, Value};
use super::headers::Headers;
use super::inputs::{InputRows, Part};
use crate::domain::action::{InputKind, names_a_secret};

impl Form {
    /// One line of help for where the cursor is, with names of commands for their keys.
    pub fn help(&self) -> &str {
        if self.picker.is_some() {
            return "<open> fills the form from it; name and channels stay as typed. Type to filter, <back> leaves.";
        }
        let field = FIELDS.get(self.active).map_or("", |row| row.help.as_str());
        match self.values.get(self.active) {
            Some(Value::Headers(headers)) => of_headers(headers),
            Some(Value::Inputs(asked)) => of_inputs(asked).unwrap_or(field),
            Some(Value::Secret(secret)) if secret.is_untouched() => {
                "A stored secret: typing replaces it, <reveal> shows it for 5 seconds."
            }
            _ => field,
        }
    }
}

fn of_headers(headers: &Headers) -> &'static str {
    let (row, column) = headers.cursor();
    match (headers.rows().get(row), column) {
        (None, _) => "Headers are sent with every request. <open> adds one.",
        (Some(_), 0) => {
            "The header's name, such as Authorization. <remove-header> removes it, <add-header> adds another."
        }
        (Some(row), _) if row.is_untouched() => "A stored secret: typing replaces it, <reveal> shows it for 5 seconds.",
        (Some(row), _) if names_a_secret(row.name().value()) => {
            "A secret: kept in andon's own store, masked wherever it is shown. <reveal> shows it for 5 seconds."
        }
        (Some(_), _) => "The header's value, masked wherever it is shown. <reveal> shows it for 5 seconds.",
    }
}

fn of_inputs(asked: &InputRows) -> Option<&'static str> {
    let (row, part) = asked.cursor()?;
    let kind = asked.rows().get(row)?.kind();
    Some(match (part, kind) {
        (Part::Name, _) => {
            "Letters, digits and _: it is sent as inputs.NAME. <remove-header> removes it, <add-header> adds another."
        }
        (Part::Kind, _) => {
            "What is asked. Space or the arrows choose. A secret is never shown nor stored at the press."
        }
        (Part::Required, _) => "Whether it must be given. Space switches.",
        (Part::Rule, InputKind::Choice) => "What can be chosen, with commas: v41, v42.",
        (Part::Rule, InputKind::Number) => "From which number to which: 1..5, 1.. or ..5. Empty: any.",
        (Part::Rule, _) => "A regular expression that the whole text must match. Empty: any.",
        (Part::Default, InputKind::Secret) => "What stands there before anything is typed, kept in andon's own store.",
        (Part::Default, _) => "What stands there before anything is typed.",
        (Part::Help, _) => "One line for whoever fills it in.",
    })
}

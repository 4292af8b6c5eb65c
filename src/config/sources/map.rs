//! `where` and `[source.map]`: which items a source has, and what fills the fields of an incident.

use std::collections::BTreeMap;

use super::super::error::FileFault;
use super::super::table::{Entry, Table};
use crate::domain::contract_fields::{INCIDENT, PERSON};
use crate::domain::near::{did_you_mean, near};
use crate::domain::text::clean;
use crate::template::{check_item_condition, check_item_text};

/// What says where the items are.
const LIST: &str = "list";
/// What takes names of the user's own behind a dot.
const OPEN: [&str; 2] = ["labels", "fields"];
/// What has fields of its own.
const PEOPLE: [&str; 2] = ["creator", "closer"];

/// Fields, and for each the paths and templates that may fill it.
pub(super) fn read(table: &Table<'_>) -> BTreeMap<String, Vec<String>> {
    let mut out = BTreeMap::new();
    for entry in table.in_order() {
        if entry.name != LIST && !is_field(entry.name) {
            table.reading.fault(unknown(&entry));
            continue;
        }
        let texts = table.strings(&entry, true, "a path, or a list of paths");
        if texts.is_empty() && entry.value.get_ref().is_array() {
            table.reading.fault(entry.fault(true, format!("`{}` is empty", entry.name), "expected at least one path"));
        }
        if entry.name == LIST && texts.len() > 1 {
            table.reading.fault(entry.fault(
                true,
                "`list` has several paths",
                "expected one; `*` stands for every name",
            ));
        }
        for (span, text) in &texts {
            let fault = |title: String, label: String| entry.fault_at(span.clone(), true, title, label);
            if text.trim().is_empty() {
                let label = "expected a path such as \"fields.summary\"".to_owned();
                table.reading.fault(fault(format!("`{}` is empty", entry.name), label));
            } else if text.contains("{{") || text.contains("{%") {
                if entry.name == LIST {
                    let label = "expected a path such as \"data.items\"".to_owned();
                    table.reading.fault(fault("`list` is a template".to_owned(), label));
                } else if let Err(error) = check_item_text(text) {
                    table.reading.fault(fault("a template that cannot be filled".to_owned(), error.message));
                }
            }
        }
        out.insert(entry.name.to_owned(), texts.into_iter().map(|(_, text)| text.to_owned()).collect());
    }
    out
}

fn is_field(name: &str) -> bool {
    if INCIDENT.iter().any(|(field, _)| *field == name) {
        return true;
    }
    match name.split_once('.') {
        Some((outer, inner)) if OPEN.contains(&outer) => !inner.is_empty(),
        Some((outer, inner)) if PEOPLE.contains(&outer) => PERSON.iter().any(|(field, _)| *field == inner),
        _ => false,
    }
}

fn unknown(entry: &Entry<'_>) -> FileFault {
    let names = || INCIDENT.iter().map(|(field, _)| *field).chain([LIST]);
    let title = format!("the map has no field `{}`", clean(entry.name));
    let label = "expected a field of the contract, labels.NAME, fields.NAME or list";
    let part = || {
        let part = entry.name.to_lowercase();
        let found = names().find(|name| part.len() > 1 && name.split('_').any(|word| word == part));
        found.map(|found| format!("did you mean `{found}`?"))
    };
    let near = match entry.name {
        "where" => Some("`where` stands beside `kind`, outside of the map".to_owned()),
        name => inner(name).or_else(|| did_you_mean(name, names())).or_else(part),
    };
    FileFault::new(entry.key.clone(), title, label).at_key(entry.key.clone()).help(near)
}

/// What was meant by a field inside of another: `lables.owner`, `creator.nam`.
fn inner(name: &str) -> Option<String> {
    let (outer, inner) = name.split_once('.').filter(|(_, inner)| !inner.is_empty())?;
    let outer = near(outer, OPEN.into_iter().chain(PEOPLE)).first().copied()?;
    if OPEN.contains(&outer) {
        return Some(format!("did you mean `{outer}.{inner}`?"));
    }
    let names = || PERSON.iter().map(|(name, _)| *name);
    let by_word = || names().find(|name| name.split('_').any(|word| !near(inner, [word]).is_empty()));
    let meant = near(inner, names()).first().copied().or_else(by_word)?;
    Some(format!("did you mean `{outer}.{meant}`?"))
}

/// An expression over an item.
pub(super) fn condition(table: &Table<'_>, name: &'static str) -> Option<String> {
    let entry = table.entry(name)?;
    let text = table.text_of(&entry, true)?;
    if let Err(error) = check_item_condition(text) {
        table.reading.fault(entry.fault(true, "not a condition", error.message));
    }
    Some(text.to_owned())
}

//! `[[view]]`: lists of incidents that have a name, and what lists can be grouped by.

use crate::domain::query::Query;
use crate::domain::saved_view::{Group, SavedView, Sort};
use crate::domain::text::clean;

use super::table::Table;

/// The longest name of a view, in characters: it stands in one line with all others.
const NAME: usize = 24;

/// Reads every view.
pub(super) fn read(root: &Table<'_>) -> Vec<SavedView> {
    let mut names: Vec<String> = SavedView::built_in().into_iter().map(|view| view.name).collect();
    root.tables("view", "[[view]]").iter().filter_map(|table| view(table, &mut names)).collect()
}

fn view(table: &Table<'_>, names: &mut Vec<String>) -> Option<SavedView> {
    let name = name(table, names);
    let filter = filter(table);
    let sorts = [Sort::Severity, Sort::Newest, Sort::Title, Sort::LastRun].map(|sort| (sort.name(), sort));
    let sort = table.choice("sort", &sorts).unwrap_or_default();
    let group = table.text("group").map(Group::parse).unwrap_or_default();
    table.finish();
    Some(SavedView { name: name?, filter: filter.unwrap_or_default(), sort, group })
}

fn name(table: &Table<'_>, names: &mut Vec<String>) -> Option<String> {
    let entry = table.required("name", "name = \"payments\"")?;
    let name = table.text_of(&entry, true)?.trim();
    if name.is_empty() || name.chars().count() > NAME || clean(name) != name {
        let expected = format!("expected 1 to {NAME} characters, none of them invisible");
        table.reading.fault(entry.fault(true, "not a name for a view", expected));
        return None;
    }
    if names.iter().any(|other| other.eq_ignore_ascii_case(name)) {
        table.reading.fault(entry.fault(true, format!("two views are named {name}"), "expected another name"));
    }
    names.push(name.to_owned());
    Some(name.to_owned())
}

fn filter(table: &Table<'_>) -> Option<String> {
    let entry = table.required("filter", "filter = \"sev:crit label.team:payments\"")?;
    let text = table.text_of(&entry, true)?;
    let query = Query::parse(text);
    if let Some(doubt) = query.doubts.first() {
        table.reading.fault(entry.fault(true, "`filter` has a term that is none", doubt.clone()));
    } else if query.is_empty() {
        table.reading.fault(entry.fault(true, "`filter` filters nothing", "expected words or terms such as sev:crit"));
    }
    Some(text.to_owned())
}

/// What lists can be grouped by.
pub(super) fn groups(table: &Table<'_>) -> Vec<Group> {
    let Some(entry) = table.entry("groups") else {
        return Group::usual();
    };
    let names = table.strings(&entry, true, "channel, or the name of a label");
    names.into_iter().map(|(_, name)| Group::parse(name)).filter(|group| *group != Group::None).collect()
}

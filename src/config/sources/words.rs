//! `severity`, `progress` and `time_zone` of a source: what its words mean, and where its times are.

use jiff::tz::TimeZone;

use super::super::table::{Entry, Table};
use crate::domain::incident::{Progress, Severity};
use crate::domain::near::did_you_mean;
use crate::domain::words::Words;

/// Its tables from words, numbers and booleans to the contract's words.
pub(super) fn read(table: &Table<'_>) -> Words {
    let severity = meanings(table, "severity", "a severity", Severity::parse, &Severity::ALL.map(Severity::as_str));
    let progress = meanings(table, "progress", "a progress", Progress::parse, &Progress::ALL.map(Progress::as_str));
    Words::new(severity, progress)
}

fn meanings<T>(
    table: &Table<'_>,
    name: &'static str,
    what: &str,
    parse: impl Fn(&str) -> Option<T>,
    words: &[&'static str; 3],
) -> Vec<(String, T)> {
    let Some(meanings) = table.table(name) else { return Vec::new() };
    let meaning = |entry: Entry<'_>| {
        let word = meanings.text_of(&entry, true)?;
        let meaning = parse(word);
        if meaning.is_none() {
            let [first, second, third] = words;
            let fault = entry.fault(true, format!("not {what}"), format!("expected {first}, {second} or {third}"));
            table.reading.fault(fault.help(did_you_mean(word, *words)));
        }
        Some((entry.name.to_owned(), meaning?))
    };
    meanings.entries().filter_map(meaning).collect()
}

/// The zone of times that name none.
pub(super) fn time_zone(table: &Table<'_>) -> Option<String> {
    let entry = table.entry("time_zone")?;
    let name = table.text_of(&entry, true)?;
    if name != "local" && TimeZone::get(name).is_err() {
        let names: Vec<String> = jiff::tz::db().available().map(|name| name.to_string()).collect();
        let near = did_you_mean(name, names.iter().map(String::as_str));
        let expected = "expected a name such as \"Europe/Berlin\" or \"UTC\", or \"local\"";
        table.reading.fault(entry.fault(true, "not a time zone", expected).help(near));
    }
    Some(name.to_owned())
}

//! Presets: actions for well-known receivers, as data, with places for what differs from one house to the next.

use std::path::Path;

use toml::de::{DeTable, DeValue};
use url::Url;

use super::super::error::{ConfigError, FileFault};
use super::super::table::{Reading, Table};
use super::action;
use super::text::quoted;
use crate::domain::action::Action;
use crate::domain::near::did_you_mean;
use crate::domain::preset::Preset;
use crate::domain::text::clean;

/// What differs from one house to the next, written `@{name}` in a preset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placeholder {
    pub name: String,
    /// What could stand there.
    pub example: String,
    pub help: String,
}

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../../assets/presets/", $name, ".toml")))),*]
    };
}

/// In the order that lists show.
const FILES: [(&str, &str); 10] = files![
    "flashduty-receiver",
    "jenkins-build",
    "github-workflow",
    "rundeck-job",
    "awx-job",
    "argocd-sync",
    "argocd-rollback",
    "buildbot-force",
    "statuspage-incident",
    "slack-message",
];

/// All presets, in the order that lists show, with an example in every place.
pub fn presets() -> Vec<Preset> {
    // A fault in an embedded file is one of the build: the tests read every one.
    FILES.iter().filter_map(|(name, text)| with_examples(name, text).ok()).map(|read| read.0).collect()
}

/// The places of a preset; empty where there is no such preset.
pub fn placeholders(name: &str) -> Vec<Placeholder> {
    FILES.iter().find(|(known, _)| *known == name).map(|(_, text)| places(text)).unwrap_or_default()
}

/// The action of a preset with these values in its places, without channels.
/// The error is sentences: no such preset, a name that is no place, a place without a value, a value that makes the action wrong.
pub fn from_preset(name: &str, values: &[(String, String)]) -> Result<Action, Vec<String>> {
    let names = || FILES.iter().map(|(name, _)| *name);
    let Some((name, text)) = FILES.iter().find(|(known, _)| *known == name) else {
        let known: Vec<&str> = names().collect();
        let near = did_you_mean(name, names()).unwrap_or_else(|| format!("there are: {}", known.join(", ")));
        return Err(vec![format!("there is no preset \"{}\"; {near}", clean(name))]);
    };
    let places = placeholders(name);
    let faults = place_faults(name, &places, values);
    if !faults.is_empty() {
        return Err(faults);
    }
    let filled = fill(text, values.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    parse(name, &filled).map(|(preset, _)| preset.action).map_err(|error| error.faults)
}

/// What an `[[action]]` of a file begins from, where it says `preset = "awx-job"`, or names values for its places beside:
/// `preset = { name = "awx-job", template = "42" }`. A place that nobody names is read off the file's own endpoint.
pub(super) fn base(table: &Table<'_>) -> Option<Action> {
    let entry = table.entry("preset")?;
    let told = |title: &str, message: String| table.reading.fault(entry.fault(true, title, message));
    let mut values: Vec<(String, String)> = Vec::new();
    let name = match entry.value.get_ref() {
        DeValue::Table(_) => {
            let inner = table.table_of(&entry, "the name of a preset")?;
            for value in inner.in_order() {
                let text = inner.text_of(&value, true)?;
                values.push((value.name.to_owned(), text.to_owned()));
            }
            let at = values.iter().position(|(name, _)| name == "name");
            let Some(at) = at else {
                told(
                    "the preset has no name",
                    "expected { name = \"awx-job\", url = \"https://awx.example\" }".to_owned(),
                );
                return None;
            };
            values.remove(at).1
        }
        _ => table.text_of(&entry, true)?.to_owned(),
    };
    let text = FILES.iter().find(|(known, _)| *known == name).map_or("", |(_, text)| text);
    let endpoint = table.entry("endpoint").and_then(|endpoint| endpoint.value.get_ref().as_str());
    for place in places(text).into_iter().filter(|place| !text.is_empty() && !place.example.is_empty()) {
        if values.iter().any(|(name, _)| *name == place.name) {
            continue;
        }
        let written = format!("@{{{}}}", place.name);
        let is_read = |line: &str| line.contains(&written) && !(endpoint.is_some() && line.starts_with("endpoint ="));
        match endpoint.and_then(|endpoint| read_off(text, &place.name, endpoint)) {
            Some(value) => values.push((place.name, value)),
            // It stands nowhere but where the file has its own.
            None if !text.lines().any(is_read) => values.push((place.name, place.example)),
            None => {}
        }
    }
    match from_preset(&name, &values) {
        Ok(action) => Some(action),
        Err(faults) => {
            let words = faults.join("; ").replace("--set ", "");
            told(
                "this preset cannot be used",
                format!("{words}; write preset = {{ name = \"{}\", .. }}", clean(&name)),
            );
            None
        }
    }
}

/// The value of a place as it stands in an endpoint of one's own; of an address its origin at least.
fn read_off(preset: &str, place: &str, endpoint: &str) -> Option<String> {
    let pattern = preset.lines().find_map(|line| line.strip_prefix("endpoint = \""))?.strip_suffix('"')?;
    let mut regex = regex_lite::escape(pattern);
    for other in places(preset) {
        let hole = if other.name == place { "(?<value>.+?)" } else { ".+?" };
        regex = regex.replace(&regex_lite::escape(&format!("@{{{}}}", other.name)), hole);
    }
    let found = regex_lite::Regex::new(&format!("^(?:{regex})$"))
        .ok()
        .and_then(|regex| Some(regex.captures(endpoint)?.name("value")?.as_str().to_owned()));
    let is_address = pattern.starts_with(&format!("@{{{place}}}"));
    found.or_else(|| {
        let url = Url::parse(endpoint).ok().filter(|_| is_address)?;
        Some(url.origin().ascii_serialization())
    })
}

fn place_faults(preset: &str, places: &[Placeholder], values: &[(String, String)]) -> Vec<String> {
    let names = || places.iter().map(|place| place.name.as_str());
    let unknown = values.iter().filter(|(name, _)| !names().any(|known| known == name)).map(|(name, _)| {
        let known: Vec<&str> = names().collect();
        let near = did_you_mean(name, names()).unwrap_or_else(|| format!("it has {}", known.join(", ")));
        format!("preset {preset} has no place \"{}\"; {near}", clean(name))
    });
    let empty = places.iter().filter(|place| !values.iter().any(|(name, _)| *name == place.name));
    let empty = empty
        .map(|Placeholder { name, example, help }| format!("preset {preset} wants --set '{name}={example}': {help}"));
    unknown.chain(empty).collect()
}

fn with_examples(name: &str, text: &str) -> Result<(Preset, Vec<Placeholder>), ConfigError> {
    let places = places(text);
    parse(name, &fill(text, places.iter().map(|place| (place.name.as_str(), place.example.as_str()))))
}

/// Every place stands inside a basic string, so a value is written as the inside of one.
fn fill<'a>(text: &str, values: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    values.fold(text.to_owned(), |text, (name, value)| {
        let value = quoted(value);
        text.replace(&format!("@{{{name}}}"), &value[1..value.len() - 1])
    })
}

/// The places alone: before they are filled, the action is not one.
fn places(text: &str) -> Vec<Placeholder> {
    let (root, _) = DeTable::parse_recoverable(text);
    let reading = Reading::default();
    read_places(&Table::new(&reading, root.get_ref(), 0..0))
}

fn read_places(root: &Table<'_>) -> Vec<Placeholder> {
    let place = |table: Table<'_>| {
        let out =
            Placeholder { name: words(&table, "name"), example: words(&table, "example"), help: words(&table, "help") };
        table.finish();
        out
    };
    root.tables("placeholder", "[[placeholder]]").into_iter().map(place).collect()
}

fn words(table: &Table<'_>, name: &'static str) -> String {
    table.text(name).unwrap_or_default().to_owned()
}

fn parse(name: &str, text: &str) -> Result<(Preset, Vec<Placeholder>), ConfigError> {
    let path = Path::new(name);
    let (root, errors) = DeTable::parse_recoverable(text);
    if let Some(error) = errors.first() {
        let fault = FileFault::new(error.span().unwrap_or(0..0), "this is not TOML", error.message());
        return Err(ConfigError::in_file(path, text, vec![fault]));
    }
    let reading = Reading::default();
    let root = Table::new(&reading, root.get_ref(), 0..0);
    let (title, about) = (words(&root, "title"), words(&root, "about"));
    let placeholders = read_places(&root);
    let actions = root.tables("action", "[[action]]");
    let action = actions.first().map(action::read_without_channels);
    root.finish();
    let faults = reading.faults.into_inner();
    match action {
        Some(action) if faults.is_empty() => Ok((Preset { name: name.to_owned(), title, about, action }, placeholders)),
        _ => Err(ConfigError::in_file(path, text, faults)),
    }
}

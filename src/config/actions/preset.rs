//! Presets: actions for well-known receivers, as data, with places for what differs from one house to the next.

use std::path::Path;

use toml::de::DeTable;

use super::super::error::{ConfigError, Fault, did_you_mean};
use super::super::table::{Reading, Table};
use super::action;
use super::text::quoted;
use crate::domain::action::Action;
use crate::domain::text::clean;

/// An action for a well-known receiver.
#[derive(Clone, Debug, PartialEq)]
pub struct Preset {
    /// Its name on the command line: `jenkins-build`.
    pub name: &'static str,
    /// What it is, in a few words.
    pub title: String,
    /// What it does and what it needs.
    pub about: String,
    /// What differs from one house to the next.
    pub placeholders: Vec<Placeholder>,
    /// The action with the examples in the places, without channels.
    pub action: Action,
    text: &'static str,
}

/// What differs from one house to the next, written `@{name}` in a preset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placeholder {
    /// Its name.
    pub name: String,
    /// What could stand there.
    pub example: String,
    /// What it is.
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

/// All presets, in the order that lists show.
pub fn presets() -> Vec<Preset> {
    // A fault in an embedded file is one of the build: the tests read every one.
    FILES.iter().filter_map(|(name, text)| read(name, text).ok()).collect()
}

impl Preset {
    /// The action with these values in its places.
    ///
    /// # Errors
    /// One sentence for each place that has no value and each name that is no place; else what the filled text lacks.
    pub fn fill(&self, values: &[(String, String)]) -> Result<Action, Vec<String>> {
        let mut faults = Vec::new();
        let names = || self.placeholders.iter().map(|place| place.name.as_str());
        for (name, _) in values.iter().filter(|(name, _)| !names().any(|known| known == name)) {
            let known = did_you_mean(name, names()).unwrap_or_else(|| {
                let known: Vec<&str> = names().collect();
                format!("it has {}", if known.is_empty() { "none".to_owned() } else { known.join(", ") })
            });
            faults.push(format!("preset {} has no place \"{}\"; {known}", self.name, clean(name)));
        }
        for place in &self.placeholders {
            if !values.iter().any(|(name, _)| *name == place.name) {
                let Placeholder { name, example, help } = place;
                faults.push(format!("preset {} wants --set '{name}={example}': {help}", self.name));
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let filled = fill(self.text, values.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        parse(self.name, &filled).map(|(.., action)| action).map_err(|error| error.faults)
    }
}

fn read(name: &'static str, text: &'static str) -> Result<Preset, ConfigError> {
    let (_, _, placeholders, _) = parse(name, text)?;
    let examples = placeholders.iter().map(|place| (place.name.as_str(), place.example.as_str()));
    let (title, about, placeholders, action) = parse(name, &fill(text, examples))?;
    Ok(Preset { name, title, about, placeholders, action, text })
}

/// Every place stands inside a basic string, so a value is written as the inside of one.
fn fill<'a>(text: &str, values: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    values.fold(text.to_owned(), |text, (name, value)| {
        let value = quoted(value);
        text.replace(&format!("@{{{name}}}"), &value[1..value.len() - 1])
    })
}

fn parse(name: &str, text: &str) -> Result<(String, String, Vec<Placeholder>, Action), ConfigError> {
    let path = Path::new(name);
    let (root, errors) = DeTable::parse_recoverable(text);
    if let Some(error) = errors.first() {
        let fault = Fault::new(error.span().unwrap_or(0..0), "this is not TOML", error.message());
        return Err(ConfigError::in_file(path, text, vec![fault]));
    }
    let reading = Reading::default();
    let root = Table::new(&reading, root.get_ref(), 0..0);
    let words = |table: &Table<'_>, name| table.text(name).unwrap_or_default().to_owned();
    let (title, about) = (words(&root, "title"), words(&root, "about"));
    let places = root.tables("placeholder", "[[placeholder]]");
    let placeholders = places.iter().map(|table| {
        let out =
            Placeholder { name: words(table, "name"), example: words(table, "example"), help: words(table, "help") };
        table.finish();
        out
    });
    let placeholders = placeholders.collect();
    let actions = root.tables("action", "[[action]]");
    let action = actions.first().and_then(action::read_without_channels);
    root.finish();
    let faults = reading.faults.into_inner();
    match action {
        Some(action) if faults.is_empty() => Ok((title, about, placeholders, action)),
        _ => Err(ConfigError::in_file(path, text, faults)),
    }
}

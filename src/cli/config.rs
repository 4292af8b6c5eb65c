//! `andon config init|check|path`.

use serde_json::{Value, json};

use super::args::ConfigCommand;
use super::exit::{CommandError, Exit};
use super::output::Output;
use crate::config::{self, Level, Places};

pub(super) fn run(command: ConfigCommand, places: &Places, out: &mut Output) -> Result<Exit, CommandError> {
    match command {
        ConfigCommand::Init => init(places, out),
        ConfigCommand::Check => Ok(check(places, out)),
        ConfigCommand::Path => Ok(path(places, out)),
    }
}

fn init(places: &Places, out: &mut Output) -> Result<Exit, CommandError> {
    config::init(&places.config_file).map_err(|error| CommandError { exit: Exit::Failed, messages: error.faults })?;
    let path = places.config_file.display().to_string();
    if out.is_json() {
        out.object(json!({ "config": path }));
    } else {
        out.line(&format!("wrote {path}"));
    }
    Ok(Exit::Done)
}

fn check(places: &Places, out: &mut Output) -> Exit {
    let findings = config::check(places);
    for finding in &findings {
        let level = match finding.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Note => "note",
        };
        if out.is_json() {
            out.object(json!({ "level": level, "text": finding.text }));
            continue;
        }
        format!("{level}: {}", finding.text).lines().for_each(|line| out.line(line));
    }
    if findings.iter().any(|finding| finding.level == Level::Error) {
        return Exit::Failed;
    }
    if !out.is_json() {
        out.line("no faults found");
    }
    Exit::Done
}

fn path(places: &Places, out: &mut Output) -> Exit {
    let listed = places.listed().map(|(word, path)| (word.to_owned(), path.display().to_string()));
    if out.is_json() {
        out.object(listed.into_iter().collect::<Value>());
    } else {
        out.table(&listed.map(|(word, path)| vec![word, path]));
    }
    Exit::Done
}

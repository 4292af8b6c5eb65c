//! The files that are applied: one, all of a folder, or stdin.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::cli::exit::{CommandError, Exit};
use crate::config::actions::{ActionFile, read as read_text};
use crate::domain::text::clean;

/// More than anybody writes by hand.
const LIMIT_MIB: u64 = 1;

/// A file, read.
pub(super) struct Source {
    /// How faults name it. Clean.
    pub(super) name: String,
    pub(super) read: ActionFile,
}

/// Reads a file, `-` for stdin, or every `.toml` of a folder in the order of their names.
/// The error has all faults of all files.
pub(super) fn read(path: &Path) -> Result<Vec<Source>, CommandError> {
    let mut faults = Vec::new();
    let mut sources: Vec<Source> = Vec::new();
    for path in paths(path)? {
        let name = clean(&path.display().to_string()).into_owned();
        let name = if name == "-" { "stdin".to_owned() } else { name };
        match text(&path, LIMIT_MIB).map(|text| read_text(&text, &name)) {
            Ok(Ok(read)) => sources.push(Source { name, read }),
            Ok(Err(error)) => faults.extend(error.faults),
            Err(why) => faults.push(format!("{name} cannot be read: {why}")),
        }
    }
    faults.extend(twice(&sources));
    if faults.is_empty() { Ok(sources) } else { Err(CommandError { exit: Exit::Usage, messages: faults }) }
}

fn paths(path: &Path) -> Result<Vec<PathBuf>, CommandError> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let shown = clean(&path.display().to_string()).into_owned();
    let failed = |error: io::Error| CommandError::usage(format!("{shown} cannot be read: {}", error.kind()));
    let mut out = Vec::new();
    for entry in fs::read_dir(path).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let is_hidden = path.file_name().is_none_or(|name| name.as_encoded_bytes().starts_with(b"."));
        if path.extension().is_some_and(|extension| extension == "toml") && !is_hidden {
            out.push(path);
        }
    }
    out.sort();
    if out.is_empty() { Err(CommandError::usage(format!("{shown} holds no .toml file"))) } else { Ok(out) }
}

/// The text of a file, `-` for stdin. The error says why it cannot be read.
pub(in crate::cli) fn text(path: &Path, limit_mib: u64) -> Result<String, String> {
    let limit = limit_mib * 1024 * 1024;
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        io::stdin().lock().take(limit + 1).read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|file| file.take(limit + 1).read_to_end(&mut bytes))
    };
    match read {
        Err(error) => Err(error.kind().to_string()),
        Ok(_) if bytes.len() as u64 > limit => Err(format!("it is larger than {limit_mib} MiB")),
        Ok(_) => String::from_utf8(bytes).map_err(|_| "it is not UTF-8 text".to_owned()),
    }
}

/// Ids that stand in two files.
fn twice(sources: &[Source]) -> Vec<String> {
    let mut seen: Vec<(&str, String)> = Vec::new();
    let mut faults = Vec::new();
    for source in sources {
        for (action, line) in source.read.actions.iter().zip(&source.read.lines) {
            let place = format!("{}:{line}", source.name);
            match seen.iter().find(|(id, _)| *id == action.id) {
                Some((id, first)) => faults.push(format!("{place}: {first} has an action with the id {id} too")),
                None => seen.push((&action.id, place)),
            }
        }
    }
    faults
}

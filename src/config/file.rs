//! Reading `config.toml`, and writing the first one.

use std::fs::{DirBuilder, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use crate::domain::text::clean;

use super::error::{ConfigError, FileFault};
use super::model::Config;
use super::sections;
use super::table::read_toml;

/// The annotated example that [`init`] writes. It loads without a fault and changes no default.
pub const EXAMPLE: &str = include_str!("../../assets/config.toml");

/// More than anybody writes by hand.
const SIZE_LIMIT: u64 = 1024 * 1024;

/// Reads the configuration. A file that is not there is the same as an empty one.
/// The error has all faults of the file.
pub fn load(path: &Path) -> Result<Config, ConfigError> {
    load_checked(path).map(|loaded| loaded.map_or_else(Config::default, |(config, _)| config))
}

/// Like [`load`]; says also whether a secret stands in the file itself. `None` where there is no file.
pub(super) fn load_checked(path: &Path) -> Result<Option<(Config, bool)>, ConfigError> {
    let mut bytes = Vec::new();
    let read =
        OpenOptions::new().read(true).open(path).and_then(|file| file.take(SIZE_LIMIT + 1).read_to_end(&mut bytes));
    match read {
        Ok(_) if bytes.len() as u64 > SIZE_LIMIT => Err(unreadable(path, "it is larger than 1 MiB")),
        Ok(_) => read_bytes(path, bytes).map(Some),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unreadable(path, &error.kind().to_string())),
    }
}

fn unreadable(path: &Path, why: &str) -> ConfigError {
    ConfigError::plain(format!("{} cannot be read: {why}", clean(&path.display().to_string())))
}

fn read_bytes(path: &Path, bytes: Vec<u8>) -> Result<(Config, bool), ConfigError> {
    match String::from_utf8(bytes) {
        Ok(text) => read_text(path, &text),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            let fault = FileFault::new(at..at, "the file is not UTF-8 text", "the first byte that is not UTF-8");
            Err(ConfigError::in_file(path, &text, vec![fault]))
        }
    }
}

/// Reads configuration text; `path` is what faults name.
/// The error has all faults of the text.
pub fn parse(path: &Path, text: &str) -> Result<Config, ConfigError> {
    read_text(path, text).map(|(config, _)| config)
}

fn read_text(path: &Path, text: &str) -> Result<(Config, bool), ConfigError> {
    read_toml(path, text, |root, reading| (sections::read(root, reading), reading.literal.get()))
}

/// Writes the annotated example, readable by its owner only. Never overwrites.
pub fn init(path: &Path) -> Result<(), ConfigError> {
    let shown = clean(&path.display().to_string()).into_owned();
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .map_err(|error| ConfigError::plain(format!("the folder of {shown} cannot be made: {}", error.kind())))?;
    }
    let written = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).and_then(|mut file| {
        file.write_all(EXAMPLE.as_bytes())?;
        file.sync_all()
    });
    written.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => {
            ConfigError::plain(format!("{shown} is there already and was not changed; move it away first"))
        }
        kind => ConfigError::plain(format!("{shown} cannot be written: {kind}")),
    })
}

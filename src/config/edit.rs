//! Adding a source to `config.toml`: everything that is written there stays as it is, comments too.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};
use toml_edit::{ArrayOfTables, DocumentMut, InlineTable, Item, Table, Value};

use crate::domain::text::clean;

use super::error::ConfigError;
use super::file::{EXAMPLE, parse};

/// The folder beside the configuration where keys are kept, one file for each source.
pub const SECRETS: &str = "secrets";

/// The text of one `[[source]]` with these keys and values, in their order.
pub fn source_text(keys: &[(&str, &str)]) -> String {
    let mut tables = ArrayOfTables::new();
    tables.push(keys.iter().map(|(key, text)| (*key, Item::Value(Value::from(*text)))).collect::<Table>());
    let mut document = DocumentMut::new();
    document.insert("source", Item::ArrayOfTables(tables));
    document.to_string()
}

/// Writes a source into the configuration, and its key into a file of its own where one is given. A configuration that
/// is not there yet begins as the annotated example. Both are readable by their owner only; the configuration is
/// replaced as a whole, so that nobody ever reads half of it.
/// Where the configuration is wrong, or would be, or something cannot be written, nothing is changed.
pub fn add_source(path: &Path, keys: &[(&str, &str)], kept: Option<(&str, &SecretString)>) -> Result<(), ConfigError> {
    // What a link names is replaced, not the link.
    let place = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let before = match fs::read_to_string(&place) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => EXAMPLE.to_owned(),
        Err(error) => return Err(cannot("read", &place, &error)),
    };
    let text = with_source(path, &before, keys)?;
    parse(path, &text)?;
    let folder = path.parent().unwrap_or_else(|| Path::new(""));
    private_folder(folder)?;
    let secret = kept.map(|(name, key)| keep(&folder.join(SECRETS), name, key)).transpose()?;
    replace(&place, &text).inspect_err(|_| {
        // Nothing names it.
        let _ = secret.map(fs::remove_file);
    })
}

fn with_source(path: &Path, before: &str, keys: &[(&str, &str)]) -> Result<String, ConfigError> {
    parse(path, before)?;
    let mut document: DocumentMut =
        before.parse().map_err(|_| ConfigError::plain(format!("{} is not TOML", shown(path))))?;
    if let Some(sources) = document.get_mut("source").and_then(Item::as_array_mut) {
        sources.push(keys.iter().map(|(key, text)| (*key, Value::from(*text))).collect::<InlineTable>());
        return Ok(document.to_string());
    }
    // At the end of the text, so that no comment gets another neighbour.
    let gap = if before.is_empty() || before.ends_with('\n') { "" } else { "\n" };
    Ok(format!("{before}{gap}\n{}", source_text(keys)))
}

/// Writes a key into a file that is not there yet.
fn keep(folder: &Path, name: &str, key: &SecretString) -> Result<PathBuf, ConfigError> {
    private_folder(folder)?;
    let place = folder.join(name);
    write_new(&place, key.expose_secret().as_bytes()).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => {
            let message = format!("{} is there already and was not changed; move it away first", shown(&place));
            ConfigError::plain(message)
        }
        _ => cannot("write", &place, &error),
    })?;
    Ok(place)
}

fn replace(place: &Path, text: &str) -> Result<(), ConfigError> {
    let beside = place.with_extension(format!("toml.{}", std::process::id()));
    let written = write_new(&beside, text.as_bytes()).and_then(|()| fs::rename(&beside, place));
    written.map_err(|error| {
        let _ = fs::remove_file(&beside);
        cannot("write", place, &error)
    })
}

fn write_new(place: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(place)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn private_folder(folder: &Path) -> Result<(), ConfigError> {
    if folder.as_os_str().is_empty() {
        return Ok(());
    }
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|error| cannot("make", folder, &error))
}

fn cannot(verb: &str, path: &Path, error: &std::io::Error) -> ConfigError {
    ConfigError::plain(format!("cannot {verb} {}: {}", shown(path), error.kind()))
}

fn shown(path: &Path) -> String {
    clean(&path.display().to_string()).into_owned()
}

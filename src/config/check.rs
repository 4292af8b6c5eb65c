//! `andon config check`: what is wrong, and what is not wrong but unwise.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use secrecy::ExposeSecret;

use crate::domain::address::is_plain_http_text;
use crate::domain::file_system::{network_file_system, unnamable};
use crate::domain::source::SourceConfig;
use crate::domain::text::clean;
use crate::secret::{Part, Reference, parse};

use super::file::load_checked;
use super::model::Config;
use super::places::Places;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// andon will not start, or a source will not work.
    Error,
    /// It works and is unwise.
    Warning,
    /// Good to know.
    Note,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub level: Level,
    /// What it is and what to do. Clean, without secrets; several lines where a place in the file is shown.
    pub text: String,
}

/// Checks the configuration and the places of the data. Runs no command and asks no source.
pub fn check(places: &Places) -> Vec<Finding> {
    let mut out = Vec::new();
    let mut add = |level, text: String| out.push(Finding { level, text });
    match load_checked(&places.config_file) {
        Err(error) => error.faults.into_iter().for_each(|fault| add(Level::Error, fault)),
        Ok(None) => add(Level::Note, format!("there is no {}; the defaults hold", shown(&places.config_file))),
        Ok(Some((config, literal))) => {
            if literal && open_to_others(&places.config_file) {
                let path = shown(&places.config_file);
                add(Level::Warning, format!("{path} holds secrets and others can read it; run: chmod 600 {path}"));
            }
            config.removed.iter().for_each(|words| add(Level::Warning, (*words).to_owned()));
            check_references(&config, &places.config_file, &mut add);
            config.sources.iter().for_each(|source| check_source(source, &mut add));
        }
    }
    check_data(places, &mut add);
    out
}

fn shown(path: &Path) -> String {
    clean(&path.display().to_string()).into_owned()
}

fn open_to_others(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|meta| meta.permissions().mode() & 0o077 != 0)
}

/// Whether what the references name is there. Commands are not run.
fn check_references(config: &Config, file: &Path, add: &mut impl FnMut(Level, String)) {
    let resolver = config.resolver(file, false);
    let named = config.secrets.iter().map(|(name, reference)| (format!("[secrets] {name}"), reference.clone()));
    let direct = config.sources.iter().flat_map(|source| {
        let references = source.all_secrets().into_iter().flat_map(|text| references(text.expose_secret()));
        references.map(|reference| (format!("source {}", source.name), reference))
    });
    for (place, reference) in named.chain(direct) {
        if matches!(reference, Reference::Env(_) | Reference::File(_))
            && let Err(error) = resolver.resolve(&reference.to_string(), crate::secret::Allowed::Configuration)
        {
            add(Level::Error, format!("{}: {error}", clean(&place)));
        }
    }
}

fn references(text: &str) -> Vec<Reference> {
    let parts = parse(text).unwrap_or_default();
    parts.into_iter().filter_map(|part| if let Part::Reference(found) = part { Some(found) } else { None }).collect()
}

fn check_source(source: &SourceConfig, add: &mut impl FnMut(Level, String)) {
    let name = &source.name;
    if !source.tls.verify {
        add(Level::Warning, format!("source {name}: tls.verify is off, so anyone on the way can answer in its place"));
    }
    let in_clear =
        source.has_credentials() && source.addresses().iter().any(|url| is_plain_http_text(url.expose_secret()));
    if in_clear {
        add(Level::Warning, format!("source {name}: its credentials cross the network unencrypted; use https"));
    }
}

fn check_data(places: &Places, add: &mut impl FnMut(Level, String)) {
    if let Some(why) = std::path::absolute(&places.database).ok().and_then(|database| unnamable(&database)) {
        add(Level::Error, why);
    }
    if open_to_others(&places.database) {
        let path = shown(&places.database);
        add(Level::Error, format!("{path} can be read by others and is refused; run: chmod 600 {path}"));
    }
    // The folder need not exist yet: then what matters is the disk it will be on.
    let near = places.data_dir.ancestors().find(|path| path.exists());
    let is_fixed = |path: &Path| rustix::fs::access(path, rustix::fs::Access::WRITE_OK) == Err(rustix::io::Errno::ROFS);
    if near.is_some_and(is_fixed) {
        let path = shown(&places.data_dir);
        add(
            Level::Warning,
            format!("{path} is on a read-only file system: what is there is shown, every press is refused"),
        );
    }
    if let Some(kind) =
        near.and_then(|path| network_file_system(u64::try_from(rustix::fs::statfs(path).ok()?.f_type).ok()?))
    {
        let path = shown(&places.data_dir);
        add(
            Level::Note,
            format!("{path} is on {kind}: the database uses journal_mode=TRUNCATE there, which is slower"),
        );
    }
}

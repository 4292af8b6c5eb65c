//! From the configuration to a source.

use crate::domain::source::{SourceConfig, SourceKind};
use crate::secret::Resolver;

use super::Source;
use super::alertmanager::Alertmanager;
use super::command::CommandSource;
use super::file::FileSource;
use super::flashduty::Flashduty;
use super::icinga::Icinga;
use super::pagerduty::Pagerduty;

/// The source that `config` describes. Reads and asks nothing yet: references are read when it is first asked, and
/// again after it was refused.
pub fn build(config: &SourceConfig, secrets: &Resolver) -> Box<dyn Source> {
    match &config.kind {
        SourceKind::Alertmanager(settings) => Box::new(Alertmanager::new(config, settings, secrets)),
        SourceKind::Command(settings) => Box::new(CommandSource::new(config, settings, secrets)),
        SourceKind::Flashduty(settings) => Box::new(Flashduty::new(config, settings, secrets)),
        SourceKind::Icinga(settings) => Box::new(Icinga::new(config, settings, secrets)),
        SourceKind::File(settings) => Box::new(FileSource::new(config, settings, secrets)),
        SourceKind::Pagerduty(settings) => Box::new(Pagerduty::new(config, settings, secrets)),
    }
}

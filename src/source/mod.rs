//! Sources: where incidents come from. One adapter each; to add one, write it, name it in [`build`], and give its kind a
//! row in [`KINDS`](crate::domain::source::KINDS).
//!
//! A source answers what is open now, or one error that says why not and what to do. It keeps nothing that must not
//! be lost, never draws and never waits for a key.

mod account;
mod adapter;
mod alertmanager;
mod budget;
mod cached;
mod command;
mod error;
mod file;
mod flashduty;
mod http;
mod icinga;
mod item;
mod json;
mod labels;
mod lenient;
mod lines;
mod map;
mod numbered;
mod numbers;
#[cfg(test)]
mod odd;
mod pagerduty;
mod path;
mod reading;
mod said;
mod times;
mod vendor_action;
mod write;

use std::sync::Arc;

use crate::domain::board::{Known, Listing};
use crate::domain::incident::{IncidentKey, IncidentRow};
use crate::domain::source::SourceConfig;
use crate::secret::Resolver;
use alertmanager::Alertmanager;
use command::CommandSource;
use file::FileSource;
use flashduty::Flashduty;
use icinga::Icinga;
use numbered::Numbered;
use pagerduty::Pagerduty;

pub use adapter::{BoxFuture, Greeting, Operated, Page, Pages, Source};
pub use error::{SourceError, SourceErrorKind};
pub use vendor_action::{CredentialPlace, Credentials, VendorAction};

/// The source that `config` describes. Reads and asks nothing yet: references are read when it is first asked, and
/// again after it was refused.
pub fn build(config: &SourceConfig, secrets: &Resolver) -> Box<dyn Source> {
    let config = Arc::new(config.clone());
    let source: Box<dyn Source> = match config.kind.name {
        "alertmanager" => Box::new(Alertmanager::new(config, secrets)),
        "command" => Box::new(CommandSource::new(config, secrets)),
        "flashduty" => Box::new(Flashduty::new(config, secrets)),
        "icinga" => Box::new(Icinga::new(config, secrets)),
        "pagerduty" => Box::new(Pagerduty::new(config, secrets)),
        // `file`: a test holds that no other kind ends up here.
        _ => Box::new(FileSource::new(config, secrets)),
    };
    Box::new(Numbered::round(source))
}

/// Asks the source for what was known to be open and is missing from its whole list, so that its end is told as it was.
/// What it does not know any more counts as closed; where it cannot be asked, nothing is closed yet, and a warning says
/// why.
pub async fn ask_for_missing(source: &dyn Source, known: &Known, listing: &mut Listing) {
    if !listing.complete {
        return;
    }
    let ids: Vec<String> = known.missing(listing).iter().map(IncidentKey::id).map(str::to_owned).collect();
    if ids.is_empty() {
        return;
    }
    match source.by_id(&ids).await {
        Ok(found) => listing.rows.extend(found.iter().map(IncidentRow::pack)),
        Err(error) => {
            listing.complete = false;
            listing.warnings.push(format!(
                "{} left the list, with an end that is not known yet: {error}",
                crate::domain::text::counted(ids.len(), "incident")
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::action::ActionKind;
    use crate::domain::source::{KINDS, SettingValue, kind_named};

    #[test]
    fn what_is_started_in_a_source_is_of_a_known_kind() {
        let unknown = ActionKind::ALL.into_iter().filter_map(ActionKind::source_kind);
        assert_eq!(unknown.filter(|kind| kind_named(kind).is_none()).count(), 0);
    }

    #[test]
    fn every_kind_has_its_own_adapter() {
        for kind in &KINDS {
            // The setting that only a file has.
            let mut config = SourceConfig::new("x", kind);
            if kind.name == "file" {
                config.settings.insert("path", SettingValue::Secrets(vec!["incidents.json".into()]));
            }
            let source = build(&config, &Resolver::default());
            assert_eq!((source.kind(), source.watched().is_some()), (kind.name, kind.name == "file"));
        }
    }
}

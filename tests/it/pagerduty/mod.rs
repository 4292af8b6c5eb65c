//! PagerDuty: every request on the wire, and what is read of the answers. An account of our own keeps state and
//! misbehaves on demand; Prism judges each call by the vendor's own description.

pub(crate) mod account;
mod answers;
mod conformance;
mod faults;
mod full;
mod list;
mod operate;
mod start;

use std::path::Path;

use andon::config;
use andon::domain::incident::Incident;
use andon::domain::operator::Operator;
use andon::source::{Source, build};

/// The key that the account knows.
pub(crate) const KEY: &str = "pd-key-1";

/// A source on this address, with this key and these further settings.
fn source_with(url: &str, key: &str, more: &str) -> Box<dyn Source> {
    let file = Path::new("/nowhere/config.toml");
    let text = format!(
        "[[source]]\nname = \"pd\"\nbadge = \"P\"\nkind = \"pagerduty\"\ntoken = \"{key}\"\nurl = \"{url}\"\n{more}"
    );
    let config = config::parse(file, &text).unwrap_or_else(|error| panic!("{error}"));
    build(&config.sources[0], &config.resolver(file, true))
}

fn source(url: &str) -> Box<dyn Source> {
    source_with(url, KEY, "")
}

fn ada() -> Operator {
    Operator { name: "ada".to_owned(), email: "ada@example.com".to_owned(), ..Operator::default() }
}

/// An incident of which only the id is known here.
fn known(id: &str) -> Incident {
    Incident { incident_id: id.to_owned(), source: "pd".to_owned(), ..Incident::default() }
}

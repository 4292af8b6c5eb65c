//! Flashduty: what goes over the wire, what is read of the answers, and what a bad answer leaves.

mod conformance;
mod faults;
mod full;
mod list;
mod operate;
mod start;

use std::path::Path;

use andon::config;
use andon::source::{Source, build};

use crate::support::duty;

/// A source of kind `flashduty` that asks `url`.
fn source(url: &str, more: &str) -> Box<dyn Source> {
    let more = format!("app_key = \"{}\"\n{more}", duty::KEY);
    source_in(Path::new("/nonexistent"), url, &more)
}

/// The same with all settings given, and with a folder for what they refer to.
fn source_in(dir: &Path, url: &str, more: &str) -> Box<dyn Source> {
    let file = dir.join("config.toml");
    let text = format!(
        "[[source]]\nname = \"prod\"\nkind = \"flashduty\"\nurl = \"{url}\"\nbadge = \"P\"\nrefresh = \"5s\"\n{more}"
    );
    let config = config::parse(&file, &text).unwrap_or_else(|error| panic!("{error}"));
    build(&config.sources[0], &config.resolver(&file, true))
}

/// Now, Unix seconds.
fn now_s() -> i64 {
    jiff::Timestamp::now().as_second()
}

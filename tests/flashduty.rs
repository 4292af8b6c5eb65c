//! Flashduty: what goes over the wire, what is read of the answers, and what a bad answer leaves.

// Helpers of tests are tests: clippy's own leave covers only functions marked so.
#![allow(clippy::unwrap_used)]

#[path = "flashduty/conformance.rs"]
mod conformance;
#[path = "support/duty.rs"]
mod duty;
#[path = "flashduty/faults.rs"]
mod faults;
#[path = "flashduty/full.rs"]
mod full;
#[path = "flashduty/list.rs"]
mod list;
#[path = "flashduty/operate.rs"]
mod operate;
#[path = "support/peer.rs"]
mod peer;
#[path = "support/presser.rs"]
mod presser;
#[path = "support/servers.rs"]
mod servers;
#[path = "flashduty/start.rs"]
mod start;

use std::path::Path;

use andon::config;
use andon::source::{Source, build};

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

//! The keys of the kind `flashduty`.

use std::time::Duration;

use secrecy::ExposeSecret;

use super::super::table::Table;
use super::address;
use crate::domain::source::{DEFAULT_SINCE, FLASHDUTY_URL, FlashdutyConfig};

const HOUR: Duration = Duration::from_hours(1);
const YEAR: Duration = Duration::from_hours(365 * 24);

/// Reads everything first, so that every fault is told at once.
pub(super) fn read(table: &Table<'_>) -> Option<FlashdutyConfig> {
    let url = address(table, "url", &["http", "https"]);
    let since = table.duration("since", &(HOUR..=YEAR));
    let comment_runs = table.flag("comment_runs");
    let entry = table.required("app_key", "app_key = \"${env:FLASHDUTY_APP_KEY}\"")?;
    let app_key = table.credential("app_key")?;
    if app_key.expose_secret().trim().is_empty() {
        table.reading.fault(entry.fault(false, "`app_key` is empty", "expected the key of its Open API"));
        return None;
    }
    Some(FlashdutyConfig {
        app_key,
        url: url.unwrap_or_else(|| FLASHDUTY_URL.into()),
        since: since.unwrap_or(DEFAULT_SINCE),
        comment_runs: comment_runs.unwrap_or(true),
    })
}

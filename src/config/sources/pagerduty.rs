//! The keys of the kind `pagerduty`.

use secrecy::ExposeSecret;

use super::super::error::did_you_mean;
use super::super::table::Table;
use super::address;
use crate::domain::source::{PAGERDUTY_URL, PagerdutyConfig};

const URGENCIES: [&str; 2] = ["high", "low"];

/// Reads everything first, so that every fault is told at once.
pub(super) fn read(table: &Table<'_>) -> Option<PagerdutyConfig> {
    let url = address(table, "url", &["http", "https"]);
    let (services, teams) = (ids(table, "services"), ids(table, "teams"));
    let urgencies = urgencies(table);
    let entry = table.required("token", "token = \"${env:PAGERDUTY_TOKEN}\"")?;
    let token = table.credential("token")?;
    if token.expose_secret().trim().is_empty() {
        table.reading.fault(entry.fault(false, "`token` is empty", "expected a key of its REST API"));
        return None;
    }
    Some(PagerdutyConfig { token, url: url.unwrap_or_else(|| PAGERDUTY_URL.into()), services, teams, urgencies })
}

fn ids(table: &Table<'_>, name: &'static str) -> Vec<String> {
    let Some(entry) = table.entry(name) else { return Vec::new() };
    let mut out = Vec::new();
    for (span, id) in table.strings(&entry, true, "ids such as \"PABC123\"") {
        if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            let label = "expected letters and digits, as at the end of its address in the browser";
            table.reading.fault(entry.fault_at(span, true, "not an id", label));
        } else {
            keep_once(&mut out, id);
        }
    }
    out
}

fn urgencies(table: &Table<'_>) -> Vec<String> {
    let Some(entry) = table.entry("urgencies") else { return Vec::new() };
    let mut out = Vec::new();
    for (span, word) in table.strings(&entry, true, "high and low") {
        if URGENCIES.contains(&word) {
            keep_once(&mut out, word);
        } else {
            let fault = entry.fault_at(span, true, "not an urgency", "expected high or low");
            table.reading.fault(fault.help(did_you_mean(word, URGENCIES)));
        }
    }
    out
}

/// Their API refuses a filter that names one thing twice.
fn keep_once(out: &mut Vec<String>, text: &str) {
    if !out.iter().any(|known| known == text) {
        out.push(text.to_owned());
    }
}

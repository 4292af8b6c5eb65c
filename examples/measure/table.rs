//! The table that is printed: what, ours, the peer's, how they compare, the budget, met or not.

use std::io::{Write, stdout};
use std::time::Duration;

use super::Result;

/// The middle one.
pub(super) fn median(values: &[f64]) -> f64 {
    percentile(values, 50)
}

/// The value below which so many of a hundred lie.
pub(super) fn percentile(values: &[f64], percent: usize) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().saturating_sub(1);
    sorted.get((sorted.len() * percent / 100).min(last)).copied().unwrap_or(f64::NAN)
}

/// A duration in milliseconds.
pub(super) fn ms(took: Duration) -> f64 {
    took.as_secs_f64() * 1_000.0
}

/// Prints the head.
pub(super) fn head() -> Result<()> {
    row("figure", "ours", "peer", "ratio", "budget", "")
}

/// Prints a figure that must stay under `limit`.
pub(super) fn limited(what: &str, unit: &str, ours: f64, limit: f64) -> Result<()> {
    let met = if ours <= limit { "met" } else { "MISSED" };
    row(what, &shown(ours, unit), "", "", &format!("<= {}", shown(limit, unit)), met)
}

/// Prints a figure that must stay under so many times a peer's.
pub(super) fn compared(what: &str, unit: &str, ours: f64, (name, peer): (&str, f64), factor: f64) -> Result<()> {
    let ratio = ours / peer;
    let met = if ratio <= factor { "met" } else { "MISSED" };
    let peer = format!("{name} {}", shown(peer, unit));
    row(what, &shown(ours, unit), &peer, &format!("{ratio:.2}"), &format!("<= {factor:.2} x"), met)
}

/// Prints a figure that has no budget.
pub(super) fn noted(what: &str, unit: &str, ours: f64) -> Result<()> {
    row(what, &shown(ours, unit), "", "", "", "")
}

fn shown(value: f64, unit: &str) -> String {
    if value < 10.0 { format!("{value:.2} {unit}") } else { format!("{value:.0} {unit}") }
}

fn row(what: &str, ours: &str, peer: &str, ratio: &str, budget: &str, met: &str) -> Result<()> {
    let mut out = stdout().lock();
    writeln!(out, "{what:<58} {ours:>10}  {peer:<18} {ratio:>5}  {budget:<12} {met}")?;
    Ok(out.flush()?)
}

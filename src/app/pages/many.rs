//! What a confirm for many says of them: how many, where they are, and why others are left out, by kind and not one by
//! one.

use std::collections::BTreeSet;

use super::must_see::Part;
use super::sheet::{Row, Tone};
use super::shown::{Facts, Shown};
use crate::domain::saved_view::Group;
use crate::domain::text::clean;

/// So many channels, hosts or numbers are named; the others are counted.
const NAMED: usize = 6;

/// How many it is for, how many of them are sent, and how many the list does not show.
pub(super) fn tally(sent: usize, facts: &Facts) -> String {
    let left_out = facts.left_out.clone().unwrap_or_default();
    let skipped = left_out.skipped.len() + facts.refused.len();
    let kind = if left_out.marked { "marked" } else { "in the group" };
    let mut words = format!("{} {kind} · {sent} sent · {skipped} skipped", sent + skipped);
    if left_out.hidden > 0 {
        words.push_str(&format!(" · {} of them not shown in the list", left_out.hidden));
    }
    words
}

/// The row with which a confirm for many leads.
pub(super) fn tally_row(sent: usize, facts: &Facts) -> Row {
    Row::labelled("for").and(Tone::Head, &tally(sent, facts))
}

/// By which buttons, and where they are.
pub(super) fn parts(shown: &[Shown]) -> Vec<Part> {
    let mut parts: Vec<Part> = buttons_row(shown).map(|row| row.seen(2, 1)).into_iter().collect();
    let channel = |one: &Shown| clean(format!("{} {}", one.badge, one.channel).trim()).into_owned();
    parts.push(Row::labelled("in").and(Tone::Plain, &most(shown.iter().map(channel))).seen(2, 1));
    let hosts = most(shown.iter().filter_map(host));
    if !hosts.is_empty() {
        parts.push(Row::labelled("on").and(Tone::Plain, &hosts).read());
    }
    parts
}

/// That buttons of other channels are used, too.
fn buttons_row(shown: &[Shown]) -> Option<Row> {
    let actions: BTreeSet<&str> = shown.iter().map(|one| one.prepared.action.id.as_str()).collect();
    let name = clean(&shown.first()?.prepared.action.name).into_owned();
    let words = format!("{} buttons named {name}: each incident's own channel has its own", actions.len());
    (actions.len() > 1).then(|| Row::labelled("by").and(Tone::Warn, &words))
}

/// The host that an incident is about, by the labels that lists are grouped by.
fn host(shown: &Shown) -> Option<String> {
    let labels = &shown.prepared.incident.labels;
    let names = Group::usual().into_iter().filter_map(|group| match group {
        Group::Label(name) => Some(name),
        Group::None | Group::Channel => None,
    });
    let names = names.chain(["resource", "instance", "service"].map(str::to_owned));
    names.into_iter().find_map(|name| labels.get(&name)).map(|value| clean(value).into_owned())
}

/// How often each is there, the most frequent first: `checkout-05 ×26, gateway-11 ×3 and 12 others`.
fn most(values: impl Iterator<Item = String>) -> String {
    let mut counts: Vec<(String, usize)> = Vec::new();
    for value in values {
        match counts.iter_mut().find(|(known, _)| *known == value) {
            Some((_, count)) => *count += 1,
            None => counts.push((value, 1)),
        }
    }
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let named: Vec<String> = counts.iter().take(NAMED).map(|(value, count)| format!("{value} ×{count}")).collect();
    let others = counts.len().saturating_sub(NAMED);
    let others = if others > 0 { format!(" and {others} others") } else { String::new() };
    format!("{}{others}", named.join(", "))
}

/// What is left out, and why, by kind. Numbers and words are clean.
pub(super) fn left_out_rows(facts: &Facts) -> Vec<Row> {
    let skipped = facts.left_out.iter().flat_map(|left_out| left_out.skipped.clone());
    let refused = facts.refused.iter().map(|(num, why)| (num.clone(), format!("refused: {why}")));
    let row = |(nums, why): (String, String)| {
        Row::new(Tone::Warn, "skips  ").and(Tone::Head, &format!("{nums} ")).and(Tone::Plain, &why)
    };
    by_kind(skipped.chain(refused).collect()).into_iter().map(row).collect()
}

/// Numbers with the same words together, the most first: the number of one, else how many and some of them.
pub(super) fn by_kind(all: Vec<(String, String)>) -> Vec<(String, String)> {
    let mut kinds: Vec<(String, Vec<String>)> = Vec::new();
    for (num, words) in all {
        match kinds.iter_mut().find(|(known, _)| *known == words) {
            Some((_, nums)) => nums.push(num),
            None => kinds.push((words, vec![num])),
        }
    }
    kinds.sort_by_key(|(_, nums)| std::cmp::Reverse(nums.len()));
    let named = |nums: &[String]| match nums {
        [one] => one.clone(),
        nums if nums.len() <= NAMED => format!("{} ({})", nums.len(), nums.join(" ")),
        nums => format!("{} ({} …)", nums.len(), nums.iter().take(NAMED - 1).cloned().collect::<Vec<_>>().join(" ")),
    };
    kinds.into_iter().map(|(words, nums)| (named(&nums), words)).collect()
}

//! In which order the incidents stand.
//!
//! What is compared is put side by side first: 100,000 entries compared where they lie would mean a walk through all of
//! memory for each.

use std::cmp::{Ordering, Reverse};

use super::Entry;
use super::around::Around;
use crate::domain::saved_view::Sort;

/// So much of a title is put beside the others: four times eight bytes.
type Head = [u64; 4];

/// Puts the entries in order. Equal ones never change places: the key decides last.
pub(super) fn put_in_order(entries: &mut [Entry], sort: Sort, around: &Around<'_>) {
    // Between two refreshes little changes, and what is in order is left so.
    match sort {
        Sort::Severity => by(entries, |entry| usual(entry, around.now_s), |_, _| Ordering::Equal),
        Sort::Newest => by(entries, |entry| Reverse(entry.row.start_time), |_, _| Ordering::Equal),
        Sort::Title => by(entries, |entry| head(&entry.row.title), |a, b| by_letters(&a.row.title, &b.row.title)),
        Sort::LastRun => by(
            entries,
            |entry| {
                let last_ms = around.runs.of(&entry.row.key).map(|(_, at_ms)| at_ms);
                (Reverse(last_ms), usual(entry, around.now_s))
            },
            |_, _| Ordering::Equal,
        ),
    }
}

/// Sorts by what `key` says, then by `more`, then by the incident's key.
fn by<K: Ord>(entries: &mut [Entry], key: impl Fn(&Entry) -> K, more: impl Fn(&Entry, &Entry) -> Ordering) {
    let mut keys: Vec<(K, u32)> = entries.iter().map(key).zip(0..).collect();
    keys.sort_by(|(a, at), (b, other)| {
        let rest = || {
            let (a, b) = (&entries[*at as usize], &entries[*other as usize]);
            more(a, b).then_with(|| a.row.key.cmp(&b.row.key))
        };
        a.cmp(b).then_with(rest)
    });
    let mut from: Vec<u32> = keys.into_iter().map(|(_, at)| at).collect();
    // Each ring of places is gone through once.
    for start in 0..from.len() {
        let mut at = start;
        loop {
            let next = std::mem::replace(&mut from[at], u32::try_from(at).unwrap_or(u32::MAX)) as usize;
            if next == start || next == at {
                break;
            }
            entries.swap(at, next);
            at = next;
        }
    }
}

/// The order of the board: severity, what is snoozed or muted below the rest of it, newest first.
fn usual(entry: &Entry, now_s: i64) -> (u8, Reverse<i64>) {
    (entry.row.severity as u8 * 2 + u8::from(entry.is_dim(now_s)), Reverse(entry.row.start_time))
}

/// The beginning of a title as letters compare: what is not ASCII comes behind, and is compared in full.
fn head(title: &str) -> Head {
    let mut bytes = [0; 32];
    for (to, byte) in bytes.iter_mut().zip(title.bytes()) {
        if !byte.is_ascii() {
            *to = u8::MAX;
            break;
        }
        *to = byte.to_ascii_lowercase();
    }
    let mut out = Head::default();
    for (to, eight) in out.iter_mut().zip(bytes.chunks_exact(8)) {
        *to = eight.iter().fold(0, |sum, byte| (sum << 8) | u64::from(*byte));
    }
    out
}

fn by_letters(a: &str, b: &str) -> Ordering {
    let low = |text: &str| text.chars().flat_map(char::to_lowercase).collect::<Vec<_>>();
    if a.is_ascii() && b.is_ascii() {
        let low = |byte: u8| byte.to_ascii_lowercase();
        return a.bytes().map(low).cmp(b.bytes().map(low));
    }
    low(a).cmp(&low(b))
}

impl Entry {
    /// Whether nobody wants it now: it is snoozed, or muted at its source.
    pub fn is_dim(&self, now_s: i64) -> bool {
        self.row.facts.quiet || self.row.facts.snoozed_before() > now_s
    }
}

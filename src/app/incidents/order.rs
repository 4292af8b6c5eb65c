//! In which order the incidents stand.

use std::cmp::{Ordering, Reverse};

use super::Entry;
use super::around::Around;
use crate::domain::incident::{IncidentKey, Severity};
use crate::domain::saved_view::Sort;

/// Puts the entries in order. Equal ones never change places: the key decides last.
pub(super) fn put_in_order(entries: &mut [Entry], sort: Sort, around: &Around<'_>) {
    let usual = |entry: &Entry| usual(entry, around.now_s);
    match sort {
        Sort::Severity => entries.sort_by(|a, b| (usual(a), &a.row.key).cmp(&(usual(b), &b.row.key))),
        Sort::Newest => entries
            .sort_by(|a, b| (Reverse(a.row.start_time), &a.row.key).cmp(&(Reverse(b.row.start_time), &b.row.key))),
        Sort::Title => {
            entries.sort_by(|a, b| by_letters(&a.row.title, &b.row.title).then_with(|| a.row.key.cmp(&b.row.key)));
        }
        Sort::LastRun => entries.sort_by_cached_key(|entry| {
            let last_ms = around.runs.of(&entry.row.key).map(|(_, at_ms)| at_ms);
            (Reverse(last_ms), usual(entry), IncidentKey::clone(&entry.row.key))
        }),
    }
}

/// The order of the board: severity, what is snoozed or muted below the rest of it, newest first.
fn usual(entry: &Entry, now_s: i64) -> (Severity, bool, Reverse<i64>) {
    (entry.row.severity, entry.is_dim(now_s), Reverse(entry.row.start_time))
}

fn by_letters(a: &str, b: &str) -> Ordering {
    let low = |text: &str| text.chars().flat_map(char::to_lowercase).collect::<Vec<_>>();
    if a.is_ascii() && b.is_ascii() {
        let (mut a, mut b) = (a.bytes(), b.bytes());
        return loop {
            match (a.next(), b.next()) {
                (None, None) => break Ordering::Equal,
                (a, b) => match a.map(|byte| byte.to_ascii_lowercase()).cmp(&b.map(|byte| byte.to_ascii_lowercase())) {
                    Ordering::Equal => {}
                    other => break other,
                },
            }
        };
    }
    low(a).cmp(&low(b))
}

impl Entry {
    /// Whether nobody wants it now: it is snoozed, or muted at its source.
    pub fn is_dim(&self, now_s: i64) -> bool {
        self.row.facts.quiet || self.row.facts.snoozed_before() > now_s
    }
}

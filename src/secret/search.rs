//! Many texts looked for in one pass.

use std::iter;
use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use zeroize::Zeroizing;

/// Texts, and the automaton that finds them all at once.
#[derive(Default)]
pub(super) struct Search {
    texts: Vec<Zeroizing<String>>,
    automaton: Option<AhoCorasick>,
}

impl Search {
    pub(super) fn new(texts: impl IntoIterator<Item = String>) -> Self {
        let mut texts: Vec<_> = texts.into_iter().map(Zeroizing::new).collect();
        texts.sort_by(|one, other| one.as_str().cmp(other));
        texts.dedup();
        // Matches that overlap have to be seen, or what of the second is past the end of the first would be left.
        let mut builder = AhoCorasick::builder();
        let automaton = builder.kind(Some(AhoCorasickKind::ContiguousNFA)).build(texts.iter().map(|text| &**text)).ok();
        Self { texts, automaton }
    }

    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().map(|text| text.as_str())
    }

    /// Where in `text` one of these stands that `counts`: in order, and those that overlap as one.
    pub(super) fn ranges(&self, text: &[u8], counts: impl Fn(&str, &Range<usize>) -> bool) -> Vec<Range<usize>> {
        if self.texts.is_empty() {
            return Vec::new();
        }
        // More than an automaton can hold: nothing is told from them.
        let Some(automaton) = &self.automaton else { return iter::once(0..text.len()).collect() };
        let mut out: Vec<Range<usize>> = Vec::new();
        // They come by their ends.
        for found in automaton.find_overlapping_iter(text) {
            let mut range = found.range();
            if !counts(&self.texts[found.pattern()], &range) {
                continue;
            }
            while let Some(last) = out.pop_if(|last| last.end > range.start) {
                range.start = range.start.min(last.start);
            }
            out.push(range);
        }
        out
    }
}

/// The text with another in place of each range.
pub(super) fn replaced(text: &[u8], ranges: &[Range<usize>], by: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut from = 0;
    for range in ranges {
        out.extend_from_slice(&text[from..range.start]);
        out.extend_from_slice(by.as_bytes());
        from = range.end;
    }
    out.extend_from_slice(&text[from..]);
    out
}

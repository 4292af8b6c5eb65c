//! Which incidents a filter lets through.

use memchr::memchr;
use memchr::memmem::Finder;

use super::around::{Around, LastRun};
use super::texts::{Found, NO_SLOT};
use super::{Board, Entry, channel_name};
use crate::domain::channel::{Channel, ChannelKey};
use crate::domain::incident::{IncidentRow, Progress, Severity};
use crate::domain::query::terms::RUNS;
use crate::domain::query::{Query, Want, Wanted};
use crate::domain::run::Outcome;

/// Words for severity and progress are found from so many letters on: `w` alone means no severity.
const WORD: usize = 4;

/// What tells whether an entry is wanted.
type Test<'a> = Box<dyn Fn(&Entry) -> bool + 'a>;

/// Where fewer than one of so many are left, each is looked at alone instead of the texts from end to end.
const FEW: usize = 8;

impl Board {
    /// Prepares the texts that the filter looks in, so that its first letter is as fast as the next.
    pub fn prepare_filter(&mut self, channels: &[Channel]) {
        if self.texts.len() > 2 * self.entries.len() + 1_000 {
            self.texts.clear();
            self.entries.iter_mut().for_each(|entry| entry.slot = NO_SLOT);
        }
        for entry in self.entries.iter_mut().filter(|entry| entry.slot == NO_SLOT) {
            entry.slot = self.texts.add(&entry.row, channel_name(channels, &entry.row.channel));
        }
    }

    /// A channel has another name: the texts have the old one.
    pub fn rename_channels(&mut self) {
        self.texts.clear();
        for entry in &mut self.entries {
            entry.slot = NO_SLOT;
        }
    }

    /// The first incidents of the whole board that a query finds.
    pub fn search(&mut self, query: &Query, most: usize, around: &Around<'_>) -> Vec<&Entry> {
        let found = self.matching(query, around);
        found.into_iter().filter_map(|at| self.entries.get(at as usize)).take(most).collect()
    }

    /// The entries that a query lets through, by their place, in order.
    pub(super) fn matching(&mut self, query: &Query, around: &Around<'_>) -> Vec<u32> {
        if query.clauses.iter().any(|clause| reads_texts(&clause.want)) {
            self.prepare_filter(around.channels);
        }
        let mut left: Vec<u32> = (0..u32::try_from(self.entries.len()).unwrap_or(u32::MAX)).collect();
        // Each pass reads all that are left from one end to the other: first what they say themselves, then the texts.
        for with_texts in [false, true] {
            let clauses = query.clauses.iter().filter(|clause| reads_texts(&clause.want) == with_texts);
            let tests: Vec<(Test<'_>, bool)> =
                clauses.map(|clause| (self.test(&clause.want, left.len(), around), clause.not)).collect();
            if !tests.is_empty() {
                let wanted = |entry: &Entry| tests.iter().all(|(test, not)| test(entry) != *not);
                left.retain(|at| self.entries.get(*at as usize).is_some_and(wanted));
            }
        }
        left
    }

    /// What tells whether an entry is wanted; `left` of them will be asked.
    fn test<'a>(&'a self, want: &'a Want, left: usize, around: &'a Around<'_>) -> Test<'a> {
        let now_s = around.now_s;
        match want {
            Want::Text(word) if left < self.entries.len() / FEW => {
                let (finder, said) = (Finder::new(word.as_bytes()), Said::of(word));
                Box::new(move |entry| {
                    said.is_of(entry) || finder.find(self.texts.text(entry.slot).as_bytes()).is_some()
                })
            }
            Want::Text(word) => {
                let (found, said) = (self.texts.with(word), Said::of(word));
                Box::new(move |entry| said.is_of(entry) || found.has(entry.slot))
            }
            Want::Loose(letters) => Box::new(move |entry| has_in_order(self.texts.head(entry.slot), letters)),
            Want::Severity(places) => Box::new(move |entry| places.contains(&(entry.row.severity as usize))),
            Want::State(places) => Box::new(move |entry| places.iter().any(|place| self.is(entry, *place, now_s))),
            Want::Run(places) => Box::new(move |entry| {
                let run = around.runs.of(&entry.row.key).map(|(run, _)| run);
                places.iter().any(|place| RUNS.get(*place).is_some_and(|value| went(run, value.word)))
            }),
            Want::Channel(wanted) | Want::Source(wanted) => {
                let by_channel = matches!(want, Want::Channel(_));
                let like = self.channels_like(wanted, |key| {
                    let name = if by_channel { channel_name(around.channels, key) } else { key.source() };
                    [name.to_lowercase(), if by_channel { key.id().to_lowercase() } else { String::new() }]
                });
                Box::new(move |entry| like.get(entry.channel_at as usize).copied().unwrap_or_default())
            }
            Want::Owner(special, names) => self.owned(special, names),
            Want::Label { name, values } => {
                let mut found = Found::none(self.texts.len());
                for value in values {
                    found.join(&self.texts.with_label(name, &value.text, value.whole));
                }
                Box::new(move |entry| found.has(entry.slot))
            }
            Want::Age { less, than_s } => Box::new(move |entry| {
                let age_s = now_s.saturating_sub(entry.row.start_time);
                if *less { age_s < *than_s } else { age_s > *than_s }
            }),
        }
    }

    /// Whether an entry is what the place in the table of states says.
    fn is(&self, entry: &Entry, place: usize, now_s: i64) -> bool {
        let closed = || entry.gone || self.progress_of(entry) == Progress::Closed;
        match place {
            0 => !closed(),
            1 => self.progress_of(entry) == Progress::Processing,
            2 => !closed() && self.snoozed_until(entry) > now_s,
            3 => closed(),
            4 => entry.row.facts.quiet,
            5 => self.is_marked(&entry.row.key),
            _ => self.has_changed(&entry.row.key) || self.looked_at.contains(&entry.row.key),
        }
    }

    fn owned<'a>(&'a self, special: &'a [usize], names: &'a [Wanted]) -> Test<'a> {
        let (nobody, me) = (special.contains(&0), special.contains(&1));
        let has = |entry: &Entry, wanted: &Wanted, whole: bool| {
            self.texts.people(entry.slot).any(|name| name == wanted.text || (!whole && name.contains(&wanted.text)))
        };
        // The whole name, where somebody has it.
        let whole: Vec<bool> = names
            .iter()
            .map(|wanted| wanted.whole || self.entries.iter().any(|entry| has(entry, wanted, true)))
            .collect();
        Box::new(move |entry| {
            let holder = self.holder_of(entry);
            // Who has it may be another than those it came with.
            let mine = || entry.mine || (self.is_pending(entry) && holder.is_some_and(|name| self.is_me(name)));
            let pending = || holder.map(str::to_lowercase).unwrap_or_default();
            (nobody && holder.is_none())
                || (me && mine())
                || names.iter().zip(&whole).any(|(wanted, whole)| {
                    has(entry, wanted, *whole) || (self.is_pending(entry) && pending().contains(&wanted.text))
                })
        })
    }

    fn is_pending(&self, entry: &Entry) -> bool {
        !self.under_way(&entry.row.key).is_empty()
    }

    /// Whether the person at the keyboard has an incident, or was asked to take it.
    pub(super) fn is_mine(&self, row: &IncidentRow) -> bool {
        row.facts.who().into_iter().chain(row.facts.people()).any(|name| self.is_me(name))
    }

    /// Whether a name or an address of a source is the person at the keyboard.
    fn is_me(&self, name: &str) -> bool {
        let local = name.split_once('@').map_or(name, |(local, _)| local);
        self.me.iter().any(|me| me.eq_ignore_ascii_case(name) || me.eq_ignore_ascii_case(local))
    }

    /// Which of the channels a list of wanted ones means: those that have just that name, else those that have it in one.
    fn channels_like(&self, wanted: &[Wanted], names: impl Fn(&ChannelKey) -> [String; 2]) -> Vec<bool> {
        let names: Vec<[String; 2]> = self.channel_keys.iter().map(names).collect();
        let mut like = vec![false; names.len()];
        for one in wanted {
            let whole = one.whole || names.iter().flatten().any(|name| *name == one.text);
            for (like, names) in like.iter_mut().zip(&names) {
                *like |= names.iter().any(|name| if whole { *name == one.text } else { name.contains(&one.text) });
            }
        }
        like
    }
}

/// The severity and progress that a word means, where it begins their words.
struct Said<'a>(Option<&'a str>);

impl<'a> Said<'a> {
    fn of(word: &'a str) -> Self {
        Self((word.len() >= WORD).then_some(word))
    }

    fn is_of(&self, entry: &Entry) -> bool {
        let Some(word) = self.0 else {
            return false;
        };
        let severity = match entry.row.severity {
            Severity::Critical => "critical",
            Severity::Warning => "warning",
            Severity::Info => "info",
        };
        let progress: &[&str] = match entry.row.progress {
            Progress::Triggered => &["triggered"],
            Progress::Processing => &["processing", "acknowledged"],
            Progress::Closed => &["closed"],
        };
        severity.starts_with(word) || progress.iter().any(|known| known.starts_with(word))
    }
}

fn reads_texts(want: &Want) -> bool {
    match want {
        Want::Text(_) | Want::Loose(_) | Want::Label { .. } => true,
        Want::Owner(_, names) => !names.is_empty(),
        _ => false,
    }
}

/// Whether the letters (lower case) come in this order.
fn has_in_order(text: &str, letters: &str) -> bool {
    let mut rest = text;
    letters.chars().all(|letter| {
        let found = match u8::try_from(letter) {
            Ok(byte) if byte.is_ascii() => memchr(byte, rest.as_bytes()),
            _ => rest.find(letter),
        };
        let behind = found.and_then(|at| rest.get(at + letter.len_utf8()..));
        rest = behind.unwrap_or_default();
        behind.is_some()
    })
}

/// Whether the last run on an incident went as the word of the table says.
fn went(run: Option<LastRun>, word: &str) -> bool {
    let ended = |outcomes: &[Outcome]| matches!(run, Some(LastRun::Ended(outcome)) if outcomes.contains(&outcome));
    match word {
        "bad" => ended(&[Outcome::Failed, Outcome::Unknown]),
        "failed" => ended(&[Outcome::Failed]),
        "ok" => ended(&[Outcome::Succeeded, Outcome::Accepted]),
        "running" => run == Some(LastRun::UnderWay),
        "unknown" => ended(&[Outcome::Unknown]),
        _ => run.is_none(),
    }
}

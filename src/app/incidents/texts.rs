//! What the filter looks in: one text for each incident, all in one piece, so that a keystroke over 100,000 of them reads
//! memory from one end to the other.

use memchr::memmem::Finder;

use crate::domain::incident::IncidentRow;

/// Behind each field of an incident.
const FIELD: char = '\u{1f}';
/// Before the people.
const PEOPLE: char = '\u{1d}';

/// Where an incident's text is.
pub(super) type Slot = u32;

/// No text was made for it yet.
pub(super) const NO_SLOT: Slot = Slot::MAX;

/// The texts, in lower case, by slot. A changed incident gets another slot; what was in the old one is waste.
#[derive(Clone, Debug, Default)]
pub(super) struct Texts {
    all: String,
    /// Where each slot ends.
    ends: Vec<u32>,
    /// Where the labels of each slot begin.
    labels: Vec<u32>,
}

/// Which slots were found.
pub(super) struct Found(Vec<u64>);

impl Texts {
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// How many slots there are, the wasted ones among them.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Makes the text of an incident.
    pub(super) fn add(&mut self, row: &IncidentRow, channel: &str) -> Slot {
        let Ok(slot) = Slot::try_from(self.ends.len()) else {
            return NO_SLOT;
        };
        let start = self.all.len();
        for field in [&row.num, &*row.title, channel, row.key.source()] {
            self.push(field);
        }
        self.all.push(PEOPLE);
        row.facts.who().into_iter().chain(row.facts.people()).for_each(|name| self.push(name));
        let labels = self.all.len();
        self.all.push(FIELD);
        for (name, value) in row.facts.labels() {
            self.lower(&name);
            self.all.push('=');
            self.push(&value);
        }
        let (Ok(labels), Ok(end)) = (u32::try_from(labels), u32::try_from(self.all.len())) else {
            // More than 4 GiB of titles: those beyond are not searched.
            self.all.truncate(start);
            return NO_SLOT;
        };
        self.ends.push(end);
        self.labels.push(labels);
        slot
    }

    fn push(&mut self, field: &str) {
        if !field.is_empty() {
            self.lower(field);
            self.all.push(FIELD);
        }
    }

    fn lower(&mut self, text: &str) {
        if text.is_ascii() {
            let from = self.all.len();
            self.all.push_str(text);
            self.all[from..].make_ascii_lowercase();
        } else {
            self.all.extend(text.chars().flat_map(char::to_lowercase));
        }
    }

    fn start(&self, slot: usize) -> usize {
        slot.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| *end as usize)
    }

    /// The text of an incident without its labels, each of which is `name=value` between two [`FIELD`]s.
    pub(super) fn head(&self, slot: Slot) -> &str {
        let slot = slot as usize;
        let end = self.labels.get(slot).map_or(0, |end| *end as usize);
        self.all.get(self.start(slot)..end).unwrap_or_default()
    }

    /// Who has it and who was asked, each.
    pub(super) fn people(&self, slot: Slot) -> impl Iterator<Item = &str> {
        let people = self.head(slot).split_once(PEOPLE).map_or("", |(_, people)| people);
        people.split(FIELD).filter(|name| !name.is_empty())
    }

    /// All of it.
    pub(super) fn text(&self, slot: Slot) -> &str {
        let slot = slot as usize;
        let end = self.ends.get(slot).map_or(0, |end| *end as usize);
        self.all.get(self.start(slot)..end).unwrap_or_default()
    }

    /// Those that have `word` (lower case) anywhere.
    pub(super) fn with(&self, word: &str) -> Found {
        let mut found = Found::none(self.len());
        self.each(word, |slot, _| found.put(slot));
        found
    }

    /// Those whose label `name` has the value `wanted` (both in lower case): the whole of it where one has that or `whole`
    /// wants it, else a part of it.
    pub(super) fn with_label(&self, name: &str, wanted: &str, whole: bool) -> Found {
        let (mut equal, mut part) = (Found::none(self.len()), Found::none(self.len()));
        let mut any = whole;
        self.each_label(name, |slot, value| {
            if value == wanted {
                any = true;
                equal.put(slot);
            } else if value.contains(wanted) {
                part.put(slot);
            }
        });
        if any { equal } else { part }
    }

    /// Those whose label `name` (in lower case) has just this value, in any case.
    pub(super) fn with_pair(&self, name: &str, value: &str) -> Found {
        self.with(&format!("{FIELD}{name}={}{FIELD}", value.to_lowercase()))
    }

    /// Each value of a label (its name in lower case), in lower case.
    pub(super) fn each_label<'a>(&'a self, name: &str, mut found: impl FnMut(usize, &'a str)) {
        self.each(&format!("{FIELD}{name}="), |slot, at| {
            let value = self.all.get(at..).unwrap_or_default();
            found(slot, value.split_once(FIELD).map_or(value, |(value, _)| value));
        });
    }

    /// The first place of `needle` in each text: its slot, and where it ends.
    fn each(&self, needle: &str, mut found: impl FnMut(usize, usize)) {
        let finder = Finder::new(needle);
        let bytes = self.all.as_bytes();
        let (mut from, mut slot) = (0, 0);
        while let Some(at) = bytes.get(from..).and_then(|rest| finder.find(rest)) {
            let at = from + at;
            slot = self.slot_of(at, slot);
            found(slot, at + needle.len());
            from = self.ends.get(slot).map_or(bytes.len(), |end| *end as usize);
            slot += 1;
        }
    }

    /// Whose text is at this place; it is `from` or later, mostly soon.
    fn slot_of(&self, at: usize, from: usize) -> usize {
        let rest = self.ends.get(from..).unwrap_or_default();
        let mut step = 1;
        while rest.get(step).is_some_and(|end| *end as usize <= at) {
            step *= 2;
        }
        let near = rest.get(step / 2..rest.len().min(step + 1)).unwrap_or_default();
        from + step / 2 + near.partition_point(|end| *end as usize <= at)
    }
}

impl Found {
    pub(super) fn none(slots: usize) -> Self {
        Self(vec![0; slots.div_ceil(64)])
    }

    pub(super) fn put(&mut self, slot: usize) {
        if let Some(word) = self.0.get_mut(slot / 64) {
            *word |= 1 << (slot % 64);
        }
    }

    pub(super) fn has(&self, slot: Slot) -> bool {
        let slot = slot as usize;
        self.0.get(slot / 64).is_some_and(|word| word & (1 << (slot % 64)) != 0)
    }

    /// Takes those of another in.
    pub(super) fn join(&mut self, other: &Self) {
        for (word, more) in self.0.iter_mut().zip(&other.0) {
            *word |= more;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::incident::Incident;

    fn texts(titles: &[&str]) -> Texts {
        let mut texts = Texts::default();
        for (at, title) in titles.iter().enumerate() {
            let labels = [("env".to_owned(), format!("prod{}", at % 3)), ("zone".to_owned(), "nj".to_owned())];
            let incident = Incident { title: (*title).to_owned(), labels: labels.into(), ..Incident::default() };
            texts.add(&IncidentRow::pack(&incident), "Payments");
        }
        texts
    }

    fn slots(found: &Found, count: usize) -> Vec<usize> {
        (0..count).filter(|slot| found.has(Slot::try_from(*slot).unwrap())).collect()
    }

    #[test]
    fn every_word_is_found_where_it_is_and_in_no_neighbour() {
        let many: Vec<String> = (0..200).map(|at| format!("Queue {at} LAG{}", "x".repeat(at % 7))).collect();
        let titles: Vec<&str> = many.iter().map(String::as_str).collect();
        let texts = texts(&titles);
        for word in ["queue 7", "lagxx", "199", "payments", "zone=nj", "nomatch", "1 lag", "env=prod2"] {
            let own = |at: usize| texts.text(Slot::try_from(at).unwrap()).contains(word);
            let wanted: Vec<usize> = (0..titles.len()).filter(|at| own(*at)).collect();
            assert_eq!(slots(&texts.with(word), titles.len()), wanted, "{word}");
        }
    }

    #[test]
    fn a_label_has_the_whole_value_where_one_has_it_and_else_a_part() {
        let texts = texts(&["a", "b", "c", "d"]);
        assert_eq!(slots(&texts.with_label("env", "prod1", false), 4), [1]);
        assert_eq!(slots(&texts.with_label("env", "prod", false), 4), [0, 1, 2, 3]);
        assert!(slots(&texts.with_label("env", "prod", true), 4).is_empty());
        assert!(slots(&texts.with_label("nv", "prod1", false), 4).is_empty());
        assert_eq!(slots(&texts.with_label("zone", "nj", true), 4), [0, 1, 2, 3]);
    }
}

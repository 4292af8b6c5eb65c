//! What reading a list found out beside its incidents: what was left out and why, what could not be read.

use std::collections::BTreeMap;

use super::text::{clean, shorten};

/// More of one kind than anybody reads say only how many there are.
const NAMED: usize = 20;

/// The longest value that is repeated in a sentence, in characters.
const SHOWN: usize = 60;

/// An account of one list. Sentences are clean.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListReport {
    /// How many items the list has.
    pub items: usize,
    /// How many of them are none that is wanted, as `where` says.
    pub unwanted: usize,
    left_out: Counted<String>,
    odd_members: Counted<String>,
    unread_paths: Vec<String>,
    /// Of those, what a board without them would hide.
    grave_paths: Vec<String>,
    own_words: Counted<(String, String, &'static str)>,
    unknown_words: Counted<(String, String)>,
    unread_times: Counted<(String, String)>,
    odd_values: Counted<String>,
    no_words: Counted<(String, String)>,
    twice: Counted<String>,
    shared_numbers: Counted<String>,
}

/// How often each came, up to [`NAMED`] of them.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Counted<T: Ord> {
    named: BTreeMap<T, usize>,
    all: usize,
}

impl<T: Ord> Default for Counted<T> {
    fn default() -> Self {
        Self { named: BTreeMap::new(), all: 0 }
    }
}

impl<T: Ord> Counted<T> {
    fn add(&mut self, what: T) {
        self.all += 1;
        if let Some(count) = self.named.get_mut(&what) {
            *count += 1;
        } else if self.named.len() < NAMED {
            self.named.insert(what, 1);
        }
    }

    /// One sentence each, and how many more there are.
    fn sentences(&self, sentence: impl Fn(&T, usize) -> String, more: &str) -> Vec<String> {
        let mut out: Vec<String> = self.named.iter().map(|(what, count)| sentence(what, *count)).collect();
        let named: usize = self.named.values().sum();
        if self.all > named {
            out.push(format!("and {} more {more}", self.all - named));
        }
        out
    }
}

impl ListReport {
    /// An item that is not in the list because of `why`.
    pub fn left_out(&mut self, place: &str, why: &str) {
        self.left_out.add(format!("{place} was left out: {}", clean(why)));
    }

    /// How many items were left out.
    pub fn left_out_count(&self) -> usize {
        self.left_out.all
    }

    /// A member of an object that has no items though they were expected, in a sentence.
    pub fn odd_member(&mut self, sentence: &str) {
        self.odd_members.add(clean(sentence).into_owned());
    }

    /// Whether nothing of the list is missing.
    pub fn is_whole(&self) -> bool {
        self.left_out.all == 0 && self.odd_members.all == 0
    }

    /// A path or template of the map that gives nothing in any item, in a sentence. `is_grave`: what it fills is what a
    /// board is read by.
    pub fn unread_path(&mut self, sentence: &str, is_grave: bool) {
        let to = if is_grave { &mut self.grave_paths } else { &mut self.unread_paths };
        to.push(clean(sentence).into_owned());
    }

    /// A word of `field` that is the source's own, and what it is read as.
    pub fn own_word(&mut self, field: &str, word: &str, meaning: &'static str) {
        self.own_words.add((field.to_owned(), shown(word), meaning));
    }

    /// A word of `field` that nobody knows.
    pub fn unknown_word(&mut self, field: &str, word: &str) {
        self.unknown_words.add((field.to_owned(), shown(word)));
    }

    /// A value of `field` that is not a time anybody can read.
    pub fn unread_time(&mut self, field: &str, given: &str) {
        self.unread_times.add((field.to_owned(), shown(given)));
    }

    /// A value of `field` that is not what the field holds; it is kept as it was given.
    pub fn odd_value(&mut self, field: &str) {
        self.odd_values.add(field.to_owned());
    }

    /// A value of `field`, which holds a word, that cannot be one.
    pub fn no_word(&mut self, field: &str, given: &str) {
        self.no_words.add((field.to_owned(), shown(given)));
    }

    /// An id that stands in the list more than once.
    pub fn twice(&mut self, id: &str) {
        self.twice.add(shown(id));
    }

    /// A number that the source gives to an incident and that another has.
    pub fn shared_number(&mut self, given: &str, id: &str, own: &str) {
        self.shared_numbers.add(format!(
            "{} has the number {} of another incident: here it is {}",
            shown(id),
            shown(given),
            shown(own)
        ));
    }

    /// The numbers that the source gives to several, one sentence each.
    pub fn shared_numbers(&self) -> Vec<String> {
        self.shared_numbers.sentences(|sentence, _| sentence.clone(), "numbers are shared")
    }

    /// What a reader of the list has to know: it is not whole, or not what the source meant.
    pub fn warnings(&self) -> Vec<String> {
        let mut out = self.left_out.sentences(|sentence, _| sentence.clone(), "were left out");
        out.extend(self.odd_members.sentences(|sentence, _| sentence.clone(), "were left out"));
        out.extend(self.grave_paths.iter().cloned());
        let twice = |id: &String, count| {
            let more = if count == 1 { "twice" } else { "several times" };
            format!("the id {id} stands {more} in the list: only the last of them is shown")
        };
        out.extend(self.twice.sentences(twice, "ids stand in the list more than once"));
        out.extend(self.shared_numbers());
        let unread =
            |(field, given): &(String, String), count| format!("{field}: \"{given}\" is not a time{}", times(count));
        out.extend(self.unread_times.sentences(unread, "times cannot be read"));
        out
    }

    /// Everything, for whoever tests a source: one sentence each.
    pub fn sentences(&self) -> Vec<String> {
        let mut out = Vec::new();
        if self.unwanted > 0 {
            out.push(format!("{} of {} items are not wanted, as `where` says", self.unwanted, self.items));
        }
        out.extend(self.warnings());
        out.extend(self.unread_paths.iter().cloned());
        let unknown = |(field, word): &(String, String), count| {
            format!("{field}: the word \"{word}\" is not known{}; {}", times(count), advice(field, word))
        };
        out.extend(self.unknown_words.sentences(unknown, "words are not known"));
        let no_word = |(field, given): &(String, String), count| {
            format!("{field}: {given} is no word{}; it is shown as given: let the map name a text in it", times(count))
        };
        out.extend(self.no_words.sentences(no_word, "values are no words"));
        let own = |(field, word, meaning): &(String, String, &'static str), _| {
            format!("{field}: \"{word}\" is read as {meaning}")
        };
        out.extend(self.own_words.sentences(own, "words are the source's own"));
        let odd = |field: &String, count| {
            format!("{field}: a value that is not what it holds{}; it is kept as it was given", times(count))
        };
        out.extend(self.odd_values.sentences(odd, "values are not what their fields hold"));
        out
    }

    /// Why the list is no list: it has items, and nothing of them could be read. `kept`: how many incidents there are.
    pub fn fault(&self, kept: usize) -> Option<String> {
        if kept > 0 || self.left_out.all == 0 {
            return None;
        }
        let first = self.left_out.named.keys().next().map_or("", String::as_str);
        let why = self.grave_paths.first().map_or(first, String::as_str);
        Some(match self.left_out.all {
            1 => format!("a list of 1 item, and it cannot be read ({why})"),
            many => format!("a list of {many} items, and none of them can be read ({why})"),
        })
    }
}

fn times(count: usize) -> String {
    if count == 1 { String::new() } else { format!(" ({count} times)") }
}

/// What makes a word known.
fn advice(field: &str, word: &str) -> String {
    let (table, example) =
        if field.ends_with("progress") { ("progress", "Processing") } else { ("severity", "Critical") };
    format!("say what it means: {table} = {{ \"{}\" = \"{example}\" }}", word.replace('"', "\\\""))
}

fn shown(text: &str) -> String {
    clean(shorten(text.trim(), SHOWN).as_ref()).into_owned()
}

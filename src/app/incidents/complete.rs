//! How the word at the cursor of the filter may go on, and how many incidents each way leaves.

use std::collections::HashMap;
use std::ops::Range;

use super::around::Around;
use super::{Board, Entry, channel_name};
use crate::domain::query::terms::{About, TERMS, Term, Value};
use crate::domain::query::{Query, quote, tokens};

/// At most so many values are offered.
const MOST: usize = 20;

/// The ways to complete a word.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    /// What of the filter is replaced, in bytes.
    pub part: Range<usize>,
    pub choices: Vec<Choice>,
    /// The one that stands there now.
    pub at: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What is put into the filter.
    pub text: String,
    /// How many incidents are left by it, where that is counted.
    pub count: Option<usize>,
    pub help: &'static str,
}

impl Board {
    /// How the word before the cursor may go on; `before` is the filter up to there, `rest` what is behind it.
    pub fn complete(&mut self, before: &str, rest: &str, around: &Around<'_>) -> Completion {
        let last = tokens(before).pop().filter(|token| token.range.end == before.len());
        let start = last.as_ref().map_or(before.len(), |token| token.range.start);
        let behind = if rest.starts_with(char::is_whitespace) || rest.is_empty() { rest } else { "" };
        let others = format!("{} {behind}", before.get(..start).unwrap_or_default());
        let Some(token) = last.filter(|token| !token.fuzzy) else {
            return Completion { part: start..before.len(), choices: names(""), at: 0 };
        };
        let minus = if token.not { "-" } else { "" };
        let (head, about, label, typed) = match token.term() {
            None if token.text.to_lowercase().starts_with("label.") => {
                let typed = token.text.get("label.".len()..).unwrap_or_default().to_lowercase();
                let base = self.base(&others, around);
                let choices = self.label_names(&base, &typed, minus);
                return Completion { part: token.range, choices, at: 0 };
            }
            None => {
                let mut choices = names(&token.text);
                for choice in &mut choices {
                    choice.text.insert_str(0, minus);
                }
                return Completion { part: token.range, choices, at: 0 };
            }
            Some((name, sign, values)) => {
                let Some((term, label)) = Term::find(name) else {
                    return Completion::default();
                };
                let values = token.text.get(values).unwrap_or_default();
                let (given, typed) = values.rsplit_once(',').map_or(("", values), |(given, typed)| (given, typed));
                let comma = if given.is_empty() { "" } else { "," };
                (format!("{minus}{name}{sign}{given}{comma}"), term, label.to_lowercase(), typed.to_lowercase())
            }
        };
        let base = self.base(&others, around);
        let mut choices = match about.about {
            About::Severity | About::State | About::Run => self.known(about.values, about.name, &base, around),
            About::Age => ["10m", "1h", "1d"].map(|age| self.one(format!("{head}{age}"), "", &base, around)).into(),
            _ => {
                let mut choices = self.known(about.special, about.name, &base, around);
                choices.extend(self.values_of(about.about, &label, &base, around));
                choices
            }
        };
        if about.about != About::Age {
            choices.retain(|choice| choice.text.trim_matches('"').to_lowercase().contains(&typed));
            // What begins so comes first; the counts order the rest.
            choices.sort_by_key(|choice| !choice.text.trim_matches('"').to_lowercase().starts_with(&typed));
            for choice in &mut choices {
                choice.text.insert_str(0, &head);
            }
        }
        choices.truncate(MOST);
        Completion { part: token.range, choices, at: 0 }
    }

    /// What the rest of the filter leaves.
    fn base(&mut self, others: &str, around: &Around<'_>) -> Vec<u32> {
        let query = self.views.query().and(Query::parse(others));
        self.matching(&query, around)
    }

    fn of<'a>(&'a self, base: &'a [u32]) -> impl Iterator<Item = &'a Entry> {
        base.iter().filter_map(|at| self.entries.get(*at as usize)).filter(|entry| !entry.gone)
    }

    fn known(&mut self, values: &'static [Value], name: &str, base: &[u32], around: &Around<'_>) -> Vec<Choice> {
        let known = values.iter().map(|value| {
            let one = self.one(format!("{name}:{}", value.word), value.help, base, around);
            Choice { text: value.word.to_owned(), ..one }
        });
        known.collect()
    }

    /// A choice with how many it leaves of these.
    fn one(&mut self, text: String, help: &'static str, base: &[u32], around: &Around<'_>) -> Choice {
        let found = self.matching(&Query::parse(text.trim_start_matches('-')), around);
        let count = base.iter().filter(|at| found.binary_search(at).is_ok());
        let count = count.filter(|at| self.entries.get(**at as usize).is_some_and(|entry| !entry.gone)).count();
        Choice { text, count: Some(count), help }
    }

    fn label_names(&self, base: &[u32], typed: &str, minus: &str) -> Vec<Choice> {
        let mut counts: HashMap<String, usize> = HashMap::new();
        for entry in self.of(base) {
            for (name, _) in entry.row.facts.labels() {
                match counts.get_mut(&*name) {
                    Some(count) => *count += 1,
                    None => drop(counts.insert(name.into_owned(), 1)),
                }
            }
        }
        counts.retain(|name, _| name.to_lowercase().starts_with(typed));
        let plain = |name: &String| !name.contains([':', '"', '<', '>', ',']) && !name.contains(char::is_whitespace);
        counts.retain(|name, _| plain(name));
        sorted(counts, |name| format!("{minus}label.{name}:"))
    }

    fn values_of(&self, about: About, label: &str, base: &[u32], around: &Around<'_>) -> Vec<Choice> {
        let mut counts: HashMap<String, usize> = HashMap::new();
        let mut add = |value: &str| match counts.get_mut(value) {
            Some(count) => *count += 1,
            None => drop(counts.insert(value.to_owned(), 1)),
        };
        for entry in self.of(base) {
            match about {
                About::Channel => add(channel_name(around.channels, &entry.row.channel)),
                About::Source => add(entry.row.key.source()),
                About::Owner => self.holder_of(entry).filter(|who| !who.is_empty()).into_iter().for_each(&mut add),
                _ => {
                    let mut labels = entry.row.facts.labels();
                    let named = labels.find(|(name, _)| name.to_lowercase() == label);
                    if let Some((_, value)) = named {
                        add(&value);
                    }
                }
            }
        }
        counts.remove("");
        sorted(counts, |value| if is_plain(value) { value.to_owned() } else { quote(value) })
    }
}

/// The terms whose names begin so.
fn names(typed: &str) -> Vec<Choice> {
    let typed = typed.to_lowercase();
    let begin = TERMS.iter().filter(|term| term.name.starts_with(&typed));
    let name = |term: &Term| match term.about {
        About::Label => term.name.to_owned(),
        _ => format!("{}{}", term.name, term.signs.first().unwrap_or(&':')),
    };
    begin.map(|term| Choice { text: name(term), count: None, help: term.help }).collect()
}

/// The commonest first.
fn sorted(counts: HashMap<String, usize>, text: impl Fn(&str) -> String) -> Vec<Choice> {
    let mut counts: Vec<(String, usize)> = counts.into_iter().collect();
    counts.sort_by(|(a, few), (b, many)| many.cmp(few).then_with(|| a.cmp(b)));
    counts.into_iter().map(|(value, count)| Choice { text: text(&value), count: Some(count), help: "" }).collect()
}

/// Whether a value means itself without quotes.
fn is_plain(value: &str) -> bool {
    !value.is_empty() && !value.contains(['"', ',', '\\']) && !value.contains(char::is_whitespace)
}

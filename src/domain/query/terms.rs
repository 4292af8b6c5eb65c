//! The terms of the filter: one table, asked by whoever reads a filter, completes it, explains it or documents it.

/// What a term reads of an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum About {
    Severity,
    State,
    Channel,
    Source,
    Owner,
    /// A label, whose name stands behind a dot.
    Label,
    Age,
    Run,
}

/// A value that a term knows.
#[derive(Debug, PartialEq, Eq)]
pub struct Value {
    pub word: &'static str,
    /// Other words for it.
    pub also: &'static [&'static str],
    pub help: &'static str,
}

/// A term of the filter.
#[derive(Debug, PartialEq, Eq)]
pub struct Term {
    pub name: &'static str,
    pub about: About,
    /// What stands between the name and its value.
    pub signs: &'static [char],
    /// The values there are; empty where they are what the incidents have.
    pub values: &'static [Value],
    /// Values beside those that the incidents have.
    pub special: &'static [Value],
    pub example: &'static str,
    pub help: &'static str,
}

const fn value(word: &'static str, also: &'static [&'static str], help: &'static str) -> Value {
    Value { word, also, help }
}

const fn term(name: &'static str, about: About, example: &'static str, help: &'static str) -> Term {
    Term { name, about, signs: &[':'], values: &[], special: &[], example, help }
}

pub const SEVERITIES: [Value; 3] = [
    value("crit", &["critical"], "critical"),
    value("warn", &["warning"], "a warning"),
    value("info", &["information"], "for information"),
];

pub const STATES: [Value; 7] = [
    value("open", &[], "not closed"),
    value("acked", &["acknowledged", "processing"], "somebody acknowledged it"),
    value("snoozed", &[], "snoozed until later"),
    value("closed", &[], "closed or gone from its source"),
    value("muted", &["silenced", "inhibited", "quiet"], "muted or inhibited at its source"),
    value("marked", &[], "marked here"),
    value("new", &["changed"], "came or changed since it was looked at"),
];

pub const RUNS: [Value; 6] = [
    value("bad", &[], "its last run failed or has an unknown end"),
    value("failed", &[], "its last run failed"),
    value("ok", &["succeeded"], "its last run succeeded"),
    value("running", &[], "a run is under way"),
    value("unknown", &[], "how its last run ended is not known"),
    value("none", &[], "nothing was run"),
];

pub const OWNERS: [Value; 2] =
    [value("none", &["nobody"], "nobody has it"), value("me", &[], "I have it, or was asked to take it")];

pub const TERMS: &[Term] = &[
    Term { values: &SEVERITIES, ..term("sev", About::Severity, "sev:crit", "severity") },
    Term { values: &STATES, ..term("is", About::State, "is:acked", "how far its handling is, and what it is here") },
    term("ch", About::Channel, "ch:payments", "name or id of its channel"),
    term("src", About::Source, "src:prod", "the source it is from"),
    Term { special: &OWNERS, ..term("owner", About::Owner, "owner:none", "who has it, or was asked to take it") },
    term("label.", About::Label, "label.env:prod", "a label: its name behind the dot"),
    Term { signs: &['<', '>'], ..term("age", About::Age, "age<30m", "how long ago it began: s, m, h, d or w") },
    Term { values: &RUNS, ..term("run", About::Run, "run:failed", "how the last run on it went") },
];

impl Term {
    /// The term of this name, in any case; for a label the part behind the dot comes with it.
    pub fn find(name: &str) -> Option<(&'static Self, &str)> {
        TERMS.iter().find_map(|term| {
            let label = term.about == About::Label;
            let head = if label { name.get(..term.name.len())? } else { name };
            let rest = if label { name.get(term.name.len()..)? } else { "" };
            (head.eq_ignore_ascii_case(term.name) && (!label || !rest.is_empty())).then_some((term, rest))
        })
    }

    /// Which of the values begin with `typed`, by their place in `values`: exactly the one where it is whole.
    pub fn matching(values: &[Value], typed: &str) -> Vec<usize> {
        let typed = typed.to_lowercase();
        let words = |value: &Value| std::iter::once(value.word).chain(value.also.iter().copied());
        if let Some(whole) = values.iter().position(|value| words(value).any(|word| word == typed)) {
            return vec![whole];
        }
        let begins = |value: &&Value| words(value).any(|word| word.starts_with(&typed));
        values.iter().enumerate().filter(|(_, value)| begins(value)).map(|(at, _)| at).collect()
    }
}

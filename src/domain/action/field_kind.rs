//! What can be said of a field of an action: the words of the field table.

use super::Action;

/// The parts of the form, in order. Those after the first are folded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// What every action has.
    First,
    Request,
    Inputs,
    Signing,
    /// Certificates and the proxy.
    Reach,
    /// What an answer means, and what happens without one.
    Outcome,
    /// How a press goes.
    Press,
}

impl Section {
    /// What stands over it.
    pub fn title(self) -> &'static str {
        match self {
            Self::First => "",
            Self::Request => "Request",
            Self::Inputs => "Inputs",
            Self::Signing => "Signing",
            Self::Reach => "TLS and proxy",
            Self::Outcome => "Outcome",
            Self::Press => "Press",
        }
    }
}

/// Which actions have a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    Any,
    /// Those with a request of their own.
    Webhook,
    /// Those that are started in the incident's source.
    Started,
}

/// When a field is told where an action is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listed {
    /// Where it is not as by default.
    Changed,
    Always,
    /// Not by itself: another row tells it.
    Never,
}

/// What a text must be, as the schema says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Any,
    /// From so many characters to so many; 0: no limit.
    Length(usize, usize),
    /// What this regular expression matches.
    Pattern(&'static str),
}

/// What a text is filled with at the press.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fills {
    /// Nothing, or what has rules of its own.
    Nothing,
    /// An expression over the answer.
    Rule,
    /// An address made of the answer.
    Address,
    /// A text made of the answer.
    Answer,
}

/// What of a text may be a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hides {
    Nothing,
    /// The user and password of an address; it is valid without one only.
    Userinfo,
    /// A password in an address, which the store keeps.
    Password,
    /// Everything but references.
    Everything,
}

impl Hides {
    /// Whether the store may keep what a file must not hold: `${kept:NAME}` stands for it there.
    pub fn is_kept(self) -> bool {
        matches!(self, Self::Password | Self::Everything)
    }
}

/// One of a few words.
pub struct Choice {
    /// In files and on the command line.
    pub word: &'static str,
    /// In the form.
    pub label: &'static str,
    pub about: &'static str,
}

/// What a list holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item {
    /// Texts; one alone need not be in a list.
    Text {
        /// What is expected, as a fault says it.
        expected: &'static str,
    },
    /// Whole numbers, each once.
    Whole { range: (u64, u64), most: usize },
}

/// The kinds of field, each with how its value is taken from an action and put into one. Times are milliseconds.
pub enum Kind {
    Text {
        get: fn(&Action) -> &str,
        set: fn(&mut Action, &str),
    },
    /// Text as people write it: its spaces stay, and a file may break it into lines.
    Prose {
        get: fn(&Action) -> &str,
        set: fn(&mut Action, &str),
    },
    /// A reference or a secret.
    Secret {
        /// The secret of an action; empty: none.
        get: fn(&Action) -> &str,
        /// Puts the secret into the action, or takes it out where it is empty.
        set: fn(&mut Action, &str) -> Result<(), String>,
    },
    /// Yes or no.
    Switch {
        /// What off and on mean, for the form.
        words: [&'static str; 2],
        /// What off and on are called where the action is listed.
        told: [&'static str; 2],
        get: fn(&Action) -> bool,
        set: fn(&mut Action, bool),
    },
    Choice {
        options: &'static [Choice],
        get: fn(&Action) -> usize,
        set: fn(&mut Action, usize),
    },
    Whole {
        range: (u64, u64),
        get: fn(&Action) -> u64,
        set: fn(&mut Action, u64),
    },
    Time {
        range: (u64, u64),
        get: fn(&Action) -> u64,
        set: fn(&mut Action, u64),
    },
    /// A time that need not be named.
    OptionalTime {
        range: (u64, u64),
        get: fn(&Action) -> Option<u64>,
        set: fn(&mut Action, Option<u64>),
        /// The time that holds.
        used: fn(&Action) -> u64,
    },
    List {
        item: Item,
        get: fn(&Action) -> Vec<String>,
        set: fn(&mut Action, Vec<String>),
    },
    /// Names, each with an expression over the answer.
    Pairs {
        get: fn(&Action) -> &[(String, String)],
        set: fn(&mut Action, Vec<(String, String)>),
    },
    /// A table of fields that are named after it.
    Table {
        /// What the form calls it where it is not there, and where it is.
        words: [&'static str; 2],
        /// Whether an action may be without it.
        optional: bool,
        get: fn(&Action) -> bool,
        /// Puts an empty one into the action where there is none, or takes it out.
        set: fn(&mut Action, bool),
    },
    /// Where the button is.
    Channels,
    /// Names and values.
    Headers,
    /// What is sent.
    Body,
    /// What is asked at the press.
    Inputs,
}

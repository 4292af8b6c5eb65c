//! A row of the field table: its names, its kind, and how its value goes in and out. The rows themselves are in
//! `fields`.

use std::fmt;

use super::Action;
use super::field_kind::{Fills, Hides, Item, Kind, Listed, Scope, Section, Shape};
use crate::domain::text::clean;
use crate::domain::time::{format_duration, parse_duration};

/// A field of an action, as faults name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// A row of the table, by its name.
    Of(&'static str),
    /// Header number n, from 0: its name.
    HeaderName(usize),
    /// Header number n, from 0: its value.
    HeaderValue(usize),
    /// Input number n, from 0.
    Input(usize),
}

impl Field {
    pub const NAME: Self = Self::Of("name");
    pub const KIND: Self = Self::Of("kind");
    pub const CHANNELS: Self = Self::Of("channels");
    pub const ENDPOINT: Self = Self::Of("endpoint");
    pub const BODY: Self = Self::Of("body");
    pub const SIGN_KEY: Self = Self::Of("sign.key");
    pub const PROXY: Self = Self::Of("proxy");
    pub const SUCCESS: Self = Self::Of("success");

    /// The name of its row in the table.
    pub fn row(self) -> &'static str {
        match self {
            Self::Of(name) => name,
            Self::HeaderName(_) | Self::HeaderValue(_) => "headers",
            Self::Input(_) => "input",
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Of(name) => f.write_str(name),
            Self::HeaderName(n) | Self::HeaderValue(n) => write!(f, "header {}", n + 1),
            Self::Input(n) => write!(f, "input {}", n + 1),
        }
    }
}

/// A row of the field table.
pub struct FieldSpec {
    /// In files, in JSON and in faults. `tls.ca` is the key `ca` of the table `tls`.
    pub name: &'static str,
    /// In the form; empty: it has no row of its own there.
    pub label: &'static str,
    /// Under which heading of the form it stands.
    pub section: Section,
    /// On the command line, without its dashes; empty: no flag, or flags that are written out.
    pub flag: &'static str,
    /// What stands for its value in the help of the command line; empty: by its kind.
    pub value: &'static str,
    /// What it is, for the help of the command line and the schema. See [`FieldSpec::filled`].
    pub about: &'static str,
    /// What its flag does, where that is not what it is.
    pub flag_about: &'static str,
    /// One line of help while it is being edited. See [`FieldSpec::filled`].
    pub help: &'static str,
    /// In the list of what an edit changed; empty: its name.
    pub words: &'static str,
    /// What is wrong with a value out of its range. See [`FieldSpec::filled`].
    pub range_fault: &'static str,
    /// Which actions have it.
    pub scope: Scope,
    /// A value of it, where it must be there; empty: it need not.
    pub example: &'static str,
    /// What else a text of a file must be.
    pub shape: Shape,
    /// What of its text is filled in.
    pub fills: Fills,
    /// What of its text may be a secret.
    pub hides: Hides,
    /// When it is told where an action is listed.
    pub listed: Listed,
    /// What is wrong with its value, beside the range.
    pub check: fn(&Action) -> Option<String>,
    /// What kind of value it is, and where it stands in an action.
    pub kind: Kind,
}

impl FieldSpec {
    /// How faults name it; a list of rows by the first.
    pub fn field(&self) -> Field {
        match self.kind {
            Kind::Headers => Field::HeaderName(0),
            Kind::Inputs => Field::Input(0),
            _ => Field::Of(self.name),
        }
    }

    /// The table that it stands in, and its key there.
    pub fn place(&self) -> (Option<&'static str>, &'static str) {
        match self.name.split_once('.') {
            Some((table, key)) => (Some(table), key),
            None => (None, self.name),
        }
    }

    /// What it is called in the list of changes.
    pub fn changed_words(&self) -> &'static str {
        if self.words.is_empty() { self.name } else { self.words }
    }

    /// Whether an action of this kind has it.
    pub fn applies(&self, action: &Action) -> bool {
        match self.scope {
            Scope::Any => true,
            Scope::Webhook => action.kind.source_kind().is_none(),
            Scope::Started => action.kind.source_kind().is_some(),
        }
    }

    /// Whether its value may be shown where it is wrong.
    pub fn is_plain(&self) -> bool {
        self.hides == Hides::Nothing && !matches!(self.kind, Kind::Headers | Kind::Body)
    }

    /// One of the texts of the row with `{least}`, `{most}` and `{default}` filled in.
    pub fn filled(&self, text: &str) -> String {
        let default = match self.kind {
            Kind::OptionalTime { used, .. } => format_duration(used(&Action::new("", ""))),
            _ => self.text(&Action::new("", "")),
        };
        let (least, most) = match self.kind {
            Kind::Whole { range, .. } | Kind::List { item: Item::Whole { range, .. }, .. } => {
                (range.0.to_string(), range.1.to_string())
            }
            Kind::Time { range, .. } | Kind::OptionalTime { range, .. } => {
                (format_duration(range.0), format_duration(range.1))
            }
            _ => Default::default(),
        };
        text.replace("{least}", &least).replace("{most}", &most).replace("{default}", &default)
    }

    /// The value as it is typed. For an address without a user and password that may stand in it.
    pub fn text(&self, action: &Action) -> String {
        match &self.kind {
            Kind::Text { get, .. } if self.hides == Hides::Userinfo => super::without_userinfo(get(action)),
            Kind::Text { get, .. } | Kind::Prose { get, .. } | Kind::Secret { get, .. } => get(action).to_owned(),
            Kind::Switch { get, .. } | Kind::Table { get, .. } => get(action).to_string(),
            Kind::Choice { options, get, .. } => options.get(get(action)).map_or("", |choice| choice.word).to_owned(),
            Kind::Whole { get, .. } => get(action).to_string(),
            Kind::Time { get, .. } => format_duration(get(action)),
            Kind::OptionalTime { get, .. } => get(action).map(format_duration).unwrap_or_default(),
            Kind::List { get, .. } => get(action).join(", "),
            Kind::Pairs { get, .. } => {
                let pairs = get(action).iter().map(|(name, value)| format!("{name} = {value}"));
                pairs.collect::<Vec<_>>().join("; ")
            }
            Kind::Channels | Kind::Headers | Kind::Body | Kind::Inputs => String::new(),
        }
    }

    /// Puts a value that was typed into the action.
    /// The error says what is wrong with it.
    pub fn set_text(&self, action: &mut Action, text: &str) -> Result<(), String> {
        match &self.kind {
            Kind::Text { set, .. } => set(action, text.trim()),
            Kind::Prose { set, .. } => set(action, text),
            Kind::Secret { set, .. } => return set(action, text.trim()),
            Kind::Switch { set, .. } | Kind::Table { set, .. } => set(action, text == "true"),
            Kind::Choice { options, set, .. } => {
                let at = options.iter().position(|choice| choice.word.eq_ignore_ascii_case(text));
                set(action, at.ok_or_else(|| format!("\"{}\" is not one of its words", clean(text)))?);
            }
            Kind::Whole { set, .. } => set(action, self.number(text)?),
            Kind::Time { set, .. } => set(action, parse_duration(text)?),
            Kind::OptionalTime { set, .. } if text.trim().is_empty() => set(action, None),
            Kind::OptionalTime { set, .. } => set(action, Some(parse_duration(text)?)),
            Kind::List { item, set, .. } => {
                let words = text.split([',', ' ']).filter(|word| !word.is_empty()).map(str::to_owned);
                let words: Vec<String> = words.collect();
                if matches!(item, Item::Whole { .. }) {
                    words.iter().try_for_each(|word| self.number(word).map(drop))?;
                }
                set(action, words);
            }
            Kind::Pairs { set, .. } => set(action, pairs(text)?),
            Kind::Channels | Kind::Headers | Kind::Body | Kind::Inputs => {}
        }
        Ok(())
    }

    fn number(&self, text: &str) -> Result<u64, String> {
        text.trim().parse().map_err(|_| self.filled("write a number from {least} to {most}"))
    }

    /// Whether the two have another value here.
    pub fn differs(&self, a: &Action, b: &Action) -> bool {
        match &self.kind {
            Kind::Text { get, .. } | Kind::Prose { get, .. } | Kind::Secret { get, .. } => get(a) != get(b),
            Kind::Channels => a.slots != b.slots,
            Kind::Headers => a.headers != b.headers,
            Kind::Body => a.body != b.body,
            Kind::Inputs => a.inputs != b.inputs,
            _ => self.text(a) != self.text(b),
        }
    }

    /// Whether it is as in an action that says nothing.
    pub fn is_default(&self, action: &Action) -> bool {
        !self.differs(action, &Action::new("", ""))
    }

    /// What is wrong with its value, in one sentence.
    pub fn fault(&self, action: &Action) -> Option<String> {
        self.range_fault(action).or_else(|| (self.check)(action))
    }

    fn range_fault(&self, action: &Action) -> Option<String> {
        let outside = |(least, most): (u64, u64), value: u64| {
            (!(least..=most).contains(&value)).then(|| self.filled(self.range_fault))
        };
        match self.kind {
            Kind::Whole { range, get, .. } | Kind::Time { range, get, .. } => outside(range, get(action)),
            Kind::OptionalTime { range, get, .. } => get(action).and_then(|ms| outside(range, ms)),
            Kind::List { item: Item::Whole { range, most }, get, .. } => {
                let items = get(action);
                let twice = items.iter().enumerate().find(|(at, item)| items[..*at].contains(item));
                if items.len() > most {
                    return Some(format!("{} of them; {most} at most", items.len()));
                }
                let number = |item: &String| item.parse().unwrap_or(u64::MAX);
                items
                    .iter()
                    .find_map(|item| outside(range, number(item)))
                    .or_else(|| twice.map(|(_, item)| format!("{item} is there twice")))
            }
            _ => None,
        }
    }
}

/// `ticket = body.key; url = body.self`.
fn pairs(text: &str) -> Result<Vec<(String, String)>, String> {
    let parts = text.split([';', '\n']).map(str::trim).filter(|part| !part.is_empty());
    let pair = |part: &str| {
        let (name, value) = part.split_once('=').ok_or("write it like ticket = body.key; several with ; between")?;
        Ok((name.trim().to_owned(), value.trim().to_owned()))
    };
    parts.map(pair).collect()
}

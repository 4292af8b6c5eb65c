//! How a list of incidents is put: which of them, in which order, under which headers.

/// The order of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// Severity, what wants nobody below the rest of it, newest first.
    #[default]
    Severity,
    Newest,
    Title,
    LastRun,
}

impl Sort {
    pub const ALL: [Self; 4] = [Self::Severity, Self::Newest, Self::Title, Self::LastRun];

    /// As the screen says it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Severity => "severity",
            Self::Newest => "newest",
            Self::Title => "title",
            Self::LastRun => "last run",
        }
    }

    /// Its name in the configuration.
    pub fn name(self) -> &'static str {
        if self == Self::LastRun { "last-run" } else { self.as_str() }
    }

    /// The one after it, round and round.
    #[must_use]
    pub fn next(self) -> Self {
        let at = Self::ALL.iter().position(|sort| *sort == self).unwrap_or_default();
        Self::ALL[(at + 1) % Self::ALL.len()]
    }
}

/// What puts incidents of a list under one header.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Group {
    #[default]
    None,
    Channel,
    /// A label, by its name.
    Label(String),
}

impl Group {
    /// What lists can be grouped by where nobody says otherwise.
    pub fn usual() -> Vec<Self> {
        vec![Self::Channel, Self::Label("host".to_owned())]
    }

    /// The group of this name: `none`, `channel`, or the name of a label.
    pub fn parse(name: &str) -> Self {
        match name {
            "none" | "" => Self::None,
            "channel" => Self::Channel,
            label => Self::Label(label.to_owned()),
        }
    }

    pub fn as_str(&self) -> &str {
        match self {
            Self::None => "none",
            Self::Channel => "channel",
            Self::Label(name) => name,
        }
    }
}

/// A view as somebody named it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SavedView {
    pub name: String,
    /// In the language of the filter.
    pub filter: String,
    pub sort: Sort,
    pub group: Group,
}

impl SavedView {
    /// Those that are always there.
    pub fn built_in() -> Vec<Self> {
        let view = |name: &str, filter: &str| Self {
            name: name.to_owned(),
            filter: filter.to_owned(),
            sort: Sort::default(),
            group: Group::default(),
        };
        vec![
            view("All", ""),
            view("Mine", "owner:me"),
            view("Unowned", "owner:none -is:muted -is:snoozed"),
            view("Snoozed", "is:snoozed"),
            view("Bad runs", "run:bad"),
        ]
    }
}

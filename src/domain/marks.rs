//! What a row says of an incident beside its title: whether somebody has it in hand already, how many alerts it has, and
//! what tells it apart from others that read the same.
//!
//! Sources write both under names of their own beside the contract, so that they go with it wherever it goes.

use serde::Deserialize;
use serde_json::Value;

use super::facts::words;
use super::incident::{Incident, IncidentRow};

/// Under this name an incident has its marks: a list of words.
pub const MARKS: &str = "marks";
/// Under this name an incident has what tells it apart, such as `cluster=nj`.
pub const SCOPE: &str = "scope";

/// Why nobody need be told of an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Somebody silenced it.
    Silenced,
    /// Another alert inhibits it.
    Inhibited,
    /// A time interval mutes it.
    Muted,
    /// Nobody is notified of it, for a reason of the source's own.
    Suppressed,
    /// A downtime is in effect.
    Downtime,
    /// The host that it is on is down.
    HostDown,
    /// The source counts it as handled.
    Handled,
    /// It is not sure yet: the check is tried again.
    Soft,
}

impl Mark {
    const ALL: [Self; 8] = [
        Self::Silenced,
        Self::Inhibited,
        Self::Muted,
        Self::Suppressed,
        Self::Downtime,
        Self::HostDown,
        Self::Handled,
        Self::Soft,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Silenced => "silenced",
            Self::Inhibited => "inhibited",
            Self::Muted => "muted",
            Self::Suppressed => "suppressed",
            Self::Downtime => "in downtime",
            Self::HostDown => "host down",
            Self::Handled => "handled",
            Self::Soft => "soft",
        }
    }

    /// The field in which the source says by whom or by what, where it does.
    pub fn told_in(self) -> Option<&'static str> {
        match self {
            Self::Silenced => Some("silenced_by"),
            Self::Inhibited => Some("inhibited_by"),
            Self::Muted => Some("muted_by"),
            Self::Downtime => Some("downtime_by"),
            Self::Suppressed | Self::HostDown | Self::Handled | Self::Soft => None,
        }
    }

    fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mark| mark.as_str() == word)
    }
}

/// What a row says beside its title. As the source wrote it: clean it before it is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notes {
    /// Its marks in one text: `silenced, in downtime`; empty where it has none.
    pub marks: String,
    /// What tells it apart from others that read the same: `cluster=nj`; empty where nothing does.
    pub apart: String,
    /// `19 alerts`; empty where it has one or none.
    pub alerts: String,
}

/// What a row reads of its body.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Brief {
    marks: Value,
    scope: Value,
    alert_cnt: Value,
}

impl Incident {
    pub fn set_marks(&mut self, marks: &[Mark]) {
        if !marks.is_empty() {
            let words: Vec<&str> = marks.iter().map(|mark| mark.as_str()).collect();
            self.extra.insert(MARKS.to_owned(), words.into());
        }
    }

    /// Its marks, as they are shown: also those that only a source knows.
    pub fn marks(&self) -> Vec<&str> {
        self.extra.get(MARKS).map(words).unwrap_or_default()
    }

    /// A mark and by whom or by what, in words.
    pub fn marks_in_full(&self) -> impl Iterator<Item = String> {
        self.marks().into_iter().map(|word| {
            let field = Mark::parse(word).and_then(Mark::told_in);
            match field.and_then(|name| self.fields.get(name)?.as_str()).filter(|why| !why.is_empty()) {
                Some(why) => format!("{word}: {why}"),
                None => word.to_owned(),
            }
        })
    }
}

impl IncidentRow {
    /// What it says beside its title. Reads the body.
    pub fn notes(&self) -> Notes {
        let Brief { marks, scope, alert_cnt } = self.brief();
        let alerts = alert_cnt.as_i64().filter(|count| *count > 1).map(|count| format!("{count} alerts"));
        Notes {
            marks: words(&marks).join(", "),
            apart: scope.as_str().unwrap_or_default().to_owned(),
            alerts: alerts.unwrap_or_default(),
        }
    }

    /// Whether nobody need be told of it: it is marked.
    pub fn is_quiet(&self) -> bool {
        self.facts.quiet
    }

    fn brief(&self) -> Brief {
        serde_json::from_str(&self.text()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_row_reads_its_marks_and_what_tells_it_apart() {
        let mut incident = Incident { alert_cnt: 19, ..Incident::default() };
        assert!(!IncidentRow::pack(&incident).is_quiet());
        incident.set_marks(&[Mark::Silenced, Mark::Downtime]);
        incident.extra.insert(SCOPE.to_owned(), "cluster=nj".into());
        incident.fields.insert("silenced_by".to_owned(), "ada until 14:30".into());
        let row = IncidentRow::pack(&incident);
        let notes =
            Notes { marks: "silenced, in downtime".into(), apart: "cluster=nj".into(), alerts: "19 alerts".into() };
        assert_eq!(row.notes(), notes);
        assert!(row.is_quiet());
        assert_eq!(incident.marks_in_full().collect::<Vec<_>>(), ["silenced: ada until 14:30", "in downtime"]);
        // Whatever a file writes there.
        incident.extra.insert(MARKS.to_owned(), json!([7, null, "odd"]));
        assert_eq!(IncidentRow::pack(&incident).notes().marks, "odd");
    }
}

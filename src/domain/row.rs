//! The short row that lists of incidents are made of.

use std::hash::{Hash, Hasher};

use compact_str::CompactString;

use super::channel::ChannelKey;
use super::facts::{Facts, Owner};
use super::incident::{Incident, IncidentKey, Progress, Severity};
use super::packed::Packed;

/// What a list needs of an incident, with the rest packed beside it.
///
/// A board of 100,000 incidents is a list of these: small, ready to sort, filter and draw, the whole incident unpacked
/// only when it is opened. Key, number, title and facts are what the rest is packed by: they never change alone.
#[derive(Clone, Debug, PartialEq)]
pub struct IncidentRow {
    pub key: IncidentKey,
    pub channel: ChannelKey,
    /// The short number people say to each other: short enough to stand in the row itself.
    pub num: CompactString,
    /// One line, as the source wrote it: clean it before it is shown.
    pub title: Box<str>,
    pub severity: Severity,
    pub progress: Progress,
    /// When it began, Unix seconds.
    pub start_time: i64,
    /// Who has it, its labels, and why nobody need be told of it.
    pub facts: Facts,
    /// The whole incident, see [`IncidentRow::text`].
    body: Packed,
}

/// The columns of a row, as an incident or the store gives them.
pub struct Columns {
    pub key: IncidentKey,
    pub channel: ChannelKey,
    pub num: CompactString,
    pub title: Box<str>,
    pub severity: Severity,
    pub progress: Progress,
    pub start_time: i64,
}

impl IncidentRow {
    pub fn pack(incident: &Incident) -> Self {
        let columns = Columns {
            key: incident.key(),
            channel: incident.channel(),
            num: incident.num.as_str().into(),
            title: incident.title.as_str().into(),
            severity: incident.incident_severity,
            progress: incident.progress,
            start_time: incident.start_time,
        };
        Self::new(columns, &serde_json::to_string(incident).unwrap_or_default())
    }

    /// A row of these columns; `text` is the whole incident as compact JSON.
    pub fn new(columns: Columns, text: &str) -> Self {
        let Columns { key, channel, num, title, severity, progress, start_time } = columns;
        let facts = Facts::read(text);
        let body = Packed::new(text, &beside(&key, &num, &title, &facts));
        Self { key, channel, num, title, severity, progress, start_time, facts, body }
    }

    /// The whole incident as compact JSON.
    pub fn text(&self) -> String {
        self.body.text(&beside(&self.key, &self.num, &self.title, &self.facts))
    }

    /// Who has it; `now_s` in Unix seconds.
    pub fn owner(&self, now_s: i64) -> Owner<'_> {
        self.facts.owner(self.progress, now_s)
    }

    /// The whole incident. A body that cannot be read (it was written by a later version) still gives what
    /// the row itself has.
    pub fn unpack(&self) -> Incident {
        Incident::read(&self.text()).unwrap_or_else(|_| Incident {
            incident_id: self.key.id().to_owned(),
            source: self.key.source().to_owned(),
            channel_key: self.channel.to_string(),
            num: self.num.to_string(),
            title: self.title.to_string(),
            incident_severity: self.severity,
            incident_status: self.severity.into(),
            progress: self.progress,
            start_time: self.start_time,
            ..Incident::default()
        })
    }
}

/// What the body says, too: it is packed by reference to this, so that no row says it twice. Two rows are the same only
/// where both are.
impl Hash for IncidentRow {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.num, &self.title, &self.facts, &self.body).hash(state);
    }
}

/// What stands in the row and comes in the body again.
fn beside(key: &IncidentKey, num: &str, title: &str, facts: &Facts) -> String {
    [key.id(), num, title, facts.text()].concat()
}

//! The short row that lists of incidents are made of.

use compact_str::CompactString;

use super::channel::ChannelKey;
use super::incident::{Incident, IncidentKey, Progress, Severity};
use super::packed::Packed;

/// What a list needs of an incident, with the rest packed beside it.
///
/// A board of 100,000 incidents is a list of these: small, ready to sort and draw, the whole incident read
/// from `body` only when it is opened.
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
    /// The whole incident as compact JSON, shared between the board and whoever stores it.
    pub body: Packed,
}

impl IncidentRow {
    pub fn pack(incident: &Incident) -> Self {
        Self {
            key: incident.key(),
            channel: incident.channel(),
            num: incident.num.as_str().into(),
            title: incident.title.as_str().into(),
            severity: incident.incident_severity,
            progress: incident.progress,
            start_time: incident.start_time,
            body: Packed::new(&serde_json::to_string(incident).unwrap_or_default()),
        }
    }

    /// The whole incident. A body that cannot be read (it was written by a later version) still gives what
    /// the row itself has.
    pub fn unpack(&self) -> Incident {
        serde_json::from_str(&self.body.text()).unwrap_or_else(|_| Incident {
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

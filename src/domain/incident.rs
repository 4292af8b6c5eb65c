//! Incidents: the webhook contract's shape, and the short row that lists are made of.
//!
//! Field names and units are those of Flashduty's custom-action push, so that a receiver written for it
//! works unchanged. All times here are Unix **seconds**, 0 where it has not happened.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use strum::IntoStaticStr;

use super::channel::ChannelKey;
use super::key::Key;
pub use super::row::IncidentRow;

/// Marks the keys of incidents.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OfIncident {}

/// What identifies an incident across sources.
pub type IncidentKey = Key<OfIncident>;

/// How bad an incident is. The order is the board's: `Critical` first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, IntoStaticStr)]
pub enum Severity {
    /// Users are hurt now.
    Critical,
    /// It will hurt, or hurts few.
    Warning,
    /// Good to know.
    #[default]
    Info,
}

impl Severity {
    pub const ALL: [Self; 3] = [Self::Critical, Self::Warning, Self::Info];

    /// The word of the contract.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The word of the contract in any case; `None` for any other.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.as_str().eq_ignore_ascii_case(word))
    }
}

/// The incident's present state: its severity while it burns, `Ok` when the cause is gone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr)]
pub enum Status {
    /// Burning as `Critical`.
    Critical,
    /// Burning as `Warning`.
    Warning,
    /// Burning as `Info`.
    #[default]
    Info,
    Ok,
}

impl Status {
    /// The word of the contract.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

impl From<Severity> for Status {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Critical => Self::Critical,
            Severity::Warning => Self::Warning,
            Severity::Info => Self::Info,
        }
    }
}

/// How far the handling is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, IntoStaticStr)]
pub enum Progress {
    /// Nobody has taken it.
    #[default]
    Triggered,
    /// Somebody has acknowledged it.
    Processing,
    Closed,
}

impl Progress {
    pub const ALL: [Self; 3] = [Self::Triggered, Self::Processing, Self::Closed];

    /// The word of the contract.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The word of the contract in any case; `None` for any other.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|progress| progress.as_str().eq_ignore_ascii_case(word))
    }
}

/// A person as the source knows them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Person {
    /// The source's id, 0 where it has none.
    #[serde(default, deserialize_with = "null_is_absent")]
    pub person_id: i64,
    #[serde(default, deserialize_with = "null_is_absent")]
    pub person_name: String,
    #[serde(default, deserialize_with = "null_is_absent")]
    pub email: String,
    /// What else the source says of them, passed through.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A person who was assigned to an incident.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Responder {
    /// The source's id, 0 where it has none.
    #[serde(default, deserialize_with = "null_is_absent")]
    pub person_id: i64,
    #[serde(default, deserialize_with = "null_is_absent")]
    pub person_name: String,
    #[serde(default, deserialize_with = "null_is_absent")]
    pub email: String,
    /// When they were assigned, Unix seconds.
    #[serde(default, deserialize_with = "null_is_absent")]
    pub assigned_at: i64,
    /// When they acknowledged, Unix seconds, 0 = not yet.
    #[serde(default, deserialize_with = "null_is_absent")]
    pub acknowledged_at: i64,
    /// What else the source says of them, passed through.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Alert {
    pub alert_id: String,
    /// Where the source had it from; empty where it does not say.
    #[serde(deserialize_with = "null_is_absent")]
    pub data_source_id: Value,
    /// One line.
    pub title: String,
    /// More lines.
    #[serde(deserialize_with = "null_is_absent", skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// What identifies the condition.
    pub alert_key: String,
    pub alert_severity: Severity,
    pub alert_status: Status,
    /// `Triggered` or `Closed`.
    pub progress: Progress,
    /// When the source made it, Unix seconds.
    pub created_at: i64,
    /// When it last changed, Unix seconds.
    pub updated_at: i64,
    /// When it began, Unix seconds.
    pub start_time: i64,
    /// When it was last seen burning, Unix seconds.
    pub last_time: i64,
    /// When it ended, Unix seconds, 0 = burning.
    #[serde(deserialize_with = "null_is_absent", skip_serializing_if = "is_zero")]
    pub end_time: i64,
    /// When it was closed, Unix seconds, 0 = not.
    #[serde(deserialize_with = "null_is_absent", skip_serializing_if = "is_zero")]
    pub close_time: i64,
    #[serde(deserialize_with = "null_is_absent", skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// What else the source says of it, passed through.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A problem being handled: the contract's `Incident`, plus where it came from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Incident {
    pub incident_id: String,
    /// The short number people say to each other.
    pub num: String,
    /// One line.
    pub title: String,
    /// More lines.
    #[serde(deserialize_with = "null_is_absent", skip_serializing_if = "String::is_empty")]
    pub description: String,
    #[serde(deserialize_with = "null_is_absent", skip_serializing_if = "String::is_empty")]
    pub impact: String,
    #[serde(deserialize_with = "null_is_absent", skip_serializing_if = "String::is_empty")]
    pub root_cause: String,
    #[serde(deserialize_with = "null_is_absent", skip_serializing_if = "String::is_empty")]
    pub resolution: String,
    pub incident_severity: Severity,
    pub incident_status: Status,
    pub progress: Progress,
    /// When the source made it, Unix seconds.
    pub created_at: i64,
    /// When it last changed, Unix seconds.
    pub updated_at: i64,
    /// When it began, Unix seconds.
    pub start_time: i64,
    /// When it was last seen burning, Unix seconds.
    #[serde(deserialize_with = "null_is_absent", skip_serializing_if = "is_zero")]
    pub last_time: i64,
    /// When it ended, Unix seconds, 0 = burning.
    #[serde(deserialize_with = "null_is_absent", skip_serializing_if = "is_zero")]
    pub end_time: i64,
    /// When it was acknowledged, Unix seconds, 0 = not.
    #[serde(deserialize_with = "null_is_absent", skip_serializing_if = "is_zero")]
    pub ack_time: i64,
    /// When it was closed, Unix seconds, 0 = not.
    #[serde(deserialize_with = "null_is_absent", skip_serializing_if = "is_zero")]
    pub close_time: i64,
    /// Until when it is snoozed, Unix seconds, 0 = not.
    #[serde(deserialize_with = "null_is_absent", skip_serializing_if = "is_zero")]
    pub snoozed_before: i64,
    #[serde(deserialize_with = "null_is_absent", skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Custom fields, any JSON.
    #[serde(deserialize_with = "null_is_absent", skip_serializing_if = "Map::is_empty")]
    pub fields: Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creator: Option<Person>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closer: Option<Person>,
    #[serde(deserialize_with = "null_is_absent", skip_serializing_if = "Vec::is_empty")]
    pub responders: Vec<Responder>,
    /// Its alerts; may be fewer than `alert_cnt`.
    #[serde(deserialize_with = "null_is_absent", skip_serializing_if = "Vec::is_empty")]
    pub alerts: Vec<Alert>,
    #[serde(deserialize_with = "null_is_absent", skip_serializing_if = "is_zero")]
    pub alert_cnt: i64,
    /// The source's channel id where that is an integer, else 0.
    #[serde(deserialize_with = "null_is_absent", skip_serializing_if = "is_zero")]
    pub channel_id: i64,
    #[serde(deserialize_with = "null_is_absent", skip_serializing_if = "String::is_empty")]
    pub channel_name: String,
    /// The channel's key, always `source/id`.
    pub channel_key: String,
    #[serde(deserialize_with = "null_is_absent")]
    pub detail_url: String,
    /// How its alerts were grouped: `n` (not), `p` (by pattern), `i` (by intelligence).
    #[serde(deserialize_with = "null_is_absent", skip_serializing_if = "String::is_empty")]
    pub group_method: String,
    /// The configured source's name. Beside the incident on the wire, inside it in andon's own output.
    pub source: String,
    /// What else the source says, passed through and never dropped.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Incident {
    pub fn key(&self) -> IncidentKey {
        IncidentKey::new(&self.source, &self.incident_id)
    }

    /// The channel it belongs to; `source/` + the id "default" where the source names none.
    pub fn channel(&self) -> ChannelKey {
        ChannelKey::parse(&self.channel_key).unwrap_or_else(|| ChannelKey::new(&self.source, "default"))
    }

    /// The contract's object with every field of the contract present, optional ones empty.
    ///
    /// Receivers may then read any documented field without asking whether it is there. `source` is not in
    /// it: on the wire it stands beside the incident.
    pub fn to_contract(&self) -> Map<String, Value> {
        let mut out = contract_blank();
        if let Some(Value::Object(own)) = self.to_exact() {
            out.extend(own);
        }
        for alert in out.get_mut("alerts").and_then(Value::as_array_mut).into_iter().flatten() {
            if let Value::Object(alert) = alert {
                for (name, blank) in [
                    ("description", "".into()),
                    ("end_time", 0.into()),
                    ("close_time", 0.into()),
                    ("labels", Value::Object(Map::new())),
                ] {
                    alert.entry(name).or_insert(blank);
                }
                if alert.get("data_source_id").is_none_or(Value::is_null) {
                    alert.insert("data_source_id".to_owned(), "".into());
                }
            }
        }
        out.shift_remove("source");
        out
    }

    /// The fields that differ from `other`, by their names in the contract, without `updated_at`,
    /// `last_time` and the alerts' own times, which every refresh moves.
    pub fn differs_in(&self, other: &Self) -> Vec<String> {
        let (mine, theirs) = (self.comparable(), other.comparable());
        let mut names: Vec<String> = mine
            .iter()
            .filter(|(name, value)| theirs.get(*name) != Some(value))
            .map(|(name, _)| name.clone())
            .collect();
        names.extend(theirs.keys().filter(|name| !mine.contains_key(*name)).cloned());
        names
    }

    fn comparable(&self) -> Map<String, Value> {
        let mut out = self.to_contract();
        out.shift_remove("updated_at");
        out.shift_remove("last_time");
        for alert in out.get_mut("alerts").and_then(Value::as_array_mut).into_iter().flatten() {
            if let Value::Object(alert) = alert {
                for name in ["updated_at", "last_time"] {
                    alert.shift_remove(name);
                }
            }
        }
        out
    }
}

fn contract_blank() -> Map<String, Value> {
    let mut out = Map::new();
    for name in ["incident_id", "num", "title", "description", "impact", "root_cause", "resolution"] {
        out.insert(name.to_owned(), "".into());
    }
    for name in ["incident_severity", "incident_status", "progress"] {
        out.insert(name.to_owned(), Value::Null);
    }
    for name in
        ["created_at", "updated_at", "start_time", "last_time", "end_time", "ack_time", "close_time", "snoozed_before"]
    {
        out.insert(name.to_owned(), 0.into());
    }
    out.insert("labels".to_owned(), Value::Object(Map::new()));
    out.insert("fields".to_owned(), Value::Object(Map::new()));
    out.insert("responders".to_owned(), Value::Array(Vec::new()));
    out.insert("alerts".to_owned(), Value::Array(Vec::new()));
    out.insert("alert_cnt".to_owned(), 0.into());
    out.insert("channel_id".to_owned(), 0.into());
    out.insert("channel_name".to_owned(), "".into());
    out.insert("channel_key".to_owned(), "".into());
    out.insert("detail_url".to_owned(), "".into());
    out.insert("group_method".to_owned(), "n".into());
    out
}

// By reference because serde calls it so.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_zero(number: &i64) -> bool {
    *number == 0
}

fn null_is_absent<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(deserializer: D) -> Result<T, D::Error> {
    Ok(Option::<T>::deserialize(deserializer)?.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Incident {
        serde_json::from_value(serde_json::json!({
            "incident_id": "64f1", "num": "054D57", "title": "cpu.idle < 20%", "incident_severity": "Critical",
            "incident_status": "Critical", "progress": "Triggered", "start_time": 1_763_990_000, "source": "prod",
            "channel_key": "prod/lim_test", "labels": null, "team_size": 4
        }))
        .unwrap()
    }

    #[test]
    fn packing_loses_nothing_not_even_unknown_fields() {
        let incident = sample();
        assert_eq!(IncidentRow::pack(&incident).unpack(), incident);
        assert_eq!(incident.extra["team_size"], 4);
    }

    #[test]
    fn the_contract_has_every_documented_field_and_no_source() {
        let wire = sample().to_contract();
        for name in
            ["description", "end_time", "labels", "fields", "alerts", "channel_id", "detail_url", "group_method"]
        {
            assert!(wire.contains_key(name), "{name}");
        }
        assert!(!wire.contains_key("source"));
        assert_eq!(wire["team_size"], 4);
        assert_eq!(wire["channel_key"], "prod/lim_test");
    }

    #[test]
    fn a_refresh_that_moves_only_times_changes_nothing_that_was_shown() {
        let mut later = sample();
        later.updated_at += 60;
        assert!(later.differs_in(&sample()).is_empty());
        later.incident_severity = Severity::Warning;
        assert_eq!(later.differs_in(&sample()), ["incident_severity"]);
    }
}

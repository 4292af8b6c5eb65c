//! Which firing a group is: Alertmanager's groups have no identity over time, incidents do.
//!
//! A firing lasts as long as at least one alert of the list before is still burning. Its start is the earliest one
//! first seen; it stays when the oldest alert resolves while others burn.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::model::{Group, GroupKey};
use crate::domain::incident::{Incident, IncidentRow, Progress};
use crate::domain::time::rfc3339;

/// One unbroken firing of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Firing {
    pub(super) id: String,
    /// When it began, Unix seconds.
    pub(super) start_s: i64,
    /// The alerts that burned when it was last seen: fingerprint, start in Unix milliseconds.
    alerts: BTreeMap<String, i64>,
}

/// The firings of the last list.
#[derive(Debug, Default)]
pub(super) struct Memory {
    firings: HashMap<GroupKey, Firing>,
}

impl Memory {
    /// The firing of each group, in their order; forgets what is not among them.
    pub(super) fn identify(&mut self, source: &str, groups: &[Group]) -> Vec<Firing> {
        let mut before = std::mem::take(&mut self.firings);
        let out: Vec<Firing> =
            groups.iter().map(|group| identify(source, group, before.remove(&group.key()))).collect();
        self.firings = groups.iter().map(Group::key).zip(out.iter().cloned()).collect();
        out
    }

    /// Remembers what was open before a restart. What is remembered already stays.
    pub(super) fn seed(&mut self, source: &str, known: &[IncidentRow]) {
        for row in known.iter().filter(|row| row.key.source() == source && row.progress != Progress::Closed) {
            let incident = row.unpack();
            if let Some(key) = key_of(&incident) {
                self.firings.entry(key).or_insert_with(|| firing_of(&incident));
            }
        }
    }
}

fn identify(source: &str, group: &Group, before: Option<Firing>) -> Firing {
    let alerts: BTreeMap<String, i64> =
        group.alerts.iter().map(|alert| (alert.fingerprint.clone(), alert.start_ms())).collect();
    match before {
        Some(before) if goes_on(&before.alerts, &alerts) => Firing { alerts, ..before },
        _ => {
            let start_ms = alerts.values().copied().min().unwrap_or_default();
            Firing { id: id_of(source, group, start_ms), start_s: start_ms.div_euclid(1_000), alerts }
        }
    }
}

/// Whether an alert of before still burns. One that resolved and fires again has begun later; one whose start moved
/// back was merged with an earlier report of itself.
fn goes_on(before: &BTreeMap<String, i64>, now: &BTreeMap<String, i64>) -> bool {
    now.iter().any(|(fingerprint, start)| before.get(fingerprint).is_some_and(|earlier| start <= earlier))
}

/// The first 24 hexadecimal digits of SHA-256 over source, receiver, sorted group labels and start, as JSON: no two
/// different groups are written the same.
fn id_of(source: &str, group: &Group, start_ms: i64) -> String {
    let (receiver, labels) = group.key();
    let text = serde_json::json!([source, receiver, labels, rfc3339(start_ms)]).to_string();
    let digest = Sha256::digest(text.as_bytes());
    let digits = digest.iter().take(12).flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(u32::from(digit), 16)).collect()
}

/// The group that a stored incident was.
pub(super) fn key_of(incident: &Incident) -> Option<GroupKey> {
    let own = incident.fields.get("alertmanager")?;
    let labels = own.get("group_labels")?.as_object()?;
    let labels = labels.iter().map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())));
    Some((own.get("receiver")?.as_str()?.to_owned(), labels.collect::<Option<_>>()?))
}

fn firing_of(incident: &Incident) -> Firing {
    let alerts = incident.alerts.iter().map(|alert| {
        let exact = alert.extra.get("startsAt").and_then(Value::as_str).and_then(|text| text.parse::<Timestamp>().ok());
        (alert.alert_id.clone(), exact.map_or(alert.start_time * 1_000, Timestamp::as_millisecond))
    });
    Firing { id: incident.incident_id.clone(), start_s: incident.start_time, alerts: alerts.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(starts: &[(&str, &str)]) -> Group {
        let alerts: Vec<Value> = starts
            .iter()
            .map(|(print, at)| serde_json::json!({"fingerprint": print, "startsAt": format!("2026-11-23T{at}Z")}))
            .collect();
        serde_json::from_value(serde_json::json!({
            "labels": {"alertname": "cpu"}, "receiver": {"name": "platform"}, "alerts": alerts
        }))
        .unwrap()
    }

    fn id(memory: &mut Memory, starts: &[(&str, &str)]) -> String {
        memory.identify("prod", &[group(starts)])[0].id.clone()
    }

    #[test]
    fn a_firing_goes_on_while_one_of_its_alerts_does() {
        let mut memory = Memory::default();
        let first = id(&mut memory, &[("a", "10:00:00"), ("b", "10:01:00")]);
        assert_eq!((first.len(), first.clone()), (24, id(&mut Memory::default(), &[("a", "10:00:00")])));
        assert_eq!(id(&mut memory, &[("b", "10:01:00"), ("c", "10:02:00")]), first);
        assert_eq!(id(&mut memory, &[("c", "10:02:00")]), first);
        assert_ne!(id(&mut memory, &[("c", "10:05:00")]), first);
    }

    #[test]
    fn what_was_missing_once_is_a_new_incident() {
        let mut memory = Memory::default();
        let first = id(&mut memory, &[("a", "10:00:00"), ("b", "10:01:00")]);
        id(&mut memory, &[("b", "10:01:00")]);
        memory.identify("prod", &[]);
        assert_ne!(id(&mut memory, &[("b", "10:01:00")]), first);
    }
}

//! Which firing a group is: Alertmanager's groups have no identity over time, incidents do.
//!
//! A firing lasts as long as at least one alert of the list before is still burning. Its start is the earliest one
//! first seen; it stays when the oldest alert resolves while others burn.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use jiff::Timestamp;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::member::Member;
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
    /// Which members have shown it, and when each was started.
    pub(super) shown: BTreeMap<String, String>,
}

/// The firings of the last list.
#[derive(Debug, Default)]
pub(super) struct Memory {
    firings: HashMap<GroupKey, Firing>,
    /// The labels by which each receiver was seen to group.
    grouped_by: HashMap<String, BTreeSet<String>>,
}

impl Memory {
    /// The firing of each group, in their order; forgets what is not among them, unless it is to `keep` it.
    pub(super) fn identify(&mut self, source: &str, groups: &[Group], members: &[Member], keep: bool) -> Vec<Firing> {
        let mut before = std::mem::take(&mut self.firings);
        let mut out: Vec<Firing> =
            groups.iter().map(|group| identify(source, group, before.remove(&group.key()))).collect();
        for member in members {
            let shown: HashSet<GroupKey> = member.shown().iter().map(Group::key).collect();
            let all = groups.iter().zip(&mut out).filter(|(group, _)| shown.contains(&group.key()));
            for (_, firing) in all {
                firing.shown.insert(member.place.clone(), member.status.started.clone());
            }
        }
        if keep {
            self.firings = before;
        }
        self.firings.extend(groups.iter().map(Group::key).zip(out.iter().cloned()));
        for group in groups {
            self.grouped_by.entry(group.receiver.clone()).or_default().extend(group.labels.keys().cloned());
        }
        out
    }

    /// The labels by which a receiver was seen to group.
    pub(super) fn grouped_by(&self, receiver: &str) -> Vec<String> {
        self.grouped_by.get(receiver).into_iter().flatten().cloned().collect()
    }

    /// How many firings of before no member shows, although that does not mean that they have ended, and why.
    pub(super) fn doubts(&self, members: &[Member], now_s: i64) -> (usize, Vec<String>) {
        let shown: HashSet<GroupKey> = members.iter().flat_map(Member::shown).map(Group::key).collect();
        let (mut count, mut reasons) = (0, Vec::new());
        for (_, firing) in self.firings.iter().filter(|(key, _)| !shown.contains(*key)) {
            // One that had it itself, and has it no more, has seen its end.
            let has_seen_its_end = members
                .iter()
                .any(|member| member.groups.is_ok() && firing.shown.get(&member.place) == Some(&member.status.started));
            let why: Vec<String> = members.iter().filter_map(|member| member.doubt(now_s)).collect();
            if !has_seen_its_end && !why.is_empty() {
                count += 1;
                reasons = why;
            }
        }
        (count, reasons)
    }

    /// Remembers what was open before a restart. What is remembered already stays.
    pub(super) fn seed(&mut self, source: &str, known: &[IncidentRow]) {
        for row in known.iter().filter(|row| row.key.source() == source && row.progress != Progress::Closed) {
            let incident = row.unpack();
            if let Some(key) = key_of(&incident) {
                let names = grouped_by_of(&incident).chain(key.1.keys().cloned());
                self.grouped_by.entry(key.0.clone()).or_default().extend(names.collect::<Vec<_>>());
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
            let id = id_of(source, group, start_ms);
            Firing { id, start_s: start_ms.div_euclid(1_000), alerts, shown: BTreeMap::new() }
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

/// The labels by which its receiver was seen to group, as a stored incident keeps them.
pub(super) fn grouped_by_of(incident: &Incident) -> impl Iterator<Item = String> {
    let seen = incident.fields.get("alertmanager").and_then(|own| own.get("grouped_by")?.as_array());
    seen.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned)
}

fn firing_of(incident: &Incident) -> Firing {
    let alerts = incident.alerts.iter().map(|alert| {
        let exact = alert.extra.get("startsAt").and_then(Value::as_str).and_then(|text| text.parse::<Timestamp>().ok());
        (alert.alert_id.clone(), exact.map_or(alert.start_time * 1_000, Timestamp::as_millisecond))
    });
    Firing {
        id: incident.incident_id.clone(),
        start_s: incident.start_time,
        alerts: alerts.collect(),
        shown: incident
            .fields
            .get("alertmanager")
            .map(|own| crate::source::lenient::labels(own, "shown_since"))
            .unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(starts: &[(&str, &str)]) -> Group {
        let alerts: Vec<Value> = starts
            .iter()
            .map(|(print, at)| serde_json::json!({"fingerprint": print, "startsAt": format!("2026-11-23T{at}Z")}))
            .collect();
        let item = serde_json::json!({
            "labels": {"alertname": "cpu"}, "receiver": {"name": "platform"}, "alerts": alerts
        });
        Group::read(&item, &mut Vec::new())
    }

    fn id(memory: &mut Memory, starts: &[(&str, &str)]) -> String {
        memory.identify("prod", &[group(starts)], &[], false)[0].id.clone()
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
        memory.identify("prod", &[], &[], false);
        assert_ne!(id(&mut memory, &[("b", "10:01:00")]), first);
    }

    fn member(started: &str, groups: Result<Vec<Group>, crate::source::SourceError>) -> Member {
        Member {
            place: "http://a".to_owned(),
            status: super::super::member::Status::read(&serde_json::json!({"uptime": started})),
            groups,
        }
    }

    #[test]
    fn what_nobody_shows_has_ended_only_where_that_is_known() {
        let (old, new) = ("2026-11-23T09:00:00Z", "2026-11-23T11:59:00Z");
        let now_s = "2026-11-23T12:00:00Z".parse::<Timestamp>().unwrap().as_second();
        let cpu = || group(&[("a", "10:00:00")]);
        let mut memory = Memory::default();
        memory.identify("prod", &[cpu()], &[], true);
        let gone = || Err(crate::source::http::other("b is gone"));
        let doubts = |memory: &Memory, members: &[Member]| memory.doubts(members, now_s).0;
        assert_eq!(doubts(&memory, &[member(old, Ok(vec![]))]), 0);
        assert_eq!(
            doubts(&memory, &[member("", Ok(vec![]))]),
            0,
            "one that does not say since when it runs is believed"
        );
        assert_eq!(doubts(&memory, &[member(new, Ok(vec![]))]), 1, "it was just started");
        assert_eq!(doubts(&memory, &[member(old, Ok(vec![])), member(new, Ok(vec![]))]), 1);
        assert_eq!(doubts(&memory, &[member(old, Ok(vec![])), member(old, gone())]), 1);
        assert_eq!(doubts(&memory, &[member(old, Ok(vec![cpu()])), member(new, gone())]), 0, "it is shown");
        memory.identify("prod", &[cpu()], &[member(new, Ok(vec![cpu()]))], true);
        assert_eq!(doubts(&memory, &[member(new, Ok(vec![]))]), 0, "it had it itself");
        assert_eq!(doubts(&memory, &[member("2026-11-23T11:59:30Z", Ok(vec![]))]), 1, "it was started again");
        // What is kept is the same firing when it comes back.
        let id = memory.firings.values().next().unwrap().id.clone();
        memory.identify("prod", &[], &[], true);
        assert_eq!(memory.identify("prod", &[cpu()], &[], true)[0].id, id);
    }
}

//! Which firing a group is: Alertmanager's groups have no identity over time, incidents do.
//!
//! A firing lasts as long as at least one alert of the list before is still burning. Its start is the earliest one
//! first seen; it stays when the oldest alert resolves while others burn.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use jiff::Timestamp;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::member::{Member, SETTLED_S};
use super::model::{Group, GroupKey};
use crate::domain::incident::{Incident, IncidentRow, Progress};
use crate::domain::time::rfc3339;

/// One unbroken firing of a group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Firing {
    pub(super) id: String,
    /// When it began, Unix seconds.
    pub(super) start_s: i64,
    /// The alerts that burned when it was last seen: fingerprint, start in Unix milliseconds.
    alerts: BTreeMap<String, i64>,
    /// Which members have shown it, and when each was started.
    pub(super) shown: BTreeMap<String, String>,
    /// Since when members answer without it, Unix seconds: those whose word alone does not end it.
    missing: BTreeMap<String, i64>,
}

/// What no member shows, although that does not mean that it has ended.
#[derive(Debug, Default)]
pub(super) struct Doubts {
    pub(super) count: usize,
    pub(super) reasons: BTreeSet<String>,
    /// Those of them that are to be remembered since when they are missing.
    pub(super) rows: Vec<IncidentRow>,
    /// What has ended all the same: it is missing from the list too, and nobody's word about it is doubted.
    pub(super) ended: Vec<GroupKey>,
}

/// The firings of the last list.
#[derive(Debug, Default)]
pub(super) struct Memory {
    firings: HashMap<GroupKey, Firing>,
    /// The incident that each was last told as.
    rows: HashMap<GroupKey, IncidentRow>,
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

    /// Remembers what the groups of the last list were told as.
    pub(super) fn told(&mut self, groups: &[Group], rows: &[IncidentRow]) {
        self.rows.retain(|key, _| self.firings.contains_key(key));
        self.rows.extend(groups.iter().map(Group::key).zip(rows.iter().cloned()));
    }

    /// The firings of before that no member shows, although that does not mean that they have ended, and why.
    pub(super) fn doubts(&mut self, members: &[Member], now_s: i64) -> Doubts {
        let shown: HashSet<GroupKey> = members.iter().flat_map(Member::shown).map(Group::key).collect();
        let doubts: Vec<_> = members.iter().map(|member| (member, member.doubt(now_s))).collect();
        let mut out = Doubts::default();
        for (key, firing) in &mut self.firings {
            let before = std::mem::take(&mut firing.missing);
            // One that had it itself, and has it no more, has seen its end.
            let ended = |member: &Member| member.has_seen_the_end(firing.shown.get(&member.place));
            if shown.contains(key) {
                continue;
            }
            if members.iter().any(ended) {
                out.ended.push(key.clone());
                continue;
            }
            let mut reasons = Vec::new();
            for (member, doubt) in &doubts {
                let Some(doubt) = doubt else { continue };
                let mut why = doubt.why.clone();
                if doubt.ends {
                    // A clock that was set back begins anew.
                    let since = before.get(&member.place).copied().filter(|since| *since <= now_s).unwrap_or(now_s);
                    firing.missing.insert(member.place.clone(), since);
                    if now_s - since >= SETTLED_S {
                        continue;
                    }
                    why = format!("{why}; what it lacks counts as ended after {} min", SETTLED_S / 60);
                }
                reasons.push(why);
            }
            if reasons.is_empty() {
                out.ended.push(key.clone());
                continue;
            }
            out.count += 1;
            out.reasons.extend(reasons);
            if firing.missing != before
                && let Some(row) = self.rows.get_mut(key)
            {
                *row = with_missing(row, &firing.missing);
            }
            if !firing.missing.is_empty() {
                out.rows.extend(self.rows.get(key).cloned());
            }
        }
        out
    }

    /// The incidents of what has ended, closed; they are forgotten.
    pub(super) fn close(&mut self, ended: &[GroupKey], at_s: i64) -> Vec<IncidentRow> {
        let mut out = Vec::with_capacity(ended.len());
        for key in ended {
            self.firings.remove(key);
            out.extend(self.rows.remove(key).map(|row| row.closed_at(at_s)));
        }
        out
    }

    /// Remembers what was open before a restart. What is remembered already stays.
    pub(super) fn seed(&mut self, source: &str, known: &[IncidentRow]) {
        for row in known.iter().filter(|row| row.key.source() == source && row.progress != Progress::Closed) {
            let incident = row.unpack();
            if let Some(key) = key_of(&incident) {
                let names = grouped_by_of(&incident).chain(key.1.keys().cloned());
                self.grouped_by.entry(key.0.clone()).or_default().extend(names.collect::<Vec<_>>());
                self.rows.entry(key.clone()).or_insert_with(|| row.clone());
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
            Firing { id, start_s: start_ms.div_euclid(1_000), alerts, ..Firing::default() }
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
        shown: shown_since(incident),
        missing: missing_of(incident),
    }
}

/// Which members have shown a stored incident, and when each was started.
pub(super) fn shown_since(incident: &Incident) -> BTreeMap<String, String> {
    let own = incident.fields.get("alertmanager");
    own.map(|own| crate::source::lenient::labels(own, "shown_since")).unwrap_or_default()
}

/// The field of an incident that says since when members answer without it.
const MISSING: &str = "missing_since";

fn missing_of(incident: &Incident) -> BTreeMap<String, i64> {
    let own = incident.fields.get("alertmanager").and_then(|own| own.get(MISSING)?.as_object());
    own.into_iter().flatten().filter_map(|(place, since)| Some((place.clone(), since.as_i64()?))).collect()
}

/// The row with that field, so that whoever asks next, such as another command, knows it too.
fn with_missing(row: &IncidentRow, missing: &BTreeMap<String, i64>) -> IncidentRow {
    let mut incident = row.unpack();
    if let Some(Value::Object(own)) = incident.fields.get_mut("alertmanager") {
        own.insert(MISSING.to_owned(), serde_json::json!(missing));
    }
    IncidentRow::pack(&incident)
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
        let doubts = |memory: &mut Memory, members: &[Member]| memory.doubts(members, now_s).count;
        assert_eq!(doubts(&mut memory, &[member(old, Ok(vec![]))]), 0);
        assert_eq!(doubts(&mut memory, &[member("", Ok(vec![]))]), 1, "since when it runs is not known");
        assert_eq!(doubts(&mut memory, &[member("yesterday", Ok(vec![]))]), 1);
        assert_eq!(doubts(&mut memory, &[member(new, Ok(vec![]))]), 1, "it was just started");
        assert_eq!(doubts(&mut memory, &[member(old, Ok(vec![])), member(new, Ok(vec![]))]), 1);
        assert_eq!(doubts(&mut memory, &[member(old, Ok(vec![])), member(old, gone())]), 1);
        assert_eq!(doubts(&mut memory, &[member(old, Ok(vec![cpu()])), member(new, gone())]), 0, "it is shown");
        memory.identify("prod", &[cpu()], &[member(new, Ok(vec![cpu()]))], true);
        assert_eq!(doubts(&mut memory, &[member(new, Ok(vec![]))]), 0, "it had it itself");
        assert_eq!(doubts(&mut memory, &[member("2026-11-23T11:59:30Z", Ok(vec![]))]), 1, "it was started again");
        // What is kept is the same firing when it comes back.
        let id = memory.firings.values().next().unwrap().id.clone();
        memory.identify("prod", &[], &[], true);
        assert_eq!(memory.identify("prod", &[cpu()], &[], true)[0].id, id);
    }
    #[test]
    fn who_does_not_say_since_when_it_runs_is_believed_once_it_has_lacked_a_group_for_long_enough() {
        let cpu = || group(&[("a", "10:00:00")]);
        let silent = || member("", Ok(vec![]));
        let mut settling = member("2026-11-23T09:00:00Z", Ok(vec![]));
        settling.status = super::super::member::Status::read(
            &serde_json::json!({"uptime": "2026-11-23T09:00:00Z", "cluster": {"status": "settling"}}),
        );
        let mut memory = Memory::default();
        memory.identify("prod", &[cpu()], &[member("", Ok(vec![cpu()]))], true);
        let mut at = |members: &[Member], now_s| memory.doubts(members, now_s).count;
        assert_eq!(at(&[silent()], 1_000), 1, "it has shown it, and may have been started again since");
        assert_eq!((at(&[silent()], 1_299), at(&[silent()], 1_300)), (1, 0));
        // It comes back, or the member does not answer: then it is counted from the start.
        assert_eq!((at(&[member("", Ok(vec![cpu()]))], 1_301), at(&[silent()], 1_302)), (0, 1));
        assert_eq!(at(&[silent()], 1_602), 0);
        let gone = || member("", Err(crate::source::http::other("it is gone")));
        assert_eq!((at(&[gone()], 1_603), at(&[silent()], 1_700), at(&[silent()], 1_999)), (1, 1, 1));
        assert_eq!(at(&[silent()], 900), 1, "the clock was set back");
        assert_eq!((at(&[settling], 1_000), at(&[silent()], 1_200)), (1, 0), "counted by address");
    }
}

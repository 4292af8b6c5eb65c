//! Alert groups as the API gives them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;

/// What identifies a group: receiver and group labels.
pub(super) type GroupKey = (String, Labels);
pub(super) type Labels = BTreeMap<String, String>;

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Group {
    #[serde(default)]
    pub(super) labels: Labels,
    pub(super) receiver: Receiver,
    #[serde(default)]
    pub(super) alerts: Vec<GroupAlert>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct GroupAlert {
    pub(super) fingerprint: String,
    pub(super) labels: Labels,
    pub(super) annotations: Labels,
    pub(super) starts_at: String,
    pub(super) updated_at: String,
    #[serde(rename = "generatorURL")]
    pub(super) generator_url: String,
    pub(super) status: AlertStatus,
}

/// Whether anybody is notified of an alert.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct AlertStatus {
    pub(super) state: String,
    pub(super) silenced_by: Vec<String>,
    pub(super) inhibited_by: Vec<String>,
}

impl Group {
    pub(super) fn key(&self) -> GroupKey {
        (self.receiver.name.clone(), self.labels.clone())
    }

    /// The labels that all its alerts have alike.
    pub(super) fn alike(&self) -> Labels {
        common(self, |alert| &alert.labels)
    }
}

impl GroupAlert {
    /// When it began, Unix milliseconds; 0 where it is not known.
    pub(super) fn start_ms(&self) -> i64 {
        milliseconds(&self.starts_at)
    }
}

/// An RFC 3339 time in Unix milliseconds; 0 where it is not a time.
pub(super) fn milliseconds(text: &str) -> i64 {
    text.parse::<Timestamp>().map_or(0, Timestamp::as_millisecond).max(0)
}

/// Puts together what several routes made of one receiver and the same labels; groups without alerts go. Alerts are
/// in the order they began.
pub(super) fn merge(groups: Vec<Group>) -> Vec<Group> {
    let mut out: BTreeMap<GroupKey, Group> = BTreeMap::new();
    for group in groups.into_iter().filter(|group| !group.alerts.is_empty()) {
        match out.entry(group.key()) {
            std::collections::btree_map::Entry::Vacant(place) => {
                place.insert(group);
            }
            std::collections::btree_map::Entry::Occupied(mut there) => there.get_mut().alerts.extend(group.alerts),
        }
    }
    out.into_values()
        .map(|mut group| {
            group.alerts.sort_by(|a, b| a.fingerprint.cmp(&b.fingerprint));
            group.alerts.dedup_by(|a, b| a.fingerprint == b.fingerprint);
            group.alerts.sort_by_key(GroupAlert::start_ms);
            group
        })
        .collect()
}

/// A receiver as the API names it.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Receiver {
    #[serde(default)]
    pub(super) name: String,
}

/// What all alerts have alike.
pub(super) fn common<'a>(group: &'a Group, of: impl Fn(&'a GroupAlert) -> &'a Labels) -> Labels {
    let mut alerts = group.alerts.iter();
    let mut out = alerts.next().map(&of).cloned().unwrap_or_default();
    for alert in alerts {
        out.retain(|name, value| of(alert).get(name) == Some(value));
    }
    out
}

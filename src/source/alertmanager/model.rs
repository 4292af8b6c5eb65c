//! Alert groups as the API gives them. Whatever is null or odd costs its own field.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

use crate::domain::text::{clean, counted};
use crate::source::lenient::{items, labels, text, texts};
use crate::source::times::{self, Time};

/// What identifies a group: receiver and group labels.
pub(super) type GroupKey = (String, Labels);
pub(super) type Labels = BTreeMap<String, String>;

/// What is read of an alert, and what moves with every report of it: the rest is passed through.
const READ: [&str; 9] =
    ["fingerprint", "labels", "annotations", "startsAt", "endsAt", "updatedAt", "generatorURL", "receivers", "status"];
/// What is read of a group.
const READ_OF_GROUP: [&str; 3] = ["labels", "receiver", "alerts"];

#[derive(Clone, Debug, Default)]
pub(super) struct Group {
    pub(super) labels: Labels,
    pub(super) receiver: String,
    pub(super) alerts: Vec<GroupAlert>,
    /// What else it says, passed through.
    pub(super) extra: Map<String, Value>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct GroupAlert {
    pub(super) fingerprint: String,
    pub(super) labels: Labels,
    pub(super) annotations: Labels,
    pub(super) starts_at: String,
    pub(super) updated_at: String,
    pub(super) generator_url: String,
    pub(super) status: AlertStatus,
    /// The times that nobody can read, by the contract's field.
    pub(super) unread: Vec<(&'static str, Value)>,
    /// What else it says, passed through.
    pub(super) extra: Map<String, Value>,
}

/// Whether anybody is notified of an alert.
#[derive(Clone, Debug, Default)]
pub(super) struct AlertStatus {
    pub(super) state: String,
    pub(super) silenced_by: Vec<String>,
    pub(super) inhibited_by: Vec<String>,
    /// The time intervals that mute its route.
    pub(super) muted_by: Vec<String>,
    /// As it was given.
    given: Map<String, Value>,
}

/// The groups of an answer, and what could not be read of it, one sentence each.
pub(super) fn groups(answer: &[Value]) -> (Vec<Group>, Vec<String>) {
    let (mut out, mut warnings) = (Vec::with_capacity(answer.len()), Vec::new());
    for (at, item) in answer.iter().enumerate() {
        if item.is_object() {
            out.push(Group::read(item, &mut warnings));
        } else {
            warnings.push(format!("group {} was left out: it is not an object", at + 1));
        }
    }
    (out, warnings)
}

fn rest(of: &Value, read: &[&str]) -> Map<String, Value> {
    let all =
        of.as_object().into_iter().flatten().filter(|(name, value)| !read.contains(&name.as_str()) && !value.is_null());
    all.map(|(name, value)| (name.clone(), value.clone())).collect()
}

impl Group {
    pub(super) fn read(item: &Value, warnings: &mut Vec<String>) -> Self {
        let receiver = item.get("receiver").map(|receiver| text(receiver, "name")).unwrap_or_default();
        let (alerts, odd): (Vec<&Value>, Vec<&Value>) =
            items(item, "alerts").iter().partition(|alert| alert.is_object());
        let own_labels = labels(item, "labels");
        if !item.get("alerts").is_some_and(Value::is_array) {
            let labels: Vec<String> = own_labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let which = format!("the group {} of the receiver {receiver}", labels.join(" "));
            warnings.push(format!("{} was left out: its alerts are no list", clean(&which)));
        }
        if !odd.is_empty() {
            warnings.push(format!(
                "{} of the receiver {} left out: what is there is no object",
                counted(odd.len(), "alert"),
                clean(&receiver)
            ));
        }
        Self {
            labels: own_labels,
            receiver,
            alerts: alerts.into_iter().map(GroupAlert::read).collect(),
            extra: rest(item, &READ_OF_GROUP),
        }
    }

    pub(super) fn key(&self) -> GroupKey {
        (self.receiver.clone(), self.labels.clone())
    }

    /// The labels that all its alerts have alike.
    pub(super) fn alike(&self) -> Labels {
        common(self, |alert| &alert.labels)
    }
}

impl GroupAlert {
    fn read(item: &Value) -> Self {
        let own_labels = labels(item, "labels");
        let fingerprint = text(item, "fingerprint");
        let times = [("start_time", "startsAt"), ("last_time", "updatedAt")].into_iter();
        let unread = times.filter_map(|(field, name)| {
            let given = item.get(name)?;
            (times::read(given, &TimeZone::UTC) == Time::Unread).then(|| (field, given.clone()))
        });
        Self {
            // Its labels are what makes an alert.
            fingerprint: if fingerprint.is_empty() { json!(own_labels).to_string() } else { fingerprint },
            labels: own_labels,
            annotations: labels(item, "annotations"),
            starts_at: text(item, "startsAt"),
            updated_at: text(item, "updatedAt"),
            generator_url: text(item, "generatorURL"),
            status: item.get("status").map(AlertStatus::read).unwrap_or_default(),
            unread: unread.collect(),
            extra: rest(item, &READ),
        }
    }

    /// When it began, Unix milliseconds; where it does not say, when it was last reported, and 0 where nothing says.
    pub(super) fn start_ms(&self) -> i64 {
        match milliseconds(&self.starts_at) {
            0 => milliseconds(&self.updated_at),
            at_ms => at_ms,
        }
    }

    /// When it was last reported, Unix milliseconds.
    pub(super) fn seen_ms(&self) -> i64 {
        milliseconds(&self.updated_at)
    }
}

impl AlertStatus {
    fn read(item: &Value) -> Self {
        Self {
            state: text(item, "state"),
            silenced_by: texts(item, "silencedBy"),
            inhibited_by: texts(item, "inhibitedBy"),
            muted_by: texts(item, "mutedBy"),
            given: item.as_object().cloned().unwrap_or_default(),
        }
    }

    /// Whether nobody is notified of it, whatever the reason.
    pub(super) fn is_suppressed(&self) -> bool {
        self.state == "suppressed"
            || !(self.silenced_by.is_empty() && self.inhibited_by.is_empty() && self.muted_by.is_empty())
    }

    /// What it says, without what says nothing.
    pub(super) fn told(&self) -> Map<String, Value> {
        let says = |value: &Value| !value.is_null() && value.as_array().is_none_or(|items| !items.is_empty());
        let told = self.given.iter().filter(|(_, value)| says(value));
        told.map(|(name, value)| (name.clone(), value.clone())).collect()
    }
}

/// A time in Unix milliseconds; 0 where it is not a time.
pub(super) fn milliseconds(text: &str) -> i64 {
    match times::read(&text.into(), &TimeZone::UTC) {
        Time::At(seconds) => text.parse::<Timestamp>().map_or(seconds.saturating_mul(1_000), Timestamp::as_millisecond),
        Time::Never | Time::Unread => 0,
    }
}

/// Puts together what several routes made of one receiver and the same labels, and what the members of a cluster have;
/// groups without alerts go. Alerts are in the order they began; of one that is told twice the later report counts.
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
            group.alerts.sort_by(|a, b| a.fingerprint.cmp(&b.fingerprint).then(b.seen_ms().cmp(&a.seen_ms())));
            group.alerts.dedup_by(|a, b| a.fingerprint == b.fingerprint);
            group.alerts.sort_by_key(GroupAlert::start_ms);
            group
        })
        .collect()
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

//! Silences: what a snooze is in an Alertmanager.

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::{Value, json};

use super::model::{Group, milliseconds};
use crate::domain::operation::whole_s;
use crate::domain::text::clean;
use crate::domain::time::{minute_utc, rfc3339};
use crate::domain::timeline::Moment;
use crate::source::lenient::{flag, items, text};
use crate::source::times::{self, Time};

/// The comment of a silence without a reason: the API wants one.
const WITHOUT_REASON: &str = "snoozed with andon";

/// A silence as the API gives it. Whatever is null or odd costs its own field.
#[derive(Clone, Debug, Default)]
pub(super) struct Silence {
    pub(super) id: String,
    state: String,
    starts_at: String,
    pub(super) ends_at: String,
    /// What stands for its end, where nobody can read it as a time.
    unread_end: Option<Value>,
    pub(super) created_by: String,
    comment: String,
    matchers: Vec<Matcher>,
}

/// One condition of a silence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Matcher {
    name: String,
    value: String,
    is_regex: bool,
    is_equal: bool,
}

impl Matcher {
    fn exact(name: &str, value: &str) -> Self {
        Self { name: name.to_owned(), value: value.to_owned(), is_regex: false, is_equal: true }
    }

    fn read(item: &Value) -> Self {
        Self {
            name: text(item, "name"),
            value: text(item, "value"),
            is_regex: flag(item, "isRegex").unwrap_or(false),
            is_equal: flag(item, "isEqual").unwrap_or(true),
        }
    }

    /// Only for those that andon writes: exact ones. A missing label is an empty one.
    fn holds(&self, labels: &BTreeMap<String, String>) -> bool {
        labels.get(&self.name).map_or("", String::as_str) == self.value
    }
}

impl Silence {
    /// `None` where it is no silence at all.
    pub(super) fn read(item: &Value) -> Option<Self> {
        let status = item.as_object()?.get("status");
        Some(Self {
            id: text(item, "id"),
            state: status.map(|status| text(status, "state")).unwrap_or_default(),
            starts_at: text(item, "startsAt"),
            ends_at: text(item, "endsAt"),
            unread_end: item.get("endsAt").filter(|given| times::read(given, &TimeZone::UTC) == Time::Unread).cloned(),
            created_by: text(item, "createdBy"),
            comment: text(item, "comment"),
            matchers: items(item, "matchers").iter().map(Matcher::read).collect(),
        })
    }

    /// Whether it silences now.
    pub(super) fn is_active(&self) -> bool {
        self.state == "active"
    }

    /// Whether its conditions are exactly these, in any order.
    pub(super) fn has(&self, matchers: &[Matcher]) -> bool {
        self.matchers.len() == matchers.len() && self.matchers.iter().all(|own| matchers.contains(own))
    }

    /// Whether each of these labels is one of its conditions, and it has no other kind of condition.
    pub(super) fn names_all(&self, labels: &BTreeMap<String, String>) -> bool {
        let exact = labels.iter().map(|(name, value)| Matcher::exact(name, value));
        self.is_plain() && exact.into_iter().all(|wanted| self.matchers.contains(&wanted))
    }

    fn is_plain(&self) -> bool {
        !self.matchers.is_empty() && self.matchers.iter().all(|matcher| !matcher.is_regex && matcher.is_equal)
    }

    /// Who made it and until when it lasts: `bob until 2026-11-24 14:30 UTC`.
    pub(super) fn who_until(&self) -> String {
        clean(&format!("{} until {}", self.created_by, self.until())).into_owned()
    }

    /// When it ends, in words; as it was given where nobody can read that.
    fn until(&self) -> String {
        match milliseconds(&self.ends_at) {
            0 if self.ends_at.is_empty() => "an unknown time".to_owned(),
            0 => self.ends_at.clone(),
            at_ms => minute_utc(at_ms),
        }
    }

    /// When it ends, Unix seconds.
    pub(super) fn end_s(&self) -> i64 {
        whole_s(milliseconds(&self.ends_at))
    }

    /// Who silences, until when, and why: `ada until 2026-11-24 14:30 UTC: deploying`.
    pub(super) fn words(&self) -> String {
        let why = self.comment.trim();
        let why = if why.is_empty() { String::new() } else { format!(": {why}") };
        clean(&format!("{}{why}", self.who_until())).into_owned()
    }

    /// Whether it is, or was, about an alert with these labels. One with a regular expression is left to the API,
    /// which names what silences an alert.
    pub(super) fn is_exactly_about(&self, labels: &BTreeMap<String, String>) -> bool {
        self.is_plain() && self.matchers.iter().all(|matcher| matcher.holds(labels))
    }

    /// Its beginning, and its end if that is over.
    pub(super) fn moments(&self) -> Vec<Moment> {
        let who = clean(&self.created_by).into_owned();
        let until = self.until();
        let began = Moment {
            at_ms: milliseconds(&self.starts_at),
            who,
            what: format!("silenced until {until}"),
            text: self.comment.clone(),
            ..Moment::default()
        };
        if self.state != "expired" {
            return vec![began];
        }
        // The API keeps nobody's name for an end.
        let ended = Moment {
            at_ms: milliseconds(&self.ends_at),
            what: "silence ended".to_owned(),
            text: self.comment.clone(),
            ..Moment::default()
        };
        vec![Moment { what: "silenced".to_owned(), ..began }, ended]
    }
}

/// The conditions that silence this group and, as far as labels can say it, no other: its labels exactly, and those
/// that only other groups have, now or by what is `grouped_by`, must be missing. `None` where the group has no label at
/// all.
pub(super) fn matchers(group: &Group, all: &[Group], grouped_by: &BTreeSet<String>) -> Option<Vec<Matcher>> {
    let mut out: Vec<Matcher> = group.labels.iter().map(|(name, value)| Matcher::exact(name, value)).collect();
    if out.is_empty() {
        // A route without `group_by`: what its alerts have alike is all that can be said of it.
        let alike = group.alike();
        out = alike.iter().map(|(name, value)| Matcher::exact(name, value)).collect();
    }
    let foreign: BTreeSet<&String> = all
        .iter()
        .flat_map(|other| other.labels.keys())
        .chain(grouped_by)
        .filter(|name| group.alerts.iter().all(|alert| !alert.labels.contains_key(*name)))
        .collect();
    let said = out.len();
    out.extend(foreign.into_iter().map(|name| Matcher::exact(name, "")));
    (said > 0).then_some(out)
}

/// How many other groups have an alert that these conditions silence too.
pub(super) fn also_silenced(matchers: &[Matcher], group: &Group, all: &[Group]) -> usize {
    let hit =
        |other: &&Group| other.alerts.iter().any(|alert| matchers.iter().all(|matcher| matcher.holds(&alert.labels)));
    all.iter().filter(|other| other.key() != group.key()).filter(hit).count()
}

/// What is posted for a new silence, from and until these times, Unix milliseconds. A start that is over is now to the API.
pub(super) fn request(matchers: &[Matcher], (from_ms, until_ms): (i64, i64), by: &str, reason: &str) -> Value {
    let reason = if reason.trim().is_empty() { WITHOUT_REASON } else { reason.trim() };
    let by = if by.is_empty() { "andon" } else { by };
    json!({
        "matchers": matchers,
        "startsAt": rfc3339(from_ms),
        "endsAt": rfc3339(until_ms),
        "createdBy": by,
        "comment": reason,
    })
}

/// The ends that nobody can read of what silences this group.
pub(super) fn unread_ends<'a>(group: &Group, silences: &'a [Silence]) -> Vec<&'a Value> {
    let is_of = |silence: &&Silence| group.alerts.iter().any(|alert| alert.status.silenced_by.contains(&silence.id));
    silences.iter().filter(is_of).filter_map(|silence| silence.unread_end.as_ref()).collect()
}

/// Until when every alert of the group is silenced, Unix seconds; 0 where one is not.
pub(super) fn quiet_until(group: &Group, silences: &[Silence]) -> i64 {
    let until = group.alerts.iter().map(|alert| {
        let of_alert = silences.iter().filter(|silence| alert.status.silenced_by.contains(&silence.id));
        of_alert.map(Silence::end_s).max().unwrap_or_default()
    });
    until.min().unwrap_or_default()
}

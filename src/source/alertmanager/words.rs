//! What a group reads as: the words of the alert that it is read by, and what tells it apart from others.

use super::model::{Group, GroupAlert, Labels, common};

/// The annotations that say in one line what happened, the most usual first.
const SUMMARIES: [&str; 2] = ["summary", "title"];
/// The annotations that say more, the most usual first.
const DESCRIPTIONS: [&str; 5] = ["description", "message", "info", "details", "title"];
/// A longer value of a label tells nothing apart at a glance.
const SHORT: usize = 40;

fn first<'a>(alert: &'a GroupAlert, names: &[&str]) -> Option<&'a str> {
    let found = names.iter().filter_map(|name| alert.annotations.get(*name));
    found.map(|text| text.trim()).find(|text| !text.is_empty())
}

/// What an alert says in one line; without a summary its name, and without one its labels.
pub(super) fn text_of(alert: &GroupAlert) -> String {
    let name = || alert.labels.get("alertname").filter(|name| !name.is_empty()).cloned();
    first(alert, &SUMMARIES).map(str::to_owned).or_else(name).unwrap_or_else(|| listed(&alert.labels))
}

/// What an alert says in more lines; empty where it says nothing that its one line does not.
pub(super) fn described(alert: &GroupAlert) -> String {
    let title = first(alert, &SUMMARIES);
    let text = first(alert, &DESCRIPTIONS).filter(|text| Some(*text) != title);
    text.unwrap_or_default().to_owned()
}

/// The title of a group: what its worst alert says, else what the group is about.
pub(super) fn title(group: &Group, worst: Option<&GroupAlert>) -> String {
    if let Some(summary) = worst.and_then(|alert| first(alert, &SUMMARIES)) {
        return summary.to_owned();
    }
    let mut labels = if group.labels.is_empty() { common(group, |alert| &alert.labels) } else { group.labels.clone() };
    // Of a group of several kinds the name of the worst.
    if let Some(name) = worst.and_then(|alert| alert.labels.get("alertname")) {
        labels.insert("alertname".to_owned(), name.clone());
    }
    listed(&labels)
}

/// More of the worst alert, else of another.
pub(super) fn description(group: &Group, worst: Option<&GroupAlert>) -> String {
    let said = worst.into_iter().chain(&group.alerts).map(described);
    said.into_iter().find(|text| !text.is_empty()).unwrap_or_default()
}

/// The labels of the group that its title does not have: `namespace=shop`.
pub(super) fn scope(group: &Group, title: &str) -> String {
    let told = |value: &str| value.is_empty() || value.chars().count() > SHORT || title.contains(value);
    let named = group.labels.iter().filter(|(name, value)| *name != "alertname" && !told(value));
    named.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
}

/// Labels in one line, the alert's name first: `cpu cluster=nj`.
pub(super) fn listed(labels: &Labels) -> String {
    let name = labels.get("alertname").cloned();
    let rest = labels.iter().filter(|(name, _)| *name != "alertname").map(|(name, value)| format!("{name}={value}"));
    name.into_iter().chain(rest).collect::<Vec<_>>().join(" ")
}

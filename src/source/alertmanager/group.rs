//! The incident that an alert group is.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Map, Value, json};
use url::Url;

use super::memory::Firing;
use super::model::{AlertStatus, Group, GroupAlert, Labels, common, milliseconds};
use super::silence::{Silence, quiet_until};
use crate::domain::address::is_web_link;
use crate::domain::channel::ChannelKey;
use crate::domain::incident::{Alert, Incident, Progress, Severity};
use crate::domain::source::SourceConfig;

/// What the configuration says about reading groups.
pub(super) struct Mapping<'a> {
    pub(super) config: &'a SourceConfig,
    /// Where a browser finds the Alertmanager.
    pub(super) link: Option<&'a Url>,
    /// The silences that are active now, where any group is silenced.
    pub(super) silences: &'a [Silence],
    /// What each alert is called, by its fingerprint.
    pub(super) names: &'a HashMap<String, String>,
}

impl Mapping<'_> {
    /// The incident that a firing of a group is.
    pub(super) fn incident(&self, group: &Group, firing: &Firing) -> Incident {
        let mut labels = common(group, |alert| &alert.labels);
        labels.extend(group.labels.clone());
        let channel = self.channel(group, &labels);
        let severity = group.alerts.iter().map(|alert| self.severity(alert)).min().unwrap_or_default();
        let latest = group.alerts.iter().map(GroupAlert::start_ms).max().unwrap_or_default();
        let seen = group.alerts.iter().map(|alert| milliseconds(&alert.updated_at)).max().unwrap_or_default();
        Incident {
            incident_id: firing.id.clone(),
            num: firing.id.chars().take(6).collect::<String>().to_ascii_uppercase(),
            title: title(group),
            description: said(group, "description"),
            incident_severity: severity,
            incident_status: severity.into(),
            progress: Progress::Triggered,
            created_at: firing.start_s,
            updated_at: (latest / 1_000).max(firing.start_s),
            start_time: firing.start_s,
            last_time: seen / 1_000,
            labels,
            snoozed_before: quiet_until(group, self.silences),
            fields: self.fields(group),
            alerts: group.alerts.iter().map(|alert| self.alert(alert)).collect(),
            alert_cnt: i64::try_from(group.alerts.len()).unwrap_or(i64::MAX),
            channel_key: ChannelKey::new(&self.config.name, &channel).to_string(),
            channel_name: channel,
            detail_url: self.detail_url(group),
            group_method: "p".to_owned(),
            source: self.config.name.clone(),
            ..Incident::default()
        }
    }

    fn channel(&self, group: &Group, labels: &Labels) -> String {
        let named = self.config.text("channel_label").and_then(|label| labels.get(label));
        named.filter(|name| !name.is_empty()).unwrap_or(&group.receiver.name).clone()
    }

    fn severity(&self, alert: &GroupAlert) -> Severity {
        let word = alert.labels.get("severity").map(|word| word.to_lowercase()).unwrap_or_default();
        let set = self.config.words.configured_severity(&word);
        set.unwrap_or(match word.as_str() {
            "critical" | "page" => Severity::Critical,
            "warning" | "error" => Severity::Warning,
            _ => Severity::Info,
        })
    }

    fn alert(&self, alert: &GroupAlert) -> Alert {
        let start = alert.start_ms() / 1_000;
        let severity = self.severity(alert);
        let name = alert.labels.get("alertname").cloned().unwrap_or_default();
        let summary = alert.annotations.get("summary").filter(|text| !text.is_empty());
        let extra = json!({
            "startsAt": alert.starts_at, "generatorURL": alert.generator_url, "annotations": alert.annotations,
            "state": alert.status.state,
        });
        Alert {
            alert_id: alert.fingerprint.clone(),
            data_source_id: self.config.name.as_str().into(),
            title: summary
                .cloned()
                .unwrap_or_else(|| if name.is_empty() { listed(&alert.labels) } else { name.clone() }),
            description: alert.annotations.get("description").cloned().unwrap_or_default(),
            alert_key: alert.fingerprint.clone(),
            alert_severity: severity,
            alert_status: severity.into(),
            progress: Progress::Triggered,
            created_at: start,
            updated_at: start,
            start_time: start,
            last_time: milliseconds(&alert.updated_at) / 1_000,
            labels: alert.labels.clone(),
            extra: if let Value::Object(extra) = extra { extra } else { Map::new() },
            ..Alert::default()
        }
    }

    /// The group's own fields, and in words who silences it and which alerts inhibit it.
    fn fields(&self, group: &Group) -> Map<String, Value> {
        let mut out = fields(group);
        let alerts = || group.alerts.iter().map(|alert| &alert.status);
        let silenced: BTreeSet<&String> = alerts().flat_map(|status| &status.silenced_by).collect();
        if !silenced.is_empty() {
            let words = silenced.into_iter().map(|id| {
                let known = self.silences.iter().find(|silence| silence.id == **id);
                known.map_or_else(|| format!("silence {id}"), Silence::words)
            });
            out.insert("silenced_by".to_owned(), words.collect::<Vec<_>>().join("; ").into());
        }
        let inhibited: BTreeSet<&String> = alerts().flat_map(|status| &status.inhibited_by).collect();
        if !inhibited.is_empty() {
            let words = inhibited.into_iter().map(|print| self.names.get(print).unwrap_or(print).clone());
            out.insert("inhibited_by".to_owned(), words.collect::<Vec<_>>().join("; ").into());
        }
        out
    }

    /// What made the first alert, else the Alertmanager's own page.
    fn detail_url(&self, group: &Group) -> String {
        let made_by = group.alerts.iter().map(|alert| &alert.generator_url);
        if let Some(url) = made_by.into_iter().find(|url| is_web_link(url)) {
            return url.clone();
        }
        self.link.map_or_else(String::new, |link| {
            let query = url::form_urlencoded::Serializer::new(String::new())
                .append_pair("receiver", &group.receiver.name)
                .finish();
            format!("{}/#/alerts?{query}", link.as_str().trim_end_matches('/'))
        })
    }
}

/// What each alert that inhibits another is called, by its fingerprint.
pub(super) fn names(groups: &[Group]) -> HashMap<String, String> {
    let alerts = || groups.iter().flat_map(|group| &group.alerts);
    let wanted: BTreeSet<&String> = alerts().flat_map(|alert| &alert.status.inhibited_by).collect();
    let named = alerts().filter(|alert| wanted.contains(&alert.fingerprint));
    named.map(|alert| (alert.fingerprint.clone(), listed(&alert.labels))).collect()
}

/// An annotation: the one that all alerts share, else the first alert's that has one.
fn said(group: &Group, name: &str) -> String {
    let words = group.alerts.iter().filter_map(|alert| alert.annotations.get(name));
    words.into_iter().find(|text| !text.trim().is_empty()).cloned().unwrap_or_default()
}

fn title(group: &Group) -> String {
    let summary = said(group, "summary");
    match (summary.is_empty(), group.labels.is_empty()) {
        (false, _) => summary,
        (true, false) => listed(&group.labels),
        (true, true) => listed(&common(group, |alert| &alert.labels)),
    }
}

/// Labels in one line, the alert's name first: `cpu cluster=nj`.
fn listed(labels: &Labels) -> String {
    let name = labels.get("alertname").cloned();
    let rest = labels.iter().filter(|(name, _)| *name != "alertname").map(|(name, value)| format!("{name}={value}"));
    name.into_iter().chain(rest).collect::<Vec<_>>().join(" ")
}

/// What only Alertmanager has: its state, and what a silence and a restart need to find the group again.
fn fields(group: &Group) -> Map<String, Value> {
    let all = |of: fn(&AlertStatus) -> &Vec<String>| {
        let mut out: Vec<&String> = group.alerts.iter().flat_map(|alert| of(&alert.status)).collect();
        out.sort_unstable();
        out.dedup();
        json!(out)
    };
    // A group is suppressed where every alert of it is.
    let suppressed = group.alerts.iter().all(|alert| alert.status.state == "suppressed");
    let own = json!({
        "state": if suppressed { "suppressed" } else { "active" },
        "silenced_by": all(|status| &status.silenced_by),
        "inhibited_by": all(|status| &status.inhibited_by),
        "receiver": group.receiver.name,
        "group_labels": group.labels,
        "annotations": common(group, |alert| &alert.annotations),
    });
    Map::from_iter([("alertmanager".to_owned(), own)])
}

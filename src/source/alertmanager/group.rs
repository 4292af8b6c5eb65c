//! The incident that an alert group is.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Map, Value, json};
use url::Url;

use super::memory::Firing;
use super::model::{AlertStatus, Group, GroupAlert, Labels, common};
use super::silence::{Silence, quiet_until, unread_ends};
use super::words::{description, listed, scope, text_of, title};
use crate::domain::address::is_web_link;
use crate::domain::as_given::as_given;
use crate::domain::channel::ChannelKey;
use crate::domain::incident::{Alert, Incident, Progress, Severity};
use crate::domain::marks::{Mark, SCOPE};
use crate::domain::source::SourceConfig;
use crate::source::account::Account;

/// Words for severities that are of this trade alone.
const OWN_WORDS: [(&str, Severity); 2] = [("page", Severity::Critical), ("none", Severity::Info)];

fn severity_word(alert: &GroupAlert) -> &str {
    alert.labels.get("severity").map(|word| word.trim()).unwrap_or_default()
}

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
    /// The incident that a firing of a group is; `grouped_by` are the labels by which its receiver was seen to group.
    pub(super) fn incident(
        &self,
        group: &Group,
        firing: &Firing,
        grouped_by: &[String],
        account: &mut Account<'_>,
    ) -> Incident {
        let mut labels = common(group, |alert| &alert.labels);
        labels.extend(group.labels.clone());
        let channel = self.channel(group, &labels);
        let severity = group.alerts.iter().map(|alert| self.severity(alert)).min().unwrap_or_default();
        let latest = group.alerts.iter().map(GroupAlert::start_ms).max().unwrap_or_default();
        let seen = group.alerts.iter().map(GroupAlert::seen_ms).max().unwrap_or_default();
        let worst = self.worst(group, severity);
        let mut incident = Incident {
            incident_id: firing.id.clone(),
            title: title(group, worst),
            description: description(group, worst),
            incident_severity: severity,
            incident_status: severity.into(),
            progress: Progress::Triggered,
            created_at: firing.start_s,
            updated_at: (latest / 1_000).max(firing.start_s),
            start_time: firing.start_s,
            last_time: seen / 1_000,
            labels,
            snoozed_before: quiet_until(group, self.silences),
            fields: self.fields(group, firing, grouped_by),
            alerts: group.alerts.iter().map(|alert| self.alert(alert, account)).collect(),
            alert_cnt: i64::try_from(group.alerts.len()).unwrap_or(i64::MAX),
            channel_key: ChannelKey::new(&self.config.name, &channel).to_string(),
            channel_name: channel,
            detail_url: self.detail_url(group, worst),
            group_method: "p".to_owned(),
            source: self.config.name.clone(),
            ..Incident::default()
        };
        if let Some(worst) = worst {
            // It is counted with its alert.
            self.note_word("incident_severity", worst, &mut Account::new(self.config), &mut incident.extra);
        }
        for (field, given) in group.alerts.iter().flat_map(|alert| &alert.unread) {
            incident.extra.insert(as_given(field), given.clone());
        }
        for given in unread_ends(group, self.silences) {
            account.unread_time("snoozed_before", given, &mut incident.extra);
        }
        incident.set_marks(&marks(group));
        let scope = scope(group, &incident.title);
        if !scope.is_empty() {
            incident.extra.insert(SCOPE.to_owned(), scope.into());
        }
        incident
    }

    /// The alert that a group is read by: of the worst ones the newest of which somebody is notified.
    fn worst<'g>(&self, group: &'g Group, severity: Severity) -> Option<&'g GroupAlert> {
        let worst = group.alerts.iter().filter(|alert| self.severity(alert) == severity);
        worst.max_by_key(|alert| (!alert.status.is_suppressed(), alert.start_ms()))
    }

    fn channel(&self, group: &Group, labels: &Labels) -> String {
        let named = self.config.text("channel_label").and_then(|label| labels.get(label));
        named.filter(|name| !name.is_empty()).unwrap_or(&group.receiver).clone()
    }

    fn severity(&self, alert: &GroupAlert) -> Severity {
        let word = severity_word(alert);
        // Without a word it is not said to be bad; one that nobody knows may be.
        let unknown = if word.is_empty() { Severity::Info } else { Severity::Warning };
        self.meaning(word).unwrap_or(unknown)
    }

    fn meaning(&self, word: &str) -> Option<Severity> {
        let own = || OWN_WORDS.iter().find(|(own, _)| own.eq_ignore_ascii_case(word)).map(|(_, severity)| *severity);
        let words = &self.config.words;
        words.configured_severity(word).or_else(own).or_else(|| words.severity(word))
    }

    /// Keeps the word of the severity as it was given, and counts one that nobody knows.
    fn note_word(&self, field: &str, alert: &GroupAlert, account: &mut Account<'_>, extra: &mut Map<String, Value>) {
        let word = severity_word(alert);
        if !word.is_empty() {
            account.own_severity(field, word, self.meaning(word), extra);
        }
    }

    fn alert(&self, alert: &GroupAlert, account: &mut Account<'_>) -> Alert {
        let start = alert.start_ms() / 1_000;
        let severity = self.severity(alert);
        let mut extra = alert.extra.clone();
        extra.extend(alert.status.told());
        for (name, text) in [("startsAt", &alert.starts_at), ("generatorURL", &alert.generator_url)] {
            extra.insert(name.to_owned(), text.as_str().into());
        }
        extra.insert("annotations".to_owned(), json!(alert.annotations));
        // Names of the contract are the contract's.
        let own = serde_json::to_value(Alert::default()).unwrap_or_default();
        extra.retain(|name, _| own.get(name).is_none() && name != "labels");
        self.note_word("alert_severity", alert, account, &mut extra);
        for (field, given) in &alert.unread {
            account.unread_time(field, given, &mut extra);
        }
        Alert {
            alert_id: alert.fingerprint.clone(),
            data_source_id: self.config.name.as_str().into(),
            title: text_of(alert),
            description: super::words::described(alert),
            alert_key: alert.fingerprint.clone(),
            alert_severity: severity,
            alert_status: severity.into(),
            progress: Progress::Triggered,
            created_at: start,
            updated_at: start,
            start_time: start,
            last_time: alert.seen_ms() / 1_000,
            labels: alert.labels.clone(),
            extra,
            ..Alert::default()
        }
    }

    /// The group's own fields, and in words who silences it and which alerts inhibit it.
    fn fields(&self, group: &Group, firing: &Firing, grouped_by: &[String]) -> Map<String, Value> {
        let mut out = fields(group, firing, grouped_by);
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
        let muted: BTreeSet<&str> = alerts().flat_map(|status| &status.muted_by).map(String::as_str).collect();
        if !muted.is_empty() {
            out.insert("muted_by".to_owned(), muted.into_iter().collect::<Vec<_>>().join("; ").into());
        }
        out
    }

    /// What made the alert that the group is read by, or another of it, else the Alertmanager's own page.
    fn detail_url(&self, group: &Group, worst: Option<&GroupAlert>) -> String {
        let mut made_by = worst.into_iter().chain(&group.alerts).map(|alert| &alert.generator_url);
        if let Some(url) = made_by.find(|url| is_web_link(url)) {
            return url.clone();
        }
        self.link.map_or_else(String::new, |link| {
            let query =
                url::form_urlencoded::Serializer::new(String::new()).append_pair("receiver", &group.receiver).finish();
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

/// Why nobody is notified of a group: what holds for each of its alerts.
fn marks(group: &Group) -> Vec<Mark> {
    if !group.alerts.iter().all(|alert| alert.status.is_suppressed()) {
        return Vec::new();
    }
    let any = |of: fn(&AlertStatus) -> &Vec<String>| group.alerts.iter().any(|alert| !of(&alert.status).is_empty());
    let mut out = Vec::new();
    for (mark, holds) in [
        (Mark::Silenced, any(|status| &status.silenced_by)),
        (Mark::Inhibited, any(|status| &status.inhibited_by)),
        (Mark::Muted, any(|status| &status.muted_by)),
    ] {
        if holds {
            out.push(mark);
        }
    }
    if out.is_empty() {
        out.push(Mark::Suppressed);
    }
    out
}

/// What only Alertmanager has: its state, and what a silence and a restart need to find the group again.
fn fields(group: &Group, firing: &Firing, grouped_by: &[String]) -> Map<String, Value> {
    let all = |of: fn(&AlertStatus) -> &Vec<String>| {
        let mut out: Vec<&String> = group.alerts.iter().flat_map(|alert| of(&alert.status)).collect();
        out.sort_unstable();
        out.dedup();
        json!(out)
    };
    // A group is suppressed where every alert of it is.
    let suppressed = group.alerts.iter().all(|alert| alert.status.is_suppressed());
    let mut own = group.extra.clone();
    let known = json!({
        "state": if suppressed { "suppressed" } else { "active" },
        "silenced_by": all(|status| &status.silenced_by),
        "inhibited_by": all(|status| &status.inhibited_by),
        "muted_by": all(|status| &status.muted_by),
        "receiver": group.receiver,
        "group_labels": group.labels,
        "grouped_by": grouped_by,
        "shown_since": firing.shown,
        "annotations": common(group, |alert| &alert.annotations),
    });
    own.extend(known.as_object().cloned().unwrap_or_default());
    Map::from_iter([("alertmanager".to_owned(), own.into())])
}

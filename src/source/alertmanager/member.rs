//! A member of a cluster, and how far what it does not show is to be believed.
//!
//! Members share silences, not alerts: each knows what Prometheus has sent to it since it was started. One that has just
//! come back is empty, and that closes nothing.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::Value;

use super::model::Group;
use crate::source::SourceError;
use crate::source::lenient::text;

/// After so long it has heard of every alert again, seconds: rules are evaluated each minute, and told again as often.
const SETTLED_S: i64 = 300;

/// An address and what it answered.
pub(super) struct Member {
    pub(super) place: String,
    pub(super) status: Status,
    pub(super) groups: Result<Vec<Group>, SourceError>,
}

/// `GET /status`, as far as it is needed.
#[derive(Clone, Debug, Default)]
pub(super) struct Status {
    /// When it was started, as it says; empty where it does not.
    pub(super) started: String,
    /// The state of its cluster.
    cluster: String,
    /// The labels by which any of its routes groups.
    pub(super) group_by: BTreeSet<String>,
}

impl Status {
    pub(super) fn read(answer: &Value) -> Self {
        let within = |name: &str, inner: &str| answer.get(name).map(|of| text(of, inner)).unwrap_or_default();
        Self {
            started: text(answer, "uptime"),
            cluster: within("cluster", "status"),
            group_by: group_by(&within("config", "original")),
        }
    }

    /// How long it runs, where that is too short to know all alerts again; seconds.
    fn is_new(&self, now_s: i64) -> Option<i64> {
        let runs_s = now_s - self.started.parse::<Timestamp>().ok()?.as_second();
        (runs_s < SETTLED_S || self.cluster == "settling").then_some(runs_s.max(0))
    }
}

impl Member {
    pub(super) fn shown(&self) -> &[Group] {
        self.groups.as_deref().unwrap_or_default()
    }

    /// Why it says nothing about a group that it does not show; `None` where it does.
    pub(super) fn doubt(&self, now_s: i64) -> Option<String> {
        if let Err(error) = &self.groups {
            return Some(error.message.clone());
        }
        let runs_s = self.status.is_new(now_s)?;
        Some(format!("{} was started {runs_s} s ago and may not know all alerts again yet", self.place))
    }
}

/// The labels of every `group_by` of a configuration, as the API writes it.
fn group_by(config: &str) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    let mut lines = config.lines().map(str::trim).peekable();
    let name = |text: &str| text.trim().trim_matches(['"', '\'']).to_owned();
    while let Some(line) = lines.next() {
        let Some(inline) = line.strip_prefix("- ").unwrap_or(line).strip_prefix("group_by:") else { continue };
        out.extend(inline.trim().trim_start_matches('[').trim_end_matches(']').split(',').map(name));
        while let Some(item) = lines.next_if(|line| line.starts_with("- ") && !line.contains(": ")) {
            out.insert(name(item.trim_start_matches("- ")));
        }
    }
    out.retain(|label| !label.is_empty() && label != "...");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_labels_of_all_routes_are_found_in_a_configuration() {
        let config = "route:\n  receiver: ops\n  group_by:\n  - alertname\n  - team\n  routes:\n  - receiver: b\n    \
                      group_by: [cluster, 'pod']\n    matchers:\n    - a=\"b\"\n  - group_by:\n    - '...'\n";
        assert_eq!(group_by(config).into_iter().collect::<Vec<_>>(), ["alertname", "cluster", "pod", "team"]);
        assert!(group_by("").is_empty());
    }
}

//! A member of a cluster, and how far what it does not show is to be believed.
//!
//! Members share silences, not alerts: each knows what Prometheus has sent to it since it was started. One that has just
//! come back is empty, and that closes nothing. One that does not say since when it runs may have come back a moment ago:
//! what it lacks is believed once it has lacked it for as long as a new one needs to hear of everything again.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::Value;

use super::model::Group;
use crate::domain::text::clean;
use crate::source::SourceError;
use crate::source::lenient::text;

/// After so long it has heard of every alert again, seconds: rules are evaluated each minute, and told again as often.
pub(super) const SETTLED_S: i64 = 300;

/// An address and what it answered.
pub(super) struct Member {
    pub(super) place: String,
    pub(super) status: Status,
    pub(super) groups: Result<Vec<Group>, SourceError>,
}

/// `GET /status`, as far as it is needed.
#[derive(Clone, Debug, Default)]
pub(super) struct Status {
    /// When it was started, as it says; empty where it does not, or where it cannot be read.
    pub(super) started: String,
    /// Why that is not known; empty where it is.
    unknown: String,
    /// Whether it is still joining its cluster.
    settling: bool,
    /// The labels by which any of its routes groups.
    pub(super) group_by: BTreeSet<String>,
}

impl Status {
    pub(super) fn read(answer: &Value) -> Self {
        let within = |name: &str, inner: &str| answer.get(name).map(|of| text(of, inner)).unwrap_or_default();
        let given = text(answer, "uptime");
        let (started, unknown) = match given.parse::<Timestamp>() {
            Ok(_) => (given, String::new()),
            Err(_) if given.is_empty() => (String::new(), "its status has no uptime".to_owned()),
            Err(_) => (String::new(), format!("its uptime is {}, which is no time", clean(&given))),
        };
        Self {
            started,
            unknown,
            settling: within("cluster", "status") == "settling",
            group_by: group_by(&within("config", "original")),
        }
    }

    /// Of one whose status could not be read.
    pub(super) fn unread(why: &SourceError) -> Self {
        Self { unknown: why.message.clone(), ..Self::default() }
    }

    /// Whether it is the same process that was started then.
    fn is_since(&self, started: &str) -> bool {
        !self.settling && !self.started.is_empty() && self.started == started
    }
}

/// Why a member's silence about a group does not mean that the group has ended.
#[derive(Clone, Debug)]
pub(super) struct Doubt {
    pub(super) why: String,
    /// Whether it ends where the group was missing for [`SETTLED_S`] from what the member answers.
    pub(super) ends: bool,
}

impl Member {
    pub(super) fn shown(&self) -> &[Group] {
        self.groups.as_deref().unwrap_or_default()
    }

    /// Whether it has shown a group itself since it was started, and shows it no more. `shown` is when it was started as
    /// it showed it.
    pub(super) fn has_seen_the_end(&self, shown: Option<&String>) -> bool {
        self.groups.is_ok() && shown.is_some_and(|started| self.status.is_since(started))
    }

    /// Why it says nothing about a group that it does not show; `None` where it does.
    pub(super) fn doubt(&self, now_s: i64) -> Option<Doubt> {
        let (place, status) = (&self.place, &self.status);
        if let Err(error) = &self.groups {
            return Some(Doubt { why: error.message.clone(), ends: false });
        }
        if status.settling {
            let why = format!("{place} is settling in its cluster and may not know all alerts again yet");
            return Some(Doubt { why, ends: true });
        }
        let Ok(started) = status.started.parse::<Timestamp>() else {
            let why = format!("since when {place} runs is not known ({})", status.unknown);
            return Some(Doubt { why, ends: true });
        };
        let runs_s = now_s.saturating_sub(started.as_second());
        (runs_s < SETTLED_S).then(|| Doubt {
            why: format!("{place} was started {} s ago and may not know all alerts again yet", runs_s.max(0)),
            ends: false,
        })
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

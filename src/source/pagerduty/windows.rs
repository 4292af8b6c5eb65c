//! The ways through a list that is longer than its pages reach: all of it first, then by time.

use jiff::Timestamp;

use crate::domain::source::SourceConfig;

/// How far one question by time reaches, seconds: the API takes at most six months.
const REACH_S: i64 = 150 * 86_400;

/// What of the list is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Window {
    /// All of it, from the newest on.
    All,
    /// What was made in this time, Unix seconds, both ends included; from the newest on.
    Between(i64, i64),
}

impl Window {
    /// What was made up to `until_s`.
    pub(super) fn before(until_s: i64) -> Self {
        Self::Between(until_s.saturating_sub(REACH_S), until_s)
    }

    /// The latest second it has; `None` where that is not known.
    pub(super) fn latest_s(self) -> Option<i64> {
        match self {
            Self::All => None,
            Self::Between(_, until_s) => Some(until_s),
        }
    }

    pub(super) fn query(self) -> Vec<(&'static str, String)> {
        match self {
            // Without it the list has one month only.
            Self::All => vec![("date_range", "all".to_owned())],
            // The end may or may not belong to it there.
            Self::Between(since_s, until_s) => {
                vec![("since", time(since_s)), ("until", time(until_s.saturating_add(1)))]
            }
        }
    }
}

/// The parameters that every question for open incidents has.
pub(super) fn filters(config: &SourceConfig) -> Vec<(&'static str, String)> {
    let mut out = vec![("statuses[]", "triggered".to_owned()), ("statuses[]", "acknowledged".to_owned())];
    out.extend(config.texts("services").iter().map(|id| ("service_ids[]", id.clone())));
    out.extend(config.texts("teams").iter().map(|id| ("team_ids[]", id.clone())));
    out.extend(config.texts("urgencies").iter().map(|word| ("urgencies[]", word.clone())));
    out
}

fn time(at_s: i64) -> String {
    Timestamp::from_second(at_s).map_or_else(|_| String::new(), |at| at.to_string())
}

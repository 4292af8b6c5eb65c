//! The demo's incidents.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use serde_json::Value;

use super::memory::Memory;
use crate::domain::board::Listing;
use crate::domain::channel::{Channel, ChannelKey};
use crate::domain::incident::{Incident, IncidentRow, Progress};
use crate::domain::operation::{Abilities, Operation, OperationKind};
use crate::domain::operator::Operator;
use crate::domain::source::{AuthRule, Kind, SourceConfig};
use crate::domain::timeline::Full;
use crate::source::{Operated, Pages, Source, SourceError, SourceErrorKind};

pub(super) const SOURCE: &str = "demo";
/// Not among the kinds that can be configured.
static KIND: Kind = Kind { name: "demo", title: "the demo", settings: &[], auth: AuthRule::Own };
/// The incidents; times are seconds before the start, as negative numbers.
const INCIDENTS: &str = include_str!("../../assets/demo/incidents.json");
/// After this long the canary has recovered by itself, so that a row is seen to close.
const CANARY_RECOVERS: Duration = Duration::from_secs(90);
/// The number of the incident of the canary.
const CANARY: &str = "D81B3E";
/// The longest snooze, as the best known of such services have it.
const SNOOZE_MAX_S: i64 = 24 * 3_600;
/// The most characters of a comment.
const COMMENT_MAX: usize = 1_024;

/// A source that needs no network: a dozen incidents in four channels, which remember what is done to them.
pub(super) struct DemoSource {
    config: SourceConfig,
    memory: Mutex<Memory>,
    begun: Instant,
}

impl DemoSource {
    /// The incidents as they are when the demo starts at `now_s` (Unix seconds).
    pub(super) fn new(now_s: i64) -> Result<Self, SourceError> {
        let mut list: Vec<Value> = serde_json::from_str(INCIDENTS).map_err(|error| broken(&error))?;
        for value in &mut list {
            shift_times(value, now_s);
        }
        let mut incidents = Vec::new();
        for value in list {
            let mut incident: Incident = serde_json::from_value(value).map_err(|error| broken(&error))?;
            SOURCE.clone_into(&mut incident.source);
            incident.channel_key = ChannelKey::new(SOURCE, &incident.channel_key).to_string();
            incidents.push(incident);
        }
        Ok(Self {
            config: SourceConfig::new(SOURCE, &KIND),
            memory: Mutex::new(Memory::new(incidents)),
            begun: Instant::now(),
        })
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Its channels, in the order in which they first appear.
    pub(super) fn channels(&self) -> Vec<Channel> {
        let mut channels: Vec<Channel> = Vec::new();
        for incident in &self.memory().incidents {
            let key = incident.channel();
            if channels.iter().all(|channel| channel.key != key) {
                channels.push(Channel { key, name: incident.channel_name.clone() });
            }
        }
        channels
    }

    pub(super) fn listing(&self) -> Listing {
        let mut incidents = self.memory().incidents.clone();
        if self.begun.elapsed() >= CANARY_RECOVERS {
            incidents.retain(|incident| incident.num != CANARY);
        }
        incidents.retain(|incident| incident.progress != Progress::Closed || incident.close_time > 0);
        Listing {
            rows: incidents.iter().map(IncidentRow::pack).collect(),
            channels: self.channels(),
            complete: true,
            ..Listing::default()
        }
    }
}

impl Source for DemoSource {
    fn config(&self) -> &SourceConfig {
        &self.config
    }

    fn list<'a>(&'a self, _pages: &'a Pages) -> BoxFuture<'a, Result<Listing, SourceError>> {
        Box::pin(async { Ok(self.listing()) })
    }

    fn abilities(&self) -> Abilities {
        let kinds: Vec<OperationKind> =
            OperationKind::ALL.iter().copied().filter(|kind| *kind != OperationKind::Enrich).collect();
        let mut abilities = Abilities::kept_here("the demo").with(&kinds);
        abilities.snooze_max_s = Some(SNOOZE_MAX_S);
        abilities.comment_max = Some(COMMENT_MAX);
        abilities.batch = 100;
        abilities
    }

    fn full<'a>(&'a self, incident: &'a Incident) -> BoxFuture<'a, Result<Full, SourceError>> {
        let memory = self.memory();
        let full = Full {
            incident: memory.find(&incident.incident_id).cloned().map(Box::new),
            timeline: memory.timeline(&incident.incident_id),
            warnings: Vec::new(),
        };
        Box::pin(async { Ok(full) })
    }

    fn operate<'a>(
        &'a self,
        incidents: &'a [Incident],
        operation: &'a Operation,
        by: &'a Operator,
    ) -> BoxFuture<'a, Vec<Result<Operated, SourceError>>> {
        let at_ms = Timestamp::now().as_millisecond();
        let mut memory = self.memory();
        let done =
            incidents.iter().map(|incident| memory.operate(&incident.incident_id, operation, by, at_ms)).collect();
        drop(memory);
        Box::pin(async { done })
    }
}

/// Makes times of the past out of negative numbers, wherever they stand. No other number of the demo is negative.
fn shift_times(value: &mut Value, now_s: i64) {
    match value {
        Value::Number(number) if number.as_i64().is_some_and(|number| number < 0) => {
            *value = (now_s + number.as_i64().unwrap_or_default()).into();
        }
        Value::Array(items) => items.iter_mut().for_each(|item| shift_times(item, now_s)),
        Value::Object(object) => object.values_mut().for_each(|item| shift_times(item, now_s)),
        _ => {}
    }
}

fn broken(error: &serde_json::Error) -> SourceError {
    SourceError { kind: SourceErrorKind::Rubbish, message: format!("the built-in incidents cannot be read: {error}") }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::domain::incident::Severity;
    use crate::domain::width::width;

    #[test]
    fn the_demo_has_every_severity_and_progress_in_four_channels() {
        let demo = DemoSource::new(1_800_000_000).unwrap();
        let listing = demo.listing();
        let open = listing.incidents().filter(|incident| incident.progress != Progress::Closed).count();
        assert_eq!((open, listing.channels.len()), (12, 4));
        let severities: BTreeSet<_> = listing.incidents().map(|incident| incident.incident_severity).collect();
        let progress: BTreeSet<_> = listing.incidents().map(|incident| incident.progress).collect();
        assert_eq!((severities.len(), progress.len()), (3, 3));
        // So many columns a title has at 80x24.
        let longest = listing.incidents().map(|incident| width(&incident.title)).max();
        assert_eq!(longest.filter(|longest| *longest > 48), None);
        assert!(listing.incidents().all(|incident| incident.start_time > 1_799_900_000));
    }

    #[test]
    fn it_begins_on_an_open_critical_incident() {
        let demo = DemoSource::new(1_800_000_000).unwrap();
        let memory = demo.memory();
        let first = memory
            .incidents
            .iter()
            .filter(|incident| incident.progress != Progress::Closed)
            .min_by_key(|incident| (incident.incident_severity, -incident.start_time))
            .unwrap();
        assert_eq!((first.incident_severity, first.num.as_str()), (Severity::Critical, "054D57"));
    }
}

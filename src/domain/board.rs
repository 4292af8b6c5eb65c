//! What a refresh changes: the difference between what is known and what a source just gave.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use super::channel::Channel;
use super::incident::{Incident, IncidentKey, IncidentRow, Progress, Status};
use super::list_report::ListReport;

/// What a source gave in one refresh.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Listing {
    /// The incidents, each packed as soon as it was read: a list of 100,000 is never in memory as a whole.
    pub rows: Vec<IncidentRow>,
    /// Those that are in the list and were just as they are before, see [`Before`]: their rows are not kept.
    pub same: Vec<IncidentKey>,
    /// Channels it named, also those without an incident now.
    pub channels: Vec<Channel>,
    /// Whether the list of the open ones was read to its end: only then does "missing" mean "gone".
    pub complete: bool,
    /// What could not be understood and was left out, one sentence each. Clean text.
    pub warnings: Vec<String>,
    /// All that reading it found out, for whoever tests the source.
    pub report: ListReport,
}

impl Listing {
    /// Whether no incident was in it.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.same.is_empty()
    }

    /// The incidents in full, one after the other.
    pub fn incidents(&self) -> impl Iterator<Item = Incident> {
        self.rows.iter().map(IncidentRow::unpack)
    }
}

/// The difference one refresh makes. The board and the store apply the same one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Delta {
    pub source: String,
    pub changed: Vec<IncidentRow>,
    /// Open ones that a complete list no longer has: they are closed as of `at_s`.
    pub gone: Vec<IncidentKey>,
    pub channels: Vec<Channel>,
    /// When the source answered, Unix seconds.
    pub at_s: i64,
}

/// What is known of one source's open incidents: enough to tell what a refresh changed, small enough for 100,000.
#[derive(Debug, Default)]
pub struct Known {
    /// Shared with whoever reads a list, which is over before it is compared: then nothing is copied.
    open: Arc<HashMap<IncidentKey, u64>>,
}

/// What was known before a list is read, so that whoever reads it keeps only what is new in it. The default knows
/// nothing.
#[derive(Clone, Debug, Default)]
pub struct Before {
    open: Arc<HashMap<IncidentKey, u64>>,
    but: HashSet<IncidentKey>,
}

impl Before {
    /// The key as it is known already, where an incident is open and was just so.
    pub fn same(&self, row: &IncidentRow) -> Option<IncidentKey> {
        let (key, print) = self.open.get_key_value(&row.key)?;
        (*print == fingerprint(row) && !self.but.contains(key)).then(|| key.clone())
    }
}

impl Known {
    /// Starts from rows that were known before (the store's).
    pub fn from_rows<'a>(rows: impl IntoIterator<Item = &'a IncidentRow>) -> Self {
        let open = rows
            .into_iter()
            .filter(|row| row.progress != Progress::Closed)
            .map(|row| (row.key.clone(), fingerprint(row)))
            .collect();
        Self { open: Arc::new(open) }
    }

    /// What is known now, but for the incidents that are needed complete in any case.
    pub fn before(&self, but: HashSet<IncidentKey>) -> Before {
        Before { open: Arc::clone(&self.open), but }
    }

    /// What is known to be open and a listing does not have, in the order of their keys.
    pub fn missing(&self, listing: &Listing) -> Vec<IncidentKey> {
        let listed: HashSet<&IncidentKey> = listing.rows.iter().map(|row| &row.key).chain(&listing.same).collect();
        let mut missing: Vec<IncidentKey> = self.open.keys().filter(|key| !listed.contains(key)).cloned().collect();
        missing.sort();
        missing
    }

    /// Compares a refresh with what is known, and knows it from then on.
    ///
    /// An incident that comes twice in one listing counts once, the later one.
    pub fn take(&mut self, source: &str, listing: Listing, at_s: i64) -> Delta {
        let open = Arc::make_mut(&mut self.open);
        let last: HashMap<IncidentKey, usize> =
            listing.rows.iter().enumerate().map(|(at, row)| (row.key.clone(), at)).collect();
        let mut changed: Vec<IncidentRow> = Vec::new();
        for (at, row) in listing.rows.into_iter().enumerate() {
            if last.get(&row.key) != Some(&at) {
                continue;
            }
            let print = fingerprint(&row);
            let before = if row.progress == Progress::Closed {
                open.remove(&row.key);
                None
            } else {
                open.insert(row.key.clone(), print)
            };
            if before != Some(print) {
                changed.push(row);
            }
        }
        let mut gone = Vec::new();
        if listing.complete {
            let same: HashSet<&IncidentKey> = listing.same.iter().collect();
            gone.extend(open.keys().filter(|key| !last.contains_key(*key) && !same.contains(*key)).cloned());
            gone.sort();
            for key in &gone {
                open.remove(key);
            }
        }
        Delta { source: source.to_owned(), changed, gone, channels: listing.channels, at_s }
    }
}

impl Delta {
    /// Whether nothing but the time of the answer is new.
    pub fn is_quiet(&self) -> bool {
        self.changed.is_empty() && self.gone.is_empty()
    }
}

impl IncidentRow {
    /// The row of an incident that a complete list no longer has: closed, since when it was first missing.
    #[must_use]
    pub fn closed_at(&self, at_s: i64) -> Self {
        let mut incident = self.unpack();
        incident.progress = Progress::Closed;
        incident.incident_status = Status::Ok;
        incident.close_time = at_s;
        if incident.end_time == 0 {
            incident.end_time = at_s;
        }
        incident.updated_at = at_s;
        Self::pack(&incident)
    }
}

fn fingerprint(row: &IncidentRow) -> u64 {
    let mut hasher = DefaultHasher::new();
    row.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn incident(id: &str) -> Incident {
        Incident { source: "prod".into(), incident_id: id.into(), channel_key: "prod/a".into(), ..Incident::default() }
    }

    fn listing(ids: &[&str], complete: bool) -> Listing {
        let rows = ids.iter().map(|id| IncidentRow::pack(&incident(id))).collect();
        Listing { rows, complete, ..Listing::default() }
    }

    #[test]
    fn only_what_changed_is_told_and_missing_is_gone_only_in_a_complete_list() {
        let mut known = Known::default();
        assert_eq!(known.take("prod", listing(&["1", "2"], true), 10).changed.len(), 2);
        assert!(known.take("prod", listing(&["1", "2"], true), 20).is_quiet());
        assert!(known.take("prod", listing(&["1"], false), 30).gone.is_empty());
        let delta = known.take("prod", listing(&["1"], true), 40);
        assert_eq!(delta.gone, [IncidentKey::new("prod", "2")]);
        assert_eq!(known.take("prod", listing(&["1", "2"], true), 50).changed.len(), 1);
    }

    #[test]
    fn an_incident_that_comes_twice_counts_once_and_is_not_lost() {
        let mut known = Known::default();
        assert_eq!(known.take("prod", listing(&["1", "1"], true), 10).changed.len(), 1);
        let mut twice = listing(&["1", "1"], true);
        let later = IncidentRow::pack(&Incident { title: "later".into(), ..incident("1") });
        twice.rows[1] = later.clone();
        assert_eq!(known.take("prod", twice, 20).changed, [later]);
    }

    #[test]
    fn a_gone_incident_is_closed_since_it_was_first_missing() {
        let closed = IncidentRow::pack(&incident("1")).closed_at(77);
        assert_eq!((closed.progress, closed.unpack().close_time), (Progress::Closed, 77));
    }
}

//! The numbers that people say to each other: no two incidents of a source share one.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, PoisonError};

use compact_str::CompactString;

use crate::domain::as_given::as_given;
use crate::domain::board::Listing;
use crate::domain::incident::{Incident, IncidentKey, IncidentRow};

/// An id of so many letters and digits is its own number.
const SHORT: usize = 8;
/// So many are the fewest that are taken of a longer one, from its end.
const FEWEST: usize = 6;

/// Which number each incident of a source has. An incident keeps its number for as long as andon knows it.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    /// By number, in lower case: whose it is, as a hash of the id.
    taken: Mutex<HashMap<CompactString, u64>>,
    /// By id: the number that its source gives it and that another has, and the one that it has instead.
    replaced: Mutex<BTreeMap<String, (String, String)>>,
}

impl Numbers {
    /// What is known already keeps its number.
    pub(super) fn seed(&self, source: &str, known: &[IncidentRow]) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        for row in known.iter().filter(|row| row.key.source() == source && !row.num.is_empty()) {
            taken.entry(row.num.to_lowercase()).or_insert_with(|| print(row.key.id()));
        }
    }

    /// Gives an incident its number. One of its source's that another has stays beside it.
    pub(super) fn number(&self, incident: &mut Incident) {
        let given = std::mem::take(&mut incident.num);
        incident.num = self.of(&incident.incident_id, given.trim());
        let mut replaced = self.replaced.lock().unwrap_or_else(PoisonError::into_inner);
        if given.trim().is_empty() || given.trim() == incident.num {
            replaced.remove(&incident.incident_id);
        } else {
            incident.extra.insert(as_given("num"), given.as_str().into());
            replaced.insert(incident.incident_id.clone(), (given, incident.num.clone()));
        }
    }

    /// Makes sure that each row has the number of its incident.
    pub(super) fn check(&self, rows: &mut [IncidentRow]) {
        for row in rows {
            if self.of(row.key.id(), &row.num) != row.num {
                let mut incident = row.unpack();
                self.number(&mut incident);
                *row = IncidentRow::pack(&incident);
            }
        }
    }

    /// Makes sure of the numbers of a whole list, and tells of those that its source gives to several.
    pub(super) fn finish(&self, listing: &mut Listing) {
        self.check(&mut listing.rows);
        let mut replaced = self.replaced.lock().unwrap_or_else(PoisonError::into_inner);
        if replaced.is_empty() {
            return;
        }
        if listing.complete {
            let keys = listing.rows.iter().map(|row| &row.key).chain(&listing.same);
            let listed: HashSet<&str> = keys.map(IncidentKey::id).collect();
            replaced.retain(|id, _| listed.contains(id.as_str()));
        }
        for (id, (given, own)) in replaced.iter() {
            listing.report.shared_number(given, id, own);
        }
        listing.warnings.extend(listing.report.shared_numbers());
    }

    /// The number of an incident: the one that its source gives, else one made of its id. Where another incident has that
    /// already, a longer one.
    fn of(&self, id: &str, given: &str) -> String {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let own = print(id);
        let owner = |num: &str| taken.get(num.to_lowercase().as_str()).copied();
        let num = if !given.is_empty() && owner(given).is_none_or(|owner| owner == own) {
            // The source's own comes first also where another had been made before it was given.
            given.to_owned()
        } else {
            let kept = candidates(id).find(|num| owner(num) == Some(own));
            // These are given in their order, so that behind a free one there is none.
            let kept = kept.or_else(|| {
                let taken = counted(id).map(|num| (owner(&num), num)).take_while(|(owner, _)| owner.is_some());
                taken.filter(|(owner, _)| *owner == Some(own)).map(|(_, num)| num).next()
            });
            let free = || candidates(id).chain(counted(id)).find(|num| owner(num).is_none());
            kept.or_else(free).unwrap_or_else(|| id.to_owned())
        };
        taken.insert(num.to_lowercase().into(), own);
        num
    }
}

/// What may be the number of an incident with this id, the best first.
fn candidates(id: &str) -> impl Iterator<Item = String> {
    let letters: Vec<char> = id.chars().filter(char::is_ascii_alphanumeric).collect();
    let is_short = letters.len() <= SHORT;
    let tail = {
        let letters = letters.clone();
        move |length: usize| -> String {
            letters[letters.len() - length..].iter().collect::<String>().to_ascii_uppercase()
        }
    };
    let short = (is_short && !letters.is_empty()).then(|| id.to_owned());
    let tails = (FEWEST..=if is_short { 0 } else { letters.len() }).map(tail);
    short.into_iter().chain(tails).chain([id.to_owned()])
}

/// For ids that differ in nothing that a number shows; without an end.
fn counted(id: &str) -> impl Iterator<Item = String> {
    (2_u32..).map(move |count| format!("{id}-{count}"))
}

fn print(id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_number_is_short_and_nobody_elses() {
        let numbers = Numbers::default();
        for (id, num) in [
            ("4711", "4711"),
            ("a-1", "a-1"),
            ("INC0012345", "012345"),
            ("INC0012346", "012346"),
            ("PROD-9912345", "912345"),
            ("TEST-9912345", "9912345"),
            ("xy-9912345", "Y9912345"),
            ("abcdef", "abcdef"),
            ("ABCDEF", "ABCDEF-2"),
            ("队列-1", "队列-1"),
        ] {
            assert_eq!(numbers.of(id, ""), num, "{id}");
        }
        // Asked again, in any order, each has the one that it had.
        assert_eq!(
            (numbers.of("TEST-9912345", ""), numbers.of("PROD-9912345", "")),
            ("9912345".into(), "912345".into())
        );
        assert_eq!(
            (
                numbers.of("third", "7"),
                numbers.of("third", "7"),
                numbers.of("other", "4711"),
                numbers.of("other", "4711")
            ),
            ("7".into(), "7".into(), "other".into(), "other".into())
        );
        let given = |id: &str| numbers.of(id, "AB12");
        assert_eq!(
            (given("one-5512345"), given("two-5512345"), given("two-5512345")),
            ("AB12".into(), "512345".into(), "512345".into())
        );
    }

    #[test]
    fn what_is_known_from_before_keeps_its_number() {
        let numbers = Numbers::default();
        let known = crate::domain::incident::Incident {
            incident_id: "PROD-0012345".into(),
            num: "012345".into(),
            source: "lab".into(),
            ..Default::default()
        };
        numbers.seed("lab", &[IncidentRow::pack(&known)]);
        assert_eq!(
            (numbers.of("TEST-0012345", ""), numbers.of("PROD-0012345", "")),
            ("0012345".into(), "012345".into())
        );
    }

    proptest! {
        #[test]
        fn no_two_ids_share_a_number(ids in proptest::collection::hash_set("[a-bA-B0-1é-]{1,10}", 1..60)) {
            let numbers = Numbers::default();
            let given: Vec<(String, String)> = ids.iter().map(|id| (id.clone(), numbers.of(id, ""))).collect();
            let distinct: std::collections::HashSet<String> = given.iter().map(|(_, num)| num.to_lowercase()).collect();
            prop_assert_eq!(distinct.len(), ids.len());
            for (id, num) in &given {
                prop_assert_eq!(&numbers.of(id, ""), num);
            }
        }
    }
}

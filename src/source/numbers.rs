//! The numbers that people say to each other: no two incidents of a source share one.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, PoisonError};

use compact_str::CompactString;

use crate::domain::incident::IncidentRow;

/// An id of so many letters and digits is its own number.
const SHORT: usize = 8;
/// So many are the fewest that are taken of a longer one, from its end.
const FEWEST: usize = 6;

/// Which number each incident of a source has. An incident keeps its number for as long as andon knows it.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    /// By number, in lower case: whose it is, as a hash of the id.
    taken: Mutex<HashMap<CompactString, u64>>,
}

impl Numbers {
    /// What is known already keeps its number.
    pub(super) fn seed(&self, source: &str, known: &[IncidentRow]) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        for row in known.iter().filter(|row| row.key.source() == source) {
            taken.entry(row.num.to_lowercase()).or_insert_with(|| print(row.key.id()));
        }
    }

    /// The number of an incident: the one that its source gives, else one made of its id. Where another incident has that
    /// already, a longer one.
    pub(super) fn of(&self, id: &str, given: &str) -> String {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let own = print(id);
        let owner = |num: &str| taken.get(num.to_lowercase().as_str()).copied();
        let made = || (!given.is_empty()).then(|| given.to_owned()).into_iter().chain(candidates(id));
        let kept = made().find(|num| owner(num) == Some(own));
        // These are given in their order, so that behind a free one there is none.
        let kept = kept.or_else(|| {
            counted(id)
                .map(|num| (owner(&num), num))
                .take_while(|(owner, _)| owner.is_some())
                .find(|(owner, _)| *owner == Some(own))
                .map(|(_, num)| num)
        });
        let free = || made().chain(counted(id)).find(|num| owner(num).is_none());
        // The source's own comes first also where another had been made before it was given.
        let num = match kept {
            Some(kept) if given.is_empty() || kept == given => kept,
            _ => free().or(kept).unwrap_or_else(|| id.to_owned()),
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
            (numbers.of("other", "4711"), numbers.of("third", "7"), numbers.of("third", "7")),
            ("other".into(), "7".into(), "7".into())
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

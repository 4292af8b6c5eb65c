//! Which problem an object has: one unbroken problem is one incident, whatever its states in between.

use std::collections::HashMap;

use serde_json::json;
use sha2::{Digest, Sha256};

use super::api::milliseconds;
use super::object::{Object, object_of};
use super::problem::Problem;
use crate::domain::incident::{IncidentRow, Progress};

/// The problems of the last list, by kind and name of the object.
#[derive(Debug, Default)]
pub(super) struct Memory {
    problems: HashMap<(String, String), Problem>,
}

impl Memory {
    /// The problem of each object, in their order; forgets what is not among them, where the list is `whole`.
    pub(super) fn identify(&mut self, source: &str, objects: &[Object], whole: bool) -> Vec<Problem> {
        let mut before = std::mem::take(&mut self.problems);
        let key = |object: &Object| (object.kind.to_owned(), object.attrs.name.clone());
        let problem = |object: &Object| {
            // Well since then: it is another problem, also for one who did not look in between.
            let known = before.remove(&key(object)).filter(|known| object.well_ms() < known.start_ms + 1_000);
            known.unwrap_or_else(|| {
                let start_ms = milliseconds(object.attrs.last_state_change);
                Problem { id: id_of(source, object, start_ms), start_ms }
            })
        };
        let out: Vec<Problem> = objects.iter().map(problem).collect();
        if !whole {
            self.problems = before;
        }
        self.problems.extend(objects.iter().map(key).zip(out.iter().cloned()));
        out
    }

    /// Remembers what was open before a restart. What is remembered already stays.
    pub(super) fn seed(&mut self, source: &str, known: &[IncidentRow]) {
        for row in known.iter().filter(|row| row.key.source() == source && row.progress != Progress::Closed) {
            let incident = row.unpack();
            if let Some((kind, name)) = object_of(&incident) {
                let problem =
                    Problem { id: incident.incident_id.clone(), start_ms: incident.start_time.saturating_mul(1_000) };
                self.problems.entry((kind.to_owned(), name.to_owned())).or_insert(problem);
            }
        }
    }
}

/// The first 24 hexadecimal digits of SHA-256 over source, object and the change of state, as JSON.
fn id_of(source: &str, object: &Object, start_ms: i64) -> String {
    let text = json!([source, object.kind, object.attrs.name, start_ms]).to_string();
    let digest = Sha256::digest(text.as_bytes());
    let digits = digest.iter().take(12).flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(u32::from(digit), 16)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(changed: f64, well: f64) -> Object {
        let at = |second: f64| 1_764_000_000.0 + second;
        let attrs =
            json!({"__name": "web-01!http", "state": 2, "last_state_change": at(changed), "last_state_ok": at(well)});
        Object::read("Service", &json!({ "attrs": attrs })).unwrap()
    }

    #[test]
    fn a_problem_lasts_until_the_object_was_well() {
        let mut memory = Memory::default();
        let mut id = |changed, well| memory.identify("prod", &[service(changed, well)], true)[0].id.clone();
        let first = id(100.25, 90.0);
        assert_eq!((first.len(), id(100.25, 90.0)), (24, first.clone()));
        assert_eq!(id(160.5, 90.0), first, "from warning to critical");
        assert_ne!(id(230.5, 220.0), first, "it was well in between");
    }
}

//! People and channels by name: asked for in batches, kept for an hour.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Map, Value, json};
use tokio::time::{Instant, timeout};

use super::connection::Connection;

/// How long a name is kept.
const KEPT: Duration = Duration::from_hours(1);
/// How long it is taken for sure that there is no name.
const KEPT_MISSING: Duration = Duration::from_mins(5);
/// The most names that are kept of a kind.
const MOST: usize = 20_000;
/// How many are asked for at once. The vendor tells no limit for people; for channels it is 1,000.
const BATCH: usize = 100;
/// A list does not wait longer for names: without them, it has the ids.
const PATIENCE: Duration = Duration::from_secs(3);

/// The names that are known.
#[derive(Default)]
pub(super) struct Names {
    people: Mutex<Cache>,
    channels: Mutex<Cache>,
}

/// A person or a channel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) name: String,
    pub(super) email: String,
}

/// What was answered for an id, and when: nothing where it is not known there.
type Cache = HashMap<i64, (Option<Named>, Instant)>;

/// How names of a kind are asked for.
struct Kind {
    path: &'static str,
    ask: &'static str,
    id: &'static str,
    name: &'static str,
}

const PEOPLE: Kind = Kind { path: "/person/infos", ask: "person_ids", id: "person_id", name: "person_name" };
const CHANNELS: Kind = Kind { path: "/channel/infos", ask: "channel_ids", id: "channel_id", name: "channel_name" };

impl Names {
    /// Learns the names of these people, as far as they are not known. An error in words where they cannot be had.
    pub(super) async fn learn_people(&self, connection: &Connection, ids: &BTreeSet<i64>) -> Result<(), String> {
        learn(&self.people, &PEOPLE, connection, ids).await
    }

    /// Puts the names into incidents as they were answered. An error in words where some cannot be had: these stay ids.
    pub(super) async fn fill(
        &self,
        connection: &Connection,
        incidents: &mut [Map<String, Value>],
    ) -> Result<(), String> {
        let (mut people, mut channels) = (BTreeSet::new(), BTreeSet::new());
        for incident in incidents.iter() {
            people.extend(people_without_names(incident));
            if text(incident, "channel_name").is_empty() {
                channels.extend(id(incident, "channel_id"));
            }
        }
        let (people, channels) = tokio::join!(
            learn(&self.people, &PEOPLE, connection, &people),
            learn(&self.channels, &CHANNELS, connection, &channels)
        );
        self.fill_known(incidents);
        people.and(channels)
    }

    /// The names that are known already.
    pub(super) fn fill_known(&self, incidents: &mut [Map<String, Value>]) {
        for incident in incidents {
            self.name_people(incident);
            if text(incident, "channel_name").is_empty()
                && let Some(channel) = id(incident, "channel_id").and_then(|id| known(&self.channels, id))
            {
                incident.insert("channel_name".to_owned(), channel.name.into());
            }
        }
    }

    /// A person; `None` where no name is known.
    pub(super) fn person(&self, id: i64) -> Option<Named> {
        known(&self.people, id)
    }

    fn name_people(&self, incident: &mut Map<String, Value>) {
        for (role, id_field) in ROLES {
            let Some(id) = id(incident, id_field) else { continue };
            let person = incident.entry(role).or_insert(Value::Null);
            if !person.is_object() {
                *person = json!({ "person_id": id });
            }
            self.name(person);
        }
        for person in incident.get_mut("responders").and_then(Value::as_array_mut).into_iter().flatten() {
            self.name(person);
        }
    }

    fn name(&self, person: &mut Value) {
        let Some(person) = person.as_object_mut().filter(|person| text(person, "person_name").is_empty()) else {
            return;
        };
        let Some(person_id) = id(person, "person_id") else { return };
        // An id is better than nobody.
        let named = self.person(person_id).unwrap_or_else(|| Named { name: person_id.to_string(), ..Named::default() });
        person.insert("person_name".to_owned(), named.name.into());
        if !named.email.is_empty() && text(person, "email").is_empty() {
            person.insert("email".to_owned(), named.email.into());
        }
    }
}

/// The people that an incident names by id too, and where.
const ROLES: [(&str, &str); 3] = [("creator", "creator_id"), ("closer", "closer_id"), ("owner", "owner_id")];

fn people_without_names(incident: &Map<String, Value>) -> Vec<i64> {
    let nameless = |person: &Map<String, Value>| {
        if text(person, "person_name").is_empty() { id(person, "person_id") } else { None }
    };
    let roles = ROLES.iter().filter_map(|(role, id_field)| match incident.get(*role) {
        Some(Value::Object(person)) => nameless(person),
        _ => id(incident, id_field),
    });
    let responders = incident.get("responders").and_then(Value::as_array).into_iter().flatten();
    roles.chain(responders.filter_map(|person| nameless(person.as_object()?))).collect()
}

fn text<'a>(fields: &'a Map<String, Value>, name: &str) -> &'a str {
    fields.get(name).and_then(Value::as_str).map(str::trim).unwrap_or_default()
}

/// An id; 0 stands for nobody.
fn id(fields: &Map<String, Value>, name: &str) -> Option<i64> {
    fields.get(name).and_then(Value::as_i64).filter(|id| *id > 0)
}

fn known(cache: &Mutex<Cache>, id: i64) -> Option<Named> {
    cache.lock().unwrap_or_else(PoisonError::into_inner).get(&id)?.0.clone()
}

async fn learn(cache: &Mutex<Cache>, kind: &Kind, connection: &Connection, ids: &BTreeSet<i64>) -> Result<(), String> {
    let wanted: Vec<i64> = {
        let cache = cache.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = |id: &i64| {
            cache.get(id).is_some_and(|(named, at)| at.elapsed() < if named.is_some() { KEPT } else { KEPT_MISSING })
        };
        ids.iter().copied().filter(|id| !fresh(id)).collect()
    };
    for batch in wanted.chunks(BATCH) {
        let body = json!({ kind.ask: batch });
        let answer = timeout(PATIENCE, connection.ask(kind.path, &body)).await;
        let answer = answer.map_err(|_| format!("names are missing: {} took too long", kind.path))?;
        let answer = answer.map_err(|error| format!("names are missing: {error}"))?;
        keep(cache, kind, batch, &answer);
    }
    Ok(())
}

fn keep(cache: &Mutex<Cache>, kind: &Kind, asked: &[i64], answer: &Value) {
    let items = answer.get("items").and_then(Value::as_array).into_iter().flatten();
    let found: HashMap<i64, Named> = items
        .filter_map(Value::as_object)
        .filter_map(|item| {
            let named = Named { name: text(item, kind.name).to_owned(), email: text(item, "email").to_owned() };
            Some((id(item, kind.id)?, named)).filter(|(_, named)| !named.name.is_empty())
        })
        .collect();
    let mut cache = cache.lock().unwrap_or_else(PoisonError::into_inner);
    if cache.len() + asked.len() > MOST {
        cache.clear();
    }
    let now = Instant::now();
    cache.extend(asked.iter().map(|id| (*id, (found.get(id).cloned(), now))));
}

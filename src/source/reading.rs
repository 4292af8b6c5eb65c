//! One reading of a list: each item becomes an incident, is not wanted, or is left out and named.

use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use serde_json::{Map as Object, Value};

use super::account::Account;
use super::adapter::Pages;
use super::item::incident;
use super::map::{Map, Reads};
use super::path::kind;
use super::said::Shape;
use crate::domain::board::Listing;
use crate::domain::channel::Channel;
use crate::domain::incident::{Incident, IncidentKey};
use crate::domain::source::SourceConfig;

/// How deep a list may stand in an object to be found where nobody names it.
const DEPTH: usize = 3;

/// What a reading needs to know.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) config: &'a SourceConfig,
    pub(super) map: &'a Map,
    pub(super) pages: &'a Pages,
}

pub(super) struct Reading<'a> {
    reader: Reader<'a>,
    account: Account<'a>,
    reads: Reads,
    listing: Listing,
    channels: HashSet<String>,
    /// What is kept whole so far.
    new: HashSet<IncidentKey>,
    /// Every id so far, as a hash.
    ids: HashSet<u64>,
    hasher: RandomState,
    /// The first item: where it is the only one, it may be an object around the list.
    first: Option<Value>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(reader: Reader<'a>) -> Self {
        Self {
            reader,
            account: Account::new(reader.config),
            reads: Reads::default(),
            listing: Listing::default(),
            channels: HashSet::new(),
            new: HashSet::new(),
            ids: HashSet::new(),
            hasher: RandomState::new(),
            first: None,
        }
    }

    /// Takes an item; `None`: what stands there is no JSON.
    pub(super) fn take(&mut self, place: &str, value: Option<Value>) {
        self.account.report.items += 1;
        let read = match value {
            Some(Value::Object(fields)) => self.read(fields),
            Some(_) => Err(Cow::Borrowed("it is not an object")),
            None => Err(Cow::Borrowed("it is not JSON")),
        };
        match read {
            Ok(Some(incident)) => self.keep(incident),
            Ok(None) => self.account.report.unwanted += 1,
            Err(problem) => self.account.report.left_out(place, &problem),
        }
    }

    /// As [`Reading::take`], of items that are in no list: the only one may be an object around the list.
    pub(super) fn take_bare(&mut self, place: &str, value: Option<Value>) {
        if self.account.report.items == 0 {
            self.first.clone_from(&value);
        }
        self.take(place, value);
    }

    /// A member of an object that has no items though they were expected.
    pub(super) fn miss(&mut self, sentence: &str) {
        self.account.report.odd_member(sentence);
    }

    /// How many items came so far.
    pub(super) fn items(&self) -> usize {
        self.account.report.items
    }

    fn read(&mut self, fields: Object<String, Value>) -> Result<Option<Incident>, Cow<'static, str>> {
        let Reader { config, map, .. } = self.reader;
        if !map.wants(&fields, &mut self.reads)? {
            return Ok(None);
        }
        incident(&config.name, map.apply(fields, &mut self.reads), &mut self.account).map(Some)
    }

    fn keep(&mut self, incident: Incident) {
        if !self.ids.insert(self.hasher.hash_one(&incident.incident_id)) {
            self.account.report.twice(&incident.incident_id);
        }
        if self.channels.insert(incident.channel_key.clone()) {
            self.listing.channels.push(Channel { key: incident.channel(), name: incident.channel_name.clone() });
        }
        let row = self.reader.pages.row(incident);
        // Of an incident that comes twice the later one counts, so that it is kept whole, too.
        match self.reader.pages.before().same(&row) {
            Some(key) if !self.new.contains(&key) => self.listing.same.push(key),
            _ => {
                self.new.insert(row.key.clone());
                self.listing.rows.push(row);
            }
        }
    }

    /// The list; the error says in words what was read where that is none.
    pub(super) fn finish(self) -> Result<Listing, String> {
        let Self { reader, reads, mut listing, first, account, .. } = self;
        let mut report = account.report;
        reader.map.account(&reads, &mut report)?;
        let kept = listing.rows.len() + listing.same.len();
        if report.items == 1
            && let Some(first) = first
        {
            around_a_list(&first, kept, reader.map)?;
        }
        if let Some(fault) = report.fault(kept) {
            let names = if fault.contains("(there are ") { String::new() } else { reads.names() };
            return Err(format!("{fault}{names}"));
        }
        listing.complete = report.is_whole();
        listing.warnings = report.warnings();
        listing.report = report;
        Ok(listing)
    }
}

/// The only item: an error where it is no item, but something around a list, or no list at all.
fn around_a_list(only: &Value, kept: usize, map: &Map) -> Result<(), String> {
    let Value::Object(object) = only else {
        return Err(format!("{}, and no list; an empty list is `[]`", kind(only)));
    };
    let own = if kept == 0 { 0 } else { map.fills(object) };
    let inside =
        lists(object, "", DEPTH).into_iter().map(|(path, item)| (item.map_or(0, |item| map.fills(item)), path));
    // Of several the first that fills most.
    let best = inside.reduce(|best, next| if next.0 > best.0 { next } else { best });
    match best {
        Some((fills, path)) if kept == 0 || fills > own => {
            Err(format!("an object, and no list; say where the list is: list = \"{path}\" under [source.map]"))
        }
        _ if kept > 0 => Ok(()),
        _ => match Shape::Json(only.clone()).words() {
            words if words.is_empty() => Ok(()),
            words => Err(format!("an object, and no list; it says: {words}")),
        },
    }
}

/// The lists of objects in an object, empty ones too: path, and the first item.
fn lists<'a>(
    object: &'a Object<String, Value>,
    at: &str,
    depth: usize,
) -> Vec<(String, Option<&'a Object<String, Value>>)> {
    let mut out = Vec::new();
    for (name, value) in object {
        let path = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
        match value {
            Value::Array(items) if items.iter().all(Value::is_object) => {
                out.push((path, items.first().and_then(Value::as_object)));
            }
            Value::Object(inner) if depth > 1 => out.extend(lists(inner, &path, depth - 1)),
            _ => {}
        }
    }
    out
}

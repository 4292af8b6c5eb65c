//! The items of a file: an array or one a line. What cannot be read is left out and named.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserializer, SeqAccess, Visitor};
use serde_json::Value;

use super::item::incident;
use super::map::Map;
use crate::domain::board::Listing;
use crate::domain::channel::Channel;
use crate::domain::incident::{Incident, IncidentRow};

/// More warnings than anybody reads say only how many there are.
const WARNINGS: usize = 20;

/// Reads the incidents of source `name`. Errors where nothing can be told apart: an array that is cut or broken.
pub(super) fn read_items(name: &str, bytes: &[u8], map: &Map) -> Result<Listing, String> {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}').trim();
    let mut reading = Reading { name, map, listing: Listing::default(), bad: 0, channels: HashSet::new() };
    if map.names_list() {
        let whole: Value = serde_json::from_str(text)
            .map_err(|error| format!("no JSON (line {}, column {})", error.line(), error.column()))?;
        let items = map.list_of(&whole).ok_or("JSON without a list where `map.list` says")?;
        for (at, item) in items.iter().enumerate() {
            reading.take(&format!("item {}", at + 1), Some(item.clone()));
        }
    } else if text.starts_with('[') {
        let mut json = serde_json::Deserializer::from_str(text);
        let read = json.deserialize_seq(&mut reading).and_then(|()| json.end());
        read.map_err(|error| {
            let (line, column) = (error.line(), error.column());
            format!("not a JSON array (line {line}, column {column}); was it cut while it was written?")
        })?;
    } else {
        for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            reading.take(&format!("line {}", at + 1), serde_json::from_str(line).ok());
        }
        if reading.listing.rows.is_empty() && reading.bad > 0 {
            let why = reading.listing.warnings.into_iter().next().unwrap_or_default();
            return Err(format!("no incident in it can be read; expected a JSON array or JSON lines ({why})"));
        }
    }
    Ok(reading.finish())
}

struct Reading<'a> {
    name: &'a str,
    map: &'a Map,
    listing: Listing,
    bad: usize,
    channels: HashSet<String>,
}

impl Reading<'_> {
    fn take(&mut self, place: &str, value: Option<Value>) {
        let read = match value {
            Some(Value::Object(fields)) => incident(self.name, self.map.apply(fields)),
            Some(_) => Err(Cow::Borrowed("it is not an object")),
            None => Err(Cow::Borrowed("it is not JSON")),
        };
        match read {
            Ok(incident) => self.keep(&incident),
            Err(problem) => {
                self.bad += 1;
                if self.bad <= WARNINGS {
                    self.listing.warnings.push(format!("{place} was left out: {problem}"));
                }
            }
        }
    }

    fn keep(&mut self, incident: &Incident) {
        if self.channels.insert(incident.channel_key.clone()) {
            self.listing.channels.push(Channel { key: incident.channel(), name: incident.channel_name.clone() });
        }
        self.listing.rows.push(IncidentRow::pack(incident));
    }

    fn finish(mut self) -> Listing {
        if self.bad > WARNINGS {
            self.listing.warnings.push(format!("and {} more were left out", self.bad - WARNINGS));
        }
        self.listing.complete = self.bad == 0;
        self.listing
    }
}

/// One item at a time, so that a long file is never in memory twice.
impl<'de> Visitor<'de> for &mut Reading<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of incidents")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let mut number = 0;
        while let Some(value) = items.next_element::<Value>()? {
            number += 1;
            self.take(&format!("item {number}"), Some(value));
        }
        Ok(())
    }
}

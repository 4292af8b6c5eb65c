//! The items of a file: an array or one a line. What cannot be read is left out and named.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;
use std::io::BufRead;

use serde::de::{Deserializer, SeqAccess, Visitor};
use serde_json::Value;

use super::account::Account;
use super::item::incident;
use super::json;
use super::map::Map;
use crate::domain::board::{Before, Listing};
use crate::domain::channel::Channel;
use crate::domain::incident::{Incident, IncidentKey, IncidentRow};
use crate::domain::source::SourceConfig;

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Why nothing of it could be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unread {
    /// Its bytes did not come.
    #[error("what cannot be read: {0}")]
    Failed(#[from] std::io::Error),
    /// Nothing in it can be told apart: an array that is cut or broken. In words, without the text itself.
    #[error("{0}")]
    Rubbish(String),
}

impl From<String> for Unread {
    fn from(problem: String) -> Self {
        Self::Rubbish(problem)
    }
}

/// Reads the incidents of source `name`, lines one at a time: a long file is never in memory as a whole.
pub(super) fn read_items(
    config: &SourceConfig,
    from: &mut impl BufRead,
    map: &Map,
    before: &Before,
) -> Result<Listing, Unread> {
    let blank_lines = skip_blank(from)?;
    let begins_an_array = from.fill_buf()?.first() == Some(&b'[');
    let mut reading = Reading {
        name: &config.name,
        map,
        before,
        account: Account::new(config),
        listing: Listing::default(),
        channels: HashSet::new(),
        new: HashSet::new(),
    };
    if map.names_list() || begins_an_array {
        let mut bytes = Vec::new();
        from.read_to_end(&mut bytes)?;
        let text = String::from_utf8_lossy(&bytes);
        let place =
            |error: &serde_json::Error| format!("line {}, column {}", blank_lines + error.line(), error.column());
        if map.names_list() {
            let whole: Value = serde_json::from_str(&text).map_err(|error| format!("no JSON ({})", place(&error)))?;
            let items = map.list_of(&whole).ok_or_else(|| "JSON without a list where `map.list` says".to_owned())?;
            for (at, item) in items.iter().enumerate() {
                reading.take(&format!("item {}", at + 1), Some(item.clone()));
            }
        } else {
            let mut json = serde_json::Deserializer::from_str(&text);
            let read = json.deserialize_seq(&mut reading).and_then(|()| json.end());
            read.map_err(|error| format!("not a JSON array ({}); was it cut while it was written?", place(&error)))?;
        }
    } else {
        let (mut line, mut number) = (Vec::new(), blank_lines);
        while from.read_until(b'\n', &mut line)? > 0 {
            number += 1;
            if !line.trim_ascii().is_empty() {
                reading.take(&format!("line {number}"), json::read(&line).ok());
            }
            line.clear();
        }
    }
    reading.finish()
}

/// Goes to the first byte that says something, and counts the lines before it.
fn skip_blank(from: &mut impl BufRead) -> std::io::Result<usize> {
    if from.fill_buf()?.starts_with(BYTE_ORDER_MARK) {
        from.consume(BYTE_ORDER_MARK.len());
    }
    let mut lines = 0;
    loop {
        let ahead = from.fill_buf()?;
        let blank = ahead.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        lines += ahead[..blank].split(|byte| *byte == b'\n').count() - 1;
        if blank == 0 {
            return Ok(lines);
        }
        from.consume(blank);
    }
}

struct Reading<'a> {
    name: &'a str,
    map: &'a Map,
    before: &'a Before,
    account: Account<'a>,
    listing: Listing,
    channels: HashSet<String>,
    /// What is kept whole so far.
    new: HashSet<IncidentKey>,
}

impl Reading<'_> {
    fn take(&mut self, place: &str, value: Option<Value>) {
        self.account.report.items += 1;
        let read = match value {
            Some(Value::Object(fields)) => incident(self.name, self.map.apply(fields), &mut self.account),
            Some(_) => Err(Cow::Borrowed("it is not an object")),
            None => Err(Cow::Borrowed("it is not JSON")),
        };
        match read {
            Ok(incident) => self.keep(&incident),
            Err(problem) => self.account.report.left_out(place, &problem),
        }
    }

    fn keep(&mut self, incident: &Incident) {
        if self.channels.insert(incident.channel_key.clone()) {
            self.listing.channels.push(Channel { key: incident.channel(), name: incident.channel_name.clone() });
        }
        let row = IncidentRow::pack(incident);
        // Of an incident that comes twice the later one counts, so that it is kept whole, too.
        match self.before.same(&row) {
            Some(key) if !self.new.contains(&key) => self.listing.same.push(key),
            _ => {
                self.new.insert(row.key.clone());
                self.listing.rows.push(row);
            }
        }
    }

    fn finish(self) -> Result<Listing, Unread> {
        let (mut listing, report) = (self.listing, self.account.report);
        if let Some(fault) = report.fault(listing.rows.len() + listing.same.len()) {
            return Err(Unread::Rubbish(fault));
        }
        listing.complete = report.left_out_count() == 0;
        listing.warnings = report.warnings();
        listing.report = report;
        Ok(listing)
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

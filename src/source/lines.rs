//! The text of a list: a JSON array, JSON lines, values one after the other, or an object with the list in it.

use std::fmt;
use std::io::BufRead;

use serde::de::{Deserializer, SeqAccess, Visitor};
use serde_json::Value;

use super::json;
use super::map::Items;
use super::reading::{Reader, Reading};
use crate::domain::board::Listing;
use crate::domain::exact;

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Why nothing of it could be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unread {
    /// Its bytes did not come.
    #[error("what cannot be read: {0}")]
    Failed(#[from] std::io::Error),
    /// What was read instead of a list, in words, without the text itself: "an object, and no list".
    #[error("{0}")]
    Rubbish(String),
}

impl From<String> for Unread {
    fn from(problem: String) -> Self {
        Self::Rubbish(problem)
    }
}

/// Reads the incidents of a source, lines one at a time: a long file is never in memory as a whole.
pub(super) fn read_items(reader: Reader<'_>, from: &mut impl BufRead) -> Result<Listing, Unread> {
    let blank_lines = skip_blank(from)?;
    match from.fill_buf()?.first() {
        None => return Err("nothing at all; an empty list is `[]`".to_owned().into()),
        Some(b'<') => return Err("HTML or XML, and no JSON".to_owned().into()),
        Some(b'[') if !reader.map.names_list() => return array(reader, &rest_of(from, Vec::new())?, blank_lines),
        _ => {}
    }
    if reader.map.names_list() {
        return inside(reader, &rest_of(from, Vec::new())?, blank_lines);
    }
    let mut reading = Reading::new(reader);
    let (mut line, mut number) = (Vec::new(), blank_lines);
    while from.read_until(b'\n', &mut line)? > 0 {
        number += 1;
        let value = json::read(&line).ok();
        if number == blank_lines + 1 && value.is_none() {
            // Values may have several lines each.
            let text = rest_of(from, line)?;
            return match values(&text) {
                Some(values) => one_after_the_other(reader, values),
                None => each_line(reader, &text, blank_lines),
            };
        }
        if !line.trim_ascii().is_empty() {
            reading.take_bare(&format!("line {number}"), value);
        }
        line.clear();
    }
    Ok(reading.finish()?)
}

/// What was read already and all that follows.
fn rest_of(from: &mut impl BufRead, mut bytes: Vec<u8>) -> std::io::Result<String> {
    from.read_to_end(&mut bytes)?;
    Ok(match String::from_utf8_lossy(&bytes) {
        std::borrow::Cow::Owned(text) => text,
        std::borrow::Cow::Borrowed(_) => String::from_utf8(bytes).unwrap_or_default(),
    })
}

/// An array, or several: some programs print one for each page.
fn array(reader: Reader<'_>, text: &str, blank_lines: usize) -> Result<Listing, Unread> {
    let read = |text: &str| {
        let (mut reading, mut json) = (Reading::new(reader), serde_json::Deserializer::from_str(text));
        loop {
            json.deserialize_seq(&mut reading)?;
            if json.end().is_ok() {
                return Ok(array_as_written(reader, text).unwrap_or(reading));
            }
        }
    };
    let read = read(text).or_else(|error: serde_json::Error| read(&json::mended(text)).map_err(|_| error));
    let reading = read.map_err(|error| {
        format!("a JSON array that is broken ({}); was it cut while it was written?", place(&error, blank_lines))
    })?;
    Ok(reading.finish()?)
}

/// The items of arrays with numbers that have to be read as they are written; `None` where there are none.
fn array_as_written<'a>(reader: Reader<'a>, text: &str) -> Option<Reading<'a>> {
    let mut reading = Reading::new(reader);
    for array in as_written(text)? {
        let Value::Array(items) = array else { return None };
        for item in items {
            reading.take(&format!("item {}", reading.items() + 1), Some(item));
        }
    }
    Some(reading)
}

/// The values of a text that can be read, where it has numbers that have to be read as they are written.
fn as_written(text: &str) -> Option<Vec<Value>> {
    if exact::keeps_numbers(text) { None } else { exact::values(text) }
}

/// The list stands where `map.list` says, in one value or in several.
fn inside(reader: Reader<'_>, text: &str, blank_lines: usize) -> Result<Listing, Unread> {
    let read = |text: &str| {
        let values = serde_json::Deserializer::from_str(text).into_iter::<Value>().collect::<Result<Vec<_>, _>>();
        values.map(|values| as_written(text).unwrap_or(values))
    };
    let wholes = read(text).or_else(|error| read(&json::mended(text)).map_err(|_| error));
    let wholes = wholes.map_err(|error| format!("no JSON ({})", place(&error, blank_lines)))?;
    let mut reading = Reading::new(reader);
    for whole in &wholes {
        let Items { items, odd } = reader.map.items(whole)?;
        for item in items {
            let place = format!("item {}", reading.items() + 1);
            reading.take(&place, Some(item));
        }
        for sentence in odd {
            reading.miss(&sentence);
        }
    }
    Ok(reading.finish()?)
}

/// Values that are written over several lines, where the first of them is one; the last is `None` where the text breaks
/// off.
fn values(text: &str) -> Option<Vec<Option<Value>>> {
    let read = |text: &str| {
        let mut out: Vec<Option<Value>> = Vec::new();
        for value in serde_json::Deserializer::from_str(text).into_iter::<Value>() {
            let value = value.ok();
            let is_end = value.is_none();
            out.push(value);
            if is_end {
                break;
            }
        }
        match as_written(text) {
            Some(written) if written.len() == out.len() => written.into_iter().map(Some).collect(),
            _ => out,
        }
    };
    let is_whole = |values: &Vec<Option<Value>>| values.iter().all(Option::is_some);
    let plain = read(text);
    let values =
        if is_whole(&plain) { plain } else { Some(read(&json::mended(text))).filter(is_whole).unwrap_or(plain) };
    matches!(values.first(), Some(Some(_))).then_some(values)
}

fn one_after_the_other(reader: Reader<'_>, values: Vec<Option<Value>>) -> Result<Listing, Unread> {
    let mut reading = Reading::new(reader);
    for (at, value) in values.into_iter().enumerate() {
        reading.take_bare(&format!("item {}", at + 1), value);
    }
    Ok(reading.finish()?)
}

fn each_line(reader: Reader<'_>, text: &str, blank_lines: usize) -> Result<Listing, Unread> {
    let mut reading = Reading::new(reader);
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        reading.take(&format!("line {}", blank_lines + at + 1), json::read(line.as_bytes()).ok());
    }
    Ok(reading.finish()?)
}

fn place(error: &serde_json::Error, blank_lines: usize) -> String {
    format!("line {}, column {}", blank_lines + error.line(), error.column())
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

/// One item at a time, so that a long file is never in memory twice.
impl<'de> Visitor<'de> for &mut Reading<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of incidents")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while let Some(value) = items.next_element::<Value>()? {
            let place = format!("item {}", self.items() + 1);
            self.take(&place, Some(value));
        }
        Ok(())
    }
}

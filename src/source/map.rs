//! From another program's JSON to the contract's incident: where the items are, which of them are wanted, and what fills
//! each field.

use std::collections::HashSet;

use jiff::tz::TimeZone;
use serde_json::{Map as Object, Value};

use super::labels::labels;
use super::path::{Found, Path, kind, names_instead};
use super::times::{self, Time};
use crate::domain::as_given::as_given;
use crate::domain::contract_fields::{Holds, INCIDENT};
use crate::domain::list_report::ListReport;
use crate::domain::source::SourceConfig;
use crate::domain::text::clean;
use crate::template::{Item, condition_names};

/// The field of the configuration that says where the items are.
const LIST: &str = "list";

/// What a board is read by: a path for one of these that finds nothing is told with every list.
const GRAVE: [&str; 8] = [
    "incident_id",
    "title",
    "incident_severity",
    "progress",
    "start_time",
    "channel_key",
    "channel_id",
    "channel_name",
];

/// So many names of items are remembered.
const NAMES: usize = 40;

/// What the configuration says. Empty: what is read has the contract's shape already.
#[derive(Clone, Debug, Default)]
pub(super) struct Map {
    list: Option<Path>,
    condition: Option<String>,
    fields: Vec<Field>,
}

/// A field and what fills it: the first of these that is not empty.
#[derive(Clone, Debug)]
struct Field {
    name: String,
    to: Vec<String>,
    /// Zero is no time.
    is_time: bool,
    from: Vec<Filler>,
}

#[derive(Clone, Debug)]
enum Filler {
    Path(Path),
    /// A text with `{{ expressions }}` over the item.
    Template(String),
}

impl Map {
    /// `title = "fields.summary"`, `incident_id = "{{ host }}!{{ name }}"`, `labels.team = ["owner.name", "team"]`.
    pub(super) fn of(config: &SourceConfig) -> Self {
        let written = config.map("map").into_iter().flatten();
        let mut out = Self { condition: config.text("where").map(str::to_owned), ..Self::default() };
        for (name, texts) in written {
            if name == LIST {
                out.list = texts.first().map(|text| Path::new(text));
                continue;
            }
            let filler = |text: &String| {
                if text.contains("{{") { Filler::Template(text.clone()) } else { Filler::Path(Path::new(text)) }
            };
            let to = name.splitn(2, '.').map(str::to_owned).collect();
            let is_time = INCIDENT.contains(&(name.as_str(), Holds::Time));
            out.fields.push(Field { name: name.clone(), to, is_time, from: texts.iter().map(filler).collect() });
        }
        out
    }

    /// Where the items are, if they stand inside of something.
    pub(super) fn names_list(&self) -> bool {
        self.list.is_some()
    }

    /// The items of a whole answer. The error says why there is no list.
    pub(super) fn items(&self, whole: &Value) -> Result<Vec<Value>, String> {
        let Some(path) = self.list.as_ref() else { return Err("no list is named".to_owned()) };
        let written = clean(path.written());
        let found = path.all(whole).map_err(|why| format!("JSON without a list at `{written}`: {why}"))?;
        let ends_in_star = path.steps().last().is_some_and(|step| step == "*");
        let mut out = Vec::new();
        for (names, value) in found {
            match value {
                Value::Array(items) => out.extend(items.iter().map(|item| keyed(item, &names))),
                value if ends_in_star => out.push(keyed(value, &names)),
                Value::Object(members) if !members.is_empty() && members.values().all(Value::is_object) => {
                    out.extend(members.iter().map(|(name, item)| {
                        let names: Vec<&str> = names.iter().copied().chain([name.as_str()]).collect();
                        keyed(item, &names)
                    }));
                }
                Value::Object(_) => {
                    return Err(format!(
                        "an object and no list at `{written}`; where its members are the items, write list = \"{written}.*\""
                    ));
                }
                other => return Err(format!("{} and no list at `{written}`", kind(other))),
            }
        }
        Ok(out)
    }

    /// Whether an item is wanted; the error says why that cannot be judged.
    pub(super) fn wants(&self, item: &Object<String, Value>, reads: &mut Reads) -> Result<bool, String> {
        reads.see(item);
        let Some(condition) = &self.condition else { return Ok(true) };
        reads.condition_is_known |= condition_names(condition).iter().any(|name| item.contains_key(name));
        Item::new(item).holds(condition).map_err(|why| format!("`where` cannot be judged: {why}"))
    }

    /// An item in the contract's shape. What is not there leaves its field out.
    pub(super) fn apply(&self, item: Object<String, Value>, reads: &mut Reads) -> Object<String, Value> {
        if self.fields.is_empty() {
            return item;
        }
        reads.items += 1;
        reads.fields.resize(self.fields.len(), Reach::Missing);
        let has_templates =
            self.fields.iter().flat_map(|field| &field.from).any(|from| matches!(from, Filler::Template(_)));
        let expressions = has_templates.then(|| Item::new(&item));
        let mut out = Object::new();
        for (field, reach) in self.fields.iter().zip(&mut reads.fields) {
            for from in &field.from {
                let (value, reached) = from.read(&item, expressions.as_ref());
                *reach = (*reach).max(reached);
                let is_empty = |value: &Value| field.is_time && times::read(value, &TimeZone::UTC) == Time::Never;
                if let Some(value) = value.filter(|value| !is_empty(value)) {
                    put(&mut out, &field.to, value);
                    break;
                }
            }
        }
        out
    }

    /// How many fields an object would fill.
    pub(super) fn fills(&self, item: &Object<String, Value>) -> usize {
        if self.fields.is_empty() {
            return INCIDENT.iter().filter(|(name, _)| item.contains_key(*name)).count();
        }
        let expressions = Item::new(item);
        let is_filled = |field: &&Field| field.from.iter().any(|from| from.read(item, Some(&expressions)).0.is_some());
        self.fields.iter().filter(is_filled).count()
    }

    /// Says what the map found nothing for. The error: nothing is wanted, and `where` reads what no item has.
    pub(super) fn account(&self, reads: &Reads, report: &mut ListReport) -> Result<(), String> {
        let names = || reads.names.iter().map(String::as_str);
        if reads.items > 0 {
            for (field, reach) in self.fields.iter().zip(&reads.fields) {
                let is_grave = GRAVE.contains(&field.name.as_str());
                match reach {
                    Reach::Read => {}
                    Reach::Nothing => {
                        report
                            .unread_path(&format!("{}: {} is empty in every item", field.name, field.written()), false);
                    }
                    Reach::Missing => {
                        let instead = names_instead(field.first_name(), names());
                        report.unread_path(
                            &format!("{}: no item has {}{instead}", field.name, field.written()),
                            is_grave,
                        );
                    }
                }
            }
        }
        match &self.condition {
            Some(condition)
                if report.items > 0 && !reads.condition_is_known && !condition_names(condition).is_empty() =>
            {
                let wanted = condition_names(condition);
                let instead = names_instead(wanted.first().map_or("", String::as_str), names());
                let why = format!("`where` reads {}, and no item has that{instead}", wanted.join(", "));
                if report.unwanted == report.items {
                    return Err(format!("a list of which nothing is wanted: {why}"));
                }
                report.unread_path(&why, true);
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

impl Field {
    fn written(&self) -> String {
        let each = self.from.iter().map(|from| match from {
            Filler::Path(path) => format!("`{}`", path.written()),
            Filler::Template(text) => format!("`{text}`"),
        });
        each.collect::<Vec<_>>().join(" or ")
    }

    fn first_name(&self) -> &str {
        match self.from.first() {
            Some(Filler::Path(path)) => path.steps().first().map_or("", String::as_str),
            _ => "",
        }
    }
}

impl Filler {
    /// What it gives; nothing where that is empty.
    fn read(&self, item: &Object<String, Value>, expressions: Option<&Item>) -> (Option<Value>, Reach) {
        let value = match self {
            Self::Path(path) => match path.find(item) {
                Found::Value(value) => value.clone(),
                Found::Nothing => return (None, Reach::Nothing),
                Found::Missing => return (None, Reach::Missing),
            },
            Self::Template(text) => match expressions.and_then(|item| item.fill(text)) {
                Some(value) => value,
                None => return (None, Reach::Missing),
            },
        };
        if is_empty(&value) { (None, Reach::Nothing) } else { (Some(value), Reach::Read) }
    }
}

/// How far a field's fillers led in the best of all items.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Reach {
    Missing,
    /// There is such a name, and nothing behind it.
    Nothing,
    Read,
}

/// What reading the items of one list found.
#[derive(Debug, Default)]
pub(super) struct Reads {
    items: usize,
    fields: Vec<Reach>,
    names: Vec<String>,
    known: HashSet<String>,
    condition_is_known: bool,
}

impl Reads {
    fn see(&mut self, item: &Object<String, Value>) {
        if self.names.len() >= NAMES {
            return;
        }
        for name in item.keys() {
            if !self.known.contains(name) {
                self.known.insert(name.clone());
                self.names.push(name.clone());
            }
        }
    }

    /// The names that the items have, in words; empty where there are none.
    pub(super) fn names(&self) -> String {
        names_instead("", self.names.iter().map(String::as_str))
    }
}

/// An item with the names of the objects around it, where it has no such fields itself.
fn keyed(item: &Value, names: &[&str]) -> Value {
    let mut out = match item {
        Value::Object(members) => members.clone(),
        other if names.is_empty() => return other.clone(),
        other => Object::from_iter([("value".to_owned(), other.clone())]),
    };
    for (field, name) in ["key", "parent_key"].into_iter().zip(names.iter().rev()) {
        out.entry(field).or_insert_with(|| (*name).into());
    }
    Value::Object(out)
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}

/// Puts a value where it belongs. `labels.owner` is added to `labels` whatever those are.
fn put(out: &mut Object<String, Value>, to: &[String], value: Value) {
    match to {
        [name, inner] => {
            let outer = out.shift_remove(name).unwrap_or_else(|| Value::Object(Object::new()));
            let outer = if name == "labels" { labels(outer).map(Value::Object) } else { Ok(outer) };
            let mut members = match outer {
                Ok(Value::Object(members)) => members,
                Ok(odd) | Err(odd) => {
                    out.insert(as_given(name), odd);
                    Object::new()
                }
            };
            members.insert(inner.clone(), value);
            out.insert(name.clone(), members.into());
        }
        [name] => drop(out.insert(name.clone(), value)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use serde_json::json;

    use super::super::odd::odd;
    use super::*;
    use crate::domain::source::{SettingValue, kind_named};

    /// Fields, what fills them, and the one name of an item that each reads.
    const FIELDS: [(&str, &[&str], &str); 7] = [
        ("incident_id", &["{{ id }}"], "id"),
        ("title", &["summary.text", "summary"], "summary"),
        ("description", &["about: {{ more.text }}"], "more"),
        ("incident_severity", &["sev"], "sev"),
        ("start_time", &["since"], "since"),
        ("labels.owner", &["people[0].name"], "people"),
        ("fields.raw", &["raw"], "raw"),
    ];

    fn map() -> Map {
        let mut config = SourceConfig::new("lab", kind_named("file").unwrap());
        let fields = FIELDS.map(|(name, from, _)| (name.to_owned(), from.iter().map(ToString::to_string).collect()));
        config.settings.insert("map", SettingValue::Map(BTreeMap::from(fields)));
        config.settings.insert("where", SettingValue::Texts(vec!["id != 'x' or sev > 3 and since in raw".to_owned()]));
        Map::of(&config)
    }

    fn item() -> Value {
        json!({
            "id": "a1", "summary": {"text": "disk"}, "more": {"text": "d"}, "sev": "P1", "since": 1_763_990_000,
            "people": [{"name": "ada"}], "raw": [1]
        })
    }

    fn fields_of(item: &Value) -> BTreeMap<&'static str, Option<Value>> {
        let mapped = Value::Object(map().apply(item.as_object().unwrap().clone(), &mut Reads::default()));
        let at = |name: &str| mapped.pointer(&format!("/{}", name.replace('.', "/"))).cloned();
        FIELDS.iter().map(|(name, ..)| (*name, at(name))).collect()
    }

    proptest! {
        #[test]
        fn an_odd_value_costs_the_field_that_reads_it_alone(at in 0..FIELDS.len(), value in odd()) {
            let (field, _, name) = FIELDS[at];
            let (good, mut changed) = (fields_of(&item()), item());
            prop_assert!(good.values().all(Option::is_some));
            changed[name] = value;
            for (other, value) in fields_of(&changed) {
                prop_assert!(other == field || value == good[other], "{}", other);
            }
            let _ = map().wants(changed.as_object().unwrap(), &mut Reads::default());
        }
    }
}

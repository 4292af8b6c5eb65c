//! From another program's JSON to the contract's incident: where the items are, which of them are wanted, and what fills
//! each field.

mod reads;

use jiff::tz::TimeZone;
use serde_json::{Map as Object, Value};

use super::labels::labels;
use super::path::{Found, Path, Reached, kind, names_instead};
use super::times::{self, Time};
use crate::domain::as_given::as_given;
use crate::domain::contract_fields::{Holds, INCIDENT};
use crate::domain::list_report::ListReport;
use crate::domain::source::SourceConfig;
use crate::domain::text::clean;
use crate::template::{Item, Unfilled, condition_paths};
use reads::{Lead, Reach};

pub(super) use reads::Reads;

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

/// What the configuration says. Empty: what is read has the contract's shape already.
#[derive(Clone, Debug, Default)]
pub(super) struct Map {
    list: Option<Path>,
    condition: Option<Condition>,
    fields: Vec<Field>,
}

/// What is kept of the items, and the paths that it reads.
#[derive(Clone, Debug)]
struct Condition {
    text: String,
    paths: Vec<Path>,
}

/// The items of a whole answer.
#[derive(Debug, Default)]
pub(super) struct Items {
    pub(super) items: Vec<Value>,
    /// The members of objects where no items are though they were expected, one sentence each.
    pub(super) odd: Vec<String>,
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
        let condition = |text: &str| Condition {
            text: text.to_owned(),
            paths: condition_paths(text).iter().map(|path| Path::new(path)).collect(),
        };
        let mut out = Self { condition: config.text("where").map(condition), ..Self::default() };
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

    /// The items of a whole answer. The error says why there is no list. Behind a `*` a member without a list costs itself
    /// alone.
    pub(super) fn items(&self, whole: &Value) -> Result<Items, String> {
        let Some(path) = self.list.as_ref() else { return Err("no list is named".to_owned()) };
        let written = clean(path.written());
        let no_list = |why: &str| format!("JSON without a list at `{written}`: {why}");
        let Reached { found, odd } = path.all(whole).map_err(|why| no_list(&why))?;
        let ends_in_star = path.steps().last().is_some_and(|step| step == "*");
        let is_behind_star = path.steps().iter().any(|step| step == "*");
        let (mut out, mut leads) = (Items::default(), found.is_empty());
        out.odd.extend(odd.iter().map(|(names, why)| format!("what is under {} was left out: {why}", place(names))));
        for (names, value) in found {
            let why = match value {
                Value::Array(items) => {
                    out.items.extend(items.iter().map(|item| keyed(item, &names)));
                    leads = true;
                    continue;
                }
                Value::Null if ends_in_star => "null".to_owned(),
                value if ends_in_star => {
                    out.items.push(keyed(value, &names));
                    leads = true;
                    continue;
                }
                Value::Object(members) if members.values().all(Value::is_object) => {
                    out.items.extend(members.iter().map(|(name, item)| {
                        let names: Vec<&str> = names.iter().copied().chain([name.as_str()]).collect();
                        keyed(item, &names)
                    }));
                    leads = true;
                    continue;
                }
                Value::Object(_) => format!(
                    "an object and no list at `{written}`; where its members are the items, write list = \"{written}.*\""
                ),
                other => format!("{} and no list at `{written}`", kind(other)),
            };
            if !is_behind_star {
                return Err(why);
            }
            out.odd.push(format!("what is under {} was left out: {why}", place(&names)));
        }
        match out.odd.first() {
            Some(first) if !leads => Err(first.clone()),
            _ => Ok(out),
        }
    }

    /// Whether an item is wanted; the error says why that cannot be judged.
    pub(super) fn wants(&self, item: &Object<String, Value>, reads: &mut Reads) -> Result<bool, String> {
        reads.see(item);
        let Some(condition) = &self.condition else { return Ok(true) };
        reads.condition.resize_with(condition.paths.len(), Lead::default);
        for (path, lead) in condition.paths.iter().zip(&mut reads.condition) {
            if lead.reach == Reach::Missing {
                if path.reaches(item) {
                    lead.reach = Reach::Read;
                } else {
                    lead.ends(path, item);
                }
            }
        }
        Item::new(item).holds(&condition.text).map_err(|why| format!("`where` cannot be judged: {why}"))
    }

    /// An item in the contract's shape. What is not there leaves its field out.
    pub(super) fn apply(&self, item: Object<String, Value>, reads: &mut Reads) -> Object<String, Value> {
        if self.fields.is_empty() {
            return item;
        }
        reads.items += 1;
        reads.fields.resize_with(self.fields.len(), Lead::default);
        let has_templates =
            self.fields.iter().flat_map(|field| &field.from).any(|from| matches!(from, Filler::Template(_)));
        let expressions = has_templates.then(|| Item::new(&item));
        let mut out = Object::new();
        for (field, lead) in self.fields.iter().zip(&mut reads.fields) {
            for from in &field.from {
                let value = from.read(&item, expressions.as_ref(), lead);
                let is_empty = |value: &Value| field.is_time && times::read(value, &TimeZone::UTC) == Time::Never;
                if let Some(value) = value.filter(|value| !is_empty(value)) {
                    reads.odd_labels += usize::from(put(&mut out, &field.to, value));
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
        let is_filled = |field: &&Field| {
            field.from.iter().any(|from| from.read(item, Some(&expressions), &mut Lead::default()).is_some())
        };
        self.fields.iter().filter(is_filled).count()
    }

    /// Says what the map found nothing for. The error: nothing is wanted, and `where` reads what no item has.
    pub(super) fn account(&self, reads: &Reads, report: &mut ListReport) -> Result<(), String> {
        let names = || reads.names.iter().map(String::as_str);
        for _ in 0..reads.odd_labels {
            report.odd_value("labels");
        }
        if reads.items > 0 {
            for (field, lead) in self.fields.iter().zip(&reads.fields) {
                let (name, written, why) = (&field.name, field.written(), &lead.why);
                match lead.reach {
                    Reach::Read => {}
                    Reach::Nothing => {
                        report.unread_path(&format!("{name}: {written} is empty in every item{why}"), false);
                    }
                    Reach::Missing => {
                        let instead = match field.first_name() {
                            Some(first) if lead.steps == 0 => names_instead(first, names()),
                            _ => why.clone(),
                        };
                        let is_grave = GRAVE.contains(&field.name.as_str());
                        report.unread_path(&format!("{name}: no item has {written}{instead}"), is_grave);
                    }
                }
            }
        }
        let Some(condition) = self.condition.as_ref().filter(|_| report.items > 0) else { return Ok(()) };
        let unread: Vec<(&Path, &Lead)> =
            condition.paths.iter().zip(&reads.condition).filter(|(_, lead)| lead.reach == Reach::Missing).collect();
        let instead = |path: &Path, lead: &Lead| match path.steps().first() {
            Some(first) if lead.steps == 0 => names_instead(first, names()),
            _ => lead.why.clone(),
        };
        let reads_nothing = unread.len() == reads.condition.len();
        match unread.first() {
            Some((path, lead)) if reads_nothing => {
                let all: Vec<&str> = unread.iter().map(|(path, _)| path.written()).collect();
                let why = format!("`where` reads {}, and no item has that{}", all.join(", "), instead(path, lead));
                if report.unwanted == report.items {
                    return Err(format!("a list of which nothing is wanted: {why}"));
                }
                report.unread_path(&why, true);
            }
            _ => {
                // A field that only some items have is no fault, unless another has nearly its name.
                for (path, lead) in unread {
                    let instead = instead(path, lead);
                    let why = format!("`where` reads {}, and no item has that{instead}", path.written());
                    report.unread_path(&why, instead.starts_with("; did you mean"));
                }
            }
        }
        Ok(())
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

    /// The first name of its path; none of a template, which says itself what it misses.
    fn first_name(&self) -> Option<&str> {
        match self.from.first() {
            Some(Filler::Path(path)) => path.steps().first().map(String::as_str),
            _ => None,
        }
    }
}

impl Filler {
    /// What it gives; nothing where that is empty. `lead` takes how far it led.
    fn read(&self, item: &Object<String, Value>, expressions: Option<&Item>, lead: &mut Lead) -> Option<Value> {
        let value = match self {
            Self::Path(path) => match path.find(item) {
                Found::Value(value) => value.clone(),
                Found::Nothing => {
                    lead.led(Reach::Nothing, String::new);
                    return None;
                }
                Found::Missing => {
                    lead.ends(path, item);
                    return None;
                }
            },
            Self::Template(text) => match expressions.map(|item| item.fill(text)) {
                Some(Ok(value)) => value,
                Some(Err(Unfilled::Null(why))) => {
                    lead.led(Reach::Nothing, || format!(" ({why})"));
                    return None;
                }
                Some(Err(Unfilled::Missing(why))) => {
                    lead.misses(&why);
                    return None;
                }
                None => return None,
            },
        };
        if is_empty(&value) {
            lead.led(Reach::Nothing, String::new);
            return None;
        }
        lead.led(Reach::Read, String::new);
        Some(value)
    }
}

/// A member by the names that lead to it.
fn place(names: &[&str]) -> String {
    if names.is_empty() { "a member".to_owned() } else { format!("`{}`", clean(&names.join("."))) }
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

/// Puts a value where it belongs. `labels.owner` is added to `labels` whatever those are; whether something of those is no
/// label, and stands beside them as it was given.
fn put(out: &mut Object<String, Value>, to: &[String], value: Value) -> bool {
    let mut is_odd = false;
    match to {
        [name, inner] => {
            let mut members = match out.shift_remove(name) {
                Some(outer) if name == "labels" => {
                    let (labels, odd) = labels(outer);
                    if let Some(odd) = odd {
                        out.insert(as_given(name), odd);
                        is_odd = true;
                    }
                    labels
                }
                Some(Value::Object(members)) => members,
                Some(odd) => {
                    out.insert(as_given(name), odd);
                    Object::new()
                }
                None => Object::new(),
            };
            members.insert(inner.clone(), value);
            out.insert(name.clone(), members.into());
        }
        [name] => drop(out.insert(name.clone(), value)),
        _ => {}
    }
    is_odd
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

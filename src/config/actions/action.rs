//! One `[[action]]`.

use std::collections::BTreeMap;
use std::ops::{Range, RangeInclusive};
use std::time::Duration;

use toml::de::DeValue;

use super::super::table::{Entry, Table, kind_of};
use super::check::{self, kept_fault};
use super::spans::Spans;
use super::{body, headers, input};
use crate::domain::action::{Action, FieldSpec, Header, Item, Kind, in_file, slug};
use crate::domain::channel::ChannelKey;
use crate::domain::text::clean;
use crate::domain::validate::Field;

/// As far as a duration is read at all; what each may be is judged with the whole action.
const ANY_TIME: RangeInclusive<Duration> = Duration::ZERO..=Duration::from_hours(24 * 3_650);

/// Reads an action. `others`: those before it in the file. What is wrong is told to the table's reading; what was read
/// then is used by nobody. `base`: what it begins from, where it names a preset.
pub(super) fn read(table: &Table<'_>, others: &[Action], base: Option<Action>) -> Action {
    let spans = Spans::default();
    let before = table.reading.faults.borrow().len();
    let slots = channels(table, &spans);
    table.know(&["preset"]);
    let action = whole(table, &spans, slots, base);
    if !action.id.is_empty()
        && others.iter().any(|other| other.id == action.id)
        && let Some(entry) = table.entry("id").or_else(|| table.entry("name"))
    {
        table.reading.fault(entry.fault(true, format!("two actions have the id {}", action.id), "expected another id"));
    }
    judge(table, &spans, &action, others, before);
    action
}

/// Reads an action that has no channels yet.
pub(super) fn read_without_channels(table: &Table<'_>) -> Action {
    let spans = Spans::default();
    let before = table.reading.faults.borrow().len();
    let action = whole(table, &spans, BTreeMap::new(), None);
    judge(table, &spans, &action, &[], before);
    action
}

fn whole<'a>(table: &Table<'a>, spans: &Spans<'a>, slots: BTreeMap<ChannelKey, u8>, base: Option<Action>) -> Action {
    let begins = base.is_some();
    let mut action = base.unwrap_or_else(|| Action::new("", ""));
    action.slots = slots;
    action.id = id(table, &action.name).unwrap_or_default();
    let mut tables: Vec<(&str, Table<'a>)> = Vec::new();
    for spec in in_file() {
        match (spec.place(), &spec.kind) {
            ((None, name), Kind::Table { set, .. }) => {
                let Some(inner) = table.table(name) else { continue };
                spans.note(spec.field(), table.entry(name), false);
                set(&mut action, true);
                tables.push((name, inner));
            }
            ((None, _), _) => field(table, spec, spans, &mut action, begins),
            ((Some(name), _), _) => {
                if let Some((_, inner)) = tables.iter().find(|(of, _)| *of == name) {
                    field(inner, spec, spans, &mut action, false);
                }
            }
        }
    }
    for (name, inner) in &tables {
        if *name == "tls" {
            certificate(inner);
        }
        inner.finish();
    }
    table.finish();
    action
}

/// What is wrong with the whole, told at its place; what was told already is not told again.
fn judge(table: &Table<'_>, spans: &Spans<'_>, action: &Action, others: &[Action], before: usize) {
    for fault in check::faults(&check::with_kept_values(action), others) {
        let Some(span) = spans.of(fault.field) else {
            // What is not in the file at all is missing, which was told, or follows from what is.
            continue;
        };
        let is_told = table.reading.faults.borrow()[before..].iter().any(|told| span.whole.contains(&told.span.start));
        if !is_told {
            let (title, message) = match fault.field {
                Field::CHANNELS => {
                    ("no channel".to_owned(), "expected at least one, such as \"prod/platform\"".to_owned())
                }
                _ => (format!("`{}` cannot be used", clean(span.entry.name)), fault.message),
            };
            table.reading.fault(span.entry.fault(span.plain, title, message));
        }
    }
}

/// Reads what stands for a row of the field table into the action.
/// `begins`: it has the parts of a preset, which stay where the file has none.
fn field<'a>(table: &Table<'a>, spec: &FieldSpec, spans: &Spans<'a>, action: &mut Action, begins: bool) {
    // Read before the others.
    if matches!(spec.kind, Kind::Channels) {
        return;
    }
    let ((_, name), is_needed) = (spec.place(), !begins && !spec.example.is_empty() && spec.applies(action));
    let entry =
        if is_needed { table.required(name, &format!("{name} = \"{}\"", spec.example)) } else { table.entry(name) };
    let plain = spec.is_plain();
    spans.note(spec.field(), entry.clone().filter(|_| !matches!(spec.kind, Kind::Headers | Kind::Inputs)), plain);
    match &spec.kind {
        Kind::Channels | Kind::Table { .. } => {}
        Kind::Headers => action.headers = with_own(std::mem::take(&mut action.headers), headers::read(table, spans)),
        Kind::Body if begins && entry.is_none() => {}
        Kind::Body => action.body = body::read(table),
        Kind::Pairs { set, .. } => apply(action, *set, pairs(table, name)),
        Kind::Inputs => {
            let own = input::read_all(table, spans);
            if !begins || table.entry("input").is_some() || table.entry("inputs").is_some() {
                action.inputs = own;
            }
        }
        Kind::Switch { set, .. } => apply(action, *set, table.flag(name)),
        Kind::Choice { options, set, .. } => {
            let words: Vec<(&str, usize)> = options.iter().map(|choice| choice.word).zip(0..).collect();
            apply(action, *set, table.choice(name, &words));
        }
        Kind::Whole { range: (least, most), set, .. } => {
            let range = i64::try_from(*least).unwrap_or(0)..=i64::try_from(*most).unwrap_or(i64::MAX);
            apply(action, *set, table.integer(name, &range).and_then(|number| u64::try_from(number).ok()));
        }
        Kind::Time { set, .. } => apply(action, *set, time(table, name)),
        Kind::OptionalTime { set, .. } => {
            if let Some(ms) = time(table, name) {
                set(action, Some(ms));
            }
        }
        Kind::Text { .. } | Kind::Prose { .. } | Kind::Secret { .. } | Kind::List { .. } => {
            if let Some(entry) = entry {
                texts(table, spec, &entry, action);
            }
        }
    }
}

fn apply<T>(action: &mut Action, set: fn(&mut Action, T), read: Option<T>) {
    if let Some(read) = read {
        set(action, read);
    }
}

/// The headers of a preset, each replaced by the file's own of its name, then the others of the file.
fn with_own(of_preset: Vec<Header>, own: Vec<Header>) -> Vec<Header> {
    let is_own = |name: &str| own.iter().any(|header| header.name.eq_ignore_ascii_case(name));
    let mut out: Vec<Header> = of_preset.into_iter().filter(|header| !is_own(&header.name)).collect();
    out.splice(0..0, own);
    out
}

/// A table of texts, in the order written.
fn pairs(table: &Table<'_>, name: &'static str) -> Option<Vec<(String, String)>> {
    let inner = table.table(name)?;
    let pair = |entry: Entry<'_>| Some((entry.name.to_owned(), inner.text_of(&entry, true)?.to_owned()));
    Some(inner.in_order().into_iter().filter_map(pair).collect())
}

fn texts<'a>(table: &Table<'a>, spec: &FieldSpec, entry: &Entry<'a>, action: &mut Action) {
    if let Kind::List { item, set, .. } = &spec.kind {
        let items = match item {
            Item::Text { expected } => {
                table.strings(entry, spec.is_plain(), expected).into_iter().map(|(_, text)| text.to_owned()).collect()
            }
            Item::Whole { .. } => numbers(table, spec, entry),
        };
        set(action, items);
        return;
    }
    let text = table.text_of(entry, spec.is_plain()).unwrap_or_default();
    if let Some(fault) = kept_fault(text, spec.name).filter(|_| spec.hides.is_kept()) {
        table.reading.fault(entry.fault(false, format!("`{}` cannot be used", entry.name), fault));
    }
    match &spec.kind {
        Kind::Text { set, .. } | Kind::Prose { set, .. } => set(action, text),
        // An empty one is there, and wrong.
        Kind::Secret { set, .. } if !text.is_empty() => {
            // What it needs beside it is missing, which was told.
            let _ = set(action, text);
        }
        _ => {}
    }
}

fn numbers(table: &Table<'_>, spec: &FieldSpec, entry: &Entry<'_>) -> Vec<String> {
    let expected = spec.filled("a list of whole numbers from {least} to {most}");
    let Some(items) = entry.value.get_ref().as_array() else {
        table.reading.fault(entry.wrong_type(true, &expected));
        return Vec::new();
    };
    let mut out = Vec::new();
    for item in items {
        let Some(number) = item.get_ref().as_integer() else {
            let title = format!("`{}` holds {}", clean(entry.name), kind_of(item.get_ref()));
            table.reading.fault(entry.fault_at(item.span(), true, title, format!("expected {expected}")));
            continue;
        };
        out.push(i64::from_str_radix(number.as_str(), number.radix()).unwrap_or(i64::MAX).to_string());
    }
    out
}

/// Each of the two needs the other, which is not in the file.
fn certificate(tls: &Table<'_>) {
    for (there, missing) in [("cert", "key"), ("key", "cert")] {
        if let (Some(entry), None) = (tls.entry(there), tls.entry(missing)) {
            tls.reading.fault(entry.fault(true, format!("`{there}` needs `{missing}`"), "expected both or none"));
        }
    }
}

/// The id as written, or made of the name.
fn id(table: &Table<'_>, preset: &str) -> Option<String> {
    let Some(entry) = table.entry("id") else {
        let id = match table.entry("name") {
            Some(name) => slug(name.value.get_ref().as_str()?),
            None => return Some(slug(preset)).filter(|id| !id.is_empty()),
        };
        if id.is_empty() {
            let entry = table.entry("name")?;
            let fault = entry.fault(true, "no id can be made of this name", "it has no letter of a to z and no digit");
            table.reading.fault(fault.help(Some("add id = \"roll-back\"".to_owned())));
            return None;
        }
        return Some(id);
    };
    let id = table.text_of(&entry, true)?;
    let is_good = |ch: char| ch.is_ascii_alphanumeric() || "._-".contains(ch);
    if id.is_empty() || id.len() > 100 || !id.chars().all(is_good) {
        let expected = "expected 1 to 100 letters, digits, dots, underscores and hyphens";
        table.reading.fault(entry.fault(true, "not an id", expected));
        return None;
    }
    Some(id.to_owned())
}

/// A duration, milliseconds.
fn time(table: &Table<'_>, name: &'static str) -> Option<u64> {
    table.duration(name, &ANY_TIME).and_then(|time| u64::try_from(time.as_millis()).ok())
}

const CHANNELS: &str = "channels = [\"prod/platform\"]";

fn channels<'a>(table: &Table<'a>, spans: &Spans<'a>) -> BTreeMap<ChannelKey, u8> {
    let mut out = BTreeMap::new();
    let Some(entry) = table.required("channels", CHANNELS) else { return out };
    spans.note(Field::CHANNELS, Some(entry.clone()), true);
    let Some(items) = entry.value.get_ref().as_array() else {
        table.reading.fault(entry.wrong_type(true, &format!("a list: {CHANNELS}")));
        return out;
    };
    for item in items {
        let read = match item.get_ref() {
            DeValue::String(text) => key(table, &entry, item.span(), text).map(|key| (key, 0)),
            DeValue::Table(place) => place_of(&Table::new(table.reading, place, item.span())),
            other => {
                let expected = "expected \"source/id\" or { channel = \"source/id\", slot = 1 }";
                let title = format!("`channels` holds {}", kind_of(other));
                table.reading.fault(entry.fault_at(item.span(), true, title, expected));
                None
            }
        };
        let Some((key, slot)) = read else { continue };
        if out.insert(key.clone(), slot).is_some() {
            let title = format!("{} is there twice", clean(key.as_str()));
            table.reading.fault(entry.fault_at(item.span(), true, title, "expected each channel once"));
        }
    }
    out
}

fn place_of(table: &Table<'_>) -> Option<(ChannelKey, u8)> {
    let channel = table.required("channel", "channel = \"source/id\"");
    let slot = table.integer("slot", &(1..=9)).and_then(|slot| u8::try_from(slot).ok());
    table.finish();
    let entry = channel?;
    let text = table.text_of(&entry, true)?;
    Some((key(table, &entry, entry.value.span(), text)?, slot.unwrap_or_default()))
}

fn key(table: &Table<'_>, entry: &Entry<'_>, span: Range<usize>, text: &str) -> Option<ChannelKey> {
    let key = ChannelKey::parse(text).filter(|key| clean(key.as_str()) == key.as_str());
    if key.is_none() {
        table.reading.fault(entry.fault_at(span, true, "not a channel", "expected the form source/id"));
    }
    key
}

//! One `[[action]]`.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::{Range, RangeInclusive};
use std::time::Duration;

use toml::de::DeValue;

use super::super::table::{Entry, Table, kind_of};
use super::{body, check, input, parts};
use crate::domain::action::{Action, ActionKind, Confirm, Method, Redirects, Success, slug};
use crate::domain::channel::ChannelKey;
use crate::domain::text::clean;
use crate::domain::validate::Field;

/// As far as a duration is read at all; what each may be is judged with the whole action.
const ANY_TIME: RangeInclusive<Duration> = Duration::ZERO..=Duration::from_hours(24 * 3_650);

/// Where the fields of an action stand, for what is judged when all are read.
#[derive(Default)]
pub(super) struct Places<'a>(RefCell<Vec<Place<'a>>>);

struct Place<'a> {
    field: Field,
    entry: Entry<'a>,
    /// Whether the value may be shown.
    plain: bool,
    /// What is told in here already is not told again.
    whole: Range<usize>,
}

impl<'a> Places<'a> {
    /// Notes where a field stands. `plain`: its value may be shown.
    pub(super) fn note(&self, field: Field, entry: Option<Entry<'a>>, plain: bool) {
        let Some(entry) = entry else { return };
        let whole = entry.key.start..entry.value.span().end;
        self.0.borrow_mut().push(Place { field, entry, plain, whole });
    }

    /// Notes where a field of several keys stands; what is wrong with it is told at its first key.
    pub(super) fn note_table(&self, field: Field, table: &Table<'a>) {
        let entries = table.in_order();
        let (Some(first), Some(last)) = (entries.first(), entries.last()) else { return };
        let whole = table.span.start..last.value.span().end;
        self.0.borrow_mut().push(Place { field, entry: first.clone(), plain: true, whole });
    }
}

/// Reads an action. `others`: those before it in the file. What is wrong is told to the table's reading; what was read
/// then is used by nobody.
pub(super) fn read(table: &Table<'_>, others: &[Action]) -> Action {
    let places = Places::default();
    let before = table.reading.faults.borrow().len();
    let slots = channels(table, &places);
    let action = whole(table, &places, slots);
    if !action.id.is_empty()
        && others.iter().any(|other| other.id == action.id)
        && let Some(entry) = table.entry("id").or_else(|| table.entry("name"))
    {
        table.reading.fault(entry.fault(true, format!("two actions have the id {}", action.id), "expected another id"));
    }
    judge(table, &places, &action, others, before);
    action
}

/// Reads an action that has no channels yet.
pub(super) fn read_without_channels(table: &Table<'_>) -> Action {
    let places = Places::default();
    let before = table.reading.faults.borrow().len();
    let action = whole(table, &places, BTreeMap::new());
    judge(table, &places, &action, &[], before);
    action
}

fn whole<'a>(table: &Table<'a>, places: &Places<'a>, slots: BTreeMap<ChannelKey, u8>) -> Action {
    let action = fields(table, places, slots);
    table.finish();
    action
}

/// What is wrong with the whole, told at its place; what was told already is not told again.
fn judge(table: &Table<'_>, places: &Places<'_>, action: &Action, others: &[Action], before: usize) {
    let places = places.0.borrow();
    for fault in check::faults(&check::with_kept_values(action), others) {
        let Some(place) = places.iter().find(|place| place.field == fault.field) else {
            // What is not in the file at all is missing, which was told, or follows from what is.
            continue;
        };
        let is_told = table.reading.faults.borrow()[before..].iter().any(|told| place.whole.contains(&told.span.start));
        if !is_told {
            let (title, message) = match fault.field {
                Field::Channels => {
                    ("no channel".to_owned(), "expected at least one, such as \"prod/platform\"".to_owned())
                }
                _ => (format!("`{}` cannot be used", clean(place.entry.name)), fault.message),
            };
            table.reading.fault(place.entry.fault(place.plain, title, message));
        }
    }
}

fn fields<'a>(table: &Table<'a>, places: &Places<'a>, slots: BTreeMap<ChannelKey, u8>) -> Action {
    let name = required_text(table, places, Field::Name, "name", "name = \"Roll back\"", true);
    let kind = table.choice("kind", &ActionKind::ALL.map(|kind| (kind.as_str(), kind))).unwrap_or_default();
    let mut action = Action::new(name.unwrap_or_default(), endpoint(table, places, kind).unwrap_or_default());
    action.kind = kind;
    starts(table, places, kind).unwrap_or_default().clone_into(&mut action.starts);
    let id = id(table, name);
    action.slots = slots;
    places.note(Field::Description, table.entry("description"), true);
    table.text("description").unwrap_or_default().clone_into(&mut action.description);
    let methods = Method::ALL.map(|method| (method.as_str(), method));
    places.note(Field::Method, table.entry("method"), true);
    action.method = table.choice("method", &methods).unwrap_or_default();
    action.enabled = table.flag("enabled").unwrap_or(true);
    confirming(table, places, &mut action);
    times(table, places, &mut action);
    action.retries = retries(table, places).unwrap_or_default();
    places.note(Field::Redirects, table.entry("redirects"), true);
    let redirects = [Redirects::None, Redirects::SameOrigin].map(|redirects| (redirects.as_str(), redirects));
    action.redirects = table.choice("redirects", &redirects).unwrap_or_default();
    places.note(Field::Success, table.entry("success"), true);
    action.success = table.text("success").map_or_else(Success::default, Success::new);
    action.headers = parts::headers(table, places);
    action.body = body::read(table, places);
    action.inputs = input::read_all(table, places);
    action.sign = parts::sign(table, places);
    action.tls = parts::tls(table, places);
    action.proxy = parts::proxy(table, places);
    action.follow = parts::follow(table, places);
    action.id = id.unwrap_or_default();
    action
}

fn required_text<'a>(
    table: &Table<'a>,
    places: &Places<'a>,
    field: Field,
    name: &'static str,
    example: &str,
    plain: bool,
) -> Option<&'a str> {
    let entry = table.required(name, example)?;
    places.note(field, Some(entry.clone()), plain);
    table.text_of(&entry, plain)
}

/// The id as written, or made of the name.
fn id(table: &Table<'_>, name: Option<&str>) -> Option<String> {
    let Some(entry) = table.entry("id") else {
        let id = slug(name?);
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

/// Where it goes: only a webhook has an address of its own.
fn endpoint<'a>(table: &Table<'a>, places: &Places<'a>, kind: ActionKind) -> Option<&'a str> {
    if kind.source_kind().is_none() {
        let example = "endpoint = \"https://ci.example/hooks/x\"";
        return required_text(table, places, Field::Endpoint, "endpoint", example, false);
    }
    places.note(Field::Endpoint, table.entry("endpoint"), false);
    table.text_of(&table.entry("endpoint")?, false)
}

/// The id of what is started in the incident's source.
fn starts<'a>(table: &Table<'a>, places: &Places<'a>, kind: ActionKind) -> Option<&'a str> {
    if kind.source_kind().is_some() {
        return required_text(table, places, Field::Starts, "starts", "starts = \"PIJ90N7\"", true);
    }
    places.note(Field::Starts, table.entry("starts"), true);
    table.text_of(&table.entry("starts")?, true)
}

fn confirming<'a>(table: &Table<'a>, places: &Places<'a>, action: &mut Action) {
    let confirms = [Confirm::None, Confirm::Enter, Confirm::Type].map(|confirm| (confirm.as_str(), confirm));
    action.confirm = table.choice("confirm", &confirms).unwrap_or_default();
    action.danger = table.flag("danger").unwrap_or_default();
    action.only_open = table.flag("only_open").unwrap_or_default();
    places.note(Field::Hold, table.entry("hold"), true);
    action.hold_ms = time(table, "hold");
}

fn times<'a>(table: &Table<'a>, places: &Places<'a>, action: &mut Action) {
    places.note(Field::Timeout, table.entry("timeout"), true);
    action.timeout_ms = time(table, "timeout").unwrap_or(action.timeout_ms);
    places.note(Field::Cooldown, table.entry("cooldown"), true);
    action.cooldown_ms = time(table, "cooldown").unwrap_or(action.cooldown_ms);
    places.note(Field::ConnectTimeout, table.entry("connect_timeout"), true);
    action.connect_timeout_ms = time(table, "connect_timeout");
    places.note(Field::AttemptTimeout, table.entry("attempt_timeout"), true);
    action.attempt_timeout_ms = time(table, "attempt_timeout");
}

/// A duration, milliseconds.
pub(super) fn time(table: &Table<'_>, name: &'static str) -> Option<u64> {
    table.duration(name, &ANY_TIME).and_then(|time| u64::try_from(time.as_millis()).ok())
}

fn retries<'a>(table: &Table<'a>, places: &Places<'a>) -> Option<u8> {
    places.note(Field::Retries, table.entry("retries"), true);
    table.integer("retries", &(0..=5)).and_then(|number| u8::try_from(number).ok())
}

const CHANNELS: &str = "channels = [\"prod/platform\"]";

fn channels<'a>(table: &Table<'a>, places: &Places<'a>) -> BTreeMap<ChannelKey, u8> {
    let mut out = BTreeMap::new();
    let Some(entry) = table.required("channels", CHANNELS) else { return out };
    places.note(Field::Channels, Some(entry.clone()), true);
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

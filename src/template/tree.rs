//! JSON as expressions walk it: notes what was missing and what must not be shown.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use minijinja::Value;
use minijinja::value::{Enumerator, Object, ObjectRepr};
use serde_json::{Number, Value as Json};

use super::value::{remember_written, to_json};
use crate::domain::near::near;
use crate::domain::text::{clean, shorten};

/// A path that does not exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Missing {
    /// The first name of the path.
    pub(super) root: String,
    /// What is missing and what is near, in words. Clean.
    pub(super) message: String,
}

/// What was seen while an expression was evaluated.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// The last path that does not exist.
    pub(super) missing: Option<Missing>,
    /// Whether a value was read that must not be shown.
    pub(super) secret: bool,
    /// Whether a part of the answer was read that is not there.
    pub(super) absent_body: bool,
}

/// Where a tree writes what was seen.
#[derive(Clone, Debug, Default)]
pub(super) struct Notes(Arc<Mutex<Seen>>);

impl Notes {
    pub(super) fn lock(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A map or list of the tree.
pub(super) struct Node {
    path: String,
    items: Items,
    notes: Notes,
}

enum Items {
    Map {
        order: Vec<String>,
        values: HashMap<String, Held>,
        /// Names whose values must not be shown.
        secret: Vec<String>,
        /// Names that are known but not there: an answer's body that is not JSON.
        absent: Vec<String>,
        /// Whether names are looked up in any case.
        any_case: bool,
    },
    List(Vec<Held>),
}

/// A value, and how it is written where it is a number that the engine cannot hold.
#[derive(Clone)]
pub(super) struct Held {
    value: Value,
    written: Option<Arc<str>>,
}

impl Held {
    /// The value, which is about to be used.
    fn read(&self) -> Value {
        if let (Some(written), Ok(number)) = (&self.written, f64::try_from(self.value.clone())) {
            remember_written(number, written);
        }
        self.value.clone()
    }
}

impl From<Value> for Held {
    fn from(value: Value) -> Self {
        Self { value, written: None }
    }
}

/// How a map is walked where it is not a plain one.
#[derive(Default)]
pub(super) struct MapOptions {
    /// Names whose values must not be shown.
    pub(super) secret: Vec<String>,
    /// Names that are known but not there.
    pub(super) absent: Vec<String>,
    /// Whether names, which are then in lower case, are looked up in any case.
    pub(super) any_case: bool,
}

/// A JSON value as expressions see it, at `path`.
pub(super) fn grow(json: &Json, path: &str, notes: &Notes) -> Held {
    if let Json::Number(number) = json {
        return held(number);
    }
    let value = match json {
        Json::Bool(value) => Value::from(*value),
        Json::String(text) => Value::from(text.as_str()),
        Json::Array(items) => {
            let items = items.iter().enumerate().map(|(at, item)| grow(item, &join(path, &at.to_string()), notes));
            let items = Items::List(items.collect());
            Value::from_object(Node { path: path.to_owned(), items, notes: notes.clone() })
        }
        Json::Object(members) => {
            let members = members.iter().map(|(name, value)| (name.clone(), grow(value, &join(path, name), notes)));
            map(members, path, notes, MapOptions::default())
        }
        Json::Null | Json::Number(_) => Value::from(()),
    };
    value.into()
}

fn held(number: &Number) -> Held {
    let written = number.to_string();
    match number.as_i128() {
        Some(whole) if whole.to_string() == written => {
            i64::try_from(whole).map_or_else(|_| Value::from(whole), Value::from).into()
        }
        _ => Held { value: Value::from(number.as_f64().unwrap_or(f64::NAN)), written: Some(written.into()) },
    }
}

/// A map as expressions see it, at `path`.
pub(super) fn map(
    members: impl Iterator<Item = (String, impl Into<Held>)>,
    path: &str,
    notes: &Notes,
    options: MapOptions,
) -> Value {
    let MapOptions { secret, absent, any_case } = options;
    let (mut order, mut values) = (Vec::new(), HashMap::new());
    for (name, value) in members {
        order.push(name.clone());
        values.insert(name, value.into());
    }
    let items = Items::Map { order, values, secret, absent, any_case };
    Value::from_object(Node { path: path.to_owned(), items, notes: notes.clone() })
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

impl Node {
    fn get(&self, name: &str) -> Option<Value> {
        let Items::Map { order, values, secret, absent, any_case } = &self.items else {
            self.miss(name, "it is a list: write a number");
            return None;
        };
        let found = if *any_case { values.get(&name.to_ascii_lowercase()) } else { values.get(name) };
        if secret.iter().any(|own| own == name) {
            self.notes.lock().secret = true;
        }
        if found.is_none() {
            if absent.iter().any(|own| own == name) {
                self.notes.lock().absent_body = true;
            }
            self.miss(name, &names_near(name, order));
        }
        found.map(Held::read)
    }

    fn at(&self, index: &Value) -> Option<Value> {
        let Items::List(items) = &self.items else { return None };
        let found = index.as_usize().and_then(|at| items.get(at));
        if found.is_none() {
            let length = items.len();
            let words = if length == 0 { "it is empty".to_owned() } else { format!("it has {length}, counted from 0") };
            self.miss(&format!("item {index}"), &words);
        }
        found.map(Held::read)
    }

    fn miss(&self, name: &str, words: &str) {
        let (path, name) = (clean(&self.path), clean(shorten(name, 80).as_ref()).into_owned());
        let what = if path.is_empty() { format!("there is no {name}") } else { format!("{path} has no {name}") };
        let root = self.path.split('.').next().filter(|root| !root.is_empty()).unwrap_or(&name).to_owned();
        self.notes.lock().missing = Some(Missing { root, message: format!("{what} ({words})") });
    }
}

fn names_near(name: &str, names: &[String]) -> String {
    let found = near(name, names.iter().map(String::as_str));
    let list = |names: &[&str]| {
        names.iter().map(|name| clean(shorten(name, 80).as_ref()).into_owned()).collect::<Vec<_>>().join(", ")
    };
    match (found.is_empty(), names.len()) {
        (false, _) => format!("near: {}", list(&found)),
        (true, 0) => "it is empty".to_owned(),
        (true, 1..=12) => format!("it has {}", list(&names.iter().map(String::as_str).collect::<Vec<_>>())),
        (true, many) => format!("none of its {many} names is near"),
    }
}

impl Object for Node {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        match self.items {
            Items::Map { .. } => ObjectRepr::Map,
            Items::List(_) => ObjectRepr::Seq,
        }
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        match (key.as_str(), &self.items) {
            (Some(name), _) => self.get(name),
            (None, Items::List(_)) => self.at(key),
            (None, Items::Map { .. }) => self.get(&key.to_string()),
        }
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        self.get(key)
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        match &self.items {
            Items::Map { order, .. } => {
                let names: Vec<Value> = order.iter().map(|name| Value::from(name.as_str())).collect();
                Enumerator::Values(names)
            }
            Items::List(items) => Enumerator::Seq(items.len()),
        }
    }

    /// As JSON: the usual form of a map is nothing that a receiver reads.
    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match to_json(&Value::from_dyn_object(Arc::clone(self))) {
            Ok(json) => write!(f, "{json}"),
            Err(_) => Ok(()),
        }
    }
}

impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Node({})", self.path)
    }
}

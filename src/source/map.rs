//! From another program's JSON to the contract's incident: which path gives which field.

use std::collections::BTreeMap;

use serde_json::{Map as Object, Value};

/// The field of the configuration that says where the list itself is.
pub(crate) const LIST: &str = "list";

/// Paths by field. Empty: what is read has the contract's shape already.
#[derive(Clone, Debug, Default)]
pub(super) struct Map {
    list: Option<Path>,
    fields: Vec<(Path, Path)>,
}

/// Names and positions, from the outside in: `fields.0.name`.
type Path = Vec<String>;

impl Map {
    /// The mapping of a configuration: `title = "fields.summary"`, `labels.team = "owner.name"`, `list = "data.items"`.
    pub(super) fn new(written: &BTreeMap<String, String>) -> Self {
        let list = written.get(LIST).map(|text| path(text));
        let fields = written.iter().filter(|(field, _)| *field != LIST);
        Self { list, fields: fields.map(|(field, text)| (path(field), path(text))).collect() }
    }

    /// Whether the list stands inside an object.
    pub(super) fn list_of<'a>(&self, whole: &'a Value) -> Option<&'a Vec<Value>> {
        at(whole, self.list.as_ref()?)?.as_array()
    }

    /// Whether the list is to be looked for inside an object.
    pub(super) fn names_list(&self) -> bool {
        self.list.is_some()
    }

    /// An item in the contract's shape. A path that is not there leaves its field out.
    pub(super) fn apply(&self, item: Object<String, Value>) -> Object<String, Value> {
        if self.fields.is_empty() {
            return item;
        }
        let item = Value::Object(item);
        let mut out = Object::new();
        for (field, from) in &self.fields {
            if let Some(value) = at(&item, from).filter(|value| !value.is_null()) {
                put(&mut out, field, value.clone());
            }
        }
        out
    }
}

/// `$.a.b[0]` and `a.b.0` are the same.
fn path(text: &str) -> Path {
    let text = text.trim().strip_prefix('$').unwrap_or(text.trim());
    let steps = text.split(['.', '[']).map(|step| step.trim_end_matches(']').trim_matches(['"', '\'']));
    steps.filter(|step| !step.is_empty()).map(str::to_owned).collect()
}

fn at<'a>(value: &'a Value, path: &[String]) -> Option<&'a Value> {
    path.iter().try_fold(value, |value, step| match value {
        Value::Object(object) => object.get(step),
        Value::Array(items) => items.get(step.parse::<usize>().ok()?),
        _ => None,
    })
}

fn put(object: &mut Object<String, Value>, path: &[String], value: Value) {
    match path {
        [] => {}
        [name] => {
            object.insert(name.clone(), value);
        }
        [name, rest @ ..] => {
            let inner = object.entry(name.clone()).or_insert_with(|| Value::Object(Object::new()));
            if let Value::Object(inner) = inner {
                put(inner, rest, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn paths_lead_from_their_shape_to_ours() {
        let written = [
            ("incident_id", "$.id"),
            ("title", "fields.summary"),
            ("labels.team", "owners[0].name"),
            ("labels.host", "fields.host"),
            ("impact", "not.there"),
            ("list", "data.items"),
        ];
        let map = Map::new(&written.map(|(a, b)| (a.to_owned(), b.to_owned())).into());
        let whole = json!({"data": {"items": [
            {"id": 7, "fields": {"summary": "disk", "host": "db-01"}, "owners": [{"name": "core"}], "rest": 1}
        ]}});
        let item = map.list_of(&whole).unwrap()[0].as_object().unwrap().clone();
        let expected = json!({"incident_id": 7, "labels": {"host": "db-01", "team": "core"}, "title": "disk"});
        assert_eq!(Value::Object(map.apply(item)), expected);
        assert_eq!(Map::default().apply(Object::from_iter([("a".to_owned(), 1.into())])).len(), 1);
    }
}

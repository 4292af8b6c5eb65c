//! Labels in every spelling that systems have: an object, tags with values, pairs, and bare tags.

use serde_json::{Map, Value};

/// What the name of a label is called where labels are a list, in lower case.
const NAMES: [&str; 5] = ["tag", "name", "key", "label", "title"];

/// The labels as texts by name, and what is none, as it was given. A label that comes twice has both values.
pub(super) fn labels(given: Value) -> (Map<String, Value>, Option<Value>) {
    match given {
        Value::Object(given) => {
            let pairs = given.into_iter().filter_map(|(name, value)| Some((name, text(&value)?)));
            (pairs.map(|(name, value)| (name, value.into())).collect(), None)
        }
        Value::Array(given) => {
            let (mut out, mut odd) = (Map::new(), Vec::new());
            for item in given.into_iter().filter(|item| !item.is_null()) {
                match pair(&item) {
                    Some((name, value)) => add(&mut out, name, value),
                    None => odd.push(item),
                }
            }
            (out, (!odd.is_empty()).then_some(Value::Array(odd)))
        }
        other => (Map::new(), Some(other)),
    }
}

fn add(out: &mut Map<String, Value>, name: String, value: String) {
    match out.get_mut(&name) {
        Some(Value::String(known)) if !value.is_empty() && !known.split(',').any(|known| known == value) => {
            known.push(',');
            known.push_str(&value);
        }
        Some(_) => {}
        None => drop(out.insert(name, value.into())),
    }
}

/// `"team:core"`, `"prod"`, `["team", "core"]`, `{"tag": "team", "value": "core"}`, `{"team": "core"}`.
fn pair(item: &Value) -> Option<(String, String)> {
    match item {
        Value::String(tag) => {
            let (name, value) = tag.split_once([':', '=']).unwrap_or((tag, ""));
            named(name.trim().to_owned(), value.trim().to_owned())
        }
        Value::Array(both) => match both.as_slice() {
            [name, value] => named(text(name)?, text(value).unwrap_or_default()),
            _ => None,
        },
        Value::Object(members) => {
            let member = |wanted: &str| members.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
            match (NAMES.iter().find_map(|name| member(name)), members.iter().next()) {
                (Some((_, name)), _) => {
                    named(inner(name)?, member("value").and_then(|(_, value)| inner(value)).unwrap_or_default())
                }
                (None, Some((name, value))) if members.len() == 1 => named(name.clone(), text(value)?),
                _ => None,
            }
        }
        Value::Number(_) => named(text(item)?, String::new()),
        _ => None,
    }
}

fn named(name: String, value: String) -> Option<(String, String)> {
    (!name.is_empty()).then_some((name, value))
}

/// A text, or the name of an object that has one.
fn inner(value: &Value) -> Option<String> {
    value.get("name").map_or_else(|| text(value), text)
}

/// A value as text; null is none.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_spelling_of_a_label_is_one() {
        let team = json!({"team": "core"});
        for given in [
            json!({"team": "core", "gone": null}),
            json!([{"tag": "team", "value": "core"}]),
            json!([{"Name": "team", "Value": "core"}, null]),
            json!([{"key": {"id": "t", "name": "team"}, "value": {"id": "c", "name": "core"}}]),
            json!([["team", "core"]]),
            json!(["team:core"]),
            json!(["team=core"]),
            json!([{"team": "core"}]),
        ] {
            assert_eq!(labels(given.clone()), (team.as_object().unwrap().clone(), None), "{given}");
        }
        let bare = json!(["prod", "team:a", "team:b", "team:a", {"id": 7, "name": "db"}, 5, "url:http://x:1"]);
        let (bare, odd) = labels(bare);
        assert_eq!(Value::Object(bare), json!({"prod": "", "team": "a,b", "db": "", "5": "", "url": "http://x:1"}));
        assert_eq!((labels(json!([])), odd), ((Map::new(), None), None));
    }

    #[test]
    fn what_is_no_label_costs_itself() {
        for odd in [json!("prod"), json!(5), json!([{"a": 1, "b": 2}]), json!([["a", "b", "c"]]), json!([true])] {
            assert_eq!(labels(odd.clone()), (Map::new(), Some(odd)));
        }
        for odd in
            [json!(true), json!({}), json!({"a": 1, "b": 2}), json!([]), json!([[]]), json!({"value": "x", "b": 1})]
        {
            let (labels, beside) = labels(json!(["team:core", null, odd, "prod"]));
            assert_eq!((Value::Object(labels), beside), (json!({"team": "core", "prod": ""}), Some(json!([odd]))));
        }
    }
}

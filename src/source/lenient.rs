//! Reading single values of an API's JSON: what is missing, null or of another type costs that value and nothing else.

use std::collections::BTreeMap;

use serde_json::Value;

/// A text; empty where there is none. A number or a flag is written out.
pub(super) fn text(of: &Value, name: &str) -> String {
    of.get(name).and_then(plain).unwrap_or_default()
}

/// The texts of a list; what is not a text is left out.
pub(super) fn texts(of: &Value, name: &str) -> Vec<String> {
    items(of, name).iter().filter_map(plain).collect()
}

/// The items of a list; none where there is none.
pub(super) fn items<'a>(of: &'a Value, name: &str) -> &'a [Value] {
    of.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// A map of texts; a null is left out, anything else is written out.
pub(super) fn labels(of: &Value, name: &str) -> BTreeMap<String, String> {
    let Some(Value::Object(map)) = of.get(name) else { return BTreeMap::new() };
    let flat = |value: &Value| plain(value).or_else(|| (!value.is_null()).then(|| value.to_string()));
    map.iter().filter_map(|(name, value)| Some((name.clone(), flat(value)?))).collect()
}

/// A number, also where it is written as text or as a flag; 0 where there is none.
pub(super) fn number(of: &Value, name: &str) -> f64 {
    match of.get(name) {
        Some(Value::Number(number)) => number.as_f64().filter(|number| number.is_finite()).unwrap_or_default(),
        Some(Value::String(text)) => {
            text.trim().parse().ok().filter(|number: &f64| number.is_finite()).unwrap_or_default()
        }
        Some(Value::Bool(true)) => 1.0,
        _ => 0.0,
    }
}

/// A flag; `None` where it does not say.
pub(super) fn flag(of: &Value, name: &str) -> Option<bool> {
    match of.get(name)? {
        Value::Bool(flag) => Some(*flag),
        Value::Number(number) => Some(number.as_f64()? != 0.0),
        Value::String(text) => match text.trim() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_odd_value_costs_itself() {
        let odd =
            json!({"a": null, "b": 7, "c": ["x", null, 3, {}], "d": {"x": null, "y": 1.5, "z": ["q"]}, "e": "1e400"});
        assert_eq!((text(&odd, "a"), text(&odd, "b"), text(&odd, "c")), (String::new(), "7".into(), String::new()));
        assert_eq!(texts(&odd, "c"), ["x", "3"]);
        assert_eq!(labels(&odd, "d"), BTreeMap::from([("y".into(), "1.5".into()), ("z".into(), "[\"q\"]".into())]));
        assert!(items(&odd, "a").is_empty() && labels(&odd, "b").is_empty());
        assert_eq!((number(&odd, "b").to_bits(), number(&odd, "e").to_bits()), (7.0_f64.to_bits(), 0.0_f64.to_bits()));
        assert_eq!((flag(&odd, "b"), flag(&odd, "a")), (Some(true), None));
    }
}

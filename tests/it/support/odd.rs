//! A JSON value with something odd at each of its places in turn.

use serde_json::{Value, json};

/// What stands there instead.
fn oddities() -> [Value; 6] {
    [Value::Null, "\u{0}odd".into(), 7.into(), json!([]), json!([null]), json!({})]
}

/// Every variant of `whole` with one odd value at one place, and where that is (`/alerts/0/status`).
pub(crate) fn everywhere(whole: &Value) -> Vec<(String, Value)> {
    let mut places = Vec::new();
    collect(whole, "", &mut places);
    let variant = |place: &String, odd: Value| {
        let mut out = whole.clone();
        *out.pointer_mut(place)? = odd;
        Some((place.clone(), out))
    };
    places.iter().flat_map(|place| oddities().into_iter().filter_map(|odd| variant(place, odd))).collect()
}

fn collect(value: &Value, at: &str, to: &mut Vec<String>) {
    if !at.is_empty() {
        to.push(at.to_owned());
    }
    match value {
        Value::Object(object) => {
            object.iter().for_each(|(name, value)| collect(value, &format!("{at}/{}", name.replace('/', "~1")), to));
        }
        Value::Array(items) => items.iter().enumerate().for_each(|(n, value)| collect(value, &format!("{at}/{n}"), to)),
        _ => {}
    }
}

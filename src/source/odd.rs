//! JSON that nobody expects, for tests: nulls, long numbers, odd texts, and all of that inside of each other.

use proptest::prelude::*;
use serde_json::Value;

pub(super) fn odd() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        Just(serde_json::from_str("12345678901234567890123").unwrap()),
        "\\PC{0,12}".prop_map(Value::from),
        Just(Value::from("\u{fffd}\u{0}\u{202e}")),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec(("[a-z_]{1,8}|labels|title|person_id|alert_id|email", inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

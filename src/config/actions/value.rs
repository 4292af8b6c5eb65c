//! TOML values and JSON values, one as the other.

use serde_json::{Map, Number, Value};
use toml::Spanned;
use toml::de::{DeInteger, DeValue};

use super::text::{key, quoted};

/// The value as JSON. Dates become text; keys stay in the order written.
pub(super) fn to_json(value: &Spanned<DeValue<'_>>) -> Value {
    match value.get_ref() {
        DeValue::String(text) => Value::from(&**text),
        DeValue::Boolean(flag) => Value::from(*flag),
        DeValue::Integer(number) => integer(number),
        DeValue::Float(number) => number
            .as_str()
            .parse()
            .ok()
            .and_then(Number::from_f64)
            .map_or_else(|| number.as_str().into(), Value::Number),
        DeValue::Datetime(at) => at.to_string().into(),
        DeValue::Array(items) => items.iter().map(to_json).collect(),
        DeValue::Table(table) => {
            let mut entries: Vec<_> = table.iter().collect();
            entries.sort_by_key(|(key, _)| key.span().start);
            let pairs = entries.into_iter().map(|(key, value)| (key.get_ref().clone().into_owned(), to_json(value)));
            Value::Object(pairs.collect::<Map<_, _>>())
        }
    }
}

fn integer(number: &DeInteger<'_>) -> Value {
    let text = number.as_str();
    let read = i64::from_str_radix(text, number.radix()).map(Number::from);
    let read = read.or_else(|_| u64::from_str_radix(text, number.radix()).map(Number::from));
    read.map_or_else(|_| Value::from(text), Value::Number)
}

/// The value as TOML on one line; `None` where TOML has no word for it (`null`, a number that it cannot hold).
pub(super) fn to_toml(value: &Value) -> Option<String> {
    Some(match value {
        Value::Null => return None,
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => number_text(number)?,
        Value::String(text) => quoted(text),
        Value::Array(items) => {
            let items: Option<Vec<String>> = items.iter().map(to_toml).collect();
            format!("[{}]", items?.join(", "))
        }
        Value::Object(pairs) if pairs.is_empty() => "{}".to_owned(),
        Value::Object(pairs) => {
            let pair = |(name, value): (&String, &Value)| Some(format!("{} = {}", key(name), to_toml(value)?));
            let pairs: Option<Vec<String>> = pairs.iter().map(pair).collect();
            format!("{{ {} }}", pairs?.join(", "))
        }
    })
}

fn number_text(number: &Number) -> Option<String> {
    if let Some(whole) = number.as_i64() {
        return Some(whole.to_string());
    }
    if number.is_u64() {
        return None;
    }
    let text = format!("{:?}", number.as_f64()?);
    Some(if text.contains(['.', 'e']) { text } else { format!("{text}.0") })
}

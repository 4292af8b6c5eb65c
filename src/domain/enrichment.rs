//! What an action's answer adds to an incident.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::activity::Seq;
use super::address::is_web_link;
use super::incident::IncidentKey;

/// What one run added to what is known of an incident: shown beside it, marked with the action's name and the time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Enrichment {
    pub labels: Vec<(String, String)>,
    pub fields: Map<String, Value>,
    /// Links: what they are called, and where they go. Only http and https.
    pub links: Vec<(String, String)>,
    /// A note; may have several lines.
    pub note: String,
}

/// An enrichment as the store keeps it.
#[derive(Clone, Debug, PartialEq)]
pub struct Enriched {
    /// Its place in the store, by which it is removed.
    pub id: Seq,
    pub incident: IncidentKey,
    pub run_id: String,
    pub action: String,
    /// When, Unix milliseconds.
    pub at_ms: i64,
    pub added: Enrichment,
}

impl Enrichment {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What a JSON answer adds, under its one key [`KEY`]: `labels`, `fields`, `links` and `note`, each where it has the
    /// right shape. What else stands in an answer is the receiver's own.
    ///
    /// `links` is an object of name and address, or a list of addresses or of `{title|name|text, url|href}`.
    pub fn from_answer(json: &Value) -> Self {
        let text = |value: &Value| match value {
            Value::String(text) => Some(text.clone()),
            Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
            _ => None,
        };
        let Some(json) = json.get(KEY).filter(|own| own.is_object()) else { return Self::default() };
        let labels = json.get("labels").and_then(Value::as_object);
        Self {
            labels: labels
                .into_iter()
                .flatten()
                .filter_map(|(name, value)| Some((name.clone(), text(value)?)))
                .take(LIMIT)
                .collect(),
            fields: json.get("fields").and_then(Value::as_object).cloned().unwrap_or_default(),
            links: json.get("links").map(links).unwrap_or_default(),
            note: json.get("note").and_then(Value::as_str).unwrap_or_default().to_owned(),
        }
    }
}

/// What stands under it in an answer is meant for andon.
const KEY: &str = "andon";
/// At most so many labels and links of one answer.
const LIMIT: usize = 100;

fn links(value: &Value) -> Vec<(String, String)> {
    let pair =
        |name: Option<&str>, url: &str| is_web_link(url).then(|| (name.unwrap_or(url).to_owned(), url.to_owned()));
    let one = |item: &Value| match item {
        Value::String(url) => pair(None, url),
        Value::Object(object) => {
            let first = |keys: &[&str]| keys.iter().find_map(|key| object.get(*key).and_then(Value::as_str));
            pair(first(&["title", "name", "text"]), first(&["url", "href"])?)
        }
        _ => None,
    };
    match value {
        Value::Array(items) => items.iter().filter_map(one).take(LIMIT).collect(),
        Value::Object(object) => {
            object.iter().filter_map(|(name, url)| pair(Some(name), url.as_str()?)).take(LIMIT).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_part_is_taken_where_it_has_the_right_shape() {
        let own = json!({
            "labels": {"owner": "ada", "n": 3, "deep": {}},
            "fields": {"deploy": {"id": 41}},
            "links": [{"title": "Graph", "url": "https://g.example/1"}, "javascript:alert(1)", "http://x.example/"],
            "note": "last deploy 10 min ago"
        });
        assert!(Enrichment::from_answer(&own).is_empty(), "a receiver's own labels and note are its own");
        let added = Enrichment::from_answer(&json!({ "andon": own, "labels": {"flow.id": "x"} }));
        assert_eq!(added.labels, [("owner".to_owned(), "ada".to_owned()), ("n".to_owned(), "3".to_owned())]);
        assert_eq!(added.fields["deploy"]["id"], 41);
        assert_eq!(added.links.len(), 2);
        assert_eq!(added.note, "last deploy 10 min ago");
        assert!(Enrichment::from_answer(&json!({"andon": {"labels": "x", "links": 4}, "message": "ok"})).is_empty());
        assert!(Enrichment::from_answer(&json!([1])).is_empty());
    }
}

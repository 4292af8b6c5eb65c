//! The schema for editors says what the reader reads: every key, and presets and exports conform to it.

use andon::config::actions::{presets, read, schema, write};
use andon::domain::action::Action;
use andon::domain::channel::ChannelKey;
use regex_lite::Regex;
use serde_json::Value;

const EVERYTHING: &str = include_str!("action_files/valid/everything.toml");
const KINDS: &str = include_str!("action_files/valid/kinds.toml");
const BODIES: &str = include_str!("action_files/valid/bodies.toml");

/// What of a value is not as the schema says; only the words that our schema uses.
fn violations(root: &Value, schema: &Value, value: &Value, path: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut wrong = |what: &str| out.push(format!("{path}: {what}"));
    let mut inner: Vec<(&Value, &Value, String)> = Vec::new();
    for (word, rule) in schema.as_object().unwrap() {
        match word.as_str() {
            "$schema" | "$defs" | "title" | "description" | "default" => {}
            "$ref" => {
                let pointer = rule.as_str().unwrap().strip_prefix('#').unwrap();
                inner.push((root.pointer(pointer).unwrap(), value, path.to_owned()));
            }
            "type" => {
                let kinds: Vec<&str> = rule.as_array().map_or_else(
                    || rule.as_str().into_iter().collect(),
                    |all| all.iter().filter_map(Value::as_str).collect(),
                );
                let is = |kind: &&str| match *kind {
                    "object" => value.is_object(),
                    "array" => value.is_array(),
                    "string" => value.is_string(),
                    "boolean" => value.is_boolean(),
                    "integer" => value.is_i64(),
                    "number" => value.is_number(),
                    other => panic!("{other}"),
                };
                if !kinds.iter().any(is) {
                    wrong("its type");
                }
            }
            "enum" => {
                if !rule.as_array().unwrap().contains(value) {
                    wrong("not one of the words");
                }
            }
            "pattern" => {
                if value.as_str().is_some_and(|text| !Regex::new(rule.as_str().unwrap()).unwrap().is_match(text)) {
                    wrong("its pattern");
                }
            }
            "required" => {
                for name in rule.as_array().unwrap() {
                    if value.get(name.as_str().unwrap()).is_none() {
                        wrong(&format!("{name} is missing"));
                    }
                }
            }
            "properties" | "additionalProperties" => {
                let known = schema.get("properties").and_then(Value::as_object);
                for (name, item) in value.as_object().into_iter().flatten() {
                    let own = known.and_then(|known| known.get(name));
                    match (word.as_str(), own) {
                        ("properties", Some(own)) => inner.push((own, item, format!("{path}.{name}"))),
                        ("additionalProperties", None) if *rule == Value::Bool(false) => {
                            wrong(&format!("{name} is unknown"));
                        }
                        ("additionalProperties", None) => inner.push((rule, item, format!("{path}.{name}"))),
                        _ => {}
                    }
                }
            }
            "uniqueItems" => {
                let items = value.as_array().map_or(&[][..], Vec::as_slice);
                if items.iter().enumerate().any(|(at, item)| items[..at].contains(item)) {
                    wrong("twice");
                }
            }
            "items" => {
                for (at, item) in value.as_array().into_iter().flatten().enumerate() {
                    inner.push((rule, item, format!("{path}[{at}]")));
                }
            }
            "anyOf" => {
                if !rule.as_array().unwrap().iter().any(|rule| violations(root, rule, value, path).is_empty()) {
                    wrong("none of the forms");
                }
            }
            "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties" => {
                let size = match value {
                    Value::String(text) => text.chars().count(),
                    Value::Array(items) => items.len(),
                    Value::Object(fields) => fields.len(),
                    _ => continue,
                };
                let limit = usize::try_from(rule.as_u64().unwrap()).unwrap();
                if if word.starts_with("min") { size < limit } else { size > limit } {
                    wrong(word);
                }
            }
            "minimum" | "maximum" => {
                let (number, limit) = (value.as_f64().unwrap_or_default(), rule.as_f64().unwrap());
                if if word == "minimum" { number < limit } else { number > limit } {
                    wrong(word);
                }
            }
            other => panic!("the schema uses {other}, which this test does not know"),
        }
    }
    for (rule, item, path) in inner {
        out.extend(violations(root, rule, item, &path));
    }
    out
}

pub(crate) fn check(text: &str) -> Vec<String> {
    let table: toml::Table = text.parse().unwrap_or_else(|error| panic!("{error}\n{text}"));
    let schema = schema();
    violations(&schema, &schema, &serde_json::to_value(table).unwrap(), "file")
}

#[test]
fn presets_and_exports_conform() {
    for text in [EVERYTHING, BODIES, KINDS, "origin = \"platform\"\n"] {
        assert_eq!(check(text), [""; 0]);
    }
    let placed = |action: Action| {
        let slots = [(ChannelKey::new("prod", "platform"), 1)].into();
        Action { slots, ..action }
    };
    let all: Vec<Action> = presets().into_iter().map(|preset| placed(preset.action)).collect();
    assert_eq!(all.len(), 10);
    assert_eq!(check(&write("", &all)), [""; 0]);
}

#[test]
fn what_the_reader_refuses_the_schema_refuses() {
    for (from, to) in [
        ("method = \"PUT\"", "method = \"put\""),
        ("retries = 2", "retries = 6"),
        ("[409, 503]", "[409, 600]"),
        ("[409, 503]", "[409, 409]"),
        ("[409, 503]", "409"),
        ("slot = 2", "slot = 12"),
        ("timeout = \"1m30s\"", "timout = \"1m30s\""),
        ("timeout = \"1m30s\"", "timeout = 90"),
        ("id = \"back\"", "id = \"roll back\""),
        ("type = \"choice\"", "type = \"choise\""),
        ("[action.body.json]", "[action.body.jsn]"),
        ("secret = false", "secrt = false"),
        ("key = \"${secret:NEW}\"\n", ""),
        ("every = \"5s\"", "evry = \"5s\""),
        ("origin = \"platform\"", "orgin = \"platform\""),
    ] {
        let text = EVERYTHING.replacen(from, to, 1);
        assert_ne!(text, EVERYTHING, "{from}");
        assert!(read(&text, "x").is_err(), "{to}");
        assert_ne!(check(&text), [""; 0], "{to}");
    }
}

/// The reader itself names all its keys when it meets one that it does not know.
#[test]
fn every_key_that_the_reader_knows_is_in_it() {
    let head = "[[action]]\nname = \"x\"\nchannels = [\"a/b\"]\nendpoint = \"https://x/y\"\n";
    let action = "/$defs/action/properties";
    for (text, place) in [
        ("zzzz = 1\n".to_owned(), "/properties".to_owned()),
        (format!("{head}zzzz = 1\n"), action.to_owned()),
        (
            head.replace("\"a/b\"", "{ channel = \"a/b\", zzzz = 1 }"),
            format!("{action}/channels/items/anyOf/1/properties"),
        ),
        (
            format!("{head}[action.headers]\nA = {{ value = \"b\", zzzz = 1 }}\n"),
            format!("{action}/headers/additionalProperties/anyOf/1/properties"),
        ),
        (format!("{head}[action.body]\ntext = \"a\"\nzzzz = 1\n"), format!("{action}/body/properties")),
        (format!("{head}[[action.input]]\nname = \"a\"\nzzzz = 1\n"), format!("{action}/input/items/properties")),
        (format!("{head}[action.sign]\nkey = \"${{secret:A}}\"\nzzzz = 1\n"), format!("{action}/sign/properties")),
        (format!("{head}[action.tls]\nzzzz = 1\n"), format!("{action}/tls/properties")),
        (format!("{head}[action.follow]\nzzzz = 1\n"), format!("{action}/follow/properties")),
    ] {
        let said = read(&text, "x").unwrap_err().to_string();
        let known =
            said.lines().find_map(|line| line.split_once("expected one of ")).unwrap_or_else(|| panic!("{said}")).1;
        let known: Vec<&str> = known.split(", ").collect();
        let schema = schema();
        let mut described: Vec<&str> = schema
            .pointer(&place)
            .unwrap_or_else(|| panic!("{place}"))
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        described.sort_unstable();
        assert_eq!(known, described, "{place}");
    }
}

//! Expressions over an item of a source's list: its fields are the names.

use minijinja::UndefinedBehavior;
use serde_json::Value as Json;

use super::TemplateError;
use super::context::{Scope, shown};
use super::engine::{check, roots};
use super::error::refuse;
use super::order::rewrite;
use super::parts::{Part, parts};
use super::tree::{MapOptions, Notes, grow, map};
use super::value::{to_json, to_text};

/// An item as expressions see it.
pub struct Item {
    scope: Scope,
}

impl Item {
    pub fn new(item: &serde_json::Map<String, Json>) -> Self {
        let notes = Notes::default();
        let members = item.iter().map(|(name, value)| (name.clone(), grow(value, name, &notes)));
        let root = map(members, "", &notes, MapOptions::default());
        Self { scope: Scope::new(root, notes) }
    }

    /// What a text becomes; one expression alone keeps the type of its value. `None` where something in it does not
    /// exist or is null, and no default is given.
    pub fn fill(&self, text: &str) -> Option<Json> {
        let value = |expression: &str| {
            let read = self.scope.evaluate_checked(expression, UndefinedBehavior::Strict, |value| {
                Ok((to_json(value)?, to_text(value)?))
            });
            read.ok().map(|(read, _)| read).filter(|(json, _)| !json.is_null())
        };
        let parts = parts(text).ok()?;
        if let [Part::Expression(expression)] = parts.as_slice() {
            return value(expression).map(|(json, _)| json);
        }
        let mut out = String::new();
        for part in parts {
            match part {
                Part::Text(text) | Part::Reference(text) => out.push_str(text),
                Part::Expression(expression) => out.push_str(&value(expression)?.1),
            }
        }
        Some(out.into())
    }

    /// Whether a condition holds. What does not exist makes it false; the error says why it cannot be judged.
    pub fn holds(&self, condition: &str) -> Result<bool, String> {
        let guarded = rewrite(condition.trim())?;
        let judged = self.scope.evaluate_checked(&guarded, UndefinedBehavior::Chainable, |value| Ok(value.is_true()));
        judged.map(|(holds, _)| holds).map_err(super::context::EvalError::words)
    }
}

/// Whether a text can be filled from an item.
pub fn check_item_text(text: &str) -> Result<(), TemplateError> {
    for part in parts(text)? {
        match part {
            Part::Expression(expression) => checked(expression)?,
            Part::Reference(_) => return Err(refuse("references are not read here: it is filled from the item alone")),
            Part::Text(_) => {}
        }
    }
    Ok(())
}

/// Whether a condition over an item can be judged at all.
pub fn check_item_condition(condition: &str) -> Result<(), TemplateError> {
    if condition.contains("{{") || condition.contains("{%") {
        return Err(refuse("a condition is already an expression: write it without {{ }}"));
    }
    checked(condition.trim())
}

/// The names that a condition begins its paths with.
pub fn condition_names(condition: &str) -> Vec<String> {
    roots(condition.trim()).unwrap_or_default()
}

fn checked(expression: &str) -> Result<(), TemplateError> {
    check(expression).map_err(|words| refuse(&format!("{}: {words}", shown(expression))))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn item(value: Json) -> Item {
        let Json::Object(fields) = value else { panic!("not an object") };
        Item::new(&fields)
    }

    #[test]
    fn a_field_is_made_of_several_and_a_missing_one_makes_none() {
        let item = item(json!({"host": "web 1", "state": 2, "gone": null, "tags": {"team": "core"}}));
        assert_eq!(item.fill("{{ host }}!{{ state }}"), Some(json!("web 1!2")));
        assert_eq!(item.fill("https://x/?h={{ host | urlencode }}"), Some(json!("https://x/?h=web%201")));
        assert_eq!(item.fill("{{ state }}"), Some(json!(2)));
        assert_eq!(item.fill("{{ tags }}"), Some(json!({"team": "core"})));
        assert_eq!(item.fill("{{ tags.owner | default('-') }} {{ gone | default('x') }}"), Some(json!("- x")));
        for missing in ["{{ nothing }}", "{{ host }} {{ gone }}", "{{ gone }}", "{{ tags.owner.name }}"] {
            assert_eq!(item.fill(missing), None, "{missing}");
        }
    }

    #[test]
    fn a_condition_is_judged_and_what_is_missing_is_false() {
        let item = item(json!({"status": "grace", "level": 3, "muted": false}));
        for (condition, holds) in [
            ("status in ['down', 'grace']", true),
            ("level >= 3 and not muted", true),
            ("status == 'up'", false),
            ("missing.deep > 1", false),
            ("not missing", true),
        ] {
            assert_eq!(item.holds(condition), Ok(holds), "{condition}");
        }
        assert!(item.holds("status > 3").is_err());
        assert!(check_item_condition("status ==").is_err() && check_item_condition("{{ a }}").is_err());
        assert!(check_item_text("{{ a | nofilter }}").is_err() && check_item_text("${env:X}").is_err());
        assert_eq!(condition_names("status in ['a'] and b.c"), ["b", "status"]);
    }
}

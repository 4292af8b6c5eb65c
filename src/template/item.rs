//! Expressions over an item of a source's list: its fields are the names.

use minijinja::UndefinedBehavior;
use serde_json::Value as Json;

use super::TemplateError;
use super::context::{EvalError, Scope, shown};
use super::engine::{check, roots};
use super::error::refuse;
use super::order::rewrite;
use super::parts::{Part, parts};
use super::tokens::paths;
use super::tree::{MapOptions, Notes, grow, map};
use super::value::{to_json, to_text};

/// Why a text could not be filled from an item, in words. Clean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unfilled {
    /// A name does not exist, or what it stands for is of no use there.
    Missing(String),
    /// The names are there, and what one of them stands for is null.
    Null(String),
}

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

    /// What a text becomes; one expression alone keeps the type of its value. The error: something in it does not exist
    /// or is null, and no default is given.
    pub fn fill(&self, text: &str) -> Result<Json, Unfilled> {
        let value = |expression: &str| {
            let read = self.scope.evaluate_checked(expression, UndefinedBehavior::Strict, |value| {
                Ok((to_json(value)?, to_text(value)?))
            });
            match read {
                Ok(((json, _), _)) if json.is_null() => Err(Unfilled::Null(format!("{} is null", shown(expression)))),
                Ok((read, _)) => Ok(read),
                Err(EvalError::Undefined) => {
                    Err(Unfilled::Null(format!("{} reads a member of null", shown(expression))))
                }
                Err(fault) => Err(Unfilled::Missing(fault.words())),
            }
        };
        let parts = parts(text).map_err(|error| Unfilled::Missing(error.message))?;
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
        Ok(out.into())
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

/// The paths that a condition reads, as they are written in it.
pub fn condition_paths(condition: &str) -> Vec<String> {
    let roots = roots(condition.trim()).unwrap_or_default();
    let mut out: Vec<String> = Vec::new();
    for (root, path) in paths(condition) {
        if roots.iter().any(|name| name == root) && !out.iter().any(|known| known == path) {
            out.push(path.to_owned());
        }
    }
    out
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
        assert_eq!(item.fill("{{ host }}!{{ state }}"), Ok(json!("web 1!2")));
        assert_eq!(item.fill("https://x/?h={{ host | urlencode }}"), Ok(json!("https://x/?h=web%201")));
        assert_eq!(item.fill("{{ state }}"), Ok(json!(2)));
        assert_eq!(item.fill("{{ tags }}"), Ok(json!({"team": "core"})));
        assert_eq!(item.fill("{{ tags.owner | default('-') }} {{ gone | default('x') }}"), Ok(json!("- x")));
        for (text, why) in [
            ("{{ nothing }}", Unfilled::Missing("there is no nothing (it has host, state, gone, tags)".into())),
            ("{{ hst }}", Unfilled::Missing("there is no hst (near: host)".into())),
            ("{{ tags.tem.name }}", Unfilled::Missing("tags has no tem (near: team)".into())),
            ("{{ host }} {{ gone }}", Unfilled::Null("gone is null".into())),
            ("{{ gone }}", Unfilled::Null("gone is null".into())),
            ("{{ gone.name }}", Unfilled::Null("gone.name reads a member of null".into())),
        ] {
            assert_eq!(item.fill(text), Err(why), "{text}");
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
        for (condition, paths) in [
            ("status in ['a.b'] and b.c", &["status", "b.c"][..]),
            ("v['a b'][0].c > 1 or not v['a b'][0].c", &["v['a b'][0].c"]),
            ("tags | join(sep) == x.y | lower", &["tags", "sep", "x.y"]),
            ("true and 'x' in tags", &["tags"]),
            ("1 == 1.5", &[]),
        ] {
            assert_eq!(condition_paths(condition), paths, "{condition}");
        }
    }
}

//! Paths into JSON: `data.items[0].name`, and `*` for every member of an object.

use serde_json::{Map as Object, Value};

use crate::domain::near::near;
use crate::domain::text::{clean, shorten};

/// How many names are listed where one is missing.
const LISTED: usize = 12;

/// Names and positions, from the outside in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Path {
    written: String,
    steps: Vec<String>,
}

/// How far a path led in a value.
#[derive(Debug, PartialEq)]
pub(super) enum Found<'a> {
    /// There is something, or nothing is said: null.
    Value(&'a Value),
    /// It ends at a null, or in an empty list: the name may well be right.
    Nothing,
    /// There is no such name.
    Missing,
}

/// What a path with `*` leads to, each with the names that `*` stood for, and the members in which it ends, with why.
#[derive(Debug, PartialEq)]
pub(super) struct Reached<'a> {
    pub(super) found: Vec<(Vec<&'a str>, &'a Value)>,
    pub(super) odd: Vec<(Vec<&'a str>, String)>,
}

impl Path {
    /// `$.a.b[0]`, `a.b.0` and `a["b"][0]` are the same; a name in brackets and quotes may have dots in it.
    pub(super) fn new(text: &str) -> Self {
        let text = text.trim();
        let (mut steps, mut step, mut closing) = (Vec::new(), String::new(), None);
        for char in text.strip_prefix('$').unwrap_or(text).chars() {
            match (char, closing) {
                ('[', None) => {
                    steps.push(std::mem::take(&mut step));
                    closing = Some(']');
                }
                ('\'' | '"', Some(']')) if step.is_empty() => closing = Some(char),
                (char, Some(end)) if char == end && end != ']' => closing = Some(']'),
                (']', Some(']')) => {
                    steps.push(std::mem::take(&mut step));
                    closing = None;
                }
                ('.', None) => steps.push(std::mem::take(&mut step)),
                (char, _) => step.push(char),
            }
        }
        steps.push(step);
        steps.retain(|step| !step.is_empty());
        Self { written: text.to_owned(), steps }
    }

    pub(super) fn steps(&self) -> &[String] {
        &self.steps
    }

    /// As it was written.
    pub(super) fn written(&self) -> &str {
        &self.written
    }

    pub(super) fn find<'a>(&self, item: &'a Object<String, Value>) -> Found<'a> {
        let Some((first, rest)) = self.steps.split_first() else { return Found::Missing };
        // A name with dots in it, as flat objects have.
        let whole = || (!rest.is_empty()).then(|| item.get(&self.steps.join("."))).flatten();
        match (item.get(first), whole()) {
            (Some(value), None) => follow(value, rest),
            (_, Some(value)) => Found::Value(value),
            (None, None) => Found::Missing,
        }
    }

    /// Where a path ends that leads nowhere: after how many steps, and what is there instead.
    pub(super) fn gap(&self, item: &Object<String, Value>) -> (usize, String) {
        let Some(mut value) = self.steps.first().and_then(|first| item.get(first)) else { return (0, String::new()) };
        for (at, step) in self.steps.iter().enumerate().skip(1) {
            value = match value {
                Value::Object(members) => match members.get(step) {
                    Some(inner) => inner,
                    None => return (at, self.instead(at, step, members)),
                },
                Value::Array(items) => match step.parse().ok().and_then(|at: usize| items.get(at)) {
                    Some(item) => item,
                    None => return (at, format!(" ({} is a list: write a position, such as [0])", self.place(at))),
                },
                other => return (at, format!(" ({} is {})", self.place(at), kind(other))),
            };
        }
        (self.steps.len(), String::new())
    }

    /// The names beside the one that is missing at this step.
    fn instead(&self, at: usize, step: &str, members: &Object<String, Value>) -> String {
        let place = self.place(at);
        let names = members.keys().map(String::as_str);
        let has = if members.is_empty() {
            format!("{place} is empty")
        } else {
            format!("{place} has {}", listed(names.clone()))
        };
        match near(step, names).first() {
            Some(near) => format!("; did you mean `{}.{}`? ({has})", clean(&self.steps[..at].join(".")), clean(near)),
            None => format!(" ({has})"),
        }
    }

    /// How far it leads as an expression reads it: name by name, and no other way.
    pub(super) fn reaches(&self, item: &Object<String, Value>) -> bool {
        let Some((first, rest)) = self.steps.split_first() else { return false };
        let Some(mut value) = item.get(first) else { return false };
        for step in rest {
            value = match value {
                Value::Object(members) => match members.get(step) {
                    Some(inner) => inner,
                    None => return false,
                },
                Value::Array(items) => match step.parse().ok().and_then(|at: usize| items.get(at)) {
                    Some(item) => item,
                    // The name may well be right.
                    None => return step.bytes().all(|byte| byte.is_ascii_digit()),
                },
                Value::Null => return true,
                _ => return false,
            };
        }
        true
    }

    /// What the path leads to, each with the names that `*` stood for, the innermost last. The error says where it ends;
    /// behind a `*` a member where it ends costs itself alone, unless it ends in all of them.
    pub(super) fn all<'a>(&self, whole: &'a Value) -> Result<Reached<'a>, String> {
        let mut reached = Reached { found: vec![(Vec::new(), whole)], odd: Vec::new() };
        let mut is_behind_star = false;
        for (at, step) in self.steps.iter().enumerate() {
            let (mut next, mut leads) = (Vec::new(), reached.found.is_empty());
            for (names, value) in reached.found {
                match self.step(at, step, value) {
                    Ok(members) => {
                        leads = true;
                        next.extend(members.into_iter().map(|(name, value)| {
                            let names = names.iter().copied().chain(name);
                            (names.collect(), value)
                        }));
                    }
                    Err(why) if is_behind_star => reached.odd.push((names, why)),
                    Err(why) => return Err(why),
                }
            }
            if let (false, Some((_, why))) = (leads, reached.odd.first()) {
                return Err(why.clone());
            }
            reached.found = next;
            is_behind_star |= step == "*";
        }
        Ok(reached)
    }

    /// What one step leads to, with the name that a `*` stands for.
    fn step<'a>(&self, at: usize, step: &str, value: &'a Value) -> Result<Vec<(Option<&'a str>, &'a Value)>, String> {
        match (value, step) {
            (Value::Object(members), "*") => {
                Ok(members.iter().map(|(name, value)| (Some(name.as_str()), value)).collect())
            }
            (Value::Array(items), "*") => Ok(items.iter().map(|item| (None, item)).collect()),
            (Value::Object(members), name) => match members.get(name) {
                Some(value) => Ok(vec![(None, value)]),
                None => Err(format!("{} has no `{}`{}", self.place(at), clean(name), has(name, members))),
            },
            (Value::Array(items), position) => match position.parse().ok().and_then(|at: usize| items.get(at)) {
                Some(value) => Ok(vec![(None, value)]),
                None => Err(format!("{} is a list of {}", self.place(at), items.len())),
            },
            (other, _) => Err(format!("{} is {}", self.place(at), kind(other))),
        }
    }

    /// Where the path stands before this step.
    fn place(&self, at: usize) -> String {
        if at == 0 { "it".to_owned() } else { format!("`{}`", clean(&self.steps[..at].join("."))) }
    }
}

fn follow<'a>(value: &'a Value, steps: &[String]) -> Found<'a> {
    let Some((first, rest)) = steps.split_first() else { return Found::Value(value) };
    match value {
        Value::Null => Found::Nothing,
        Value::Object(members) => match (members.get(first), members.get(&steps.join("."))) {
            (Some(value), _) => follow(value, rest),
            (None, Some(value)) => Found::Value(value),
            (None, None) => Found::Missing,
        },
        Value::Array(items) => match first.parse().ok().and_then(|at: usize| items.get(at)) {
            Some(value) => follow(value, rest),
            None if first.bytes().all(|byte| byte.is_ascii_digit()) => Found::Nothing,
            None => Found::Missing,
        },
        _ => Found::Missing,
    }
}

/// What a value is, in words.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// The name that may have been meant, else those that there are.
fn has(wanted: &str, members: &Object<String, Value>) -> String {
    names_instead(wanted, members.keys().map(String::as_str))
}

/// ` (did you mean `Id`? it has Id, t)`
pub(super) fn names_instead<'a>(wanted: &str, names: impl Iterator<Item = &'a str> + Clone) -> String {
    let listed = listed(names.clone());
    match (near(wanted, names).first(), listed.is_empty()) {
        (Some(near), _) => format!("; did you mean `{}`? (there are {listed})", clean(near)),
        (None, false) => format!(" (there are {listed})"),
        (None, true) => String::new(),
    }
}

/// The first names of several.
fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let listed: Vec<&str> = names.take(LISTED).collect();
    clean(&shorten(&listed.join(", "), 160)).into_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_path_is_found_however_it_is_written() {
        let item = json!({"a": {"b": [{"c": 1}]}, "k8s.io/name": 2, "flat.name": 3, "deep": {"x.y": 4}, "none": null, "l": []});
        let Value::Object(item) = item else { panic!("not an object") };
        for (path, value) in [
            ("a.b.0.c", json!(1)),
            ("$.a.b[0].c", json!(1)),
            ("a['b'][0][\"c\"]", json!(1)),
            ("[\"k8s.io/name\"]", json!(2)),
            ("flat.name", json!(3)),
            ("deep.x.y", json!(4)),
            ("deep[\"x.y\"]", json!(4)),
            ("none", Value::Null),
        ] {
            assert_eq!(Path::new(path).find(&item), Found::Value(&value), "{path}");
        }
        for path in ["none.x", "l.0", "l[0].name"] {
            assert_eq!(Path::new(path).find(&item), Found::Nothing, "{path}");
        }
        for path in ["nothing", "a.c", "a.b.name", "a.b.0.c.d", ""] {
            assert_eq!(Path::new(path).find(&item), Found::Missing, "{path}");
        }
    }

    #[test]
    fn a_star_is_every_member_by_its_name() {
        let whole = json!({"data": {"web": {"http": {"s": 2}, "disk": {"s": 1}}, "db": {}}});
        let path = Path::new("data.*.*");
        let found = path.all(&whole).unwrap().found;
        assert_eq!(found.len(), 2);
        assert_eq!(found[1].0, ["web", "disk"]);
        assert_eq!(Path::new("data.*").all(&json!({"data": []})).unwrap().found, Vec::new());
        let missing = Path::new("dta.*").all(&whole).unwrap_err();
        assert_eq!(missing, "it has no `dta`; did you mean `data`? (there are data)");
        assert_eq!(Path::new("data.*.x").all(&json!({"data": {"a": 5}})).unwrap_err(), "`data.*` is a number");
        let whole = json!({"data": {"a": 5, "b": {"x": [1]}, "c": {"y": 1}}});
        let path = Path::new("data.*.x");
        let reached = path.all(&whole).unwrap();
        assert_eq!((reached.found.len(), reached.odd.len()), (1, 2));
        assert_eq!(reached.odd[0], (vec!["a"], "`data.*` is a number".to_owned()));
    }
}

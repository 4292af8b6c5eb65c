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

    /// What the path leads to, each with the names that `*` stood for, the innermost last. The error says where it ends.
    pub(super) fn all<'a>(&self, whole: &'a Value) -> Result<Vec<(Vec<&'a str>, &'a Value)>, String> {
        let mut found = vec![(Vec::new(), whole)];
        for (at, step) in self.steps.iter().enumerate() {
            let mut next = Vec::new();
            for (names, value) in found {
                match (value, step.as_str()) {
                    (Value::Object(members), "*") => next.extend(members.iter().map(|(name, value)| {
                        let names = names.iter().copied().chain([name.as_str()]);
                        (names.collect(), value)
                    })),
                    (Value::Array(items), "*") => next.extend(items.iter().map(|item| (names.clone(), item))),
                    (Value::Object(members), name) => match members.get(name) {
                        Some(value) => next.push((names, value)),
                        None => {
                            return Err(format!("{} has no `{}`{}", self.place(at), clean(name), has(name, members)));
                        }
                    },
                    (Value::Array(items), position) => {
                        match position.parse().ok().and_then(|at: usize| items.get(at)) {
                            Some(value) => next.push((names, value)),
                            None => return Err(format!("{} is a list of {}", self.place(at), items.len())),
                        }
                    }
                    (other, _) => return Err(format!("{} is {}", self.place(at), kind(other))),
                }
            }
            found = next;
        }
        Ok(found)
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
    let listed: Vec<&str> = names.clone().take(LISTED).collect();
    let listed = clean(&shorten(&listed.join(", "), 160)).into_owned();
    match (near(wanted, names).first(), listed.is_empty()) {
        (Some(near), _) => format!("; did you mean `{}`? (there are {listed})", clean(near)),
        (None, false) => format!(" (there are {listed})"),
        (None, true) => String::new(),
    }
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
        let found = path.all(&whole).unwrap();
        assert_eq!(found.len(), 2);
        assert_eq!(found[1].0, ["web", "disk"]);
        assert_eq!(Path::new("data.*").all(&json!({"data": []})), Ok(Vec::new()));
        let missing = Path::new("dta.*").all(&whole).unwrap_err();
        assert_eq!(missing, "it has no `dta`; did you mean `data`? (there are data)");
        assert_eq!(Path::new("data.*.x").all(&json!({"data": {"a": 5}})).unwrap_err(), "`data.*` is a number");
    }
}

//! What an answer says of a job's state: where a state stands, and which of several counts. Pure.

mod words;

use serde_json::{Map, Value};

use crate::domain::folded::fold;
use crate::domain::own_error::{error, is_something};
use crate::domain::text::clean;
use words::{Class, class};

/// Where a state stands, as text.
const STATES: [&str; 9] = [
    "state",
    "status",
    "phase",
    "runtimestatus",
    "lifecyclestate",
    "readystate",
    "executionstatus",
    "buildstatus",
    "clientstatus",
];
/// Where what came of it stands, as text.
const RESULTS: [&str; 4] = ["conclusion", "result", "outcome", "resultstate"];
/// What holds the fields one level further down; of a list the first.
const CONTAINERS: [&str; 14] = [
    "data",
    "attributes",
    "properties",
    "run",
    "runs",
    "build",
    "builds",
    "buildsets",
    "invocation",
    "operationstate",
    "status",
    "state",
    "job",
    "task",
];
/// How deep containers are looked into.
const DEPTH: usize = 4;

/// False: it runs. True: it has ended.
const IS_ENDED: [&str; 5] = ["done", "complete", "completed", "finished", "iscompleted"];
/// True: it runs.
const IS_RUNNING: [&str; 2] = ["building", "running"];
/// Whether it went well.
const IS_SUCCESS: [&str; 4] = ["success", "successful", "finishedsuccessfully", "issuccess"];

/// How many characters of a word are shown.
pub(super) const SHOWN: usize = 60;

/// What an answer says of a job's state. A word is as it was written, clean.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum JobState {
    /// It goes on, or its word is not in the table, which is never a success. The word may be empty.
    Running {
        word: String,
    },
    /// It goes on once a person does something.
    Waits {
        word: String,
    },
    Succeeded,
    Failed,
    /// Somebody stopped it at the receiver.
    Cancelled,
    /// Nothing of the table stands there.
    Silent,
}

/// Reads the state of a JSON answer about a job.
pub(super) fn of_json(body: &Value) -> JobState {
    match best(body) {
        // No state, only an end, or a success, beside an error: the error says which.
        None | Some((Class::Ended | Class::Succeeded, _)) if error(body).is_some() => JobState::Failed,
        None => JobState::Silent,
        Some((class, word)) => state(class, word),
    }
}

/// Reads the state of a JSON answer that starts something. What is no word of a state says nothing there: numbers,
/// empty ones, a result in words of its own.
pub(super) fn of_start(body: &Value) -> JobState {
    match best(body) {
        None | Some((Class::Empty | Class::UnclearResult, _)) => JobState::Silent,
        Some((Class::Unclear, word)) if !word.chars().any(char::is_alphabetic) => JobState::Silent,
        // Perhaps what was asked for: nothing says that it went wrong, nor that it is over.
        Some((Class::Stopped | Class::Cancelled, word)) => JobState::Running { word },
        Some((class, word)) => state(class, word),
    }
}

/// The word that decides what a JSON answer says of a state, as it was written; empty where none is there.
pub(super) fn word(body: &Value) -> String {
    best(body).map(|(_, word)| word).unwrap_or_default()
}

/// Whether a folded word is one of a failure.
pub(super) fn is_failed(word: &str) -> bool {
    matches!(class(word), Some(Class::Failed | Class::Cancelled))
}

fn best(body: &Value) -> Option<(Class, String)> {
    let mut found = Found::default();
    match body {
        Value::Array(items) => items.iter().for_each(|item| found.read(item, DEPTH)),
        Value::String(text) => found.word(Class::Unclear, text),
        other => found.read(other, DEPTH),
    }
    found.best
}

/// Reads the state of an answer that is a text; `None` where it is no word of the table.
pub(super) fn of_text(text: &str) -> Option<JobState> {
    if text.trim().is_empty() {
        return Some(JobState::Silent);
    }
    class(text).map(|class| state(class, clean(text.trim()).into_owned()))
}

fn state(class: Class, word: String) -> JobState {
    match class {
        Class::Running | Class::Empty | Class::Unclear | Class::UnclearResult => JobState::Running { word },
        Class::Waits => JobState::Waits { word },
        Class::Ended | Class::Succeeded => JobState::Succeeded,
        Class::Stopped | Class::Unsuccessful | Class::Failed => JobState::Failed,
        Class::Cancelled => JobState::Cancelled,
    }
}

#[derive(Default)]
struct Found {
    best: Option<(Class, String)>,
}

impl Found {
    fn add(&mut self, class: Class, word: &str) {
        if self.best.as_ref().is_none_or(|(best, _)| class > *best) {
            let word: String = word.trim().chars().take(SHOWN).collect();
            self.best = Some((class, clean(&word).into_owned()));
        }
    }

    /// A word of the table, or `unclear`.
    fn word(&mut self, unclear: Class, text: &str) {
        let class = if text.trim().is_empty() { Class::Empty } else { class(text).unwrap_or(unclear) };
        self.add(class, text);
    }

    fn read(&mut self, value: &Value, depth: usize) {
        let Value::Object(fields) = value else { return };
        for (name, value) in fields {
            let name = fold(name);
            let name = name.as_str();
            if STATES.contains(&name) {
                self.state(name, value);
            } else if RESULTS.contains(&name) {
                self.result(value);
            } else if name == "conditions" {
                self.conditions(value);
            } else if let Value::Bool(is) = value {
                self.boolean(name, *is);
            }
            if depth > 0 && CONTAINERS.contains(&name) {
                let inner = value.as_array().and_then(|items| items.first()).unwrap_or(value);
                if matches!(name, "status" | "state") {
                    self.state_object(inner, depth - 1);
                } else {
                    self.read(inner, depth - 1);
                }
            }
        }
        self.together(fields);
    }

    fn state(&mut self, name: &str, value: &Value) {
        match value {
            // Ready to serve, or ready to begin: only the first has a field of this name.
            Value::String(text) if fold(text) == "ready" => {
                self.add(if name == "readystate" { Class::Succeeded } else { Class::UnclearResult }, text);
            }
            Value::String(text) => self.word(Class::Unclear, text),
            Value::Null => self.add(Class::Empty, ""),
            Value::Bool(false) => self.add(Class::Unclear, "false"),
            // An HTTP status says nothing of the job.
            Value::Number(number) if !number.as_u64().is_some_and(|code| (100..600).contains(&code)) => {
                self.add(Class::Unclear, &number.to_string());
            }
            _ => {}
        }
    }

    fn result(&mut self, value: &Value) {
        match value {
            Value::String(text) if !text.trim().is_empty() => self.word(Class::UnclearResult, text),
            Value::Bool(false) => self.add(Class::UnclearResult, "false"),
            _ => {}
        }
    }

    /// A state that is an object: its own word, and what else it holds.
    fn state_object(&mut self, value: &Value, depth: usize) {
        let Value::Object(fields) = value else { return };
        let mut inner = Self::default();
        inner.read(value, depth);
        let own = ["type", "name", "current"].iter().filter_map(|name| fields.get(*name)?.as_str());
        let own: Vec<&str> = own.collect();
        // One of them is for the program, another may be for people.
        if let Some(text) = own.iter().find(|text| class(text).is_some()).or(own.first()) {
            inner.word(Class::Unclear, text);
        }
        if let Some(text) = fields.get("result").and_then(|result| result.get("name")).and_then(Value::as_str) {
            inner.word(Class::UnclearResult, text);
        }
        let (class, word) = inner.best.unwrap_or((Class::Unclear, String::new()));
        self.add(class, &word);
    }

    fn boolean(&mut self, name: &str, is: bool) {
        let (if_true, if_false) = match name {
            _ if IS_ENDED.contains(&name) => (Class::Ended, Class::Running),
            _ if IS_RUNNING.contains(&name) => (Class::Running, Class::Empty),
            _ if IS_SUCCESS.contains(&name) => (Class::Succeeded, Class::Unsuccessful),
            _ => return,
        };
        self.add(if is { if_true } else { if_false }, "");
    }

    /// Kubernetes and what is built on it.
    fn conditions(&mut self, value: &Value) {
        for condition in value.as_array().into_iter().flatten() {
            let text = |name: &str| condition.get(name).and_then(Value::as_str).map(fold).unwrap_or_default();
            let class = match (text("type").as_str(), text("status").as_str()) {
                ("complete" | "completed", "true") => Class::Ended,
                ("succeeded", "true") => Class::Succeeded,
                ("failed", "true") | ("succeeded", "false") => Class::Failed,
                ("suspended", "true") => Class::Waits,
                ("succeeded", "unknown") => Class::Running,
                _ => continue,
            };
            // Of what failed the reason: `Succeeded` is the name of the condition that is false.
            let names = if class == Class::Failed { &["message", "reason", "type"][..] } else { &["type"] };
            let given =
                |name: &&&str| condition.get(**name).and_then(Value::as_str).is_some_and(|text| !text.is_empty());
            let name = names.iter().find(given).copied().unwrap_or("type");
            self.add(class, condition.get(name).and_then(Value::as_str).unwrap_or_default());
        }
    }

    /// What several fields of one object say together.
    fn together(&mut self, fields: &Map<String, Value>) {
        let named = |wanted: &[&str]| fields.iter().find(|(name, _)| wanted.contains(&fold(name).as_str()));
        let has_ended = fields.iter().any(|(name, value)| value == true && IS_ENDED.contains(&fold(name).as_str()));
        if has_ended && named(&["error", "errors"]).is_some_and(|(_, error)| is_something(error)) {
            self.add(Class::Failed, "");
        }
        // A build set of Buildbot: 0 is its success.
        if let Some(results) = fields.get("results").and_then(Value::as_i64)
            && fields.get("complete").is_some_and(|complete| complete == true)
        {
            self.add(if results == 0 { Class::Succeeded } else { Class::Failed }, "");
        }
        // An item of Jenkins' queue, before its build has a number.
        let is_cancelled = fields.get("cancelled").is_some_and(|is| is == true);
        if fields.get("executable").is_some_and(Value::is_null) && fields.contains_key("why") {
            self.add(if is_cancelled { Class::Cancelled } else { Class::Running }, "");
        }
        // An operation of Google's before it has a `done`.
        let is_typed = fields.get("metadata").and_then(|metadata| metadata.get("@type")).is_some();
        if is_typed && fields.get("name").is_some_and(Value::is_string) && !fields.contains_key("done") {
            self.add(Class::Running, "");
        }
    }
}

#[cfg(test)]
mod tests;

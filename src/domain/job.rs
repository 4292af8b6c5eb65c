//! Jobs: work that a receiver accepted and goes on with, followed until it ends.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::action::{Ends, Follow, Method, Tls};
use super::run::Attempt;

/// A job as it is kept on disk before it is first asked for, so that whoever comes next can go on.
///
/// Holds what the action's headers hold, secrets among them: it goes into the store and nowhere else.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Job {
    pub run_id: String,
    /// Where it is asked for now.
    pub url: String,
    /// The origin of the endpoint: the job's own unless the rule lists others.
    pub home: String,
    /// The action's rule, or the default one.
    pub follow: Follow,
    /// Whether the rule is the action's own: then its expressions judge, else the usual words do.
    pub own_rule: bool,
    /// The headers of the polls, filled in, references as written: name and value.
    pub headers: Vec<(String, String)>,
    pub tls: Tls,
    /// The action's proxy, references as written.
    pub proxy: String,
    /// When it is given up, Unix milliseconds.
    pub until_ms: i64,
    /// The HTTP status of the answer that started it.
    pub status: u16,
    /// The success rule, where that answer did not satisfy it: it judges the end.
    pub success: Option<String>,
    /// Whether a success says only that it was taken.
    pub ends: Ends,
    /// The action's expression for what the log says; empty: the usual fields.
    pub message: String,
    /// What of its answers becomes fields of the incident: name and expression.
    pub keep: Vec<(String, String)>,
    /// What of that the answer that started it had.
    pub kept: Map<String, Value>,
    /// What is called to stop it, filled.
    pub cancel: Option<CancelCall>,
    /// The references of the action's own text: only these are read in headers and proxy, never what a value brought in.
    pub references: Vec<String>,
    /// The source whose credentials the polls carry; they are never kept. `None`: the action's own headers.
    #[serde(rename = "admission")]
    pub credentials_source: Option<String>,
    /// What was sent, for the record of whoever sees its end.
    pub attempts: Vec<Attempt>,
}

/// The call that stops a job at its receiver.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CancelCall {
    pub method: Method,
    pub url: String,
    /// Empty: none.
    pub body: String,
    /// Why it cannot be called: what in it could not be filled from the answer. Empty where it can.
    pub fault: String,
}

impl Default for Job {
    fn default() -> Self {
        Self {
            run_id: String::new(),
            url: String::new(),
            home: String::new(),
            follow: Follow::default(),
            own_rule: false,
            headers: Vec::new(),
            tls: Tls::default(),
            proxy: String::new(),
            until_ms: 0,
            status: 202,
            success: None,
            ends: Ends::default(),
            message: String::new(),
            keep: Vec::new(),
            kept: Map::new(),
            cancel: None,
            references: Vec::new(),
            credentials_source: None,
            attempts: Vec::new(),
        }
    }
}

impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Job({} of run {})", super::action::shown_url(&self.url), self.run_id)
    }
}

//! Jobs: work that a receiver accepted and goes on with, followed until it ends.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::action::{Follow, Tls};
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
    /// The references of the action's own text: only these are read in headers and proxy, never what a value brought in.
    pub references: Vec<String>,
    /// The source whose credentials the polls carry; they are never kept. `None`: the action's own headers.
    #[serde(rename = "admission")]
    pub credentials_source: Option<String>,
    /// What was sent, for the record of whoever sees its end.
    pub attempts: Vec<Attempt>,
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

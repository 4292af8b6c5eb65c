//! Who presses.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::incident::Person;

/// The person at the keyboard, and what no setting changes about where they sit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Operator {
    /// Their name: `[operator] name`, `--operator`, else the login name.
    pub name: String,
    /// Their e-mail address; may be empty.
    pub email: String,
    /// Their id in the incident system, 0 = none.
    pub id: i64,
    /// The login name of the process's user id.
    pub os_user: String,
    pub host: String,
    /// `SSH_CONNECTION`, empty where it is not set.
    pub ssh: String,
}

impl Operator {
    /// The contract's `person`.
    pub fn person(&self) -> Person {
        Person {
            person_id: self.id,
            person_name: self.name.clone(),
            email: self.email.clone(),
            extra: Map::<String, Value>::new(),
        }
    }

    /// Name and machine, as a refusal shows them: `ada on bastion-1`.
    pub fn whereabouts(&self) -> String {
        if self.host.is_empty() { self.name.clone() } else { format!("{} on {}", self.name, self.host) }
    }
}

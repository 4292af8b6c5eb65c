//! What is asked of a press, what is heard of it, and how it went.

use serde_json::{Map, Value};
use uuid::Uuid;

use crate::domain::action::Action;
use crate::domain::activity::Activity;
use crate::domain::enrichment::Enriched;
use crate::domain::request::Inputs;
use crate::domain::stage::Stage;

/// What a press is, beside its action and its incident.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PressOptions {
    pub inputs: Inputs,
    /// Whether the request says that it is a test.
    pub test: bool,
    /// What runs of one press on many incidents share.
    pub group: Option<String>,
    /// What answers before gave for the incident ([`Runner::kept`](super::Runner::kept)).
    pub kept: Map<String, Value>,
}

impl PressOptions {
    /// The same for so many incidents: the runs of more than one share a group (UUID), a run alone has none.
    #[must_use]
    pub fn on(mut self, incidents: usize) -> Self {
        self.group = (incidents > 1).then(|| Uuid::now_v7().to_string());
        self
    }
}

/// How the presses of one decision run together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunOptions {
    /// So many at once, 1 to 64.
    pub parallel: usize,
    /// Whether one that did not succeed leaves those that have not begun cancelled.
    pub stop_on_failure: bool,
}

impl Default for RunOptions {
    fn default() -> Self {
        Self { parallel: 8, stop_on_failure: false }
    }
}

/// What happens between the press and its end.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// The row is durable as `pending`; it waits for its turn among several.
    Queued(Box<Activity>),
    /// The row is durable as `pending`; it goes when the time is over, unless it is taken back.
    Held {
        activity: Box<Activity>,
        /// How long it waits, milliseconds.
        left_ms: u64,
    },
    /// The row is durable as `running`; the request is about to go.
    Begun(Box<Activity>),
    /// It is further on.
    At(Stage),
    /// The receiver accepted it and works on it; the job is durable and asked for from here on.
    Following(Box<Activity>),
    /// What its answer added to the incident is durable.
    Enriched(Box<Enriched>),
    /// It has ended; nothing else is heard of it.
    Ended(Box<Finish>),
}

#[derive(Clone, Debug, PartialEq)]
pub enum Finish {
    Ended {
        /// The line of the log. `seq` is 0 where none could be written.
        activity: Box<Activity>,
        /// Why the ending is not on disk yet; it is tried again by
        /// [`Runner::retry_unrecorded`](super::Runner::retry_unrecorded).
        not_recorded: Option<String>,
    },
    /// The action is not what was confirmed; as it is now, `None` where it was removed. Nothing was sent or written.
    Changed(Option<Box<Action>>),
    /// Its job goes on and is not followed any more: whoever comes next takes it over.
    LetGo(Box<Activity>),
}

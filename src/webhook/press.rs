//! A press before its request is filled.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::domain::action::Action;
use crate::domain::incident::Incident;
use crate::domain::operator::Operator;
use crate::domain::request::Inputs;

/// A press before its request is filled: who pressed which button for what, and what was asked.
#[derive(Clone, Debug)]
pub struct Press<'a> {
    pub action: &'a Arc<Action>,
    pub incident: &'a Arc<Incident>,
    pub operator: &'a Arc<Operator>,
    /// What was asked, as typed or as values; defaults may be missing.
    pub inputs: Inputs,
    /// The id of the run that it becomes (UUID v7).
    pub run_id: String,
    /// When the button was pressed, Unix milliseconds.
    pub event_time_ms: i64,
    /// What runs of one press on many incidents share.
    pub group: Option<String>,
    /// Whether the request says that it is a test.
    pub test: bool,
    /// What answers before gave for the incident: fields beside its own.
    pub kept: Map<String, Value>,
}

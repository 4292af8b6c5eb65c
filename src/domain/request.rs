//! A request that is ready to go: what the confirm shows is what is sent.

use std::sync::Arc;

use super::action::{Action, Header};
use super::incident::Incident;
use super::operator::Operator;

/// One press, filled in and frozen: shown in the confirm, written ahead to the store, then sent as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Prepared {
    /// The id of the run it becomes (UUID v7).
    pub run_id: String,
    /// What the receiver deduplicates on; the run's id unless this re-sends an earlier press.
    pub event_id: String,
    /// When the button was pressed, Unix milliseconds.
    pub event_time_ms: i64,
    /// The action as it was when the button was pressed; its revision is checked again when the run begins.
    pub action: Arc<Action>,
    /// The incident as it was when the button was pressed.
    pub incident: Arc<Incident>,
    /// Who pressed.
    pub operator: Arc<Operator>,
    /// The method, as it goes over the wire.
    pub method: &'static str,
    /// The whole address.
    pub endpoint: String,
    /// Every header that andon sets or the action adds, in the order sent. Secret values stay masked unless exposed.
    pub headers: Vec<Header>,
    /// The body, byte for byte.
    pub body: Arc<str>,
    /// How old the incident is, in milliseconds since its source last gave it, where that is worth a warning.
    pub stale_ms: Option<i64>,
}

//! What is pressed, and for which incidents.

use std::sync::Arc;

use super::exit::CommandError;
use super::find;
use super::output::warn;
use super::session::Session;
use super::sources::{self, Asked};
use crate::domain::action::Action;
use crate::domain::channel::ChannelKey;
use crate::domain::incident::Incident;
use crate::domain::refusal::Refusal;
use crate::domain::request::Prepared;

/// What is pressed, and for what.
pub(super) struct Target {
    pub(super) action: Arc<Action>,
    /// Each once, in the order typed; at least one.
    pub(super) incidents: Vec<Arc<Incident>>,
    /// How many incidents were left out, because their channels do not have the action.
    pub(super) skipped: usize,
    /// Which sources answered.
    pub(super) asked: Asked,
}

/// One incident of a press: the request for it, or why it is refused.
pub(super) struct Press {
    pub(super) incident: Arc<Incident>,
    pub(super) prepared: Result<Prepared, Refusal>,
}

/// Finds the action and the incidents. Of several incidents those whose channel lacks the action are left out, and
/// named; where none is left, it is a fault.
pub(super) async fn choose(session: &Session<'_>, action: &str, wanted: &[String]) -> Result<Target, CommandError> {
    let asked = sources::ask(session).await?;
    let mut incidents: Vec<Incident> = Vec::new();
    for one in wanted {
        let incident = find::incident(session, &asked, one).await?.unpack();
        if incidents.iter().any(|known| known.key() == incident.key()) {
            warn(&format!("{one}: given before; it is pressed once"));
        } else {
            incidents.push(incident);
        }
    }
    let actions = session.opened.store.actions().await?;
    let channels: Vec<ChannelKey> = incidents.iter().map(Incident::channel).collect();
    let action = find::action_in(&actions, action, &channels)?.clone();
    let (inside, outside): (Vec<_>, Vec<_>) =
        incidents.into_iter().partition(|incident| action.slots.contains_key(&incident.channel()));
    for incident in &outside {
        let (num, title, channel) = (&incident.num, &incident.title, incident.channel());
        warn(&format!("skipped: {num} {title}: {channel} does not have {}", action.name));
    }
    let incidents = inside.into_iter().map(Arc::new).collect();
    Ok(Target { action: Arc::new(action), incidents, skipped: outside.len(), asked })
}

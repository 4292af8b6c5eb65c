//! What a press sends of an incident beyond its list: its alerts, read before the request is filled.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;

use super::rows::now_ms;
use super::runner::Runner;
use crate::domain::action::{Action, ActionKind};
use crate::domain::incident::Incident;

/// A press does not wait longer for alerts: it is then sent without them.
const PATIENCE: Duration = Duration::from_secs(4);

impl Runner {
    /// The incident with its alerts, where its source lists it without them. The error says why they could not be read:
    /// then it is as it was. What is started at the source itself needs none: it has them.
    pub async fn with_alerts(&self, action: &Action, incident: &Arc<Incident>) -> (Arc<Incident>, Option<String>) {
        let source =
            self.source(&incident.source).filter(|_| incident.alerts.is_empty() && action.kind == ActionKind::Webhook);
        let Some(source) = source else { return (Arc::clone(incident), None) };
        let read = timeout(PATIENCE, source.alerts(incident)).await;
        let alerts = match read {
            Ok(Ok(alerts)) => alerts,
            Ok(Err(error)) => return (Arc::clone(incident), Some(format!("its alerts could not be read: {error}"))),
            Err(_) => {
                let why = format!("its alerts could not be read: no answer in {} s", PATIENCE.as_secs());
                return (Arc::clone(incident), Some(why));
            }
        };
        let mut with = Incident::clone(incident);
        with.take_alerts(alerts, now_ms() / 1_000);
        (Arc::new(with), None)
    }
}

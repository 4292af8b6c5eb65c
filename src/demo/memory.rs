//! What was done to the demo's incidents since it began.

use std::collections::HashMap;

use crate::domain::incident::{Incident, Progress, Responder, Status};
use crate::domain::operation::Operation;
use crate::domain::operator::Operator;
use crate::domain::timeline::{Moment, Teller};
use crate::source::{Operated, SourceError, SourceErrorKind};

/// The incidents as they are now, and what happened to each.
pub(super) struct Memory {
    /// In the order of the demo's file.
    pub(super) incidents: Vec<Incident>,
    told: HashMap<String, Vec<Moment>>,
}

impl Memory {
    /// The incidents as they are at the start, each with what happened to it before.
    pub(super) fn new(incidents: Vec<Incident>) -> Self {
        let told = incidents.iter().map(|incident| (incident.incident_id.clone(), before(incident))).collect();
        Self { incidents, told }
    }

    /// What happened to this incident, oldest first.
    pub(super) fn timeline(&self, id: &str) -> Vec<Moment> {
        self.told.get(id).cloned().unwrap_or_default()
    }

    /// The incident of this id as it is now.
    pub(super) fn find(&self, id: &str) -> Option<&Incident> {
        self.incidents.iter().find(|incident| incident.incident_id == id)
    }

    /// Does an operation at `at_ms` (Unix milliseconds).
    pub(super) fn operate(
        &mut self,
        id: &str,
        operation: &Operation,
        by: &Operator,
        at_ms: i64,
    ) -> Result<Operated, SourceError> {
        let missing = || SourceError {
            kind: SourceErrorKind::Missing,
            message: "the demo does not have this incident any more".to_owned(),
        };
        let incident = self.incidents.iter_mut().find(|known| known.incident_id == id).ok_or_else(missing)?;
        let now_s = at_ms / 1_000;
        operation.apply(incident, by, now_s);
        match operation {
            Operation::Close => incident.incident_status = Status::Ok,
            Operation::Acknowledge => acknowledged_by(incident, by, now_s),
            Operation::Reopen { .. } => incident.incident_status = incident.incident_severity.into(),
            _ => {}
        }
        incident.updated_at = now_s;
        let (what, text) = match operation {
            Operation::Comment { text } => ("commented".to_owned(), text.trim().to_owned()),
            other => (other.done(), String::new()),
        };
        let moment = Moment { at_ms, who: by.name.clone(), what, text, told_by: Teller::Source };
        self.told.entry(id.to_owned()).or_default().push(moment);
        Ok(Operated { incident: Some(Box::new(incident.clone())), note: String::new() })
    }
}

/// What happened before the demo began, as far as the incident itself tells it.
fn before(incident: &Incident) -> Vec<Moment> {
    let moment = |at_s: i64, who: &str, what: String| Moment {
        at_ms: at_s.saturating_mul(1_000),
        who: who.to_owned(),
        what,
        ..Moment::default()
    };
    let mut told =
        vec![moment(incident.start_time, "", format!("triggered as {}", incident.incident_severity.as_str()))];
    for person in &incident.responders {
        if person.assigned_at > 0 {
            told.push(moment(person.assigned_at, "", format!("assigned to {}", person.person_name)));
        }
        if person.acknowledged_at > 0 {
            told.push(moment(person.acknowledged_at, &person.person_name, "acknowledged".to_owned()));
        }
    }
    if incident.progress == Progress::Closed && incident.close_time > 0 {
        told.push(moment(incident.close_time, "", "closed".to_owned()));
    }
    told.sort_by_key(|moment| moment.at_ms);
    told
}

/// Writes down who took it.
fn acknowledged_by(incident: &mut Incident, by: &Operator, now_s: i64) {
    let person = by.person();
    if let Some(known) = incident.responders.iter_mut().find(|known| known.person_name == person.person_name) {
        known.acknowledged_at = now_s;
    } else {
        incident.responders.push(Responder {
            person_name: person.person_name,
            email: person.email,
            acknowledged_at: now_s,
            ..Responder::default()
        });
    }
}

//! What is kept here about an incident because its source has no place for it, marked as local wherever it is shown.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::activity::Seq;
use super::incident::{Incident, IncidentKey, IncidentRow, Progress};

/// The field of an incident under which it carries what is kept here, also on the wire.
pub const LOCAL: &str = "local";

/// What is kept here about one incident.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Local {
    pub acknowledged: Option<LocalMark>,
    /// Who is to take it (`value`).
    pub assigned: Option<LocalMark>,
}

/// One thing that is kept here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocalMark {
    /// What it says; empty for an acknowledgement.
    pub value: String,
    pub by: String,
    /// When, Unix seconds.
    pub at_s: i64,
}

/// A note that is kept here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalNote {
    pub id: Seq,
    pub incident: IncidentKey,
    pub by: String,
    /// When, Unix milliseconds.
    pub at_ms: i64,
    /// The text; may have several lines.
    pub text: String,
}

/// Lays over each row what is kept here about it.
// Made by the store alone.
#[allow(clippy::implicit_hasher)]
pub fn lay_over_rows(rows: &mut [IncidentRow], locals: &HashMap<IncidentKey, Local>) {
    if locals.is_empty() {
        return;
    }
    for row in rows {
        if let Some(local) = locals.get(&row.key) {
            let mut incident = row.unpack();
            Local::lift(&mut incident);
            local.lay_over(&mut incident);
            *row = IncidentRow::pack(&incident);
        }
    }
}

impl Local {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Lays it over the incident as its source gave it: a local acknowledgement shows as `Processing`.
    pub fn lay_over(&self, incident: &mut Incident) {
        if self.is_empty() {
            return;
        }
        let mut local = json!({});
        if let Some(mark) = &self.acknowledged {
            local["acknowledged_by"] = mark.by.as_str().into();
            local["acknowledged_at"] = mark.at_s.into();
            local["progress_at_source"] = incident.progress.as_str().into();
            local["ack_time_at_source"] = incident.ack_time.into();
            if incident.progress == Progress::Triggered {
                incident.progress = Progress::Processing;
                incident.ack_time = mark.at_s;
            }
        }
        if let Some(mark) = &self.assigned {
            local["assigned_to"] = mark.value.as_str().into();
            local["assigned_by"] = mark.by.as_str().into();
        }
        incident.extra.insert(LOCAL.to_owned(), local);
    }

    /// Takes off what was laid over it: the incident as its source gave it.
    pub fn lift(incident: &mut Incident) {
        let Some(local) = incident.extra.shift_remove(LOCAL) else { return };
        let text = |name: &str| local.get(name).and_then(Value::as_str);
        if let Some(progress) = text("progress_at_source") {
            let known = [Progress::Triggered, Progress::Processing, Progress::Closed];
            let before = known.into_iter().find(|known| known.as_str() == progress);
            if incident.progress != Progress::Closed {
                incident.progress = before.unwrap_or_default();
            }
            incident.ack_time = local.get("ack_time_at_source").and_then(Value::as_i64).unwrap_or_default();
        }
    }

    /// Who has acknowledged it here only; `None` where nobody has.
    pub fn acknowledged_by(incident: &Incident) -> Option<&str> {
        incident.extra.get(LOCAL)?.get("acknowledged_by")?.as_str()
    }

    /// Who it is assigned to here only; `None` where nobody is.
    pub fn assigned_to(incident: &Incident) -> Option<&str> {
        incident.extra.get(LOCAL)?.get("assigned_to")?.as_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_laid_over_is_marked_and_can_be_lifted() {
        let given = Incident { incident_id: "1".to_owned(), source: "am".to_owned(), ..Incident::default() };
        let mark = |value: &str| Some(LocalMark { value: value.to_owned(), by: "ada".to_owned(), at_s: 70 });
        let local = Local { acknowledged: mark(""), assigned: mark("bob@example.com") };
        let mut shown = given.clone();
        local.lay_over(&mut shown);
        assert_eq!((shown.progress, shown.ack_time), (Progress::Processing, 70));
        assert_eq!(Local::acknowledged_by(&shown), Some("ada"));
        assert_eq!(Local::assigned_to(&shown), Some("bob@example.com"));
        Local::lift(&mut shown);
        assert_eq!(shown, given);
    }
}

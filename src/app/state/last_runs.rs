//! The last run of each action on each incident: what a row and a button say was done *here*.

use std::collections::HashMap;

use crate::domain::button::LastRun;
use crate::domain::incident::IncidentKey;
use crate::domain::run::Run;

/// The last runs that ended, by incident. Refused presses and tests do not count.
#[derive(Clone, Debug, Default)]
pub struct LastRuns {
    /// Whether the log was asked: before, nothing says that an action never ran.
    known: bool,
    by_incident: HashMap<IncidentKey, Vec<LastRun>>,
}

impl LastRuns {
    /// Takes what the log knew at the start. What ended meanwhile is newer and stays.
    pub(in crate::app) fn load(&mut self, runs: Vec<LastRun>) {
        self.known = true;
        for run in runs {
            self.put(run);
        }
    }

    /// Takes a run as it is now.
    pub(in crate::app) fn take(&mut self, run: &Run) {
        if let Some(last) = LastRun::of(run) {
            self.put(last);
        }
    }

    fn put(&mut self, run: LastRun) {
        let all = self.by_incident.entry(run.incident.clone()).or_default();
        match all.iter_mut().find(|known| known.action_id == run.action_id) {
            Some(known) if known.at_ms > run.at_ms => {}
            Some(known) => *known = run,
            None => all.push(run),
        }
    }

    pub fn is_known(&self) -> bool {
        self.known
    }

    /// The last run of this action on this incident.
    pub fn of(&self, incident: &IncidentKey, action_id: &str) -> Option<&LastRun> {
        self.by_incident.get(incident)?.iter().find(|run| run.action_id == action_id)
    }

    /// The last run of each action on this incident.
    pub fn on(&self, incident: &IncidentKey) -> &[LastRun] {
        self.by_incident.get(incident).map_or(&[], Vec::as_slice)
    }

    /// The last run on this incident.
    pub fn newest(&self, incident: &IncidentKey) -> Option<&LastRun> {
        self.by_incident.get(incident)?.iter().max_by_key(|run| run.at_ms)
    }
}

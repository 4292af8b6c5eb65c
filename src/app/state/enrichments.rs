//! What actions added to the incident under the cursor: read when the cursor rests on it.

use crate::app::effect::Effect;
use crate::app::event::Now;
use crate::domain::enrichment::Enriched;
use crate::domain::incident::IncidentKey;

/// For how long the cursor stays on an incident before what was added to it is read, milliseconds: moving through the
/// list reads nothing.
const REST_MS: u64 = 200;

/// What was added to the incident under the cursor.
#[derive(Clone, Debug, Default)]
pub struct Enrichments {
    of: Option<IncidentKey>,
    since_ms: u64,
    asked: bool,
    list: Vec<Enriched>,
}

impl Enrichments {
    pub fn of(&self) -> Option<&IncidentKey> {
        self.of.as_ref()
    }

    /// What was added, oldest first.
    pub fn list(&self) -> &[Enriched] {
        &self.list
    }

    /// Notes where the cursor is now.
    pub fn follow(&mut self, selected: Option<&IncidentKey>, now: Now) {
        if self.of.as_ref() != selected {
            *self = Self { of: selected.cloned(), since_ms: now.mono_ms, asked: false, list: Vec::new() };
        }
    }

    /// When the cursor will have rested long enough, monotonic milliseconds; `None` where nothing has to be read.
    pub fn wakes_at(&self) -> Option<u64> {
        (self.of.is_some() && !self.asked).then_some(self.since_ms + REST_MS)
    }

    /// What has to be read now that time passed.
    pub fn tick(&mut self, now: Now) -> Option<Effect> {
        let due = self.wakes_at().is_some_and(|at| now.mono_ms >= at);
        let incident = self.of.clone().filter(|_| due)?;
        self.asked = true;
        Some(Effect::LoadEnriched { incident })
    }

    /// Takes what was read; that of another incident is ignored.
    pub fn fill(&mut self, incident: &IncidentKey, added: Vec<Enriched>) {
        if self.of.as_ref() == Some(incident) {
            self.asked = true;
            self.list = added;
        }
    }
}

//! The incident in full: its tabs, and what is read of it when the cursor rests on it or it is opened.

use crate::app::effect::Effect;
use crate::app::event::History;
use crate::app::incidents::Entry;
use crate::domain::activity::{Activity, Entry as Line};
use crate::domain::incident::IncidentKey;
use crate::domain::run::RunState;

/// For how long the cursor stays on an incident before its source is asked for the whole of it, milliseconds: moving
/// through the list asks nothing.
const REST_MS: u64 = 500;
/// What was read so long ago is read again when the incident is opened, milliseconds.
const OLD_MS: u64 = 5_000;

/// The tabs of the incident in full.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// What it is and where.
    #[default]
    Overview,
    Alerts,
    /// What happened to it, there and here.
    Timeline,
    /// Its labels, fields and whatever else the source says.
    Fields,
    /// The runs on it.
    Runs,
}

impl Tab {
    /// Every tab, from the left.
    pub const ALL: [Self; 5] = [Self::Overview, Self::Alerts, Self::Timeline, Self::Fields, Self::Runs];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Alerts => "Alerts",
            Self::Timeline => "Timeline",
            Self::Fields => "Fields",
            Self::Runs => "Runs",
        }
    }

    fn step(self, forward: bool) -> Self {
        let count = Self::ALL.len();
        let at = Self::ALL.iter().position(|tab| *tab == self).unwrap_or(0);
        Self::ALL[(at + if forward { 1 } else { count - 1 }) % count]
    }
}

/// The incident that is selected, with what was read of it.
#[derive(Clone, Debug, Default)]
pub struct IncidentDetail {
    of: Option<IncidentKey>,
    pub tab: Tab,
    /// What was read of it; `None` while it is read first.
    pub history: Option<Box<History>>,
    asked: bool,
    asked_ms: u64,
    /// Since when it is selected.
    since_ms: u64,
    open: bool,
}

impl IncidentDetail {
    /// Takes what was read; that of another incident is ignored.
    pub(in crate::app) fn fill(&mut self, incident: &IncidentKey, history: Box<History>) {
        if self.of.as_ref() == Some(incident) {
            self.history = Some(history);
        }
    }

    /// When it will have been selected long enough to be read, monotonic milliseconds; `None` where nothing has to be.
    pub(in crate::app) fn wakes_at(&self) -> Option<u64> {
        (self.of.is_some() && !self.asked).then_some(self.since_ms + REST_MS)
    }

    /// Lines of the log are new: what happened to the open incident is read again.
    pub(in crate::app) fn heard(&mut self, lines: &[Activity]) {
        let about = |line: &Activity| match &line.entry {
            Line::Run(run) => run.state == RunState::Done && Some(&run.incident) == self.of.as_ref(),
            Line::Operation { incident, .. } => Some(incident) == self.of.as_ref(),
            Line::Action { .. } | Line::Correction { .. } => false,
        };
        if lines.iter().any(about) {
            self.asked = false;
        }
    }

    /// To the next tab, or the one before.
    pub(in crate::app) fn turn(&mut self, forward: bool) {
        self.tab = self.tab.step(forward);
    }

    /// What has to be read now that something happened: of the incident that is open, or on which the cursor rests, once.
    pub(in crate::app) fn follow(&mut self, selected: Option<&Entry>, open: bool, now_ms: u64) -> Option<Effect> {
        let Some(entry) = selected else {
            *self = Self::default();
            return None;
        };
        if self.of.as_ref() != Some(&entry.row.key) {
            *self = Self { of: Some(entry.row.key.clone()), tab: self.tab, since_ms: now_ms, ..Self::default() };
        }
        if !open {
            self.tab = Tab::default();
        } else if !self.open && now_ms.saturating_sub(self.asked_ms) > OLD_MS {
            self.asked = false;
        }
        self.open = open;
        if self.asked || !(open || self.wakes_at().is_some_and(|at| now_ms >= at)) {
            return None;
        }
        (self.asked, self.asked_ms) = (true, now_ms);
        Some(Effect::LoadHistory { incident: entry.row.key.clone(), body: entry.row.text().into() })
    }
}

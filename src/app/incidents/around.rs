//! What the board has to know of the rest to put its list in order.

use std::cell::OnceCell;
use std::collections::HashMap;

use crate::app::activity::Recent;
use crate::domain::channel::Channel;
use crate::domain::incident::IncidentKey;
use crate::domain::run::Outcome;

/// What the board has to know of the rest.
pub struct Around<'a> {
    pub channels: &'a [Channel],
    /// Unix seconds.
    pub now_s: i64,
    pub runs: Runs<'a>,
}

/// How the runs on incidents went.
pub struct Runs<'a> {
    recent: &'a Recent,
    known: OnceCell<HashMap<&'a IncidentKey, (LastRun, i64)>>,
}

/// How the last run on an incident went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LastRun {
    UnderWay,
    Ended(Outcome),
}

impl<'a> Runs<'a> {
    pub fn new(recent: &'a Recent) -> Self {
        Self { recent, known: OnceCell::new() }
    }

    /// The last run on this incident, and when it was pressed, Unix milliseconds.
    pub fn of(&self, incident: &IncidentKey) -> Option<(LastRun, i64)> {
        self.known.get_or_init(|| self.read()).get(incident).copied()
    }

    fn read(&self) -> HashMap<&'a IncidentKey, (LastRun, i64)> {
        let mut known = HashMap::new();
        let runs = self.recent.lines().iter().filter_map(|line| line.entry.run()).filter(|run| !run.test);
        for run in runs {
            if let Some(outcome) = run.outcome.filter(|outcome| *outcome != Outcome::Refused) {
                // The newest come first.
                known.entry(&run.incident).or_insert((LastRun::Ended(outcome), run.started_at_ms));
            }
        }
        known.extend(self.recent.under_way().map(|incident| (incident, (LastRun::UnderWay, i64::MAX))));
        known
    }
}

/// What the board has to know of the rest of a model, while the board itself is changed.
macro_rules! around {
    ($model:expr) => {
        $crate::app::incidents::around::Around {
            channels: &$model.channels,
            now_s: $model.now.wall_s(),
            runs: $crate::app::incidents::around::Runs::new(&$model.recent),
        }
    };
}

pub(in crate::app) use around;

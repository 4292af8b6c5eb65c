//! What the board has to know of the rest to put its list in order.

use std::cell::OnceCell;
use std::collections::HashSet;

use crate::app::activity::Recent;
use crate::app::state::last_runs::LastRuns;
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
    ended: &'a LastRuns,
    under_way: OnceCell<HashSet<&'a IncidentKey>>,
}

/// How the last run on an incident went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LastRun {
    UnderWay,
    Ended(Outcome),
}

impl<'a> Runs<'a> {
    pub fn new(recent: &'a Recent, ended: &'a LastRuns) -> Self {
        Self { recent, ended, under_way: OnceCell::new() }
    }

    /// The last run on this incident, and when it was pressed, Unix milliseconds.
    pub fn of(&self, incident: &IncidentKey) -> Option<(LastRun, i64)> {
        if self.under_way.get_or_init(|| self.recent.under_way().collect()).contains(incident) {
            return Some((LastRun::UnderWay, i64::MAX));
        }
        self.ended.newest(incident).map(|run| (LastRun::Ended(run.outcome), run.at_ms))
    }
}

/// What the board has to know of the rest of a model, while the board itself is changed.
macro_rules! around {
    ($model:expr) => {
        $crate::app::incidents::around::Around {
            channels: &$model.channels,
            now_s: $model.now.wall_s(),
            runs: $crate::app::incidents::around::Runs::new(&$model.recent, &$model.last_runs),
        }
    };
}

pub(in crate::app) use around;

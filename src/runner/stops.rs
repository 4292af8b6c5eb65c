//! Which runs of this process can be stopped, and how.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

use crate::domain::run::RunRef;

#[derive(Debug)]
struct Stop {
    group: Option<String>,
    token: CancellationToken,
    /// Asks the receiver to stop the job, where that can be: it comes first.
    job: Option<CancellationToken>,
}

impl Stop {
    /// What the next stop cancels: the job at its receiver first, then its being followed.
    fn next(&self) -> &CancellationToken {
        self.job.as_ref().filter(|job| !job.is_cancelled()).unwrap_or(&self.token)
    }
}

/// The runs of this process that have not ended, with what stops each.
#[derive(Clone, Debug, Default)]
pub(super) struct Stops(Arc<Mutex<HashMap<String, Stop>>>);

impl Stops {
    /// From now on until the guard is dropped the run can be stopped by its id. Its token also hears `stop`.
    pub(super) fn register(&self, run: &str, group: Option<&str>, stop: &CancellationToken) -> Registered {
        let token = stop.child_token();
        self.lock().insert(run.to_owned(), Stop { group: group.map(str::to_owned), token: token.clone(), job: None });
        Registered { run: run.to_owned(), token, stops: self.clone() }
    }

    /// Stops what has not ended of this process. How many runs those are.
    pub(super) fn stop(&self, runs: &RunRef) -> usize {
        let stops = self.lock();
        let is_meant = |id: &str, stop: &Stop| match runs {
            RunRef::Run(run) => id == run,
            RunRef::Group(group) => stop.group.as_deref() == Some(group),
        };
        let meant = stops.iter().filter(|(id, stop)| is_meant(id, stop));
        meant.inspect(|(_, stop)| stop.next().cancel()).count()
    }

    /// The token that asks the receiver to stop a run's job; without a call for that it is never cancelled.
    pub(super) fn of_job(&self, run: &str, can_be_asked: bool) -> CancellationToken {
        let token = CancellationToken::new();
        if let Some(stop) = self.lock().get_mut(run).filter(|_| can_be_asked) {
            stop.job = Some(token.clone());
        }
        token
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Stop>> {
        // Nothing that can panic happens while it is held.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A run that can be stopped; dropped when it has ended.
#[derive(Debug)]
pub(super) struct Registered {
    run: String,
    pub(super) token: CancellationToken,
    stops: Stops,
}

impl Drop for Registered {
    fn drop(&mut self) {
        self.stops.lock().remove(&self.run);
    }
}

//! Endings that could not be written: kept, tried again, and told at exit.

use std::sync::{Mutex, PoisonError};

use crate::domain::run::{Ending, Run};
use crate::store::{Recorded, Store, StoreError};

/// An ending that waits to be written.
#[derive(Clone, Debug)]
pub(super) struct Waiting {
    pub(super) run: Run,
    pub(super) ending: Ending,
    pub(super) at_ms: i64,
}

/// The endings that are not on disk yet.
#[derive(Debug, Default)]
pub(super) struct Unrecorded(Mutex<Vec<Waiting>>);

impl Unrecorded {
    /// Writes an ending; where that fails it waits here, and why is told.
    pub(super) async fn write(&self, store: &Store, waiting: Waiting) -> Result<Recorded, StoreError> {
        let written = store.end_run(&waiting.run.id, &waiting.ending, waiting.at_ms).await;
        if written.is_err() {
            self.lock().push(waiting);
        }
        written
    }

    /// Tries all again. What was written now comes back.
    pub(super) async fn retry(&self, store: &Store) -> Vec<Run> {
        let waiting = std::mem::take(&mut *self.lock());
        let mut written = Vec::new();
        for one in waiting {
            let run = one.run.clone();
            if self.write(store, one).await.is_ok() {
                written.push(run);
            }
        }
        written
    }

    /// What still waits.
    pub(super) fn runs(&self) -> Vec<Run> {
        self.lock().iter().map(|waiting| waiting.run.clone()).collect()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Waiting>> {
        // A panic while it was held leaves a whole list: only pushes and takes happen under it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

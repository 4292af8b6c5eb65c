//! What is reported of a run that the receiver took to the incident's source: a comment that it ran, and what its answer added.
//!
//! It happens beside the run, which has its outcome by then: a source that is slow keeps nobody waiting, and one that
//! refuses leaves a row in the log.

use std::time::Duration;

use tokio::time::timeout;

use super::runner::Runner;
use crate::domain::enrichment::Enrichment;
use crate::domain::operation::{Ability, Operation};
use crate::domain::run::{Outcome, Run};
use crate::source::Source;

/// How long leaving waits for reports that are under way.
const PATIENCE: Duration = Duration::from_secs(10);

impl Runner {
    /// Reports a run that ended to its source; `added` is what its answer added.
    pub(super) fn report_to_source(&self, run: &Run, added: Option<Enrichment>) {
        let Some(source) = self.source(run.incident.source()) else { return };
        let operations = operations_of(source, run, added);
        if operations.is_empty() {
            return;
        }
        let (runner, run) = (self.clone(), run.clone());
        self.inner.reports.spawn(async move { runner.report(&run, operations).await });
    }

    async fn report(&self, run: &Run, operations: Vec<Operation>) {
        let incident = match self.inner.setup.store.incident(&run.incident).await {
            Ok(Some(row)) => row.unpack(),
            // An incident that nobody knows any more gets no report.
            Ok(None) => return,
            Err(error) => {
                tracing::warn!(%error, run = %run.id, "a run could not be reported to its source");
                return;
            }
        };
        for operation in operations {
            self.operate_quietly(&incident, &operation, &run.operator).await;
        }
    }

    /// Waits until the reports of the runs that have ended are sent, at most some seconds. For leaving.
    pub async fn reports_sent(&self) {
        self.inner.reports.close();
        if timeout(PATIENCE, self.inner.reports.wait()).await.is_err() {
            tracing::warn!("a source took too long to take the report of a run");
        }
    }
}

fn operations_of(source: &dyn Source, run: &Run, added: Option<Enrichment>) -> Vec<Operation> {
    if !run.outcome.is_some_and(Outcome::is_taken) {
        return Vec::new();
    }
    let abilities = source.abilities();
    let does = |operation: &Operation| matches!(abilities.of(operation.kind()), Ability::Source);
    let comment = source
        .comments_on_runs()
        .then(|| Operation::Comment { text: format!("andon: {}, by {}", run.summary(), run.operator.name) });
    let enrich = added.map(|added| Operation::Enrich { action: run.action.clone(), added: Box::new(added) });
    comment.into_iter().chain(enrich).filter(does).collect()
}

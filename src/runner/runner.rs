//! The runner itself: what it knows, and how requests of presses are filled and refused.
//!
//! Its other methods stand with their subject: `run`, `abandon` in `press`; `prepare_again` in `again`; `check`,
//! `preview` in `check`; `operate`, `source` in `operate`; `resume` in `resume`; `reports_sent` in `report_to_source`.
//! Inside: `send`, `references`, `record` in `send`; `follow` in `follow`; `reach` in `reach`; `resolved`,
//! `credentials` in `vendor_action`.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Map, Value};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use super::checks;
use super::record::Unrecorded;
use super::rows::{self, STOPPED, ahead, line, now_ms, row};
use super::step::PressOptions;
use super::stops::Stops;
use crate::domain::action::Action;
use crate::domain::activity::Activity;
use crate::domain::incident::{Incident, IncidentKey};
use crate::domain::operator::Operator;
use crate::domain::refusal::Refusal;
use crate::domain::request::Prepared;
use crate::domain::run::{Failure, Outcome, Run, RunDetail, RunRef, RunState};
use crate::net::{HostPolicy, PressClients, Reach};
use crate::secret::Resolver;
use crate::source::Source;
use crate::store::Store;
use crate::webhook::{self, Press};

pub struct Setup {
    pub store: Store,
    /// The id of this process: the name of its lock.
    pub process: String,
    /// Where the locks of living processes are; `None` in the demo, which has no other process.
    pub locks: Option<PathBuf>,
    /// What references in actions may read.
    pub secrets: Resolver,
    /// Whether actions may name `${env:}` and `${file:}` themselves (`policy.action_references`, a private store).
    pub action_references: bool,
    /// Where endpoints may go (`policy.allow_hosts`); empty: anywhere that is not denied.
    pub allow_hosts: Vec<String>,
    /// Where endpoints may not go (`policy.deny_hosts`).
    pub deny_hosts: Vec<String>,
    /// Whether nothing may be pressed.
    pub read_only: bool,
    /// Where incidents come from: who is told of operations, and what runs add.
    pub sources: Vec<Arc<dyn Source>>,
}

/// Runs presses. Cheap to clone; one for each process.
#[derive(Clone)]
pub struct Runner {
    pub(super) inner: Arc<Inner>,
}

pub(super) struct Inner {
    pub(super) setup: Setup,
    pub(super) clients: PressClients,
    pub(super) unrecorded: Unrecorded,
    pub(super) stops: Stops,
    /// Cancelled when jobs are to be let go.
    pub(super) leaving: CancellationToken,
    /// Sources that are being told of runs.
    pub(super) reports: TaskTracker,
}

impl Runner {
    /// A runner. The clients are made at the first use or by [`Runner::warm`].
    pub fn new(setup: Setup) -> Self {
        Self {
            inner: Arc::new(Inner {
                clients: PressClients::new(HostPolicy::new(&setup.allow_hosts, &setup.deny_hosts)),
                setup,
                unrecorded: Unrecorded::default(),
                stops: Stops::default(),
                leaving: CancellationToken::new(),
                reports: TaskTracker::new(),
            }),
        }
    }

    /// Makes the client now, so that the first press does not wait for it. A failure comes back at the press.
    pub async fn warm(&self) {
        if let Err(error) = self.inner.clients.get(Reach::default()).await {
            tracing::warn!(%error, "the client for presses could not be made");
        }
    }

    /// Fills the request of a press: the run's id and time are made here, once.
    ///
    /// The error is a refusal; [`Runner::refuse`] writes it down.
    pub fn prepare(
        &self,
        action: &Arc<Action>,
        incident: &Arc<Incident>,
        operator: &Arc<Operator>,
        options: PressOptions,
    ) -> Result<Prepared, Refusal> {
        self.may_be_pressed(action, incident)?;
        let resolved = self.resolved(action, Some(incident))?;
        self.ready(resolved.mark(webhook::prepare(press(&resolved.action, incident, operator, options))?))
    }

    /// What answers before gave for an incident: fields of its, the newest of a name. Where the store cannot be read
    /// there are none, and a request that wants one is refused.
    pub async fn kept(&self, incident: &IncidentKey) -> Map<String, Value> {
        let enriched = self.inner.setup.store.enriched(incident).await.unwrap_or_default();
        enriched.into_iter().flat_map(|one| one.added.fields).collect()
    }

    /// Writes down a press that was refused before it could be confirmed.
    pub async fn refuse(
        &self,
        action: &Arc<Action>,
        incident: &Arc<Incident>,
        operator: &Arc<Operator>,
        options: &PressOptions,
        refusal: &Refusal,
    ) -> Activity {
        let resolved = self.resolved(action, Some(incident)).ok();
        let action = resolved.as_ref().map_or(action, |resolved| &resolved.action);
        let unfilled = webhook::unfilled(press(action, incident, operator, options.clone()));
        let unfilled = resolved.map_or(unfilled.clone(), |resolved| resolved.mark(unfilled));
        self.refuse_prepared(&unfilled, refusal).await
    }

    /// Writes down a press whose request was filled, and which was refused after all: nothing was sent.
    pub async fn refuse_prepared(&self, prepared: &Prepared, refusal: &Refusal) -> Activity {
        let run = rows::refused(self.row(prepared, RunState::Done), refusal);
        self.record_refused(run, &ahead(prepared)).await
    }

    pub(super) async fn record_refused(&self, run: Run, detail: &RunDetail) -> Activity {
        match self.inner.setup.store.refuse_run(&run, detail).await {
            Ok(seq) => line(seq, run),
            Err(error) => {
                tracing::warn!(%error, "a refused press could not be written down");
                line(0, run)
            }
        }
    }

    /// A press whose confirm was left: cancelled, nothing was sent, and no row is written.
    pub fn left(&self, prepared: &Prepared) -> Activity {
        let mut run = self.row(prepared, RunState::Done);
        run.state = RunState::Done;
        run.outcome = Some(Outcome::Cancelled);
        run.failure = Some(Failure::Cancelled);
        run.duration_ms = Some(0);
        STOPPED.clone_into(&mut run.message);
        line(0, run)
    }

    /// Stops what of this has not ended in this process: before it was sent a run is cancelled, after that its outcome
    /// is unknown, and a job is not followed any more. How many runs those are.
    pub fn cancel(&self, runs: &RunRef) -> usize {
        self.inner.stops.stop(runs)
    }

    /// Lets the followed jobs go, now and from here on: whoever comes next follows them. For leaving.
    pub fn let_go(&self) {
        self.inner.leaving.cancel();
    }

    /// Tries again to write what could not be written. The rows that are durable now.
    pub async fn retry_unrecorded(&self) -> Vec<Run> {
        self.inner.unrecorded.retry(&self.inner.setup.store).await
    }

    /// The runs whose ending is not on disk.
    pub fn unrecorded(&self) -> Vec<Run> {
        self.inner.unrecorded.runs()
    }

    pub(super) fn may_be_pressed(&self, action: &Action, incident: &Incident) -> Result<(), Refusal> {
        checks::before_confirm(action, incident, self.inner.setup.read_only)
    }

    /// A filled request, once it is known that it may go, and how it goes.
    pub(super) fn ready(&self, mut prepared: Prepared) -> Result<Prepared, Refusal> {
        self.may_go(&prepared)?;
        prepared.through = checks::environments_proxy(&prepared);
        Ok(prepared)
    }

    pub(super) fn may_go(&self, prepared: &Prepared) -> Result<(), Refusal> {
        // The files of a vendor's action are those of the source's settings.
        if !self.inner.setup.action_references && prepared.credentials.is_none() {
            checks::names_no_file(&prepared.action.tls)?;
        }
        checks::endpoint(&prepared.endpoint, self.inner.clients.policy())
    }

    /// Checks once more what was checked when the request was filled: a confirm may have been open for long.
    pub(super) fn still_may_go(&self, prepared: &Prepared) -> Result<(), Refusal> {
        self.may_be_pressed(&prepared.action, &prepared.incident)?;
        self.may_go(prepared)
    }

    pub(super) fn row(&self, prepared: &Prepared, state: RunState) -> Run {
        row(prepared, &self.inner.setup.process, state)
    }
}

/// A press with its run's id and time, made here, once.
pub(super) fn press<'a>(
    action: &'a Arc<Action>,
    incident: &'a Arc<Incident>,
    operator: &'a Arc<Operator>,
    options: PressOptions,
) -> Press<'a> {
    let PressOptions { inputs, test, group, kept } = options;
    Press {
        action,
        incident,
        operator,
        inputs,
        run_id: Uuid::now_v7().to_string(),
        event_time_ms: now_ms(),
        group,
        test,
        kept,
    }
}

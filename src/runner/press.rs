//! One press, from its confirmation to its record.

use std::panic::AssertUnwindSafe;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::rows::{self, STOPPED, cooling, ended, in_flight, line, now_ms, unwritten};
use super::setup::Runner;
use super::step::{Finish, Step};
use crate::domain::activity::{Activity, Entry, Seq};
use crate::domain::request::Prepared;
use crate::domain::run::{Ending, Failure, Outcome, Run, RunDetail, RunState};
use crate::store::{Begun, RunRecord};
use crate::webhook;

/// Hears the steps of one run.
pub(super) type Watch<'a> = &'a (dyn Fn(Step) + Send + Sync);

/// A row that is durable and has not ended.
#[derive(Clone, Debug)]
pub(super) struct Begin {
    pub(super) seq: Seq,
    pub(super) run: Run,
}

/// How far a run's row is, so that a fault inside andon can be told truly.
#[derive(Debug, Default)]
pub(super) struct Far(Mutex<Option<Begin>>);

impl Far {
    pub(super) fn is(&self, begin: &Begin) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(begin.clone());
    }

    fn get(&self) -> Option<Begin> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Runner {
    /// Runs a press that was confirmed. `watch` hears each step.
    pub async fn run(&self, prepared: Prepared, watch: impl Fn(Step) + Send + Sync) -> Finish {
        self.run_until(prepared, watch, &CancellationToken::new()).await
    }

    /// As [`Runner::run`], but ends when the operator cancels `stop` (or [`Runner::cancel`] names it): cancelled, or
    /// unknown once an attempt may have been received. An answer whose status has come still counts.
    ///
    /// A fault inside andon ends the run and nothing else.
    pub async fn run_until(
        &self,
        prepared: Prepared,
        watch: impl Fn(Step) + Send + Sync,
        stop: &CancellationToken,
    ) -> Finish {
        let registered = self.inner.stops.register(&prepared.run_id, prepared.group.as_deref(), stop);
        let far = Far::default();
        let whole = async {
            let holds_ms = prepared.action.holds_ms();
            let state = if holds_ms > 0 { RunState::Pending } else { RunState::Running };
            let begin = match self.begin(&prepared, state).await {
                Ok(begin) => begin,
                Err(finish) => return finish,
            };
            far.is(&begin);
            if holds_ms > 0 {
                let activity = Box::new(line(begin.seq, begin.run.clone()));
                watch(Step::Held { activity, left_ms: holds_ms });
                tokio::select! {
                    biased;
                    () = registered.token.cancelled() => {}
                    () = sleep(Duration::from_millis(holds_ms)) => {}
                }
            }
            Box::pin(self.go(begin, &prepared, &watch, &registered.token, &far)).await
        };
        self.caught(whole, &prepared, &far).await
    }

    /// Carries a run on whatever happens inside: a panic becomes its ending.
    pub(super) async fn caught(&self, work: impl Future<Output = Finish>, prepared: &Prepared, far: &Far) -> Finish {
        if let Ok(finish) = AssertUnwindSafe(work).catch_unwind().await {
            finish
        } else {
            tracing::error!(run = %prepared.run_id, "a run failed inside andon");
            self.fallen(prepared, far.get()).await
        }
    }

    /// Checks, wins the guard and writes the row. The error is how it ended instead.
    pub(super) async fn begin(&self, prepared: &Prepared, state: RunState) -> Result<Begin, Finish> {
        if let Err(refusal) = self.still_may_go(prepared) {
            return Err(ended(self.refuse_prepared(prepared, refusal).await));
        }
        let run = self.row(prepared, state);
        let action = &prepared.action;
        let begun = self.inner.setup.store.begin_run(&run, &ahead(prepared), action.revision, action.cooldown_ms).await;
        let refusal = match begun {
            Ok(Begun::Started(seq)) => return Ok(Begin { seq, run }),
            Ok(Begun::InFlight(other)) => (Failure::InFlight, in_flight(&other)),
            Ok(Begun::Cooldown { last, until_ms }) => (Failure::Cooldown, cooling(&last, until_ms)),
            Ok(Begun::ActionChanged(now)) => return Err(Finish::Changed(now)),
            Err(error) => return Err(unwritten(run, &error)),
        };
        Err(ended(self.refuse_prepared(prepared, refusal).await))
    }

    /// From the durable row to the end: a row that is `pending` becomes `running` first, unless it was stopped.
    pub(super) async fn go(
        &self,
        mut begin: Begin,
        prepared: &Prepared,
        watch: Watch<'_>,
        stop: &CancellationToken,
        far: &Far,
    ) -> Finish {
        if begin.run.state == RunState::Pending {
            if stop.is_cancelled() {
                return self.take_back(begin, STOPPED).await;
            }
            match self.inner.setup.store.start_run(&begin.run.id).await {
                Ok(true) => begin.run.state = RunState::Running,
                // Another process took this one for dead and ended the row: nothing may be sent.
                Ok(false) => return self.as_recorded(begin).await,
                Err(error) => {
                    return self.take_back(begin, &format!("nothing was sent: {error}")).await;
                }
            }
            far.is(&begin);
        }
        watch(Step::Begun(Box::new(line(begin.seq, begin.run.clone()))));
        self.send(begin, prepared, watch, stop).await
    }

    /// Ends a run that was not sent yet: cancelled.
    pub(super) async fn take_back(&self, begin: Begin, words: &str) -> Finish {
        let ending = unsent(Outcome::Cancelled, Failure::Cancelled, words.to_owned());
        match self.inner.setup.store.end_pending(&begin.run.id, &ending, now_ms()).await {
            Ok(true) => ended(line(begin.seq, rows::finished(begin.run, &ending))),
            Ok(false) => self.as_recorded(begin).await,
            // It waits with the other endings: what was not sent is ended as such whenever it can be written.
            Err(_) => self.record(begin, ending).await,
        }
    }

    /// A run that somebody else has ended: as its row says.
    async fn as_recorded(&self, begin: Begin) -> Finish {
        if let Ok(Some(record)) = self.inner.setup.store.run_record(&begin.run.id).await {
            ended(record.activity)
        } else {
            let words = "another andon took this one for dead before it was sent: nothing was sent".to_owned();
            let ending = unsent(Outcome::Cancelled, Failure::Interrupted, words);
            ended(line(begin.seq, rows::finished(begin.run, &ending)))
        }
    }

    /// Ends a run whose task died, by what its row says of how far it was.
    pub async fn abandon(&self, prepared: &Prepared) -> Finish {
        match self.inner.setup.store.run_record(&prepared.run_id).await {
            Ok(None) => self.fallen(prepared, None).await,
            Ok(Some(RunRecord { activity: Activity { seq, entry: Entry::Run(run), .. }, .. }))
                if run.state != RunState::Done =>
            {
                self.fallen(prepared, Some(Begin { seq, run: *run })).await
            }
            Ok(Some(record)) => ended(record.activity),
            // It may have begun: then this waits until it can be written.
            Err(_) => {
                let run = self.row(prepared, RunState::Running);
                self.fallen(prepared, Some(Begin { seq: 0, run })).await
            }
        }
    }

    /// Ends a run that failed inside andon, by how far it was.
    async fn fallen(&self, prepared: &Prepared, far: Option<Begin>) -> Finish {
        let Some(begin) = far else {
            let words = "andon failed inside before anything was sent; the log file says where".to_owned();
            return ended(self.refuse_prepared(prepared, (Failure::Store, words)).await);
        };
        if begin.run.state == RunState::Pending {
            let words = "andon failed inside before this was sent: nothing was sent".to_owned();
            return self.record(begin, unsent(Outcome::Cancelled, Failure::Interrupted, words)).await;
        }
        let words = format!("andon failed inside while this ran: {}", webhook::look(&prepared.event_id));
        self.record(begin, unsent(Outcome::Unknown, Failure::Interrupted, words)).await
    }
}

/// What is written down before a press goes.
pub(super) fn ahead(prepared: &Prepared) -> RunDetail {
    RunDetail {
        request: webhook::sent_request(prepared),
        inputs: prepared.inputs.plain.clone(),
        payload: prepared.masked.then(|| serde_json::Value::clone(&prepared.payload)),
        masked: prepared.masked,
        ..RunDetail::default()
    }
}

/// An ending without a request of which anything is known.
pub(super) fn unsent(outcome: Outcome, failure: Failure, message: String) -> Ending {
    Ending { outcome, failure: Some(failure), status: None, message, duration_ms: 0, detail: RunDetail::default() }
}

/// How long ago it was, milliseconds.
pub(super) fn since_ms(begun_at: Instant) -> i64 {
    i64::try_from(begun_at.elapsed().as_millis()).unwrap_or(i64::MAX)
}

//! One press, from its confirmation to its record.

use std::sync::Arc;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::record::Waiting;
use super::rows::{STOPPED, cooling, ended, finished, in_flight, line, now_ms, unwritten};
use super::setup::Runner;
use super::step::{Finish, Step};
use super::{attempts, checks};
use crate::domain::action::Header;
use crate::domain::activity::Seq;
use crate::domain::request::Prepared;
use crate::domain::run::{Attempt, Ending, Failure, Outcome, Run, RunDetail, judge};
use crate::domain::stage::Stage;
use crate::net::NetError;
use crate::secret::Allowed;
use crate::store::{Begun, Recorded};
use crate::webhook;

impl Runner {
    /// Runs a press that was confirmed. `watch` hears each step.
    pub async fn run(&self, prepared: Prepared, watch: impl Fn(Step) + Send + Sync) -> Finish {
        self.run_until(prepared, watch, &CancellationToken::new()).await
    }

    /// As [`Runner::run`], but ends when the operator cancels `stop` (or [`Runner::cancel`] names it): cancelled, or
    /// unknown once an attempt may have been received. An answer whose status has come still counts.
    pub async fn run_until(
        &self,
        prepared: Prepared,
        watch: impl Fn(Step) + Send + Sync,
        stop: &CancellationToken,
    ) -> Finish {
        let registered = self.inner.stops.register(&prepared.run_id, prepared.group.as_deref(), stop);
        let stop = &registered.token;
        let begun_at = Instant::now();
        let headers = match self.fill_headers(&prepared).await {
            Ok(headers) => headers,
            Err(refusal) => return ended(self.refuse_prepared(&prepared, refusal).await),
        };
        let run = self.row(&prepared);
        let request = webhook::sent_request(&prepared);
        let action = &prepared.action;
        match self.inner.setup.store.begin_run(&run, &request, action.revision, action.cooldown_ms).await {
            Ok(Begun::Started(seq)) => {
                watch(Step::Begun(Box::new(line(seq, run.clone()))));
                self.send(seq, run, &prepared, &headers, (begun_at, stop), &watch).await
            }
            Ok(Begun::InFlight(other)) => {
                ended(self.refuse_prepared(&prepared, (Failure::InFlight, in_flight(&other))).await)
            }
            Ok(Begun::Cooldown { last, until_ms }) => {
                ended(self.refuse_prepared(&prepared, (Failure::Cooldown, cooling(&last, until_ms))).await)
            }
            Ok(Begun::ActionChanged(now)) => Finish::Changed(now),
            Err(error) => unwritten(run, &error),
        }
    }

    /// Ends a run whose task died inside andon: what became of it is not known.
    pub async fn abandon(&self, prepared: &Prepared) -> Finish {
        let run = self.row(prepared);
        let ending = Ending {
            outcome: Outcome::Unknown,
            failure: Some(Failure::Interrupted),
            status: None,
            message: format!(
                "andon failed inside while this ran: it may have run; look at the receiver for id {}",
                prepared.event_id
            ),
            duration_ms: 0,
            detail: RunDetail { request: webhook::sent_request(prepared), ..RunDetail::default() },
        };
        self.record(0, run, ending).await
    }

    async fn fill_headers(&self, prepared: &Prepared) -> Result<Vec<Header>, (Failure, String)> {
        if !prepared.headers.iter().any(Header::is_reference) {
            return Ok(prepared.headers.clone());
        }
        let (headers, inner) = (prepared.headers.clone(), Arc::clone(&self.inner));
        let allowed = if inner.setup.action_references { Allowed::LocalAction } else { Allowed::SharedAction };
        tokio::task::spawn_blocking(move || checks::fill_headers(&headers, &inner.setup.secrets, allowed))
            .await
            .unwrap_or_else(|_| Err((Failure::Secret, "reading a reference failed inside andon".to_owned())))
    }

    async fn send(
        &self,
        seq: Seq,
        run: Run,
        prepared: &Prepared,
        headers: &[Header],
        (begun_at, stop): (Instant, &CancellationToken),
        watch: &(impl Fn(Step) + Send + Sync),
    ) -> Finish {
        let (attempts, answer) = match self.client().await {
            Ok(client) => {
                attempts::send(client, prepared, headers, stop, &|words| watch(Step::At(Stage::Trying(words)))).await
            }
            Err(error) => (vec![no_client(&error)], None),
        };
        let received = attempts.iter().any(|attempt| attempt.may_have_been_received);
        let ((outcome, failure, status), message) = if stop.is_cancelled() && !received {
            ((Outcome::Cancelled, Some(Failure::Cancelled), None), STOPPED.to_owned())
        } else {
            let message = webhook::describe(&attempts, answer.as_ref(), &prepared.event_id, prepared.action.timeout_ms);
            (judge(&attempts, None), message)
        };
        let duration_ms = i64::try_from(begun_at.elapsed().as_millis()).unwrap_or(i64::MAX);
        let detail = RunDetail { request: webhook::sent_request(prepared), attempts, answer, ..RunDetail::default() };
        self.record(seq, run, Ending { outcome, failure, status, message, duration_ms, detail }).await
    }

    pub(super) async fn record(&self, seq: Seq, run: Run, ending: Ending) -> Finish {
        let run = finished(run, &ending);
        let waiting = Waiting { run: run.clone(), ending, at_ms: now_ms() };
        let written = self.inner.unrecorded.write(&self.inner.setup.store, waiting).await;
        let not_recorded = match written {
            Ok(Recorded::Written) => None,
            Ok(Recorded::AlreadyEnded { .. }) => {
                // Another process took this one for dead; its row stands and a correction was added to it.
                tracing::warn!(run = %run.id, "the run had been settled by another process");
                None
            }
            Err(error) => Some(error.to_string()),
        };
        Finish::Ended { activity: Box::new(line(seq, run)), not_recorded }
    }
}

fn no_client(error: &NetError) -> Attempt {
    Attempt {
        number: 1,
        started_at_ms: now_ms(),
        failure: Some(Failure::Tls),
        error: error.to_string(),
        ..Attempt::default()
    }
}

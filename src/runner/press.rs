//! The runner itself.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::OnceCell;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::record::{Unrecorded, Waiting};
use super::{attempts, checks};
use crate::domain::action::{Action, Header};
use crate::domain::activity::{Activity, Entry, Seq};
use crate::domain::incident::Incident;
use crate::domain::operator::Operator;
use crate::domain::request::{Inputs, Prepared};
use crate::domain::run::{Attempt, Ending, Failure, Outcome, Run, RunDetail, RunState, judge};
use crate::domain::time::took;
use crate::net::{NetError, PressClient};
use crate::secret::{Allowed, Resolver};
use crate::store::{Begun, Recorded, Store, StoreError};
use crate::webhook;

/// What a runner needs to know.
pub struct Setup {
    /// Where runs are written.
    pub store: Store,
    /// The id of this process: the name of its lock.
    pub process: String,
    /// What references in actions may read.
    pub secrets: Resolver,
    /// Whether actions may name `${env:}` and `${file:}` themselves (`policy.action_references`, a private store).
    pub action_references: bool,
    /// Whether nothing may be pressed.
    pub read_only: bool,
}

/// What happens between the press and its end.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// The row is durable; the request is about to go.
    Begun(Box<Activity>),
    /// It is tried again: in words.
    Trying(String),
}

/// How a press went.
#[derive(Clone, Debug, PartialEq)]
pub enum Finish {
    /// It ended: succeeded, failed, unknown or refused.
    Ended {
        /// The line of the log. `seq` is 0 where none could be written.
        activity: Box<Activity>,
        /// Why the ending is not on disk yet; it is tried again by [`Runner::retry_unrecorded`].
        not_recorded: Option<String>,
    },
    /// The action is not what was confirmed; as it is now, `None` where it was removed. Nothing was sent or written.
    Changed(Option<Box<Action>>),
}

/// The message of a run that was stopped in time.
const STOPPED: &str = "stopped by the operator: nothing was sent";

/// Runs presses. Cheap to clone; one for each process.
#[derive(Clone)]
pub struct Runner {
    inner: Arc<Inner>,
}

struct Inner {
    setup: Setup,
    client: OnceCell<PressClient>,
    unrecorded: Unrecorded,
}

impl Runner {
    /// A runner. The client is made at the first use or by [`Runner::warm`].
    pub fn new(setup: Setup) -> Self {
        Self { inner: Arc::new(Inner { setup, client: OnceCell::new(), unrecorded: Unrecorded::default() }) }
    }

    /// Makes the client now, so that the first press does not wait for it. A failure comes back at the press.
    pub async fn warm(&self) {
        if let Err(error) = self.client().await {
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
    ) -> Result<Prepared, (Failure, String)> {
        checks::before_confirm(action, self.inner.setup.read_only)?;
        webhook::prepare(press(action, incident, operator))
    }

    /// Writes down a press that was refused before it could be confirmed.
    pub async fn refuse(
        &self,
        action: &Arc<Action>,
        incident: &Arc<Incident>,
        operator: &Arc<Operator>,
        (failure, message): (Failure, String),
    ) -> Activity {
        self.refused(&webhook::unfilled(press(action, incident, operator)), failure, message).await
    }

    /// Runs a press that was confirmed. `watch` hears when the row is durable and of each further try.
    pub async fn run(&self, prepared: Prepared, watch: impl Fn(Step) + Send + Sync) -> Finish {
        self.run_until(prepared, watch, &CancellationToken::new()).await
    }

    /// As [`Runner::run`], but ends when the operator cancels `stop`: cancelled, or unknown once an attempt may have
    /// been received. An answer whose status has come still counts.
    pub async fn run_until(
        &self,
        prepared: Prepared,
        watch: impl Fn(Step) + Send + Sync,
        stop: &CancellationToken,
    ) -> Finish {
        let begun_at = Instant::now();
        let headers = match self.fill_headers(&prepared).await {
            Ok(headers) => headers,
            Err((failure, message)) => return ended(self.refused(&prepared, failure, message).await),
        };
        let run = self.row(&prepared);
        let detail = ahead(&prepared);
        let action = &prepared.action;
        match self.inner.setup.store.begin_run(&run, &detail, action.revision, action.cooldown_ms).await {
            Ok(Begun::Started(seq)) => {
                watch(Step::Begun(Box::new(line(seq, run.clone()))));
                self.send(seq, run, &prepared, &headers, (begun_at, stop), &watch).await
            }
            Ok(Begun::InFlight(other)) => ended(self.refused(&prepared, Failure::InFlight, in_flight(&other)).await),
            Ok(Begun::Cooldown { last, until_ms }) => {
                ended(self.refused(&prepared, Failure::Cooldown, cooling(&last, until_ms)).await)
            }
            Ok(Begun::ActionChanged(now)) => Finish::Changed(now),
            Err(error) => ended(unwritten(run, &error)),
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

    /// A press whose confirm was left: cancelled, nothing was sent, and no row is written.
    pub fn left(&self, prepared: &Prepared) -> Activity {
        let mut run = self.row(prepared);
        run.state = RunState::Done;
        run.outcome = Some(Outcome::Cancelled);
        run.failure = Some(Failure::Cancelled);
        run.duration_ms = Some(0);
        STOPPED.clone_into(&mut run.message);
        line(0, run)
    }

    /// Tries again to write what could not be written. The rows that are durable now.
    pub async fn retry_unrecorded(&self) -> Vec<Run> {
        self.inner.unrecorded.retry(&self.inner.setup.store).await
    }

    /// The runs whose ending is not on disk.
    pub fn unrecorded(&self) -> Vec<Run> {
        self.inner.unrecorded.runs()
    }

    async fn client(&self) -> Result<&PressClient, NetError> {
        self.inner.client.get_or_try_init(|| async { PressClient::new() }).await
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
            Ok(client) => attempts::send(client, prepared, headers, stop, &|words| watch(Step::Trying(words))).await,
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

    async fn record(&self, seq: Seq, run: Run, ending: Ending) -> Finish {
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

    async fn refused(&self, prepared: &Prepared, failure: Failure, message: String) -> Activity {
        let mut run = self.row(prepared);
        run.state = RunState::Done;
        run.outcome = Some(Outcome::Refused);
        run.failure = Some(failure);
        run.duration_ms = Some(0);
        run.message = message;
        match self.inner.setup.store.refuse_run(&run, &ahead(prepared)).await {
            Ok(seq) => line(seq, run),
            Err(error) => {
                tracing::warn!(%error, "a refused press could not be written down");
                line(0, run)
            }
        }
    }

    fn row(&self, prepared: &Prepared) -> Run {
        Run {
            id: prepared.run_id.clone(),
            event_id: prepared.event_id.clone(),
            action: prepared.action.name.clone(),
            action_id: prepared.action.id.clone(),
            incident: prepared.incident.key(),
            incident_num: prepared.incident.num.clone(),
            incident_title: prepared.incident.title.clone(),
            operator: Operator::clone(&prepared.operator),
            process: self.inner.setup.process.clone(),
            state: RunState::Running,
            outcome: None,
            failure: None,
            status: None,
            attempts: 0,
            started_at_ms: now_ms(),
            duration_ms: None,
            message: String::new(),
            group: prepared.group.clone(),
            resend_of: prepared.resend_of.clone(),
            test: prepared.test,
            following: false,
        }
    }
}

fn press<'a>(action: &'a Arc<Action>, incident: &'a Arc<Incident>, operator: &'a Arc<Operator>) -> webhook::Press<'a> {
    let (run_id, event_time_ms) = (Uuid::now_v7().to_string(), now_ms());
    let inputs = Inputs::default();
    webhook::Press { action, incident, operator, inputs, run_id, event_time_ms, group: None, test: false }
}

/// What is written down before a press goes.
fn ahead(prepared: &Prepared) -> RunDetail {
    RunDetail {
        request: webhook::sent_request(prepared),
        inputs: prepared.inputs.plain.clone(),
        payload: prepared.masked.then(|| Value::clone(&prepared.payload)),
        masked: prepared.masked,
        ..RunDetail::default()
    }
}

fn now_ms() -> i64 {
    Timestamp::now().as_millisecond()
}

fn line(seq: Seq, run: Run) -> Activity {
    Activity { seq, at_ms: run.started_at_ms, entry: Entry::Run(Box::new(run)) }
}

fn ended(activity: Activity) -> Finish {
    Finish::Ended { activity: Box::new(activity), not_recorded: None }
}

fn finished(mut run: Run, ending: &Ending) -> Run {
    run.state = RunState::Done;
    run.outcome = Some(ending.outcome);
    run.failure = ending.failure;
    run.status = ending.status;
    run.attempts = u32::try_from(ending.detail.attempts.len()).unwrap_or(u32::MAX);
    run.duration_ms = Some(ending.duration_ms);
    run.message.clone_from(&ending.message);
    run
}

/// The press was refused because its row could not be written: nothing was sent, and no row says so.
fn unwritten(mut run: Run, error: &StoreError) -> Activity {
    run.state = RunState::Done;
    run.outcome = Some(Outcome::Refused);
    run.failure = Some(Failure::Store);
    run.duration_ms = Some(0);
    run.message = format!("nothing was sent: {error}");
    line(0, run)
}

fn in_flight(other: &Run) -> String {
    let since = took(now_ms().saturating_sub(other.started_at_ms));
    format!("already running: pressed by {} {since} ago, no answer yet", other.operator.whereabouts())
}

fn cooling(last: &Run, until_ms: i64) -> String {
    let left = took(until_ms.saturating_sub(now_ms()).max(0));
    let outcome = last.outcome.map_or("ended", Outcome::as_str);
    format!("just run by {}: {outcome}; it can be pressed again in {left}", last.operator.whereabouts())
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

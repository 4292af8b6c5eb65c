//! The rows of runs: what they say at the press, and when it is refused or over.

use jiff::Timestamp;

use super::step::Finish;
use crate::domain::activity::{Activity, Entry, Seq};
use crate::domain::operator::Operator;
use crate::domain::refusal::Refusal;
use crate::domain::request::Prepared;
use crate::domain::run::{Ending, Failure, Outcome, Run, RunDetail, RunState};
use crate::domain::time::took;
use crate::store::StoreError;
use crate::webhook;

/// The message of a run that was stopped in time.
pub(super) const STOPPED: &str = "stopped by the operator: nothing was sent";
/// The message of a run of several that was not begun after one of them ended badly.
pub(super) const LEFT: &str = "not begun, because one of the group did not succeed: nothing was sent";

/// Unix milliseconds.
pub(super) fn now_ms() -> i64 {
    Timestamp::now().as_millisecond()
}

/// The row of a press that begins.
pub(super) fn row(prepared: &Prepared, process: &str, state: RunState) -> Run {
    Run {
        id: prepared.run_id.clone(),
        event_id: prepared.event_id.clone(),
        action: prepared.action.name.clone(),
        action_id: prepared.action.id.clone(),
        incident: prepared.incident.key(),
        incident_num: prepared.incident.num.clone(),
        incident_title: prepared.incident.title.clone(),
        operator: Operator::clone(&prepared.operator),
        process: process.to_owned(),
        state,
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

/// The row of a press that was refused: done, nothing sent.
pub(super) fn refused(mut run: Run, refusal: &Refusal) -> Run {
    run.state = RunState::Done;
    run.outcome = Some(Outcome::Refused);
    run.failure = Some(refusal.class);
    run.duration_ms = Some(0);
    run.message = refusal.message();
    run
}

/// The store could not be read or written.
pub(super) fn store_failed(error: &StoreError) -> Refusal {
    Refusal::new(Failure::Store, error.to_string())
}

/// The ending of a run that was refused after its row was written.
pub(super) fn refused_ending(refusal: &Refusal) -> Ending {
    unsent(Outcome::Refused, refusal.class, refusal.message())
}

/// The press was refused because its row could not be written: nothing was sent, and no row says so.
pub(super) fn unwritten(run: Run, error: &StoreError) -> Finish {
    ended(line(0, refused(run, &store_failed(error))))
}

/// The row as it is after its end.
pub(super) fn finished(mut run: Run, ending: &Ending) -> Run {
    run.state = RunState::Done;
    run.following = false;
    run.outcome = Some(ending.outcome);
    run.failure = ending.failure;
    run.status = ending.status;
    run.attempts = u32::try_from(ending.detail.attempts.len()).unwrap_or(u32::MAX);
    run.duration_ms = Some(ending.duration_ms);
    run.message.clone_from(&ending.message);
    run
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

/// A line of the log.
pub(super) fn line(seq: Seq, run: Run) -> Activity {
    Activity { seq, at_ms: run.started_at_ms, entry: Entry::Run(Box::new(run)) }
}

/// An end that is on disk, or of which nothing has to be.
pub(super) fn ended(activity: Activity) -> Finish {
    Finish::Ended { activity: Box::new(activity), not_recorded: None }
}

/// Why a second press is refused while the first is under way.
pub(super) fn in_flight(other: &Run) -> String {
    let since = took(now_ms().saturating_sub(other.started_at_ms).max(0));
    let far = match other.state {
        RunState::Pending => "not sent yet",
        _ if other.following => "accepted, and its job has not ended",
        _ => "no answer yet",
    };
    format!("already running: pressed by {} {since} ago, {far}", other.operator.whereabouts())
}

/// Why a press is refused so shortly after the last one.
pub(super) fn cooling(last: &Run, until_ms: i64) -> String {
    let left = took(until_ms.saturating_sub(now_ms()).max(0));
    let outcome = last.outcome.map_or("ended", Outcome::as_str);
    format!("just run by {}: {outcome}; it can be pressed again in {left}", last.operator.whereabouts())
}

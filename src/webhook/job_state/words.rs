//! The words of a job's state, and what each says.
//!
//! Words are folded first.

use crate::domain::folded::fold;

pub(super) const RUNNING: [&str; 42] = [
    "accepted",
    "queued",
    "pending",
    "created",
    "creating",
    "new",
    "requested",
    "scheduled",
    "delayed",
    "received",
    "sent",
    "started",
    "starting",
    "initializing",
    "preparing",
    "prepared",
    "planned",
    "planning",
    "waiting",
    "building",
    "running",
    "executing",
    "processing",
    "working",
    "active",
    "inprogress",
    "updating",
    "uploading",
    "confirmed",
    "applying",
    "canceling",
    "cancelling",
    "stopping",
    "terminating",
    "killing",
    "retrying",
    "resuming",
    "failing",
    "notstarted",
    "enqueued",
    "provisioning",
    "submitted",
];
/// It goes on once a person does something.
pub(super) const WAITS: [&str; 8] =
    ["paused", "suspended", "blocked", "onhold", "manual", "actionrequired", "pendingapproval", "waitingconfirmation"];
pub(super) const FAILED: [&str; 27] = [
    "failed",
    "fail",
    "failure",
    "error",
    "errored",
    "timedout",
    "timeout",
    "expired",
    "terminal",
    "crashed",
    "abandoned",
    "rejected",
    "declined",
    "discarded",
    "lost",
    "missed",
    "fault",
    "faulted",
    "internalerror",
    "startupfailure",
    "unstable",
    "notbuilt",
    "notrun",
    "unauthorized",
    "failedwithretry",
    "forcecanceled",
    "partiallysucceeded",
];
/// It failed because somebody stopped it at the receiver.
pub(super) const CANCELLED: [&str; 4] = ["aborted", "canceled", "cancelled", "killed"];
pub(super) const SUCCEEDED: [&str; 10] = [
    "succeeded",
    "success",
    "successful",
    "passed",
    "ok",
    "applied",
    "live",
    "resolved",
    "plannedandfinished",
    "plannedandsaved",
];
/// Only an end: a result beside it decides; alone it succeeded.
pub(super) const ENDED: [&str; 4] = ["completed", "complete", "finished", "done"];
/// As [`ENDED`], but alone it failed.
pub(super) const STOPPED: [&str; 3] = ["stopped", "terminated", "dead"];

/// What one word or field says. The greatest of all counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    /// It is there and tells nothing.
    Empty,
    Ended,
    Stopped,
    /// A result that is not in the table.
    UnclearResult,
    Succeeded,
    /// A flag says that it did not go well, or not yet.
    Unsuccessful,
    /// A state that is not in the table.
    Unclear,
    Failed,
    Cancelled,
    Waits,
    Running,
}

/// What vendors write before a state that is one of an enumeration of theirs: `JOB_STATE_SUCCEEDED`. Any other prefix is part
/// of a word that nobody knows.
const PREFIXES: [&str; 12] = [
    "STATE_",
    "JOB_STATE_",
    "RUN_STATE_",
    "TASK_STATE_",
    "BUILD_STATE_",
    "BATCH_STATE_",
    "PIPELINE_STATE_",
    "EXECUTION_STATE_",
    "WORKFLOW_STATE_",
    "OPERATION_STATE_",
    "DEPLOYMENT_STATE_",
    "INVOCATION_STATE_",
];

fn without_prefix(text: &str) -> &str {
    let text = text.trim();
    let rest = |prefix: &&str| {
        let head = text.get(..prefix.len())?;
        head.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
    };
    PREFIXES.iter().find_map(rest).unwrap_or(text)
}

/// What a word of the table says.
pub(super) fn class(text: &str) -> Option<Class> {
    let word = fold(without_prefix(text));
    let word = word.as_str();
    let is_plain = word.chars().all(char::is_alphabetic);
    Some(match word {
        _ if WAITS.contains(&word) => Class::Waits,
        _ if RUNNING.contains(&word) || (is_plain && word.ends_with("inprogress")) => Class::Running,
        _ if CANCELLED.contains(&word) => Class::Cancelled,
        _ if FAILED.contains(&word) || (is_plain && word.ends_with("failed")) => Class::Failed,
        _ if SUCCEEDED.contains(&word) => Class::Succeeded,
        _ if ENDED.contains(&word) => Class::Ended,
        _ if STOPPED.contains(&word) => Class::Stopped,
        _ => return None,
    })
}

//! How runs ended: one object or line for each, what is not on disk, and the exit code.

use std::collections::HashSet;
use std::time::Duration;

use serde_json::{Value, json};

use super::exit::Exit;
use super::output::{self, Output};
use super::signals::Signals;
use crate::domain::activity::{Activity, Entry};
use crate::domain::run::{Failure, Outcome, Run, RunState};
use crate::domain::time::took;
use crate::runner::Runner;

/// How often an ending that could not be written is tried again before it is given up.
const RECORD_TRIES: u32 = 3;
/// The wait before each of them.
const RECORD_WAIT: Duration = Duration::from_secs(1);

/// Prints runs as they end, each once, and keeps the worst exit code.
pub(super) struct Report<'a> {
    out: &'a mut Output,
    printed: HashSet<String>,
    exit: Exit,
}

impl<'a> Report<'a> {
    pub(super) fn new(out: &'a mut Output) -> Self {
        Self { out, printed: HashSet::new(), exit: Exit::Done }
    }

    /// Something beside the runs went so.
    pub(super) fn note(&mut self, exit: Exit) {
        self.exit = self.exit.worst(exit);
    }

    /// Whether this run was printed.
    pub(super) fn has(&self, run: &str) -> bool {
        self.printed.contains(run)
    }

    /// Prints a run that has ended, or is followed by nobody any more. A second time it does nothing.
    pub(super) fn run(&mut self, activity: &Activity) {
        let Entry::Run(run) = &activity.entry else { return };
        if !self.printed.insert(run.id.clone()) {
            return;
        }
        if self.out.is_json() {
            self.out.object(run.to_json());
        } else {
            self.out.line(&words(run));
        }
        self.out.acts();
        self.out.flush();
        // Who lets a job go does not know how it ends.
        self.note(Exit::from(run.outcome.unwrap_or(Outcome::Unknown)));
    }

    /// The exit code of all, once the endings are on disk or it is told that they are not.
    pub(super) async fn finish(self, runner: &Runner, signals: &Signals) -> Exit {
        runner.reports_sent().await;
        if !is_recorded(runner).await {
            return self.exit.worst(Exit::Failed);
        }
        signals.asked_to_end().unwrap_or(self.exit)
    }
}

fn words(run: &Run) -> String {
    let mark = run.outcome.map_or("…", Outcome::mark);
    let duration = run.duration_ms.filter(|ms| *ms > 0).map_or_else(String::new, |ms| format!("  {}", took(ms)));
    let more = if run.state == RunState::Done { "" } else { "  not followed; `andon run --resume` takes it over" };
    format!("{mark} {}{duration}{more}", run.summary())
}

/// Whether the endings are on disk; tried again for a while, then told.
async fn is_recorded(runner: &Runner) -> bool {
    for _ in 0..RECORD_TRIES {
        if runner.unrecorded().is_empty() {
            return true;
        }
        tokio::time::sleep(RECORD_WAIT).await;
        runner.retry_unrecorded().await;
    }
    let left = runner.unrecorded();
    for run in &left {
        output::error(&format!("not recorded, the log does not have it: {} (id {})", run.summary(), run.id));
    }
    left.is_empty()
}

/// Presses that no row could be made for: nothing was sent. The objects have what is known of them, as typed.
pub(super) fn unmade(
    out: &mut Output,
    (action, incidents): (&str, &[String]),
    (outcome, failure): (Outcome, Failure),
    message: &str,
) -> Exit {
    if out.is_json() {
        for incident in incidents {
            out.object(bare(action, incident, (outcome, failure), message));
        }
    }
    output::error(&format!("{} ({}): {message}", outcome.as_str(), failure.as_str()));
    outcome.into()
}

fn bare(action: &str, incident: &str, (outcome, failure): (Outcome, Failure), message: &str) -> Value {
    json!({
        "run": null,
        "event_id": null,
        "action": action,
        "action_id": null,
        "incident": incident,
        "incident_num": null,
        "source": null,
        "operator": null,
        "state": "done",
        "outcome": outcome,
        "failure": failure,
        "status": null,
        "attempts": 0,
        "started_at": null,
        "duration_ms": 0,
        "message": message,
    })
}

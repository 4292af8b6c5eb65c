//! What `update` decides and the runtime carries out. Data only; each ends in exactly one event.

use crate::domain::action::Action;
use crate::domain::activity::Seq;
use crate::domain::incident::IncidentKey;
use crate::domain::request::Prepared;

/// What a page of the log is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogRequest {
    /// Only lines before this one (older).
    pub before: Option<Seq>,
    /// Only lines after this one (newer), the ones next to it.
    pub after: Option<Seq>,
    /// Case-insensitive text that a line must hold; empty = all.
    pub text: String,
    /// Whether to read from the oldest end.
    pub oldest: bool,
    /// At most this many.
    pub limit: u32,
}

/// Something to be done outside.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Fill the request of a press. Ends in `Event::Prepared`.
    Prepare {
        /// Comes back with the answer.
        ticket: u64,
        /// The action as the screen shows it.
        action: Box<Action>,
        /// The incident under the cursor.
        incident: IncidentKey,
        /// The packed incident as the screen shows it.
        body: std::sync::Arc<str>,
        /// Milliseconds since the source gave the incident, where that deserves a warning.
        stale_ms: Option<i64>,
    },
    /// Guard, write ahead, send, record. Ends in `Event::Ended` or `Event::AskAgain`; `Event::Activity` tells when it began.
    Run(Box<Prepared>),
    /// Read a page of the log. Ends in `Event::Log`.
    LoadLog {
        /// Comes back with the answer.
        ticket: u64,
        /// What is wanted.
        request: LogRequest,
    },
    /// Read the detail of a run. Ends in `Event::RunDetail`.
    LoadRun {
        /// The line's place in the log.
        seq: Seq,
        /// The run's id.
        run: String,
    },
    /// Save an action: `revision` 0 adds, else edits. Ends in `Event::Saved`.
    Save(Box<Action>),
    /// Remove an action as it was at this revision. Ends in `Event::Removed`.
    Remove {
        /// The action's id.
        id: String,
        /// The revision that was shown when it was confirmed.
        revision: i64,
    },
    /// Note in the log that a secret header value was shown. Ends in `Event::Said` or `Event::StoreTrouble`.
    NoteShown {
        /// The action's id (may be empty for one not saved yet).
        action: String,
        /// The header's name.
        header: String,
    },
    /// Ask every source now. Ends in `Event::Said`; the answers come as `Event::Source` and `Event::Changed`.
    Refresh,
    /// Put text on the clipboard (OSC 52). Ends in `Event::Said`.
    Copy {
        /// The text, already clean.
        text: String,
        /// What it is, for the message: `number`, `link`, `request`.
        what: &'static str,
    },
    /// Draw everything anew.
    Redraw,
    /// Stop until `fg`. Ends in `Event::Resized`.
    Suspend,
    /// Leave the screen; runs in flight finish and are recorded first.
    Quit,
}

//! What `update` decides and the runtime carries out. Data only; each ends in exactly one event.

use crate::domain::action::Action;
use crate::domain::activity::Seq;
use crate::domain::incident::IncidentKey;
use crate::domain::operation::Operation;
use crate::domain::request::{Inputs, Prepared};
use crate::domain::run::RunRef;

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
    pub limit: u32,
}

/// One incident that an action is pressed for.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    pub incident: IncidentKey,
    /// The packed incident as the screen shows it.
    pub body: std::sync::Arc<str>,
    /// The button of the same name in the incident's own channel, where that is another action.
    pub own: Option<std::sync::Arc<Action>>,
    /// Milliseconds since the source gave the incident, where that deserves a warning.
    pub stale_ms: Option<i64>,
}

/// Something to be done outside.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Fill the requests of a press, one for each incident. Ends in `Event::Prepared`.
    Prepare {
        /// Comes back with the answer.
        ticket: u64,
        /// The action as the screen shows it.
        action: Box<Action>,
        /// The incidents, in the board's order.
        targets: Vec<Target>,
        /// What was asked at the press, once for all.
        inputs: Inputs,
        /// Whether the request says that it is a test.
        test: bool,
    },
    /// Fill the request of the same press again: the first one's id and body. Ends in `Event::Prepared`.
    PrepareAgain {
        ticket: u64,
        /// The run that is sent again.
        run: String,
        /// Its secret inputs, asked again.
        inputs: Inputs,
    },
    /// Guard, write ahead, send, record: of several presses some at a time. `Event::Activity` tells when each began; each
    /// ends in `Event::Ended` or `Event::AskAgain`, a group also in `Event::GroupEnded`.
    Run(Vec<Prepared>),
    /// Stop runs of this screen, or let them go where they are only followed. Ends in `Event::Said`; each run in its own.
    Cancel(RunRef),
    /// Fill an action that is being written for an incident. Ends in `Event::Previewed`.
    Preview {
        ticket: u64,
        action: Box<Action>,
        /// The packed incident to fill it for, where one is selected.
        body: Option<std::sync::Arc<str>>,
    },
    /// Look at everything that an action needs on its way, without calling it. Ends in `Event::Checked`.
    Check(Box<Action>),
    /// Read how the runs of each action went. Ends in `Event::Buttons`.
    LoadButtons,
    /// Read what actions added to an incident. Ends in `Event::Enriched`.
    LoadEnriched {
        incident: IncidentKey,
    },
    /// Do something to incidents. Ends in `Event::Operated`.
    Operate {
        ticket: u64,
        /// The packed incidents as the screen shows them.
        incidents: Vec<std::sync::Arc<str>>,
        operation: Operation,
    },
    /// Read everything there is to tell of an incident. Ends in `Event::History`.
    LoadHistory {
        incident: IncidentKey,
        /// The packed incident as the screen shows it.
        body: std::sync::Arc<str>,
    },
    /// Keep what was begun of a comment on an incident; empty forgets it. Ends in `Event::Said`.
    SaveDraft {
        incident: IncidentKey,
        text: String,
    },
    /// Edit a text in the person's own editor. Ends in `Event::Edited`.
    EditText {
        text: String,
    },
    /// Show a link in the desktop's browser. Ends in `Event::Said`.
    OpenLink {
        /// The address, http or https.
        url: String,
    },
    /// Remove what an action added to an incident. Ends in `Event::Enriched`.
    RemoveEnriched {
        incident: IncidentKey,
        id: Seq,
    },
    /// Read a page of the log. Ends in `Event::Log`.
    LoadLog {
        ticket: u64,
        request: LogRequest,
    },
    /// Read the detail of a run. Ends in `Event::RunDetail`.
    LoadRun {
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
        /// What it is, for the message: `number`, `link`, `request`, `curl command`.
        what: &'static str,
    },
    /// Call the person back who looks elsewhere. Ends in nothing: the terminal does not answer.
    Notify {
        bell: bool,
        /// What a notification says, clean; `None` = none.
        notification: Option<String>,
    },
    /// Give the window this title, clean. Ends in nothing.
    Title(String),
    Redraw,
    /// Stop until `fg`. Ends in `Event::Resized`.
    Suspend,
    /// Leave the screen; runs in flight finish and are recorded first.
    Quit,
}

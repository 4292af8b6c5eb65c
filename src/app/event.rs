//! What can happen: the only way anything reaches the model.

use std::collections::HashMap;

use crossterm::event::KeyEvent;

use crate::domain::action::Action;
use crate::domain::activity::{Activity, Seq};
use crate::domain::arrivals::Arrivals;
use crate::domain::board::Delta;
use crate::domain::button::{ButtonFacts, LastRun};
use crate::domain::channel::Channel;
use crate::domain::enrichment::Enriched;
use crate::domain::finding::Finding;
use crate::domain::incident::{IncidentKey, IncidentRow};
use crate::domain::local::LocalNote;
use crate::domain::operation::Abilities;
use crate::domain::refusal::Refusal;
use crate::domain::request::Prepared;
use crate::domain::run::RunDetail;
use crate::domain::stage::Stage;
use crate::domain::theme::Background;
use crate::domain::timeline::Full;
use crate::domain::validate::Field;

/// The time at which an event is handled. `update` has no other clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Now {
    /// Wall clock, Unix milliseconds: for what people read.
    pub wall_ms: i64,
    /// Monotonic clock since the start, milliseconds: for what is measured.
    pub mono_ms: u64,
}

impl Now {
    /// Wall clock, Unix seconds.
    pub fn wall_s(self) -> i64 {
        self.wall_ms.div_euclid(1000)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Health {
    /// Not asked yet.
    Waiting,
    /// Being asked now; what it was before does not count against it.
    Asking,
    Fine,
    /// Did not answer, in words; it is asked again at the given wall time (Unix seconds).
    Failing {
        /// What failed and what to do.
        reason: String,
        /// When it is asked again, Unix seconds.
        retry_s: i64,
    },
}

/// A source as the header shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceState {
    /// Its configured name.
    pub name: String,
    /// The word of its kind.
    pub kind: &'static str,
    /// Its configured badge; may be empty.
    pub badge: String,
    pub health: Health,
    /// When it last answered, Unix seconds, also before this start; `None` = never.
    pub answered_s: Option<i64>,
    /// Whether it has answered since this start.
    pub fresh: bool,
    /// Its refresh interval, seconds.
    pub refresh_s: i64,
    pub abilities: Abilities,
    /// While a list of several pages is being read: how many incidents have come, and of how many where it says so.
    pub loading: Option<(usize, Option<usize>)>,
}

/// What the store holds, read at the start.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    /// Open incidents in the board's order.
    pub rows: Vec<IncidentRow>,
    /// Whether `rows` is all of them; the rest comes as [`Event::MoreRows`].
    pub whole: bool,
    /// How many open incidents there are in all.
    pub open_total: usize,
    pub actions: Vec<Action>,
    pub channels: Vec<Channel>,
    pub sources: Vec<SourceState>,
    /// The newest lines of the log, newest first.
    pub activity: Vec<Activity>,
    /// Comments that were begun and not sent, by incident.
    pub drafts: HashMap<IncidentKey, String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct LogPage {
    /// The number of the request it answers; late ones are ignored.
    pub ticket: u64,
    /// The rows, newest first.
    pub rows: Vec<Activity>,
    /// How many lines the log has in all (without the filter).
    pub total: i64,
}

/// Everything there is to tell of an incident that is open.
#[derive(Clone, Debug, PartialEq)]
pub struct History {
    /// What its source has; the error says why nothing could be read.
    pub full: Result<Full, String>,
    /// Notes that are kept here only, oldest first.
    pub notes: Vec<LocalNote>,
    /// Its lines of the log, oldest first.
    pub activity: Vec<Activity>,
}

/// Why an action was not saved.
#[derive(Clone, Debug, PartialEq)]
pub struct SaveRefusal {
    /// The field that it is about, where it is about one.
    pub field: Option<Field>,
    pub message: String,
    /// The action as it is now, where somebody changed it meanwhile.
    pub current: Option<Box<Action>>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A person pressed a key (the input stage has judged that it was a person).
    Key(KeyEvent),
    /// Text was pasted, in one piece.
    Paste(String),
    /// The terminal has a new size: columns, rows.
    Resized(u16, u16),
    Background(Background),
    /// The terminal told whether its window has the focus.
    Focus(bool),
    /// Time passed; nothing else.
    Tick,
    /// The store was read.
    Loaded(Box<Snapshot>),
    /// The rest of the open incidents, in the board's order.
    MoreRows(Vec<IncidentRow>),
    Changed(Box<Delta>),
    Source(SourceState),
    /// The actions changed (here or in another process).
    Actions(Vec<Action>),
    /// Lines of the log are new or further on: a run began, went on, ended, anything was noted. Also from other processes.
    Activity(Vec<Activity>),
    Progress {
        /// The run's id.
        run: String,
        stage: Stage,
    },
    /// Ends `Effect::Prepare` and `Effect::PrepareAgain`.
    Prepared {
        ticket: u64,
        /// For each incident, in order: the request, or why it is refused.
        results: Vec<Result<Box<Prepared>, Refusal>>,
    },
    /// Ends a press of `Effect::Run` where what was confirmed is no longer so: nothing was sent, ask again.
    AskAgain {
        /// What was confirmed.
        prepared: Box<Prepared>,
        /// The action as it is now; `None` = removed.
        action: Option<Box<Action>>,
    },
    /// Ends a press of `Effect::Run` otherwise: the line as it was recorded (or could not be: `recorded`).
    Ended {
        /// The line. Its `seq` is 0 where it could not be written.
        activity: Box<Activity>,
        /// `None` where it is durable, else why not (it is tried again each second).
        not_recorded: Option<String>,
    },
    /// Every run of a group of `Effect::Run` has ended.
    GroupEnded {
        group: String,
    },
    /// Ends `Effect::Preview`.
    Previewed {
        ticket: u64,
        /// What is filled in, or what is wrong, by field.
        filled: Vec<(Field, Result<String, String>)>,
    },
    /// Ends `Effect::Check`.
    Checked {
        /// The action's id.
        action: String,
        findings: Vec<Finding>,
    },
    /// Ends `Effect::LoadButtons`, and comes by itself when a run has ended.
    Buttons(Vec<ButtonFacts>),
    /// Comes after the start and each minute: what came in each of the last hours.
    Arrivals(Box<Arrivals>),
    /// Comes once after the start: the last run of each action on each open incident.
    LastRuns(Vec<LastRun>),
    /// Ends `Effect::LoadEnriched` and `Effect::RemoveEnriched`, and comes by itself when a run added something.
    Enriched {
        incident: IncidentKey,
        /// What was added, oldest first.
        added: Vec<Enriched>,
    },
    /// Ends `Effect::Operate`. The incidents as they are now have come as `Event::Changed` before, the rows as
    /// `Event::Activity`.
    Operated {
        ticket: u64,
        /// For each incident, in order: what else there is to say, or why it was not done, in words.
        results: Vec<(IncidentKey, Result<String, String>)>,
    },
    /// Ends `Effect::LoadHistory`.
    History {
        incident: IncidentKey,
        history: Box<History>,
    },
    /// Ends `Effect::EditText`: the text as the editor left it, or why there is none.
    Edited(Result<String, String>),
    /// Ends `Effect::LoadLog`.
    Log(LogPage),
    /// Ends `Effect::LoadRun`.
    RunDetail {
        seq: Seq,
        /// The detail and what was learned later; `None` where it is gone.
        detail: Option<Box<(RunDetail, Vec<Activity>)>>,
    },
    /// Ends `Effect::Save`.
    Saved(Result<Box<Action>, Box<SaveRefusal>>),
    /// Ends `Effect::Remove`.
    Removed(Result<Box<Action>, Box<SaveRefusal>>),
    /// Ends an effect that only tells how it went: copy, note, refresh, suspend.
    Said(String),
    /// The store cannot be read or written: in words.
    StoreTrouble(String),
    /// A signal asked andon to end: it never asks back.
    Terminate,
}

//! What a person can wish. Each command means exactly one thing; the context says to what.
//!
//! A family is carried out in one place, so that a new command is asked for there by the compiler.

/// What a person can wish.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Command {
    /// Moves the cursor, or scrolls.
    Move(Motion),
    /// Opens what the cursor is on; in a dialog it goes on.
    Open,
    /// Leaves, closes, clears: one step back.
    Back,
    /// Is meant for a place: a list, or what is opened from it to be read.
    Place(PlaceCommand),
    Copy(CopyCommand),
    Edit(FieldCommand),
    Answer(AnswerCommand),
}

/// What is meant for a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PlaceCommand {
    Filter,
    /// Holds everywhere.
    Global(GlobalCommand),
    /// Does something to incidents at their source.
    Operate(OperationCommand),
    Marks(MarkCommand),
    /// Puts the list of incidents otherwise.
    List(ListCommand),
    Incident(IncidentCommand),
    Action(ActionCommand),
    Run(RunCommand),
}

/// Where the cursor or the text goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Motion {
    Down,
    Up,
    Top,
    Bottom,
    PageDown,
    PageUp,
}

/// What holds everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GlobalCommand {
    GoIncidents,
    GoActions,
    GoLog,
    Refresh,
    Redraw,
    Help,
    /// Everything by its name.
    Palette,
    Quit,
    /// Stop until `fg`.
    Suspend,
    /// Take back the press that is held.
    TakeBack,
}

/// What is done to incidents at their source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OperationCommand {
    Acknowledge,
    Unacknowledge,
    CloseIncident,
    Snooze,
    Comment,
    Assign,
}

/// How incidents are marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MarkCommand {
    Mark,
    /// Mark from the last mark to here.
    MarkRange,
    MarkAll,
    /// Mark what is not marked, unmark what is.
    MarkInvert,
}

/// How the list of incidents is put.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ListCommand {
    NextView,
    PrevView,
    Sort,
    Group,
    /// Show only what shares a label of this incident.
    Shares,
}

/// What is about the selected incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IncidentCommand {
    Press(u8),
    NewestCritical,
    /// Back to where the cursor was before a jump.
    JumpBack,
    NextTab,
    PrevTab,
    PickLink,
    RemoveAdded,
}

/// What is done with actions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ActionCommand {
    NewAction,
    EditAction,
    DuplicateAction,
    DeleteAction,
    TestAction,
    CheckAction,
}

/// What is done about runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RunCommand {
    /// To the newest run that ended badly and was not seen.
    NextUnseen,
    CancelRun,
    RunAgain,
    /// Run an ended run again with other inputs.
    RunWith,
}

/// What is put on the clipboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CopyCommand {
    /// The incident's number; in a list the value of the cursor.
    CopyNumber,
    CopyLink,
    CopyLinks,
    CopyRequest,
    /// The request as a curl command; nothing is sent.
    CopyCurl,
}

/// What is done to the fields of a dialog or a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FieldCommand {
    NextField,
    PrevField,
    Toggle,
    Undo,
    Save,
    Presets,
    AddHeader,
    RemoveHeader,
    Reveal,
    /// Go on in the person's own editor.
    Editor,
    /// Complete the word at the cursor; then the next way to.
    Complete,
    /// The way before.
    CompleteBack,
    /// What was typed here before.
    Older,
    Newer,
}

/// What is answered to what is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AnswerCommand {
    Send,
    ShowRequest,
    Yes,
    /// Yes, for all runs of the press.
    YesAll,
    /// Yes, for this run of a press on many alone.
    YesOne,
    /// The same press: id and body of the first one.
    SamePress,
    NewPress,
}

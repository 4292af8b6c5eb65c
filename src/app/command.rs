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
    /// Puts something on the clipboard.
    Copy(CopyCommand),
    /// Goes about fields and changes them.
    Edit(FieldCommand),
    /// Answers what is asked.
    Answer(AnswerCommand),
}

/// What is meant for a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PlaceCommand {
    /// Filters the list.
    Filter,
    /// Holds everywhere.
    Global(GlobalCommand),
    /// Does something to incidents at their source.
    Operate(OperationCommand),
    /// Marks incidents.
    Marks(MarkCommand),
    /// Is about the selected incident.
    Incident(IncidentCommand),
    /// Is about actions.
    Action(ActionCommand),
    /// Is about runs.
    Run(RunCommand),
}

/// Where the cursor or the text goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Motion {
    /// One row down.
    Down,
    /// One row up.
    Up,
    /// To the first row.
    Top,
    /// To the last row.
    Bottom,
    /// A page down.
    PageDown,
    /// A page up.
    PageUp,
}

/// What holds everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GlobalCommand {
    /// To the incidents.
    GoIncidents,
    /// To the actions.
    GoActions,
    /// To the activity log.
    GoLog,
    /// Ask the sources now.
    Refresh,
    /// Draw everything anew.
    Redraw,
    /// Show every key of this screen.
    Help,
    /// Leave andon.
    Quit,
    /// Stop until `fg`.
    Suspend,
    /// Take back the press that is held.
    TakeBack,
}

/// What is done to incidents at their source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OperationCommand {
    /// Acknowledge the incident.
    Acknowledge,
    /// Take the acknowledgement back.
    Unacknowledge,
    /// Close the incident.
    CloseIncident,
    /// Be quiet about the incident for a while.
    Snooze,
    /// Write something beside the incident.
    Comment,
    /// Ask somebody to take the incident.
    Assign,
}

/// How incidents are marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MarkCommand {
    /// Mark or unmark the incident.
    Mark,
    /// Mark from the last mark to here.
    MarkRange,
    /// Mark all that are shown.
    MarkAll,
    /// Mark what is not marked, unmark what is.
    MarkInvert,
}

/// What is about the selected incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IncidentCommand {
    /// Press the button of this slot.
    Press(u8),
    /// To the newest open critical incident.
    NewestCritical,
    /// Back to where the cursor was before a jump.
    JumpBack,
    /// To the next tab.
    NextTab,
    /// To the tab before.
    PrevTab,
    /// Copy or open one of the incident's links, labels and fields.
    PickLink,
    /// Remove what an action added.
    RemoveAdded,
}

/// What is done with actions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ActionCommand {
    /// A new action.
    NewAction,
    /// Edit an action.
    EditAction,
    /// A new action like this one.
    DuplicateAction,
    /// Delete an action.
    DeleteAction,
    /// Press an action as a test.
    TestAction,
    /// Look at everything that an action needs on its way.
    CheckAction,
}

/// What is done about runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RunCommand {
    /// To the newest run that ended badly and was not seen.
    NextUnseen,
    /// Stop a run.
    CancelRun,
    /// Run an ended run again.
    RunAgain,
    /// Run an ended run again with other inputs.
    RunWith,
}

/// What is put on the clipboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CopyCommand {
    /// The incident's number; in a list the value of the cursor.
    CopyNumber,
    /// The incident's link.
    CopyLink,
    /// The links that actions added.
    CopyLinks,
    /// The request; nothing is sent.
    CopyRequest,
    /// The request as a curl command; nothing is sent.
    CopyCurl,
}

/// What is done to the fields of a dialog or a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FieldCommand {
    /// To the next field.
    NextField,
    /// To the field before.
    PrevField,
    /// Tick or untick, switch, choose the next.
    Toggle,
    /// Undo the last change of this field.
    Undo,
    /// Save the form.
    Save,
    /// Open the list of presets.
    Presets,
    /// Add a header row.
    AddHeader,
    /// Remove the header row of the cursor.
    RemoveHeader,
    /// Show the secret value for some seconds.
    Reveal,
    /// Go on in the person's own editor.
    Editor,
}

/// What is answered to what is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AnswerCommand {
    /// Send what is shown.
    Send,
    /// Show or hide the whole request.
    ShowRequest,
    /// Yes.
    Yes,
    /// Yes, for all runs of the press.
    YesAll,
    /// The same press: id and body of the first one.
    SamePress,
    /// A new press.
    NewPress,
}

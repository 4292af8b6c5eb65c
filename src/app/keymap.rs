//! The key table: which key means what, where. Dispatch, footer, help and README come from it.

/// Where the keys go. A function of the model, never stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Context {
    /// The list of incidents.
    Incidents,
    /// The detail over the list, on a narrow screen.
    Detail,
    /// The actions by channel.
    Actions,
    /// The whole activity log.
    Log,
    /// One line of the log in full.
    LogDetail,
    /// A confirm that wants Enter.
    Confirm,
    /// A confirm that wants text typed, while its field has the keys.
    ConfirmText,
    /// The form for an action.
    Form,
    /// The line that filters a list.
    Filter,
    /// The help.
    Help,
    /// A question that wants yes or no.
    Ask,
    /// The dialog for what an action asks at the press.
    Asking,
    /// The question whether the same press or a new one is sent.
    Again,
    /// What a check of an action found.
    Findings,
    /// A dialog of one line: how long to snooze, whom to assign.
    Handle,
    /// A dialog that wants the number of incidents typed.
    Count,
    /// A comment being written.
    Comment,
    /// What of an incident can be copied or opened.
    Pick,
}

/// What a character is that no row of the table takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typing {
    /// Nothing.
    Nothing,
    /// A part of the answer that a question wants typed; a paste is none.
    Answer,
    /// Text; a paste is one piece of it.
    Text,
}

impl Context {
    /// What a character is here.
    pub fn typing(self) -> Typing {
        match self {
            Incidents | Detail | Actions | Log | LogDetail | Confirm | Help | Ask | Again | Findings | Pick => {
                Typing::Nothing
            }
            ConfirmText | Count => Typing::Answer,
            Form | Filter | Asking | Handle | Comment => Typing::Text,
        }
    }
}

/// What a person can wish. Each means exactly one thing; the context says to what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Command {
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
    /// Open what the cursor is on.
    Open,
    /// Leave, close, clear: one step back.
    Back,
    /// To the newest open critical incident.
    NewestCritical,
    /// Back to where the cursor was before a jump.
    JumpBack,
    /// To the newest run that ended badly and was not seen.
    NextUnseen,
    /// Press the button of this slot.
    Press(u8),
    /// Filter the list.
    Filter,
    /// Ask the sources now.
    Refresh,
    /// Draw everything anew.
    Redraw,
    /// To the incidents.
    GoIncidents,
    /// To the actions.
    GoActions,
    /// To the activity log.
    GoLog,
    /// Show every key of this screen.
    Help,
    /// Leave andon.
    Quit,
    /// Stop until `fg`.
    Suspend,
    /// A new action.
    NewAction,
    /// Edit an action.
    EditAction,
    /// A new action like this one.
    DuplicateAction,
    /// Delete an action.
    DeleteAction,
    /// Copy the incident's number.
    CopyNumber,
    /// Copy the incident's link.
    CopyLink,
    /// Send what is shown.
    Send,
    /// Show or hide the whole request.
    ShowRequest,
    /// Copy the request; nothing is sent.
    CopyRequest,
    /// Yes.
    Yes,
    /// Save the form.
    Save,
    /// To the next field.
    NextField,
    /// To the field before.
    PrevField,
    /// Tick or untick, switch, choose the next.
    Toggle,
    /// Open the list of presets.
    Presets,
    /// Add a header row.
    AddHeader,
    /// Remove the header row of the cursor.
    RemoveHeader,
    /// Show the secret value for some seconds.
    Reveal,
    /// Undo the last change of this field.
    Undo,
    /// Mark or unmark the incident.
    Mark,
    /// Mark from the last mark to here.
    MarkRange,
    /// Mark all that are shown.
    MarkAll,
    /// Mark what is not marked, unmark what is.
    MarkInvert,
    /// Take back the press that is held.
    TakeBack,
    /// Stop a run.
    CancelRun,
    /// Run an ended run again.
    RunAgain,
    /// Run an ended run again with other inputs.
    RunWith,
    /// The same press: id and body of the first one.
    SamePress,
    /// A new press.
    NewPress,
    /// Copy the request as a curl command; nothing is sent.
    CopyCurl,
    /// Press an action as a test.
    TestAction,
    /// Look at everything that an action needs on its way.
    CheckAction,
    /// Copy the links that actions added.
    CopyLinks,
    /// Remove what an action added.
    RemoveAdded,
    /// Yes, for all runs of the press.
    YesAll,
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
    /// To the next tab.
    NextTab,
    /// To the tab before.
    PrevTab,
    /// Copy or open one of the incident's links, labels and fields.
    PickLink,
    /// Go on in the person's own editor.
    Editor,
}

/// How the input stage takes a key: what it may do where no person pressed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyClass {
    /// At once.
    AtOnce,
    /// At once; it moves, and held down it repeats, which is no paste.
    Repeats,
    /// It decides what the next press is for, or leaves the screen: it must come alone.
    Alone,
    /// It acts on the world or answers a question: it must come alone, and held down it acts once.
    Acts,
    /// `Acts` on a button of a dialog, `AtOnce` in its fields.
    ActsOnButton,
}

/// One row of the table.
#[derive(Debug)]
pub struct Binding {
    /// Where it holds.
    pub contexts: &'static [Context],
    /// The keys, in the words of the configuration (`j`, `Down`, `Ctrl+s`). The first is shown.
    pub keys: &'static [&'static str],
    /// What it means.
    pub command: Command,
    /// How the input stage takes its keys.
    pub class: KeyClass,
    /// Its word in the footer; empty = not in the footer.
    pub footer: &'static str,
    /// Its line in the help.
    pub help: &'static str,
}

use Context::{
    Actions, Again, Ask, Asking, Comment, Confirm, ConfirmText, Count, Detail, Filter, Findings, Form, Handle, Help,
    Incidents, Log, LogDetail, Pick,
};

const LISTS: &[Context] = &[Incidents, Actions, Log];
const PLACES: &[Context] = &[Incidents, Detail, Actions, Log, LogDetail];
const READING: &[Context] = &[Incidents, Detail, Actions, Log, LogDetail, Help, Confirm, Findings];
const RUNS: &[Context] = &[Log, LogDetail];
const CANCELS: &[Context] = &[Incidents, Detail, Log, LogDetail];
const BUTTONS: &[Context] = &[Incidents, Detail];

/// The table. Within a context the first row that matches counts; no key stands twice in one (a test holds it).
pub const BINDINGS: &[Binding] = &[
    row(BUTTONS, &["1"], Command::Press(1), "", "press the button of slot 1").acts(),
    row(BUTTONS, &["2"], Command::Press(2), "", "press the button of slot 2").acts(),
    row(BUTTONS, &["3"], Command::Press(3), "", "press the button of slot 3").acts(),
    row(BUTTONS, &["4"], Command::Press(4), "", "press the button of slot 4").acts(),
    row(BUTTONS, &["5"], Command::Press(5), "", "press the button of slot 5").acts(),
    row(BUTTONS, &["6"], Command::Press(6), "", "press the button of slot 6").acts(),
    row(BUTTONS, &["7"], Command::Press(7), "", "press the button of slot 7").acts(),
    row(BUTTONS, &["8"], Command::Press(8), "", "press the button of slot 8").acts(),
    row(BUTTONS, &["9"], Command::Press(9), "", "press the button of slot 9").acts(),
    row(READING, &["j", "Down"], Command::Down, "", "down").repeats(),
    row(READING, &["k", "Up"], Command::Up, "", "up").repeats(),
    row(READING, &["g", "Home"], Command::Top, "", "to the first"),
    row(READING, &["G", "End"], Command::Bottom, "", "to the last"),
    row(READING, &["PageDown", "Ctrl+f"], Command::PageDown, "", "a page down").repeats(),
    row(READING, &["PageUp", "Ctrl+b"], Command::PageUp, "", "a page up").repeats(),
    row(&[Incidents, Log], &["Enter"], Command::Open, "open", "open"),
    row(&[Actions], &["Enter", "e"], Command::EditAction, "edit", "edit this action"),
    row(BUTTONS, &["."], Command::NewestCritical, "", "to the newest critical incident"),
    row(BUTTONS, &[","], Command::JumpBack, "", "back to where the cursor was"),
    row(
        &[Incidents, Detail, Log],
        &["!"],
        Command::NextUnseen,
        "",
        "to the newest run that ended badly and was not seen",
    ),
    row(
        &[Incidents],
        &["Space"],
        Command::Mark,
        "",
        "mark or unmark this incident: a button is then for the marked ones",
    )
    .alone(),
    row(&[Incidents], &["V"], Command::MarkRange, "", "mark from the last mark to here").alone(),
    row(&[Incidents], &["*"], Command::MarkAll, "", "mark all that the list shows").alone(),
    row(&[Incidents], &["~"], Command::MarkInvert, "", "invert the marks of what the list shows").alone(),
    row(
        PLACES,
        &["u"],
        Command::TakeBack,
        "",
        "take back the press that is held, before it is sent; else undo what was last done to an incident",
    )
    .acts(),
    row(BUTTONS, &["a"], Command::Acknowledge, "ack", "acknowledge this incident, or the marked ones").acts(),
    row(BUTTONS, &["A"], Command::Unacknowledge, "", "take the acknowledgement back (asks)"),
    row(BUTTONS, &["x"], Command::CloseIncident, "", "close it (asks; for several their number)"),
    row(BUTTONS, &["z"], Command::Snooze, "snooze", "snooze it: for a while, until morning, until a time"),
    row(BUTTONS, &["c"], Command::Comment, "comment", "comment on it"),
    row(BUTTONS, &["s"], Command::Assign, "", "assign it to somebody"),
    row(LISTS, &["/"], Command::Filter, "filter", "filter this list"),
    row(RUNS, &["r"], Command::RunAgain, "again", "run it again: asks whether it is the same press or a new one"),
    row(RUNS, &["R"], Command::RunWith, "", "run it again as a new press, with other inputs"),
    row(
        CANCELS,
        &["C"],
        Command::CancelRun,
        "",
        "cancel the run: this line's, else the newest on this incident (asks)",
    ),
    row(BUTTONS, &["n"], Command::NewAction, "new action", "new action in this incident's channel"),
    row(BUTTONS, &["e"], Command::EditAction, "", "edit a button: then its number"),
    row(&[Actions], &["n"], Command::NewAction, "new", "new action"),
    row(&[Actions], &["D"], Command::DuplicateAction, "duplicate", "new action like this one"),
    row(&[Actions], &["d"], Command::DeleteAction, "delete", "delete this action (asks)"),
    row(&[Actions], &["t"], Command::TestAction, "test", "press it as a test, for the incident selected on the board")
        .acts(),
    row(&[Actions], &["K"], Command::CheckAction, "check", "check it: everything on its way, without calling it")
        .alone(),
    row(BUTTONS, &["y"], Command::CopyNumber, "", "copy the incident's number"),
    row(BUTTONS, &["Y"], Command::CopyLink, "", "copy the incident's link"),
    row(&[LogDetail], &["y"], Command::CopyRequest, "", "copy the request (secrets masked)"),
    row(&[LogDetail], &["Y"], Command::CopyCurl, "curl", "copy the request as a curl command (secrets masked)"),
    row(&[Detail], &["Tab", "Right"], Command::NextTab, "tabs", "to the next tab"),
    row(&[Detail], &["Shift+Tab", "Left"], Command::PrevTab, "", "to the tab before"),
    row(&[Detail], &["o"], Command::PickLink, "links", "its links, labels and fields: copy or open one"),
    row(&[Detail], &["L"], Command::CopyLinks, "", "copy the links that actions added"),
    row(&[Detail], &["-"], Command::RemoveAdded, "", "remove what an action added (asks)"),
    row(PLACES, &["i"], Command::GoIncidents, "incidents", "to the incidents"),
    row(PLACES, &["m"], Command::GoActions, "actions", "to the actions"),
    row(PLACES, &["l"], Command::GoLog, "log", "to the activity log"),
    row(PLACES, &["Ctrl+r"], Command::Refresh, "", "ask the sources now"),
    row(PLACES, &["Ctrl+l"], Command::Redraw, "", "draw everything anew"),
    row(PLACES, &["?", "F1"], Command::Help, "help", "every key of this screen"),
    row(PLACES, &["q", "Ctrl+c"], Command::Quit, "quit", "leave andon (asks while runs are in flight)").alone(),
    row(PLACES, &["Ctrl+z"], Command::Suspend, "", "stop until fg (refused while runs are in flight)").alone(),
    row(
        &[Incidents, Detail, Actions, Log, LogDetail],
        &["Esc"],
        Command::Back,
        "",
        "back; clears marks, then a filter",
    ),
    row(&[Confirm, ConfirmText], &["Enter"], Command::Send, "send", "send what is shown").acts(),
    row(&[Confirm], &["p"], Command::ShowRequest, "request", "the whole request"),
    row(&[Confirm], &["y"], Command::CopyCurl, "copy", "copy the request as a curl command; nothing is sent"),
    row(&[Confirm], &["Esc", "n", "Ctrl+c"], Command::Back, "cancel", "leave; nothing is sent"),
    row(&[ConfirmText], &["Esc", "Ctrl+c"], Command::Back, "cancel", "leave; nothing is sent"),
    row(&[ConfirmText], &["Down"], Command::Down, "", "down").repeats(),
    row(&[ConfirmText], &["Up"], Command::Up, "", "up").repeats(),
    row(&[ConfirmText], &["PageDown"], Command::PageDown, "", "a page down").repeats(),
    row(&[ConfirmText], &["PageUp"], Command::PageUp, "", "a page up").repeats(),
    row(&[ConfirmText], &["Tab"], Command::NextField, "", "leave the field, so that p and y work"),
    row(&[Confirm], &["Tab"], Command::NextField, "", "into the field, where a number is wanted"),
    row(&[Asking], &["Enter"], Command::Open, "go on", "to the next field; on the button: go on").acts_on_button(),
    row(&[Asking], &["Tab"], Command::NextField, "next", "to the next field"),
    row(&[Asking], &["Shift+Tab"], Command::PrevField, "", "to the field before"),
    row(&[Asking], &["Down"], Command::Down, "", "to the next field").repeats(),
    row(&[Asking], &["Up"], Command::Up, "", "to the field before").repeats(),
    row(&[Asking], &["Ctrl+t"], Command::Toggle, "", "choose the next (space, left and right do, too)"),
    row(&[Asking], &["Esc", "Ctrl+c"], Command::Back, "cancel", "leave; nothing is sent"),
    row(&[Again], &["s"], Command::SamePress, "same press", "the same press: id and body of the first one").acts(),
    row(&[Again], &["n"], Command::NewPress, "new press", "a new press: a new id, the incident as it is now").acts(),
    row(&[Again], &["Esc", "Ctrl+c", "q"], Command::Back, "cancel", "leave; nothing is sent"),
    row(&[Findings], &["Esc", "q", "Enter", "Ctrl+c"], Command::Back, "close", "close"),
    row(&[Form], &["Ctrl+s"], Command::Save, "save", "save").acts(),
    row(&[Form], &["Tab"], Command::NextField, "next", "to the next field"),
    row(&[Form], &["Shift+Tab"], Command::PrevField, "", "to the field before"),
    row(&[Form], &["Down"], Command::Down, "", "down in a list, else to the next field").repeats(),
    row(&[Form], &["Up"], Command::Up, "", "up in a list, else to the field before").repeats(),
    row(&[Form], &["Enter"], Command::Open, "", "choose, switch, next field, press Save").acts_on_button(),
    row(&[Form], &["Ctrl+t"], Command::Toggle, "", "tick or untick, switch (space does, too, where no text is typed)"),
    row(&[Form], &["Ctrl+p"], Command::Presets, "presets", "begin from a preset"),
    row(&[Form], &["Ctrl+n"], Command::AddHeader, "", "add a header, or an input where the cursor is among them"),
    row(&[Form], &["Ctrl+x"], Command::RemoveHeader, "", "remove this header or input"),
    row(&[Form], &["Ctrl+o"], Command::Reveal, "", "show this secret for 5 seconds").alone(),
    row(&[Form, Filter, Asking, Handle, Comment], &["Ctrl+z"], Command::Undo, "", "undo in this field"),
    row(&[Form], &["Esc", "Ctrl+c"], Command::Back, "leave", "leave (asks if something changed)"),
    row(&[Form], &["F1"], Command::Help, "", "every key of the form"),
    row(&[Filter], &["Enter"], Command::Open, "keep", "keep the filter, back to the list"),
    row(&[Filter], &["Esc", "Ctrl+c"], Command::Back, "clear", "clear the filter"),
    row(&[Filter], &["Down"], Command::Down, "", "down in the list").repeats(),
    row(&[Filter], &["Up"], Command::Up, "", "up in the list").repeats(),
    row(&[Help], &["Esc", "q", "?", "F1", "Ctrl+c"], Command::Back, "close", "close the help"),
    row(&[Handle], &["Enter"], Command::Open, "do it", "do what the dialog says").acts(),
    row(&[Handle], &["Down"], Command::Down, "", "the next choice").repeats(),
    row(&[Handle], &["Up"], Command::Up, "", "the choice before").repeats(),
    row(&[Handle], &["Esc", "Ctrl+c"], Command::Back, "cancel", "leave; nothing is done"),
    row(&[Count], &["Enter"], Command::Open, "do it", "do it, where the number typed is right").acts(),
    row(&[Count], &["Esc", "Ctrl+c"], Command::Back, "cancel", "leave; nothing is done"),
    row(&[Comment], &["Ctrl+s"], Command::Save, "send", "send the comment").acts(),
    row(&[Comment], &["Enter"], Command::Open, "", "a new line; on the button: send").acts_on_button(),
    row(&[Comment], &["Tab"], Command::NextField, "", "to the button, and back"),
    row(&[Comment], &["Down"], Command::Down, "", "a line down").repeats(),
    row(&[Comment], &["Up"], Command::Up, "", "a line up").repeats(),
    row(&[Comment], &["Ctrl+e"], Command::Editor, "editor", "go on in $VISUAL or $EDITOR").alone(),
    row(&[Comment], &["Esc", "Ctrl+c"], Command::Back, "leave", "leave; what was written is kept as a draft"),
    row(&[Pick], &["j", "Down"], Command::Down, "", "down").repeats(),
    row(&[Pick], &["k", "Up"], Command::Up, "", "up").repeats(),
    row(&[Pick], &["y"], Command::CopyNumber, "copy", "copy it"),
    row(&[Pick], &["Enter", "o"], Command::Open, "open", "open the link; copy anything else").acts(),
    row(&[Pick], &["Esc", "q", "Ctrl+c"], Command::Back, "close", "close"),
    row(&[Ask], &["y", "Enter"], Command::Yes, "yes", "yes").acts(),
    row(&[Ask], &["a"], Command::YesAll, "", "yes, for all runs of the press on many").acts(),
    row(&[Ask], &["j", "Down"], Command::Down, "", "the next one, where one of several is asked about").repeats(),
    row(&[Ask], &["k", "Up"], Command::Up, "", "the one before").repeats(),
    row(&[Ask], &["n", "Esc", "Ctrl+c"], Command::Back, "no", "no"),
];

const fn row(
    contexts: &'static [Context],
    keys: &'static [&'static str],
    command: Command,
    footer: &'static str,
    help: &'static str,
) -> Binding {
    Binding { contexts, keys, command, class: KeyClass::AtOnce, footer, help }
}

impl Binding {
    const fn repeats(self) -> Self {
        Self { class: KeyClass::Repeats, ..self }
    }

    const fn alone(self) -> Self {
        Self { class: KeyClass::Alone, ..self }
    }

    const fn acts(self) -> Self {
        Self { class: KeyClass::Acts, ..self }
    }

    const fn acts_on_button(self) -> Self {
        Self { class: KeyClass::ActsOnButton, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_a_line_in_the_help() {
        assert!(BINDINGS.iter().all(|binding| !binding.help.is_empty()));
    }
}

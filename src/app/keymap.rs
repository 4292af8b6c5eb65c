//! The key table: which key means what, where. Dispatch, footer, help and README come from it.

use super::command::ActionCommand::{CheckAction, DeleteAction, DuplicateAction, EditAction, NewAction, TestAction};
use super::command::AnswerCommand::{NewPress, SamePress, Send, ShowRequest, Yes, YesAll};
use super::command::Command::{Answer, Copy, Edit, Move, Place};
use super::command::CopyCommand::{CopyCurl, CopyLink, CopyLinks, CopyNumber, CopyRequest};
use super::command::FieldCommand::{
    AddHeader, Editor, NextField, Presets, PrevField, RemoveHeader, Reveal, Save, Toggle, Undo,
};
use super::command::GlobalCommand::{GoActions, GoIncidents, GoLog, Quit, Redraw, Refresh, Suspend, TakeBack};
use super::command::IncidentCommand::{JumpBack, NewestCritical, NextTab, PickLink, Press, PrevTab, RemoveAdded};
use super::command::MarkCommand::{Mark, MarkAll, MarkInvert, MarkRange};
use super::command::Motion::{Bottom, Down, PageDown, PageUp, Top, Up};
use super::command::OperationCommand::{Acknowledge, Assign, CloseIncident, Snooze, Unacknowledge};
use super::command::PlaceCommand::{Action, Global, Incident, Marks, Operate, Run};
use super::command::RunCommand::{CancelRun, NextUnseen, RunAgain, RunWith};
use super::command::{Command, GlobalCommand, OperationCommand, PlaceCommand};

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
    row(BUTTONS, &["1"], Place(Incident(Press(1))), "", "press the button of slot 1").acts(),
    row(BUTTONS, &["2"], Place(Incident(Press(2))), "", "press the button of slot 2").acts(),
    row(BUTTONS, &["3"], Place(Incident(Press(3))), "", "press the button of slot 3").acts(),
    row(BUTTONS, &["4"], Place(Incident(Press(4))), "", "press the button of slot 4").acts(),
    row(BUTTONS, &["5"], Place(Incident(Press(5))), "", "press the button of slot 5").acts(),
    row(BUTTONS, &["6"], Place(Incident(Press(6))), "", "press the button of slot 6").acts(),
    row(BUTTONS, &["7"], Place(Incident(Press(7))), "", "press the button of slot 7").acts(),
    row(BUTTONS, &["8"], Place(Incident(Press(8))), "", "press the button of slot 8").acts(),
    row(BUTTONS, &["9"], Place(Incident(Press(9))), "", "press the button of slot 9").acts(),
    row(READING, &["j", "Down"], Move(Down), "", "down").repeats(),
    row(READING, &["k", "Up"], Move(Up), "", "up").repeats(),
    row(READING, &["g", "Home"], Move(Top), "", "to the first"),
    row(READING, &["G", "End"], Move(Bottom), "", "to the last"),
    row(READING, &["PageDown", "Ctrl+f"], Move(PageDown), "", "a page down").repeats(),
    row(READING, &["PageUp", "Ctrl+b"], Move(PageUp), "", "a page up").repeats(),
    row(&[Incidents, Log], &["Enter"], Command::Open, "open", "open"),
    row(&[Actions], &["Enter", "e"], Place(Action(EditAction)), "edit", "edit this action"),
    row(BUTTONS, &["."], Place(Incident(NewestCritical)), "", "to the newest critical incident"),
    row(BUTTONS, &[","], Place(Incident(JumpBack)), "", "back to where the cursor was"),
    row(
        &[Incidents, Detail, Log],
        &["!"],
        Place(Run(NextUnseen)),
        "",
        "to the newest run that ended badly and was not seen",
    ),
    row(
        &[Incidents],
        &["Space"],
        Place(Marks(Mark)),
        "",
        "mark or unmark this incident: a button is then for the marked ones",
    )
    .alone(),
    row(&[Incidents], &["V"], Place(Marks(MarkRange)), "", "mark from the last mark to here").alone(),
    row(&[Incidents], &["*"], Place(Marks(MarkAll)), "", "mark all that the list shows").alone(),
    row(&[Incidents], &["~"], Place(Marks(MarkInvert)), "", "invert the marks of what the list shows").alone(),
    row(
        PLACES,
        &["u"],
        Place(Global(TakeBack)),
        "",
        "take back the press that is held, before it is sent; else undo what was last done to an incident",
    )
    .acts(),
    row(BUTTONS, &["a"], Place(Operate(Acknowledge)), "ack", "acknowledge this incident, or the marked ones").acts(),
    row(BUTTONS, &["A"], Place(Operate(Unacknowledge)), "", "take the acknowledgement back (asks)"),
    row(BUTTONS, &["x"], Place(Operate(CloseIncident)), "", "close it (asks; for several their number)"),
    row(BUTTONS, &["z"], Place(Operate(Snooze)), "snooze", "snooze it: for a while, until morning, until a time"),
    row(BUTTONS, &["c"], Place(Operate(OperationCommand::Comment)), "comment", "comment on it"),
    row(BUTTONS, &["s"], Place(Operate(Assign)), "", "assign it to somebody"),
    row(LISTS, &["/"], Place(PlaceCommand::Filter), "filter", "filter this list"),
    row(RUNS, &["r"], Place(Run(RunAgain)), "again", "run it again: asks whether it is the same press or a new one"),
    row(RUNS, &["R"], Place(Run(RunWith)), "", "run it again as a new press, with other inputs"),
    row(
        CANCELS,
        &["C"],
        Place(Run(CancelRun)),
        "",
        "cancel the run: this line's, else the newest on this incident (asks)",
    ),
    row(BUTTONS, &["n"], Place(Action(NewAction)), "new action", "new action in this incident's channel"),
    row(BUTTONS, &["e"], Place(Action(EditAction)), "", "edit a button: then its number"),
    row(&[Actions], &["n"], Place(Action(NewAction)), "new", "new action"),
    row(&[Actions], &["D"], Place(Action(DuplicateAction)), "duplicate", "new action like this one"),
    row(&[Actions], &["d"], Place(Action(DeleteAction)), "delete", "delete this action (asks)"),
    row(
        &[Actions],
        &["t"],
        Place(Action(TestAction)),
        "test",
        "press it as a test, for the incident selected on the board",
    )
    .acts(),
    row(&[Actions], &["K"], Place(Action(CheckAction)), "check", "check it: everything on its way, without calling it")
        .alone(),
    row(BUTTONS, &["y"], Copy(CopyNumber), "", "copy the incident's number"),
    row(BUTTONS, &["Y"], Copy(CopyLink), "", "copy the incident's link"),
    row(&[LogDetail], &["y"], Copy(CopyRequest), "", "copy the request (secrets masked)"),
    row(&[LogDetail], &["Y"], Copy(CopyCurl), "curl", "copy the request as a curl command (secrets masked)"),
    row(&[Detail], &["Tab", "Right"], Place(Incident(NextTab)), "tabs", "to the next tab"),
    row(&[Detail], &["Shift+Tab", "Left"], Place(Incident(PrevTab)), "", "to the tab before"),
    row(&[Detail], &["o"], Place(Incident(PickLink)), "links", "its links, labels and fields: copy or open one"),
    row(&[Detail], &["L"], Copy(CopyLinks), "", "copy the links that actions added"),
    row(&[Detail], &["-"], Place(Incident(RemoveAdded)), "", "remove what an action added (asks)"),
    row(PLACES, &["i"], Place(Global(GoIncidents)), "incidents", "to the incidents"),
    row(PLACES, &["m"], Place(Global(GoActions)), "actions", "to the actions"),
    row(PLACES, &["l"], Place(Global(GoLog)), "log", "to the activity log"),
    row(PLACES, &["Ctrl+r"], Place(Global(Refresh)), "", "ask the sources now"),
    row(PLACES, &["Ctrl+l"], Place(Global(Redraw)), "", "draw everything anew"),
    row(PLACES, &["?", "F1"], Place(Global(GlobalCommand::Help)), "help", "every key of this screen"),
    row(PLACES, &["q", "Ctrl+c"], Place(Global(Quit)), "quit", "leave andon (asks while runs are in flight)").alone(),
    row(PLACES, &["Ctrl+z"], Place(Global(Suspend)), "", "stop until fg (refused while runs are in flight)").alone(),
    row(
        &[Incidents, Detail, Actions, Log, LogDetail],
        &["Esc"],
        Command::Back,
        "",
        "back; clears marks, then a filter",
    ),
    row(&[Confirm, ConfirmText], &["Enter"], Answer(Send), "send", "send what is shown").acts(),
    row(&[Confirm], &["p"], Answer(ShowRequest), "request", "the whole request"),
    row(&[Confirm], &["y"], Copy(CopyCurl), "copy", "copy the request as a curl command; nothing is sent"),
    row(&[Confirm], &["Esc", "n", "Ctrl+c"], Command::Back, "cancel", "leave; nothing is sent"),
    row(&[ConfirmText], &["Esc", "Ctrl+c"], Command::Back, "cancel", "leave; nothing is sent"),
    row(&[ConfirmText], &["Down"], Move(Down), "", "down").repeats(),
    row(&[ConfirmText], &["Up"], Move(Up), "", "up").repeats(),
    row(&[ConfirmText], &["PageDown"], Move(PageDown), "", "a page down").repeats(),
    row(&[ConfirmText], &["PageUp"], Move(PageUp), "", "a page up").repeats(),
    row(&[ConfirmText], &["Tab"], Edit(NextField), "", "leave the field, so that p and y work"),
    row(&[Confirm], &["Tab"], Edit(NextField), "", "into the field, where a number is wanted"),
    row(&[Asking], &["Enter"], Command::Open, "go on", "to the next field; on the button: go on").acts_on_button(),
    row(&[Asking], &["Tab"], Edit(NextField), "next", "to the next field"),
    row(&[Asking], &["Shift+Tab"], Edit(PrevField), "", "to the field before"),
    row(&[Asking], &["Down"], Move(Down), "", "to the next field").repeats(),
    row(&[Asking], &["Up"], Move(Up), "", "to the field before").repeats(),
    row(&[Asking], &["Ctrl+t"], Edit(Toggle), "", "choose the next (space, left and right do, too)"),
    row(&[Asking], &["Esc", "Ctrl+c"], Command::Back, "cancel", "leave; nothing is sent"),
    row(&[Again], &["s"], Answer(SamePress), "same press", "the same press: id and body of the first one").acts(),
    row(&[Again], &["n"], Answer(NewPress), "new press", "a new press: a new id, the incident as it is now").acts(),
    row(&[Again], &["Esc", "Ctrl+c", "q"], Command::Back, "cancel", "leave; nothing is sent"),
    row(&[Findings], &["Esc", "q", "Enter", "Ctrl+c"], Command::Back, "close", "close"),
    row(&[Form], &["Ctrl+s"], Edit(Save), "save", "save").acts(),
    row(&[Form], &["Tab"], Edit(NextField), "next", "to the next field"),
    row(&[Form], &["Shift+Tab"], Edit(PrevField), "", "to the field before"),
    row(&[Form], &["Down"], Move(Down), "", "down in a list, else to the next field").repeats(),
    row(&[Form], &["Up"], Move(Up), "", "up in a list, else to the field before").repeats(),
    row(&[Form], &["Enter"], Command::Open, "", "choose, switch, next field, press Save").acts_on_button(),
    row(&[Form], &["Ctrl+t"], Edit(Toggle), "", "tick or untick, switch (space does, too, where no text is typed)"),
    row(&[Form], &["Ctrl+p"], Edit(Presets), "presets", "begin from a preset"),
    row(&[Form], &["Ctrl+n"], Edit(AddHeader), "", "add a header, or an input where the cursor is among them"),
    row(&[Form], &["Ctrl+x"], Edit(RemoveHeader), "", "remove this header or input"),
    row(&[Form], &["Ctrl+o"], Edit(Reveal), "", "show this secret for 5 seconds").alone(),
    row(&[Form, Filter, Asking, Handle, Comment], &["Ctrl+z"], Edit(Undo), "", "undo in this field"),
    row(&[Form], &["Esc", "Ctrl+c"], Command::Back, "leave", "leave (asks if something changed)"),
    row(&[Form], &["F1"], Place(Global(GlobalCommand::Help)), "", "every key of the form"),
    row(&[Filter], &["Enter"], Command::Open, "keep", "keep the filter, back to the list"),
    row(&[Filter], &["Esc", "Ctrl+c"], Command::Back, "clear", "clear the filter"),
    row(&[Filter], &["Down"], Move(Down), "", "down in the list").repeats(),
    row(&[Filter], &["Up"], Move(Up), "", "up in the list").repeats(),
    row(&[Help], &["Esc", "q", "?", "F1", "Ctrl+c"], Command::Back, "close", "close the help"),
    row(&[Handle], &["Enter"], Command::Open, "do it", "do what the dialog says").acts(),
    row(&[Handle], &["Down"], Move(Down), "", "the next choice").repeats(),
    row(&[Handle], &["Up"], Move(Up), "", "the choice before").repeats(),
    row(&[Handle], &["Esc", "Ctrl+c"], Command::Back, "cancel", "leave; nothing is done"),
    row(&[Count], &["Enter"], Command::Open, "do it", "do it, where the number typed is right").acts(),
    row(&[Count], &["Esc", "Ctrl+c"], Command::Back, "cancel", "leave; nothing is done"),
    row(&[Comment], &["Ctrl+s"], Edit(Save), "send", "send the comment").acts(),
    row(&[Comment], &["Enter"], Command::Open, "", "a new line; on the button: send").acts_on_button(),
    row(&[Comment], &["Tab"], Edit(NextField), "", "to the button, and back"),
    row(&[Comment], &["Down"], Move(Down), "", "a line down").repeats(),
    row(&[Comment], &["Up"], Move(Up), "", "a line up").repeats(),
    row(&[Comment], &["Ctrl+e"], Edit(Editor), "editor", "go on in $VISUAL or $EDITOR").alone(),
    row(&[Comment], &["Esc", "Ctrl+c"], Command::Back, "leave", "leave; what was written is kept as a draft"),
    row(&[Pick], &["j", "Down"], Move(Down), "", "down").repeats(),
    row(&[Pick], &["k", "Up"], Move(Up), "", "up").repeats(),
    row(&[Pick], &["y"], Copy(CopyNumber), "copy", "copy it"),
    row(&[Pick], &["Enter", "o"], Command::Open, "open", "open the link; copy anything else").acts(),
    row(&[Pick], &["Esc", "q", "Ctrl+c"], Command::Back, "close", "close"),
    row(&[Ask], &["y", "Enter"], Answer(Yes), "yes", "yes").acts(),
    row(&[Ask], &["a"], Answer(YesAll), "", "yes, for all runs of the press on many").acts(),
    row(&[Ask], &["j", "Down"], Move(Down), "", "the next one, where one of several is asked about").repeats(),
    row(&[Ask], &["k", "Up"], Move(Up), "", "the one before").repeats(),
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

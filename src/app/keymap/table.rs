//! The rows of the key table.

use super::context::Context;
use super::{Binding, KeyClass};
use crate::app::command::ActionCommand::{
    CheckAction, DeleteAction, DuplicateAction, EditAction, NewAction, TestAction,
};
use crate::app::command::AnswerCommand::{NewPress, SamePress, Send, ShowRequest, Yes, YesAll, YesOne};
use crate::app::command::Command::{Answer, Copy, Edit, Move, Place};
use crate::app::command::CopyCommand::{CopyCurl, CopyLink, CopyLinks, CopyNumber, CopyRequest};
use crate::app::command::FieldCommand::{
    AddHeader, Complete, CompleteBack, Editor, Newer, NextField, Older, Presets, PrevField, RemoveHeader, Reveal, Save,
    Toggle, Undo,
};
use crate::app::command::GlobalCommand::{GoActions, GoIncidents, GoLog, Quit, Redraw, Refresh, Suspend, TakeBack};
use crate::app::command::IncidentCommand::{JumpBack, NewestCritical, NextTab, PickLink, Press, PrevTab, RemoveAdded};
use crate::app::command::ListCommand::{Group, NextView, PrevView, Shares, Sort};
use crate::app::command::MarkCommand::{Mark, MarkAll, MarkInvert, MarkRange};
use crate::app::command::Motion::{Bottom, Down, PageDown, PageUp, Top, Up};
use crate::app::command::OperationCommand::{Acknowledge, Assign, CloseIncident, Snooze, Unacknowledge};
use crate::app::command::PlaceCommand::{Action, Global, Incident, List, Marks, Operate, Run};
use crate::app::command::RunCommand::{CancelRun, NextUnseen, RunAgain, RunWith};
use crate::app::command::{Command, GlobalCommand, OperationCommand, PlaceCommand};
use Context::{
    Actions, Comment, Confirm, ConfirmText, Count, Detail, Filter, Findings, Form, Help, Incidents, InputPrompt, Log,
    LogDetail, Operation, Palette, Pick, Question, Resend, Shared, Stop,
};

const LISTS: &[Context] = &[Incidents, Actions, Log];
const PLACES: &[Context] = &[Incidents, Detail, Actions, Log, LogDetail];
const READING: &[Context] = &[Incidents, Detail, Actions, Log, LogDetail, Help, Confirm, Findings];
const RUNS: &[Context] = &[Log, LogDetail];
const CANCELS: &[Context] = &[Incidents, Detail, Log, LogDetail];
const BUTTONS: &[Context] = &[Incidents, Detail];

/// The table. Within a context the first row that matches counts; no key stands twice in one (a test holds it).
pub const BINDINGS: &[Binding] = &[
    row("press-1", BUTTONS, &["1"], Place(Incident(Press(1))), "", "press the button of slot 1").acts(),
    row("press-2", BUTTONS, &["2"], Place(Incident(Press(2))), "", "press the button of slot 2").acts(),
    row("press-3", BUTTONS, &["3"], Place(Incident(Press(3))), "", "press the button of slot 3").acts(),
    row("press-4", BUTTONS, &["4"], Place(Incident(Press(4))), "", "press the button of slot 4").acts(),
    row("press-5", BUTTONS, &["5"], Place(Incident(Press(5))), "", "press the button of slot 5").acts(),
    row("press-6", BUTTONS, &["6"], Place(Incident(Press(6))), "", "press the button of slot 6").acts(),
    row("press-7", BUTTONS, &["7"], Place(Incident(Press(7))), "", "press the button of slot 7").acts(),
    row("press-8", BUTTONS, &["8"], Place(Incident(Press(8))), "", "press the button of slot 8").acts(),
    row("press-9", BUTTONS, &["9"], Place(Incident(Press(9))), "", "press the button of slot 9").acts(),
    row("down", READING, &["j", "Down"], Move(Down), "", "down").repeats(),
    row("up", READING, &["k", "Up"], Move(Up), "", "up").repeats(),
    row("top", READING, &["g", "Home"], Move(Top), "", "to the first"),
    row("bottom", READING, &["G", "End"], Move(Bottom), "", "to the last"),
    row("page-down", READING, &["PageDown", "Ctrl+f"], Move(PageDown), "", "a page down").repeats(),
    row("page-up", READING, &["PageUp", "Ctrl+b"], Move(PageUp), "", "a page up").repeats(),
    row("open", &[Incidents, Log], &["Enter"], Command::Open, "open", "open"),
    row("edit-action", &[Actions], &["Enter", "e"], Place(Action(EditAction)), "edit", "edit this action"),
    row("newest-critical", BUTTONS, &["."], Place(Incident(NewestCritical)), "", "to the newest critical incident"),
    row("jump-back", BUTTONS, &[","], Place(Incident(JumpBack)), "", "back to where the cursor was"),
    row(
        "next-unseen",
        &[Incidents, Detail, Log],
        &["!"],
        Place(Run(NextUnseen)),
        "",
        "to the newest run that ended badly and was not seen",
    ),
    row(
        "mark",
        &[Incidents],
        &["Space"],
        Place(Marks(Mark)),
        "",
        "mark or unmark this incident: a button is then for the marked ones",
    )
    .alone(),
    row("mark-range", &[Incidents], &["V"], Place(Marks(MarkRange)), "", "mark from the last mark to here").alone(),
    row("mark-all", &[Incidents], &["*"], Place(Marks(MarkAll)), "", "mark all that the list shows").alone(),
    row("mark-invert", &[Incidents], &["~"], Place(Marks(MarkInvert)), "", "invert the marks of what the list shows")
        .alone(),
    row(
        "take-back",
        PLACES,
        &["u"],
        Place(Global(TakeBack)),
        "",
        "take back the press that is held, before it is sent; else undo what was last done to an incident",
    )
    .acts(),
    row(
        "acknowledge",
        BUTTONS,
        &["a"],
        Place(Operate(Acknowledge)),
        "ack",
        "acknowledge this incident, or the marked ones",
    )
    .acts(),
    row("unacknowledge", BUTTONS, &["A"], Place(Operate(Unacknowledge)), "", "take the acknowledgement back (asks)"),
    row(
        "close-incident",
        BUTTONS,
        &["x"],
        Place(Operate(CloseIncident)),
        "",
        "close it (asks; for several their number)",
    ),
    row(
        "snooze",
        BUTTONS,
        &["z"],
        Place(Operate(Snooze)),
        "snooze",
        "snooze it: for a while, until morning, until a time",
    ),
    row("comment", BUTTONS, &["c"], Place(Operate(OperationCommand::Comment)), "comment", "comment on it"),
    row("assign", BUTTONS, &["s"], Place(Operate(Assign)), "", "assign it to somebody"),
    row(
        "filter",
        LISTS,
        &["/"],
        Place(PlaceCommand::Filter),
        "filter",
        "filter this list by words; ~word matches loosely",
    ),
    row("next-view", &[Incidents], &["Tab"], Place(List(NextView)), "", "to the next view: all, mine, unowned, ..."),
    row("prev-view", &[Incidents], &["Shift+Tab"], Place(List(PrevView)), "", "to the view before"),
    row("shares", BUTTONS, &["="], Place(List(Shares)), "", "show only what shares a label of this incident"),
    row("sort", &[Incidents], &["o"], Place(List(Sort)), "", "sort: severity, newest, title, last run"),
    row("group", &[Incidents], &["O"], Place(List(Group)), "", "group: none, channel, host or another label"),
    row(
        "run-again",
        RUNS,
        &["r"],
        Place(Run(RunAgain)),
        "again",
        "run it again: asks whether it is the same press or a new one",
    ),
    row("run-with", RUNS, &["R"], Place(Run(RunWith)), "", "run it again as a new press, with other inputs"),
    row(
        "cancel-run",
        CANCELS,
        &["C"],
        Place(Run(CancelRun)),
        "",
        "stop what is nearest: the run of this line or incident, else the newest under way (asks)",
    ),
    row("new-action", BUTTONS, &["n"], Place(Action(NewAction)), "new action", "new action in this incident's channel"),
    row("edit-action", BUTTONS, &["e"], Place(Action(EditAction)), "", "edit a button: then its number"),
    row("new-action", &[Actions], &["n"], Place(Action(NewAction)), "new", "new action"),
    row(
        "duplicate-action",
        &[Actions],
        &["D"],
        Place(Action(DuplicateAction)),
        "duplicate",
        "new action like this one",
    ),
    row("delete-action", &[Actions], &["d"], Place(Action(DeleteAction)), "delete", "delete this action (asks)"),
    row(
        "test-action",
        &[Actions],
        &["t"],
        Place(Action(TestAction)),
        "test",
        "press it as a test, for the incident selected on the board",
    )
    .acts(),
    row(
        "check-action",
        &[Actions],
        &["K"],
        Place(Action(CheckAction)),
        "check",
        "check it: everything on its way, without calling it",
    )
    .alone(),
    row("copy-number", BUTTONS, &["y"], Copy(CopyNumber), "", "copy the incident's number"),
    row("copy-link", BUTTONS, &["Y"], Copy(CopyLink), "", "copy the incident's link"),
    row("copy-request", &[LogDetail], &["y"], Copy(CopyRequest), "", "copy the request (secrets masked)"),
    row(
        "copy-curl",
        &[LogDetail],
        &["Y"],
        Copy(CopyCurl),
        "curl",
        "copy the request as a curl command (secrets masked)",
    ),
    row("next-tab", &[Detail], &["Tab", "Right"], Place(Incident(NextTab)), "tabs", "to the next tab"),
    row("prev-tab", &[Detail], &["Shift+Tab", "Left"], Place(Incident(PrevTab)), "", "to the tab before"),
    row(
        "pick-link",
        &[Detail],
        &["o"],
        Place(Incident(PickLink)),
        "links",
        "its links, labels and fields: copy or open one",
    ),
    row("copy-links", &[Detail], &["L"], Copy(CopyLinks), "", "copy the links that actions added"),
    row("remove-added", &[Detail], &["-"], Place(Incident(RemoveAdded)), "", "remove what an action added (asks)"),
    row("go-incidents", PLACES, &["i"], Place(Global(GoIncidents)), "incidents", "to the incidents"),
    row("go-actions", PLACES, &["m"], Place(Global(GoActions)), "actions", "to the actions"),
    row("go-log", PLACES, &["l"], Place(Global(GoLog)), "log", "to the activity log"),
    row("refresh", PLACES, &["Ctrl+r"], Place(Global(Refresh)), "", "ask the sources now"),
    row("redraw", PLACES, &["Ctrl+l"], Place(Global(Redraw)), "", "draw everything anew"),
    row("help", PLACES, &["?", "F1"], Place(Global(GlobalCommand::Help)), "help", "every key of this screen"),
    row(
        "palette",
        PLACES,
        &[":"],
        Place(Global(GlobalCommand::Palette)),
        "",
        "everything by its name: commands, buttons, incidents, actions, views",
    ),
    row(
        "palette",
        &[Help],
        &["/", ":"],
        Place(Global(GlobalCommand::Palette)),
        "search",
        "search all this by name or key",
    ),
    row("quit", PLACES, &["q", "Ctrl+c"], Place(Global(Quit)), "quit", "leave andon (asks while runs are in flight)")
        .alone(),
    row("suspend", PLACES, &["Ctrl+z"], Place(Global(Suspend)), "", "stop until fg (refused while runs are in flight)")
        .alone(),
    row(
        "back",
        &[Incidents, Detail, Actions, Log, LogDetail],
        &["Esc"],
        Command::Back,
        "",
        "back; clears marks, then the filter, then the view",
    ),
    row("send", &[Confirm, ConfirmText], &["Enter"], Answer(Send), "send", "send what is shown").acts(),
    row("show-request", &[Confirm], &["p"], Answer(ShowRequest), "request", "the whole request"),
    row("copy-curl", &[Confirm], &["y"], Copy(CopyCurl), "copy", "copy the request as a curl command; nothing is sent"),
    row("back", &[Confirm], &["Esc", "n", "Ctrl+c"], Command::Back, "cancel", "leave; nothing is sent"),
    row("back", &[ConfirmText], &["Esc", "Ctrl+c"], Command::Back, "cancel", "leave; nothing is sent"),
    row("down", &[ConfirmText], &["Down"], Move(Down), "", "down").repeats(),
    row("up", &[ConfirmText], &["Up"], Move(Up), "", "up").repeats(),
    row("page-down", &[ConfirmText], &["PageDown"], Move(PageDown), "", "a page down").repeats(),
    row("page-up", &[ConfirmText], &["PageUp"], Move(PageUp), "", "a page up").repeats(),
    row("next-field", &[ConfirmText], &["Tab"], Edit(NextField), "", "leave the field, so that the other keys work"),
    row("next-field", &[Confirm], &["Tab"], Edit(NextField), "", "into the field, where a number is wanted"),
    row("open", &[InputPrompt], &["Enter"], Command::Open, "go on", "to the next field; on the button: go on")
        .acts_on_button(),
    row("next-field", &[InputPrompt], &["Tab"], Edit(NextField), "next", "to the next field"),
    row("prev-field", &[InputPrompt], &["Shift+Tab"], Edit(PrevField), "", "to the field before"),
    row("down", &[InputPrompt], &["Down"], Move(Down), "", "to the next field").repeats(),
    row("up", &[InputPrompt], &["Up"], Move(Up), "", "to the field before").repeats(),
    row("toggle", &[InputPrompt], &["Ctrl+t"], Edit(Toggle), "", "choose the next (space, left and right do, too)"),
    row("back", &[InputPrompt], &["Esc", "Ctrl+c"], Command::Back, "cancel", "leave; nothing is sent"),
    row(
        "same-press",
        &[Resend],
        &["s"],
        Answer(SamePress),
        "same press",
        "the same press: id and body of the first one",
    )
    .acts(),
    row(
        "new-press",
        &[Resend],
        &["n"],
        Answer(NewPress),
        "new press",
        "a new press: a new id, the incident as it is now",
    )
    .acts(),
    row("back", &[Resend], &["Esc", "Ctrl+c", "q"], Command::Back, "cancel", "leave; nothing is sent"),
    row("back", &[Findings], &["Esc", "q", "Enter", "Ctrl+c"], Command::Back, "close", "close"),
    row("save", &[Form], &["Ctrl+s"], Edit(Save), "save", "save").acts(),
    row("next-field", &[Form], &["Tab"], Edit(NextField), "next", "to the next field"),
    row("prev-field", &[Form], &["Shift+Tab"], Edit(PrevField), "", "to the field before"),
    row("down", &[Form], &["Down"], Move(Down), "", "down in a list, else to the next field").repeats(),
    row("up", &[Form], &["Up"], Move(Up), "", "up in a list, else to the field before").repeats(),
    row("open", &[Form], &["Enter"], Command::Open, "", "choose, switch, next field, press Save").acts_on_button(),
    row(
        "toggle",
        &[Form],
        &["Ctrl+t"],
        Edit(Toggle),
        "",
        "tick or untick, switch (space does, too, where no text is typed)",
    ),
    row("presets", &[Form], &["Ctrl+p"], Edit(Presets), "presets", "begin from a preset"),
    row(
        "add-header",
        &[Form],
        &["Ctrl+n"],
        Edit(AddHeader),
        "",
        "add a header, or an input where the cursor is among them",
    ),
    row("remove-header", &[Form], &["Ctrl+x"], Edit(RemoveHeader), "", "remove this header or input"),
    row("reveal", &[Form], &["Ctrl+o"], Edit(Reveal), "", "show this secret for 5 seconds").alone(),
    row(
        "undo",
        &[Form, Filter, InputPrompt, Operation, Comment, Palette],
        &["Ctrl+z"],
        Edit(Undo),
        "",
        "undo in this field",
    ),
    row("back", &[Form], &["Esc", "Ctrl+c"], Command::Back, "leave", "leave (asks if something changed)"),
    row("help", &[Form], &["F1"], Place(Global(GlobalCommand::Help)), "", "every key of the form"),
    row("open", &[Filter], &["Enter"], Command::Open, "keep", "keep the filter, back to the list"),
    row("back", &[Filter], &["Esc", "Ctrl+c"], Command::Back, "clear", "clear the filter"),
    row("complete", &[Filter], &["Tab"], Edit(Complete), "complete", "complete the word here, with how many have it"),
    row("complete-back", &[Filter], &["Shift+Tab"], Edit(CompleteBack), "", "the completion before"),
    row("older", &[Filter], &["Up"], Edit(Older), "earlier", "what was filtered before"),
    row("newer", &[Filter], &["Down"], Edit(Newer), "", "what was filtered after it"),
    row("down", &[Filter], &["Ctrl+n"], Move(Down), "", "down in the list").repeats(),
    row("up", &[Filter], &["Ctrl+p"], Move(Up), "", "up in the list").repeats(),
    row("back", &[Help], &["Esc", "q", "?", "F1", "Ctrl+c"], Command::Back, "close", "close the help"),
    row("open", &[Operation], &["Enter"], Command::Open, "do it", "do what the dialog says").acts(),
    row("down", &[Operation], &["Down"], Move(Down), "", "the next choice").repeats(),
    row("up", &[Operation], &["Up"], Move(Up), "", "the choice before").repeats(),
    row("back", &[Operation], &["Esc", "Ctrl+c"], Command::Back, "cancel", "leave; nothing is done"),
    row("open", &[Count], &["Enter"], Command::Open, "do it", "do it, where the number typed is right").acts(),
    row("back", &[Count], &["Esc", "Ctrl+c"], Command::Back, "cancel", "leave; nothing is done"),
    row("save", &[Comment], &["Ctrl+s"], Edit(Save), "send", "send the comment").acts(),
    row("open", &[Comment], &["Enter"], Command::Open, "", "a new line; on the button: send").acts_on_button(),
    row("next-field", &[Comment], &["Tab"], Edit(NextField), "", "to the button, and back"),
    row("down", &[Comment], &["Down"], Move(Down), "", "a line down").repeats(),
    row("up", &[Comment], &["Up"], Move(Up), "", "a line up").repeats(),
    row("editor", &[Comment], &["Ctrl+e"], Edit(Editor), "editor", "go on in $VISUAL or $EDITOR").alone(),
    row("back", &[Comment], &["Esc", "Ctrl+c"], Command::Back, "leave", "leave; what was written is kept as a draft"),
    row("down", &[Pick], &["j", "Down"], Move(Down), "", "down").repeats(),
    row("up", &[Pick], &["k", "Up"], Move(Up), "", "up").repeats(),
    row("copy-number", &[Pick], &["y"], Copy(CopyNumber), "copy", "copy it"),
    row("open", &[Pick], &["Enter", "o"], Command::Open, "open", "open the link; copy anything else").acts(),
    row("back", &[Pick], &["Esc", "q", "Ctrl+c"], Command::Back, "close", "close"),
    row("open", &[Palette], &["Enter"], Command::Open, "do it", "do what the line says").acts(),
    row("down", &[Palette], &["Down", "Ctrl+n"], Move(Down), "", "down").repeats(),
    row("up", &[Palette], &["Up", "Ctrl+p"], Move(Up), "", "up").repeats(),
    row("page-down", &[Palette], &["PageDown"], Move(PageDown), "", "ten down").repeats(),
    row("page-up", &[Palette], &["PageUp"], Move(PageUp), "", "ten up").repeats(),
    row("back", &[Palette], &["Esc", "Ctrl+c"], Command::Back, "close", "close"),
    row("down", &[Shared], &["Down"], Move(Down), "", "down").repeats(),
    row("up", &[Shared], &["Up"], Move(Up), "", "up").repeats(),
    row("open", &[Shared], &["Enter"], Command::Open, "show", "show what shares it; its letter or number does, too"),
    row("back", &[Shared], &["Esc", "Ctrl+c"], Command::Back, "close", "close"),
    // A question is answered by the key that its dialog shows, and by no other.
    row("yes", &[Question], &["y"], Answer(Yes), "yes", "yes").acts(),
    row("yes", &[Stop], &["Enter"], Answer(Yes), "stop", "stop it; of a press on many all that have not ended").acts(),
    row("yes-one", &[Stop], &["o"], Answer(YesOne), "", "of a press on many only this run").acts(),
    row("yes-all", &[Stop], &["a"], Answer(YesAll), "", "all runs of the press on many").acts(),
    row("down", &[Question], &["j", "Down"], Move(Down), "", "the next one, where one of several is asked about")
        .repeats(),
    row("up", &[Question], &["k", "Up"], Move(Up), "", "the one before").repeats(),
    row("back", &[Question, Stop], &["n", "Esc", "Ctrl+c"], Command::Back, "no", "no"),
];

const fn row(
    name: &'static str,
    contexts: &'static [Context],
    keys: &'static [&'static str],
    command: Command,
    footer: &'static str,
    help: &'static str,
) -> Binding {
    Binding { name, contexts, keys, command, class: KeyClass::AtOnce, footer, help }
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

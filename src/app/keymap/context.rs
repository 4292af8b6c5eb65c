//! Where keys go.

use super::Typing;
use Context::{
    Actions, Comment, Confirm, ConfirmText, Count, Detail, Filter, Findings, Form, Help, Incidents, InputPrompt, Log,
    LogDetail, Operation, Palette, Pick, Question, Resend, Shared, Stop,
};

/// Where the keys go. A function of the model, never stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Context {
    Incidents,
    /// The detail over the list, on a narrow screen.
    Detail,
    Actions,
    Log,
    LogDetail,
    /// A confirm that wants Enter.
    Confirm,
    /// A confirm that wants text typed, while its field has the keys.
    ConfirmText,
    Form,
    Filter,
    Help,
    /// A question that its own letter answers.
    Question,
    /// Whether to stop a run, which is in a hurry: Enter does.
    Stop,
    /// The dialog for what an action asks at the press.
    InputPrompt,
    Resend,
    Findings,
    /// A dialog of one line: how long to snooze, whom to assign.
    Operation,
    /// A dialog that wants the number of incidents typed.
    Count,
    Comment,
    /// What of an incident can be copied or opened.
    Pick,
    /// What an incident shares with others: the next letter names it.
    Shared,
    /// Everything by its name.
    Palette,
}

impl Context {
    /// The list that it belongs to, where a press can begin in it; and what a character is that no row takes.
    const fn facts(self) -> (Option<Self>, Typing) {
        match self {
            Incidents | Detail => (Some(Incidents), Typing::Nothing),
            Actions => (Some(Actions), Typing::Nothing),
            Log | LogDetail => (Some(Log), Typing::Nothing),
            Confirm | Help | Question | Stop | Resend | Findings | Pick | Shared => (None, Typing::Nothing),
            ConfirmText | Count => (None, Typing::Answer),
            Form | Filter | InputPrompt | Operation | Comment | Palette => (None, Typing::Text),
        }
    }

    /// The list that a context belongs to, where a press can begin: a confirm opens only over where it began.
    pub fn list(self) -> Option<Self> {
        self.facts().0
    }

    /// What a character is here.
    pub fn typing(self) -> Typing {
        self.facts().1
    }
}

//! The key table: which key means what, where. Dispatch, footer, help and README come from it.

use super::command::Command;

mod table;

pub use table::BINDINGS;

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
    Help,
    /// A question that wants yes or no.
    Question,
    /// The dialog for what an action asks at the press.
    InputPrompt,
    /// The question whether the same press or a new one is sent.
    Resend,
    /// What a check of an action found.
    Findings,
    /// A dialog of one line: how long to snooze, whom to assign.
    Operation,
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
    Nothing,
    /// A part of the answer that a question wants typed; a paste is none.
    Answer,
    /// Text; a paste is one piece of it.
    Text,
}

impl Context {
    /// The list that a context belongs to, where a press can begin: a confirm opens only over where it began.
    pub fn list(self) -> Option<Self> {
        match self {
            Self::Incidents | Self::Detail => Some(Self::Incidents),
            Self::Log | Self::LogDetail => Some(Self::Log),
            Self::Actions => Some(Self::Actions),
            Self::Confirm
            | Self::ConfirmText
            | Self::Form
            | Self::Filter
            | Self::Help
            | Self::Question
            | Self::InputPrompt
            | Self::Resend
            | Self::Findings
            | Self::Operation
            | Self::Count
            | Self::Comment
            | Self::Pick => None,
        }
    }

    /// What a character is here.
    pub fn typing(self) -> Typing {
        use Context::{
            Actions, Comment, Confirm, ConfirmText, Count, Detail, Filter, Findings, Form, Help, Incidents,
            InputPrompt, Log, LogDetail, Operation, Pick, Question, Resend,
        };
        match self {
            Incidents | Detail | Actions | Log | LogDetail | Confirm | Help | Question | Resend | Findings | Pick => {
                Typing::Nothing
            }
            ConfirmText | Count => Typing::Answer,
            Form | Filter | InputPrompt | Operation | Comment => Typing::Text,
        }
    }
}

/// How the input stage takes a key: what it may do where no person pressed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyClass {
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
    /// Its name in the configuration: the same in all rows of a command.
    pub name: &'static str,
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

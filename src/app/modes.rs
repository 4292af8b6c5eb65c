//! The layers of the screen: what stands over the list of the place. The one on top has the keys.

use super::activity::run_id;
use super::confirm::Confirm;
use super::form::Form;
use super::keymap::Context;
use super::layout::text_area;
use super::line::Line;
use super::operation::dialog::{Dialog, OperationDialog};
use super::pages::log_detail::LogDetail;
use super::state::findings::Findings;
use super::state::help::Help;
use super::state::input_prompt::InputPrompt;
use super::state::place::Place;
use super::state::question::Question;
use super::state::resend::ResendQuestion;

/// A layer, with its state.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Mode {
    /// The list of the place: always the lowest layer.
    #[default]
    Browse,
    /// The incident's detail over the list, on a narrow screen or opened with Enter; the number of lines scrolled.
    Detail(u16),
    /// The line that filters the place's list.
    Filter(Line),
    /// `e` was pressed: the next digit names the button to edit.
    PickButton,
    /// What the action asks at the press.
    InputPrompt(Box<InputPrompt>),
    /// What will be sent, before it is.
    Confirm(Box<Confirm>),
    /// The form for an action.
    Form(Box<Form>),
    /// One line of the log in full.
    LogDetail(Box<LogDetail>),
    /// The same press again, or a new one?
    Resend(ResendQuestion),
    /// What a check of an action found.
    Findings(Box<Findings>),
    /// An operation on incidents being written down.
    Operation(Box<OperationDialog>),
    /// Every key of what is below.
    Help(Help),
    /// A question that wants yes or no.
    Question(Question),
}

impl Mode {
    /// Whether nothing of what is below is seen.
    fn covers(&self) -> bool {
        match self {
            Self::Browse | Self::Detail(_) | Self::Form(_) | Self::LogDetail(_) | Self::Findings(_) | Self::Help(_) => {
                true
            }
            Self::Filter(_)
            | Self::PickButton
            | Self::InputPrompt(_)
            | Self::Confirm(_)
            | Self::Resend(_)
            | Self::Operation(_)
            | Self::Question(_) => false,
        }
    }

    /// The form, where it is one.
    pub(super) fn form(&mut self) -> Option<&mut Form> {
        if let Self::Form(form) = self { Some(form) } else { None }
    }

    /// The opened line of the log, where it is one.
    pub(super) fn log_detail(&mut self) -> Option<&mut LogDetail> {
        if let Self::LogDetail(open) = self { Some(open) } else { None }
    }

    /// The findings of a check, where it is them.
    pub(super) fn findings(&mut self) -> Option<&mut Findings> {
        if let Self::Findings(open) = self { Some(open) } else { None }
    }

    /// Where the keys go while it has them; `place` is the one whose list is the lowest layer.
    pub fn context(&self, place: Place) -> Context {
        match self {
            Self::Browse | Self::PickButton => match place {
                Place::Incidents => Context::Incidents,
                Place::Actions => Context::Actions,
                Place::Log => Context::Log,
            },
            Self::Detail(_) => Context::Detail,
            Self::Filter(_) => Context::Filter,
            Self::Confirm(confirm) if confirm.typing() => Context::ConfirmText,
            Self::Confirm(_) => Context::Confirm,
            Self::InputPrompt(_) => Context::InputPrompt,
            Self::Resend(_) => Context::Resend,
            Self::Findings(_) => Context::Findings,
            Self::Operation(open) => match open.dialog {
                Dialog::Snooze { .. } | Dialog::Assign { .. } => Context::Operation,
                Dialog::Comment { .. } => Context::Comment,
                Dialog::Count { .. } => Context::Count,
                Dialog::Pick { .. } => Context::Pick,
            },
            Self::Form(_) => Context::Form,
            Self::LogDetail(_) => Context::LogDetail,
            Self::Help(_) => Context::Help,
            Self::Question(_) => Context::Question,
        }
    }

    /// Whether a button of a dialog has the keys, not one of its fields.
    pub(super) fn on_button(&self) -> bool {
        match self {
            Self::InputPrompt(asking) => asking.on_button(),
            Self::Form(form) => form.on_button(),
            Self::Operation(open) => matches!(open.dialog, Dialog::Comment { button: true, .. }),
            Self::Browse
            | Self::Detail(_)
            | Self::Filter(_)
            | Self::PickButton
            | Self::Confirm(_)
            | Self::LogDetail(_)
            | Self::Resend(_)
            | Self::Findings(_)
            | Self::Help(_)
            | Self::Question(_) => false,
        }
    }

    /// What tells the dialog that has the keys from any other: another one must be seen before keys count in it.
    pub fn id(&self) -> Option<String> {
        match self {
            Self::Browse | Self::Detail(_) | Self::Filter(_) | Self::Help(_) => None,
            Self::PickButton => Some("pick a button".to_owned()),
            Self::InputPrompt(asking) => Some(format!("asking {} {}", asking.action.id, asking.target)),
            Self::Confirm(confirm) => Some(format!("confirm {}", confirm.id())),
            Self::Form(form) => Some(format!("form {}", form.title())),
            Self::LogDetail(open) => Some(format!("line {} {:?}", open.activity.at_ms, run_id(&open.activity))),
            Self::Resend(again) => Some(format!("again {}", again.run.id)),
            Self::Findings(findings) => Some(format!("findings {}", findings.action)),
            Self::Operation(open) => Some(open.id().to_owned()),
            Self::Question(ask) => Some(ask.id()),
        }
    }

    fn fit(&mut self, size: (u16, u16)) {
        match self {
            Self::Confirm(confirm) => confirm.fit(size),
            Self::LogDetail(detail) => detail.fit(text_area(size)),
            Self::Findings(findings) => {
                let (columns, height) = text_area(size);
                findings.sheet.fit(columns, height);
            }
            // Laid out when they are drawn.
            Self::Browse
            | Self::Detail(_)
            | Self::Filter(_)
            | Self::PickButton
            | Self::InputPrompt(_)
            | Self::Form(_)
            | Self::Resend(_)
            | Self::Operation(_)
            | Self::Help(_)
            | Self::Question(_) => {}
        }
    }
}

/// The layers, the lowest first. Never empty.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Modes {
    list: Mode,
    over: Vec<Mode>,
}

impl Modes {
    /// The layer that has the keys.
    pub fn top(&self) -> &Mode {
        self.over.last().unwrap_or(&self.list)
    }

    /// The layer that has the keys, to be changed.
    pub fn top_mut(&mut self) -> &mut Mode {
        self.over.last_mut().unwrap_or(&mut self.list)
    }

    /// Opens a layer over all others.
    pub fn push(&mut self, mode: Mode) {
        self.over.push(mode);
    }

    /// Closes the layer on top and gives it; the list stays.
    pub fn pop(&mut self) -> Option<Mode> {
        self.over.pop()
    }

    /// Opens a layer in place of the one on top; the list stays under it.
    pub fn replace(&mut self, mode: Mode) {
        self.pop();
        self.push(mode);
    }

    /// Closes all layers over the list.
    pub fn clear(&mut self) {
        self.over.clear();
    }

    /// How many layers there are, the list among them.
    pub fn depth(&self) -> usize {
        self.over.len() + 1
    }

    /// The layers, the highest first.
    pub fn iter(&self) -> impl Iterator<Item = &Mode> {
        self.over.iter().rev().chain([&self.list])
    }

    /// The layers of which something is seen, the lowest first.
    pub fn seen(&self) -> impl Iterator<Item = &Mode> {
        let from = self.over.iter().rposition(Mode::covers);
        let list = from.is_none().then_some(&self.list);
        list.into_iter().chain(&self.over[from.unwrap_or(0)..])
    }

    /// The highest layer of a kind, wherever it is.
    pub fn find<T>(&mut self, of_kind: impl FnMut(&mut Mode) -> Option<&mut T>) -> Option<&mut T> {
        self.over.iter_mut().rev().find_map(of_kind)
    }

    /// Fits every layer to another size of the screen.
    pub fn fit(&mut self, size: (u16, u16)) {
        for mode in &mut self.over {
            mode.fit(size);
        }
    }
}

//! The layers of the screen: what stands over the list of the place. The one on top has the keys.

use super::confirm::Confirm;
use super::form::Form;
use super::layout::text_area;
use super::line::Line;
use super::operation::dialog::Handle;
use super::pages::log_detail::LogDetail;
use super::state::findings::Findings;
use super::state::help::Help;
use super::state::prompt::Asking;
use super::state::question::Ask;
use super::state::resend::Again;

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
    Asking(Box<Asking>),
    /// What will be sent, before it is.
    Confirm(Box<Confirm>),
    /// The form for an action.
    Form(Box<Form>),
    /// One line of the log in full.
    LogDetail(Box<LogDetail>),
    /// The same press again, or a new one?
    Again(Again),
    /// What a check of an action found.
    Findings(Box<Findings>),
    /// An operation on incidents being written down.
    Handle(Box<Handle>),
    /// Every key of what is below.
    Help(Help),
    /// A question that wants yes or no.
    Ask(Ask),
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
            | Self::Asking(_)
            | Self::Confirm(_)
            | Self::Again(_)
            | Self::Handle(_)
            | Self::Ask(_) => false,
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
            | Self::Asking(_)
            | Self::Form(_)
            | Self::Again(_)
            | Self::Handle(_)
            | Self::Help(_)
            | Self::Ask(_) => {}
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

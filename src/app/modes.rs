//! The layers of the screen: what stands over the list of the place. The one on top has the keys.

use crossterm::event::KeyEvent;

use super::confirm::Confirm;
use super::form::Form;
use super::keymap::Context;
use super::layer::Layer;
use super::operation::dialog::OperationDialog;
use super::pages::log_detail::LogDetail;
use super::state::place::Place;

pub mod findings;
pub mod help;
pub mod input_prompt;
pub mod lists;
pub mod palette;
pub mod question;
pub mod resend;
pub mod shared;

use findings::Findings;
use help::Help;
use input_prompt::InputPrompt;
use lists::{Browse, Detail, Filter, PickButton};
use palette::Palette;
use question::Question;
use resend::ResendQuestion;
use shared::Shared;

/// A layer, with its state.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Mode {
    /// The list of the place: always the lowest layer.
    #[default]
    Browse,
    Detail(Detail),
    Filter(Filter),
    PickButton,
    InputPrompt(Box<InputPrompt>),
    Confirm(Box<Confirm>),
    Form(Box<Form>),
    LogDetail(Box<LogDetail>),
    Resend(ResendQuestion),
    Findings(Box<Findings>),
    Operation(Box<OperationDialog>),
    Shared(Shared),
    Palette(Box<Palette>),
    Help(Help),
    Question(Question),
}

/// Asks the state of a layer what every [`Layer`] answers.
macro_rules! ask {
    ($mode:expr, $layer:ident => $answer:expr) => {
        match $mode {
            Mode::Browse => {
                let $layer = &mut Browse;
                $answer
            }
            Mode::PickButton => {
                let $layer = &mut PickButton;
                $answer
            }
            Mode::Detail($layer) => $answer,
            Mode::Filter($layer) => $answer,
            Mode::InputPrompt($layer) => $answer,
            Mode::Confirm($layer) => $answer,
            Mode::Form($layer) => $answer,
            Mode::LogDetail($layer) => $answer,
            Mode::Resend($layer) => $answer,
            Mode::Findings($layer) => $answer,
            Mode::Operation($layer) => $answer,
            Mode::Shared($layer) => $answer,
            Mode::Palette($layer) => $answer,
            Mode::Help($layer) => $answer,
            Mode::Question($layer) => $answer,
        }
    };
}

impl Mode {
    fn covers(&self) -> bool {
        ask!(self, layer => layer.covers())
    }

    /// Where the keys go while it has them; `place` is the one whose list is the lowest layer.
    pub fn context(&self, place: Place) -> Context {
        ask!(self, layer => layer.context(place))
    }

    /// Whether a button of a dialog has the keys, not one of its fields.
    pub(super) fn on_button(&self) -> bool {
        ask!(self, layer => layer.on_button())
    }

    /// What tells the dialog that has the keys from any other: another one must be seen before keys count in it.
    pub fn id(&self) -> Option<String> {
        ask!(self, layer => layer.id())
    }

    fn fit(&mut self, size: (u16, u16)) {
        ask!(self, layer => layer.fit(size));
    }

    /// Takes a key that the table does not know.
    pub(super) fn on_key(&mut self, key: KeyEvent) {
        ask!(self, layer => layer.on_key(key));
    }

    pub(super) fn on_paste(&mut self, text: &str) {
        ask!(self, layer => layer.on_paste(text));
    }

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

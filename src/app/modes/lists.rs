//! The list of the place, and the layers that leave it in sight or are read beside it.

use crossterm::event::KeyEvent;

use crate::app::incidents::Completion;
use crate::app::keymap::Context;
use crate::app::layer::Layer;
use crate::app::line::Line;
use crate::app::state::place::Place;

pub struct Browse;

/// `e` was pressed: the next digit names the button to edit.
pub struct PickButton;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    pub line: Line,
    /// The ways to complete the word at the cursor, while they are gone through.
    pub completion: Option<Completion>,
    /// How far back in what was filtered before: 0 = what is typed now.
    pub back: usize,
    /// What was typed before that was gone through.
    pub typed: String,
}

impl Filter {
    pub fn new(text: &str) -> Self {
        Self { line: Line::new(text), ..Self::default() }
    }

    /// Goes through what was filtered before, the newest last.
    pub fn recall(&mut self, earlier: &[String], older: bool) {
        self.completion = None;
        let back = if older { (self.back + 1).min(earlier.len()) } else { self.back.saturating_sub(1) };
        if back == self.back {
            return;
        }
        if self.back == 0 {
            self.line.value().clone_into(&mut self.typed);
        }
        self.back = back;
        let text = earlier.len().checked_sub(back).and_then(|at| earlier.get(at)).filter(|_| back > 0);
        let text = text.unwrap_or(&self.typed).clone();
        self.line.set(&text);
    }

    /// Takes the next of the ways to complete, or the one before; whether there are several to go through.
    pub fn turn_completion(&mut self, next: bool) -> bool {
        let Some(open) = self.completion.as_mut().filter(|open| open.choices.len() > 1) else {
            return false;
        };
        let count = open.choices.len();
        open.at = (open.at + if next { 1 } else { count - 1 }) % count;
        self.put_choice();
        true
    }

    /// Begins to complete by the first of these.
    pub fn complete(&mut self, completion: Completion) {
        self.completion = (!completion.choices.is_empty()).then_some(completion);
        self.put_choice();
    }

    fn put_choice(&mut self) {
        if let Some(open) = &mut self.completion
            && let Some(choice) = open.choices.get(open.at)
        {
            self.line.replace(open.part.clone(), &choice.text);
            open.part.end = open.part.start + choice.text.len();
        }
    }
}

/// The incident's detail over the list, on a narrow screen or opened with Enter.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Detail {
    /// Lines scrolled.
    pub scroll: u16,
}

impl Layer for Browse {
    fn context(&self, place: Place) -> Context {
        match place {
            Place::Incidents => Context::Incidents,
            Place::Actions => Context::Actions,
            Place::Log => Context::Log,
        }
    }

    fn covers(&self) -> bool {
        true
    }
}

impl Layer for PickButton {
    fn context(&self, place: Place) -> Context {
        Browse.context(place)
    }

    fn id(&self) -> Option<String> {
        Some("pick a button".to_owned())
    }
}

impl Layer for Filter {
    fn context(&self, _: Place) -> Context {
        Context::Filter
    }

    fn on_key(&mut self, key: KeyEvent) {
        self.completion = None;
        self.line.key(key);
    }

    fn on_paste(&mut self, text: &str) {
        self.completion = None;
        self.line.paste(text);
    }
}

impl Layer for Detail {
    fn context(&self, _: Place) -> Context {
        Context::Detail
    }

    fn covers(&self) -> bool {
        true
    }
}

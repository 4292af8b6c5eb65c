//! The list of the place, and the layers that leave it in sight or are read beside it.

use crossterm::event::KeyEvent;

use crate::app::keymap::Context;
use crate::app::layer::Layer;
use crate::app::line::Line;
use crate::app::state::place::Place;

pub struct Browse;

/// `e` was pressed: the next digit names the button to edit.
pub struct PickButton;

#[derive(Clone, Debug, PartialEq)]
pub struct Filter {
    pub line: Line,
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
        self.line.key(key);
    }

    fn on_paste(&mut self, text: &str) {
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

//! What an incident shares with others, to choose from.

use std::convert::Infallible;

use crossterm::event::{KeyCode, KeyEvent};

use crate::app::command::{Command, Motion};
use crate::app::incidents::Share;
use crate::app::keymap::Context;
use crate::app::layer::{Layer, Step};
use crate::app::state::place::Place;

#[derive(Clone, Debug, PartialEq)]
pub struct Shared {
    pub items: Vec<Share>,
    pub at: usize,
}

impl Shared {
    pub fn command(&mut self, command: Command) -> Step<Infallible> {
        match command {
            Command::Back => return Step::Close,
            Command::Move(Motion::Down) => self.at = (self.at + 1).min(self.items.len().saturating_sub(1)),
            Command::Move(Motion::Up) => self.at = self.at.saturating_sub(1),
            _ => {}
        }
        Step::Stay
    }

    /// The one that a key picks: its letter, or its number.
    pub fn picked(&self, key: KeyEvent) -> Option<&Share> {
        let KeyCode::Char(ch) = key.code else {
            return None;
        };
        let by_number = || ch.to_digit(10)?.checked_sub(1).and_then(|at| self.items.get(usize::try_from(at).ok()?));
        self.items.iter().find(|item| item.key == ch).or_else(by_number)
    }
}

impl Layer for Shared {
    fn context(&self, _: Place) -> Context {
        Context::Shared
    }
}

//! What every layer of the screen answers. It knows itself, and leaves the rest to its caller.

use crossterm::event::KeyEvent;

use super::effect::Effect;
use super::keymap::Context;
use super::state::place::Place;

/// A layer: what most of them have in common is the default.
pub trait Layer {
    /// Where the keys go while it has them; `place` is the one whose list is the lowest layer.
    fn context(&self, place: Place) -> Context;

    /// What tells a dialog from any other: another one must be seen before keys count in it.
    fn id(&self) -> Option<String> {
        None
    }

    /// Whether a button of it has the keys, not one of its fields.
    fn on_button(&self) -> bool {
        false
    }

    /// Whether nothing of what is below is seen.
    fn covers(&self) -> bool {
        false
    }

    /// Fits it to another size of the screen, where it is not laid out when it is drawn.
    fn fit(&mut self, _size: (u16, u16)) {}

    /// Takes a key that the table does not know.
    fn on_key(&mut self, _key: KeyEvent) {}

    /// Takes pasted text, in one piece.
    fn on_paste(&mut self, _text: &str) {}
}

/// What becomes of a layer at a command, and what it wants of the world around it.
#[derive(Clone, Debug, PartialEq)]
pub enum Step<W> {
    /// It stays open.
    Stay,
    /// It stays open, and has something to say at the bottom.
    Say(&'static str),
    /// It stays open while this is carried out.
    Do(Effect),
    /// It closes, and nothing comes of it.
    Close,
    /// It wants this, which is beyond it.
    Want(W),
}

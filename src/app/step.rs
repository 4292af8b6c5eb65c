//! What a layer answers to a command: it knows itself, and leaves the rest to its caller.

use super::effect::Effect;

/// What becomes of the layer, and what it wants of the world around it.
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

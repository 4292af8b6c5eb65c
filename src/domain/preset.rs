//! Presets: actions that are nearly written, to begin from.

use super::action::Action;

/// An action to begin from. What only its user knows (address, token) stands in it as an example or a reference.
#[derive(Clone, Debug, PartialEq)]
pub struct Preset {
    /// Its short name, as the command line takes it.
    pub name: String,
    /// What it is called in a list.
    pub title: String,
    /// One line: what it does, and what it needs.
    pub about: String,
    /// The action. Its name is a suggestion; it has no channels.
    pub action: Action,
}

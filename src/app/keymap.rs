//! The key table: which key means what, where. Dispatch, footer, help and README come from it.

use super::command::Command;

mod context;
mod table;

pub use context::Context;
pub use table::BINDINGS;

/// What a character is that no row of the table takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typing {
    Nothing,
    /// A part of the answer that a question wants typed; a paste is none.
    Answer,
    /// Text; a paste is one piece of it.
    Text,
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

#[derive(Debug)]
pub struct Binding {
    /// Its name in the configuration: the same in all rows of a command.
    pub name: &'static str,
    /// Where it holds.
    pub contexts: &'static [Context],
    /// The keys, in the words of the configuration (`j`, `Down`, `Ctrl+s`). The first is shown.
    pub keys: &'static [&'static str],
    pub command: Command,
    /// How the input stage takes its keys.
    pub class: KeyClass,
    /// Its word in the footer; empty = not in the footer.
    pub footer: &'static str,
    /// Its line in the help.
    pub help: &'static str,
}

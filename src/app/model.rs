//! What the screen knows.

/// How keys are judged by the input stage. A function of the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputMode {
    /// Digits are buttons: they must come alone.
    Buttons,
    /// Enter sends: it must come alone, a paste is dropped; `text` says that a field takes characters.
    Confirm {
        /// Whether a field takes characters.
        text: bool,
    },
    /// A text field: digits are text, a paste is one piece.
    Text,
}

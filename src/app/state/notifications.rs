//! How a person who looks elsewhere is called back, and whether somebody looks.

/// Where the terminal does not tell whether its window has the focus, a key says so for this long, milliseconds.
const KEY_MS: u64 = 60_000;

/// How a person is called back, as the configuration has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Notifications {
    /// By the terminal's bell.
    pub bell: bool,
    /// By a notification of the terminal's (OSC 9 or 777).
    pub notify: bool,
    /// By counts in the window's title.
    pub title: bool,
}

/// Whether somebody looks, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Watched {
    /// What the terminal last said of the focus; `None` where it never did.
    pub focus: Option<bool>,
    /// When the last key came, monotonic milliseconds.
    pub key_ms: Option<u64>,
    /// The title that the window has.
    pub(in crate::app) title: String,
}

impl Watched {
    pub(in crate::app) fn is(&self, mono_ms: u64) -> bool {
        self.focus.unwrap_or_else(|| self.key_ms.is_some_and(|at| mono_ms < at.saturating_add(KEY_MS)))
    }
}

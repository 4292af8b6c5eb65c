//! How a terminal is asked to call a person back: bell, notification, title.

use std::fmt;

use crossterm::Command;

use crate::config::Notify;

/// How a terminal shows a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// `OSC 9 ; text`: iTerm2, kitty, `WezTerm`, Ghostty.
    Osc9,
    /// `OSC 777 ; notify ; title ; text`: foot, urxvt, VTE.
    Osc777,
}

/// The terminal, as far as the environment tells.
#[derive(Clone, Debug, Default)]
pub(super) struct Surroundings {
    pub(super) term: String,
    pub(super) in_tmux: bool,
    pub(super) in_screen: bool,
    pub(super) is_vte: bool,
}

impl Surroundings {
    pub(super) fn of_this_process() -> Self {
        Self {
            term: std::env::var("TERM").unwrap_or_default(),
            in_tmux: std::env::var_os("TMUX").is_some(),
            in_screen: std::env::var_os("STY").is_some(),
            is_vte: std::env::var_os("VTE_VERSION").is_some(),
        }
    }

    /// Whether strings of the kind `ESC ]` are safe here: others type them onto the screen.
    pub(super) fn takes_strings(&self) -> bool {
        self.in_tmux || !(self.in_screen || self.term == "linux" || self.term.starts_with("screen"))
    }

    /// How notifications are shown here; `None`: not at all. A terminal that has neither way ignores both.
    pub(super) fn way(&self, wanted: Notify) -> Option<Way> {
        let way = match wanted {
            Notify::Off => return None,
            Notify::Osc777 => Way::Osc777,
            Notify::Auto if self.is_vte || self.term.starts_with("foot") || self.term.starts_with("rxvt") => {
                Way::Osc777
            }
            Notify::Osc9 | Notify::Auto => Way::Osc9,
        };
        self.takes_strings().then_some(way)
    }
}

/// What is written to the terminal beside its frames.
pub(super) enum Call {
    Bell,
    /// A notification; the text is clean. Through tmux it is passed on to the terminal outside.
    Notification {
        way: Way,
        /// Whether tmux stands between.
        in_tmux: bool,
        text: String,
    },
    /// The window's title, clean.
    Title(String),
    /// Keeps the title that the window had.
    KeepTitle,
    GiveTitleBack,
}

impl Command for Call {
    fn write_ansi(&self, out: &mut impl fmt::Write) -> fmt::Result {
        match self {
            Self::Bell => out.write_str("\u{7}"),
            Self::Title(title) => write!(out, "\u{1b}]2;{title}\u{1b}\\"),
            // xterm's window operations: 22 and 23 keep and give back, 2 is the window's title.
            Self::KeepTitle => out.write_str("\u{1b}[22;2t"),
            Self::GiveTitleBack => out.write_str("\u{1b}[23;2t"),
            Self::Notification { way, in_tmux, text } => {
                let text = match way {
                    Way::Osc9 => format!("\u{1b}]9;andon: {text}\u{7}"),
                    // A semicolon would end the text.
                    Way::Osc777 => format!("\u{1b}]777;notify;andon;{}\u{7}", text.replace(';', ",")),
                };
                if *in_tmux {
                    write!(out, "\u{1b}Ptmux;{}\u{1b}\\", text.replace('\u{1b}', "\u{1b}\u{1b}"))
                } else {
                    out.write_str(&text)
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(call: &Call) -> String {
        let mut out = String::new();
        call.write_ansi(&mut out).unwrap();
        out
    }

    #[test]
    fn a_notification_is_passed_through_tmux() {
        let text = "critical; cpu".to_owned();
        let call = Call::Notification { way: Way::Osc777, in_tmux: false, text: text.clone() };
        assert_eq!(written(&call), "\u{1b}]777;notify;andon;critical, cpu\u{7}");
        let call = Call::Notification { way: Way::Osc9, in_tmux: true, text };
        assert_eq!(written(&call), "\u{1b}Ptmux;\u{1b}\u{1b}]9;andon: critical; cpu\u{7}\u{1b}\\");
    }

    #[test]
    fn terminals_that_type_strings_onto_the_screen_are_left_alone() {
        let term = |term: &str| Surroundings { term: term.to_owned(), ..Surroundings::default() };
        assert_eq!(term("xterm-kitty").way(Notify::Auto), Some(Way::Osc9));
        assert_eq!(term("foot").way(Notify::Auto), Some(Way::Osc777));
        assert_eq!(term("linux").way(Notify::Osc9), None);
        assert_eq!(term("xterm").way(Notify::Off), None);
        assert_eq!(Surroundings { in_tmux: true, ..term("screen-256color") }.way(Notify::Auto), Some(Way::Osc9));
        assert!(!Surroundings { in_screen: true, ..term("screen") }.takes_strings());
    }
}

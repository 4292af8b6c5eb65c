//! How a command ends: its code, and why it could not do what was asked.

use crate::config::ConfigError;
use crate::domain::run::Outcome;
use crate::runner::OpenError;
use crate::store::{SaveError, StoreError};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    Done,
    Failed,
    /// Usage, configuration, a bad field, an unknown or ambiguous name.
    Usage,
    /// It was sent, and nobody here can know.
    Unknown,
    /// Nothing was sent, by andon's own decision.
    Refused,
    /// Ended by SIGHUP, after the runs were recorded.
    HungUp,
    /// Stopped before anything can have been received.
    Cancelled,
    /// Ended by SIGTERM, after the runs were recorded.
    Terminated,
}

impl Exit {
    pub(super) fn code(self) -> i32 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Unknown => 3,
            Self::Refused => 4,
            Self::HungUp => 129,
            Self::Cancelled => 130,
            Self::Terminated => 143,
        }
    }

    /// Of two, the one that matters more: a signal or a usage error, then unknown, failed, refused, cancelled, done.
    pub(super) fn worst(self, other: Self) -> Self {
        if self.rank() <= other.rank() { self } else { other }
    }

    fn rank(self) -> u8 {
        match self {
            Self::HungUp | Self::Terminated | Self::Usage => 0,
            Self::Unknown => 1,
            Self::Failed => 2,
            Self::Refused => 3,
            Self::Cancelled => 4,
            Self::Done => 5,
        }
    }
}

impl From<Outcome> for Exit {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Succeeded | Outcome::Accepted => Self::Done,
            Outcome::Failed => Self::Failed,
            Outcome::Cancelled => Self::Cancelled,
            Outcome::Unknown => Self::Unknown,
            Outcome::Refused => Self::Refused,
        }
    }
}

/// Why a command could not do what was asked.
#[derive(Debug)]
pub(super) struct CommandError {
    pub(super) exit: Exit,
    /// What is wrong, one text for each: it may have several lines.
    pub(super) messages: Vec<String>,
}

impl CommandError {
    pub(super) fn new(exit: Exit, text: impl Into<String>) -> Self {
        Self { exit, messages: vec![text.into()] }
    }

    /// Something typed is wrong.
    pub(super) fn usage(text: impl Into<String>) -> Self {
        Self::new(Exit::Usage, text)
    }
}

impl From<ConfigError> for CommandError {
    fn from(error: ConfigError) -> Self {
        Self { exit: Exit::Usage, messages: error.faults }
    }
}

impl From<StoreError> for CommandError {
    fn from(error: StoreError) -> Self {
        Self::new(Exit::Failed, error.to_string())
    }
}

impl From<OpenError> for CommandError {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Config(error) => error.into(),
            OpenError::Store(error) => error.into(),
        }
    }
}

impl From<SaveError> for CommandError {
    fn from(error: SaveError) -> Self {
        let cause = if let SaveError::Of { error, .. } = &error { error } else { &error };
        let exit = match cause {
            SaveError::ChannelFull { .. } => Exit::Refused,
            SaveError::SlotTaken { .. }
            | SaveError::SlotOutOfRange { .. }
            | SaveError::NameTaken { .. }
            | SaveError::IdTaken { .. }
            | SaveError::Gone { .. } => Exit::Usage,
            SaveError::Changed(_) | SaveError::Of { .. } | SaveError::Store(_) => Exit::Failed,
        };
        Self::new(exit, error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_counts() {
        use Exit::{Cancelled, Done, Failed, Refused, Unknown};
        let order = [Unknown, Failed, Refused, Cancelled, Done];
        for (at, worse) in order.iter().enumerate() {
            for better in &order[at..] {
                assert_eq!((worse.worst(*better), better.worst(*worse)), (*worse, *worse));
            }
        }
    }
}

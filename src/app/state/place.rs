//! The places: lists that take the whole screen.

/// Which of the places is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// The board: list, detail, More Actions, newest activity.
    #[default]
    Incidents,
    /// All actions by channel.
    Actions,
    /// The whole activity log.
    Log,
}

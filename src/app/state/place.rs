//! The places: lists that take the whole screen.

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// The board: list, detail, More Actions, newest activity.
    #[default]
    Incidents,
    Actions,
    Log,
}

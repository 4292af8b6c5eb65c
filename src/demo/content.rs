//! What the demo shows, without its receiver and its store.

use std::net::SocketAddr;

use super::{DemoSource, SOURCE, actions};
use crate::domain::action::Action;
use crate::domain::board::Listing;
use crate::source::SourceError;

/// The demo's incidents and actions as plain data, for pictures, tests and documentation.
pub struct Content {
    pub source: &'static str,
    /// Incidents and channels, as the source lists them.
    pub listing: Listing,
    /// The actions, which send to the address that was given.
    pub actions: Vec<Action>,
}

/// The demo as it stands at `now_s` (Unix seconds), with actions that send to `receiver`. Opens and sends nothing.
/// An error is a fault of this program: its incidents cannot be read.
pub fn content(now_s: i64, receiver: SocketAddr) -> Result<Content, SourceError> {
    Ok(Content { source: SOURCE, listing: DemoSource::new(now_s)?.listing(), actions: actions(receiver) })
}

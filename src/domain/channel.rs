//! Channels: what groups incidents and owns buttons.

use serde::{Deserialize, Serialize};

use super::key::Key;

/// Marks the keys of channels.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OfChannel {}

/// The key of a channel: `source/id`. A source's name never holds a `/`, a channel's id may.
pub type ChannelKey = Key<OfChannel>;

/// A channel as its source names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Channel {
    /// Its key, `source/id`.
    pub key: ChannelKey,
    /// The name people know it by; the id where the source has no name.
    pub name: String,
}

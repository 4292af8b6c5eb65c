//! Channels: what groups incidents and owns buttons.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The key of a channel: `source/id`, split at its first `/`.
///
/// A source's name never holds a `/`, an id may. Cloning shares the text.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ChannelKey(Arc<str>);

impl ChannelKey {
    /// The key of channel `id` of the source named `source`.
    pub fn new(source: &str, id: &str) -> Self {
        Self(format!("{source}/{id}").into())
    }

    /// Reads `source/id`. `None` where there is no `/`, or one side is empty.
    pub fn parse(text: &str) -> Option<Self> {
        let (source, id) = text.split_once('/')?;
        (!source.is_empty() && !id.is_empty()).then(|| Self(text.into()))
    }

    /// The name of the configured source.
    pub fn source(&self) -> &str {
        self.0.split_once('/').map_or("", |(source, _)| source)
    }

    /// The source's own id of the channel.
    pub fn id(&self) -> &str {
        self.0.split_once('/').map_or(&self.0, |(_, id)| id)
    }

    /// The whole key, `source/id`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ChannelKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ChannelKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ChannelKey({})", self.0)
    }
}

impl Serialize for ChannelKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for ChannelKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text)
            .ok_or_else(|| serde::de::Error::custom(format!("channel \"{text}\" is not of the form source/id")))
    }
}

/// A channel as its source names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Channel {
    /// Its key, `source/id`.
    pub key: ChannelKey,
    /// The name people know it by; the id where the source has no name.
    pub name: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_split_at_its_first_slash() {
        let key = ChannelKey::parse("prod/team/platform").unwrap();
        assert_eq!((key.source(), key.id()), ("prod", "team/platform"));
        assert_eq!(ChannelKey::parse("platform"), None);
        assert_eq!(ChannelKey::parse("/platform"), None);
        assert_eq!(ChannelKey::parse("prod/"), None);
    }
}

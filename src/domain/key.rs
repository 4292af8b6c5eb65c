//! Keys that hold across sources: `source/id`, split at the first `/`.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A key of what `K` marks: `source/id`. Cloning shares the text.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key<K>(Arc<str>, PhantomData<K>);

impl<K> Key<K> {
    /// The key of what the source named `source` calls `id`.
    pub fn new(source: &str, id: &str) -> Self {
        Self::from(&*format!("{source}/{id}"))
    }

    /// Reads `source/id`. `None` where there is no `/`, or one side is empty.
    pub fn parse(text: &str) -> Option<Self> {
        let (source, id) = text.split_once('/')?;
        (!source.is_empty() && !id.is_empty()).then(|| text.into())
    }

    /// The name of the configured source.
    pub fn source(&self) -> &str {
        self.0.split_once('/').map_or("", |(source, _)| source)
    }

    /// The source's own id.
    pub fn id(&self) -> &str {
        self.0.split_once('/').map_or(&self.0, |(_, id)| id)
    }

    /// The whole key, `source/id`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A key that was written by us: taken as it is.
impl<K> From<&str> for Key<K> {
    fn from(text: &str) -> Self {
        Self(text.into(), PhantomData)
    }
}

impl<K> fmt::Display for Key<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<K> fmt::Debug for Key<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.0)
    }
}

impl<K> Serialize for Key<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de, K> Deserialize<'de> for Key<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("\"{text}\" is not of the form source/id")))
    }
}

#[cfg(test)]
mod tests {
    use super::Key;

    #[test]
    fn a_key_is_split_at_its_first_slash() {
        let key = Key::<()>::parse("prod/team/platform").unwrap();
        assert_eq!((key.source(), key.id()), ("prod", "team/platform"));
        assert_eq!(Key::<()>::parse("platform"), None);
        assert_eq!(Key::<()>::parse("/platform"), None);
        assert_eq!(Key::<()>::parse("prod/"), None);
    }
}

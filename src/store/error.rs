//! What can go wrong in the store, in words that say what to do.

use std::fmt;

use thiserror::Error;

use crate::domain::action::Action;
use crate::domain::channel::ChannelKey;

/// Why the store could not be opened, read or written. No text holds a password.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum StoreError {
    /// The database file or its directory can be read or written by other users.
    #[error("{path} is open to other users (mode {mode:04o}) and may hold secrets: run `chmod {} '{path}'`", fix(*.mode))]
    ReadableByOthers {
        path: String,
        /// Its kind and permission bits, as `stat` gives them.
        mode: u32,
    },
    /// The file is no database, or its pages do not fit together.
    #[error(
        "the store {path} is damaged ({reason}); nothing was changed: restore a copy, or move it aside and start again"
    )]
    Damaged {
        path: String,
        /// In the engine's words.
        reason: String,
    },
    /// A later andon has written it.
    #[error("the store {path} was written by a newer andon (layout {found}, this one knows {known}): use that version")]
    Newer {
        path: String,
        /// The layout found.
        found: i64,
        /// The newest layout this program knows.
        known: i64,
    },
    /// An earlier andon has written it, and it cannot be brought to the layout of this one.
    #[error(
        "the store {path} was written by an earlier andon (layout {found}, this one needs {known}) and cannot be \
         written: make it writable for this user, or copy it to where it is"
    )]
    Older {
        path: String,
        /// The layout found.
        found: i64,
        /// The layout that this program needs.
        known: i64,
    },
    /// It can be read but not written.
    #[error("the store {path} is read-only; nothing was written: make it writable for this user")]
    ReadOnly { path: String },
    /// The file that is open is not the one at its path any more.
    #[error(
        "the store {path} was deleted, moved or replaced while andon had it open; nothing was written: start andon again"
    )]
    Replaced { path: String },
    #[error("no space is left for the store {path}; nothing was written: free some space and try again")]
    Full { path: String },
    /// Somebody else has been writing for longer than we wait.
    #[error("the store is busy: another program has been writing to it for 5 s; try again")]
    Busy,
    /// It cannot be opened, or the connection to it was lost.
    #[error("the store {path} cannot be reached ({reason}): check that it is there and that this user may open it")]
    Unreachable {
        /// Where it is, without user, password or parameters.
        path: String,
        /// In the engine's words.
        reason: String,
    },
    /// It has a name that the engine cannot open.
    #[error("{why}")]
    NotUtf8 { why: String },
    #[error("could not {what}: {reason}")]
    Other { what: String, reason: String },
}

const DIRECTORY_BIT: u32 = 0o040_000;

fn fix(mode: u32) -> &'static str {
    if mode & DIRECTORY_BIT == 0 { "600" } else { "700" }
}

impl StoreError {
    pub(super) fn other(what: impl Into<String>, reason: impl fmt::Display) -> Self {
        Self::Other { what: what.into(), reason: reason.to_string() }
    }
}

/// Fills in where the store is: those who meet the engine's error first do not know.
pub(super) trait Located {
    fn located(self, place: &str) -> Self;
}

impl Located for StoreError {
    fn located(mut self, place: &str) -> Self {
        match &mut self {
            Self::Damaged { path, .. }
            | Self::ReadOnly { path }
            | Self::Full { path }
            | Self::Unreachable { path, .. }
                if path.is_empty() =>
            {
                place.clone_into(path);
            }
            _ => {}
        }
        self
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let path = String::new();
        match error {
            sqlx::Error::Database(error) => database_error(error.as_ref()),
            sqlx::Error::Io(error) => Self::Unreachable { path, reason: error.to_string() },
            sqlx::Error::Tls(error) => Self::Unreachable { path, reason: error.to_string() },
            sqlx::Error::PoolTimedOut => Self::Unreachable { path, reason: "no connection in 10 s".to_owned() },
            // A configuration error may quote the URL it is about.
            sqlx::Error::Configuration(_) => {
                Self::other("open the store", "its address is not of the form postgres://user@host/database")
            }
            error => Self::other("use the store", error),
        }
    }
}

fn database_error(error: &dyn sqlx::error::DatabaseError) -> StoreError {
    let (path, reason) = (String::new(), error.message().to_owned());
    let code = error.code().unwrap_or_default();
    // PostgreSQL's codes have five characters, SQLite's are numbers below 10,000.
    if code.len() == 5 {
        return match &*code {
            "53100" => StoreError::Full { path },
            "25006" => StoreError::ReadOnly { path },
            "55P03" | "40P01" => StoreError::Busy,
            code if ["08", "28", "3D", "53", "57"].iter().any(|class| code.starts_with(class)) => {
                StoreError::Unreachable { path, reason }
            }
            _ => StoreError::other("use the store", reason),
        };
    }
    let code = code.parse::<u32>();
    // No room for the index of the log, which is called an I/O error.
    if code == Ok(4874) {
        return StoreError::Full { path };
    }
    match code.map(|code| code & 0xff) {
        Ok(5 | 6) => StoreError::Busy,
        Ok(8) => StoreError::ReadOnly { path },
        Ok(11 | 26) => StoreError::Damaged { path, reason },
        Ok(13) => StoreError::Full { path },
        Ok(14) => StoreError::Unreachable { path, reason },
        _ => StoreError::other("use the store", reason),
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum SaveError {
    /// The channel has as many actions as it may have.
    ChannelFull {
        channel: ChannelKey,
        max: u8,
        /// The slots taken, with the names on them.
        holders: Vec<(u8, String)>,
    },
    SlotTaken {
        channel: ChannelKey,
        slot: u8,
        /// The name on it.
        holder: String,
    },
    SlotOutOfRange {
        channel: ChannelKey,
        slot: u8,
        max: u8,
    },
    /// The channel has an action of that name.
    NameTaken {
        channel: ChannelKey,
        name: String,
    },
    /// There is an action of that id.
    IdTaken {
        id: String,
    },
    /// Somebody else has changed it since it was read.
    Changed(Box<Action>),
    Gone {
        id: String,
    },
    /// One of several that are saved together was refused, and with it all.
    Of {
        /// Which: its name, or its id where it was to be removed.
        name: String,
        error: Box<SaveError>,
    },
    Store(StoreError),
}

impl SaveError {
    /// Says which of several it is about. What the store itself says is about all.
    pub(super) fn about(self, name: Option<String>) -> Self {
        match (name, self) {
            (Some(name), error) if !matches!(error, Self::Store(_)) => Self::Of { name, error: Box::new(error) },
            (_, error) => error,
        }
    }
}

impl fmt::Display for SaveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ChannelFull { channel, max, holders } => {
                let list: Vec<String> = holders.iter().map(|(slot, name)| format!("{slot} {name}")).collect();
                write!(f, "{channel} is full ({}/{max}): {}", holders.len(), list.join(", "))
            }
            Self::SlotTaken { channel, slot, holder } => write!(f, "slot {slot} of {channel} belongs to {holder}"),
            Self::SlotOutOfRange { channel, slot, max } => {
                write!(f, "{channel} has no slot {slot}: choose 1 to {max}")
            }
            Self::NameTaken { channel, name } => write!(f, "{channel} already has an action named \"{name}\""),
            Self::IdTaken { id } => write!(f, "there is already an action with the id {id}"),
            Self::Changed(now) => write!(
                f,
                "{} was changed by someone else (it is at revision {} now): read it again and repeat the change",
                now.name, now.revision
            ),
            Self::Gone { id } => write!(f, "the action {id} no longer exists: someone else has removed it"),
            Self::Of { name, error } => write!(f, "{name}: {error}"),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for SaveError {}

impl From<StoreError> for SaveError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<sqlx::Error> for SaveError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl Located for SaveError {
    fn located(self, place: &str) -> Self {
        match self {
            Self::Store(error) => Self::Store(error.located(place)),
            other => other,
        }
    }
}

//! Whether the files that are open are still those that stand at their paths.
//!
//! SQLite goes on writing into a file that was deleted or that another one was put in place of: what it says is written
//! is then nowhere that anybody looks.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::error::StoreError;

/// What a file is, whatever it is called: its device and its inode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Inode(u64, u64);

impl Inode {
    /// `None` where nothing has that name.
    fn at(path: &Path) -> io::Result<Option<Self>> {
        match fs::metadata(path) {
            Ok(found) => Ok(Some(Self(found.dev(), found.ino()))),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// The files of an open store.
#[derive(Debug)]
pub(super) struct Identity {
    path: PathBuf,
    database: Option<Inode>,
    log: PathBuf,
    /// The write-ahead log, once a write has been seen to leave one. It stays while a connection is open.
    log_seen: Mutex<Option<Inode>>,
}

impl Identity {
    /// The files as they are now, when the store has just been opened.
    pub(super) fn of(path: &Path) -> Self {
        let mut log = path.as_os_str().to_owned();
        log.push("-wal");
        let database = Inode::at(path).ok().flatten();
        Self { path: path.to_owned(), database, log: PathBuf::from(log), log_seen: Mutex::new(None) }
    }

    /// The error says that what is open is not what stands at its path any more.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        let mut seen = self.log_seen.lock().unwrap_or_else(PoisonError::into_inner);
        // Where it cannot be told (no right to look), the database itself will say what is wrong.
        let same = |path: &Path, was: Option<Inode>| Inode::at(path).is_ok_and(|now| now == was) || was.is_none();
        if !same(&self.path, self.database) || !same(&self.log, *seen) {
            return Err(StoreError::Replaced { path: self.path.display().to_string() });
        }
        if seen.is_none() {
            *seen = Inode::at(&self.log).ok().flatten();
        }
        Ok(())
    }

    /// A connection was closed. With the last one SQLite removes its log, and the next one makes another.
    pub(super) fn forget_log(&self) {
        *self.log_seen.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

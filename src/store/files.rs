//! The store's files: made for one user alone, refused where others can read them.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::error::StoreError;
use crate::domain::file_system::{network_file_system, unnamable};

/// Every right of the group and of all others.
const OTHERS: u32 = 0o077;

/// What is at the place of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// An empty file: the store is yet to be made.
    Fresh,
    Made,
    /// A store that can only be read.
    ReadOnly,
    /// None, on a file system on which none can be made.
    Nowhere,
}

/// Makes the database file and its directory if they are missing, and refuses what others can open.
pub(super) fn prepare(path: &Path) -> Result<Found, StoreError> {
    let folder = folder_of(path);
    if let Some(why) = unnamable(path) {
        return Err(StoreError::NotUtf8 { why });
    }
    if let Err(error) = make_private_dir(&folder) {
        return if matches!(error, StoreError::ReadOnly { .. }) { Ok(Found::Nowhere) } else { Err(error) };
    }
    refuse_if_open(&folder)?;
    if path.exists() && !(may_write(path) && may_write(&folder)) {
        refuse_all_open(path)?;
        return Ok(Found::ReadOnly);
    }
    match make_private_file(path) {
        Err(StoreError::ReadOnly { .. }) => return Ok(Found::Nowhere),
        made => made?,
    }
    refuse_all_open(path)?;
    let length = fs::metadata(path).map_err(|error| cannot("look at", path, &error))?.len();
    Ok(if length == 0 { Found::Fresh } else { Found::Made })
}

/// Whether the write-ahead log beside it holds anything.
pub(super) fn has_log(path: &Path) -> bool {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    fs::metadata(PathBuf::from(name)).is_ok_and(|found| found.len() > 0)
}

/// Whether this user may write it, where it lies. Nobody may on a read-only file system.
fn may_write(path: &Path) -> bool {
    rustix::fs::access(path, rustix::fs::Access::WRITE_OK).is_ok()
}

fn refuse_all_open(path: &Path) -> Result<(), StoreError> {
    refuse_if_open(path)?;
    for suffix in ["-wal", "-shm", "-journal"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        let beside = PathBuf::from(name);
        if beside.exists() {
            refuse_if_open(&beside)?;
        }
    }
    Ok(())
}

/// Waits until no other andon is making a store in this directory. Held until the file is dropped.
pub(super) fn lock_folder(path: &Path) -> Result<File, StoreError> {
    let folder = folder_of(path);
    let handle = File::open(&folder).map_err(|error| cannot("open", &folder, &error))?;
    handle.lock().map_err(|error| cannot("lock", &folder, &error))?;
    Ok(handle)
}

/// Makes a directory that only this user can enter, whatever the umask; one that exists is left as it is.
pub(super) fn make_private_dir(folder: &Path) -> Result<(), StoreError> {
    if folder.is_dir() {
        return Ok(());
    }
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .and_then(|()| fs::set_permissions(folder, Permissions::from_mode(0o700)))
        .map_err(|error| cannot("make", folder, &error))
}

fn make_private_file(path: &Path) -> Result<(), StoreError> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        // The umask can only have taken bits away.
        Ok(file) => {
            file.set_permissions(Permissions::from_mode(0o600)).map_err(|error| cannot("protect", path, &error))
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(cannot("make", path, &error)),
    }
}

fn refuse_if_open(path: &Path) -> Result<(), StoreError> {
    let mode = match fs::metadata(path) {
        Ok(found) => found.permissions().mode(),
        // SQLite removes the files beside the database when its last user leaves.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(cannot("look at", path, &error)),
    };
    if mode & OTHERS != 0 {
        return Err(StoreError::ReadableByOthers { path: path.display().to_string(), mode });
    }
    Ok(())
}

/// Whether the file lies on a network, where SQLite's write-ahead log does not work.
#[cfg(target_os = "linux")]
pub(super) fn is_on_network(path: &Path) -> bool {
    let magic = rustix::fs::statfs(path).ok().and_then(|found| u64::try_from(found.f_type).ok());
    magic.and_then(network_file_system).is_some()
}

/// Whether the file lies on a network, where SQLite's write-ahead log does not work.
#[cfg(not(target_os = "linux"))]
pub(super) fn is_on_network(_path: &Path) -> bool {
    false
}

pub(super) fn cannot(verb: &str, path: &Path, error: &io::Error) -> StoreError {
    let place = path.display().to_string();
    match error.kind() {
        io::ErrorKind::ReadOnlyFilesystem => StoreError::ReadOnly { path: place },
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreError::Full { path: place },
        _ => StoreError::other(format!("{verb} {place}"), error),
    }
}

fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

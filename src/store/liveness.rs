//! Which andon processes live: each holds an OS lock on a file named by its id, and the kernel frees it at any death.
//!
//! Process ids are no evidence (they are reused, and each container counts its own); a free lock is.

use std::fs::{self, File, OpenOptions, Permissions, TryLockError};
use std::io;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use uuid::Uuid;

use super::error::StoreError;
use super::files::{cannot, make_private_dir};

/// This process, as long as it is held: the runs it begins name it.
#[derive(Debug)]
pub struct Process {
    id: String,
    lock: Option<(PathBuf, File)>,
}

impl Process {
    /// Takes a new id and holds its lock in `locks_dir`, which is made (0700) where it is missing.
    pub fn start(locks_dir: &Path) -> Result<Self, StoreError> {
        make_private_dir(locks_dir)?;
        let id = Uuid::now_v7().to_string();
        let path = locks_dir.join(&id);
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)
            .map_err(|error| cannot("make", &path, &error))?;
        file.set_permissions(Permissions::from_mode(0o600)).map_err(|error| cannot("protect", &path, &error))?;
        file.lock().map_err(|error| cannot("lock", &path, &error))?;
        Ok(Self { id, lock: Some((path, file)) })
    }

    /// A process that leaves no file: for a store that nobody else sees.
    pub fn detached() -> Self {
        Self { id: Uuid::now_v7().to_string(), lock: None }
    }

    /// Its id, a UUID.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether the process of that id lives. The file of a dead one is removed.
    ///
    /// Where it cannot be told (no right to open the file), it lives: a run is not ended on a guess.
    pub fn lives(locks_dir: &Path, id: &str) -> bool {
        // What is no id of ours never becomes a path.
        if Uuid::try_parse(id).is_err() {
            return false;
        }
        let path = locks_dir.join(id);
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) => return error.kind() != io::ErrorKind::NotFound,
        };
        match file.try_lock() {
            Ok(()) => {
                // Where it cannot be removed, the next one finds it dead as well.
                let _ = fs::remove_file(&path);
                false
            }
            Err(TryLockError::WouldBlock | TryLockError::Error(_)) => true,
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Some((path, _file)) = &self.lock {
            // Removed while the lock is held; a file that stays is found free and removed by the next.
            let _ = fs::remove_file(path);
        }
    }
}

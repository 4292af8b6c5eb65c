//! Which andon processes live: each holds an OS lock on a file named by its id, and the kernel frees it at any death.
//!
//! Process ids are no evidence (they are reused, and each container counts its own); a free lock is, but only on the
//! file that the process itself made, which says so inside. A file that is missing, or that somebody put there (a
//! cleaner of old files, a restored folder), says nothing: a living process notices within [`NOTICED`] and makes its
//! file again. So whoever misses a file leaves an empty one, and only when that has been there for long without being
//! taken, the process is dead.

use std::collections::HashSet;
use std::fs::{self, File, OpenOptions, Permissions, TryLockError};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, SystemTime};

use uuid::Uuid;

use super::error::StoreError;
use super::files::{cannot, make_private_dir};

/// How soon a process sees that its file is gone.
const NOTICED: Duration = Duration::from_secs(1);
/// How long a file that nobody's process made is left to be taken.
const LEFT_FOR: Duration = Duration::from_secs(30);
/// More than an inode's number has digits.
const MOST_BYTES: u64 = 64;

/// This process, as long as it is held: the runs it begins name it.
///
/// Its file stays when it ends, the lock free: who comes next sees at once that it is dead, and [`Process::sweep`]
/// removes what no run names any more.
#[derive(Debug)]
pub struct Process {
    id: String,
    _held: Option<Held>,
}

#[derive(Debug)]
struct Held {
    lock: Arc<Mutex<Option<File>>>,
    /// Dropped to end the thread that looks after the file.
    _watch: Sender<()>,
}

impl Drop for Held {
    fn drop(&mut self) {
        // The thread may still hold its half for a moment.
        *self.lock.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl Process {
    /// Takes a new id and holds its lock in `locks_dir`, which is made (0700) where it is missing.
    ///
    /// Where there is no room for it now, it is made as soon as there is.
    pub fn start(locks_dir: &Path) -> Result<Self, StoreError> {
        let id = Uuid::now_v7().to_string();
        let path = locks_dir.join(&id);
        let lock = match hold(locks_dir, &path) {
            Ok(file) => Some(file),
            Err(StoreError::Full { .. }) => None,
            Err(error) => return Err(error),
        };
        let lock = Arc::new(Mutex::new(lock));
        let (watch, left) = channel::<()>();
        let (folder, kept) = (locks_dir.to_owned(), Arc::clone(&lock));
        let watching = move || {
            while left.recv_timeout(NOTICED) == Err(RecvTimeoutError::Timeout) {
                keep(&folder, &path, &kept);
            }
        };
        let spawned = thread::Builder::new().name("liveness".to_owned()).spawn(watching);
        spawned.map_err(|error| StoreError::other("watch the lock of this process", error))?;
        Ok(Self { id, _held: Some(Held { lock, _watch: watch }) })
    }

    /// A process that leaves no file: for a store that nobody else sees, or in which nothing can be written.
    pub fn detached() -> Self {
        Self { id: Uuid::now_v7().to_string(), _held: None }
    }

    /// Its id, a UUID.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether the process of that id lives.
    ///
    /// Where it cannot be told (no right to open the file), it lives: a run is not ended on a guess.
    pub fn lives(locks_dir: &Path, id: &str) -> bool {
        // What is no id of ours never becomes a path.
        if Uuid::try_parse(id).is_err() {
            return false;
        }
        let path = locks_dir.join(id);
        let mut file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let _ = make_private_dir(locks_dir);
                // Where none can be left, nothing can be told.
                let _ = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
                return true;
            }
            Err(_) => return true,
        };
        match file.try_lock() {
            Ok(()) => !is_own(&mut file) && !is_left(&file),
            Err(TryLockError::WouldBlock | TryLockError::Error(_)) => true,
        }
    }

    /// Removes the files of dead processes but for those `named`, whose runs have not ended: they are asked for again.
    pub fn sweep(locks_dir: &Path, named: &HashSet<String>) {
        let Ok(entries) = fs::read_dir(locks_dir) else { return };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let Some(id) = name.to_str().filter(|id| Uuid::try_parse(id).is_ok() && !named.contains(*id)) else {
                continue;
            };
            let path = locks_dir.join(id);
            let Ok(mut file) = File::open(&path) else { continue };
            // Removed under its lock: whoever made it meanwhile finds another file in its place, or none.
            if file.try_lock().is_ok() && (is_own(&mut file) || is_left(&file)) {
                let _ = fs::remove_file(&path);
            }
        }
    }
}

/// Makes the file, or takes the one that was left for us, and says inside that it is ours.
fn hold(folder: &Path, path: &Path) -> Result<File, StoreError> {
    make_private_dir(folder)?;
    let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path);
    let mut file = opened.map_err(|error| cannot("make", path, &error))?;
    file.set_permissions(Permissions::from_mode(0o600)).map_err(|error| cannot("protect", path, &error))?;
    file.lock().map_err(|error| cannot("lock", path, &error))?;
    // Without room it is held all the same: then only its death takes longer to be known.
    if let Ok(found) = file.metadata() {
        let _ = file.set_len(0).and_then(|()| write!(file, "{}", found.ino()));
    }
    Ok(file)
}

/// Makes the file again where it is gone or another one is in its place.
fn keep(folder: &Path, path: &Path, lock: &Mutex<Option<File>>) {
    let mut lock = lock.lock().unwrap_or_else(PoisonError::into_inner);
    if lock.as_ref().is_some_and(|file| is_at(file, path)) {
        return;
    }
    match hold(folder, path) {
        // Somebody may have removed it between the two.
        Ok(file) => *lock = Some(file),
        Err(error) => tracing::warn!(%error, "the lock of this process is gone and cannot be made again"),
    }
}

/// Whether this open file is the one of that name.
fn is_at(file: &File, path: &Path) -> bool {
    match (file.metadata(), fs::metadata(path)) {
        (Ok(held), Ok(found)) => (held.dev(), held.ino()) == (found.dev(), found.ino()),
        // Nothing can be told: it stays as it is.
        (Err(_), _) => true,
        (_, Err(error)) => error.kind() != io::ErrorKind::NotFound,
    }
}

/// Whether a process made this file itself: a copy has another inode than the one that it names.
fn is_own(file: &mut File) -> bool {
    let mut inside = String::new();
    let read = Read::by_ref(file).take(MOST_BYTES).read_to_string(&mut inside);
    read.is_ok() && file.metadata().is_ok_and(|found| inside.parse() == Ok(found.ino()))
}

/// Whether it has been there for so long that a living process would have taken it.
fn is_left(file: &File) -> bool {
    let now = SystemTime::now();
    let Ok(since) = file.metadata().and_then(|found| found.modified()) else { return false };
    let age = now.duration_since(since);
    if age.is_err() {
        // The clock was put back: it is counted from now on.
        let _ = file.set_modified(now);
    }
    age.is_ok_and(|age| age >= LEFT_FOR)
}

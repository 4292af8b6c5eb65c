//! A file of incidents: a JSON array, or JSON lines, of the contract's Incident.

use std::fs::{File, Metadata};
use std::io::{BufRead, BufReader, ErrorKind, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, SystemTime};

use secrecy::ExposeSecret;

use super::http::{other, setting};
use super::lines::{Unread, read_items};
use super::map::Map;
use super::reading::Reader;
use super::{BoxFuture, Pages, Source, SourceError, SourceErrorKind};
use crate::domain::board::Listing;
use crate::domain::list_report::ListReport;
use crate::domain::source::SourceConfig;
use crate::domain::text::clean;
use crate::secret::Resolver;

/// The most a file may have, in bytes.
const SIZE_LIMIT: u64 = 512 * 1024 * 1024;

/// So much of a file is read at once, in bytes.
const BUFFER: usize = 64 * 1024;

/// A file that was written this short a time ago may be written again without looking any different.
const YOUNG: Duration = Duration::from_secs(2);

/// Device, number, size, and the times of the last writing and of the last change, seconds and nanoseconds.
type Look = (u64, u64, u64, i64, i64, i64, i64);

/// What a file looked like when it was read, and what of it was left out.
struct Seen {
    look: Look,
    warnings: Vec<String>,
    report: ListReport,
}

pub(super) struct FileSource {
    config: Arc<SourceConfig>,
    map: Arc<Map>,
    secrets: Resolver,
    path: Arc<OnceLock<PathBuf>>,
    /// The last reading: a file that is as it was is not read again.
    seen: Arc<Mutex<Option<Seen>>>,
}

impl FileSource {
    pub(super) fn new(config: Arc<SourceConfig>, secrets: &Resolver) -> Self {
        let path = OnceLock::new();
        let written = config.secret("path").map(ExposeSecret::expose_secret).filter(|text| !text.contains("${"));
        if let Some(written) = written {
            let _ = path.set(secrets.path(written));
        }
        let map = Arc::new(Map::of(&config));
        Self { config, map, secrets: secrets.clone(), path: Arc::new(path), seen: Arc::default() }
    }

    async fn read(&self, pages: Pages) -> Result<Listing, SourceError> {
        let (config, map, path) = (Arc::clone(&self.config), Arc::clone(&self.map), Arc::clone(&self.path));
        let (secrets, seen) = (self.secrets.clone(), Arc::clone(&self.seen));
        let reading = tokio::task::spawn_blocking(move || {
            let path = if let Some(path) = path.get() {
                path.clone()
            } else {
                let filled = secrets.path(setting(&config, &secrets, "path")?.expose_secret());
                path.get_or_init(|| filled).clone()
            };
            let meta = look_at(&path)?;
            let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(seen) = seen.as_ref().filter(|seen| seen.look == look(&meta)) {
                // Nothing to compare: what is known of it still holds.
                let (warnings, report) = (seen.warnings.clone(), seen.report.clone());
                return Ok(Listing { warnings, report, ..Listing::default() });
            }
            *seen = None;
            let reader = Reader { config: &config, map: &map, pages: &pages };
            let listing = read_items(reader, &mut opened(&path, &meta)?).map_err(|problem| unread(&path, problem))?;
            if !is_young(&meta) {
                *seen = Some(Seen {
                    look: look(&meta),
                    warnings: listing.warnings.clone(),
                    report: listing.report.clone(),
                });
            }
            Ok(listing)
        });
        reading.await.unwrap_or_else(|_| Err(other("reading the file failed")))
    }
}

impl Source for FileSource {
    fn config(&self) -> &SourceConfig {
        &self.config
    }

    fn list<'a>(&'a self, pages: &'a Pages) -> BoxFuture<'a, Result<Listing, SourceError>> {
        Box::pin(self.read(pages.clone()))
    }

    fn watched(&self) -> Option<&Path> {
        self.path.get().map(PathBuf::as_path)
    }
}

/// What changes with each writing of a file, also where it is replaced by another.
fn look(meta: &Metadata) -> Look {
    (meta.dev(), meta.ino(), meta.size(), meta.mtime(), meta.mtime_nsec(), meta.ctime(), meta.ctime_nsec())
}

fn is_young(meta: &Metadata) -> bool {
    let age = meta.modified().ok().and_then(|written| SystemTime::now().duration_since(written).ok());
    age.is_none_or(|age| age < YOUNG)
}

fn look_at(path: &Path) -> Result<Metadata, SourceError> {
    // Asked before it is opened: opening a named pipe waits for a writer.
    let meta = std::fs::metadata(path).map_err(|error| unreadable(path, &error))?;
    if meta.is_file() {
        return Ok(meta);
    }
    let shown = clean(&path.display().to_string()).into_owned();
    Err(other(&format!("{shown} is not a regular file; check `path`")))
}

fn unreadable(path: &Path, error: &std::io::Error) -> SourceError {
    let shown = clean(&path.display().to_string()).into_owned();
    match error.kind() {
        ErrorKind::NotFound => {
            SourceError::new(SourceErrorKind::Missing, format!("{shown}: there is no such file; check `path`"))
        }
        ErrorKind::PermissionDenied => {
            SourceError::new(SourceErrorKind::Unauthorised, format!("{shown}: permission denied; check its mode"))
        }
        kind => other(&format!("{shown} cannot be read: {kind}")),
    }
}

/// The file, to be read once from its beginning.
fn opened(path: &Path, meta: &Metadata) -> Result<impl BufRead, SourceError> {
    if meta.len() > SIZE_LIMIT {
        let shown = clean(&path.display().to_string()).into_owned();
        return Err(SourceError::new(SourceErrorKind::Rubbish, format!("{shown} is larger than 512 MiB")));
    }
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    Ok(BufReader::with_capacity(BUFFER, file.take(SIZE_LIMIT)))
}

fn unread(path: &Path, problem: Unread) -> SourceError {
    match problem {
        Unread::Failed(error) => unreadable(path, &error),
        Unread::Rubbish(problem) => {
            let message = format!("{} holds {problem}", clean(&path.display().to_string()));
            SourceError::new(SourceErrorKind::Rubbish, message)
        }
    }
}

//! A file of incidents: a JSON array, or JSON lines, of the contract's Incident.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use super::http::{fill, other};
use super::lines::read_items;
use super::{BoxFuture, Source, SourceError, SourceErrorKind};
use crate::domain::board::Listing;
use crate::domain::source::{FileConfig, SourceConfig};
use crate::domain::text::clean;
use crate::secret::Resolver;

/// The most a file may have, in bytes.
const SIZE_LIMIT: u64 = 512 * 1024 * 1024;

/// A configured file.
pub(super) struct FileSource {
    name: Arc<str>,
    badge: String,
    refresh: Duration,
    written: SecretString,
    secrets: Resolver,
    path: Arc<OnceLock<PathBuf>>,
}

impl FileSource {
    pub(super) fn new(config: &SourceConfig, settings: &FileConfig, secrets: &Resolver) -> Self {
        let path = OnceLock::new();
        if !settings.path.expose_secret().contains("${") {
            let _ = path.set(secrets.path(settings.path.expose_secret()));
        }
        Self {
            name: config.name.as_str().into(),
            badge: config.badge.clone(),
            refresh: config.refresh,
            written: settings.path.clone(),
            secrets: secrets.clone(),
            path: Arc::new(path),
        }
    }

    async fn read(&self) -> Result<Listing, SourceError> {
        let (name, path) = (Arc::clone(&self.name), Arc::clone(&self.path));
        let (secrets, written) = (self.secrets.clone(), self.written.clone());
        let reading = tokio::task::spawn_blocking(move || {
            let path = if let Some(path) = path.get() {
                path.clone()
            } else {
                let filled = secrets.path(fill(&secrets, &written)?.expose_secret());
                path.get_or_init(|| filled).clone()
            };
            read_items(&name, &bytes(&path)?).map_err(|problem| rubbish(&path, &problem))
        });
        reading.await.unwrap_or_else(|_| Err(other("reading the file failed")))
    }
}

impl Source for FileSource {
    fn name(&self) -> &str {
        &self.name
    }

    fn kind(&self) -> &'static str {
        "file"
    }

    fn badge(&self) -> &str {
        &self.badge
    }

    fn refresh(&self) -> Duration {
        self.refresh
    }

    fn list(&self) -> BoxFuture<'_, Result<Listing, SourceError>> {
        Box::pin(self.read())
    }

    fn watched(&self) -> Option<&Path> {
        self.path.get().map(PathBuf::as_path)
    }
}

fn bytes(path: &Path) -> Result<Vec<u8>, SourceError> {
    let shown = clean(&path.display().to_string()).into_owned();
    let wrong = |error: std::io::Error| match error.kind() {
        ErrorKind::NotFound => {
            SourceError::new(SourceErrorKind::Missing, format!("{shown}: there is no such file; check `path`"))
        }
        ErrorKind::PermissionDenied => {
            SourceError::new(SourceErrorKind::Unauthorised, format!("{shown}: permission denied; check its mode"))
        }
        kind => other(&format!("{shown} cannot be read: {kind}")),
    };
    // Asked before it is opened: opening a named pipe waits for a writer.
    let meta = std::fs::metadata(path).map_err(wrong)?;
    if !meta.is_file() {
        return Err(other(&format!("{shown} is not a regular file; check `path`")));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(meta.len().min(SIZE_LIMIT)).unwrap_or_default());
    File::open(path).and_then(|file| file.take(SIZE_LIMIT + 1).read_to_end(&mut bytes)).map_err(wrong)?;
    if bytes.len() as u64 > SIZE_LIMIT {
        return Err(SourceError::new(SourceErrorKind::Rubbish, format!("{shown} is larger than 512 MiB")));
    }
    Ok(bytes)
}

fn rubbish(path: &Path, problem: &str) -> SourceError {
    let message = format!("{}: {problem}", clean(&path.display().to_string()));
    SourceError::new(SourceErrorKind::Rubbish, message)
}

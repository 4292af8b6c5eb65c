//! The handle everybody holds: opening, reading, and handing writes to the writer.
//!
//! Its methods stand with what they keep: `actions`, `buttons`, `incidents`, `local` (what is added to incidents here),
//! `enriched`, `runs` (their beginning), `endings`, `jobs`, `activity` (other lines of the log), `log` (its pages),
//! `retention`.

use std::fmt;
use std::sync::Arc;

use futures_util::TryStreamExt;
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, AnyPool};
use tokio::sync::Mutex;

use super::engine::{Engine, Opened, Place};
use super::error::{Located, StoreError};
use super::writer::{Task, Writer};

/// The store. Cloning is cheap; all clones share one writer.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    engine: Engine,
    pool: AnyPool,
    writer: Writer,
    watcher: Mutex<Option<AnyConnection>>,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Store({})", self.inner.engine.place())
    }
}

impl Store {
    /// Opens the store, making or updating it where needed.
    ///
    /// A new file and its directory are for this user alone, whatever the umask. Refused are files that others can
    /// open, stores of a newer andon, and damaged files; none of them is touched.
    pub async fn open(place: Place) -> Result<Self, StoreError> {
        Self::open_with(place, "").await
    }

    /// As [`Self::open`], with statements that are run on each new connection.
    pub(super) async fn open_with(place: Place, extra: &'static str) -> Result<Self, StoreError> {
        let Opened { engine, pool, first } = Engine::open(place, extra).await?;
        let writer = Writer::start(engine.clone(), pool.clone());
        Ok(Self { inner: Arc::new(Inner { engine, pool, writer, watcher: Mutex::new(first) }) })
    }

    /// A number that differs from the last one where anybody else, also another process, has committed since.
    ///
    /// Own writes may change it too. A store in memory always gives the same.
    pub async fn watch_token(&self) -> Result<i64, StoreError> {
        let mut watcher = self.inner.watcher.lock().await;
        self.inner.engine.watch_token(&mut watcher).await.map_err(|error| error.located(self.inner.engine.place()))
    }

    /// Why nothing can be written here, where the store could be opened for reading alone (a read-only file system, a
    /// full disk).
    pub fn unwritable(&self) -> Option<StoreError> {
        self.inner.engine.writable().err()
    }

    /// Whether what was written last is not seen, because it stands in a log that cannot be read on a read-only file system.
    pub fn misses_log(&self) -> bool {
        self.inner.engine.misses_log()
    }

    /// Why nothing can be written now, as the last try found; `None` where it went through.
    pub fn write_trouble(&self) -> Option<StoreError> {
        self.unwritable().or_else(|| self.inner.writer.trouble())
    }

    pub(super) async fn write<T, E, W>(&self, work: W) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Located + Send + 'static,
        W: for<'c> FnOnce(&'c mut AnyConnection) -> Task<'c, Result<T, E>> + Send + 'static,
    {
        self.inner.writer.write(work).await.map_err(|error: E| error.located(self.inner.engine.place()))
    }

    /// As [`Self::write`], for what fails only where the database does.
    pub(super) async fn write_plain<T, E, W>(&self, work: W) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Located + Send + 'static,
        W: for<'c> FnOnce(&'c mut AnyConnection) -> Task<'c, Result<T, E>> + Send + 'static,
    {
        self.inner.writer.write_plain(work).await.map_err(|error: E| error.located(self.inner.engine.place()))
    }

    /// Reads rows one by one, so that 100,000 of them are never held twice.
    pub(super) async fn read<T>(
        &self,
        query: Query<'_, Any, AnyArguments>,
        mut read: impl FnMut(&AnyRow) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let located = |error: StoreError| error.located(self.inner.engine.place());
        let mut rows = query.fetch(&self.inner.pool);
        let mut out = Vec::new();
        while let Some(row) = rows.try_next().await.map_err(|error| located(error.into()))? {
            out.push(read(&row).map_err(located)?);
        }
        Ok(out)
    }
}

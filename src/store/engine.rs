//! All that differs between SQLite and PostgreSQL: opening, beginning a write, layouts, seeing others' changes.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, AnyPool, AssertSqlSafe, ConnectOptions, Connection, Executor, Row, Transaction};
use url::Url;

use super::error::{Located, StoreError};
use super::files::{self, Found};
use super::identity::Identity;

/// Where a store is.
#[derive(Clone, Debug)]
pub enum Place {
    /// A SQLite file, `andon.db`. It and its directory are made where they are missing.
    File(PathBuf),
    /// In memory, gone with the last handle: the demo.
    Memory,
    /// A PostgreSQL server, `postgres://user:password@host/database`.
    Url(SecretString),
}

/// Each layout's version, and its change over the one before. Only ever appended to.
const LAYOUTS: [(i64, &str); 4] = [
    (1, include_str!("migrations/0001_init.sql")),
    (2, include_str!("migrations/0002_runs.sql")),
    (3, include_str!("migrations/0003_local.sql")),
    (4, include_str!("migrations/0004_success.sql")),
];

/// The newest layout that this program knows.
const NEWEST: i64 = LAYOUTS[LAYOUTS.len() - 1].0;

/// The advisory lock under which PostgreSQL's writers take turns, as SQLite's do by themselves: the bytes of "andon".
const WRITE_LOCK: i64 = 0x61_6e64_6f6e;

const WAIT: Duration = Duration::from_secs(5);

#[derive(Clone, Copy, PartialEq, Eq)]
enum EngineKind {
    File,
    Memory,
    Postgres,
}

/// A store that is ready.
pub(super) struct Opened {
    pub(super) engine: Engine,
    pub(super) pool: AnyPool,
    pub(super) first: Option<AnyConnection>,
}

/// How this store's database is spoken to.
#[derive(Clone)]
pub(super) struct Engine {
    kind: EngineKind,
    place: Arc<str>,
    options: AnyConnectOptions,
    /// What a file was when it was opened.
    identity: Option<Arc<Identity>>,
    /// Why nothing can be written, where the store was opened for reading alone.
    unwritable: Option<Unwritable>,
    /// Whether there is a log that could not be read: what was written last is not seen.
    misses_log: bool,
}

/// Why a store is open for reading alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unwritable {
    ReadOnly,
    Full,
}

impl Engine {
    /// Opens the database and brings it to the newest layout. `extra` is run on each new connection.
    ///
    /// Gives the first connection too, where there is one: it was opened outside the pool, which would try again for
    /// seconds where a database refuses, and hide why.
    pub(super) async fn open(place: Place, extra: &'static str) -> Result<Opened, StoreError> {
        sqlx::any::install_default_drivers();
        match place {
            Place::File(path) => Self::open_file(&path, extra).await,
            Place::Memory => {
                let engine = Self::new(EngineKind::Memory, "in memory", "sqlite::memory:")?;
                engine.finish(format!("PRAGMA foreign_keys=ON;{extra}")).await
            }
            Place::Url(url) => {
                let url = url.expose_secret();
                let engine = Self::new(EngineKind::Postgres, &shown_address(url)?, url)?;
                engine.finish(format!("SET lock_timeout = '5s';{extra}")).await
            }
        }
    }

    fn new(kind: EngineKind, place: &str, address: &str) -> Result<Self, StoreError> {
        let options = options(address)?;
        Ok(Self { kind, place: place.into(), options, identity: None, unwritable: None, misses_log: false })
    }

    async fn open_file(path: &Path, extra: &'static str) -> Result<Opened, StoreError> {
        let path = std::path::absolute(path).map_err(|error| files::cannot("find", path, &error))?;
        let place = path.display().to_string();
        let fresh = match files::prepare(&path)? {
            Found::Fresh => true,
            Found::Made => false,
            Found::ReadOnly => return Self::open_for_reading(&path, Unwritable::ReadOnly).await,
            Found::Nowhere => {
                let mut engine = Self::new(EngineKind::Memory, &place, "sqlite::memory:")?;
                engine.unwritable = Some(Unwritable::ReadOnly);
                return engine.finish(String::new()).await;
            }
        };
        let mut engine = Self::new(EngineKind::File, &place, &file_address(&path, "mode=rw")?)?;
        engine.identity = Some(Arc::new(Identity::of(&path)));
        let journal = if files::is_on_network(&path) { "TRUNCATE" } else { "WAL" };
        // Turning a new file into a store takes several steps that SQLite does not queue for: one process at a time.
        let turn = if fresh {
            let path = path.clone();
            let lock = tokio::task::spawn_blocking(move || files::lock_folder(&path));
            Some(lock.await.map_err(|error| StoreError::other("lock the store", error))??)
        } else {
            None
        };
        // Pages in KiB for each connection: a larger cache made nothing faster.
        let setup = format!(
            "PRAGMA busy_timeout=5000;PRAGMA journal_mode={journal};PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;PRAGMA cache_size=-512;{extra}"
        );
        let opened = engine.finish(setup).await;
        drop(turn);
        match opened {
            // Beside its file SQLite needs room for an index of its log; what is in the file can be read without.
            Err(StoreError::Full { .. }) if !fresh => Self::open_for_reading(&path, Unwritable::Full).await,
            opened => opened,
        }
    }

    /// Opens a file that cannot be written, with what its log adds where that can be read.
    async fn open_for_reading(path: &Path, why: Unwritable) -> Result<Opened, StoreError> {
        let open = async |parameters| {
            let mut engine =
                Self::new(EngineKind::File, &path.display().to_string(), &file_address(path, parameters)?)?;
            engine.unwritable = Some(why);
            engine.finish("PRAGMA busy_timeout=5000;PRAGMA query_only=1;PRAGMA cache_size=-512;".to_owned()).await
        };
        match open("mode=ro").await {
            Err(StoreError::Unreachable { .. } | StoreError::ReadOnly { .. } | StoreError::Full { .. }) => {
                // Without its log and the log's index SQLite opens a file only where it is told that nobody writes.
                let misses_log = files::has_log(path);
                match open("mode=ro&immutable=1").await {
                    Ok(mut opened) => {
                        opened.engine.misses_log = misses_log;
                        Ok(opened)
                    }
                    Err(StoreError::Older { path, .. }) if misses_log => {
                        let reason = "what is in it stands in its log, which cannot be read without its index";
                        Err(StoreError::Unreachable { path, reason: reason.to_owned() })
                    }
                    Err(error) => Err(error),
                }
            }
            opened => opened,
        }
    }

    async fn finish(self, setup: String) -> Result<Opened, StoreError> {
        let pool = self.pool(setup.clone());
        let made = async {
            let mut first = match self.kind {
                // Another connection would be another store.
                EngineKind::Memory => None,
                EngineKind::File | EngineKind::Postgres => Some(self.connect().await?),
            };
            let found = match &mut first {
                Some(connection) => {
                    connection.execute(AssertSqlSafe(setup)).await?;
                    self.version(connection).await?
                }
                None => 0,
            };
            if found < NEWEST && self.unwritable.is_some() && first.is_some() {
                return Err(StoreError::Older { path: self.place.to_string(), found, known: NEWEST });
            }
            if found != NEWEST {
                self.migrate(&pool).await?;
            }
            Ok(first)
        };
        let first = made.await.map_err(|error: StoreError| error.located(&self.place))?;
        Ok(Opened { engine: self, pool, first })
    }

    async fn connect(&self) -> Result<AnyConnection, StoreError> {
        let connection = tokio::time::timeout(WAIT, AnyConnection::connect_with(&self.options)).await;
        let silence = |_| StoreError::Unreachable { path: String::new(), reason: "no answer in 5 s".to_owned() };
        Ok(connection.map_err(silence)??)
    }

    fn pool(&self, setup: String) -> AnyPool {
        let setup: Arc<str> = setup.into();
        let local = self.kind != EngineKind::Postgres;
        AnyPoolOptions::new()
            // A memory store lives in its one connection; a file has one writer and a few readers.
            .max_connections(if self.kind == EngineKind::Memory { 1 } else { 4 })
            .idle_timeout((!local).then_some(Duration::from_mins(10)))
            .max_lifetime((!local).then_some(Duration::from_mins(30)))
            .test_before_acquire(!local)
            .acquire_timeout(Duration::from_secs(10))
            .after_connect(move |connection, _| {
                let setup = setup.clone();
                Box::pin(async move { connection.execute(AssertSqlSafe(setup)).await.map(drop) })
            })
            .connect_lazy_with(self.options.clone())
    }

    /// Where the store is, without user, password or parameters.
    pub(super) fn place(&self) -> &str {
        &self.place
    }

    /// Why nothing can be written, where this was opened for reading alone.
    pub(super) fn writable(&self) -> Result<(), StoreError> {
        let path = self.place.to_string();
        match self.unwritable {
            None => Ok(()),
            Some(Unwritable::ReadOnly) => Err(StoreError::ReadOnly { path }),
            Some(Unwritable::Full) => Err(StoreError::Full { path }),
        }
    }

    pub(super) fn misses_log(&self) -> bool {
        self.misses_log
    }

    /// The error says that the store is not at its place any more: what is written now would be lost.
    pub(super) fn in_place(&self) -> Result<(), StoreError> {
        self.identity.as_ref().map_or(Ok(()), |identity| identity.check())
    }

    /// Begins a writing transaction; every other writer waits.
    pub(super) async fn begin<'c>(
        &self,
        connection: &'c mut AnyConnection,
    ) -> Result<Transaction<'c, Any>, StoreError> {
        let statement = match self.kind {
            // A deferred BEGIN that reads and then writes would fail at once when another process writes between.
            EngineKind::File | EngineKind::Memory => "BEGIN IMMEDIATE".to_owned(),
            EngineKind::Postgres => format!("BEGIN; SELECT pg_advisory_xact_lock({WRITE_LOCK})"),
        };
        Ok(connection.begin_with(AssertSqlSafe(statement)).await?)
    }

    /// Throws away a connection on which a write has failed. Where the database has rolled back by itself (no room),
    /// the driver counts a transaction that is not there any more, and begins none for ever.
    pub(super) async fn discard(&self, connection: PoolConnection<Any>) {
        // A store in memory is its connection.
        if self.kind != EngineKind::Memory {
            let _ = connection.close().await;
            self.closed_connection();
        }
    }

    /// A connection was closed: with the last one the write-ahead log goes, too.
    fn closed_connection(&self) {
        if let Some(identity) = &self.identity {
            identity.forget_log();
        }
    }

    /// Commits, so that [`Self::watch_token`] of others changes.
    pub(super) async fn commit(&self, mut transaction: Transaction<'_, Any>) -> Result<(), StoreError> {
        if self.kind == EngineKind::Postgres {
            transaction.execute("UPDATE meta SET value = value + 1 WHERE name = 'changes'").await?;
        }
        Ok(transaction.commit().await?)
    }

    /// A number that changes when somebody else has committed. `watcher` is a connection kept for this alone.
    pub(super) async fn watch_token(&self, watcher: &mut Option<AnyConnection>) -> Result<i64, StoreError> {
        let statement = match self.kind {
            // Nobody else can see it.
            EngineKind::Memory => return Ok(0),
            EngineKind::Postgres => "SELECT value FROM meta WHERE name = 'changes'",
            EngineKind::File => "PRAGMA data_version",
        };
        self.in_place()?;
        let connection = match watcher {
            Some(connection) => connection,
            None => watcher.insert(self.connect().await?),
        };
        match connection.fetch_one(statement).await {
            Ok(row) => Ok(row.try_get(0)?),
            Err(error) => {
                // The next call tries a new connection.
                *watcher = None;
                self.closed_connection();
                Err(error.into())
            }
        }
    }

    async fn migrate(&self, pool: &AnyPool) -> Result<(), StoreError> {
        let mut connection = pool.acquire().await?;
        let mut transaction = self.begin(&mut connection).await?;
        // Another process may have done it while we waited for our turn.
        let found = self.version(&mut transaction).await?;
        if found > NEWEST {
            return Err(StoreError::Newer { path: self.place.to_string(), found, known: NEWEST });
        }
        for (version, layout) in LAYOUTS.into_iter().filter(|(version, _)| *version > found) {
            sqlx::raw_sql(AssertSqlSafe(self.dialect(layout))).execute(&mut *transaction).await?;
            sqlx::raw_sql(AssertSqlSafe(self.set_version(version))).execute(&mut *transaction).await?;
        }
        self.commit(transaction).await
    }

    /// SQLite keeps the layout's version in the file's header, where it is read without a table.
    async fn version(&self, connection: &mut AnyConnection) -> Result<i64, StoreError> {
        let query = if self.kind == EngineKind::Postgres {
            let exists = "SELECT count(*) FROM information_schema.tables \
                          WHERE table_schema = current_schema() AND table_name = 'meta'";
            if connection.fetch_one(exists).await?.try_get::<i64, _>(0)? == 0 {
                return Ok(0);
            }
            "SELECT coalesce(max(value), 0) FROM meta WHERE name = 'layout'"
        } else {
            "PRAGMA user_version"
        };
        Ok(connection.fetch_one(query).await?.try_get(0)?)
    }

    fn set_version(&self, version: i64) -> String {
        if self.kind == EngineKind::Postgres {
            format!(
                "INSERT INTO meta (name, value) VALUES ('layout', {version}) \
                 ON CONFLICT (name) DO UPDATE SET value = excluded.value"
            )
        } else {
            format!("PRAGMA user_version = {version}")
        }
    }

    /// The layout in this engine's words. PostgreSQL sorts by bytes too, so that both give one order.
    fn dialect(&self, layout: &str) -> String {
        if self.kind == EngineKind::Postgres {
            layout
                .replace("AUTO_KEY", "BIGSERIAL PRIMARY KEY")
                .replace("SEQ_KEY", "BIGINT PRIMARY KEY")
                .replace(" TEXT", " TEXT COLLATE \"C\"")
        } else {
            layout.replace("AUTO_KEY", "INTEGER PRIMARY KEY AUTOINCREMENT").replace("SEQ_KEY", "INTEGER PRIMARY KEY")
        }
    }
}

fn options(address: &str) -> Result<AnyConnectOptions, StoreError> {
    let options: AnyConnectOptions = address.parse().map_err(StoreError::from)?;
    Ok(options.disable_statement_logging())
}

fn file_address(path: &Path, parameters: &str) -> Result<String, StoreError> {
    let url = Url::from_file_path(path)
        .map_err(|()| StoreError::other(format!("open {}", path.display()), "the path has no address"))?;
    Ok(format!("{}?{parameters}", url.as_str().replacen("file://", "sqlite://", 1)))
}

/// A server's address without user, password and parameters; these may hold secrets.
fn shown_address(address: &str) -> Result<String, StoreError> {
    let refuse = || StoreError::other("open the store", "its address must begin with postgres://");
    let url = Url::parse(address).map_err(|_| refuse())?;
    if !matches!(url.scheme(), "postgres" | "postgresql") {
        return Err(refuse());
    }
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    Ok(format!("postgres://{}{port}{}", url.host_str().unwrap_or_default(), url.path()))
}

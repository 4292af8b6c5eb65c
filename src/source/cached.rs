//! A connection that stays between two calls.

use std::sync::{Arc, Mutex, PoisonError};

use super::http::other;
use super::{SourceError, SourceErrorKind};
use crate::domain::source::SourceConfig;
use crate::secret::Resolver;

/// Opened when it is first needed; dropped where it was refused, so that the credentials are read again: they may have
/// been replaced meanwhile.
pub(super) struct CachedConnection<C> {
    config: Arc<SourceConfig>,
    secrets: Resolver,
    /// Reads what the settings refer to. Blocks.
    open: fn(&SourceConfig, &Resolver) -> Result<C, SourceError>,
    connection: Mutex<Option<Arc<C>>>,
}

impl<C: Send + Sync + 'static> CachedConnection<C> {
    pub(super) fn new(
        config: &Arc<SourceConfig>,
        secrets: &Resolver,
        open: fn(&SourceConfig, &Resolver) -> Result<C, SourceError>,
    ) -> Self {
        Self { config: Arc::clone(config), secrets: secrets.clone(), open, connection: Mutex::default() }
    }

    /// The connection, opened where there is none.
    pub(super) async fn get(&self) -> Result<Arc<C>, SourceError> {
        if let Some(connection) = &*self.connection.lock().unwrap_or_else(PoisonError::into_inner) {
            return Ok(Arc::clone(connection));
        }
        let (config, secrets, open) = (Arc::clone(&self.config), self.secrets.clone(), self.open);
        let opened = tokio::task::spawn_blocking(move || open(&config, &secrets)).await;
        let opened = Arc::new(opened.map_err(|_| other("preparing the connection failed"))??);
        *self.connection.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&opened));
        Ok(opened)
    }

    /// The answer as it is; one that says that the credentials are refused drops the connection.
    pub(super) fn checked<T>(&self, answer: Result<T, SourceError>) -> Result<T, SourceError> {
        if matches!(&answer, Err(error) if error.kind == SourceErrorKind::Unauthorised) {
            *self.connection.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
        answer
    }
}

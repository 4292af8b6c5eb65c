//! A connection that stays between two questions.

use std::sync::{Arc, Mutex, PoisonError};

use super::http::other;
use super::{SourceError, SourceErrorKind};

/// Made when it is first needed; let go where it was refused, so that the credentials are read again: they may have
/// been replaced meanwhile.
pub(super) struct Kept<C>(Mutex<Option<Arc<C>>>);

impl<C> Default for Kept<C> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<C: Send + Sync + 'static> Kept<C> {
    /// The connection; `make` makes it where there is none, and may block.
    pub(super) async fn get(
        &self,
        make: impl FnOnce() -> Result<C, SourceError> + Send + 'static,
    ) -> Result<Arc<C>, SourceError> {
        if let Some(kept) = &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            return Ok(Arc::clone(kept));
        }
        let ready = tokio::task::spawn_blocking(make).await;
        let ready = Arc::new(ready.map_err(|_| other("preparing the connection failed"))??);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&ready));
        Ok(ready)
    }

    /// The answer as it is; one that says that the credentials are refused lets the connection go.
    pub(super) fn judge<T>(&self, answer: Result<T, SourceError>) -> Result<T, SourceError> {
        if matches!(&answer, Err(error) if error.kind == SourceErrorKind::Unauthorised) {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
        answer
    }
}

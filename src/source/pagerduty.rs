//! PagerDuty, REST API v2: a service is a channel.
//!
//! External facts: the vendor's own description of the API, `tests/vendor/pagerduty-rest.openapi.json`.

mod connection;
mod full;
mod incident;
mod list;
mod operate;
mod people;
mod plan;
mod timeline;
mod windows;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::http::other;
use super::{BoxFuture, Greeting, Operated, Pages, Source, SourceError, SourceErrorKind};
use crate::domain::board::Listing;
use crate::domain::incident::Incident;
use crate::domain::operation::{Abilities, Operation, OperationKind};
use crate::domain::operator::Operator;
use crate::domain::source::{PagerdutyConfig, SourceConfig};
use crate::domain::timeline::Full;
use crate::secret::Resolver;
use connection::Connection;

/// The longest snooze the API takes, seconds: a week.
const SNOOZE_MAX_S: i64 = 604_800;
/// The most incidents one `PUT /incidents` takes.
const BATCH: usize = 250;

/// A configured PagerDuty account.
pub(super) struct Pagerduty {
    config: Arc<SourceConfig>,
    settings: Arc<PagerdutyConfig>,
    secrets: Resolver,
    /// Made when first needed, thrown away when it was refused: then the key is read again.
    connection: Mutex<Option<Arc<Connection>>>,
}

impl Pagerduty {
    pub(super) fn new(config: &SourceConfig, settings: &PagerdutyConfig, secrets: &Resolver) -> Self {
        Self {
            config: Arc::new(config.clone()),
            settings: Arc::new(settings.clone()),
            secrets: secrets.clone(),
            connection: Mutex::default(),
        }
    }

    async fn connection(&self) -> Result<Arc<Connection>, SourceError> {
        if let Some(connection) = &*self.connection.lock().unwrap_or_else(PoisonError::into_inner) {
            return Ok(Arc::clone(connection));
        }
        let (config, settings, secrets) = (Arc::clone(&self.config), Arc::clone(&self.settings), self.secrets.clone());
        let connection = tokio::task::spawn_blocking(move || Connection::open(&config, &settings, &secrets))
            .await
            .map_err(|_| other("preparing the connection failed"))??;
        let connection = Arc::new(connection);
        *self.connection.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&connection));
        Ok(connection)
    }

    /// The answer; where it says that the key is not right, the key is read again the next time.
    fn judged<T>(&self, answer: Result<T, SourceError>) -> Result<T, SourceError> {
        if let Err(error) = &answer {
            self.judge(error);
        }
        answer
    }

    fn judge(&self, error: &SourceError) {
        if error.kind == SourceErrorKind::Unauthorised {
            *self.connection.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
    }
}

impl Source for Pagerduty {
    fn name(&self) -> &str {
        &self.config.name
    }

    fn kind(&self) -> &'static str {
        "pagerduty"
    }

    fn badge(&self) -> &str {
        &self.config.badge
    }

    fn refresh(&self) -> Duration {
        self.config.refresh
    }

    fn list<'a>(&'a self, pages: &'a Pages) -> BoxFuture<'a, Result<Listing, SourceError>> {
        Box::pin(async move {
            let connection = self.connection().await?;
            self.judged(list::open(&connection, &self.settings, &self.config.name, pages).await)
        })
    }

    fn by_id<'a>(&'a self, ids: &'a [String]) -> BoxFuture<'a, Result<Vec<Incident>, SourceError>> {
        Box::pin(async move {
            let connection = self.connection().await?;
            self.judged(list::by_id(&connection, &self.config.name, ids).await)
        })
    }

    fn abilities(&self) -> Abilities {
        let mut out = Abilities::kept_here("PagerDuty").with(&OperationKind::ALL);
        out.snooze_max_s = Some(SNOOZE_MAX_S);
        out.batch = BATCH;
        out
    }

    fn full<'a>(&'a self, incident: &'a Incident) -> BoxFuture<'a, Result<Full, SourceError>> {
        Box::pin(async move {
            let connection = self.connection().await?;
            self.judged(full::read(&connection, &self.config.name, &incident.incident_id).await)
        })
    }

    fn operate<'a>(
        &'a self,
        incidents: &'a [Incident],
        operation: &'a Operation,
        by: &'a Operator,
    ) -> BoxFuture<'a, Vec<Result<Operated, SourceError>>> {
        Box::pin(async move {
            let connection = match self.connection().await {
                Ok(connection) => connection,
                Err(error) => return incidents.iter().map(|_| Err(error.clone())).collect(),
            };
            let done = operate::operate(&connection, &self.config.name, incidents, operation, by).await;
            done.iter().filter_map(|done| done.as_ref().err()).for_each(|error| self.judge(error));
            done
        })
    }

    fn greet(&self) -> BoxFuture<'_, Result<Greeting, SourceError>> {
        Box::pin(async move {
            let connection = self.connection().await?;
            self.judged(people::greet(&connection).await)
        })
    }
}

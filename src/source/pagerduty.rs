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
mod start;
mod timeline;
mod windows;

use std::sync::Arc;
use std::time::Duration;

use super::kept::Kept;
use super::{BoxFuture, Credentials, Greeting, Operated, Pages, Source, SourceError, Start};
use crate::domain::action::ActionKind;
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
    connection: Kept<Connection>,
}

impl Pagerduty {
    pub(super) fn new(config: &SourceConfig, settings: &PagerdutyConfig, secrets: &Resolver) -> Self {
        Self {
            config: Arc::new(config.clone()),
            settings: Arc::new(settings.clone()),
            secrets: secrets.clone(),
            connection: Kept::default(),
        }
    }

    async fn connection(&self) -> Result<Arc<Connection>, SourceError> {
        let (config, settings, secrets) = (Arc::clone(&self.config), Arc::clone(&self.settings), self.secrets.clone());
        self.connection.get(move || Connection::open(&config, &settings, &secrets)).await
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
            self.connection.judge(list::open(&connection, &self.settings, &self.config.name, pages).await)
        })
    }

    fn by_id<'a>(&'a self, ids: &'a [String]) -> BoxFuture<'a, Result<Vec<Incident>, SourceError>> {
        Box::pin(async move {
            let connection = self.connection().await?;
            self.connection.judge(list::by_id(&connection, &self.config.name, ids).await)
        })
    }

    fn abilities(&self) -> Abilities {
        let mut out = Abilities::kept_here("PagerDuty").with(&OperationKind::ALL);
        out.snooze_max_s = Some(SNOOZE_MAX_S);
        out.batch = BATCH;
        out.starts = &[ActionKind::PagerdutyWorkflow, ActionKind::PagerdutyAutomation];
        out
    }

    fn full<'a>(&'a self, incident: &'a Incident) -> BoxFuture<'a, Result<Full, SourceError>> {
        Box::pin(async move {
            let connection = self.connection().await?;
            self.connection.judge(full::read(&connection, &self.config.name, &incident.incident_id).await)
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
            done.into_iter().map(|done| self.connection.judge(done)).collect()
        })
    }

    fn start(&self, kind: ActionKind, id: &str) -> Result<Start, SourceError> {
        start::start(&self.config, &self.settings, kind, id)
    }

    fn credentials(&self) -> BoxFuture<'_, Result<Credentials, SourceError>> {
        Box::pin(async move { Ok(self.connection().await?.credentials().await) })
    }

    fn greet(&self) -> BoxFuture<'_, Result<Greeting, SourceError>> {
        Box::pin(async move {
            let connection = self.connection().await?;
            self.connection.judge(people::greet(&connection).await)
        })
    }
}

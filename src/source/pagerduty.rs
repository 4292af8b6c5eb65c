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
mod vendor_action;
mod windows;

use std::sync::Arc;

use super::adapter::each_or;
use super::cached::CachedConnection;
use super::{BoxFuture, Credentials, Greeting, Operated, Pages, Source, SourceError, VendorAction};
use crate::domain::action::ActionKind;
use crate::domain::board::Listing;
use crate::domain::incident::{Alert, Incident};
use crate::domain::operation::{Abilities, Operation, OperationKind};
use crate::domain::operator::Operator;
use crate::domain::source::SourceConfig;
use crate::domain::timeline::Full;
use crate::secret::Resolver;
use connection::Connection;

pub(super) struct Pagerduty {
    config: Arc<SourceConfig>,
    connection: CachedConnection<Connection>,
}

impl Pagerduty {
    pub(super) fn new(config: Arc<SourceConfig>, secrets: &Resolver) -> Self {
        let connection = CachedConnection::new(&config, secrets, Connection::open);
        Self { config, connection }
    }
}

impl Source for Pagerduty {
    fn config(&self) -> &SourceConfig {
        &self.config
    }

    fn list<'a>(&'a self, pages: &'a Pages) -> BoxFuture<'a, Result<Listing, SourceError>> {
        Box::pin(async move {
            let connection = self.connection.get().await?;
            self.connection.checked(list::open(&connection, &self.config, pages).await)
        })
    }

    fn by_id<'a>(&'a self, ids: &'a [String]) -> BoxFuture<'a, Result<Vec<Incident>, SourceError>> {
        Box::pin(async move {
            let connection = self.connection.get().await?;
            self.connection.checked(list::by_id(&connection, &self.config, ids).await)
        })
    }

    fn abilities(&self) -> Abilities {
        let mut out = Abilities::kept_here(self.config.kind.title).with(OperationKind::ALL);
        out.snooze_max_s = Some(plan::SNOOZE_MAX_S);
        out.batch = operate::BATCH;
        out
    }

    fn full<'a>(&'a self, incident: &'a Incident) -> BoxFuture<'a, Result<Full, SourceError>> {
        Box::pin(async move {
            let connection = self.connection.get().await?;
            self.connection.checked(full::read(&connection, &self.config, &incident.incident_id).await)
        })
    }

    fn alerts<'a>(&'a self, incident: &'a Incident) -> BoxFuture<'a, Result<Vec<Alert>, SourceError>> {
        Box::pin(async move {
            let connection = self.connection.get().await?;
            self.connection.checked(full::alerts(&connection, &self.config, &incident.incident_id).await)
        })
    }

    fn operate<'a>(
        &'a self,
        incidents: &'a [Incident],
        operation: &'a Operation,
        by: &'a Operator,
    ) -> BoxFuture<'a, Vec<Result<Operated, SourceError>>> {
        Box::pin(async move {
            let done = async {
                let connection = self.connection.get().await?;
                operate::operate(&connection, &self.config, incidents, operation, by).await
            };
            each_or(incidents, done.await).into_iter().map(|done| self.connection.checked(done)).collect()
        })
    }

    fn vendor_action(&self, kind: ActionKind, id: &str) -> Result<VendorAction, SourceError> {
        vendor_action::request(&self.config, kind, id)
    }

    fn credentials(&self) -> BoxFuture<'_, Result<Credentials, SourceError>> {
        Box::pin(async move { Ok(self.connection.get().await?.credentials().await) })
    }

    fn greet(&self) -> BoxFuture<'_, Result<Greeting, SourceError>> {
        Box::pin(async move {
            let connection = self.connection.get().await?;
            self.connection.checked(people::greet(&connection).await)
        })
    }
}
